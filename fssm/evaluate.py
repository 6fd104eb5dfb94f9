"""The front door: a Point goes in, spectrum, muon mass threshold and a_mu come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import Unphysical, real_part
from fssm.model import threshold
from fssm.model.couplings import couplings
from fssm.model.spectrum import Spectrum, spectrum
from fssm.observables.approximations import MassInsertion, Slides, mass_insertion, slides
from fssm.observables.dipole import DipoleTerms, chargino_terms, neutralino_terms
from fssm.observables.leptons import anomalous_moment, qed_logarithm

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point

# Every flag and what it says; a flagged point has NaN in all that depends on it.
FLAGS = {
    "missing_input": "an input of this point is NaN",
    "tachyonic_slepton": "a smuon has m^2 <= 0",
    "tachyonic_sneutrino": "the sneutrino has m^2 <= 0",
    "threshold_not_converged": "no Yukawa coupling (or tan_beta_d) gives the muon its mass",
    "threshold_pole": "|1 + Delta| < 0.05: the muon mass is a cancellation of tree and loop",
    "threshold_negative": "1 + Delta < 0: the loop overturns the sign of the muon mass",
}


class AMuon(NamedTuple):
    """Contributions to a_mu (...): one loop by sector, two-loop QED logarithm, and the total."""

    neutralino: RealArray
    chargino: RealArray
    one_loop: RealArray
    qed_log: RealArray
    total: RealArray


class Approximations(NamedTuple):
    """The approximate formulas at the same point, itemised."""

    slides: Slides
    mass_insertion: MassInsertion


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything computed for a point; arrays over the shape of the point.

    ``dipole`` holds every neutralino x smuon and chargino x sneutrino term in 1/GeV; masses
    are in GeV. ``flags`` maps each name of FLAGS to a boolean array.
    """

    point: Point
    lagrangian: Lagrangian
    spectrum: Spectrum
    yukawa: threshold.Yukawa
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
        """Points with at least one flag."""
        return np.any(np.stack(list(self.flags.values())), axis=0)

    def a_muon_terms(self) -> DipoleTerms:
        """a_mu of each loop: (..., 6, 2) neutralino x smuon, (..., 3, 1) chargino x sneutrino."""
        scale = 2 * self.lagrangian.m_lepton[..., 0, None, None]
        return DipoleTerms(*(scale * real_part(terms[..., 0, 0, :, :]) for terms in self.dipole))

    def flag_names(self) -> Any:
        """List of the flags of a single point; for a batch an object array of such lists."""
        names = np.empty(self.shape, object)
        for index in np.ndindex(self.shape):
            names[index] = [name for name, mask in self.flags.items() if mask[index]]
        return names[()]

    def require_physical(self) -> None:
        """Raise Unphysical, naming the flags, if any point has one."""
        raised = [name for name, mask in self.flags.items() if mask.any()]
        if raised:
            reasons = "; ".join(f"{name} ({FLAGS[name]})" for name in raised)
            raise Unphysical(tuple(raised), f"unphysical point: {reasons}")

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary of floats and lists for a single point, of arrays for a batch.

        Masses are positive and ascending; ``neutralino_signed`` has the sign of a real point.
        """
        inos = self.spectrum.inos
        masses = {
            "neutralino": np.abs(inos.m_neutralino),
            "chargino": inos.m_chargino,
            "slepton": self.spectrum.m_slepton,
            "sneutrino": self.spectrum.m_sneutrino,
            "neutralino_signed": inos.m_neutralino,
        }
        yukawa = {
            name: getattr(self.yukawa, name)
            for name in (
                "y_prime_muon",
                "delta",
                "delta_leading",
                "delta_implied",
                "tan_beta_d",
            )
        }
        tree = {
            "masses": masses,
            "yukawa": {"mode": self.yukawa.mode, **yukawa},
            "a_muon": self.a_muon._asdict(),
            "approximations": {
                name: items._asdict() for name, items in self.approximations._asdict().items()
            },
        }
        plain: dict[str, Any] = _plain(tree, single=self.shape == ())
        return {**plain, "flags": self.flag_names()}


def _plain(tree: Any, *, single: bool) -> Any:
    if isinstance(tree, dict):
        return {key: _plain(value, single=single) for key, value in tree.items()}
    return tree.tolist() if single and hasattr(tree, "tolist") else tree


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
    lag, yukawa = threshold.solve(point)
    spec = spectrum(lag)
    coupling = couplings(lag, spec, yukawa.legs)
    dipole = DipoleTerms(
        neutralino_terms(
            spec.inos.m_neutralino,
            spec.scalars.slepton_sq,
            coupling.n_left,
            coupling.n_right,
            lag.m_lepton,
        ),
        chargino_terms(
            spec.inos.m_chargino,
            spec.scalars.sneutrino_sq,
            coupling.c_left,
            coupling.c_right,
            lag.m_lepton,
        ),
    )
    return Result(
        point=point,
        lagrangian=lag,
        spectrum=spec,
        yukawa=yukawa,
        dipole=dipole,
        a_muon=_a_muon(lag, spec, dipole, qed_log),
        approximations=Approximations(
            slides(lag, yukawa.legs), mass_insertion(lag, yukawa.legs)
        ),
        flags=_flags(point, spec, yukawa),
    )


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


def _flags(point: Point, spec: Spectrum, yukawa: threshold.Yukawa) -> dict[str, BoolArray]:
    missing = np.any([np.broadcast_to(np.isnan(x), point.shape) for x in point.numbers()], axis=0)
    slepton = (spec.scalars.tachyonic_slepton | yukawa.tachyonic_slepton) & ~missing
    sneutrino = (spec.scalars.tachyonic_sneutrino | yukawa.tachyonic_sneutrino) & ~missing
    raised: dict[str, AnyArray] = {
        "missing_input": missing,
        "tachyonic_slepton": slepton,
        "tachyonic_sneutrino": sneutrino,
        "threshold_not_converged": yukawa.not_converged & ~(missing | slepton | sneutrino),
        "threshold_pole": yukawa.pole & ~missing,
        "threshold_negative": yukawa.negative & ~missing,
    }
    return {name: np.broadcast_to(mask, point.shape) for name, mask in raised.items()}
