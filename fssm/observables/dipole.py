"""Lepton dipole matrix from masses and couplings, itemised; knows no model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import axis_sum, per_point
from fssm.numerics.loops import (
    LOOP_FACTOR,
    CharginoLoops,
    NeutralinoLoops,
    chargino_loops,
    neutralino_loops,
)

if TYPE_CHECKING:
    from fssm.base import AnyArray, Element, RealArray


class Sector(NamedTuple):
    """Inos, scalars and couplings of one kind of loop.

    ``m_ino`` (..., A), GeV, ``scalar_sq`` (..., x), GeV^2, couplings (..., A, x, i).
    """

    m_ino: RealArray
    scalar_sq: RealArray
    left: AnyArray
    right: AnyArray


class DipoleTerms(NamedTuple):
    """Contributions to C_ij in 1/GeV, axes (..., i, j, ino A, scalar x).

    L = -(e/2) C_ij ebar_j sigma^{mn} P_L e_i F_mn + h.c., so a_i = 2 m_i Re C_ii.
    """

    neutralino: AnyArray
    chargino: AnyArray

    def total(self) -> AnyArray:
        """C (..., n, n), summed over all inos and scalars."""
        return loop_total(self.neutralino) + loop_total(self.chargino)


def loop_total(terms: AnyArray) -> AnyArray:
    """Sum of terms (..., ino A, scalar x) over all inos and scalars."""
    return axis_sum(axis_sum(terms, -1), -1)


def neutralino_dipole(
    flip: Element, keep: Element, loops: NeutralinoLoops, scalar_sq: Element
) -> Element:
    """One term of C, neutral fermion, charged scalar: (flip F2N/3 - keep F1N/12)/m_x^2, 1/GeV.

    ``flip`` = m_A n^L_i n^R_j, ``keep`` = m_j n^L_i n^L*_j + m_i n^R*_i n^R_j, GeV. On numbers or
    arrays alike. Martin and Wells, hep-ph/0103067, eq. (2.2), all flavours.
    """
    return LOOP_FACTOR / 2 * (flip / 3 * loops.f2 - keep / 12 * loops.f1) / scalar_sq


def chargino_dipole(
    flip: Element, keep: Element, loops: CharginoLoops, scalar_sq: Element
) -> Element:
    """One term of C, charged fermion, neutral scalar: (2 flip F2C/3 + keep F1C/12)/m_x^2, 1/GeV.

    As :func:`neutralino_dipole` with c^L, c^R; Martin and Wells, eq. (2.3).
    """
    return LOOP_FACTOR / 2 * (2 * flip / 3 * loops.f2 + keep / 12 * loops.f1) / scalar_sq


def scalar_fermion_dipole(
    flip: Element,
    keep: Element,
    fermion_sq: Element,
    scalar_sq: Element,
    *,
    q_fermion: float,
    q_scalar: float,
) -> AnyArray:
    """One term of C, 1/GeV, for L = lL l F S + lR e^c F^c S^* + h.c., masses squared in GeV^2.

    ``flip`` = m_F lL_i lR_j, ``keep`` = m_j lL_i lL_j^* + m_i lR_i^* lR_j, GeV, times the number of
    colours; ``q_fermion`` and ``q_scalar`` are the fractions of the lepton's charge in the loop,
    with sum 1. The chargino loop is the case (1, 0), the neutralino loop (0, 1) with n^R = -lR.
    L. Lavoura, hep-ph/0302221.
    """
    x = np.asarray(fermion_sq) / scalar_sq
    charged = chargino_dipole(flip, keep, chargino_loops(x), scalar_sq)
    neutral = neutralino_dipole(-flip, keep, neutralino_loops(x), scalar_sq)
    return np.asarray(q_fermion * charged + q_scalar * neutral)


def neutralino_terms(sector: Sector, m_lepton: RealArray) -> AnyArray:
    """All terms (..., i, j, A, x) of the neutralino loops; ``m_lepton`` (..., i) in GeV."""
    loops = neutralino_loops(mass_ratio(sector))
    per_loop = NeutralinoLoops(*(_per_loop(f) for f in loops))
    flip, keep = _chirality(sector, m_lepton)
    return np.asarray(neutralino_dipole(flip, keep, per_loop, _scalars(sector)))


def chargino_terms(sector: Sector, m_lepton: RealArray) -> AnyArray:
    """All terms (..., i, j, A, x) of the chargino loops; ``m_lepton`` (..., i) in GeV."""
    loops = chargino_loops(mass_ratio(sector))
    per_loop = CharginoLoops(*(_per_loop(f) for f in loops))
    flip, keep = _chirality(sector, m_lepton)
    return np.asarray(chargino_dipole(flip, keep, per_loop, _scalars(sector)))


def _per_loop(function: RealArray) -> RealArray:
    """(..., A, x) beside the axes (..., i, j, A, x)."""
    return function[..., None, None, :, :]


def _scalars(sector: Sector) -> RealArray:
    return sector.scalar_sq[..., None, None, None, :]


def mass_ratio(sector: Sector) -> RealArray:
    """m_A^2/m_x^2 (..., A, x)."""
    return np.asarray(sector.m_ino[..., :, None] ** 2 / sector.scalar_sq[..., None, :])


def _chirality(sector: Sector, m_lepton: RealArray) -> tuple[AnyArray, AnyArray]:
    """m_A n^L_i n^R_j and m_j n^L_i n^L*_j + m_i n^R*_i n^R_j as (..., i, j, A, x)."""
    l_i, r_i = (np.moveaxis(c, -1, -3)[..., :, None, :, :] for c in sector[2:])
    l_j, r_j = (np.moveaxis(c, -1, -3)[..., None, :, :, :] for c in sector[2:])
    m_i, m_j = per_point(m_lepton[..., :, None], 2), per_point(m_lepton[..., None, :], 2)
    flip = sector.m_ino[..., None, None, :, None] * (l_i * r_j)
    return flip, m_j * l_i * l_j.conjugate() + m_i * r_i.conjugate() * r_j
