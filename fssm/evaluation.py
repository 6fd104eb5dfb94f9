"""The front door: a Point goes in, spectrum, muon mass threshold and a_mu come out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import Unphysical, blanked, plain, quiet_nan, spread
from fssm.constants import DEFAULT_A_MUON, a_muon_set
from fssm.model import lepton_masses, muon_mass
from fssm.model.couplings import Couplings, Legs, couplings
from fssm.model.electroweak import electroweak
from fssm.model.matrices import lepton_matrix
from fssm.model.spectrum import Inos, Scalars, Spectrum, spectrum
from fssm.model.yukawa import Yukawa
from fssm.observables.approximations import MassInsertion, Slides, mass_insertion, slides
from fssm.observables.dipole import DipoleTerms, chargino_terms, neutralino_terms
from fssm.observables.leptons import anomalous_moment, moment, pull, qed_logarithm

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point

# Every flag and what it says; a flagged point has NaN in all that depends on it.
FLAGS = {
    "missing_input": "an input of this point is NaN",
    "tachyonic_slepton": "a smuon has m^2 <= 0",
    "tachyonic_sneutrino": "the sneutrino has m^2 <= 0",
    "threshold_not_converged": "no Y' (or tan_beta_d) was found that gives the muon its mass",
    "threshold_pole": "|1 + Delta| < 0.05: the muon mass is a cancellation of tree and loop",
    "threshold_negative": "1 + Delta < 0: the loop overturns the sign of the muon mass",
    "massless_muon": "v_d Y + v_d' Y' = 0: the muon has no tree-level mass, and a_mu no sign",
    "not_finite": "a result is beyond the range of double precision",
    "given_yukawa_negative": "with this Y' the computed 1 + Delta < 0: not the muon's mass",
}
# Flags that warn: the numbers stand, as a Yukawa coupling given by hand is used as it is.
WARNINGS = frozenset({"given_yukawa_negative"})


_YUKAWA_KEYS = ("y_prime_muon", "delta", "delta_leading", "delta_implied", "tan_beta_d")


class AMuon(NamedTuple):
    """Contributions to a_mu (...): one loop by sector, two-loop QED logarithm, and the total."""

    neutralino: RealArray
    chargino: RealArray
    one_loop: RealArray
    qed_log: RealArray
    total: RealArray


class AMuonTerms(NamedTuple):
    """a_mu of each loop: (..., 6, 2) neutralino x smuon, (..., 3, 1) chargino x sneutrino."""

    neutralino: RealArray
    chargino: RealArray


class Approximations(NamedTuple):
    """The approximate formulas at the same point, itemised."""

    slides: Slides
    mass_insertion: MassInsertion


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """Everything computed for a point; arrays over the shape of the point.

    ``dipole`` holds every neutralino x smuon and chargino x sneutrino term in 1/GeV; masses
    are in GeV. ``flags`` maps each name of FLAGS to a boolean array.
    """

    point: Point
    lagrangian: Lagrangian
    spectrum: Spectrum
    yukawa: Yukawa
    dipole: DipoleTerms
    a_muon: AMuon
    approximations: Approximations
    flags: dict[str, BoolArray]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the points; ``()`` for a single one."""
        return self.point.shape

    @property
    def unphysical(self) -> BoolArray:
        """Points with at least one flag that is more than a warning."""
        return _sick(self.flags)

    def a_muon_terms(self) -> AMuonTerms:
        """a_mu of every single loop."""
        m_muon = self.lagrangian.m_lepton[..., 0, None, None]
        return AMuonTerms(*(moment(terms[..., 0, 0, :, :], m_muon) for terms in self.dipole))

    def flag_names(self) -> Any:
        """List of the flags of a single point; for a batch an object array of such lists."""
        names = np.empty(self.shape, object)
        for index in np.ndindex(self.shape):
            names[index] = [name for name, mask in self.flags.items() if mask[index]]
        return names[()]

    def __repr__(self) -> str:
        bad = f"{np.count_nonzero(self.unphysical)} of {self.unphysical.size} points unphysical"
        return f"Result(shape={self.shape}, {bad}, a_muon.total={np.asarray(self.a_muon.total)})"

    def require_physical(self) -> None:
        """Raise Unphysical, naming the flags, if any point has one."""
        raised = [n for n, mask in self.flags.items() if mask.any() and n not in WARNINGS]
        if raised:
            reasons = "; ".join(f"{name} ({FLAGS[name]})" for name in raised)
            bad = np.argwhere(self.unphysical)
            share = f"{len(bad)} of {self.unphysical.size} points unphysical"
            which = f"{share}, the first at {bad[0].tolist()}" if self.shape else "unphysical point"
            raise Unphysical(tuple(raised), f"{which}: {reasons}")

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


