"""Everything that is known of a point: spectrum, lepton masses, moments, decays, estimates."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import axis_sum, blanked, per_point, quiet_nan, spread
from fssm.chunks import in_chunks, leaves, rebuilt
from fssm.model import lepton_masses, muon_mass
from fssm.model.couplings import Couplings, Legs, couplings, muon_lagrangian
from fssm.model.electroweak import electroweak, input_value
from fssm.model.lagrangian import spread_lagrangian
from fssm.model.lepton_number import forbidden
from fssm.model.schema import SMALLEST_POSITIVE
from fssm.model.spectrum import Inos, Scalars, Spectrum, spectrum
from fssm.model.texture import texture_scales
from fssm.model.yukawa import UNSHIFTED, Yukawa, physical_matrix
from fssm.observables.approximations import MassInsertion, Slides, mass_insertion, slides
from fssm.observables.dipole import (
    DipoleTerms,
    Sector,
    chargino_terms,
    loop_total,
    neutralino_terms,
)
from fssm.observables.estimates import (
    a_electron_estimate,
    a_tau_estimate,
    mass_matrix_branching_ratios,
    slides_branching_ratios,
)
from fssm.observables.flavour import FlavourObservables, flavour_observables
from fssm.observables.leptons import LoopSum, anomalous_moment, loop_sum, qed_logarithm
from fssm.observables.noise import dipole_noise
from fssm.result import FLAGS, MIN_DIGITS, Approximations, Estimates, Result, named_flags, sick

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point

# Points at a time: three generations of complex numbers take 40 kB each on the way.
CHUNK = 512


def evaluate_fully(point: Point, *, qed_log: bool, threads: int) -> Result:
    """All that is known of these points, chunk by chunk where they are many."""
    count = int(np.prod(point.shape, dtype=int))
    # A single point goes through the arrays of a piece, and leaves their axis behind.
    if count <= CHUNK and point.shape:
        with quiet_nan():
            return replace(_evaluate(point.as_batch(), qed_log), point=point)
    pieces: list[Result] = []

    def job(where: slice) -> list[AnyArray]:
        result = _evaluate(point.taken(where).as_batch(), qed_log)
        pieces[1:] = [result]
        return list(leaves(_spread(result)))

    columns = in_chunks(job, count, CHUNK, threads)
    shaped = iter([column.reshape(point.shape + column.shape[1:])[()] for column in columns])
    whole: Result = rebuilt(_spread(pieces[0]), shaped)
    muon = whole.lagrangian if point.generations == 1 else whole.muon
    return replace(whole, point=point, muon=muon)


def _spread(result: Result) -> Result:
    """With every parameter of the Lagrangians spread over the points, as everything else is."""
    return replace(
        result,
        lagrangian=spread_lagrangian(result.lagrangian, result.shape),
        muon=spread_lagrangian(result.muon, result.shape),
    )


def _evaluate(point: Point, qed_log: bool) -> Result:
    resolve = muon_mass.solve if point.generations == 1 else lepton_masses.solve
    lag, solved = resolve(point)
    spec = _spread_spectrum(spectrum(lag), point.shape)
    yukawa = _spread_yukawa(solved, point.shape)
    sectors = _sectors(spec, couplings(lag, spec, yukawa.legs))
    dipole = _dipole(lag, yukawa, sectors)
    flags = _flags(point, lag, spec, yukawa, dipole)
    bad = sick(flags)
    # A sector that is still finite would be a plausible wrong number: blank it too.
    dipole = DipoleTerms(*(blanked(terms, bad) for terms in dipole))
    logarithms = _logarithms(lag, spec, qed_log)
    flavour = (
        None
        if point.generations == 1
        else _flavour(point, lag, yukawa, dipole, sectors, logarithms)
    )
    if flavour is not None:
        imprecise = [b.digits < MIN_DIGITS for b in flavour.branching_ratios.values()]
        flags["imprecise_branching_ratio"] = np.any(imprecise, axis=0)
    a_muon = _a_muon(lag, dipole, logarithms) if flavour is None else flavour.a_muon
    muon, legs = muon_lagrangian(lag, yukawa.legs)
    return Result(
        point=point,
        lagrangian=lag,
        muon=muon,
        spectrum=spec,
        yukawa=yukawa,
        dipole=dipole,
        a_muon=a_muon,
        approximations=Approximations(
            Slides(*_blank_items(slides(muon, legs), bad)),
            MassInsertion(*_blank_items(mass_insertion(muon, legs), bad)),
        ),
        flavour=flavour,
        estimates=None if flavour is None else _estimates(point, lag, yukawa, a_muon.one_loop),
        flags=flags,
    )


class _Sectors(NamedTuple):
    neutral: Sector
    charged: Sector


def _sectors(spec: Spectrum, c: Couplings) -> _Sectors:
    inos, scalars = spec.inos, spec.scalars
    return _Sectors(
        Sector(inos.m_neutralino, scalars.slepton_sq, c.n_left, c.n_right),
        Sector(inos.m_chargino, scalars.sneutrino_sq, c.c_left, c.c_right),
    )


def _dipole(lag: Lagrangian, yukawa: Yukawa, sectors: _Sectors) -> DipoleTerms:
    terms = (
        neutralino_terms(sectors.neutral, lag.m_lepton),
        chargino_terms(sectors.charged, lag.m_lepton),
    )
    if lag.generations == 1:
        return DipoleTerms(*terms)
    vanishing = forbidden(lag, yukawa.legs)[..., None, None]
    return DipoleTerms(*(np.where(vanishing, 0.0, array) for array in terms))


def _flavour(
    point: Point,
    lag: Lagrangian,
    yukawa: Yukawa,
    dipole: DipoleTerms,
    sectors: _Sectors,
    logarithms: RealArray,
) -> FlavourObservables:
    matrix = physical_matrix(lag, yukawa)
    noise = dipole_noise(dipole.total(), *sectors, matrix, yukawa.legs, lag.m_lepton)
    return flavour_observables(dipole, noise, lag.m_lepton, logarithms, input_value(point, "g_f"))


def _estimates(point: Point, lag: Lagrangian, yukawa: Yukawa, a_muon: RealArray) -> Estimates:
    m_electron, m_muon, m_tau = (lag.m_lepton[..., i] for i in range(3))
    matrix = physical_matrix(lag, yukawa)
    delta_m = np.where(per_point(_only_a_tau_mass(lag), 2), _primed_part(lag, yukawa), np.nan)
    x = delta_m / texture_scales(lag.m_lepton, point.x_normalisation)
    if point.x_texture is not None:
        x = np.asarray(point.x_texture)
    v, g_f = electroweak(point).v, input_value(point, "g_f")
    return Estimates(
        a_electron=a_electron_estimate(a_muon, m_electron=m_electron, m_muon=m_muon),
        a_tau=a_tau_estimate(a_muon, yukawa.tan_beta_d, m_tau=m_tau, m_muon=m_muon),
        x=spread(x, point.shape, 2),
        slides=slides_branching_ratios(a_muon, x, m_lepton=lag.m_lepton, v=v),
        corrected=mass_matrix_branching_ratios(
            a_muon, delta_m, matrix, m_lepton=lag.m_lepton, g_f=g_f
        ),
    )


def _primed_part(lag: Lagrangian, yukawa: Yukawa) -> AnyArray:
    """Delta M (..., 3, 3), GeV: the lepton mass matrix, but of its tau-tau entry the part of Y'.

    Where a threshold is in the matrix, that part has the muon's 1 + Delta, as all of Y' has.
    """
    physical, i = physical_matrix(lag, yukawa), lag.muon
    v_prime = lag.v_d[..., 1] / np.sqrt(2)
    if yukawa.mode != UNSHIFTED:
        with quiet_nan():
            loop_alone = physical[..., i, i] / lag.yukawa[..., 1, i, i]
            v_prime = np.where(v_prime == 0, loop_alone, v_prime * (1 + yukawa.delta))
    own = v_prime * lag.yukawa[..., 1, 2, 2]
    tau_tau = np.diag([False, False, True])
    return np.where(tau_tau, per_point(own, 2), physical)


def _only_a_tau_mass(lag: Lagrangian) -> BoolArray:
    """Whether Y has no other entry than the tau-tau one, which defines the texture's basis."""
    others = ~np.diag([False, False, True])
    return np.asarray(np.all((lag.yukawa[..., 0, :, :] == 0) | ~others, axis=(-2, -1)))


