"""Flavourful texture of the lepton Yukawa couplings: Y of rank one, Y' of small entries.

The mass matrix is M = diag(0, 0, d_tau) + Delta M, the first term from H_d, the second from
H_d', as on the slides (W. Altmannshofer 2022; arXiv:2104.08293), in the basis (L_i, E_j):

    Delta M = [[d_e,         x_emu m_e,     x_etau s_e  ],
               [x_mue m_e,   d_mu,          x_mutau s_mu],
               [x_taue s_e,  x_taumu s_mu,  x_tautau s_mu]]

with s_e = m_e, s_mu = m_mu (normalisation "slides") or s_e = m_e m_tau/m_mu, s_mu = m_tau
("tau", for which the slides' formulas for tau decays hold). The real d_e, d_mu, d_tau follow
from the three lepton masses.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import per_point, quiet_nan
from fssm.model.couplings import lepton_modes
from fssm.numerics.roots import newton_root

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.point import Point

# Relative mismatch of a lepton mass up to which the diagonal counts as found.
TOLERANCE = 1e-12
# Steps from x = 0: enough to follow the branch for |x| of 20, where it exists, and of 4 in units
# of the tau mass.
STEPS = 16
# What is good enough a solution to start the next step from.
ON_THE_WAY = 1e-4


class Texture(NamedTuple):
    """``primed`` = Delta M (..., 3, 3), ``tau`` = d_tau (...), GeV; ``solved`` (...)."""

    primed: AnyArray
    tau: RealArray
    solved: BoolArray


class Factors(NamedTuple):
    """Yukawa couplings over entries of the mass matrix (...), 1/GeV: electron, all else, tau.

    Electron and all else are those from H_d', the tau's is that from H_d.
    """

    electron: AnyArray
    primed: AnyArray
    tau: AnyArray


def texture_scales(m_lepton: RealArray, normalisation: str | None) -> RealArray:
    """What x_ij multiplies (..., 3, 3), GeV, from the lepton masses (..., 3)."""
    m_e, m_mu, m_tau = (m_lepton[..., i] for i in range(3))
    boost = m_tau / m_mu if normalisation == "tau" else np.ones_like(m_mu)
    rows = [[m_e, m_e, boost * m_e], [m_e, m_mu, boost * m_mu], [boost * m_e, *[boost * m_mu] * 2]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def texture(point: Point, m_lepton: RealArray) -> Texture:
    """Solve for the real d_e, d_mu, d_tau; the branch that starts at the masses for x = 0.

    x grows from zero in steps, each from the solution before. With the masses held fixed the
    determinant keeps its modulus; where it turns by more than 90 degrees in a step, or no
    solution is found, the branch has ended. NaN for such points.
    """
    fixed = np.asarray(point.x_texture) * texture_scales(m_lepton, point.x_normalisation)
    fixed = np.where(np.diag([True, True, False]), 0.0, fixed)
    solved = np.asarray(np.isfinite(fixed).all((-2, -1)) & np.isfinite(m_lepton).all(-1))
    # The unknowns are d over the masses, of order one.
    ratio, turn = np.ones(fixed.shape[:-1]), np.ones(solved.shape)
    with quiet_nan():
        for step in range(1, STEPS + 1):
            share = fixed * (step / STEPS)
            accuracy = (TOLERANCE, 0.0) if step == STEPS else (ON_THE_WAY, ON_THE_WAY)
            root = newton_root(partial(_mismatch, share, m_lepton), ratio, *accuracy)
            whole = np.where(solved[..., None, None], share + _diagonal(root.x * m_lepton), 0.0)
            determinant = np.linalg.det(whole)
            solved &= root.converged & (np.real(determinant * np.conjugate(turn)) > 0)
            ratio, turn = root.x, determinant
    d = np.where(solved[..., None], ratio * m_lepton, np.nan)
    return Texture(fixed + _diagonal(d * np.array([1, 1, 0])), d[..., 2], solved)


def _diagonal(d: RealArray) -> RealArray:
    return np.asarray(d[..., None] * np.eye(3))


def _mismatch(fixed: AnyArray, m_lepton: RealArray, ratio: RealArray) -> RealArray:
    return mass_mismatch(fixed + _diagonal(ratio * m_lepton), m_lepton)


def mass_mismatch(mass_matrix: AnyArray, m_lepton: RealArray) -> RealArray:
    """Singular values over lepton masses (..., 3), minus one."""
    return np.asarray(lepton_modes(mass_matrix).masses / m_lepton - 1)


def yukawa_of(pattern: Texture, factors: Factors) -> AnyArray:
    """(Y, Y') (..., 2, 3, 3) that make the mass matrix: each part times its factor.

    Off-diagonal entries share the factor sqrt2/(v_d' (1 + Delta)) of the muon, so that x_ij
    compares masses after threshold corrections, as the slides' formulas do.
    """
    electron = np.zeros((3, 3), bool)
    electron[0, 0] = True
    factor = np.where(electron, per_point(factors.electron, 2), per_point(factors.primed, 2))
    tau = per_point(factors.tau * pattern.tau, 2) * np.diag([0.0, 0.0, 1.0])
    return np.stack(np.broadcast_arrays(tau, factor * pattern.primed), axis=-3)
