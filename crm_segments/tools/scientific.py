"""numpy and scipy, which Odoo does not need: prediction is off where they are absent.

Modules of this folder take them from here at the time of the call, so that importing
the addon never fails.
"""

try:
    import numpy
    from scipy import optimize, special
except ImportError:
    numpy = optimize = special = None


def available():
    """Whether prediction can be computed by this Python."""
    return numpy is not None
