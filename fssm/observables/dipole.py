"""Lepton dipole matrix from masses and couplings, itemised; knows no model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import per_point
from fssm.numerics.loops import LOOP_FACTOR, chargino_loops, neutralino_loops

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray


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
        return np.asarray(self.neutralino.sum((-2, -1)) + self.chargino.sum((-2, -1)))


def neutralino_terms(sector: Sector, m_lepton: RealArray) -> AnyArray:
    """Neutral fermion, charged scalar: (m_A/3) n^L_i n^R_j F2N - (1/12)(...) F1N, over m_x^2.

    ``m_lepton`` (..., i) in GeV. Martin and Wells, hep-ph/0103067, eq. (2.2), all flavours.
    """
    loops = neutralino_loops(mass_ratio(sector))
    flip, keep = _chirality(sector, m_lepton)
    return _assemble(sector.m_ino / 3, loops.f2, flip, -loops.f1 / 12, keep, sector.scalar_sq)


def chargino_terms(sector: Sector, m_lepton: RealArray) -> AnyArray:
    """Charged fermion, neutral scalar: (2 m_A/3) c^L_i c^R_j F2C + (1/12)(...) F1C, over m_x^2.

    Shapes and units as in :func:`neutralino_terms`; Martin and Wells, eq. (2.3).
    """
    loops = chargino_loops(mass_ratio(sector))
    flip, keep = _chirality(sector, m_lepton)
    return _assemble(2 * sector.m_ino / 3, loops.f2, flip, loops.f1 / 12, keep, sector.scalar_sq)


def mass_ratio(sector: Sector) -> RealArray:
    """m_A^2/m_x^2 (..., A, x)."""
    return np.asarray(sector.m_ino[..., :, None] ** 2 / sector.scalar_sq[..., None, :])


def _chirality(sector: Sector, m_lepton: RealArray) -> tuple[AnyArray, AnyArray]:
    """n^L_i n^R_j and m_j n^L_i n^L*_j + m_i n^R*_i n^R_j as (..., i, j, A, x)."""
    l_i, r_i = (np.moveaxis(c, -1, -3)[..., :, None, :, :] for c in sector[2:])
    l_j, r_j = (np.moveaxis(c, -1, -3)[..., None, :, :, :] for c in sector[2:])
    m_i, m_j = per_point(m_lepton[..., :, None], 2), per_point(m_lepton[..., None, :], 2)
    return l_i * r_j, m_j * l_i * l_j.conjugate() + m_i * r_i.conjugate() * r_j


def _assemble(
    m_flip: RealArray,
    f_flip: RealArray,
    flip: AnyArray,
    f_keep: RealArray,
    keep: AnyArray,
    scalar_sq: RealArray,
) -> AnyArray:
    flips = (m_flip[..., :, None] * f_flip)[..., None, None, :, :] * flip
    keeps = f_keep[..., None, None, :, :] * keep
    return LOOP_FACTOR / 2 * (flips + keeps) / scalar_sq[..., None, None, None, :]
