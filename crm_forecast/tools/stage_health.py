"""How far a stage is from its own past: plain maths on counts of ended stays."""

from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

# Fewer ended stays in a period say nothing: of 10, one more or less is 10 points.
MIN_ENDED = 10
# A spread needs three values to be more than the distance of two.
MIN_PERIODS = 3
WARN_Z, BAD_Z = 1.0, 2.0
# Medians of a calm past may be nearly equal; less than this share of them is noise.
DWELL_NOISE = 0.1


@dataclass(frozen=True)
class Period:
    """What the stays that ended in a period came to."""

    ended: int
    advanced: int
    leaked: int
    median_days: float

    @property
    def conversion(self):
        return self.advanced / self.ended

    @property
    def leakage(self):
        return self.leaked / self.ended


@dataclass(frozen=True)
class Finding:
    """One figure of the current period against the mean of the past ones."""

    figure: str
    now: float
    before: float
    z: float
    state: str


def judge(current, past):
    """:return: the findings of the three figures, or ``None`` with too few stays

    :param current: Period or ``None``
    :param past: the periods before
    """
    past = [period for period in past if period.ended >= MIN_ENDED]
    if not current or current.ended < MIN_ENDED or len(past) < MIN_PERIODS:
        return None
    return [
        _rate("conversion", current, past, 1),
        _rate("leakage", current, past, -1),
        _dwell(current, past),
    ]


def worst(findings):
    """The finding that is furthest on the bad side."""
    order = ("good", "warn", "bad")
    return max(findings, key=lambda found: (order.index(found.state), abs(found.z)))


def _rate(figure, current, past, better):
    """A share; chance alone spreads it by the binomial standard error."""
    values = [getattr(period, figure) for period in past]
    ended = sum(period.ended for period in past)
    pooled = sum(v * period.ended for v, period in zip(values, past, strict=True))
    share = (pooled + 0.5) / (ended + 1)  # never exactly 0 or 1
    chance = sqrt(share * (1 - share) / current.ended)
    return _finding(
        figure, getattr(current, figure), fmean(values), values, chance, better
    )


def _dwell(current, past):
    values = [period.median_days for period in past]
    noise = max(DWELL_NOISE * fmean(values), 1 / 24)
    return _finding("dwell", current.median_days, fmean(values), values, noise, -1)


def _finding(figure, now, before, values, floor, better):
    z = (now - before) / max(stdev(values), floor)
    bad_side = -z * better
    if bad_side >= BAD_Z:
        state = "bad"
    elif bad_side >= WARN_Z:
        state = "warn"
    else:
        state = "good"
    return Finding(figure, now, before, z, state)
