"""What the pages on physics print, in plain numpy: masses, loop functions, comparisons."""

import numpy as np
from numpy import log

from fssm.constants import measured

M_E, M_MU, M_TAU = MASSES = [measured(f"m_{name}").value for name in ("electron", "muon", "tau")]
ALPHA = measured("alpha").value


def close(ours, theirs, tolerance=1e-12):
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=0)


def near(ours, theirs, tolerance=1e-12):
    """Entry by entry, relative to the largest."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * np.abs(theirs).max())


# The closed forms, valid away from equal arguments.
def f1n(x):
    return 2 / (1 - x) ** 4 * (1 - 6 * x + 3 * x**2 + 2 * x**3 - 6 * x**2 * log(x))


def f2n(x):
    return 3 / (1 - x) ** 3 * (1 - x**2 + 2 * x * log(x))


def f1c(x):
    return 2 / (1 - x) ** 4 * (2 + 3 * x - 6 * x**2 + x**3 + 6 * x * log(x))


def f2c(x):
    return -3 / (2 * (1 - x) ** 3) * (3 - 4 * x + x**2 + 2 * log(x))


def muon_decay(x):
    """Phase space of l_j -> l_i nu nubar, x = m_i^2/m_j^2."""
    return 1 - 8 * x + 8 * x**3 - x**4 - 12 * x**2 * log(x)


def f_c(x, y):
    rest = (5 - 3 * (x + y) + x * y) / ((x - 1) ** 2 * (y - 1) ** 2)
    logs = -2 * log(x) / ((x - y) * (x - 1) ** 3) + 2 * log(y) / ((x - y) * (y - 1) ** 3)
    return x * y * (rest + logs)


def f_n(x, y):
    rest = (-3 + x + y + x * y) / ((x - 1) ** 2 * (y - 1) ** 2)
    logs = 2 * x * log(x) / ((x - y) * (x - 1) ** 3) - 2 * y * log(y) / ((x - y) * (y - 1) ** 3)
    return x * y * (rest + logs)


def i_loop(a2, b2, c2):
    logs = a2 * b2 * log(a2 / b2) + b2 * c2 * log(b2 / c2) + c2 * a2 * log(c2 / a2)
    return logs / ((a2 - b2) * (b2 - c2) * (a2 - c2))


def b0(a2, b2, q2):
    r = a2 / b2
    return 1 - log(b2 / q2) - r * log(r) / (r - 1)
