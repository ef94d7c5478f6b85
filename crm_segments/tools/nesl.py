"""The NESL rule in plain Python; the engine applies the same rule in SQL.

Dates are calendar dates in the company's time zone. A span is counted forward from
the purchase and its last day belongs to it: bought on 31 January, a customer is
existing through 28 February (29 in a leap year).
"""

from dateutil.relativedelta import relativedelta

ONE_DAY = relativedelta(days=1)


def last_day(purchase, months):
    """The last day that still counts as within ``months`` of ``purchase``."""
    return purchase + relativedelta(months=months)


def window_start(end, months):
    """The earliest purchase date that ``end`` still counts as within ``months``.

    Not simply ``end - months``: a span is counted forward, so on 31 March the month
    begins on 1 March (28 February + 1 month is 28 March).
    """
    start = end - relativedelta(months=months)
    while last_day(start, months) < end:
        start += ONE_DAY
    return start


def state(last_purchase, today, existing_months=1, sleeping_months=6):
    """``new``, ``existing``, ``sleeping`` or ``lost`` as of ``today``."""
    if not last_purchase:
        return "new"
    if today <= last_day(last_purchase, existing_months):
        return "existing"
    if today <= last_day(last_purchase, sleeping_months):
        return "sleeping"
    return "lost"
