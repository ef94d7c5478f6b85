"""The forecast that learns from past periods. Plain Python: no ORM, no database.

An open deal counts ``stage rate x rep factor`` of its ``amount x amount factor``; to
the deals that are open comes what is opened and won within the period.

* stage rate: share of the deals of a stage that were won within the period, seen the
  same number of days before its end
* rep factor: the rep's wins against those that the stage rates led to expect, shrunk
* amount factor: what the rep's won deals brought against what was expected, shrunk
* new business: what each rep won of deals that were not open yet, a mean, shrunk

The interval adds chance (which deals are won), spread of amounts and of new business,
and the shock that moves all deals of a period together, which holds how well the share
of all is known, too. The last two are known from few periods, so the bounds are those
of Student's t and wider than the normal ones.
"""

import collections
import dataclasses
import math

from . import shrinkage

STAGE_PRIOR = 5.0  # deals that a stage without a record borrows from all stages
# Jeffreys' prior for the share of all: of a few deals of which none was won, the next
# one is not certain to be lost, so the interval keeps a width
WON_PRIOR, DEALS_PRIOR = 0.5, 1.0
Z80 = 1.2815515655446004  # both tails of 10 % of the normal distribution
MIN_SHOCK_PERIODS = 3


@dataclasses.dataclass(frozen=True)
class Deal:
    """An open deal at the origin of a forecast, and what became of it.

    ``stated`` is the probability on the record (0-1), ``native`` the one that Odoo
    scored, ``won`` whether it was won within the period, ``actual`` what it then
    brought (company currency).
    """

    period: object
    rep: object
    stage: object
    stated: float
    amount: float
    won: bool = False
    actual: float = 0.0
    native: float = 0.0


@dataclasses.dataclass(frozen=True)
class NewBusiness:
    """What a rep won in a period of deals that were not open at the origin."""

    period: object
    rep: object
    actual: float


@dataclasses.dataclass(frozen=True)
class Line:
    """What one open deal counts, with all that explains it."""

    deal: Deal
    stage_rate: float
    rep: shrinkage.Ratio
    probability: float
    amount_factor: float
    expected: float


@dataclasses.dataclass
class Forecast:
    """Expected amount by rep and for all, with the bounds of 80 %."""

    lines: list
    new_business: dict
    by_rep: dict
    total: float
    low: float
    high: float


