"""How much of an order has been delivered, invoiced or paid. Plain Python: no Odoo.

Amounts are in company currency, tax included; of credit notes they are positive.
"""

from dataclasses import dataclass
from fractions import Fraction

from .earning import Line, exact

# what a line is: sold, a down payment, or of an invoice alone
SOLD, DEPOSIT, LOOSE = "sold", "deposit", "loose"
ZERO = Fraction(0)


@dataclass(frozen=True)
class Sold:
    """One line of an order and what its documents say about it.

    :param ordered: negative for discounts and rewards
    :param delivered: share of the quantity, 0 to 1
    :param paid: of paid invoices
    :param paid_back: credit notes of paid invoices, or without an invoice
    """

    ordered: Fraction = ZERO
    delivered: Fraction = ZERO
    invoiced: Fraction = ZERO
    refunded: Fraction = ZERO
    paid: Fraction = ZERO
    paid_back: Fraction = ZERO
    kind: str = SOLD
    product: int | None = None
    categories: frozenset = frozenset()

    def reached(self, event):
        """The amount that has got as far as ``event``, less what was given back."""
        if event == "invoiced":
            return self.invoiced - self.refunded
        if event == "paid":
            return self.paid - self.paid_back
        if self.kind == LOOSE:
            return -self.refunded
        if self.kind == DEPOSIT:
            return ZERO
        amount = self.ordered
        if event == "delivered":
            amount *= self.delivered
        # a credit note may come with a change of the order, or be invoiced anew
        kept = max(amount - self.refunded, self.invoiced - self.refunded)
        return min(amount, kept) if self.refunded else amount


def sold_line(row):
    """``Sold`` from a row of ``loyalty_earning_engine.order_facts``."""
    kind, product, path, *amounts = row
    categories = frozenset(int(part) for part in (path or "").split("/") if part)
    return Sold(*map(exact, amounts), kind, product, categories)


def paid_share(lines):
    """What is left to pay of one unit of goods after discounts and rewards, 0 to 1."""
    goods = [line.ordered for line in lines if line.kind == SOLD]
    gross = sum(amount for amount in goods if amount > 0)
    return max(sum(goods) / gross, ZERO) if gross else ZERO


def eligible(lines, event):
    """What earns.

    :return: (lines for ``earning.earn``, what is paid for all of them)
    """
    share = paid_share(lines)
    bought, total = [], ZERO
    for line in lines:
        amount = line.reached(event)
        if line.kind == SOLD and line.ordered <= 0:
            continue
        if line.kind == SOLD:
            amount *= share
        total += amount
        bought.append(Line(amount, line.product, line.categories))
    return bought, round(max(total, ZERO), 2)


def returned_share(lines):
    """The share of the goods for which credit notes were made, 0 to 1."""
    goods = [line for line in lines if line.kind == SOLD and line.ordered > 0]
    gross = sum(line.ordered for line in goods)
    kept = sum(max(line.reached("confirmed"), ZERO) for line in goods)
    return 1 - kept / gross if gross else ZERO
