"""How good forecasts were. Amounts in one currency; shares are 0-1.

See R. Hyndman and A. Koehler, "Another Look at Measures of Forecast Accuracy" (2006).
"""

import math

Z90 = 1.6448536269514722  # 90 % of the normal distribution lie within


def wape(pairs):
    """Weighted absolute percentage error: sum |forecast - actual| / sum actual.

    :param pairs: (forecast, actual) of any grain
    :return: ``None`` when nothing was sold
    """
    pairs = list(pairs)
    actual = math.fsum(a for _f, a in pairs)
    if actual <= 0:
        return None
    return math.fsum(abs(f - a) for f, a in pairs) / actual


def bias(pairs):
    """Signed error as a share of what was sold; above zero: too optimistic."""
    pairs = list(pairs)
    actual = math.fsum(a for _f, a in pairs)
    if actual <= 0:
        return None
    return math.fsum(f - a for f, a in pairs) / actual


def mape(pairs):
    """Mean absolute percentage error over the pairs with a positive actual."""
    errors = [abs(f - a) / a for f, a in pairs if a > 0]
    return math.fsum(errors) / len(errors) if errors else None


def coverage(bounds):
    """Share of the actuals within their bounds: (low, high, actual)."""
    bounds = list(bounds)
    if not bounds:
        return None
    return sum(low <= actual <= high for low, high, actual in bounds) / len(bounds)


def brier(pairs):
    """Mean squared error of probabilities: (probability, happened)."""
    pairs = list(pairs)
    if not pairs:
        return None
    return math.fsum((p - bool(won)) ** 2 for p, won in pairs) / len(pairs)


def optimism(pairs):
    """How much too high stated probabilities are, on the log-odds scale.

    Maximum likelihood of ``logit(p) - shift`` with a normal prior of variance one on
    the shift, so that few deals say little. Above zero: optimistic.

    The score falls steadily in the shift, so its root is found by halving. Newton's
    steps would overshoot where statements are certain: there the curve is flat.

    :param pairs: (stated probability, won)
    :return: (shift, standard error), ``None`` without deals
    """
    pairs = list(pairs)
    if not pairs:
        return None
    logits = [_logit(p) for p, _won in pairs]
    wins = sum(bool(won) for _p, won in pairs)
    # each deal adds between -1 and 1 to the score, the prior takes the shift off
    low, high = -float(len(pairs)), float(len(pairs))
    while high - low > 1e-9:
        shift = (low + high) / 2
        score = math.fsum(_expit(logit - shift) for logit in logits) - wins - shift
        if score > 0:
            low = shift
        else:
            high = shift
    shift = (low + high) / 2
    probabilities = [_expit(logit - shift) for logit in logits]
    information = math.fsum(p * (1 - p) for p in probabilities) + 1
    return shift, 1 / math.sqrt(information)


def credibility(error):
    """Weight (0-1) of the deals against the prior, from the error of ``optimism``."""
    return 1 - error**2


def is_clear(shift, error):
    """Whether a shift is larger than chance would explain in nine of ten cases."""
    return abs(shift) > Z90 * error


def _logit(p):
    p = min(max(p, 0.005), 0.995)
    return math.log(p / (1 - p))


def _expit(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
