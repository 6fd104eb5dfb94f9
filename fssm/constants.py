"""Standard Model inputs and experimental numbers, each with uncertainty, source and year.

The numbers live in ``constants.toml``; nothing else in the package holds a measured value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fssm.base import InvalidInput

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


@cache
def _tables() -> dict[str, dict[str, Measurement]]:
    import tomllib

    text = Path(__file__).with_name("constants.toml").read_text(encoding="utf-8")
    return {
        table: {name: Measurement(name=name, **entry) for name, entry in entries.items()}
        for table, entries in tomllib.loads(text).items()
    }


def measured(name: str) -> Measurement:
    """A Standard Model input such as ``"m_w"``; unit as stated in the entry (GeV powers)."""
    return _tables()["inputs"][name]


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
    sets = _tables()["a_muon"]
    if name not in sets:
        raise InvalidInput("data_set", f"unknown; known: {', '.join(sets)}", value=name)
    return sets[name]
