"""What the CDNOW log says, computed in plain Python from the raw file.

Shares no code with the import (`cdnow.py`) or with the modules: cents are integers
here, months are added by hand, and the file is parsed by column position.
"""

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """One customer at the end of one day. ``amount`` is in whole NT$."""

    order_count: int
    last_date: datetime.date | None
    amount: int
    nesl: str
    is_main: bool


@dataclass(frozen=True)
class Year:
    """One customer in the 12 months that end on one day. ``amount`` in whole NT$."""

    first_date: datetime.date | None
    order_count: int
    amount: int
    rfm: str


def add_months(day, months):
    """The same day ``months`` later, or the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return datetime.date(year, month0 + 1, min(day.day, last))


def nesl(last_date, today):
    """New, existing (1 month), sleeping (6 months) or lost; both ends inclusive."""
    if last_date is None:
        return "new"
    if today <= add_months(last_date, 1):
        return "existing"
    if today <= add_months(last_date, 6):
        return "sleeping"
    return "lost"


def quintile_scores(values):
    """{key: 1 to 5} of {key: value}: one more than the quintile values exceeded.

    The n-th quintile value is the smallest that n fifths of all values do not exceed.
    """
    if not values:
        return {}
    ordered = sorted(values.values())
    cuts = [ordered[-(-len(ordered) * n // 5) - 1] for n in range(1, 5)]
    return {key: 1 + sum(value > cut for cut in cuts) for key, value in values.items()}


class Oracle:
    """The log of some (default: all) customers, by their id in the sample."""

    def __init__(self, path, customers=None, rate=30):
        self.purchases = defaultdict(list)
        with open(path, encoding="ascii") as log:
            for line in log:
                customer = int(line[7:11])
                if customers is None or customer in customers:
                    self.purchases[customer].append(self._purchase(line, rate))

    @staticmethod
    def _purchase(line, rate):
        day = datetime.date(int(line[12:16]), int(line[16:18]), int(line[18:20]))
        dollars, cents = line[23:].strip().split(".")
        # cents x rate, half a dollar up
        return day, ((int(dollars) * 100 + int(cents)) * rate + 50) // 100

    def points(self, customer, per=100):
        """One point for each full ``per`` NT$ of an order; no order adds to another."""
        return sum(amount // per for _day, amount in self.purchases[customer])

    def facts(self, customer, today):
        """The customer as of the end of ``today``: later purchases are not known."""
        known = [row for row in self.purchases[customer] if row[0] <= today]
        last_date = max((day for day, _amount in known), default=None)
        state = nesl(last_date, today)
        end = today if state == "existing" else last_date
        return Facts(
            order_count=len(known),
            last_date=last_date,
            amount=sum(amount for _day, amount in known),
            nesl=state,
            is_main=sum(end <= add_months(day, 1) for day, _amount in known) > 3
            if known
            else False,
        )

    def years(self, today):
        """{customer: :class:`Year`} of all customers; RFM "" before the first purchase.

        Recency is compared among all who have bought; frequency and amount among those
        who bought in the 12 months, others score 1.
        """
        first, last, counts, amounts = {}, {}, {}, {}
        for customer, rows in self.purchases.items():
            known = [row for row in rows if row[0] <= today]
            if not known:
                continue
            first[customer] = min(known)[0]
            last[customer] = max(known)[0].toordinal()
            recent = [row for row in known if today <= add_months(row[0], 12)]
            if recent:
                counts[customer] = len(recent)
                amounts[customer] = sum(amount for _day, amount in recent)
        recency = quintile_scores(last)
        frequency, monetary = quintile_scores(counts), quintile_scores(amounts)
        return {
            customer: Year(
                first.get(customer),
                counts.get(customer, 0),
                amounts.get(customer, 0),
                f"{recency[customer]}{frequency.get(customer, 1)}"
                f"{monetary.get(customer, 1)}"
                if customer in first
                else "",
            )
            for customer in self.purchases
        }