def _blank_items(items: tuple[RealArray, ...], sick: BoolArray) -> list[RealArray]:
    return [blanked(spread(item, np.shape(sick)), sick) for item in items]


def _spread_spectrum(spec: Spectrum, shape: tuple[int, ...]) -> Spectrum:
    """Give every array the axes of all points: inos may depend on fewer inputs than sleptons."""
    inos, scalars = spec.inos, spec.scalars
    return Spectrum(
        inos=Inos(*(spread(a, shape, axes) for a, axes in zip(inos, (1, 2, 1, 2, 2), strict=True))),
        scalars=Scalars(
            *(spread(a, shape, axes) for a, axes in zip(scalars, (1, 2, 1, 2, 0, 0), strict=True))
        ),
    )


def _spread_yukawa(yukawa: Yukawa, shape: tuple[int, ...]) -> Yukawa:
    arrays = {f.name: getattr(yukawa, f.name) for f in fields(yukawa)}
    legs = Legs(*(spread(a, shape, 2) for a in arrays.pop("legs")))
    mode = arrays.pop("mode")
    axes = {"deltas": 1, "mass_shift": 2}
    spreads = {name: spread(a, shape, axes.get(name, 0)) for name, a in arrays.items()}
    return Yukawa(mode=mode, legs=legs, **spreads)


