"""Feynman-parameter integrals of a light boson in the loop: vector, and axion-like h1 and h2.

With r = m_boson^2/m_lepton^2 and D = z^2 + r (1 - z),

    V(r)  = int_0^1 dz z^2 (1 - z)/D,
    h1(r) = 2 int_0^1 dz z^3/D,
    h2(r) = 1 + 2/3 int_0^1 dz (1 + z) ln(D/z^2),

positive integrands all of them, so that nothing cancels, whereas the closed forms lose r^3 of
their digits for r >> 1. In s = ln(z/(1 - z)) the features at z ~ sqrt(r) and 1 - z ~ 1/r are as
wide as any other, and no singularity comes nearer to the real axis than pi/2, for any r: the
trapezoidal rule with step h is exact to exp(-pi^2/h). Its nodes are the same for all r, so a
point does not depend on its neighbours.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from fssm.base import RealArray

# exp(-pi^2/h) = 7e-18; a power of two, so that the nodes are exact.
_STEP = 0.25
# Both ends fall like exp(-|s|): beyond this, below 1e-16.
_TAIL = 38.0
# The peak of h1 at 1 - z ~ 1/r is covered up to this r; beyond, its asymptotic form is exact.
_H1_LIMIT = 1e30
# r/z^2 must fit into a double.
_LARGEST = 1e200


class _Nodes(NamedTuple):
    """z, 1 - z, each to full relative accuracy, and dz."""

    z: RealArray
    rest: RealArray
    weight: RealArray


@cache
def _nodes(end: float) -> _Nodes:
    s = np.arange(-_TAIL, end + _STEP, _STEP)
    z, rest = 1 / (1 + np.exp(-s)), 1 / (1 + np.exp(s))
    return _Nodes(z, rest, _STEP * z * rest)


def _integral(
    integrand: Callable[[float, float, RealArray], RealArray], r: ArrayLike, end: float
) -> RealArray:
    """Sum node by node, which needs no memory and gives a point the same bits in any batch."""
    ratio = np.asarray(r, np.float64)
    total = np.zeros(ratio.shape)
    with quiet_nan():
        for z, rest, weight in zip(*_nodes(end), strict=True):
            total += weight * integrand(z, rest, ratio)
    return np.where((ratio >= 0) & (ratio <= _LARGEST), total, np.nan)[()]


def vector_loop(r: ArrayLike) -> RealArray:
    """V(r), r = m_V^2/m_lepton^2 from 0 to 1e200, else NaN: a = g_V^2/(4 pi^2) V.

    V = 1/2 - pi sqrt(r)/2 + O(r ln r) and V -> 1/(3 r) up to O(ln r/r^2). J.P. Leveille,
    Nucl. Phys. B 137 (1978) 63; M. Pospelov, arXiv:0811.1030.

    >>> round(float(vector_loop(0.0)), 14)
    0.5
    """
    return _integral(lambda z, rest, x: z * z * rest / (z * z + x * rest), r, _TAIL)


def alp_h1(r: ArrayLike) -> RealArray:
    """h1(r), r = m_a^2/m_lepton^2 from 0 to 1e200, else NaN.

    h1(0) = 1, h1 -> (2/r)(ln r - 11/6). M. Bauer, M. Neubert
    and A. Thamm, arXiv:1708.00443, with z -> 1 - z.
    """
    ratio = np.asarray(r, np.float64)
    end = _TAIL + np.log(_H1_LIMIT)
    near = _integral(lambda z, rest, x: 2 * z**3 / (z * z + x * rest), ratio, end)
    with quiet_nan():
        far = 2 / ratio * (np.log(ratio) - 11 / 6)
    return np.where((ratio > _H1_LIMIT) & (ratio <= _LARGEST), far, near)[()]


def alp_h2(r: ArrayLike) -> RealArray:
    """h2(r), r = m_a^2/m_lepton^2 from 0 to 1e200, else NaN; h2(0) = 1, h2 -> ln r + 3/2.

    1 - r/3 + (r^2/6) ln r + ((r + 2)/3) sqrt(r (4 - r)) arccos(sqrt(r)/2) of arXiv:1708.00443,
    as an integral over a positive function.
    """
    return 1 + _integral(
        lambda z, rest, x: 2 / 3 * (1 + z) * np.log1p(x * rest / (z * z)), r, _TAIL
    )
