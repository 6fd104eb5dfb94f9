"""Loop corrections dm to the lepton mass matrix: exact, leading in v_u, or given.

dm is of order tan(beta) tan(beta_d) times a loop factor times the tree-level mass, so O(1)
where the model is interesting. Loop integrals in the limit v_u -> 0 give the "leading" form,
the one-loop mass difference of the mass eigenstates the "exact" one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, axis_sum, per_point, quiet_nan
from fssm.model.couplings import Legs, couplings
from fssm.model.higgsino import yukawa_chain
from fssm.model.matrices import d_terms, lepton_matrix, slepton_mixing
from fssm.model.spectrum import Inos, Scalars, Spectrum, inos, scalars
from fssm.numerics.linalg import hermitian, matmul
from fssm.numerics.loops import LOOP_FACTOR, b0, i_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point

    Shift = Callable[[Lagrangian], AnyArray]


class InoPair(NamedTuple):
    """Inos of the point, and of the same point with v_u = v_u' = 0."""

    full: Inos
    bare: Inos


def without_up_vevs(lag: Lagrangian) -> Lagrangian:
    """The same parameters with v_u = v_u' = 0 (D-terms change too: see exact_shift)."""
    return replace(lag, v_u=np.zeros_like(lag.v_u))


def ino_pair(lag: Lagrangian) -> InoPair:
    """Diagonalise the inos with and without the up-type vevs; neither depends on Yukawas."""
    return InoPair(inos(lag), inos(without_up_vevs(lag)))


def mass_correction(lag: Lagrangian, ino: Inos, scalar: Scalars, scale_sq: RealArray) -> AnyArray:
    """One-loop dm (..., n, n), GeV, without its UV pole, at the scale Q^2 (...), GeV^2.

    16 pi^2 dm_ij = sum m_A n^L_i n^R_j B0(0; m_A, m_x) - sum m_A c^L_i c^R_j B0(0; m_A, m_nu).
    """
    unrotated = np.eye(lag.generations)
    c = couplings(lag, Spectrum(inos=ino, scalars=scalar), Legs(unrotated, unrotated))
    neutral = _ino_sum(ino.m_neutralino, scalar.slepton_sq, c.n_left, c.n_right, scale_sq)
    charged = _ino_sum(ino.m_chargino, scalar.sneutrino_sq, c.c_left, c.c_right, scale_sq)
    return LOOP_FACTOR * (neutral - charged)


def _ino_sum(
    mass: RealArray, scalar_sq: RealArray, left: AnyArray, right: AnyArray, scale_sq: RealArray
) -> AnyArray:
    function = b0(mass[..., :, None] ** 2, scalar_sq[..., None, :], per_point(scale_sq, 2))
    weighted = (mass[..., :, None] * function)[..., None] * left
    return axis_sum(matmul(np.swapaxes(weighted, -1, -2), right), -3)


def exact_shift(lag: Lagrangian, pair: InoPair | None = None) -> AnyArray:
    """dm(v_u, v_u') - dm(0, 0) (..., n, n), GeV, exact in v_u at one loop.

    dm(0, 0) has no up-type vevs in the ino matrices and in the slepton mixing; the D-terms
    stay. The scale drops out; a slepton mass keeps the two terms small.
    """
    pair = ino_pair(lag) if pair is None else pair
    full = scalars(lag)
    bare = scalars(lag, mixing=slepton_mixing(without_up_vevs(lag)))
    scale_sq = full.slepton_sq[..., 0]
    return mass_correction(lag, pair.full, full, scale_sq) - mass_correction(
        lag, pair.bare, bare, scale_sq
    )


def leading_shift(lag: Lagrangian) -> AnyArray:
    """dm (..., n, n), GeV, to first order in v_u: epsilon_l of arXiv:2104.08293, all masses apart.

    In the basis in which the soft masses are diagonal; these plus D-terms as slepton masses,
    |M| in the loop functions. For one generation Delta of the "leading" threshold.
    """
    m_sq, tied = yukawa_chain(lag)
    soft_left, soft_right = hermitian(lag.m_l_sq), hermitian(lag.m_e_sq)
    # L~ = W^dag L~', E~c^* = V^dag E~c'^*: couplings turn with W^* and V.
    into, out_of = soft_left.mix, soft_right.mix
    tied = _turned(into.conjugate(), tied, np.swapaxes(out_of, -1, -2))
    d_left, d_right, d_neutral = d_terms(lag)
    left, right, neutral = (
        values[..., None, :] + per_point(d_term, 2)
        for values, d_term in (
            (soft_left.values, d_left),
            (soft_right.values, d_right),
            (soft_left.values, d_neutral),
        )
    )
    shift = _leading_sum(lag, m_sq[..., None], tied, left, right, neutral)
    back = np.swapaxes(into, -1, -2), out_of.conjugate()
    return np.asarray(-LOOP_FACTOR / np.sqrt(2) * matmul(matmul(back[0], shift), back[1]))


