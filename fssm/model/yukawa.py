"""What is known of the lepton Yukawa couplings once the lepton masses are used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan, real_part
from fssm.model.couplings import Legs, in_mass_basis, lepton_modes
from fssm.model.matrices import lepton_matrix
from fssm.model.threshold import leading_shift

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.spectrum import Scalars

# Modes of couplings that were given: masses and legs at tree level, Delta for comparison.
GIVEN_MODES = ("y_prime_muon", "y_lepton")
# Below this |1 + Delta| the muon mass is a cancellation between tree level and loop.
POLE_MARGIN = 0.05
# Relative mismatch of the muon mass up to which the implicit equation counts as solved.
MASS_TOLERANCE = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Yukawa:
    """Lepton Yukawa couplings and their threshold corrections; arrays over the points.

    ``delta`` is the muon's Delta of the chosen mode (for given Yukawa couplings the exact one),
    complex for complex points; ``delta_leading`` the v_u -> 0 formula; ``delta_implied`` =
    m_mu/m_l - 1 with the tree-level m_l. ``deltas`` (..., n) are those of all leptons, in the
    basis of the ``legs``, which rotate the external leptons to real positive masses;
    ``mass_shift`` (..., n, n), GeV, is the dm behind them in the basis of the input. The flags,
    where something was solved for: the texture admits no diagonal; the implicit equation was
    not solved; |1 + Delta| < 0.05; Re(1 + Delta) < 0; a tachyon as the reason for the second.
    ``negative_as_given``: Re(1 + Delta) < 0 for given Yukawa couplings.
    ``imprecise_masses``: solved, but not to 1e-12.
    """

    mode: str
    y_prime_muon: AnyArray
    tan_beta_d: AnyArray
    delta: AnyArray
    delta_leading: AnyArray
    delta_implied: AnyArray
    deltas: AnyArray
    mass_shift: AnyArray
    legs: Legs
    texture_unsolved: BoolArray
    not_converged: BoolArray
    pole: BoolArray
    negative: BoolArray
    tachyonic_slepton: BoolArray
    tachyonic_sneutrino: BoolArray
    negative_as_given: BoolArray
    imprecise_masses: BoolArray

    def unusable(self) -> BoolArray:
        """Points whose Yukawa coupling or tan_beta_d was asked for and not found."""
        return self.texture_unsolved | self.not_converged | self.pole | self.negative


def physical_matrix(lag: Lagrangian, yukawa: Yukawa) -> AnyArray:
    """The lepton mass matrix (..., n, n), GeV, that the legs make diagonal: m_l, or m_l + dm."""
    tree = lepton_matrix(lag)
    return tree if yukawa.mode in GIVEN_MODES else tree + yukawa.mass_shift


class Search(NamedTuple):
    """How the search for Yukawa couplings ended (...): ``attempted`` where inputs were there."""

    attempted: BoolArray
    converged: BoolArray
    outside: BoolArray


def describe(lag: Lagrangian, mode: str, shift: AnyArray, search: Search | None) -> Yukawa:
    """Deltas, legs and flags; ``search`` is None where the Yukawa couplings were given.

    Given ones have legs of the tree-level mass matrix, unless a threshold was asked for.
    """
    tree = lepton_matrix(lag)
    shifted = mode not in GIVEN_MODES
    with quiet_nan():
        legs = lepton_modes(tree + shift if shifted else tree).legs
        # The phase of a single m_l is part of what its Delta is compared with.
        basis = legs if lag.generations > 1 else Legs(np.eye(1), np.eye(1))
        own, shifts, leading = (
            np.diagonal(in_mass_basis(m, basis), axis1=-2, axis2=-1)
            for m in (tree, shift, leading_shift(lag))
        )
        deltas, muon = shifts / own, lag.muon
        never = np.zeros(deltas.shape[:-1], bool)
        pole, negative = _unusable_masses(deltas)
        attempted = never if search is None else search.attempted
        return Yukawa(
            mode=mode,
            y_prime_muon=lag.yukawa[..., 1, muon, muon],
            tan_beta_d=lag.v_d[..., 0] / lag.v_d[..., 1],
            delta=deltas[..., muon],
            delta_leading=leading[..., muon] / own[..., muon],
            delta_implied=lag.m_lepton[..., muon] / own[..., muon] - 1,
            deltas=deltas,
            mass_shift=shift,
            legs=legs,
            texture_unsolved=never,
            not_converged=never if search is None else attempted & ~search.converged & ~pole,
            pole=attempted & pole,
            negative=attempted & negative,
            tachyonic_slepton=never,
            tachyonic_sneutrino=never,
            negative_as_given=negative if search is None else never,
            imprecise_masses=never,
        )


def _unusable_masses(deltas: AnyArray) -> tuple[BoolArray, BoolArray]:
    pole, negative = unusable_mass(deltas)
    return np.any(pole, axis=-1), np.any(negative, axis=-1)


class Verdict(NamedTuple):
    """Why the 1 + Delta of a lepton cannot be used."""

    pole: BoolArray
    negative: BoolArray


def unusable_mass(delta: AnyArray) -> Verdict:
    """Whether |1 + Delta| < 0.05, and whether Re(1 + Delta) < 0."""
    return Verdict(np.abs(1 + delta) < POLE_MARGIN, real_part(1 + delta) < 0)


class Tachyons(NamedTuple):
    """Points (...) with a charged slepton, or a sneutrino, of m^2 <= 0."""

    slepton: BoolArray
    sneutrino: BoolArray


def tachyons_behind(
    unsolved: BoolArray, trial: Tachyons, verdict: Verdict, search: Search
) -> Tachyons:
    """Tachyons, at ``trial`` or on the way, as the reason why a search ended without a result."""
    named = trial.sneutrino | verdict.pole | verdict.negative
    outside = search.outside & ~named
    return Tachyons(unsolved & (trial.slepton | outside), unsolved & trial.sneutrino)


def name_failures(yukawa: Yukawa, trial: Scalars, search: Search) -> Yukawa:
    """NaN for what was not found, and a tachyon met on the way as the reason for it."""
    unusable = yukawa.unusable()
    unsolved = yukawa.not_converged & ~yukawa.texture_unsolved
    met = Tachyons(trial.tachyonic_slepton, trial.tachyonic_sneutrino)
    behind = tachyons_behind(unsolved, met, Verdict(yukawa.pole, yukawa.negative), search)
    return replace(
        yukawa,
        y_prime_muon=np.where(unusable, np.nan, yukawa.y_prime_muon),
        tan_beta_d=np.where(unusable, np.nan, yukawa.tan_beta_d),
        not_converged=unsolved,
        tachyonic_slepton=behind.slepton,
        tachyonic_sneutrino=behind.sneutrino,
    )
