"""From a dipole matrix to observables, and pulls against named data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, real_part
from fssm.constants import Measurement, measured
from fssm.numerics.loops import muon_decay_phase_space

if TYPE_CHECKING:
    from fssm.base import AnyArray, Element, NumberLike, RealArray, RealLike


class LoopSum(NamedTuple):
    """Contributions (...): one loop by sector, two-loop QED logarithm, and the total."""

    neutralino: RealArray
    chargino: RealArray
    one_loop: RealArray
    qed_log: RealArray
    total: RealArray


def loop_sum(neutralino: RealArray, chargino: RealArray, logarithm: RealLike) -> LoopSum:
    """The parts and their sum; the logarithm is a factor on the one-loop result, minus one."""
    one_loop = neutralino + chargino
    correction = one_loop * logarithm
    parts = (neutralino, chargino, one_loop, correction, one_loop + correction)
    return LoopSum(*(np.asarray(part)[()] for part in parts))


def anomalous_moment(dipole: AnyArray, m_lepton: RealArray) -> RealArray:
    """a_i = 2 m_i Re C_ii (dimensionless) from C (..., n, n) in 1/GeV and m (..., n) in GeV."""
    return np.asarray(moment(np.diagonal(dipole, axis1=-2, axis2=-1), m_lepton))


def moment(coefficient: Element, m_lepton: Element) -> Element:
    """2 m Re C, entry by entry: a sum of dipole terms or each of them, numbers or arrays."""
    return 2 * m_lepton * real_part(coefficient)


def electric_dipole_moment(dipole: AnyArray) -> RealArray:
    """d_i = -e Im C_ii (..., n) in e cm from C (..., n, n) in 1/GeV.

    For L = -(i/2) d_i ebar sigma^{mn} gamma5 e F_mn with the e and F of L = -(e/2) C_ij ebar_j
    sigma^{mn} P_L e_i F_mn + h.c.; there e is the charge of the lepton (D = d + i e A), so that
    the unit "e" of the number is -1.6e-19 C. Moduli do not depend on this.
    """
    diagonal = np.diagonal(dipole, axis1=-2, axis2=-1)
    # The imaginary part of a real NaN is 0; a flagged point has no electric dipole moment.
    imaginary = np.where(np.isnan(diagonal), np.nan, np.imag(diagonal))
    # 0.0 - x: a vanishing moment has no sign.
    return np.asarray(0.0 - measured("hbar_c").value * imaginary)


def radiative_width(c_ij: NumberLike, c_ji: NumberLike, m_i: RealLike, m_j: RealLike) -> RealArray:
    """Gamma(l_j -> l_i gamma) in GeV from dipole entries in 1/GeV and masses in GeV.

    (alpha m_j^3/4)(|C_ij|^2 + |C_ji|^2)(1 - m_i^2/m_j^2)^3.
    """
    sizes = abs_sq(np.asarray(c_ij)) + abs_sq(np.asarray(c_ji))
    ratio = np.asarray(m_i) / m_j
    # Not 1 - ratio: the difference of close masses is exact.
    phase_space = ((m_j - np.asarray(m_i)) / m_j * (1 + ratio)) ** 3
    return np.asarray(measured("alpha").value / 4 * np.asarray(m_j) ** 3 * sizes * phase_space)


def leptonic_width(m_i: RealLike, m_j: RealLike, g_f: RealLike) -> RealArray:
    """Gamma(l_j -> l_i nu nubar) = G_F^2 m_j^5/(192 pi^3) f(m_i^2/m_j^2), GeV, at tree level.

    f = 1 - 8 x + 8 x^3 - x^4 - 12 x^2 ln x, which is 0.9726 for tau -> mu nu nubar.
    """
    massless = np.asarray(g_f) ** 2 * np.asarray(m_j) ** 5 / (192 * np.pi**3)
    return np.asarray(massless * muon_decay_phase_space(m_i, m_j))


def qed_logarithm(m_susy: RealArray, m_lepton: RealArray) -> RealArray:
    """Universal two-loop factor minus one: -(4 alpha/pi) ln(M_SUSY/m), masses in GeV.

    Degrassi and Giudice, hep-ph/9803384, eq. (18).
    """
    return np.asarray(-4 * measured("alpha").value / np.pi * np.log(m_susy / m_lepton))


def pull(value: RealArray, data: Measurement) -> RealArray:
    """(value - measured)/uncertainty; the uncertainty of the data set, none of the prediction."""
    return np.asarray((value - data.value) / data.uncertainty)
