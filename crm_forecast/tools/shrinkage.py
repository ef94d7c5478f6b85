"""Empirical-Bayes shrinkage: what few observations say, held against what all say.

Method-of-moments estimators; see B. Efron and C. Morris, "Stein's Estimation Rule and
Its Competitors" (1973), and for counts D. Clayton and J. Kaldor, "Empirical Bayes
Estimates of Age-Standardized Relative Risks" (1987).
"""

import dataclasses
import math

# With no sign of real differences the groups are one: a prior that nothing outweighs.
NO_DIFFERENCE = 1e9


@dataclasses.dataclass(frozen=True)
class Ratio:
    """Observed against expected events of one group, shrunk towards one.

    ``credibility`` (0-1) is the weight of the group's own record.
    """

    observed: float
    expected: float
    prior: float

    @property
    def value(self):
        return (self.observed + self.prior) / (self.expected + self.prior)

    @property
    def credibility(self):
        return self.expected / (self.expected + self.prior)


def ratio_prior(counts):
    """Strength of the prior of a Gamma-Poisson model, in expected events.

    :param counts: (observed, expected) of each group
    :return: the number of expected events at which a group's record weighs as much as
        the prior; ``NO_DIFFERENCE`` when the groups differ by chance alone
    """
    counts = [(o, e) for o, e in counts if e > 0]
    weight = sum(e * e for _o, e in counts)
    if len(counts) < 2:
        return NO_DIFFERENCE
    excess = sum((o - e) ** 2 - e for o, e in counts)
    if excess <= 0:
        return NO_DIFFERENCE
    return weight / excess


def ratios(counts):
    """The shrunk ratio of each group.

    :param dict counts: group to (observed, expected)
    :return: dict of group to ``Ratio``
    """
    prior = ratio_prior(counts.values())
    return {group: Ratio(o, e, prior) for group, (o, e) in counts.items()}


@dataclasses.dataclass(frozen=True)
class Mean:
    """The mean of one group, shrunk towards ``overall``."""

    own: float
    count: int
    overall: float
    prior: float

    @property
    def credibility(self):
        return self.count / (self.count + self.prior)

    @property
    def value(self):
        return self.overall + self.credibility * (self.own - self.overall)


def means(samples):
    """Normal-normal shrinkage of group means.

    :param dict samples: group to a list of numbers
    :return: (dict of group to ``Mean``, overall mean, variance within groups)
    """
    samples = {group: values for group, values in samples.items() if values}
    count = sum(map(len, samples.values()))
    if not count:
        return {}, 0.0, 0.0
    overall = math.fsum(map(math.fsum, samples.values())) / count
    centres = {group: math.fsum(v) / len(v) for group, v in samples.items()}
    freedom = count - len(samples)
    within = (
        math.fsum(
            (x - centres[group]) ** 2
            for group, values in samples.items()
            for x in values
        )
        / freedom
        if freedom > 0
        else 0.0
    )
    prior = NO_DIFFERENCE
    if len(samples) > 1 and freedom > 0:
        # unbalanced one-way analysis of variance
        between = math.fsum(
            len(v) * (centres[group] - overall) ** 2 for group, v in samples.items()
        )
        size = count - sum(len(v) ** 2 for v in samples.values()) / count
        spread = (between - (len(samples) - 1) * within) / size
        if spread > 0:
            prior = within / spread
    return (
        {
            group: Mean(centres[group], len(values), overall, prior)
            for group, values in samples.items()
        },
        overall,
        within,
    )
