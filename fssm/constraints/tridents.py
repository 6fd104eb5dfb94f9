"""Neutrino trident production, nu N -> nu N mu+ mu-, with the Z' of L_mu - L_tau.

In the limit of a heavy Z' it shifts the vector coupling C_V of muons to muon neutrinos, and
sigma = C_V^2 + c C_A^2 up to a factor; c depends on the neutrino beam (W. Altmannshofer et al.,
arXiv:1902.06765 and 1406.2332).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.arguments import instance, together, word
from fssm.base import InvalidInput, quiet_nan
from fssm.constants import DEFAULT_A_MUON, Measurement, a_muon_set, measured, trident_set
from fssm.model.electroweak import higgs_vev
from fssm.observables.leptons import pull
from fssm.simplified import l_mu_l_tau
from fssm.simplified.inputs import given, single

if TYPE_CHECKING:
    from fssm.base import BoolArray, RealArray, RealLike

_MODEL = "tridents"
C_A_STANDARD = 0.5
# The weaker reading on the slides: NuTeV saw a background that CCFR did not include, and its
# result constrains the coupling about two times less.
NUTEV_LIKE = 2.0
# Quantiles of the normal distribution at 0.95 and 0.975, and two standard deviations.
ONE_SIDED_95 = 1.6448536269514722
TWO_SIDED_95 = 1.959963984540054
TWO_SIGMA = 2.0
# What a limit at 95% may mean. The Z' only enhances the cross section: R = sigma/sigma_SM >= 1.
# The first two take no notice of that and become stricter where the data fluctuate downwards; the
# last has a flat prior on the values of R that the model can have.
CONFIDENCES = {
    "one_sided": "one-sided 95%",
    "two_sided": "two-sided 95%",
    "flat_prior": "95% with a flat prior on R >= 1",
}
DEFAULT_CONFIDENCE = "one_sided"


class Beam(NamedTuple):
    """Weight c of the axial part for a beam, and from which m_Z' on, GeV, the limit is valid."""

    name: str
    axial_weight: float
    m_valid: float


# "Z' masses >~ few GeV" and ">~ few hundred MeV" on the slides.
CCFR = Beam("CCFR", 1.13, 3.0)
DUNE = Beam("DUNE", 1.54, 0.3)
BEAMS = {beam.name: beam for beam in (CCFR, DUNE)}


class Survival(NamedTuple):
    """The plane of m_Z' (columns) and g' (rows): what explains a_mu, and what CCFR leaves.

    ``explains_1``, ``explains_2`` within one and two standard deviations. ``tested``: the formula
    holds. ``excluded``: tested and beyond the limit. ``survives``: certainly not excluded; the
    formula overestimates the effect of a lighter Z', so what it leaves survives at any mass.
    ``undecided``: beyond the limit, but too light for the formula.
    """

    m_z_prime: RealArray
    g_prime: RealArray
    a_muon: RealArray
    explains_1: BoolArray
    explains_2: BoolArray
    tested: BoolArray
    excluded: BoolArray
    survives: BoolArray
    undecided: BoolArray


def trident_ratio(
    g_prime: RealLike,
    m_z_prime: RealLike,
    beam: Beam = CCFR,
    *,
    sin_sq_theta_w: RealLike | None = None,
    v: RealLike | None = None,
) -> RealArray:
    """sigma/sigma_SM (...) for a coupling g' and a mass in GeV; NaN below the beam's ``m_valid``.

    (C_V^2 + c C_A^2) with C_V = 1/2 + 2 s_W^2 + v^2 g'^2/m_Z'^2 and C_A = 1/2, over the same
    for g' = 0. Measured s_W^2 (MSbar) and v by default. arXiv:1902.06765.
    """
    mass = given(_MODEL, "m_z_prime", m_z_prime, unit="GeV", kind="positive")
    coupling = given(_MODEL, "g_prime", g_prime)
    together(_MODEL, g_prime=coupling, m_z_prime=mass)
    c_v = _standard_c_v(sin_sq_theta_w)
    vev = higgs_vev() if v is None else given(_MODEL, "v", v, unit="GeV", kind="positive")
    axial = _known(beam).axial_weight * C_A_STANDARD**2
    shifted = c_v + (vev * coupling / mass) ** 2
    ratio = (shifted**2 + axial) / (c_v**2 + axial)
    return np.where(mass >= beam.m_valid, ratio, np.nan)[()]


