"""How well a point agrees with data: a_mu, limits on other leptons, perturbativity."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput
from fssm.constants import Limit, Measurement, a_muon_set, a_muon_sets, limits
from fssm.model.schema import LARGEST, nearest
from fssm.result import Result, limited_predictions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fssm.base import RealArray
    from fssm.result import AMuonResult

_KEYS = ("a_muon", "theory_uncertainty", "limits", "max_yukawa")
PERTURBATIVE = float(np.sqrt(4 * np.pi))


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """What is compared: a determination of a_mu, upper limits, the largest |Y'_mumu|.

    ``theory_uncertainty`` of a_mu is added to the experimental one in quadrature.
    """

    a_muon: Measurement | None
    theory_uncertainty: float
    limits: tuple[Limit, ...]
    max_yukawa: float

    @classmethod
    def from_table(cls, table: Mapping[str, Any], detail: str) -> Likelihood:
        """From the section [likelihood] of a scan file.

        Raises
        ------
        InvalidInput
            for unknown names, or limits on what ``detail`` does not compute.
        """
        for key in table:
            if key not in _KEYS:
                problem = f"unknown name; {nearest(key, _KEYS)}"
                raise InvalidInput(f"[likelihood] {key}", problem)
        names = table.get("limits", [])
        wanted = names if isinstance(names, list) else [names]
        known = tuple(dict.fromkeys(one for name in wanted for one in _limits_of(name)))
        if known and detail != "full":
            problem = 'needs three generations and [scan] detail = "full"'
            raise InvalidInput("[likelihood] limits", problem, value=names)
        return cls(
            a_muon=_a_muon(table["a_muon"]) if "a_muon" in table else None,
            theory_uncertainty=_positive(table, "theory_uncertainty", 0.0),
            limits=known,
            max_yukawa=_positive(table, "max_yukawa", PERTURBATIVE),
        )

    def of(self, result: Result | AMuonResult) -> RealArray:
        """ln L (...) up to a constant, 0 at best; -inf for unphysical and for strong coupling.

        -(a - a_exp)^2/(2 sigma^2) for a_mu. An upper limit at confidence c is the half of a
        Gaussian around zero that has the fraction c below it: -(z x/limit)^2/2 with
        z = Phi^-1((1 + c)/2), 1.645 for 90%.
        """
        total = np.zeros(result.shape)
        if self.a_muon is not None:
            sigma = np.hypot(self.a_muon.uncertainty, self.theory_uncertainty)
            total = total - ((result.a_muon.total - self.a_muon.value) / sigma) ** 2 / 2
        if isinstance(result, Result) and result.flavour is not None:
            predictions = limited_predictions(result.flavour)
            for one in self.limits:
                z = NormalDist().inv_cdf((1 + one.confidence) / 2)
                total = total - (z * predictions[one.observable] / one.value) ** 2 / 2
        elif self.limits:
            problem = "needs three generations: give y_prime_lepton or x_texture in [flavour]"
            raise InvalidInput("[likelihood] limits", problem)
        allowed = ~result.unphysical & (_largest_yukawa(result) <= self.max_yukawa)
        return np.where(allowed, total, -np.inf)


def _largest_yukawa(result: Result | AMuonResult) -> RealArray:
    """Largest |Y|, |Y'| (...) of the leptons; of the muon alone its |Y'|."""
    if isinstance(result, Result) and result.flavour is not None:
        largest = np.abs(result.lagrangian.yukawa).max((-3, -2, -1))
    else:
        yukawa = result if not isinstance(result, Result) else result.yukawa
        largest = np.abs(yukawa.y_prime_muon)
    return np.asarray(np.broadcast_to(largest, result.shape))


def _a_muon(name: object) -> Measurement:
    if not isinstance(name, str) or name not in a_muon_sets():
        problem = f"unknown; known: {', '.join(a_muon_sets())}"
        raise InvalidInput("[likelihood] a_muon", problem, value=name)
    return a_muon_set(name)


def _limits_of(name: object) -> list[Limit]:
    """The default limit on an observable, or all those of an experiment."""
    known = limits()
    if not isinstance(name, str):
        raise InvalidInput("[likelihood] limits", "must be names, in quotes", value=name)
    if name in known:
        return [known[name][0]]
    found = [one for entries in known.values() for one in entries if one.name == name]
    if found:
        return found
    names = [n for o, entries in limits().items() for n in (o, *(one.name for one in entries))]
    raise InvalidInput("[likelihood] limits", f"unknown; {nearest(name, names)}", value=name)


def _positive(table: Mapping[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < LARGEST["GeV"]:
        problem = "must be a number, at least 0"
        raise InvalidInput(f"[likelihood] {key}", problem, value=value)
    return float(value)
