"""Exact against approximate at the same point, with the size of what is neglected."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.arguments import instance
from fssm.base import abs_sq, axis_sum, plain, quiet_nan, real_part, spread
from fssm.evaluation import evaluate
from fssm.model.higgsino import higgsino_modes
from fssm.model.lagrangian import tangent_product
from fssm.model.matrices import higgsino_source, slepton_mixing
from fssm.observables.coupled import CoupledStates, coupled_states
from fssm.observables.perturbative import PerturbativeSpectrum, perturbative_spectrum
from fssm.result import Result

if TYPE_CHECKING:
    from fssm.base import BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point

# |mu4| below this fraction of the largest mu entry: the slides' leading formula vanishes.
VANISHING_MU4 = 1e-6


class Ratio(NamedTuple):
    """One approximate value beside the exact one, and approximate/exact."""

    exact: RealArray
    approximate: RealArray
    ratio: RealArray


class Expansion(NamedTuple):
    """Dimensionless sizes of what the approximations neglect.

    Only states that couple count (fssm.observables.coupled): not the Higgsinos that decouple in
    the MSSM limit.

    ``electroweak``: m_W^2 over the lightest mass squared. ``inverse_tan_beta``: |v_d|/|v_u|.
    ``inverse_tan_beta_tan_beta_d``: |v_d'/v_u|. ``higgsino_yukawa``: |Y'|^2/(g^2 tan_beta
    tan_beta_d), Higgsino-Higgsino terms. ``smuon_mixing``: |LR| over the product of the soft
    masses. ``trilinear``: T term over Higgsino term in LR. ``mass_spread``: largest over
    smallest soft or Higgsino mass, minus 1 (the slides take them equal).
    ``gaugino_higgsino_mixing``: what the perturbative spectrum expands in.
    ``threshold``: exact minus leading Delta.
    """

    electroweak: RealArray
    inverse_tan_beta: RealArray
    inverse_tan_beta_tan_beta_d: RealArray
    higgsino_yukawa: RealArray
    smuon_mixing: RealArray
    trilinear: RealArray
    mass_spread: RealArray
    gaugino_higgsino_mixing: RealArray
    threshold: RealArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Approximations against the exact one-loop result; arrays over the points.

    ``coupled``: which entries of the mass tables are states of a_mu; the others are exact in any
    approximation.
    """

    slides: Ratio
    mass_insertion: Ratio
    mass_insertion_neutralino: Ratio
    mass_insertion_chargino: Ratio
    neutralino_masses: Ratio
    chargino_masses: Ratio
    coupled: CoupledStates
    expansion: Expansion
    leading_vanishes: BoolArray

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary: floats and lists for a single point, arrays for a batch."""
        tree = {field.name: getattr(self, field.name) for field in fields(self)}
        nested = {k: v._asdict() if hasattr(v, "_asdict") else v for k, v in tree.items()}
        converted: dict[str, Any] = plain(nested, single=np.ndim(self.slides.exact) == 0)
        return converted


def compare(point: Point) -> Comparison:
    """Evaluate a point (or many) and set every approximation beside the exact result.

    Ratios are approximate/exact. Flagged points give NaN.
    """
    return compare_result(evaluate(point))


def compare_result(result: Result) -> Comparison:
    """The comparison for a result that is already there; InvalidInput for one of a_mu alone."""
    instance("result", result, Result, "that of evaluate(point), all details")
    exact, approximate = result.a_muon, result.approximations
    inserted = approximate.mass_insertion
    inos = result.spectrum.inos
    perturbative = perturbative_spectrum(result.muon)
    coupled = coupled_states(result.lagrangian, inos)
    sizes = _expansion(result, perturbative, coupled)
    return Comparison(
        slides=_ratio(exact.one_loop, approximate.slides.total),
        mass_insertion=_ratio(exact.one_loop, inserted.total),
        mass_insertion_neutralino=_ratio(exact.neutralino, inserted.neutralino),
        mass_insertion_chargino=_ratio(exact.chargino, inserted.chargino),
        neutralino_masses=_ratio(np.abs(inos.m_neutralino), perturbative.neutralino),
        chargino_masses=_ratio(inos.m_chargino, perturbative.chargino),
        coupled=CoupledStates(*(spread(a, result.shape, 1) for a in coupled)),
        expansion=Expansion(*(spread(a, result.shape) for a in sizes)),
        leading_vanishes=spread(_leading_vanishes(result.muon, coupled), result.shape),
    )


def _ratio(exact: RealArray, approximate: RealArray) -> Ratio:
    with quiet_nan():
        whole = np.broadcast_to(approximate, np.shape(exact))[()]
        return Ratio(exact, whole, whole / exact)


def _leading_vanishes(lag: Lagrangian, coupled: CoupledStates) -> BoolArray:
    higgsino = np.where(coupled.higgsino, higgsino_modes(lag.m_higgsino, lag.v_u).m, 0.0)
    return np.asarray(np.abs(lag.m_higgsino[..., 1, 0]) <= VANISHING_MU4 * higgsino.max(-1))


def _expansion(
    result: Result, perturbative: PerturbativeSpectrum, coupled: CoupledStates
) -> Expansion:
    lag, spectrum = result.muon, result.spectrum
    up_sq, down_sq = axis_sum(abs_sq(lag.v_u), -1), axis_sum(abs_sq(lag.v_d), -1)
    higgs_yukawa, trilinear = lag.yukawa[..., 0, 0], lag.trilinear[..., 0, 0]
    # Not g**2: numpy rounds powers of a single number in another way than those of an array.
    g_sq = lag.g * lag.g
    with quiet_nan():
        lightest = np.minimum(
            np.where(coupled.neutralino, np.abs(spectrum.inos.m_neutralino), np.inf).min(-1),
            np.minimum(spectrum.m_slepton.min(-1), spectrum.m_sneutrino.min(-1)),
        )
        m_w_sq = g_sq * (up_sq + down_sq) / 4
        cot_cot = 1 / np.abs(tangent_product(lag))
        soft_sq = real_part(lag.m_l_sq * lag.m_e_sq)[..., 0, 0]
        source = axis_sum(higgsino_source(lag).conjugate() * higgs_yukawa, -1)
        masses = _soft_masses(lag, coupled)
        return Expansion(
            electroweak=m_w_sq / (lightest * lightest),
            inverse_tan_beta=np.sqrt(down_sq / up_sq),
            inverse_tan_beta_tan_beta_d=cot_cot,
            higgsino_yukawa=abs_sq(higgs_yukawa[..., 1]) / g_sq * cot_cot,
            smuon_mixing=np.abs(slepton_mixing(lag)[..., 0, 0]) / np.sqrt(soft_sq),
            trilinear=np.abs(axis_sum(lag.v_d * trilinear, -1) / source),
            mass_spread=masses.max(-1) / masses.min(-1) - 1,
            gaugino_higgsino_mixing=perturbative.mixing,
            threshold=np.abs(result.yukawa.delta - result.yukawa.delta_leading),
        )


def _soft_masses(lag: Lagrangian, coupled: CoupledStates) -> RealArray:
    """Soft and Higgsino masses (..., 6), GeV; |M1| again for a Higgsino that does not couple."""
    m1, m2 = np.abs(lag.m1), np.abs(lag.m2)
    modes = higgsino_modes(lag.m_higgsino, lag.v_u).m
    higgsino = np.where(coupled.higgsino, modes, m1[..., None])
    sleptons = (np.sqrt(real_part(m_sq)[..., 0, 0]) for m_sq in (lag.m_l_sq, lag.m_e_sq))
    singles = [m1, m2, *sleptons, higgsino[..., 0], higgsino[..., 1]]
    return np.stack(np.broadcast_arrays(*singles), axis=-1)
