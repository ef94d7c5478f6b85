"""The interval of a group of saved forecasts. Plain Python."""

import math


def bounds(total, won, variance, shock, quantile):
    """Bounds of 80 % of a sum of rows.

    Variances of the parts add up; the shock moves all parts together, so that its
    deviations add up.

    :param float total: what is expected, won included
    :param float won: the lower bound never falls below it
    :param float variance: sum over the rows
    :param float shock: sum over the rows
    :param float quantile: deviations to each side; ``None`` where a method gives none
    :return: (low, high) or (``None``, ``None``)
    """
    if quantile is None:
        return None, None
    margin = quantile * math.sqrt(max(variance, 0.0) + shock**2)
    return max(total - margin, won), total + margin
