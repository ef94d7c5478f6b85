"""What the learned forecast has to beat. Each gives an amount by rep."""

import collections
import math

# Where the records stated less than this share of what was sold, they say nothing: the
# factor would be a division by next to nothing.
MIN_STATED_SHARE = 0.05


def manual(deals):
    """Stated probability times amount: what the records say. A negative amount counts
    as zero, here as in the other methods."""
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

    ``factor`` is zero where more was credited than sold, and ``None`` where too little
    was stated to be held against what was sold: then there is no haircut.

    :param past: deals of past periods
    :param actuals: what was sold in these periods in all
    """

    def __init__(self, past, actuals):
        stated = math.fsum(manual(past).values())
        sold = max(math.fsum(actuals), 0.0)
        enough = stated > 0 and stated >= MIN_STATED_SHARE * sold
        self.factor = sold / stated if enough else None

    def forecast(self, deals):
        """Amount by rep; not to be asked without ``factor``."""
        return {rep: amount * self.factor for rep, amount in manual(deals).items()}


def _sum(pairs):
    result = collections.defaultdict(float)
    for rep, amount in pairs:
        result[rep] += amount
    return dict(result)
