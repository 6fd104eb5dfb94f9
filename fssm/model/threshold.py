"""Muon mass threshold: m_mu = m_l (1 + Delta), and the Yukawa or vev it implies.

Delta is of order tan(beta) tan(beta_d) times a loop factor, so O(1) where the model is
interesting. Loop integrals in the limit v_u -> 0 give the "leading" form, the one-loop mass
difference of the mass eigenstates the "exact" one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, per_point, quiet_nan, real_part
from fssm.model.couplings import Legs, couplings, legs_of
from fssm.model.higgsino import yukawa_chain
from fssm.model.lagrangian import lagrangian, tangent_product
from fssm.model.matrices import (
    left_mass_sq,
    lepton_matrix,
    right_mass_sq,
    slepton_mixing,
    sneutrino_matrix,
)
from fssm.model.spectrum import Inos, Scalars, Spectrum, inos, scalars
from fssm.numerics.loops import LOOP_FACTOR, b0, i_loop
from fssm.numerics.roots import Root, secant_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point

    Shift = Callable[[Lagrangian], AnyArray]

# Below this |1 + Delta| the muon mass is a cancellation between tree level and loop.
POLE_MARGIN = 0.05
# Relative mismatch of the muon mass up to which the implicit equation counts as solved.
MASS_TOLERANCE = 1e-10


class InoPair(NamedTuple):
    """Inos of the point, and of the same point with v_u = v_u' = 0."""

    full: Inos
    bare: Inos


@dataclass(frozen=True, kw_only=True, eq=False)
class Yukawa:
    """The muon Yukawa coupling and its threshold correction; arrays over the points.

    ``delta`` is the Delta of the chosen mode (for a given Y' the exact one), complex for
    complex points; ``delta_leading`` the v_u -> 0 formula; ``delta_implied`` = m_mu/m_l - 1
    with the tree-level m_l. ``legs`` rotate the external muon to a real positive mass. The
    flags, where something was solved for: the implicit equation was not solved; |1 + Delta| <
    0.05; Re(1 + Delta) < 0; a tachyon as the reason for the first. ``negative_as_given``: Re(1
    + Delta) < 0 for a given Y'.
    """

    mode: str
    y_prime_muon: AnyArray
    tan_beta_d: AnyArray
    delta: AnyArray
    delta_leading: AnyArray
    delta_implied: AnyArray
    legs: Legs
    not_converged: BoolArray
    pole: BoolArray
    negative: BoolArray
    tachyonic_slepton: BoolArray
    tachyonic_sneutrino: BoolArray
    negative_as_given: BoolArray

    def unusable(self) -> BoolArray:
        """Points whose Yukawa coupling or tan_beta_d was asked for and not found."""
        return self.not_converged | self.pole | self.negative


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
    weight = (mass[..., :, None] * function)[..., None, None]
    return np.asarray(np.sum(weight * left[..., :, None] * right[..., None, :], axis=(-4, -3)))


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
    """dm (..., 1, 1), GeV, to first order in v_u: epsilon_l of arXiv:2104.08293, all masses apart.

    Soft masses plus D-terms as slepton masses, |M| in the loop functions.
    """
    m_sq, tied = yukawa_chain(lag)
    left, right, neutral = (
        real_part(m_sq(lag)[..., 0]) for m_sq in (left_mass_sq, right_mass_sq, sneutrino_matrix)
    )
    m1_sq, m2_sq = abs_sq(lag.m1)[..., None], abs_sq(lag.m2)[..., None]
    wino = i_loop(m2_sq, m_sq, neutral) + i_loop(m2_sq, m_sq, left) / 2
    bino = i_loop(m1_sq, m_sq, right) - i_loop(m1_sq, m_sq, left) / 2 - i_loop(m1_sq, left, right)
    # A massless gaugino drops out, whatever its loop integral.
    parts = (per_point(lag.g**2 * lag.m2, 1), wino), (per_point(lag.g_prime**2 * lag.m1, 1), bino)
    weight = sum(np.where(m == 0, 0.0, np.conjugate(m) * loop) for m, loop in parts)
    shift = np.sum(weight * tied, axis=-1)
    return np.asarray(-LOOP_FACTOR / np.sqrt(2) * shift[..., None, None])


def given_shift(lag: Lagrangian, epsilon_l: AnyArray) -> AnyArray:
    """epsilon_l tan(beta) tan(beta_d) m_l (..., 1, 1), GeV, with v_u/v_d' for the tangents."""
    return per_point(epsilon_l * tangent_product(lag), 2) * lepton_matrix(lag)


def no_shift(lag: Lagrangian) -> AnyArray:
    """Threshold "none": the tree-level mass is the mass."""
    return np.zeros_like(lepton_matrix(lag))


def solve(point: Point) -> tuple[Lagrangian, Yukawa]:
    """Fix what the muon mass fixes, and say how well; one generation.

    With Y' left out, a real y' (positive for Y = 0) solves |m_l + dm(y')| = m_mu; with
    tan_beta_d left out, v_d' > 0 does. Points without a usable solution carry a flag and NaN in
    the Lagrangian; their ``delta`` is that of the failed solution, or of small Y' where there
    was none. With both given nothing is solved, no threshold enters, and Delta is computed for
    comparison only.
    """
    if point.y_prime_muon is None:
        return _solve_yukawa(point)
    if point.tan_beta_d is None and point.v_d is None:
        return _solve_tan_beta_d(point)
    lag = lagrangian(point)
    return lag, _describe(lag, "y_prime_muon", exact_shift(lag), None)


def _shift_of(point: Point) -> Shift:
    mode = point.threshold or "exact"
    if mode == "given":
        return partial(given_shift, epsilon_l=np.asarray(point.epsilon_l))
    return {"exact": exact_shift, "leading": leading_shift, "none": no_shift}[mode]


