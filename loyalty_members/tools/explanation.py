"""The "why" of a point entry, readable in any language."""

import math


def money(amount, symbol="", before=True):
    """``NT$1,280``: thousands separated, decimals only where there are any."""
    text = f"{abs(amount):,.2f}".removesuffix(".00")
    text = f"{symbol}{text}" if before else f"{text} {symbol}".strip()
    return f"-{text}" if amount < 0 else text


def target_points(amount, earn_amount):
    """Whole points for ``amount``: always rounded down, never below zero."""
    return max(0, math.floor(amount / earn_amount))


def earning(before, target, amount, earn_amount):
    """``12 = NT$1,280 / 100``, with the former number in front after a change.

    :param str amount: formatted amount
    """
    change = f"{before} → " if before else ""
    return f"{change}{target} = {amount} / {money(earn_amount)}"


def redeeming(before, target, rewards=""):
    """``0 → 50: NT$50 off``."""
    return f"{before} → {target}" + (f": {rewards}" if rewards else "")


def whole_points(cost):
    """``cost`` rounded up to whole points; float noise below 0.001 is no point."""
    return math.ceil(round(cost, 3))
