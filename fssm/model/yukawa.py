"""What is known of the lepton Yukawa couplings once the lepton masses are used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan, ratio_or_inf, real_part
from fssm.model.couplings import Legs, in_mass_basis, lepton_modes
from fssm.model.matrices import lepton_matrix
from fssm.model.threshold import leading_shift

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.spectrum import Scalars

# The mode of three generations whose couplings are used without a threshold: masses and legs at
# tree level, Delta exact, for comparison.
UNSHIFTED = "y_lepton"
# Below this |1 + Delta| the muon mass is a cancellation between tree level and loop.
POLE_MARGIN = 0.05
# Relative mismatch of the muon mass up to which the implicit equation counts as solved.
MASS_TOLERANCE = 1e-10
# Relative difference beyond which the mass that given couplings imply is not the muon's.
MISMATCH = 0.01


@dataclass(frozen=True, kw_only=True, eq=False)
class Yukawa:
    """Lepton Yukawa couplings and their threshold corrections; arrays over the points.

    ``mode`` is the threshold at work, or "y_lepton" for given matrices without one. ``delta`` is
    the muon's Delta of that mode (for "y_lepton" the exact one), complex for complex points, inf
    without a tree-level mass; ``delta_leading`` the v_u -> 0 formula; ``delta_implied`` =
    m_mu/m_l - 1 with the tree-level m_l; ``m_muon_implied`` = |m_l (1 + Delta)|, GeV. ``deltas``
    (..., n) are those of all leptons, in the basis of the ``legs``, which rotate the external
    leptons to real positive masses; ``mass_shift`` (..., n, n), GeV, is the dm behind them in the
    basis of the input. Flags, where something was solved for: the texture admits no diagonal; the
    implicit equation was not solved; |1 + Delta| < 0.05; a tachyon as the reason for the second.
    Warnings: ``radiative`` mass, see :func:`mass_flags`; ``mismatch``: the implied mass is not
    the muon's; ``imprecise_masses``: solved, but not to 1e-12.
    """

    mode: str
    y_prime_muon: AnyArray
    tan_beta_d: AnyArray
    delta: AnyArray
    delta_leading: AnyArray
    delta_implied: AnyArray
    m_muon_implied: RealArray
    deltas: AnyArray
    mass_shift: AnyArray
    legs: Legs
    texture_unsolved: BoolArray
    not_converged: BoolArray
    pole: BoolArray
    tachyonic_slepton: BoolArray
    tachyonic_sneutrino: BoolArray
    radiative: BoolArray
    mismatch: BoolArray
    imprecise_masses: BoolArray

    def unusable(self) -> BoolArray:
        """Points whose Yukawa coupling or tan_beta_d was asked for and not found."""
        return self.texture_unsolved | self.not_converged | self.pole


def physical_matrix(lag: Lagrangian, yukawa: Yukawa) -> AnyArray:
    """The lepton mass matrix (..., n, n), GeV, that the legs make diagonal: m_l, or m_l + dm."""
    tree = lepton_matrix(lag)
    return tree if yukawa.mode == UNSHIFTED else tree + yukawa.mass_shift


class Search(NamedTuple):
    """How the search for Yukawa couplings ended (...): ``attempted`` where inputs were there.

    ``outside`` where it met a tachyon; ``doubtful`` where it was too quick to be trusted.
    """

    attempted: BoolArray
    converged: BoolArray
    outside: BoolArray
    doubtful: BoolArray


def describe(
    lag: Lagrangian,
    mode: str,
    shift: AnyArray,
    search: Search | None,
    m_measured: RealArray | None = None,
) -> Yukawa:
    """Deltas, legs and flags; ``search`` is None where the Yukawa couplings were given.

    The legs are those of m_l + dm, but of m_l in the mode "y_lepton". ``m_measured`` (...) is the
    muon mass to compare with where that of the Lagrangian is the implied one.
    """
    tree, muon = lepton_matrix(lag), lag.muon
    with quiet_nan():
        physical = tree if mode == UNSHIFTED else tree + shift
        legs = lepton_modes(physical).legs
        own, shifts, leading = _own_entries(lag, legs, tree, shift, leading_shift(lag))
        deltas = ratio_or_inf(shifts, own)
        m_muon = lag.m_lepton[..., muon]
        implied = m_muon if lag.generations > 1 else np.abs(physical[..., 0, 0])
        flags = mass_flags(deltas, search, implied, m_muon if m_measured is None else m_measured)
        never = np.zeros(deltas.shape[:-1], bool)
        return Yukawa(
            mode=mode,
            y_prime_muon=lag.yukawa[..., 1, muon, muon],
            tan_beta_d=ratio_or_inf(lag.v_d[..., 0], lag.v_d[..., 1]),
            delta=deltas[..., muon],
            delta_leading=ratio_or_inf(leading, own)[..., muon],
            delta_implied=m_muon / own[..., muon] - 1,
            m_muon_implied=implied,
            deltas=deltas,
            mass_shift=shift,
            legs=legs,
            texture_unsolved=never,
            not_converged=flags.not_converged,
            pole=flags.pole,
            tachyonic_slepton=never,
            tachyonic_sneutrino=never,
            radiative=flags.radiative,
            mismatch=flags.mismatch,
            imprecise_masses=never,
        )


def _own_entries(lag: Lagrangian, legs: Legs, tree: AnyArray, *others: AnyArray) -> list[AnyArray]:
    """Diagonals (..., n) of m_l and of other matrices (..., n, n) in the lepton mass basis."""
    # The phase of a single m_l is part of what its Delta is compared with.
    basis = legs if lag.generations > 1 else Legs(np.eye(1), np.eye(1))
    own, *rest = (
        np.diagonal(in_mass_basis(matrix, basis), axis1=-2, axis2=-1) for matrix in (tree, *others)
    )
    if lag.generations > 1:
        # What the legs leave of a vanishing m_l is rounding.
        rounding = 8 * np.finfo(float).eps * np.abs(tree).max((-2, -1))[..., None]
        own = np.where(np.abs(own) > rounding, own, 0.0)
    return [own, *rest]


class MassFlags(NamedTuple):
    """What is wrong (...) with the mass of a lepton: two reasons to refuse it, two warnings."""

    not_converged: BoolArray
    pole: BoolArray
    radiative: BoolArray
    mismatch: BoolArray


def mass_flags(
    deltas: AnyArray, search: Search | None, implied: RealArray, m_muon: RealArray
) -> MassFlags:
    """Flags of the Deltas (..., n) and of the implied muon mass (...), GeV.

    |1 + Delta| < 0.05 is a pole, where what was searched for is refused. The mass is radiative
    where Re(1 + Delta) < 0, where there is no tree-level mass, and at the pole for given couplings.
    """
    pole = np.any(np.abs(1 + deltas) < POLE_MARGIN, axis=-1)
    negative = np.any((real_part(1 + deltas) < 0) | np.isinf(deltas), axis=-1)
    never = np.zeros(pole.shape, bool)
    if search is None:
        off = (implied > 0) & (np.abs(implied - m_muon) > MISMATCH * m_muon)
        return MassFlags(never, never, negative | pole, off)
    attempted = search.attempted
    unsolved = attempted & ~search.converged & ~pole
    return MassFlags(unsolved, attempted & pole, attempted & negative & ~unsolved, never)


class Tachyons(NamedTuple):
    """Points (...) with a charged slepton, or a sneutrino, of m^2 <= 0."""

    slepton: BoolArray
    sneutrino: BoolArray


def tachyons_behind(unsolved: BoolArray, trial: Tachyons, search: Search) -> Tachyons:
    """Tachyons, at ``trial`` or on the way, as the reason why a search ended without a result."""
    outside = search.outside & ~trial.sneutrino
    return Tachyons(unsolved & (trial.slepton | outside), unsolved & trial.sneutrino)


def name_failures(yukawa: Yukawa, trial: Scalars, search: Search) -> Yukawa:
    """NaN for what was not found, and a tachyon met on the way as the reason for it."""
    unusable = yukawa.unusable()
    unsolved = yukawa.not_converged & ~yukawa.texture_unsolved
    met = Tachyons(trial.tachyonic_slepton, trial.tachyonic_sneutrino)
    behind = tachyons_behind(unsolved, met, search)
    return replace(
        yukawa,
        y_prime_muon=np.where(unusable, np.nan, yukawa.y_prime_muon),
        tan_beta_d=np.where(unusable, np.nan, yukawa.tan_beta_d),
        not_converged=unsolved,
        tachyonic_slepton=behind.slepton,
        tachyonic_sneutrino=behind.sneutrino,
    )
