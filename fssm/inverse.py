"""Inverse problems: the coupling or mass that gives a wanted a_mu, with its bands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.arguments import numbers, text, together, truth, word
from fssm.base import InvalidInput
from fssm.constants import DEFAULT_A_MUON, a_muon_set, a_muon_sets, measured
from fssm.constraints.perturbativity import landau_bound
from fssm.constraints.running import GUT_SCALE
from fssm.evaluation import evaluate
from fssm.model.point import Point
from fssm.model.schema import FIELDS, checked
from fssm.numerics.brackets import first_crossing, scan
from fssm.simplified import alp, coupling_matrix, dark_photon, l_mu_l_tau, s1_leptoquark
from fssm.simplified.inputs import given, known, not_negative
from fssm.simplified.leptoquark import UP_QUARKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, BoolArray, RealArray, RealLike
    from fssm.numerics.brackets import Function, Scan

    # The name of a data set, or (value, uncertainty).
    Wanted = str | tuple[float, float]

# A coupling beyond this is not perturbative.
LARGEST_COUPLING = float(np.sqrt(4 * np.pi))
_PER_DECADE = 6


class Interval(NamedTuple):
    """Both ends (...), low <= high but for ``searched``; NaN where there is no such interval."""

    low: RealArray
    high: RealArray


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Band:
    """Where a_mu has its wanted value, and where it is within one and two standard deviations.

    ``central`` (...) is NaN where no value in the range searched gives the wanted a_mu, and
    ``exists`` says so. Each interval begins at the decoupled end, at 0 for a coupling and inf for
    a mass, where nothing at all is near enough to the measurement, and is NaN where it is empty.
    ``reach`` is the range of a_mu over all that was ``searched``, which runs from the decoupled
    end. Beyond the first solution, coming from there, no others are looked for. ``caveat``, if
    there is one, gives what :meth:`answer` adds to each sentence (...), "" for nothing; it is
    computed only there.
    """

    quantity: str
    unit: str
    wanted: float
    uncertainty: float
    central: RealArray
    one_sigma: Interval
    two_sigma: Interval
    exists: BoolArray
    reach: Interval
    searched: Interval
    caveat: Callable[[], AnyArray] | None = None

    def __repr__(self) -> str:
        interval = f"one_sigma={self.one_sigma}, two_sigma={self.two_sigma}"
        return f"Band({self.quantity!r}, central={self.central}, {interval})"

    def scaled(self, factor: RealLike, *, unit: str | None = None) -> Band:
        """The same band with its quantity times a factor (...), such as 1e-3 for TeV."""
        factor = given("band", "factor", factor)
        together("band", factor=factor, central=np.asarray(self.central))
        names = ("one_sigma", "two_sigma", "searched")
        ends: dict[str, Any] = {
            n: Interval(*(np.asarray(end * factor)[()] for end in getattr(self, n))) for n in names
        }
        own = self.unit if unit is None else text("unit", unit)
        return replace(self, unit=own, central=np.asarray(self.central * factor)[()], **ends)

    def answer(self) -> Any:
        """A sentence for a single point, an object array of them for many."""
        sentences = np.full(np.shape(self.central), "", object)
        if self.caveat is not None and np.any(self.exists):
            sentences[...] = self.caveat()
        for index in np.ndindex(sentences.shape):
            sentences[index] = self._sentence(index) + sentences[index]
        return sentences[()]

    def _sentence(self, index: tuple[int, ...]) -> str:
        unit = f" {self.unit}" if self.unit else ""
        goal = f"a_mu = {self.wanted:.4g}"
        low, high = (float(np.asarray(end)[index]) for end in self.two_sigma)
        if np.isnan(low):
            within = "not even within two sigma"
        else:
            within = f"within two sigma from {low:.4g} to {high:.4g}{unit}"
        if np.asarray(self.exists)[index]:
            value = float(np.asarray(self.central)[index])
            return f"{self.quantity} = {value:.4g}{unit} gives {goal}; {within}"
        shape = np.shape(self.central)
        reach, ends = (
            [f"{float(np.broadcast_to(end, shape)[index]):.4g}" for end in interval]
            for interval in (self.reach, self.searched)
        )
        return (
            f"no {self.quantity} from {' to '.join(ends)}{unit} gives {goal}: "
            f"a_mu ranges over [{', '.join(reach)}]; {within}"
        )


def dark_photon_epsilon(m_dark_photon: RealLike, wanted: Wanted = DEFAULT_A_MUON) -> Band:
    """Kinetic mixing epsilon of a dark photon of mass m (...), GeV; up to epsilon e = sqrt(4 pi).

    >>> dark_photon_epsilon(0.05, "amu-2021").answer()
    'epsilon = 0.002329 gives a_mu = 2.51e-09; within two sigma from 0.001695 to 0.002824'
    """
    mass = not_negative("dark_photon", "m_dark_photon", m_dark_photon)
    nodes = _logarithmic(1e-8, float(measured("alpha").value ** -0.5))
    return _band("epsilon", "", wanted, nodes, lambda x, m: dark_photon(np.exp(x), m).a_muon, mass)


def z_prime_coupling(m_z_prime: RealLike, wanted: Wanted = DEFAULT_A_MUON) -> Band:
    """Coupling g' of the Z' of L_mu - L_tau of mass m (...), GeV; up to sqrt(4 pi)."""
    mass = not_negative("l_mu_l_tau", "m_z_prime", m_z_prime)
    nodes = _logarithmic(1e-8, LARGEST_COUPLING)
    return _band("g'", "", wanted, nodes, lambda x, m: l_mu_l_tau(np.exp(x), m).a_muon, mass)


def leptoquark_coupling(
    m_leptoquark: RealLike,
    wanted: Wanted = DEFAULT_A_MUON,
    *,
    quark: str = "top",
    right_over_left: RealLike = 1.0,
) -> Band:
    """Coupling lam_L of S1 to one quark and the muon, lam_R = right_over_left lam_L; mass in GeV.

    Up to sqrt(4 pi) for the larger of the two.
    """
    mass = given("leptoquark", "m_leptoquark", m_leptoquark, unit="GeV", kind="positive")
    ratio = given("leptoquark", "right_over_left", right_over_left)
    known("leptoquark", "quark", quark, UP_QUARKS)
    together("leptoquark", m_leptoquark=mass, right_over_left=ratio)

    def a_muon(x: RealArray, m: RealArray, r: RealArray) -> RealArray:
        lam = np.exp(x) / np.maximum(1.0, np.abs(r))
        left = coupling_matrix(**{f"{quark}_muon": lam})
        right = coupling_matrix(**{f"{quark}_muon": r * lam})
        return s1_leptoquark(left, right, m).a_muon

    # The search is for the larger of the two, so that its end is the same for all points.
    nodes = _logarithmic(1e-6, LARGEST_COUPLING)
    larger = _band("lam_L", "", wanted, nodes, a_muon, mass, ratio)
    return larger.scaled(1 / np.maximum(1.0, np.abs(ratio)))


def alp_decay_constant(
    wanted: Wanted = DEFAULT_A_MUON,
    *,
    c_muon: RealLike,
    c_photon: RealLike = 0.0,
    m_a: RealLike = 0.0,
) -> Band:
    """Decay constant f, GeV, of an axion-like particle, cutoff 4 pi f; from 1e8 to 0.1 GeV.

    >>> print(alp_decay_constant((2.51e-9, 0.59e-9), c_muon=1.0).answer()[:75])
    no f from 1e+08 to 0.1 GeV gives a_mu = 2.51e-09: a_mu ranges over [-0.0070
    """
    mass = not_negative("alp", "m_a", m_a)
    couplings = given("alp", "c_muon", c_muon), given("alp", "c_photon", c_photon)
    together("alp", c_muon=couplings[0], c_photon=couplings[1], m_a=mass)

    def a_muon(x: RealArray, c: RealArray, c_gg: RealArray, m: RealArray) -> RealArray:
        return alp(f=np.exp(x), m_a=m, c_muon=c, c_photon=c_gg).a_muon

    nodes = _logarithmic(0.1, 1e8)[::-1]
    return _band("f", "GeV", wanted, nodes, a_muon, *couplings, mass)


def fssm_m_susy(
    y_prime: RealLike, wanted: Wanted = DEFAULT_A_MUON, *, qed_log: bool = True, **fields: Any
) -> Band:
    """Common mass m_SUSY, GeV, of all superpartners for Y'_mumu (...); from 1e6 to 100 GeV.

    tan_beta_d follows from the muon mass. ``fields`` of Point override tan_beta = tan_beta_u =
    50, theta_u = theta_d = pi/4, a single value each; the two-loop logarithm counts with
    ``qed_log``. The answer in words says where Y' has a Landau pole below the GUT scale.
    """
    _check_single(fields)
    truth("qed_log", qed_log)
    y = given("yukawa", "y_prime_muon", y_prime, kind="positive")
    nodes = _logarithmic(100, 1e6)[::-1]

    def a_muon(x: RealArray, own: RealArray) -> RealArray:
        return _universal(np.exp(x), own, fields, qed_log)

    band = _band("m_SUSY", "GeV", wanted, nodes, a_muon, y)
    return replace(band, caveat=partial(_landau_caveat, band.central, y, fields))


def fssm_y_prime(
    m_susy: RealLike, wanted: Wanted = DEFAULT_A_MUON, *, qed_log: bool = True, **fields: Any
) -> Band:
    """Y'_mumu for a common mass m_SUSY (...), GeV; up to sqrt(4 pi). See :func:`fssm_m_susy`.

    >>> print(fssm_y_prime(3000.0, "amu-2021").answer().split("; ")[-1])
    Y' = 1.144 is above 0.9601, the largest without a Landau pole below 2e+16 GeV
    """
    _check_single(fields)
    truth("qed_log", qed_log)
    m = given("slepton", "m_susy", m_susy, unit="GeV", kind="positive")
    nodes = _logarithmic(1e-3, LARGEST_COUPLING)

    def a_muon(x: RealArray, own: RealArray) -> RealArray:
        return _universal(own, np.exp(x), fields, qed_log)

    band = _band("Y'", "", wanted, nodes, a_muon, m)
    return replace(band, caveat=partial(_landau_caveat, m, band.central, fields))


def _landau_caveat(m_susy: RealArray, y_prime: RealArray, fields: dict[str, Any]) -> AnyArray:
    """That Y' has a Landau pole below the GUT scale, for each answer (...) for which it has."""
    m, y = np.broadcast_arrays(m_susy, y_prime)
    caveats = np.full(m.shape, "", object)
    there = np.isfinite(m) & np.isfinite(y)
    if there.any():
        result = evaluate(universal_point(m[there], y[there], **fields))
        bound = landau_bound(result, m[there])
        caveats[there] = [
            f"; Y' = {own:.4g} is above {largest:.4g}, the largest without a Landau pole below "
            f"{GUT_SCALE:.0e} GeV"
            if np.isfinite(largest)
            else ""
            for own, largest in zip(y[there], bound, strict=True)
        ]
    return caveats


def universal_point(m_susy: RealLike, y_prime: RealLike | None, **fields: Any) -> Point:
    """The slides' FSSM: one mass, GeV, and Y'_mumu, with tan_beta_d from the muon mass.

    Or None for Y' and a tan_beta_d among the ``fields``.
    tan_beta = tan_beta_u = 50 and theta_u = theta_d = pi/4 unless ``fields`` say otherwise.
    """
    masses = dict.fromkeys(("mu", "mu_tilde", "m1", "m2", "m_l", "m_e"), m_susy)
    angles = dict.fromkeys(("theta_u", "theta_d"), np.pi / 4)
    tangents = dict.fromkeys(("tan_beta", "tan_beta_u"), 50.0)
    return Point(**{**masses, **angles, **tangents, **fields}, y_prime_muon=y_prime)


def _check_single(fields: dict[str, Any]) -> None:
    """Points that the search has done with leave it; arrays it does not know would not follow."""
    for name, value in fields.items():
        if name not in FIELDS or value is None or FIELDS[name].kind == "choice":
            continue
        if np.ndim(checked(FIELDS[name], value)) > FIELDS[name].axes:
            raise InvalidInput(FIELDS[name].path, "must be a single value here", value=value)


def _universal(
    m_susy: RealArray, y_prime: RealArray, fields: dict[str, Any], qed_log: bool
) -> RealArray:
    point = universal_point(m_susy, y_prime, **fields)
    return evaluate(point, detail="a_muon", backend="numpy", qed_log=qed_log).a_muon.total


def _logarithmic(low: float, high: float) -> RealArray:
    """Nodes in ln x, a few per decade."""
    return np.linspace(
        np.log(low), np.log(high), int(_PER_DECADE * np.ceil(np.log10(high / low))) + 1
    )


def _band(
    quantity: str,
    unit: str,
    wanted: Wanted,
    nodes: RealArray,
    f: Function,
    *parameters: AnyArray,
) -> Band:
    """Scan from the decoupled end, nodes[0], for where the curve enters and leaves."""
    value, sigma = _target(wanted)
    scanned = scan(f, nodes, *parameters)
    central = np.exp(first_crossing(scanned, value).x)
    one, two = (_interval(scanned, value - n * sigma, value + n * sigma) for n in (1, 2))
    lost = np.isnan(scanned.values)
    nothing = lost.all(axis=0)
    lowest = np.where(lost, np.inf, scanned.values).min(axis=0)
    highest = np.where(lost, -np.inf, scanned.values).max(axis=0)
    return Band(
        quantity=quantity,
        unit=unit,
        wanted=value,
        uncertainty=sigma,
        central=central[()],
        one_sigma=one,
        two_sigma=two,
        exists=np.isfinite(central)[()],
        reach=Interval(*(np.where(nothing, np.nan, end)[()] for end in (lowest, highest))),
        searched=Interval(*np.exp(nodes[[0, -1]])),
    )


def _target(wanted: Wanted) -> tuple[float, float]:
    if isinstance(wanted, str):
        word("wanted", wanted, a_muon_sets(), f"unknown; known: {', '.join(a_muon_sets())}")
        data = a_muon_set(wanted)
        return data.value, data.uncertainty
    pair = numbers("wanted", wanted)
    if pair.shape != (2,):
        problem = "must be the name of a data set or (value, uncertainty)"
        raise InvalidInput("wanted", problem, value=wanted)
    value, sigma = pair.tolist()
    if not (np.isfinite(value) and np.isfinite(sigma) and sigma >= 0):
        raise InvalidInput("wanted", "must be finite, with an uncertainty >= 0", value=wanted)
    return value, sigma


def _interval(scanned: Scan, low: float, high: float) -> Interval:
    """The first stretch with low <= a_mu <= high, coming from the decoupled end."""
    start = scanned.values[0]
    inside = (start >= low) & (start <= high)
    near, far = (np.where(start < low, *pair) for pair in ((low, high), (high, low)))
    entry = first_crossing(scanned, near)
    after = np.where(inside, 0, entry.cell)
    # Out through the far edge, maybe within the same cell, or back through the near one.
    exits = (
        first_crossing(scanned, far, after),
        first_crossing(scanned, near, np.where(inside, 0, after + 1)),
    )
    leave = np.where(exits[1].cell < exits[0].cell, exits[1].x, exits[0].x)
    finite = np.isfinite(scanned.values)
    last = scanned.nodes[len(finite) - 1 - finite[::-1].argmax(axis=0)]
    leave = np.exp(np.where(np.isnan(leave), last, leave))
    # a_mu vanishes at the decoupled end; where that is not near enough, the search is what begins.
    decoupled = 0.0 if scanned.nodes[0] < scanned.nodes[-1] else np.inf
    begin = decoupled if low <= 0 <= high else np.exp(scanned.nodes[0])
    enter = np.where(inside, begin, np.exp(entry.x))
    leave = np.where(np.isnan(enter), np.nan, leave)
    return Interval(np.minimum(enter, leave)[()], np.maximum(enter, leave)[()])
