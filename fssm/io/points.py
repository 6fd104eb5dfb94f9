"""A Point from a file, TOML or SLHA."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from fssm.arguments import path as path_of
from fssm.base import InvalidInput
from fssm.files import name_of, read_text, toml_of
from fssm.io.slha import parse, scale_of
from fssm.io.slha_read import point_of, same_generations
from fssm.model.point import Point

if TYPE_CHECKING:
    from pathlib import Path

SLHA_SUFFIXES = frozenset((".slha", ".slha1", ".slha2", ".lha", ".spc", ".spec", ".in", ".out"))
_SLHA_LINE = re.compile(r"\s*(block|decay)\b", re.IGNORECASE)


def read_point(
    path: str | Path, *, scale: float | None = None, generations: int | None = None
) -> Point:
    """Read a point from a TOML or an SLHA file; ``"-"`` reads standard input.

    The suffix says what it is, .toml or one of SLHA_SUFFIXES, or else the first line that is
    neither empty nor a comment.

    Parameters
    ----------
    path : name of the file.
    scale : for the MSSM spectrum of an SLHA file with blocks at several Q, the one to take, GeV.
    generations : 1 or 3, for an MSSM spectrum; see :func:`fssm.io.slha_read.point_of`.

    Raises
    ------
    InvalidInput
        if the file cannot be read or used; the message names it, and the line or block.
    """
    path = path_of("path", path)
    text, name = read_text(path), name_of(str(path))
    suffix = PurePath(path).suffix.lower()
    if scale is not None:
        scale_of("scale", scale)
    if suffix in SLHA_SUFFIXES or (suffix != ".toml" and is_slha(text)):
        return point_of(parse(text, name), scale=scale, generations=generations)
    if scale is not None:
        raise InvalidInput("scale", f"{name} is no SLHA file; leave it out", value=scale)
    return same_generations(Point.from_mapping(toml_of(text, name)), name, generations)


def is_slha(text: str) -> bool:
    """Whether the first line that is neither empty nor a comment opens a block or a decay."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return _SLHA_LINE.match(next(filter(None, lines), "")) is not None