def _known(beam: Beam) -> Beam:
    if not isinstance(beam, Beam):
        raise InvalidInput(f"[{_MODEL}] beam", "must be a Beam: CCFR or DUNE", value=beam)
    return beam


def _standard_c_v(sin_sq_theta_w: RealLike | None) -> RealArray:
    s_sq = measured("sin_sq_theta_w").value if sin_sq_theta_w is None else sin_sq_theta_w
    value = given(_MODEL, "sin_sq_theta_w", s_sq, kind="positive")
    if np.any(value >= 1):
        raise InvalidInput(f"[{_MODEL}] sin_sq_theta_w", "must be below 1", value=sin_sq_theta_w)
    return 0.5 + 2 * value


def trident_limit(
    m_z_prime: RealLike,
    beam: Beam = CCFR,
    *,
    data: str = "ccfr-1991",
    confidence: str = DEFAULT_CONFIDENCE,
    deviations: float | None = None,
    weakened_by: float = 1.0,
) -> RealArray:
    """Upper limit (...) on g' at 95% CL for a mass in GeV; NaN below the beam's ``m_valid``.

    From sigma/sigma_SM < R with R of :func:`largest_ratio`, which says what ``confidence`` and
    ``deviations`` mean: one-sided by default. ``weakened_by`` multiplies the limit: NUTEV_LIKE
    for the weaker reading of the slides.

    >>> for confidence in CONFIDENCES:
    ...     f"{5.0 / trident_limit(5.0, confidence=confidence):.0f}"  # m_Z'/g' in GeV
    '611'
    '539'
    '496'
    """
    mass = given(_MODEL, "m_z_prime", m_z_prime, unit="GeV", kind="positive")
    largest = largest_ratio(data, confidence=confidence, deviations=deviations)
    limit = mass * _limit_per_mass(beam, largest, weakened_by)
    return np.where(mass >= beam.m_valid, limit, np.nan)[()]


def largest_ratio(
    data: str = "ccfr-1991",
    *,
    confidence: str = DEFAULT_CONFIDENCE,
    deviations: float | None = None,
) -> float:
    """Upper limit R on sigma/sigma_SM from a named measurement.

    Parameters
    ----------
    data : name of the measurement, value and standard deviation.
    confidence : which 95% is meant. "one_sided": value + 1.645 standard deviations (0.82 + 1.645
        x 0.28 = 1.28, the default); "two_sided": value + 1.960 of them (1.37); "flat_prior":
        :func:`flat_prior_ratio` (1.44). CCFR's 0.82(28) lies below 1, so that the first two
        profit from a downward fluctuation.
    deviations : value + this many standard deviations instead, such as TWO_SIGMA (1.38).

    Raises
    ------
    InvalidInput
        for an unknown ``confidence``, or one that is not the default beside ``deviations``.
    """
    measurement = trident_set(data)
    problem = f"unknown; known: {', '.join(CONFIDENCES)}"
    word(f"[{_MODEL}] confidence", confidence, CONFIDENCES, problem)
    if deviations is not None and confidence != DEFAULT_CONFIDENCE:
        problem = f"give either confidence = {confidence!r} or deviations"
        raise InvalidInput(f"[{_MODEL}] deviations", problem, value=deviations)
    if confidence == "flat_prior":
        return flat_prior_ratio(measurement)
    if deviations is None:
        deviations = ONE_SIDED_95 if confidence == "one_sided" else TWO_SIDED_95
    above = single(_MODEL, "deviations", deviations)
    return float(measurement.value + above * measurement.uncertainty)


