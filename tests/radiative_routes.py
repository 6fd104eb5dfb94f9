"""The same muon by every route there is: Y' solved for or given, alone or with its generations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import fssm
from fssm import reference
from fssm.constants import measured

if TYPE_CHECKING:
    from collections.abc import Callable

Fields = dict[str, Any]
MASSES = {name: measured(f"m_{name}").value for name in ("electron", "muon", "tau")}
# A third lepton that is light enough for one doublet to give it its mass: see with_generations.
THIRD = 0.15
# Warnings of three generations that are not there for the muon alone.
OF_THREE = {"imprecise_branching_ratio", "imprecise_lepton_masses"}


@dataclass(frozen=True)
class Muon:
    """What the routes have in common; ``edm`` in e cm and ``implied`` in GeV where known."""

    y_prime: float
    delta: complex
    a: float
    flags: set[str]
    edm: float | None = None
    implied: float | None = None


def _flags(result: Any) -> set[str]:
    """Names of the flags raised at any point."""
    return {name for name, mask in result.flags.items() if mask.any()}


def _full(fields: Fields) -> Muon:
    result = fssm.evaluate(fssm.Point(**fields))
    edm = -result.dipole.total()[..., 0, 0].imag * measured("hbar_c").value
    return Muon(
        result.yukawa.y_prime_muon,
        result.yukawa.delta,
        result.a_muon.one_loop,
        _flags(result),
        edm,
        result.yukawa.m_muon_implied,
    )


def _a_muon(fields: Fields, **options: Any) -> Muon:
    result = fssm.evaluate(fssm.Point(**fields), **options)
    flags = _flags(result)
    return Muon(result.y_prime_muon, result.delta, result.a_muon.one_loop, flags)


def _reference(fields: Fields) -> Muon:
    exact = reference.evaluate(fssm.Point(**fields), 20)
    delta = complex(exact.delta)
    radiative = {"radiative_mass"} if (1 + delta).real < 0 or np.isinf(delta.real) else set()
    numbers = (float(x) for x in (exact.edm, exact.m_muon_implied))
    return Muon(float(exact.y_prime_muon), delta, float(exact.a_one_loop), radiative, *numbers)


def given(fields: Fields) -> Fields:
    """With the Y' that the muon mass implies."""
    return dict(fields, y_prime_muon=_full(fields).y_prime)


def _tau_coupling(fields: Fields) -> float:
    """Y of a lepton of H_d that has the mass of the tau; dm is almost linear in it."""
    y = 0.01
    for _ in range(12):
        y *= MASSES["tau"] / _full(dict(fields, y_muon=y, y_prime_muon=0.0)).implied
    return y


def with_generations(fields: Fields) -> Fields:
    """Diagonal Y, Y' of leptons with the measured masses; without v_d the third has 0.15 GeV.

    With a Y' given that is the muon's, whatever its mass.
    """
    alone = {k: v for k, v in fields.items() if k != "y_prime_muon"}
    alone.setdefault("threshold", "exact")
    all_primed = bool(alone.get("v_d") == 0)
    masses = [MASSES["electron"], MASSES["muon"]] + [THIRD] * all_primed
    primed = np.zeros(3)
    primed[: len(masses)] = [_full(dict(alone, m_muon=m)).y_prime for m in masses]
    primed[1] = fields.get("y_prime_muon", primed[1])
    own = 0.0 if all_primed else _tau_coupling(alone)
    return dict(alone, y_lepton=np.diag([0.0, 0.0, own]), y_prime_lepton=np.diag(primed))


def three_generations(fields: Fields) -> Muon:
    """The muon among three generations with given couplings."""
    result = fssm.evaluate(fssm.Point(**with_generations(fields)))
    if "y_prime_muon" not in fields:
        third = THIRD if fields.get("v_d") == 0 else MASSES["tau"]
        masses = [MASSES["electron"], MASSES["muon"], third]
        np.testing.assert_allclose(result.lagrangian.m_lepton, masses, rtol=1e-9)
    return Muon(
        result.yukawa.y_prime_muon,
        result.yukawa.delta,
        result.a_muon.one_loop,
        _flags(result) - OF_THREE,
        result.flavour.edm["muon"].one_loop,
        result.yukawa.m_muon_implied,
    )


FAST: dict[str, Callable[[Fields], Muon]] = {
    "full": _full,
    "numpy": lambda f: _a_muon(f, detail="a_muon", backend="numpy"),
    "numba": lambda f: _a_muon(f, detail="a_muon", backend="numba"),
    "masses": lambda f: _a_muon(f, detail="masses"),
}
_ALONE = {**FAST, "reference": _reference}
ROUTES: dict[str, Callable[[Fields], Muon]] = {
    **_ALONE,
    **{f"{name}, given": lambda f, route=route: route(given(f)) for name, route in _ALONE.items()},
    "three generations": three_generations,
}
