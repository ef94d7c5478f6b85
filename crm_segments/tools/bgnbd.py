"""BG/NBD: when customers buy, and after which purchase they stay away for ever.

Fader, Hardie and Lee (2005), '"Counting Your Customers" the Easy Way: An Alternative
to the Pareto/NBD Model', Marketing Science 24(2). Equation numbers are of that paper.

While active, a customer buys at a rate of their own (gamma with shape ``r`` and rate
``alpha``), and after any purchase leaves with a probability of their own (beta with
``a`` and ``b``). A customer is three numbers, in any one unit of time:

``x``    repeat purchases: the first purchase begins the history and does not count
``t_x``  time from the first to the last purchase (0 when x = 0)
``t``    time from the first purchase until now (T in the paper)

All arguments may be arrays of the same shape. Equal customers may be passed once,
with their number as ``weight``.
"""

from typing import NamedTuple

from . import scientific
from .maximum_likelihood import NoMaximumError
from .maximum_likelihood import fit as maximise

__all__ = ["NoMaximumError", "Parameters", "expected_orders", "fit", "p_alive"]


class Parameters(NamedTuple):
    """``r`` and ``alpha`` (unit of time) of buying, ``a`` and ``b`` of leaving."""

    r: float
    alpha: float
    a: float
    b: float


def log_likelihood(parameters, x, t_x, t, weight=1.0):
    """Logarithm of the likelihood of all customers together (equation 6)."""
    np, special = scientific.numpy, scientific.special
    r, alpha, a, b = parameters
    buying = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    staying = special.betaln(a, b + x) - special.betaln(a, b)
    active = -(r + x) * np.log(alpha + t)
    gone = np.where(
        x > 0,
        np.log(a)
        - np.log(b + np.maximum(x, 1) - 1)
        - (r + x) * np.log(alpha + np.where(x > 0, t_x, 0)),
        -np.inf,
    )
    return float(np.sum(weight * (buying + staying + np.logaddexp(active, gone))))


def fit(x, t_x, t, weight=1.0):
    """Maximum likelihood.

    :return: :class:`Parameters`, log-likelihood
    :raise NoMaximumError: the data do not determine the parameters
    """
    np = scientific.numpy
    x, t_x, t = (np.asarray(values, dtype=float) for values in (x, t_x, t))
    weight = np.broadcast_to(np.asarray(weight, dtype=float), x.shape)
    # times around 1 keep the four parameters at one size for the search
    unit = float(np.average(t, weights=weight))
    if not unit > 0:
        raise NoMaximumError("no time has passed")
    found, maximum = maximise(
        lambda *values: log_likelihood(values, x, t_x / unit, t / unit, weight), 4
    )
    r, alpha, a, b = found
    # a density of x purchase times is per unit of time to the power of x
    maximum -= float(np.sum(weight * x)) * np.log(unit)
    return Parameters(r, alpha * unit, a, b), float(maximum)


def _odds_gone(parameters, x, t_x, t):
    """Odds of having left against being active; 0 for customers with one purchase."""
    np = scientific.numpy
    r, alpha, a, b = parameters
    logs = (
        np.log(a)
        - np.log(b + np.maximum(x, 1) - 1)
        + (r + x) * (np.log(alpha + t) - np.log(alpha + t_x))
    )
    # exp overflows above 709; at 600 the customer has left for certain
    return np.where(x > 0, np.exp(np.minimum(logs, 600)), 0.0)


def p_alive(parameters, x, t_x, t):
    """Probability, 0 to 1, that the customer is still active.

    Always 1 after a single purchase: in this model a customer can leave only after a
    repeat purchase. That is no evidence of loyalty.
    """
    np = scientific.numpy
    x, t_x, t = (np.asarray(values, dtype=float) for values in (x, t_x, t))
    return 1 / (1 + _odds_gone(parameters, x, t_x, t))


def expected_orders(parameters, x, t_x, t, horizon):
    """Purchases expected within ``horizon`` from now (equation 10)."""
    np, special = scientific.numpy, scientific.special
    x, t_x, t = (np.asarray(values, dtype=float) for values in (x, t_x, t))
    r, alpha, a, b = parameters
    if abs(a - 1) < 1e-6:
        a = 1 + 1e-6  # a removable gap of the formula
    later = alpha + t + horizon
    with np.errstate(all="ignore"):
        growth = 1 - ((alpha + t) / later) ** (r + x) * special.hyp2f1(
            r + x, b + x, a + b + x - 1, horizon / later
        )
        orders = (a + b + x - 1) / (a - 1) * growth
    # customers who buy almost alike give an r for which the series overflows
    orders = np.where(
        np.isfinite(orders),
        orders,
        _expected_while_active((r, alpha, a, b), x, t, horizon)
        if not np.isfinite(orders).all()
        else 0.0,
    )
    return orders / (1 + _odds_gone((r, alpha, a, b), x, t_x, t))


def _expected_while_active(parameters, x, t, horizon, points=200):
    """The same for a customer who is active, as a mean over the chances to leave.

    A customer who leaves after each purchase with chance p is expected to make
    (1 - ((alpha + t) / (alpha + t + p horizon)) ** (r + x)) / p purchases; p is beta
    with a and b + x. Midpoints of ``points`` equally likely parts: about 3 digits.
    """
    np, special = scientific.numpy, scientific.special
    r, alpha, a, b = parameters
    x, t = (values[..., None] for values in np.broadcast_arrays(x, t))
    parts = (np.arange(points) + 0.5) / points
    leaving = np.maximum(special.betaincinv(a, b + x, parts), 1e-12)
    silent = (r + x) * np.log1p(leaving * horizon / (alpha + t))
    return np.mean(-np.expm1(-silent) / leaving, axis=-1)
