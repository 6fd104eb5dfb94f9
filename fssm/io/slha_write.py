"""From a Result to an SLHA document: its input, what was computed, and the flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fssm import __version__
from fssm.arguments import instance
from fssm.base import InvalidInput
from fssm.io import particles
from fssm.io.slha import Block, Document
from fssm.io.slha_blocks import INFINITE, INPUT_BLOCKS, PLACES, SM_INPUTS
from fssm.io.slha_lines import Note, Row
from fssm.model.electroweak import electroweak, input_value
from fssm.model.point import Point
from fssm.model.schema import FIELDS, SCHEMES
from fssm.observables.flavour import DECAYS, LEPTONS
from fssm.result import WARNINGS, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fssm.base import AnyArray
    from fssm.io.particles import Particle

    # Indices, value, comment.
    Entry = tuple[tuple[int, ...], Any, str]

_DECAY_LABELS = ("BR(mu -> e gamma)", "BR(tau -> e gamma)", "BR(tau -> mu gamma)")


def text(result: Result) -> str:
    """The SLHA file of a single point, as text; InvalidInput for a batch."""
    return to_document(result).dump()


def save(result: Result, path: str | Path, *, overwrite: bool = True) -> None:
    """Write the SLHA file of a single point, whole or not at all.

    Raises
    ------
    InvalidInput
        for a batch, or if the file cannot be written, or is there and not to be overwritten.
    """
    to_document(result).write(path, overwrite=overwrite)


def to_document(result: Result) -> Document:
    """The SLHA document of a single point; all its blocks are in docs/slha.md.

    Numbers that are NaN or infinite are left out; SPINFO says why. Imaginary parts are in blocks
    IM..., which are there if the array is complex.

    Raises
    ------
    InvalidInput
        for a batch of points: write them one by one.
    """
    instance("result", result, Result, "that of evaluate(point), all details")
    if result.shape != ():
        problem = "one SLHA file holds one point; evaluate a single one"
        raise InvalidInput("result", problem, value=result.shape)
    point, lag = result.point, result.lagrangian
    blocks = [
        _program(result),
        *_block("SMINPUTS", _sm_inputs(result)),
        *input_blocks(point),
        *_parameters(result),
        *_block("MASS", _masses(result)),
        *_mixing(result),
        *_matrix("FSSMDIPOLE", result.dipole.total(), "C, 1/GeV", lag.generations),
        *_block("SPhenoLowEnergy", _low_energy(result)),
        *_block("GM2CalcOutput", [((0,), result.a_muon.total, "a_mu")]),
    ]
    head = [f" fssm {__version__}; docs/slha.md says what the blocks are. GeV.", " PDG codes:"]
    head += [f"  {line}" for line in particles.table_lines(lag.generations)]
    return Document(tuple(blocks), tuple(map(Note, head)), "SLHA output")


def input_blocks(point: Point) -> list[Block]:
    """The FSSM*IN blocks of a single point, from which it is read back to the bit."""
    if instance("point", point, Point, "a Point").shape != ():
        problem = "one SLHA file holds one point; take a single one"
        raise InvalidInput("point", problem, value=point.shape)
    entries: dict[str, list[Entry]] = {name: [] for name in INPUT_BLOCKS}
    for name in point.given():
        place, value, unit = PLACES[name], getattr(point, name), FIELDS[name].unit
        comment = f"{name}, {unit}" if unit else name
        if place.entry is None:
            entries[place.block] += _matrix_entries(value, comment)
        else:
            if FIELDS[name].infinite and np.isinf(value):
                value, comment = INFINITE, f"{comment}, infinite"
            entries[place.block].append(((place.entry,), value, comment))
    return [block for name, rows in entries.items() for block in _block(name, rows)]


def _program(result: Result) -> Block:
    rows = [Row((1,), "fssm", " program"), Row((2,), __version__, " version")]
    for flag in result.flag_names():
        entry = 3 if flag in WARNINGS else 4
        rows.append(Row((entry,), f"{flag}: {result.reason(flag)}"))
    return Block("SPINFO", None, tuple(rows), " 3 warnings, 4 errors")


def _sm_inputs(result: Result) -> list[Entry]:
    """The inputs of the scheme, and the lepton masses that were used."""
    own = [name for name in SCHEMES[result.point.scheme] if name in SM_INPUTS]
    names = ("m_muon",) if result.lagrangian.generations == 1 else ("m_electron", "m_muon", "m_tau")
    values = {name: input_value(result.point, name) for name in own}
    values |= dict(zip(names, result.lagrangian.m_lepton, strict=True))
    listed = sorted(values, key=SM_INPUTS.__getitem__)
    return [((SM_INPUTS[name],), values[name], name) for name in listed]


def _parameters(result: Result) -> Iterable[Block]:
    lag, n = result.lagrangian, result.lagrangian.generations
    couplings = electroweak(result.point)
    vevs = [*lag.v_u, *lag.v_d]
    yield from _block(
        "FSSMVEV",
        [((i,), v, f"{name}, GeV") for i, (v, name) in enumerate(zip(vevs, _VEVS, strict=True), 1)],
    )
    yield from _matrix("FSSMMH", lag.m_higgsino, "M_H, GeV, rows H_d, columns H_u")
    for name, matrix, comment in (
        ("FSSMYE", lag.yukawa[0], "Y"),
        ("FSSMYEP", lag.yukawa[1], "Y'"),
        ("FSSMTE", lag.trilinear[0], "T, GeV"),
        ("FSSMTEP", lag.trilinear[1], "T', GeV"),
    ):
        yield from _matrix(name, matrix, f"{comment}, rows L, columns E", n)
    yield from _block("GAUGE", [((1,), couplings.g_prime, "g'"), ((2,), couplings.g, "g")])
    yield from _block("MSOFT", [((1,), lag.m1, "M_1, GeV"), ((2,), lag.m2, "M_2, GeV")])
    yield from _matrix("MSL2", lag.m_l_sq, "m_L^2, GeV^2", n)
    yield from _matrix("MSE2", lag.m_e_sq, "m_E^2, GeV^2", n)


_VEVS = ("v_u", "v_u'", "v_d", "v_d'")


def _masses(result: Result) -> list[Entry]:
    spectrum, muon_only = result.spectrum, result.lagrangian.generations == 1
    kinds: list[tuple[Sequence[Particle], AnyArray]] = [
        (particles.NEUTRALINOS, spectrum.inos.m_neutralino),
        (particles.CHARGINOS, spectrum.inos.m_chargino),
        (particles.SMUONS if muon_only else particles.SLEPTONS, spectrum.m_slepton),
        (particles.MUON_SNEUTRINO if muon_only else particles.SNEUTRINOS, spectrum.m_sneutrino),
    ]
    return [
        ((particle.code,), mass, particle.name)
        for known, masses in kinds
        for particle, mass in zip(known, masses, strict=True)
    ]


def _mixing(result: Result) -> Iterable[Block]:
    inos, scalars = result.spectrum.inos, result.spectrum.scalars
    yield from _matrix("NMIX", inos.n, "N, columns B W3 H_d H_d' H_u H_u'")
    yield from _matrix("UMIX", inos.u, "U, columns W H_d H_d'")
    yield from _matrix("VMIX", inos.v, "V, columns W H_u H_u'")
    if result.lagrangian.generations == 1:
        yield from _matrix("SMUMIX", scalars.x, "columns L R")
    else:
        yield from _matrix("SELMIX", scalars.x, "columns L_e L_mu L_tau R_e R_mu R_tau")
        yield from _matrix("SNUMIX", scalars.z, "columns e mu tau")


def _low_energy(result: Result) -> list[Entry]:
    flavour = result.flavour
    if flavour is None:
        return [((21,), result.a_muon.total, "a_mu")]
    moments = (flavour.a_electron.total, result.a_muon.total, flavour.a_tau.total)
    dipoles = [flavour.edm[name].total for name in LEPTONS]
    ratios = [flavour.branching_ratios[name].total for name in DECAYS]
    labels = (
        *(f"a_{name}" for name in LEPTONS),
        *(f"electric dipole moment of the {name}, e cm" for name in LEPTONS),
        *_DECAY_LABELS,
    )
    values = (*moments, *dipoles, *ratios)
    return [((i,), v, label) for i, (v, label) in enumerate(zip(values, labels, strict=True), 20)]


def _matrix(
    name: str, matrix: AnyArray, comment: str, generations: int | None = None
) -> list[Block]:
    return _block(name, _matrix_entries(matrix, comment, generations))


def _matrix_entries(matrix: AnyArray, comment: str, generations: int | None = None) -> list[Entry]:
    """Row by row; the one entry of a muon-only point has the indices of the muon."""
    first = 2 if generations == 1 else 1
    return [
        ((i + first, j + first), matrix[i, j], comment if (i, j) == (0, 0) else "")
        for i, j in np.ndindex(matrix.shape)
    ]


def _block(name: str, entries: list[Entry]) -> list[Block]:
    """The block of real parts and, where there are complex numbers, that of imaginary ones."""
    known = [entry for entry in entries if isinstance(entry[1], str) or np.isfinite(entry[1])]
    imaginary = [(i, np.imag(x), comment) for i, x, comment in known if np.iscomplexobj(x)]
    rows = {name: known, f"IM{name}": imaginary}
    return [Block(key, None, tuple(map(_row, own))) for key, own in rows.items() if own]


def _row(entry: Entry) -> Row:
    indices, value, comment = entry
    plain = value if isinstance(value, str) else float(np.real(value))
    return Row(indices, plain, f" {comment}" if comment else "")
