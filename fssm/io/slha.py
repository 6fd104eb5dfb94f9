"""SLHA files as they are written: blocks, decays and comments, in order and to the bit.

P. Skands et al., hep-ph/0311123 (SLHA1); B.C. Allanach et al., arXiv:0801.0045 (SLHA2). What the
blocks mean is the business of :mod:`fssm.io.slha_read` and :mod:`fssm.io.slha_write`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fssm.arguments import number as one_number
from fssm.arguments import numbers, together, whole
from fssm.arguments import path as path_of
from fssm.arguments import text as text_of
from fssm.atomic_files import write_named
from fssm.base import InvalidInput
from fssm.files import name_of, read_text
from fssm.io.slha_blocks import holds_text
from fssm.io.slha_lines import (
    Channel,
    Note,
    Row,
    Where,
    fault,
    number,
    read_channel,
    read_header,
    read_row,
    shown,
    with_comment,
    written_channels,
    written_rows,
)

if TYPE_CHECKING:
    from pathlib import Path

    from fssm.base import AnyArray, RealArray, RealLike

# Scales are the same if they agree to the digits that generators write.
Q_TOLERANCE = 1e-6
_LARGEST_MATRIX = 1000
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Block:
    """A block: name as written, scale ``q`` in GeV or None, rows and comment lines in order."""

    name: str
    q: float | None = None
    body: tuple[Row | Note, ...] = ()
    comment: str = ""
    line: int = field(default=0, compare=False)
    source: str = field(default="SLHA text", compare=False)

    @property
    def key(self) -> str:
        """The name by which it is looked up."""
        return self.name.upper()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows without the comment lines between them."""
        return tuple(row for row in self.body if isinstance(row, Row))

    def find(self, *indices: int) -> Row | None:
        """The first row with these indices, if there is one."""
        return next((row for row in self.rows if row.indices == indices), None)

    def row(self, *indices: int) -> Row:
        """The row with these indices; InvalidInput naming block and entry if it is missing."""
        found = self.find(*indices)
        if found is None:
            entry = " ".join(map(str, indices))
            problem = f"block {self.name} has no entry {entry}"
            raise fault(self.source, self.line, problem)
        return found

    def number(self, row: Row) -> float:
        """The value of a row, which must be one number."""
        if isinstance(row.value, str | tuple):
            raise fault(self.source, row.line, f"{self.name} needs a number here", row.value)
        return float(row.value)

    def matrix(self, size: int | None = None) -> RealArray:
        """The block as a square matrix, zero where entries are left out.

        ``size`` is that of the largest index by default; an index beyond it is InvalidInput.
        """
        size = None if size is None else whole("size", size, 1, _LARGEST_MATRIX)
        for row in self.rows:
            good = len(row.indices) == 2 and min(row.indices) >= 1
            if not good or (size is not None and max(row.indices) > size):
                wanted = f"two indices from 1 to {size}" if size else "two positive indices"
                raise fault(self.source, row.line, f"{self.name} needs {wanted}", row.indices)
        largest = size or max((max(row.indices) for row in self.rows), default=0)
        if largest > _LARGEST_MATRIX:
            raise fault(self.source, self.line, f"{self.name} is too large for a matrix")
        matrix = np.zeros((largest, largest))
        for row in self.rows:
            matrix[row.indices[0] - 1, row.indices[1] - 1] = self.number(row)
        return matrix

    def dump(self) -> list[str]:
        """Lines of text."""
        scale = "" if self.q is None else f" Q={shown(self.q)}"
        return [with_comment(f"Block {self.name}{scale}", self.comment), *written_rows(self.body)]


