"""Which Higgsinos, neutralinos and charginos have any coupling that enters a_mu.

A pair of doublets without vevs and lepton Yukawa couplings, such as the one that decouples in the
MSSM limit, leaves Higgsinos that are states of the spectrum and of no lepton observable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, axis_sum, per_point, quiet_nan
from fssm.numerics.linalg import svd

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.spectrum import Inos

# Squared couplings, relative to the largest they could be, that are the rounding of zero.
ROUNDING_SQ = 1e-16


class CoupledStates(NamedTuple):
    """True for what couples: ``higgsino`` (..., 2) modes of M_H, ascending in mass.

    ``neutralino`` (..., 6), ``chargino`` (..., 3) in the order of the spectrum. States with NaN
    count, so that a flagged point stays NaN.
    """

    higgsino: BoolArray
    neutralino: BoolArray
    chargino: BoolArray


def coupled_states(lag: Lagrangian, inos: Inos) -> CoupledStates:
    """The states with a Yukawa coupling, a gaugino component or, for modes, a vev.

    Leptons see gauginos by g, g' and Higgsinos by Y; a mode mixes with gauginos by its overlap
    with the vevs. A mode with none of the three has weight zero in every formula for a_mu.
    """
    with quiet_nan():
        neutral = np.conjugate(inos.n[..., 2:4])
        neutralino = axis_sum(abs_sq(inos.n[..., :2]), -1) + _yukawa_sq(lag, neutral)
        gaugino = abs_sq(inos.u[..., 0]) + abs_sq(inos.v[..., 0])
        chargino = gaugino + _yukawa_sq(lag, np.conjugate(inos.u[..., 1:]))
        return CoupledStates(*map(_nonzero, (_mode_sq(lag), neutralino, chargino)))


def _mode_sq(lag: Lagrangian) -> RealArray:
    """Yukawa coupling and overlap with the vevs of each Higgsino mode, relative and squared."""
    parts = svd(lag.m_higgsino)
    # M_H = U^T diag V: a mode is row j of U in (H_d, H_d') and row j of V in (H_u, H_u').
    overlaps = (
        abs_sq(axis_sum(mix * vev[..., None, :], -1))
        for mix, vev in ((parts.u, lag.v_d), (parts.v, lag.v_u))
    )
    v_sq = axis_sum(abs_sq(lag.v_u) + abs_sq(lag.v_d), -1)
    return np.asarray(sum(overlaps) / v_sq[..., None] + _yukawa_sq(lag, np.conjugate(parts.u)))


def _yukawa_sq(lag: Lagrangian, down: AnyArray) -> RealArray:
    """|Y_a N*_a|^2/|Y|^2, over all leptons, of states with components (..., state, 2)."""
    shares = axis_sum(per_point(down, 2) * lag.yukawa[..., None, :, :, :], -3)
    coupling, doublets = _entries_sq(shares), _entries_sq(lag.yukawa)
    whole = axis_sum(doublets, -1)[..., None]
    return np.where(whole > 0, coupling / np.where(whole > 0, whole, 1.0), 0.0)


def _entries_sq(tensor: AnyArray) -> RealArray:
    """Sum over all leptons of the squared entries (..., i, j)."""
    return axis_sum(axis_sum(abs_sq(tensor), -1), -1)


def _nonzero(size_sq: RealArray) -> BoolArray:
    return np.asarray(~(size_sq <= ROUNDING_SQ))
