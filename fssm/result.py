"""What evaluating a point gives, its flags, and its form as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.arguments import word
from fssm.base import Unphysical, plain, spread
from fssm.constants import DEFAULT_A_MUON, a_muon_set, lepton_moment_sets, limit, limits
from fssm.model.electroweak import electroweak
from fssm.observables.dipole import loop_total
from fssm.observables.leptons import moment, pull

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point
    from fssm.model.spectrum import Spectrum
    from fssm.model.yukawa import Yukawa
    from fssm.observables.approximations import MassInsertion, Slides
    from fssm.observables.dipole import DipoleTerms
    from fssm.observables.estimates import BranchingEstimates
    from fssm.observables.flavour import FlavourObservables
    from fssm.observables.leptons import LoopSum

# Every flag and what it says; a flagged point has NaN in all that depends on it.
FLAGS = {
    "missing_input": "an input of this point is NaN",
    "tachyonic_slepton": "a smuon has m^2 <= 0",
    "tachyonic_sneutrino": "the sneutrino has m^2 <= 0",
    "texture_unsolved": "no diagonal of the texture gives the three lepton masses with these x",
    "threshold_not_converged": "no Y' (or tan_beta_d) was found that gives the muon its mass",
    "threshold_pole": "|1 + Delta| < 0.05: the muon mass is a cancellation of tree and loop",
    "massless_muon": "the muon has no mass with this threshold, m_l + dm = 0, and a_mu no sign",
    "massless_lepton": "a lepton is massless to rounding: its moments have no sign or phase",
    "not_finite": "a result is beyond the range of double precision",
    "radiative_mass": "loops make the muon mass, overturn its sign, or all but cancel it",
    "muon_mass_mismatch": "the given Yukawa coupling implies another muon mass, by more than 1 %",
    "imprecise_branching_ratio": "fewer than 6 digits of a branching ratio are certain",
    "imprecise_lepton_masses": "m_l + dm has the lepton masses to 1e-8 only, not to 1e-12",
}
# The same flags in the words of three generations.
_OF_LEPTONS = {
    "tachyonic_slepton": "a charged slepton has m^2 <= 0",
    "tachyonic_sneutrino": "a sneutrino has m^2 <= 0",
    "threshold_not_converged": "no Y, Y' (or tan_beta_d) were found that give the lepton masses",
    "threshold_pole": "|1 + Delta| < 0.05: a lepton mass is a cancellation of tree and loop",
    "radiative_mass": "loops make a lepton mass, overturn its sign, or all but cancel it",
    "muon_mass_mismatch": "the given Yukawa couplings imply another muon mass, by more than 1 %",
}
# Fewer digits than this of a branching ratio are flagged.
MIN_DIGITS = 6
# Flags that warn: the numbers stand. A Yukawa coupling given by hand is used as it is, whatever
# mass it implies; a branching ratio of few digits, far below any limit, is still an upper bound.
WARNINGS = frozenset(
    {
        "radiative_mass",
        "muon_mass_mismatch",
        "imprecise_branching_ratio",
        "imprecise_lepton_masses",
    }
)


_YUKAWA_KEYS = (
    "y_prime_muon",
    "delta",
    "delta_leading",
    "delta_implied",
    "m_muon_implied",
    "tan_beta_d",
)


class AMuonTerms(NamedTuple):
    """a_mu of each loop: (..., 6, 2n) neutralino x slepton, (..., 3, n) chargino x sneutrino."""

    neutralino: RealArray
    chargino: RealArray


class Estimates(NamedTuple):
    """What the slides expect of the other leptons, from the exact one-loop a_mu (...).

    ``x`` (..., 3, 3): coefficients of the texture, NaN where Y is more than a tau mass. Branching
    ratios as printed, and with the normalisation and the light block put right.
    """

    a_electron: RealArray
    a_tau: RealArray
    x: AnyArray
    slides: BranchingEstimates
    corrected: BranchingEstimates


class Approximations(NamedTuple):
    """The approximate formulas at the same point, itemised."""

    slides: Slides
    mass_insertion: MassInsertion


class Flagged:
    """What results have in common: flags of the points, and what they mean."""

    point: Point
    a_muon: LoopSum
    flags: dict[str, BoolArray]

    def _summary(self) -> str:
        bad = f"{np.count_nonzero(self.unphysical)} of {self.unphysical.size} points unphysical"
        return f"shape={self.shape}, {bad}, a_muon.total={np.asarray(self.a_muon.total)}"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the points; ``()`` for a single one."""
        return self.point.shape

    @property
    def unphysical(self) -> BoolArray:
        """Points with at least one flag that is more than a warning."""
        return sick(self.flags)

    def flag_names(self) -> Any:
        """List of the flags of a single point; for a batch an object array of such lists."""
        names = np.empty(self.shape, object)
        for index in np.ndindex(self.shape):
            names[index] = [name for name, mask in self.flags.items() if mask[index]]
        return names[()]

    def reason(self, flag: str) -> str:
        """What a flag of this result says; InvalidInput for one that there is not."""
        word("flag", flag, FLAGS)
        own = _OF_LEPTONS if self.point.generations == 3 else {}
        return own.get(flag, FLAGS[flag])

    def require_physical(self) -> None:
        """Raise Unphysical, naming the flags, if any point has one."""
        raised = [n for n, mask in self.flags.items() if mask.any() and n not in WARNINGS]
        if raised:
            reasons = "; ".join(f"{name} ({self.reason(name)})" for name in raised)
            bad = np.argwhere(self.unphysical)
            share = f"{len(bad)} of {self.unphysical.size} points unphysical"
            which = f"{share}, the first at {bad[0].tolist()}" if self.shape else "unphysical point"
            raise Unphysical(tuple(raised), f"{which}: {reasons}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Result(Flagged):
    """Everything computed for a point; arrays over the shape of the point.

    ``dipole`` holds every neutralino x slepton and chargino x sneutrino term in 1/GeV; masses
    are in GeV. ``muon`` is the muon's own part of the Lagrangian, in the lepton mass basis, for
    the approximations. ``flavour`` and ``estimates`` are there for three generations.
    ``flags`` maps each name of FLAGS to a boolean array.
    """

    point: Point
    lagrangian: Lagrangian
    muon: Lagrangian
    spectrum: Spectrum
    yukawa: Yukawa
    dipole: DipoleTerms
    a_muon: LoopSum
    approximations: Approximations
    flavour: FlavourObservables | None
    estimates: Estimates | None
    flags: dict[str, BoolArray]

    def a_muon_terms(self) -> AMuonTerms:
        """a_mu of every single loop."""
        i = self.lagrangian.muon
        m_muon = self.lagrangian.m_lepton[..., i, None, None]
        return AMuonTerms(*(moment(terms[..., i, i, :, :], m_muon) for terms in self.dipole))

    def __repr__(self) -> str:
        return f"Result({self._summary()})"

    def to_dict(self, *, data_set: str = DEFAULT_A_MUON) -> dict[str, Any]:
        """Plain dictionary of floats and lists for a single point, of arrays for a batch.

        Masses are positive and ascending; ``neutralino_signed`` has the sign of a real point.
        ``pull`` compares the total with the named data set, see fssm.constants.
        """
        yukawa = {name: getattr(self.yukawa, name) for name in _YUKAWA_KEYS}
        formulas = self.approximations._asdict().items()
        data = a_muon_set(data_set)
        tree = {
            "electroweak": {"scheme": self.point.scheme, **self._couplings()},
            "masses": self._masses(),
            "mixing": self._mixing(),
            "yukawa": {"mode": self.yukawa.mode, **yukawa},
            "a_muon": self.a_muon._asdict(),
            "a_muon_terms": self.a_muon_terms()._asdict(),
            "approximations": {name: items._asdict() for name, items in formulas},
            "pull": {
                "data_set": data.name,
                "value": data.value,
                "uncertainty": data.uncertainty,
                "sigma": pull(self.a_muon.total, data),
            },
        }
        if self.flavour is not None and self.estimates is not None:
            tree = _with_flavour(tree, self, self.flavour, self.estimates)
        converted: dict[str, Any] = plain(tree, single=self.shape == ())
        return {**converted, "flags": self.flag_names()}

    def _couplings(self) -> dict[str, AnyArray]:
        couplings = electroweak(self.point)._asdict()
        return {name: spread(value, self.shape) for name, value in couplings.items()}

    def _masses(self) -> dict[str, AnyArray]:
        inos = self.spectrum.inos
        return {
            "neutralino": np.abs(inos.m_neutralino),
            "chargino": inos.m_chargino,
            "slepton": self.spectrum.m_slepton,
            "sneutrino": self.spectrum.m_sneutrino,
            "neutralino_signed": inos.m_neutralino,
        }

    def _mixing(self) -> dict[str, AnyArray]:
        inos, scalars = self.spectrum.inos, self.spectrum.scalars
        return {
            "neutralino": inos.n,
            "chargino_u": inos.u,
            "chargino_v": inos.v,
            "slepton": scalars.x,
            "sneutrino": scalars.z,
        }


class Masses(NamedTuple):
    """Masses >= 0, ascending, GeV: (..., 6), (..., 3), (..., 2), (...); NaN for a tachyon."""

    neutralino: RealArray
    chargino: RealArray
    smuon: RealArray
    sneutrino: RealArray


@dataclass(frozen=True, kw_only=True, eq=False)
class AMuonResult(Flagged):
    """a_mu alone, for scans: arrays over the shape of the point.

    ``y_prime_muon``, ``tan_beta_d`` as given or solved for; ``delta`` of the threshold.
    ``masses`` only for detail "masses". The flags are those of :class:`Result`, but for those of
    three generations. ``backend``: "numpy" or "numba", what computed it.
    """

    point: Point
    a_muon: LoopSum
    y_prime_muon: AnyArray
    tan_beta_d: AnyArray
    delta: AnyArray
    masses: Masses | None
    flags: dict[str, BoolArray]
    backend: str

    def __repr__(self) -> str:
        return f"AMuonResult(backend={self.backend!r}, {self._summary()})"

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary of floats and lists for a single point, of arrays for a batch."""
        names = ("y_prime_muon", "delta", "tan_beta_d")
        tree = {
            "yukawa": {name: getattr(self, name) for name in names},
            "a_muon": self.a_muon._asdict(),
            "masses": {} if self.masses is None else self.masses._asdict(),
        }
        converted: dict[str, Any] = plain(tree, single=self.shape == ())
        return {**converted, "flags": self.flag_names()}


def named_flags(
    raised: dict[str, BoolArray], missing: BoolArray, finite: BoolArray
) -> dict[str, BoolArray]:
    """Add "missing_input" and "not_finite"; a missing point has no other flag than that.

    "threshold_not_converged" is raised only where no tachyon is the reason.
    """
    named = {name: mask & ~missing for name, mask in raised.items()}
    tachyonic = named["tachyonic_slepton"] | named["tachyonic_sneutrino"]
    named["threshold_not_converged"] = named["threshold_not_converged"] & ~tachyonic
    some = np.any([missing, *named.values()], axis=0)
    return {"missing_input": missing, **named, "not_finite": ~finite & ~some}


def sick(flags: dict[str, BoolArray]) -> BoolArray:
    """Points with a flag that is more than a warning."""
    masks = [mask for name, mask in flags.items() if name not in WARNINGS]
    return np.asarray(np.any(masks, axis=0))


def _with_flavour(
    tree: dict[str, Any], result: Result, flavour: FlavourObservables, estimates: Estimates
) -> dict[str, Any]:
    """The dictionary of a result with what three generations add."""
    yukawa = result.yukawa
    pair = spread(result.lagrangian.yukawa, result.shape, 3)
    parts = zip(("neutralino", "chargino"), result.dipole, strict=True)
    ratios = {k: getattr(estimates, k)._asdict() for k in ("slides", "corrected")}
    own = {name: getattr(estimates, name) for name in ("a_electron", "a_tau", "x")}
    return {
        **tree,
        "masses": {
            **tree["masses"],
            "lepton": spread(result.lagrangian.m_lepton, result.shape, 1),
        },
        "yukawa": {
            **tree["yukawa"],
            "y_lepton": pair[..., 0, :, :],
            "y_prime_lepton": pair[..., 1, :, :],
            "deltas": yukawa.deltas,
            "mass_shift": yukawa.mass_shift,
        },
        "dipole": result.dipole.total(),
        "dipole_parts": {name: loop_total(part) for name, part in parts},
        "a_electron": flavour.a_electron._asdict(),
        "a_tau": flavour.a_tau._asdict(),
        "edm": {name: d._asdict() for name, d in flavour.edm.items()},
        "branching_ratios": {k: b._asdict() for k, b in flavour.branching_ratios.items()},
        "estimates": {
            **own,
            "x_normalisation": result.point.x_normalisation or "slides",
            "branching_ratios": ratios,
        },
        "limits": limits_of(flavour),
    }


def limited_predictions(flavour: FlavourObservables) -> dict[str, RealArray]:
    """Branching ratios and moduli of electric dipole moments (...) by the names of limits."""
    predictions = {name: b.total for name, b in flavour.branching_ratios.items()}
    return predictions | {f"edm_{name}": np.abs(d.total) for name, d in flavour.edm.items()}


def limits_of(flavour: FlavourObservables) -> dict[str, dict[str, Any]]:
    """Every prediction beside its upper limit, or, for a_e and a_tau, its measured value."""
    predictions = limited_predictions(flavour)
    tree: dict[str, dict[str, Any]] = {}
    for name in limits():
        known = limit(name)
        tree[name] = {
            "experiment": known.name,
            "limit": known.value,
            "confidence": known.confidence,
            "source": known.source,
            "ratio": predictions[name] / known.value,
        }
    for lepton, a in (("electron", flavour.a_electron), ("tau", flavour.a_tau)):
        for data in lepton_moment_sets(lepton).values():
            tree.setdefault(f"a_{lepton}", {})[data.name] = {
                "value": data.value,
                "uncertainty": data.uncertainty,
                "source": data.source,
                "sigma": pull(a.total, data),
            }
    return tree