@dataclass(frozen=True, slots=True)
class Decay:
    """The decays of a particle: PDG code, width in GeV, channels and comment lines in order.

    ``keyword`` is DECAY, or DECAY1L for the loop-corrected widths of SPheno.
    """

    pdg: int
    width: float
    body: tuple[Channel | Note, ...] = ()
    comment: str = ""
    keyword: str = "DECAY"
    line: int = field(default=0, compare=False)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels without the comment lines between them."""
        return tuple(channel for channel in self.body if isinstance(channel, Channel))

    def dump(self) -> list[str]:
        """Lines of text."""
        head = f"{self.keyword} {self.pdg:>10}   {shown(self.width)}"
        return [with_comment(head, self.comment), *written_channels(self.body)]


Section: TypeAlias = Block | Decay


@dataclass(frozen=True, slots=True)
class Document:
    """An SLHA file: the comments it starts with, then blocks and decays in order.

    Documents are equal if they hold the same, wherever the lines stood.
    """

    sections: tuple[Section, ...] = ()
    head: tuple[Note, ...] = ()
    name: str = field(default="SLHA text", compare=False)

    @property
    def decays(self) -> tuple[Decay, ...]:
        """All decays."""
        return tuple(s for s in self.sections if isinstance(s, Decay))

    def blocks(self, name: str | None = None) -> list[Block]:
        """All blocks, or those of one name (in any case), at whatever scales."""
        every = [s for s in self.sections if isinstance(s, Block)]
        key = None if name is None else text_of("name", name).upper()
        return every if key is None else [block for block in every if block.key == key]

    def block(self, name: str, q: float | None = None) -> Block:
        """The block of one name, at the scale ``q`` in GeV if there are several.

        Raises
        ------
        InvalidInput
            if there is none, none at that scale, or more than one and no ``q``; if ``q`` is not
            positive and finite.
        """
        found = self.find_block(name, q)
        if found is None:
            raise InvalidInput(self.name, f"has no block {name}")
        return found

    def find_block(self, name: str, q: float | None = None) -> Block | None:
        """As :meth:`block`, but None if there is no block of that name at any scale.

        Raises
        ------
        InvalidInput
            also for a block of imaginary parts without any block of real ones.
        """
        known, q = self.blocks(name), None if q is None else scale_of("q", q)
        if not known and (lone := self.blocks(f"IM{name}")):
            problem = f"{lone[0].name} without a block {name} of real parts"
            raise fault(self.name, lone[0].line, problem)
        if not known or (len(known) == 1 and (q is None or known[0].q is None)):
            return known[0] if known else None
        scales = ", ".join("none" if block.q is None else f"{block.q:.10g}" for block in known)
        lines = ", ".join(str(block.line) for block in known)
        here = f"{self.name}, line {lines}"
        if q is None:
            problem = f"block {name} is there at several scales, Q = {scales} GeV: name one"
            raise InvalidInput(here, problem)
        at_q = [b for b in known if b.q is not None and abs(b.q - q) <= Q_TOLERANCE * abs(q)]
        if len(at_q) != 1:
            problem = f"block {name} has Q = {scales} GeV, and no single one at the scale asked for"
            raise InvalidInput(here, problem, value=q, unit="GeV")
        return at_q[0]

    def imaginary(self, block: Block) -> Block | None:
        """The block IM... that belongs to a block: the one at its scale.

        Raises
        ------
        InvalidInput
            if there are such blocks, but at other scales only, or two that fit: one without a Q
            fits any.
        """
        known = self.blocks(f"IM{block.name}")
        same = [im for im in known if im.q == block.q or im.q is None]
        if known and not same:
            problem = f"block {known[0].name} belongs to no block {block.name} of the same Q"
            raise fault(self.name, known[0].line, problem)
        if len(same) > 1:
            lines = ", ".join(str(im.line) for im in same)
            problem = f"blocks {same[0].name} of which each could belong to {block.name}: keep one"
            raise InvalidInput(f"{self.name}, lines {lines}", problem)
        return same[0] if same else None

    def matrix(self, name: str, q: float | None = None, size: int | None = None) -> AnyArray:
        """A block as a square matrix, zero where left out; complex iff there is an IM block."""
        block = self.block(name, q)
        real, im = block.matrix(size), self.imaginary(block)
        return real if im is None else join(real, im.matrix(len(real)))

    def dump(self) -> str:
        """The text; reading it gives back the same document, numbers to the bit.

        Raises
        ------
        InvalidInput
            if it would not: names, texts or comments that are no SLHA, NaN, infinities.
        """
        lines = [f"#{note.text}" for note in self.head]
        for section in self.sections:
            lines += section.dump()
        text = "".join(f"{line}\n" for line in lines)
        if parse(text, self.name) != self:
            raise InvalidInput(self.name, "holds texts that an SLHA file cannot hold")
        return text

    def write(self, path: str | Path, *, overwrite: bool = True) -> None:
        """Write the file, whole or not at all; InvalidInput if that is not possible.

        An existing file keeps its mode, a link is followed, and devices are written to; with
        ``overwrite`` False an existing file is left as it is, and named in the error.
        """
        data, path = self.dump().encode(), path_of("path", path)
        try:
            write_named(path, data, overwrite=overwrite)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InvalidInput(name_of(str(path)), f"cannot be written: {reason}") from error


def scale_of(name: str, value: float) -> float:
    """The argument, a scale Q in GeV; InvalidInput unless it is positive and finite."""
    q = one_number(name, value, unit="GeV")
    if not 0 < q < np.inf:
        raise InvalidInput(name, "must be positive and finite", value=value, unit="GeV")
    return q


def join(real: RealLike, imaginary: RealLike) -> AnyArray:
    """A complex array of two parts; multiplying by i would lose the sign of a zero."""
    parts = {"real": numbers("real", real), "imaginary": numbers("imaginary", imaginary)}
    together("complex", **parts)
    array = np.empty(np.broadcast_shapes(*(part.shape for part in parts.values())), complex)
    array.real, array.imag = parts.values()
    return array


def read(path: str | Path) -> Document:
    """Read a file, or standard input for ``"-"``; InvalidInput names the file and the line."""
    path = path_of("path", path)
    return parse(read_text(path), name_of(str(path)))


def parse(text: str, name: str = "SLHA text") -> Document:
    """The document that a text holds; ``name`` stands for it in messages.

    Raises
    ------
    InvalidInput
        naming file and line for whatever is not SLHA.
    """
    reader = _Reader(text_of("name", name))
    lines = text_of("text", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for count, line in enumerate(lines, start=1):
        reader.take(line, Where(name, count))
    return reader.document()


class _Reader:
    """A document on the way: the open section, and what may not come twice."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.head: list[Note] = []
        self.sections: list[tuple[Any, list[Any]]] = []
        # First lines of blocks by (name, Q), of decays, and of rows of the open block.
        self.starts: dict[tuple[Any, ...], int] = {}
        self.rows: dict[tuple[int, ...], int] = {}

    def take(self, line: str, where: Where) -> None:
        if bad := _NO_TEXT.search(line):
            raise where.fault("holds a character that is no text", bad[0])
        content, mark, comment = line.partition("#")
        content, comment = content.strip(), comment.rstrip()
        if not content:
            if mark:
                notes = self.sections[-1][1] if self.sections else self.head
                notes.append(Note(comment))
            return
        keyword, *others = content.split(maxsplit=1)
        rest = others[0] if others else ""
        if keyword.upper() == "BLOCK":
            self.open_block(rest, comment, where)
        elif keyword.upper() in ("DECAY", "DECAY1L"):
            self.open_decay(keyword.upper(), rest, comment, where)
        elif keyword.upper() == "XSECTION":
            raise where.fault("cross sections (XSECTION) are not read; take them out")
        else:
            self.row(content, comment, where)

    def once(self, kind: str, key: tuple[Any, ...], where: Where) -> None:
        if (first := self.starts.setdefault(key, where.line)) != where.line:
            raise where.fault(f"{kind} is there already, in line {first}")

    def open_block(self, rest: str, comment: str, where: Where) -> None:
        name, q = read_header(rest, where)
        scale = "without a Q" if q is None else f"at Q = {q:.10g} GeV"
        self.once(f"block {name} {scale}", (name.upper(), q), where)
        self.rows = {}
        block = Block(name, q, (), comment, where.line, self.name)
        self.sections.append((block, []))

    def open_decay(self, keyword: str, rest: str, comment: str, where: Where) -> None:
        tokens = rest.split()
        if len(tokens) != 2:
            raise where.fault(f"must be {keyword}, a PDG code and a width", rest)
        code = number(tokens[0], where)
        if not isinstance(code, int):
            raise where.fault("a PDG code must be an integer", tokens[0])
        self.once(f"{keyword} {code}", (keyword, code), where)
        decay = Decay(code, float(number(tokens[1], where)), (), comment, keyword, where.line)
        self.sections.append((decay, []))

    def row(self, content: str, comment: str, where: Where) -> None:
        if not self.sections:
            raise where.fault("a row before any block", content)
        section, body = self.sections[-1]
        if isinstance(section, Decay):
            body.append(read_channel(content, comment, where))
            return
        row = read_row(section.key, content, comment, where)
        # Texts may come twice; several numbers in a row have keys of their own among them.
        if not holds_text(section.key) and not isinstance(row.value, tuple):
            if row.indices in self.rows:
                entry = " ".join(map(str, row.indices)) or "without index"
                first = self.rows[row.indices]
                problem = f"entry {entry} of {section.name} is there already, in line {first}"
                raise where.fault(problem, content)
            self.rows[row.indices] = where.line
        body.append(row)

    def document(self) -> Document:
        sections = (replace(section, body=tuple(body)) for section, body in self.sections)
        return Document(tuple(sections), tuple(self.head), self.name)