def evaluate(point: Point, *, qed_log: bool = True) -> Result:
    """Spectrum, threshold, one-loop a_mu and its approximations for every point at once.

    Parameters
    ----------
    point : one point, or many through fields that broadcast.
    qed_log : include the universal two-loop QED logarithm (hep-ph/9803384) in the total;
        it is listed apart, at M_SUSY = (m_smuon1 m_smuon2)^(1/2).

    Returns
    -------
    Result
        flags instead of errors: an unphysical point has NaN where a number would mislead, and
        leaves every other point as it is.
    """
    with quiet_nan():
        return _evaluate(point, qed_log)


def _evaluate(point: Point, qed_log: bool) -> Result:
    resolve = muon_mass.solve if point.generations == 1 else lepton_masses.solve
    lag, solved = resolve(point)
    spec = _spread_spectrum(spectrum(lag), point.shape)
    yukawa = _spread_yukawa(solved, point.shape)
    dipole = _dipole(lag, spec, couplings(lag, spec, yukawa.legs))
    flags = _flags(point, lag, spec, yukawa, dipole)
    sick = _sick(flags)
    # A sector that is still finite would be a plausible wrong number: blank it too.
    dipole = DipoleTerms(*(blanked(terms, sick) for terms in dipole))
    formulas = Approximations(
        Slides(*_blank_items(slides(lag, yukawa.legs), sick)),
        MassInsertion(*_blank_items(mass_insertion(lag, yukawa.legs), sick)),
    )
    return Result(
        point=point,
        lagrangian=lag,
        spectrum=spec,
        yukawa=yukawa,
        dipole=dipole,
        a_muon=_a_muon(lag, spec, dipole, qed_log),
        approximations=formulas,
        flags=flags,
    )


def _sick(flags: dict[str, BoolArray]) -> BoolArray:
    masks = [mask for name, mask in flags.items() if name not in WARNINGS]
    return np.asarray(np.any(masks, axis=0))


def _dipole(lag: Lagrangian, spec: Spectrum, coupling: Couplings) -> DipoleTerms:
    inos, scalars = spec.inos, spec.scalars
    c = coupling
    neutral = (inos.m_neutralino, scalars.slepton_sq, c.n_left, c.n_right)
    charged = (inos.m_chargino, scalars.sneutrino_sq, c.c_left, c.c_right)
    return DipoleTerms(
        neutralino_terms(*neutral, lag.m_lepton), chargino_terms(*charged, lag.m_lepton)
    )


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


def _a_muon(lag: Lagrangian, spec: Spectrum, dipole: DipoleTerms, qed_log: bool) -> AMuon:
    neutralino, chargino = (
        anomalous_moment(terms.sum((-2, -1)), lag.m_lepton)[..., 0] for terms in dipole
    )
    one_loop = neutralino + chargino
    m_susy = np.exp(np.mean(np.log(spec.m_slepton), axis=-1))
    logarithm = qed_logarithm(m_susy, lag.m_lepton[..., 0]) if qed_log else 0.0
    correction = one_loop * logarithm
    parts = (neutralino, chargino, one_loop, correction, one_loop + correction)
    return AMuon(*(np.asarray(part)[()] for part in parts))


def _flags(
    point: Point, lag: Lagrangian, spec: Spectrum, yukawa: Yukawa, dipole: DipoleTerms
) -> dict[str, BoolArray]:
    missing = point.missing()
    slepton = (spec.scalars.tachyonic_slepton | yukawa.tachyonic_slepton) & ~missing
    sneutrino = (spec.scalars.tachyonic_sneutrino | yukawa.tachyonic_sneutrino) & ~missing
    raised: dict[str, AnyArray] = {
        "missing_input": missing,
        "tachyonic_slepton": slepton,
        "tachyonic_sneutrino": sneutrino,
        "threshold_not_converged": yukawa.not_converged & ~(missing | slepton | sneutrino),
        "threshold_pole": yukawa.pole & ~missing,
        "threshold_negative": yukawa.negative & ~missing,
        "massless_muon": lepton_matrix(lag)[..., 0, 0] == 0,
    }
    named = np.any([np.broadcast_to(mask, point.shape) for mask in raised.values()], axis=0)
    raised["not_finite"] = ~np.isfinite(dipole.total()[..., 0, 0]) & ~named
    raised["given_yukawa_negative"] = yukawa.negative_as_given
    return {name: np.broadcast_to(mask, point.shape) for name, mask in raised.items()}