def _solve_yukawa(point: Point) -> tuple[Lagrangian, Yukawa]:
    start = lagrangian(point, y_prime=np.asarray(1.0))
    shift = _shift_of(point)
    if shift is exact_shift:
        shift = partial(exact_shift, pair=ino_pair(start))

    def with_yukawa(y_prime: AnyArray) -> Lagrangian:
        return lagrangian(point, y_prime=y_prime)

    tree = np.sqrt(2) * start.m_lepton[..., 0] / np.abs(start.v_d[..., 1])
    # Far below the tree-level value dm is linear in y' and no smuon is tachyonic through it.
    # Next to a Y_mumu of its own the real Y' may have either sign.
    phase = start.v_d[..., 1]
    return _solve_for(point, with_yukawa, shift, 1e-3 * tree, phase=phase, positive=False)


def _solve_tan_beta_d(point: Point) -> tuple[Lagrangian, Yukawa]:
    tan_beta = np.asarray(point.tan_beta)

    def with_ratio(v_d_prime_over_v_u: AnyArray) -> Lagrangian:
        # v_d' <= 0 means that the loop alone already makes the muon too heavy.
        with quiet_nan():
            return lagrangian(point, tan_beta_d=1 / (v_d_prime_over_v_u * tan_beta))

    y_prime = np.asarray(point.y_prime_muon)
    start = with_ratio(1e-3 / tan_beta)
    with quiet_nan():
        tree = np.sqrt(2) * start.m_lepton[..., 0] / (np.abs(y_prime) * start.v_u[..., 0])
    return _solve_for(point, with_ratio, _shift_of(point), tree, phase=y_prime, positive=True)


def _solve_for(
    point: Point,
    lagrangian_at: Callable[[AnyArray], Lagrangian],
    shift: Shift,
    start: RealArray,
    phase: AnyArray,
    *,
    positive: bool,
) -> tuple[Lagrangian, Yukawa]:
    """Find x with |m_l(x) + dm(x)| = m_mu by the secant through ``start`` and its double."""

    def mismatch(x: RealArray) -> RealArray:
        lag = lagrangian_at(x)
        with quiet_nan():
            mass = (lepton_matrix(lag) + shift(lag))[..., 0, 0]
            # The sign keeps the function monotonic through a vanishing mass.
            sign = np.sign(real_part(mass * np.conjugate(phase)))
            return np.asarray(sign * np.abs(mass) - lag.m_lepton[..., 0])

    first = _inside_domain(mismatch, np.broadcast_to(start, point.shape))
    tolerance = MASS_TOLERANCE * np.broadcast_to(lagrangian_at(first).m_lepton[..., 0], point.shape)
    root = secant_root(mismatch, first, 2 * first, tolerance)
    if positive:
        root = root._replace(converged=root.converged & (root.x > 0))
    lag = lagrangian_at(np.where(root.converged, root.x, first))
    described = _describe(lag, point.threshold or "exact", shift(lag), root)
    unusable = described.unusable()
    if unusable.any():
        described = _name_failures(described, scalars(lag), root)
        lag = lagrangian_at(np.where(unusable, np.nan, root.x))
    return lag, described


def _name_failures(yukawa: Yukawa, trial: Scalars, root: Root) -> Yukawa:
    """NaN for what was not found, and a tachyon met on the way as the reason for it."""
    unusable = yukawa.unusable()
    named = trial.tachyonic_sneutrino | yukawa.pole | yukawa.negative
    outside = root.outside & ~named
    return replace(
        yukawa,
        y_prime_muon=np.where(unusable, np.nan, yukawa.y_prime_muon),
        tan_beta_d=np.where(unusable, np.nan, yukawa.tan_beta_d),
        tachyonic_slepton=yukawa.not_converged & (trial.tachyonic_slepton | outside),
        tachyonic_sneutrino=yukawa.not_converged & trial.tachyonic_sneutrino,
    )


def _inside_domain(f: Callable[[RealArray], RealArray], start: RealArray) -> RealArray:
    """Move a start with a tachyonic smuon to one without, where a coarse scan finds it."""
    first, value = start, f(start)
    for factor in (0.1, 10.0, 1e-2, 3.0, 0.3):
        lost = np.isnan(value) & np.isfinite(start)
        if not lost.any():
            break
        first = np.where(lost, factor * start, first)
        value = f(first)
    return first


def _describe(lag: Lagrangian, mode: str, shift: AnyArray, root: Root | None) -> Yukawa:
    tree = lepton_matrix(lag)
    with quiet_nan():
        delta = shift[..., 0, 0] / tree[..., 0, 0]
        never = np.zeros(delta.shape, bool)
        attempted = never if root is None else np.isfinite(root.x)
        pole = attempted & (np.abs(1 + delta) < POLE_MARGIN)
        return Yukawa(
            mode=mode,
            y_prime_muon=lag.yukawa[..., 1, 0, 0],
            tan_beta_d=lag.v_d[..., 0] / lag.v_d[..., 1],
            delta=delta,
            delta_leading=leading_shift(lag)[..., 0, 0] / tree[..., 0, 0],
            delta_implied=lag.m_lepton[..., 0] / tree[..., 0, 0] - 1,
            legs=legs_of(tree if root is None else tree + shift),
            not_converged=never if root is None else attempted & ~root.converged & ~pole,
            pole=pole,
            negative=attempted & (real_part(1 + delta) < 0),
            tachyonic_slepton=never,
            tachyonic_sneutrino=never,
            negative_as_given=(real_part(1 + delta) < 0) if root is None else never,
        )
