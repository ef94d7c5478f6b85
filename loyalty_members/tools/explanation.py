"""The "why" of a point entry, readable in any language."""

import math
from fractions import Fraction


def money(amount, symbol="", before=True):
    """``NT$1,280``: thousands separated, decimals only where there are any."""
    text = f"{abs(float(amount)):,.2f}".removesuffix(".00")
    text = f"{symbol}{text}" if before else f"{text} {symbol}".strip()
    return f"-{text}" if amount < 0 else text


def number(value):
    """``1,280``, ``12.8``: at most two decimals, only those that are needed."""
    text = f"{float(value):,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def earning(before, tree, symbol="", symbol_before=True):
    """``180 = 120 x 1.5 Birthday month``; after a change the former number in front.

    :param dict tree: ``earning.Earned.to_json``; the names in it are the reader's
    """
    amount, per = Fraction(tree["amount"]), Fraction(tree["per"])
    base, steps = amount / per, tree["steps"]
    change = f"{number(before)} → " if before else ""
    if not steps:
        sum_of = f"{money(amount, symbol, symbol_before)} / {money(per)}"
    elif _is_product(base, steps):
        factors = [f"x {number(Fraction(s['factor']))} {s['name']}" for s in steps]
        sum_of = " ".join([number(base), *factors])
    else:
        extras = [_signed(Fraction(step["extra"]), step["name"]) for step in steps]
        sum_of = " ".join([number(base), *extras])
    return f"{change}{number(tree['points'])} = {sum_of}"


def _is_product(base, steps):
    """Whether the points are the base times the factors, with nothing cut off."""
    reached = base
    for step in steps:
        before, reached = reached, reached * Fraction(step["factor"])
        if (
            step["effect"] != "multiplier"
            or Fraction(step["on"]) != base
            or Fraction(step["extra"]) != reached - before
        ):
            return False
    return True


def _signed(extra, name):
    sign = "-" if extra < 0 else "+"
    return f"{sign} {number(abs(extra))} {name}"


def redeeming(before, target, rewards=""):
    """``0 → 50: NT$50 off``."""
    return f"{before} → {target}" + (f": {rewards}" if rewards else "")


def whole_points(cost):
    """``cost`` rounded up to whole points; float noise below 0.001 is no point."""
    return math.ceil(round(cost, 3))
