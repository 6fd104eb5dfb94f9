"""From an SLHA document to a Point: the FSSM's own input blocks, or an MSSM spectrum."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.arguments import instance
from fssm.arguments import whole as whole_number
from fssm.base import InvalidInput
from fssm.io.slha import Document, join, scale_of
from fssm.io.slha_blocks import (
    CHOICES_BLOCK,
    FIELD_AT,
    INFINITE,
    INPUT_BLOCKS,
    MSSM_PLACES,
    PLACES,
    Place,
)
from fssm.io.slha_lines import fault
from fssm.io.slha_mssm import mssm_spectrum
from fssm.model.point import Point
from fssm.model.schema import FIELDS, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fssm.base import AnyArray
    from fssm.io.slha import Block
    from fssm.io.slha_lines import Row

_OWN = re.compile(r"(IM)?(FSSM\w*IN|FSSMMODSEL)")
_OWN_PLACES = {name: (place,) for name, place in PLACES.items()}


def point_of(
    document: Document, *, scale: float | None = None, generations: int | None = None
) -> Point:
    """The point that a document describes.

    Parameters
    ----------
    document : with FSSM*IN blocks, which are the fields of Point to the bit; or else the
        spectrum of an MSSM generator, which becomes the MSSM limit (:mod:`fssm.io.slha_mssm`).
    scale : Q in GeV of the blocks to take, if a spectrum has them at several.
    generations : 1 or 3; by default what the file has, a spectrum without flavour mixing
        giving the muon alone.

    Raises
    ------
    InvalidInput
        naming file, and line or block, for what is missing, unknown or unusable.
    """
    instance("document", document, Document, "a Document of fssm.io.slha")
    generations = generations_of(generations)
    scale = None if scale is None else scale_of("scale", scale)
    if not any(_OWN.fullmatch(block.key) for block in document.blocks()):
        return _built(document, MSSM_PLACES, mssm_spectrum, document, scale, generations)
    if scale is not None:
        problem = f"{document.name} has FSSM input blocks, which have no scale; leave it out"
        raise InvalidInput("scale", problem, value=scale, unit="GeV")
    fields = point_fields(document)
    point = _built(document, _OWN_PLACES, Point, **fields)
    return same_generations(point, document.name, generations)


def generations_of(value: int | None) -> int | None:
    """The argument, 1, 3 or None; InvalidInput for anything else."""
    if value is not None and whole_number("generations", value, 1) not in (1, 3):
        raise InvalidInput("generations", "must be 1 or 3", value=value)
    return value


def same_generations(point: Point, name: str, generations: int | None) -> Point:
    """The point, unless another number of generations was asked for."""
    generations = generations_of(generations)
    if generations is not None and generations != point.generations:
        problem = f"{name} describes a point of {point.generations}; leave it out"
        raise InvalidInput("generations", problem, value=generations)
    return point


def _built(
    document: Document,
    table: Mapping[str, tuple[Place, ...]],
    build: Callable[..., Point],
    *arguments: Any,
    **fields: Any,
) -> Point:
    """A point, whose errors name the file, and line and block of the input they are about."""
    try:
        return build(*arguments, **fields)
    except InvalidInput as error:
        if error.field.startswith(document.name):
            raise
        line, place = _origin(document, error.field, table)
        here = f"{document.name}{line}: {error.field}{place}"
        raise InvalidInput(here, error.problem, value=error.value, unit=error.unit) from error


def _origin(
    document: Document, field: str, table: Mapping[str, tuple[Place, ...]]
) -> tuple[str, str]:
    """Line and place of a field, or what is known of them, as parts of a message."""
    named = [f.name for f in FIELDS.values() if field in (f.name, f.path)]
    # Of several fields together, such as the sum of vevs, the block says enough.
    section = [f.name for f in FIELDS.values() if field.startswith(f"[{f.section}]")]
    places = [place for name in named or section for place in table.get(name, ())]
    for place, block in _present(document, places):
        row = None if place.entry is None or not named else block.find(place.entry)
        if row or not named or place.entry is None:
            return f", line {row.line if row else block.line}", f" ({_shown(place, named)})"
    return "", f" ({_shown(places[0], named)})" if places else ""


def _present(document: Document, places: Iterable[Place]) -> Iterable[tuple[Place, Block]]:
    return ((place, block) for place in places for block in document.blocks(place.block))


def _shown(place: Place, named: list[str]) -> str:
    return f"{place.block} {place.entry}" if named and place.entry is not None else place.block


def point_fields(document: Document) -> dict[str, Any]:
    """The fields of Point in the FSSM*IN blocks of a document.

    Numbers are complex if the block IM... has the entry, matrices if there is such a block.
    """
    fields: dict[str, Any] = {}
    for block in document.blocks():
        if not _OWN.fullmatch(block.key):
            continue
        if block.key.removeprefix("IM") not in INPUT_BLOCKS or block.key == f"IM{CHOICES_BLOCK}":
            problem = f"unknown block {block.name}; {nearest(block.key, INPUT_BLOCKS)}"
            raise fault(document.name, block.line, problem)
        if block.q is not None:
            raise fault(document.name, block.line, f"{block.name} has no Q: it is input", block.q)
        if block.key.startswith("IM"):
            _check_partner(document, block)
        elif Place(block.key) in FIELD_AT:
            fields[FIELD_AT[Place(block.key)]] = _matrix(document, block)
        else:
            fields |= {_name_of(block, row): _entry(document, block, row) for row in block.rows}
    return fields


def _name_of(block: Block, row: Row) -> str:
    """The field that stands in a row."""
    own = {place.entry: name for name, place in PLACES.items() if place.block == block.key}
    name = own.get(row.indices[0]) if len(row.indices) == 1 else None
    if name is None:
        known = ", ".join(f"{entry} {name}" for entry, name in own.items())
        problem = f"unknown entry of {block.name}; known: {known}"
        raise fault(block.source, row.line, problem, row.indices)
    return name


def _check_partner(document: Document, imaginary: Block) -> None:
    """InvalidInput for an imaginary part without a real one, or of an input that is real."""
    real = document.block(imaginary.name[2:])
    for row in imaginary.rows if Place(real.key) not in FIELD_AT else ():
        if real.find(*row.indices) is None:
            problem = f"an imaginary part whose real part is not in {real.name}"
            raise fault(document.name, row.line, problem, row.indices)
        if FIELDS[_name_of(real, row)].kind != "complex":
            raise fault(document.name, row.line, f"{_name_of(real, row)} must be real")


def _entry(document: Document, block: Block, row: Row) -> AnyArray | str:
    if block.key == CHOICES_BLOCK:
        return str(row.value)
    imaginary = document.imaginary(block)
    part = imaginary.find(*row.indices) if imaginary else None
    real = np.asarray(block.number(row))
    if real == INFINITE and FIELDS[_name_of(block, row)].infinite:
        return np.asarray(np.inf)
    if imaginary is None or part is None:
        return real
    return join(real, imaginary.number(part))


def _matrix(document: Document, block: Block) -> AnyArray:
    """A 3x3 block, which must have all its entries."""
    blocks = [block, document.imaginary(block)]
    parts = [part.matrix(3) for part in blocks if part is not None and whole(part)]
    return join(*parts) if len(parts) == 2 else parts[0]


def whole(block: Block) -> bool:
    """True; InvalidInput naming the first entry of a 3x3 block that is missing."""
    return all(block.row(i + 1, j + 1) for i, j in np.ndindex(3, 3))