class Calibration:
    """What past periods teach.

    :param periods: the past periods, in order
    :param deals: ``Deal`` of these periods with their outcome
    :param new: ``NewBusiness`` of these periods; a rep without row had none
    :param reps: who sells now, for the means of new business

    ``deal_count`` is the number of deals it learned from: without any it knows nothing
    of open deals, and nobody should be shown what it says.
    """

    def __init__(self, periods, deals, new, reps=()):
        self.periods = list(periods)
        deals = [deal for deal in deals if deal.period in set(self.periods)]
        self.deal_count = len(deals)
        self._learn_stages(deals)
        self._learn_reps(deals)
        self._learn_amounts(deals)
        self._learn_new_business(new, reps)
        self._learn_shock(deals)

    # -- what is learned ------------------------------------------------------
    def _learn_stages(self, deals):
        seen = collections.Counter(deal.stage for deal in deals)
        won = collections.Counter(deal.stage for deal in deals if deal.won)
        count = self.deal_count
        self.overall = (
            (won.total() + WON_PRIOR) / (count + DEALS_PRIOR) if count else 0.0
        )
        # the share that all deals would have, had all of them been won: no deal is
        # surer than that, so that certain wins keep a width, too
        self.ceiling = (count + WON_PRIOR) / (count + DEALS_PRIOR)
        borrowed = STAGE_PRIOR * self.overall
        self.stages = {
            stage: (won[stage] + borrowed) / (count + STAGE_PRIOR)
            for stage, count in seen.items()
        }
        self.stage_counts = {stage: (won[stage], n) for stage, n in seen.items()}

    def stage_rate(self, stage):
        return self.stages.get(stage, self.overall)

    def _learn_reps(self, deals):
        counts = collections.defaultdict(lambda: [0.0, 0.0])
        for deal in deals:
            counts[deal.rep][0] += deal.won
            counts[deal.rep][1] += self.stage_rate(deal.stage)
        self.reps = shrinkage.ratios({rep: tuple(v) for rep, v in counts.items()})

    def rep(self, rep):
        return self.reps.get(rep) or shrinkage.Ratio(0, 0, shrinkage.NO_DIFFERENCE)

    def _learn_amounts(self, deals):
        samples = collections.defaultdict(list)
        for deal in deals:
            if deal.won and deal.amount > 0 and deal.actual > 0:
                samples[deal.rep].append(math.log(deal.actual / deal.amount))
        self._ratios, self._ratio, self.ratio_variance = shrinkage.means(samples)

    def amount_factor(self, rep):
        """Mean of actual/expected amount of won deals (log-normal)."""
        mean = self._ratios.get(rep)
        return self._factor(mean.value) if mean else self.overall_amount_factor

    @property
    def overall_amount_factor(self):
        """The amount factor of a rep without won deals."""
        return self._factor(self._ratio)

    def _factor(self, centre):
        return math.exp(centre + self.ratio_variance / 2)

    def _learn_new_business(self, new, reps):
        known = set(self.periods)
        amounts = collections.defaultdict(float)
        for row in new:
            if row.period in known:
                amounts[row.rep, row.period] += row.actual
        everybody = {rep for rep, _period in amounts} | set(reps)
        samples = {
            rep: [amounts.get((rep, period), 0.0) for period in self.periods]
            for rep in everybody
        }
        self._new, self._new_overall, _within = shrinkage.means(samples)
        totals = [
            math.fsum(amounts.get((rep, period), 0.0) for rep in everybody)
            for period in self.periods
        ]
        self.new_variance = _variance(totals)

    def new_business(self, rep):
        mean = self._new.get(rep)
        return mean.value if mean else self._new_overall

    def _learn_shock(self, deals):
        """Squared coefficient of variation of what moves all deals of a period: the
        spread of actual against expected wins beyond chance, and that the share of all
        is itself known from so many deals only (variance of the Beta posterior)."""
        expected = collections.Counter()
        chance = collections.Counter()
        won = collections.Counter()
        for deal in deals:
            p = self._probability(deal)
            expected[deal.period] += p
            chance[deal.period] += p * (1 - p)
            won[deal.period] += deal.won
        rows = [
            (won[p] / expected[p] - 1, chance[p] / expected[p] ** 2)
            for p in self.periods
            if expected[p] > 0
        ]
        self.shock = 0.0
        if len(rows) >= MIN_SHOCK_PERIODS:
            spread = math.fsum(gap**2 for gap, _chance in rows) / (len(rows) - 1)
            noise = math.fsum(noise for _gap, noise in rows) / len(rows)
            self.shock = max(spread - noise, 0.0)
        if self.deal_count:
            self.shock += (1 - self.overall) / (
                self.overall * (self.deal_count + DEALS_PRIOR + 1)
            )

    def _probability(self, deal):
        chance = self.stage_rate(deal.stage) * self.rep(deal.rep).value
        return min(chance, self.ceiling)

    # -- what it says ---------------------------------------------------------
    def line(self, deal):
        """What an open deal counts; a negative amount counts as zero."""
        factor = self.amount_factor(deal.rep)
        probability = self._probability(deal)
        return Line(
            deal=deal,
            stage_rate=self.stage_rate(deal.stage),
            rep=self.rep(deal.rep),
            probability=probability,
            amount_factor=factor,
            expected=probability * max(deal.amount, 0.0) * factor,
        )

    def forecast(self, deals, reps=(), closed=0.0, closed_by_rep=None):
        """Forecast of a period.

        :param deals: the ``Deal`` open now
        :param reps: who sells, whether or not they have open deals
        :param float closed: won already; the lower bound never falls below it
        """
        lines = [self.line(deal) for deal in deals]
        by_rep = collections.defaultdict(float, closed_by_rep or {})
        for line in lines:
            by_rep[line.deal.rep] += line.expected
        new = {rep: self.new_business(rep) for rep in reps}
        for rep, amount in new.items():
            by_rep[rep] += amount
        pipeline = math.fsum(line.expected for line in lines)
        total = closed + pipeline + math.fsum(new.values())
        chance = math.fsum(
            self.chance(
                line.probability, max(line.deal.amount, 0.0) * line.amount_factor
            )
            for line in lines
        )
        margin = self.margin(chance, pipeline)
        return Forecast(
            lines=lines,
            new_business=new,
            by_rep=dict(by_rep),
            total=total,
            low=max(total - margin, closed),
            high=total + margin,
        )

    @property
    def spread(self):
        """Squared coefficient of variation of what a won deal brings (log-normal)."""
        return math.exp(self.ratio_variance) - 1

    def chance(self, probability, value):
        """Variance of one deal that brings ``value`` in the mean if it is won."""
        return probability * value**2 * (1 - probability + self.spread)

    def margin(self, chance, pipeline):
        """Half the width of the interval of 80 %.

        :param float chance: sum of ``chance`` over the open deals
        :param float pipeline: what the open deals are expected to bring
        """
        count = len(self.periods)
        known = 1 + 1 / count if count else 1  # the means are estimates, too
        common = known * (self.shock * pipeline**2 + self.new_variance)
        return self._quantile() * math.sqrt(chance + common)

    def uncertainty(self):
        """The parts of ``margin``, for sums by rep; see ``interval``."""
        count = len(self.periods)
        known = 1 + 1 / count if count else 1
        return {
            "spread": self.spread,
            "shock": math.sqrt(known * self.shock),
            "new_variance": known * self.new_variance,
            "quantile": self._quantile(),
        }

    def _quantile(self):
        """The 90 % quantile of Student's t (Cornish-Fisher expansion)."""
        z, freedom = Z80, max(len(self.periods) - 1, 1)
        return (
            z
            + (z**3 + z) / (4 * freedom)
            + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        )


def _variance(values):
    if len(values) < 2:
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1)
