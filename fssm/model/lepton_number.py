"""Lepton numbers that a point conserves exactly, and dipole entries that they forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fssm.base import BoolArray
    from fssm.model.couplings import Legs
    from fssm.model.lagrangian import Lagrangian


def forbidden(lag: Lagrangian, legs: Legs) -> BoolArray:
    """Off-diagonal C_ij (..., n, n) between leptons that no parameter connects.

    Whatever a sum over sleptons gives there is rounding, as their eigenvectors mix freely.
    """
    n = lag.generations
    connected = _connected(lag)[..., :n, n:]
    left, right = (np.argmax(np.abs(rotation), axis=-2) for rotation in legs)
    connected = np.broadcast_to(connected, (*left.shape[:-1], n, n))
    rows = np.take_along_axis(connected, left[..., :, None], axis=-2)
    allowed = np.take_along_axis(rows, right[..., None, :], axis=-1)
    return ~allowed & ~np.eye(n, dtype=bool)


def _connected(lag: Lagrangian) -> BoolArray:
    """Which of (L_i, E_j) (..., 2n, 2n) are linked by a chain of non-vanishing parameters."""
    flips = np.any((lag.yukawa != 0) | (lag.trilinear != 0), axis=-3)
    left, right = lag.m_l_sq != 0, lag.m_e_sq != 0
    blocks = np.broadcast_arrays(left, flips, np.swapaxes(flips, -1, -2), right)
    upper, lower = (np.concatenate(blocks[i : i + 2], axis=-1) for i in (0, 2))
    linked = np.concatenate([upper, lower], axis=-2) | np.eye(2 * lag.generations, dtype=bool)
    # Chains of up to 8 links; six fields need no more than 5.
    for _ in range(3):
        linked = linked @ linked
    return linked
