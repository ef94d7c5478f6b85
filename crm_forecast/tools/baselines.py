"""What the learned forecast has to beat. Each gives an amount by rep."""

import collections
import math


def manual(deals):
    """Stated probability times amount: what the records say."""
    return _sum((d.rep, d.stated * max(d.amount, 0.0)) for d in deals)


def native(deals):
    """Odoo's scored probability times amount."""
    return _sum((d.rep, d.native * max(d.amount, 0.0)) for d in deals)


class FinalWinRate:
    """Share of the deals of a stage that were ever won, times the amount.

    What Odoo's predictive scoring amounts to with the stage as its only sign: it asks
    whether a deal is won, not whether within the period.
    """

    def __init__(self, finals):
        """:param finals: (stage, won in the end) of past deals"""
        seen, won = collections.Counter(), collections.Counter()
        for stage, is_won in finals:
            seen[stage] += 1
            won[stage] += bool(is_won)
        total = sum(seen.values())
        self.overall = sum(won.values()) / total if total else 0.0
        self.rates = {stage: won[stage] / seen[stage] for stage in seen}

    def forecast(self, deals):
        return _sum(
            (d.rep, self.rates.get(d.stage, self.overall) * max(d.amount, 0.0))
            for d in deals
        )


class Haircut:
    """The manual forecast, cut by how much it was missed in past periods.

    :param past: deals of past periods
    :param actuals: what was sold in these periods in all
    """

    def __init__(self, past, actuals):
        stated = math.fsum(manual(past).values())
        self.factor = math.fsum(actuals) / stated if stated > 0 else 1.0

    def forecast(self, deals):
        return {rep: amount * self.factor for rep, amount in manual(deals).items()}


def _sum(pairs):
    result = collections.defaultdict(float)
    for rep, amount in pairs:
        result[rep] += amount
    return dict(result)
