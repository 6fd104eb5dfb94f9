"""Dimensionless one-loop functions without cancellations, relative error below 1e-13.

Everything here is an integral over positive terms,

    int_0^inf s^k ds / prod_i (s + x_i),

that is, a divided difference of ln (k = 0) or of t ln t (k = 1). With r the ratio of two
arguments and w = (1 - r)/(1 + r), p = 1 + w, q = 1 - w, the functions of one ratio become
polynomials in w times

    A = atanh(w)/w,   A' = (A - 1)/w^2,   A'' = (A' - 1/3)/w^2,

written so that no terms cancel; more arguments are reached by convex combinations of
divided differences. So nothing is lost near equal masses, and the switch of A to its closed
form at |w| = 1/2 is far from any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from fssm.base import RealArray

# The loop measure 1/(16 pi^2).
LOOP_FACTOR = 1 / (16 * np.pi**2)
# Series of A'' for |w| <= 1/2: 24 terms leave 4^-24 relative, below rounding.
_SERIES = tuple(1.0 / (2 * k + 5) for k in range(24))
_TINY = np.finfo(np.float64).tiny


class _Ratio(NamedTuple):
    """w, p = 1 + w, q = 1 - w of one ratio, A', A'' and B = A' - A''."""

    w: RealArray
    p: RealArray
    q: RealArray
    a1: RealArray
    a2: RealArray
    b: RealArray


class NeutralinoLoops(NamedTuple):
    """F1N and F2N at the same argument."""

    f1: RealArray
    f2: RealArray


class CharginoLoops(NamedTuple):
    """F1C and F2C at the same argument."""

    f1: RealArray
    f2: RealArray


def _ratio(x: ArrayLike) -> _Ratio:
    r = np.asarray(x, dtype=np.float64)
    # r = 0 enters as the smallest normal number: r ln r vanishes there and ln r stays finite.
    r = np.where((r >= 0) & (r < np.inf), np.maximum(r, _TINY), np.nan)
    p, q = 2 / (1 + r), 2 / (1 + 1 / r)
    w = (1 - r) / (1 + r)
    t = w * w
    near = np.abs(w) <= 0.5
    t_near = np.where(near, t, 0.0)
    a2_near = np.full_like(t_near, _SERIES[-1])
    for coefficient in reversed(_SERIES[:-1]):
        a2_near = a2_near * t_near + coefficient
    a1_near = 1 / 3 + t_near * a2_near
    w_far, t_far = np.where(near, 1.0, w), np.where(near, 1.0, t)
    a1_far = (np.log(r) / (-2 * w_far) - 1) / t_far
    a1 = np.where(near, a1_near, a1_far)
    # B = A' - A'' cancels for r -> 0; from A directly it does not.
    b = np.where(near, a1_near - a2_near, (1 / 3 - p * q * a1_far) / t_far)
    a2 = np.where(near, a2_near, (a1_far - 1 / 3) / t_far)
    return _Ratio(w, p, q, a1, a2, b)


def _f1n(z: _Ratio) -> RealArray:
    return z.p * (1 - 1.5 * z.w * z.b * z.q)


def _f2n(z: _Ratio) -> RealArray:
    return z.p * (1 + 1.5 * z.w * z.w * z.b)


def _f1c(z: _Ratio) -> RealArray:
    return z.p * (1 + 1.5 * z.w * z.b * z.p)


def _f2c(z: _Ratio) -> RealArray:
    return 0.75 * z.p * (1 + z.p * z.p * z.a1)


def f1n(x: ArrayLike) -> RealArray:
    """F1N(x) = 2F1(1, 2; 5; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.5); F1N(0) = 2, F1N(1) = 1.

    >>> float(f1n(1.0)), float(f1n(0.0))
    (1.0, 2.0)
    """
    return _f1n(_ratio(x))


def f2n(x: ArrayLike) -> RealArray:
    """F2N(x) = 2F1(1, 2; 4; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.6); F2N(0) = 3, F2N(1) = 1.
    """
    return _f2n(_ratio(x))


def f1c(x: ArrayLike) -> RealArray:
    """F1C(x) = 2F1(1, 3; 5; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.7); F1C(0) = 4, F1C(1) = 1.
    """
    return _f1c(_ratio(x))


def f2c(x: ArrayLike) -> RealArray:
    """F2C(x) = 2F1(1, 3; 4; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.8); F2C(1) = 1, logarithmic pole at 0, where
    m F2C vanishes with m (see :func:`chargino_loops`).
    """
    return np.where(np.asarray(x) == 0, np.inf, _f2c(_ratio(x)))


def neutralino_loops(x: ArrayLike) -> NeutralinoLoops:
    """F1N and F2N from one logarithm."""
    z = _ratio(x)
    return NeutralinoLoops(_f1n(z), _f2n(z))


def chargino_loops(x: ArrayLike) -> CharginoLoops:
    """F1C and F2C from one logarithm; F2C stays finite at x = 0, so that m F2C is 0 there."""
    z = _ratio(x)
    return CharginoLoops(_f1c(z), _f2c(z))


def b0(m_a_sq: ArrayLike, m_b_sq: ArrayLike, scale_sq: ArrayLike) -> RealArray:
    """Finite part of B0(0; m_a, m_b) = 1 - ln(m_b^2/Q^2) - r ln r/(r - 1), r = m_a^2/m_b^2.

    Masses and the scale Q squared, same unit. The pole 1/eps is dropped: use differences.

    >>> float(b0(1.0, 1.0, 1.0))
    0.0
    """
    low, high = np.minimum(m_a_sq, m_b_sq), np.maximum(m_a_sq, m_b_sq)
    with quiet_nan():
        z = _ratio(np.where(low >= 0, low / high, np.nan))
        return 1 - np.log(high / scale_sq) - z.q * (1 + z.w * z.w * z.a1)


def i_loop(a_sq: ArrayLike, b_sq: ArrayLike, c_sq: ArrayLike) -> RealArray:
    """I(a, b, c) = int_0^inf s ds/((s + a^2)(s + b^2)(s + c^2)), in 1/mass^2; I(m,m,m) = 1/(2m^2).

    Arguments are squared masses in any order; one may be 0, infinite with two; NaN below 0.
    The integral behind epsilon_l of arXiv:2104.08293.
    """
    ordered = np.sort(np.stack(np.broadcast_arrays(a_sq, b_sq, c_sq), axis=-1), axis=-1)
    low, mid, high = ordered[..., 0], ordered[..., 1], ordered[..., 2]
    with quiet_nan():
        weight = _convex(high - mid, mid - low)
        mean = weight.first * _i_pair(high / mid) + weight.second * _i_pair(low / mid)
        return np.where(low < 0, np.nan, np.where(mid == 0, np.inf, mean / mid))


def _i_pair(r: RealArray) -> RealArray:
    """(r ln r - r + 1)/(r - 1)^2 = int s ds/((s + 1)^2 (s + r))."""
    z = _ratio(r)
    return z.p / 2 * (1 - z.w * z.q * z.a1)


class _Weights(NamedTuple):
    """Two weights >= 0 with sum 1."""

    first: RealArray
    second: RealArray


def _convex(first: RealArray, second: RealArray) -> _Weights:
    """Normalise two parts of one sign; where both vanish, any weights will do."""
    first = np.where((first == 0) & (second == 0), 1.0, first)
    whole = first + second
    return _Weights(first / whole, second / whole)


class _Family(NamedTuple):
    """int s^k ds/((s+1)^4 (s+r)) and int s^k ds/((s+1)^3 (s+r)^2) for one k."""

    k: int
    four_one: Callable[[_Ratio], RealArray]
    three_two: Callable[[_Ratio], RealArray]


def _c41(z: _Ratio) -> RealArray:
    return z.p / 8 * (2 + z.w + z.w * z.w / 3 + z.p**3 * z.w * z.a2)


def _c32(z: _Ratio) -> RealArray:
    inner = z.p**2 * z.w * (1 / z.q - 3 * z.p * z.a2)
    return z.p**2 / 8 * (1 + 3 * z.p**2 * z.a1 + inner)


def _n41(z: _Ratio) -> RealArray:
    return z.p / 12 * (1 + 1.5 * z.p * z.w * z.b)


def _n32(z: _Ratio) -> RealArray:
    inner = z.p * z.w * (2 * z.a1 - 1 + 3 * z.p * z.q * z.a2)
    return z.p**2 / 12 * (1 + 1.5 * (z.w * z.w * z.b + inner))


_C_FAMILY = _Family(0, _c41, _c32)
_N_FAMILY = _Family(1, _n41, _n32)


def _five_point(x: ArrayLike, y: ArrayLike, family: _Family) -> RealArray:
    """int_0^inf s^k ds/((s+1)^3 (s+x)(s+y)) as a convex combination of one-ratio integrals."""
    x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    low, high = np.minimum(x, y), np.maximum(x, y)
    with quiet_nan():
        # 1 between x and y: f[1,1,1,x,y] from f[1,1,1,1,x] and f[1,1,1,1,y].
        weight = _convex(1 - low, high - 1)
        at_low, at_high = family.four_one(_ratio(low)), family.four_one(_ratio(high))
        between = weight.first * at_low + weight.second * at_high
        # Both on one side: raise the multiplicity of the one nearer to 1, three times.
        below = high < 1
        near, far = np.where(below, high, low), np.where(below, low, high)
        first, rest = _convex(near - 1, far - near)
        inverse, power = _ratio(1 / near), near ** (family.k - 4)
        aside = first * family.three_two(_ratio(near)) + rest * power * (
            first * family.three_two(inverse)
            + rest * first * family.four_one(inverse)
            + rest**2 * family.four_one(_ratio(far / near))
        )
    return np.where((low <= 1) & (high >= 1), between, aside)


def f_c_reduced(x: ArrayLike, y: ArrayLike) -> RealArray:
    """f_C(x, y)/(x y) = 2 int_0^inf ds/((s+1)^3 (s+x)(s+y)); infinite where x or y is 0."""
    divergent = (np.asarray(x) == 0) | (np.asarray(y) == 0)
    return np.where(divergent, np.inf, 2 * _five_point(x, y, _C_FAMILY))


def f_n_reduced(x: ArrayLike, y: ArrayLike) -> RealArray:
    """f_N(x, y)/(x y) = 2 int_0^inf s ds/((s+1)^3 (s+x)(s+y)); infinite where x = y = 0."""
    divergent = (np.asarray(x) == 0) & (np.asarray(y) == 0)
    return np.where(divergent, np.inf, 2 * _five_point(x, y, _N_FAMILY))


def f_c(x: ArrayLike, y: ArrayLike) -> RealArray:
    """f_C of the mass-insertion approximation, ratios of squared masses >= 0; f_C(1, 1) = 1/2.

    Endo et al., arXiv:1303.4256, eq. (2.10), as a positive integral.
    """
    product = np.asarray(x, np.float64) * np.asarray(y, np.float64)
    with quiet_nan():
        return np.where(product == 0, 0.0, product * f_c_reduced(x, y))


def f_n(x: ArrayLike, y: ArrayLike) -> RealArray:
    """f_N of the mass-insertion approximation, ratios of squared masses >= 0; f_N(1, 1) = 1/6.

    Endo et al., arXiv:1303.4256, eq. (2.11), as a positive integral.
    """
    product = np.asarray(x, np.float64) * np.asarray(y, np.float64)
    with quiet_nan():
        return np.where(product == 0, 0.0, product * f_n_reduced(x, y))