def _turned(left: AnyArray, tensor: AnyArray, right: AnyArray) -> AnyArray:
    """left tensor right for every mode of the tensor (..., mode, n, n)."""
    return matmul(matmul(left[..., None, :, :], tensor), right[..., None, :, :])


def _leading_sum(
    lag: Lagrangian,
    m_sq: RealArray,
    tied: AnyArray,
    left: RealArray,
    right: RealArray,
    neutral: RealArray,
) -> AnyArray:
    """Sum over the Higgsino modes, axes (..., mode, L_i, E_j) before it."""
    m1_sq, m2_sq = per_point(abs_sq(lag.m1), 2), per_point(abs_sq(lag.m2), 2)
    wino = (i_loop(m2_sq, m_sq, neutral) + i_loop(m2_sq, m_sq, left) / 2)[..., :, None]
    by_left = i_loop(m1_sq, m_sq, left)[..., :, None] / 2
    by_right = i_loop(m1_sq, m_sq, right)[..., None, :]
    both = i_loop(per_point(m1_sq, 1), left[..., :, None], right[..., None, :])
    bino = by_right - by_left - both
    # A massless gaugino drops out, whatever its loop integral.
    parts = (per_point(lag.g**2 * lag.m2, 3), wino), (per_point(lag.g_prime**2 * lag.m1, 3), bino)
    weight = sum(np.where(m == 0, 0.0, np.conjugate(m) * loop) for m, loop in parts)
    return axis_sum(weight * tied, -3)


def given_shift(lag: Lagrangian, epsilon_l: AnyArray) -> AnyArray:
    """epsilon_l v_u (Y' + Y v_d/v_d')/sqrt2 (..., 1, 1), GeV: epsilon_l tan(beta) tan(beta_d) m_l.

    Finite for v_d' = 0 where Y = 0.
    """
    unprimed, primed = lag.yukawa[..., 0, :, :], lag.yukawa[..., 1, :, :]
    with quiet_nan():
        ratio = per_point(lag.v_d[..., 0] / lag.v_d[..., 1], 2)
        both = primed + np.where(unprimed == 0, 0.0, unprimed * ratio)
    return np.asarray(per_point(epsilon_l * lag.v_u[..., 0], 2) * both / np.sqrt(2))


def given_shifts(lag: Lagrangian, epsilon_l: AnyArray, epsilon_tau: AnyArray) -> AnyArray:
    """(epsilon_l Y' + epsilon_tau Y) v_u/sqrt2 (..., n, n), GeV: each coupling its own epsilon.

    For diagonal couplings Y_tau = sqrt2 m_tau/v_u tan(beta)/(1 + epsilon_tau tan(beta)), as on
    the slides, and the same with tan(beta) tan(beta_d) and epsilon_l for Y'.
    """
    unprimed = per_point(epsilon_tau, 2) * lag.yukawa[..., 0, :, :]
    primed = per_point(epsilon_l, 2) * lag.yukawa[..., 1, :, :]
    return np.asarray(per_point(lag.v_u[..., 0], 2) * (unprimed + primed) / np.sqrt(2))


def no_shift(lag: Lagrangian) -> AnyArray:
    """Threshold "none": the tree-level mass is the mass."""
    return np.zeros_like(lepton_matrix(lag))


def shift_of(point: Point) -> Shift:
    """The mass shift that the threshold of the point asks for."""
    mode = point.threshold or "exact"
    if mode == "given" and point.generations == 3:
        epsilons = np.asarray(point.epsilon_l), np.asarray(point.epsilon_tau)
        return partial(given_shifts, epsilon_l=epsilons[0], epsilon_tau=epsilons[1])
    if mode == "given":
        return partial(given_shift, epsilon_l=np.asarray(point.epsilon_l))
    return {"exact": exact_shift, "leading": leading_shift, "none": no_shift}[mode]