def _logarithms(lag: Lagrangian, spec: Spectrum, qed_log: bool) -> RealArray:
    """Two-loop QED factors (..., n) minus one, at the geometric mean of the slepton masses."""
    if not qed_log:
        return np.zeros_like(lag.m_lepton)
    m_susy = np.exp(axis_sum(np.log(spec.m_slepton), -1) / spec.m_slepton.shape[-1])
    return qed_logarithm(m_susy[..., None], lag.m_lepton)


def _a_muon(lag: Lagrangian, dipole: DipoleTerms, logarithms: RealArray) -> LoopSum:
    neutralino, chargino = (
        anomalous_moment(loop_total(terms), lag.m_lepton)[..., 0] for terms in dipole
    )
    return loop_sum(neutralino, chargino, logarithms[..., 0])


def _flags(
    point: Point, lag: Lagrangian, spec: Spectrum, yukawa: Yukawa, dipole: DipoleTerms
) -> dict[str, BoolArray]:
    missing = np.broadcast_to(point.missing(), point.shape)
    raised: dict[str, AnyArray] = {
        "tachyonic_slepton": spec.scalars.tachyonic_slepton | yukawa.tachyonic_slepton,
        "tachyonic_sneutrino": spec.scalars.tachyonic_sneutrino | yukawa.tachyonic_sneutrino,
        "threshold_not_converged": yukawa.not_converged,
        "threshold_pole": yukawa.pole,
        "texture_unsolved": yukawa.texture_unsolved,
        **_massless(lag, yukawa),
    }
    spreads = {name: np.broadcast_to(mask, point.shape) for name, mask in raised.items()}
    finite = np.all(np.isfinite(dipole.total()), axis=(-2, -1))
    raised = named_flags(spreads, missing, finite)
    raised["radiative_mass"] = yukawa.radiative & ~missing
    raised["muon_mass_mismatch"] = yukawa.mismatch & ~missing
    raised["imprecise_branching_ratio"] = np.zeros_like(missing)
    raised["imprecise_lepton_masses"] = yukawa.imprecise_masses
    return {name: np.broadcast_to(raised[name], point.shape) for name in FLAGS}


def _massless(lag: Lagrangian, yukawa: Yukawa) -> dict[str, AnyArray]:
    """A muon without a mass; of three leptons, one that is light as rounding is."""
    never = np.zeros(lag.m_lepton.shape[:-1], bool)
    if lag.generations == 1:
        massless = (yukawa.m_muon_implied == 0) & ~yukawa.unusable()
        return {"massless_muon": massless, "massless_lepton": never}
    rounding = np.maximum(8 * np.finfo(float).eps * lag.m_lepton[..., 2], SMALLEST_POSITIVE)
    return {"massless_muon": never, "massless_lepton": lag.m_lepton[..., 0] <= rounding}
