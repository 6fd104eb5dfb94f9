"""PDG codes of the particles in SLHA files; states of a kind ascend in mass."""

from __future__ import annotations

from typing import NamedTuple


class Particle(NamedTuple):
    """One particle: its code, and what it is in this model."""

    code: int
    name: str


def _states(kind: str, *codes: int) -> tuple[Particle, ...]:
    return tuple(Particle(code, f"{kind} {i}") for i, code in enumerate(codes, start=1))


# The first four, two, six and three are those of the MSSM; SLHA2 orders sleptons by mass.
NEUTRALINOS = _states("neutralino", 1000022, 1000023, 1000025, 1000035, 1000045, 1000055)
CHARGINOS = _states("chargino", 1000024, 1000037, 1000047)
SLEPTONS = _states("charged slepton", 1000011, 1000013, 1000015, 2000011, 2000013, 2000015)
SNEUTRINOS = _states("sneutrino", 1000012, 1000014, 1000016)
# Points of the muon alone.
SMUONS = _states("smuon", 1000013, 2000013)
MUON_SNEUTRINO = (Particle(1000014, "muon sneutrino"),)


def particles(generations: int) -> tuple[Particle, ...]:
    """All particles of a point of one or three generations."""
    sleptons = SMUONS + MUON_SNEUTRINO if generations == 1 else SLEPTONS + SNEUTRINOS
    return NEUTRALINOS + CHARGINOS + sleptons


def table_lines(generations: int) -> list[str]:
    """The codes as lines of text."""
    return [f"{particle.code:>9}  {particle.name}" for particle in particles(generations)]
