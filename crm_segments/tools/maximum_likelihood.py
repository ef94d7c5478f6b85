"""Maximum likelihood of a model whose parameters are all positive."""

from . import scientific

#: start of the search, and where to begin again if it ends nowhere
STARTS = (1.0, 0.3, 3.0)
#: parameters outside are a likelihood without a maximum, not a customer base
SMALLEST, LARGEST = 1e-5, 1e5


class NoMaximumError(ValueError):
    """The data do not determine the parameters."""


def fit(log_likelihood, count):
    """The ``count`` positive parameters that maximise ``log_likelihood(*parameters)``.

    Searched on the logarithms, so that no parameter can leave its range.

    :return: tuple of parameters, log-likelihood there
    :raise NoMaximumError: no start leads to a maximum inside the range
    """
    np, optimize = scientific.numpy, scientific.optimize
    size = abs(log_likelihood(*[STARTS[0]] * count)) or 1.0

    def loss(logs):
        value = -log_likelihood(*np.exp(logs)) / size
        return value if np.isfinite(value) else 1e9

    limits = [(np.log(SMALLEST), np.log(LARGEST))] * count
    for start in STARTS:
        found = optimize.minimize(
            loss,
            np.log([start] * count),
            method="L-BFGS-B",
            bounds=limits,
            options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 2000, "maxfun": 20000},
        )
        parameters = np.exp(found.x)
        inside = (parameters > SMALLEST * 2) & (parameters < LARGEST / 2)
        if inside.all() and found.fun < 1e9:
            return tuple(map(float, parameters)), float(-found.fun * size)
    raise NoMaximumError("the likelihood has no maximum")