def flat_prior_ratio(measurement: Measurement) -> float:
    """R below which 95% of a normal distribution lie that is cut off below the Standard Model.

    Posterior of sigma/sigma_SM for a prior that is flat from 1 on: with Q the upper tail of the
    unit normal distribution, Q((R - value)/uncertainty) = 0.05 Q((1 - value)/uncertainty).
    """
    from scipy.special import log_ndtr, ndtri_exp

    instance("measurement", measurement, Measurement, "that of constants.trident_set")

    # In logarithms, so that a measurement far below 1 keeps its tail.
    log_tail = log_ndtr((measurement.value - 1) / measurement.uncertainty)
    above = -ndtri_exp(np.log(0.05) + log_tail)
    return float(measurement.value + above * measurement.uncertainty)


def limits_by_confidence(beam: Beam = CCFR, *, data: str = "ccfr-1991") -> dict[str, float]:
    """Lower limit on m_Z'/g', GeV, for each meaning of the confidence; inf where g' must be 0."""
    ratios = {text: largest_ratio(data, confidence=name) for name, text in CONFIDENCES.items()}
    ratios["two standard deviations"] = largest_ratio(data, deviations=TWO_SIGMA)
    with quiet_nan():
        return {name: float(1 / _limit_per_mass(beam, r, 1.0)) for name, r in ratios.items()}


def _limit_per_mass(beam: Beam, largest: float, weakened_by: float) -> RealArray:
    """Largest g'/m_Z', 1/GeV; the inverse of the formula has no need of a search."""
    factor = single(_MODEL, "weakened_by", weakened_by)
    c_v, axial = float(_standard_c_v(None)), _known(beam).axial_weight * C_A_STANDARD**2
    shift = np.sqrt(largest * (c_v**2 + axial) - axial) - c_v
    return np.asarray(factor * np.sqrt(np.maximum(shift, 0.0)) / higgs_vev())


def survival(
    m_z_prime: RealArray,
    g_prime: RealArray,
    *,
    data_set: str = DEFAULT_A_MUON,
    beam: Beam = CCFR,
    data: str = "ccfr-1991",
    confidence: str = DEFAULT_CONFIDENCE,
    deviations: float | None = None,
    weakened_by: float = 1.0,
) -> Survival:
    """Where a Z' explains a named a_mu and survives: arrays over g' (rows) and m_Z' (columns).

    ``m_z_prime`` (m,) in GeV and ``g_prime`` (n,) give arrays (n, m); other arguments as in
    :func:`trident_limit`, with the one-sided 95% of CCFR by default: what it excludes may survive
    for another ``confidence``.
    """
    masses = np.atleast_1d(given(_MODEL, "m_z_prime", m_z_prime, unit="GeV", kind="positive"))
    couplings = np.atleast_1d(given(_MODEL, "g_prime", g_prime, kind="positive"))
    for name, axis in (("m_z_prime", masses), ("g_prime", couplings)):
        if axis.ndim > 1:
            raise InvalidInput(f"[{_MODEL}] {name}", f"must have one axis, not {axis.ndim}")
    a_muon = l_mu_l_tau(couplings[:, None], masses).a_muon
    off = np.abs(pull(a_muon, a_muon_set(data_set)))
    largest = largest_ratio(data, confidence=confidence, deviations=deviations)
    limit = masses * _limit_per_mass(beam, largest, weakened_by)
    beyond = couplings[:, None] > limit
    tested = np.broadcast_to(masses >= beam.m_valid, beyond.shape)
    return Survival(
        m_z_prime=masses,
        g_prime=couplings,
        a_muon=a_muon,
        explains_1=off <= 1,
        explains_2=off <= 2,
        tested=tested,
        excluded=beyond & tested,
        survives=couplings[:, None] <= limit,
        undecided=beyond & ~tested,
    )
