"""Dimensionless one-loop functions without cancellations, relative error below 1e-13.

Everything here is an integral over positive terms,

    int_0^inf s^k ds / prod_i (s + x_i),

that is, a divided difference of ln (k = 0) or of t ln t (k = 1). With r the ratio of two
arguments and w = (1 - r)/(1 + r), p = 1 + w, q = 1 - w, the functions of one ratio become
polynomials in w times

    A = atanh(w)/w,   A' = (A - 1)/w^2,   A'' = (A' - 1/3)/w^2,

written so that no terms cancel; more arguments are reached by convex combinations of
divided differences. So nothing is lost near equal masses, and the switch of A to its closed
form at |w| = 1/2 is far from any of them. The phase space of muon decay is made of the same parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from fssm.base import Element, RealArray

# The loop measure 1/(16 pi^2).
LOOP_FACTOR = 1 / (16 * np.pi**2)
# A'' on |w| <= 1/2 by the Chebyshev fit of degree 13 in t = w^2 to 6.8e-18, of the ascending series
# sum t^k/(2k + 5), which would need 24 terms; mpmath.chebyfit(series, [0, 1/4], 14).
_NEAR = (
    0.19999999999999998,
    0.14285714285715104,
    0.11111111110899119,
    0.0909090911249545,
    0.0769230654871024,
    0.06666702832317427,
    0.05881615144151644,
    0.0527331845584346,
    0.04665109569350335,
    0.04990620562188328,
    0.01052550972528995,
    0.1273505868867967,
    -0.136994059503047,
    0.19884287906446,
)
_NEAR_T = 0.25
# 1/3 to rounding; three spacings below it the closed forms, which cancel there, happen to agree
# with the series to 2e-16.
_FAR_RATIO = 1 / 3 - 3 * 2.0**-54
_TINY = np.finfo(np.float64).tiny


class _Ratio(NamedTuple):
    """w, p = 1 + w, q = 1 - w of one ratio, and what A', A'', B = A' - A'' are made of.

    Two expressions, each for its own side of |w| = 1/2: the series ``near`` of A'' at ``t_near``
    <= 1/4, and ``far``, the closed form of A' at ``t_far`` >= 1/4 with ``pq_far`` = 1 - t_far. The
    argument of the one not in use is held at the seam, where its value is known, so that both
    can be added and no branch is taken: selecting with a mask costs more than the formulas.
    """

    w: RealArray
    p: RealArray
    q: RealArray
    t_near: RealArray
    near: RealArray
    t_far: RealArray
    pq_far: RealArray
    far: RealArray


class NeutralinoLoops(NamedTuple):
    """F1N and F2N at the same argument."""

    f1: RealArray
    f2: RealArray


class CharginoLoops(NamedTuple):
    """F1C and F2C at the same argument."""

    f1: RealArray
    f2: RealArray


def reduced_ratio(r: RealArray) -> _Ratio:
    """The parts of one ratio r, a number or an array; NaN for r < 0 and for infinity."""
    p = 2 / (1 + r)
    q = r * p
    w = (1 - r) / (1 + r)
    low = np.minimum(np.minimum(p, q) / np.maximum(p, q), _FAR_RATIO)
    w_far = (1 - low) / (1 + low)
    t_far = w_far * w_far
    t_near = np.minimum(w * w, _NEAR_T)
    # ln r stays finite at r = 0, where r ln r vanishes.
    far = (np.log(low + _TINY) / (-2 * w_far) - 1) / t_far
    pq_far = 4 * low / ((1 + low) * (1 + low))
    return _Ratio(w, p, q, t_near, series(t_near), t_far, pq_far, far)


def series(t: RealArray) -> RealArray:
    """A'' on 0 <= t = w^2 <= 1/4."""
    total = _NEAR[13] * t + _NEAR[12]
    for k in range(11, -1, -1):
        total = total * t + _NEAR[k]
    return total


def _ratio(x: ArrayLike) -> _Ratio:
    with quiet_nan():
        return reduced_ratio(np.asarray(x, dtype=np.float64))


# A'', A' and B at the seam.
_SEAM_A2 = float(series(np.asarray(_NEAR_T)))
_SEAM_A1 = 1 / 3 + _NEAR_T * _SEAM_A2
_SEAM_B = 1 / 3 - (1 - _NEAR_T) * _SEAM_A2


def _a1(z: _Ratio) -> RealArray:
    return (1 / 3 + z.t_near * z.near) + (z.far - _SEAM_A1)


def _a2(z: _Ratio) -> RealArray:
    return z.near + ((z.far - 1 / 3) / z.t_far - _SEAM_A2)


def _b(z: _Ratio) -> RealArray:
    # Each written so that it does not cancel, the far one for r -> 0.
    near = 1 / 3 - (1 - z.t_near) * z.near
    return near + ((1 / 3 - z.pq_far * z.far) / z.t_far - _SEAM_B)


def neutralino_loops_reduced(z: _Ratio) -> NeutralinoLoops:
    """F1N and F2N of a reduced ratio, on numbers or arrays."""
    h = 1.5 * z.w * _b(z)
    return NeutralinoLoops(z.p * (1 - h * z.q), z.p * (1 + h * z.w))


def chargino_loops_reduced(z: _Ratio) -> CharginoLoops:
    """F1C and F2C of a reduced ratio, on numbers or arrays."""
    h = 1.5 * z.w * _b(z)
    return CharginoLoops(z.p * (1 + h * z.p), 0.75 * z.p * (1 + z.p * z.p * _a1(z)))


def f1n(x: ArrayLike) -> RealArray:
    """F1N(x) = 2F1(1, 2; 5; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.5); F1N(0) = 2, F1N(1) = 1.

    >>> float(f1n(1.0)), float(f1n(0.0))
    (1.0, 2.0)
    """
    return neutralino_loops(x).f1


def f2n(x: ArrayLike) -> RealArray:
    """F2N(x) = 2F1(1, 2; 4; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.6); F2N(0) = 3, F2N(1) = 1.
    """
    return neutralino_loops(x).f2


def f1c(x: ArrayLike) -> RealArray:
    """F1C(x) = 2F1(1, 3; 5; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.7); F1C(0) = 4, F1C(1) = 1.
    """
    return chargino_loops(x).f1


def f2c(x: ArrayLike) -> RealArray:
    """F2C(x) = 2F1(1, 3; 4; 1 - x), x = m_ino^2/m_scalar^2 >= 0; NaN for x < 0.

    Martin and Wells, hep-ph/0103067, eq. (2.8); F2C(1) = 1, logarithmic pole at 0, where
    m F2C vanishes with m (see :func:`chargino_loops`).
    """
    return np.where(np.asarray(x) == 0, np.inf, chargino_loops(x).f2)


def neutralino_loops(x: ArrayLike) -> NeutralinoLoops:
    """F1N and F2N from one logarithm."""
    return neutralino_loops_reduced(_ratio(x))


def chargino_loops(x: ArrayLike) -> CharginoLoops:
    """F1C and F2C from one logarithm; F2C stays finite at x = 0, so that m F2C is 0 there."""
    return chargino_loops_reduced(_ratio(x))


def muon_decay_phase_space(m_light: ArrayLike, m_heavy: ArrayLike) -> RealArray:
    """f(x) = 1 - 8 x + 8 x^3 - x^4 - 12 x^2 ln x of l_j -> l_i nu nubar, x = (m_light/m_heavy)^2.

    8 w^5 (1 + w^2 + 3 p^2 q^2 A'')/p^4, all terms positive; near x = 1 it is (2/5)(1 - x)^5, and
    w is taken from the masses, whose difference is exact there. NaN for m_heavy = 0.

    >>> float(muon_decay_phase_space(0.0, 1.0)), float(muon_decay_phase_space(1.0, 1.0))
    (1.0, 0.0)
    """
    light, heavy = (np.asarray(m, dtype=np.float64) for m in (m_light, m_heavy))
    with quiet_nan():
        ratio = light / heavy
        z = reduced_ratio(ratio * ratio)
        w = (heavy - light) / heavy * (1 + ratio) * (z.p / 2)
        return 8 * w**5 * (1 + w * w + 3 * (z.p * z.q) ** 2 * _a2(z)) / z.p**4


def b0(m_a_sq: ArrayLike, m_b_sq: ArrayLike, scale_sq: ArrayLike) -> RealArray:
    """Finite part of B0(0; m_a, m_b) = 1 - ln(m_b^2/Q^2) - r ln r/(r - 1), r = m_a^2/m_b^2.

    Masses and the scale Q squared, same unit. The pole 1/eps is dropped: use differences.

    >>> float(b0(1.0, 1.0, 1.0))
    0.0
    """
    low, high = np.minimum(m_a_sq, m_b_sq), np.maximum(m_a_sq, m_b_sq)
    with quiet_nan():
        ratio = np.where(low >= 0, low / high, np.nan)
        return np.asarray(b0_of_ratio(ratio, np.log(high / scale_sq)))[()]


def b0_of_ratio(r: Element, logarithm: Element) -> Element:
    """B0 of r = m_a^2/m_b^2 and ln(m_b^2/Q^2), on numbers or arrays; NaN for r < 0, r infinite.

    ln r/(r - 1) needs no series near 1, where r - 1 is exact and ln r accurate. _TINY makes 0/0
    at r = 1 and 0 ln 0 the limits that they are.
    """
    return 1 - logarithm - r * ((np.log(r + _TINY) + _TINY) / (r - 1 + _TINY))


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
    return z.p / 2 * (1 - z.w * z.q * _a1(z))


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
    return z.p / 8 * (2 + z.w + z.w * z.w / 3 + z.p**3 * z.w * _a2(z))


def _c32(z: _Ratio) -> RealArray:
    inner = z.p**2 * z.w * (1 / z.q - 3 * z.p * _a2(z))
    return z.p**2 / 8 * (1 + 3 * z.p**2 * _a1(z) + inner)


def _n41(z: _Ratio) -> RealArray:
    return z.p / 12 * (1 + 1.5 * z.p * z.w * _b(z))


def _n32(z: _Ratio) -> RealArray:
    inner = z.p * z.w * (2 * _a1(z) - 1 + 3 * z.p * z.q * _a2(z))
    return z.p**2 / 12 * (1 + 1.5 * (z.w * z.w * _b(z) + inner))


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
