"""Gamma-Gamma: how much a customer spends per purchase.

Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value". Amounts of one
customer are gamma with shape ``p`` and a rate of their own, which is gamma with shape
``q`` and rate ``v``. Assumes that who buys more often does not spend more or less per
purchase: see :func:`correlation`.

``x`` is the number of repeat purchases, ``mean`` their mean amount, above 0. Equal
customers may be passed once, with their number as ``weight``.
"""

from typing import NamedTuple

from . import scientific
from .maximum_likelihood import NoMaximumError
from .maximum_likelihood import fit as maximise

__all__ = ["NoMaximumError", "Parameters", "correlation", "expected_amount", "fit"]


class Parameters(NamedTuple):
    """Shapes ``p`` and ``q`` (no unit) and rate ``v`` (unit of the amounts)."""

    p: float
    q: float
    v: float


def log_likelihood(parameters, x, mean, weight=1.0):
    """Logarithm of the likelihood of all mean amounts (equation 1a)."""
    np, special = scientific.numpy, scientific.special
    p, q, v = parameters
    shape = p * x
    return float(
        np.sum(
            weight
            * (
                special.gammaln(shape + q)
                - special.gammaln(shape)
                - special.gammaln(q)
                + q * np.log(v)
                + (shape - 1) * np.log(mean)
                + shape * np.log(x)
                - (shape + q) * np.log(v + x * mean)
            )
        )
    )


def fit(x, mean, weight=1.0):
    """Maximum likelihood over customers with at least one repeat purchase.

    :return: :class:`Parameters`, log-likelihood
    :raise NoMaximumError: the amounts do not determine the parameters
    """
    np = scientific.numpy
    x, mean = (np.asarray(values, dtype=float) for values in (x, mean))
    weight = np.broadcast_to(np.asarray(weight, dtype=float), x.shape)
    if not len(x) or np.min(x) < 1 or np.min(mean) <= 0:
        raise NoMaximumError("repeat purchases with an amount are needed")
    # amounts around 1, whatever the currency
    unit = float(np.average(mean, weights=weight))
    found, maximum = maximise(
        lambda *values: log_likelihood(values, x, mean / unit, weight), 3
    )
    p, q, v = found
    return Parameters(p, q, v * unit), float(maximum - np.sum(weight) * np.log(unit))


def expected_amount(parameters, x, mean):
    """Mean amount of the customer's purchases to come (equation 5).

    Lies between the customer's own mean and that of all customers; x = 0 gives the
    latter. Needs ``q > 1``: below, the mean of all customers is infinite.
    """
    p, q, v = parameters
    return p * (v + x * mean) / (p * x + q - 1)


def correlation(x, mean, weight=1.0):
    """Pearson correlation of frequency and amount, -1 to 1: near 0 is as assumed."""
    np = scientific.numpy
    x, mean = (np.asarray(values, dtype=float) for values in (x, mean))
    weight = np.broadcast_to(np.asarray(weight, dtype=float), x.shape)
    if len(x) < 2:
        return 0.0
    (xx, xm), (_mx, mm) = np.cov(x, mean, aweights=weight, ddof=0)
    return float(xm / np.sqrt(xx * mm)) if xx > 0 and mm > 0 else 0.0
