"""Estimated rounding error of the dipole matrix: what flavour-diagonal cancellations leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.base import abs_sq, axis_sum, per_point
from fssm.model.couplings import Legs
from fssm.numerics.linalg import matmul
from fssm.numerics.loops import LOOP_FACTOR, chargino_loops, neutralino_loops
from fssm.observables.dipole import mass_ratio

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.observables.dipole import Sector

# With this factor the estimate exceeds the errors found against the reference, see the tests.
SAFETY = 4.0


def dipole_noise(
    dipole: AnyArray,
    neutral: Sector,
    charged: Sector,
    mass_matrix: AnyArray,
    legs: Legs,
    m_lepton: RealArray,
) -> RealArray:
    """Rounding error of C (..., n, n) in 1/GeV, from C itself and what it is the sum of.

    The slepton matrix is known to the rounding of its largest entry, the external legs to that
    of the lepton ``mass_matrix`` (..., n, n), GeV, that they make diagonal; both mix flavours, so
    that an off-diagonal entry inherits the error of the diagonal ones, however small it is.
    """
    hierarchy = neutral.scalar_sq.max(-1) / neutral.scalar_sq.min(-1)
    loops = neutralino_loops(mass_ratio(neutral)), chargino_loops(mass_ratio(charged))
    terms = _size(neutral, loops[0].f2 / 3, m_lepton) + _size(charged, loops[1].f2, m_lepton)
    angles, size = leg_error(mass_matrix, legs, m_lepton), np.abs(dipole)
    turned = matmul(np.swapaxes(angles.left, -1, -2), size) + matmul(size, angles.right)
    noise = per_point(hierarchy, 2) * terms + turned
    return np.asarray(SAFETY * np.finfo(float).eps * noise)


def leg_error(mass_matrix: AnyArray, legs: Legs, m_lepton: RealArray) -> Legs:
    """Mixing angles (..., n, n) between external legs from rounding, in units of it.

    The rounding of A^dag m B, entry by entry, over the difference of the masses; the columns of
    A and B are orthogonal to rounding themselves. ``mass_matrix`` (..., n, n) and its singular
    values ``m_lepton`` (..., n) in GeV.
    """
    left, right = (np.abs(rotation) for rotation in legs)
    entry = matmul(matmul(np.swapaxes(left, -1, -2), np.abs(mass_matrix)), right)
    transposed = np.swapaxes(entry, -1, -2)
    m_i, m_j = m_lepton[..., :, None], m_lepton[..., None, :]
    other = 1 - np.eye(m_lepton.shape[-1])
    gap = np.where(other, np.abs((m_j - m_i) * (m_j + m_i)), 1.0)
    angles = (m_j * entry + m_i * transposed, m_j * transposed + m_i * entry)
    return Legs(*((1 + angle / gap) * other for angle in angles))


def _size(sector: Sector, loop: RealArray, m_lepton: RealArray) -> RealArray:
    """Bound on the sum of the moduli of the terms of C_ij.

    Norms over the scalars do not depend on the basis among degenerate ones, the terms do.
    """
    weight = np.max(loop / sector.scalar_sq[..., None, :], axis=-1)[..., None]
    left, right = (np.sqrt(axis_sum(abs_sq(c), -2)) for c in (sector.left, sector.right))
    flip = matmul(np.swapaxes(weight * np.abs(sector.m_ino)[..., None] * left, -1, -2), right)
    keep = matmul(np.swapaxes(weight * left, -1, -2), left * m_lepton[..., None, :])
    return np.asarray(LOOP_FACTOR / 2 * (flip + keep))
