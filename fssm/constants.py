"""Standard Model inputs and experimental numbers, each with uncertainty, source and year.

The numbers live in ``constants.toml``; nothing else in the package holds a measured value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fssm.arguments import word

DEFAULT_A_MUON = "amu-2025"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One number with its standard deviation, unit, source and year.

    >>> measured("m_muon").value
    0.1056583755
    """

    name: str
    value: float
    uncertainty: float
    unit: str
    source: str
    year: int


@dataclass(frozen=True, kw_only=True)
class Limit:
    """An upper limit at a confidence level, with unit, source and year.

    >>> limit("mu_e_gamma").value
    1.5e-13
    """

    name: str
    observable: str
    value: float
    confidence: float
    unit: str
    source: str
    year: int


@cache
def _file() -> dict[str, Any]:
    import tomllib

    text = Path(__file__).with_name("constants.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _tables() -> dict[str, dict[str, Measurement]]:
    return {
        table: {name: Measurement(name=name, **entry) for name, entry in entries.items()}
        for table, entries in _file().items()
        if table != "limits"
    }


@cache
def limits() -> dict[str, tuple[Limit, ...]]:
    """All upper limits by observable, the one used by default first."""
    return {
        observable: tuple(
            Limit(name=name, observable=observable, **entry) for name, entry in entries.items()
        )
        for observable, entries in _file()["limits"].items()
    }


def limit(observable: str) -> Limit:
    """The default limit on ``"mu_e_gamma"``, ``"edm_electron"``, ...; InvalidInput if unknown."""
    return limits()[word("observable", observable, limits())][0]


def measured(name: str) -> Measurement:
    """A Standard Model input such as ``"m_w"``; unit as stated in the entry (GeV powers)."""
    # Asked for often: what is known needs no check.
    inputs = _tables()["inputs"]
    return inputs[name if type(name) is str and name in inputs else word("name", name, inputs)]


def a_muon_sets() -> dict[str, Measurement]:
    """The named determinations of a_mu(experiment) - a_mu(Standard Model)."""
    return dict(_tables()["a_muon"])


def a_muon_set(name: str) -> Measurement:
    """One named determination of the new-physics part of a_mu.

    Raises
    ------
    InvalidInput
        if the name is unknown; the message lists the known ones.
    """
    return _named("a_muon", name)


def trident_set(name: str) -> Measurement:
    """One named measurement of sigma/sigma_SM of neutrino tridents; InvalidInput if unknown."""
    return _named("tridents", name)


def _named(table: str, name: str) -> Measurement:
    sets = _tables()[table]
    return sets[word("data_set", name, sets, f"unknown; known: {', '.join(sets)}")]


def tables() -> dict[str, dict[str, Measurement]]:
    """All measured numbers by table: inputs, determinations of moments, tridents."""
    return {table: dict(entries) for table, entries in _tables().items()}


def lepton_moment_sets(lepton: str) -> dict[str, Measurement]:
    """Named determinations for ``"electron"`` (experiment minus Standard Model) or ``"tau"``."""
    return dict(_tables()[f"a_{word('lepton', lepton, ('electron', 'tau'))}"])
