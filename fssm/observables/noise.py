"""Estimated rounding error of the dipole matrix: what flavour-diagonal cancellations leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.base import abs_sq, per_point
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
    m_lepton: RealArray,
) -> RealArray:
    """Rounding error of C (..., n, n) in 1/GeV, from C itself and what it is the sum of.

    The slepton matrix is known to the rounding of its largest entry, the external legs to that
    of the lepton ``mass_matrix`` (..., n, n), GeV; both mix flavours, so that an off-diagonal
    entry inherits the error of the diagonal ones, however small it is itself.
    """
    hierarchy = neutral.scalar_sq.max(-1) / neutral.scalar_sq.min(-1)
    loops = neutralino_loops(mass_ratio(neutral)), chargino_loops(mass_ratio(charged))
    terms = _size(neutral, loops[0].f2 / 3, m_lepton) + _size(charged, loops[1].f2, m_lepton)
    legs, size = _leg_error(mass_matrix, m_lepton), np.abs(dipole)
    noise = per_point(hierarchy, 2) * terms + legs @ size + size @ legs
    return np.asarray(SAFETY * np.finfo(float).eps * noise)


def _leg_error(mass_matrix: AnyArray, m_lepton: RealArray) -> RealArray:
    """Mixing angles of the legs from rounding, in units of it.

    The singular value decomposition keeps the small rows and columns of a graded matrix: an
    entry is known to the rounding of the smaller of its row and its column.
    """
    rows, columns = (np.sort(np.abs(mass_matrix).max(axis), axis=-1) for axis in (-1, -2))
    entry = np.minimum(rows[..., :, None], columns[..., None, :])
    either = np.maximum(entry, np.swapaxes(entry, -1, -2))
    larger = np.maximum(m_lepton[..., :, None], m_lepton[..., None, :])
    return np.asarray(either / larger * (1 - np.eye(m_lepton.shape[-1])))


def _size(sector: Sector, loop: RealArray, m_lepton: RealArray) -> RealArray:
    """Bound on the sum of the moduli of the terms of C_ij.

    Norms over the scalars do not depend on the basis among degenerate ones, the terms do.
    """
    weight = np.max(loop / sector.scalar_sq[..., None, :], axis=-1)[..., None]
    left, right = (np.sqrt(np.sum(abs_sq(c), axis=-2)) for c in (sector.left, sector.right))
    flip = np.swapaxes(weight * np.abs(sector.m_ino)[..., None] * left, -1, -2) @ right
    keep = np.swapaxes(weight * left, -1, -2) @ (left * m_lepton[..., None, :])
    return np.asarray(LOOP_FACTOR / 2 * (flip + keep))
