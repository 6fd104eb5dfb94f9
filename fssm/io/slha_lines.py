"""One line of SLHA text at a time: numbers, block headers, rows, decay channels."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fssm.base import InvalidInput
from fssm.io.slha_blocks import RANKS, holds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = int | float | str | tuple[float, ...]

# Longer integers are read as floating-point numbers; no index is that long.
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
# Fortran writes 1.5D+03, and 1.0-100 where the exponent needs the place of its letter.
_FLOAT = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eEdD]([+-]?[0-9]+))?")
_THREE_DIGITS = re.compile(r"([+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+))([+-][0-9]{3})")
_HEADER = re.compile(
    r"([a-z][!-<>-~]*)((?:\s+[+-]?[0-9]{1,18})*)(?:\s+q\s*=\s*(\S+))?", re.IGNORECASE
)
_TEXT_ROW = re.compile(r"([+-]?[0-9]{1,18})(?:\s+(.*))?", re.DOTALL)
_WORD = re.compile(r"(?!(?:nan|inf|infinity)$)[a-z'\"]", re.IGNORECASE)


def fault(source: str, line: int, problem: str, value: object = None) -> InvalidInput:
    """The error for one line of a file."""
    return InvalidInput(f"{source}, line {line}", problem, value=value)


class Where(NamedTuple):
    """File and line of what is being read."""

    source: str
    line: int

    def fault(self, problem: str, value: object = None) -> InvalidInput:
        """The error for this line."""
        return fault(*self, problem, value)


@dataclass(frozen=True, slots=True)
class Note:
    """A line that is nothing but a comment; ``text`` is what stands behind its ``#``."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Indices, value and comment of one row; ``line`` is where it was read."""

    indices: tuple[int, ...]
    value: Value
    comment: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Channel:
    """One decay: branching ratio, and the PDG codes of the daughters."""

    ratio: float
    daughters: tuple[int, ...]
    comment: str = ""
    line: int = field(default=0, compare=False)


class Header(NamedTuple):
    """Name of a block, with the numbers some have behind it, and its scale Q in GeV."""

    name: str
    q: float | None


def is_integer(token: str) -> bool:
    """Whether a token can be an index."""
    return _INTEGER.fullmatch(token) is not None


def number(token: str, where: Where) -> int | float:
    """An integer or a finite double, also in the ways of Fortran.

    Raises
    ------
    InvalidInput
        naming file and line for anything else, NaN and infinities included.
    """
    if is_integer(token):
        return int(token)
    match = _FLOAT.fullmatch(token) or _THREE_DIGITS.fullmatch(token)
    if match is None:
        raise where.fault("is not a number", token)
    value = float(f"{match[1]}e{match[2] or 0}")
    if not math.isfinite(value):
        raise where.fault("does not fit into double precision", token)
    return value


def read_header(content: str, where: Where) -> Header:
    """What stands behind the keyword ``Block``."""
    if not content:
        raise where.fault("a block without a name")
    match = _HEADER.fullmatch(content)
    if match is None:
        raise where.fault('must be "Block NAME" or "Block NAME Q= 1.0E+03"', content)
    name, numbers, q = match.groups()
    if numbers and name.upper() in RANKS:
        raise where.fault(f"nothing but a Q may stand behind the name {name}", numbers.strip())
    return Header(
        " ".join([name, *numbers.split()]), None if q is None else float(number(q, where))
    )


def read_row(block: str, content: str, comment: str, where: Where) -> Row:
    """One row of a block (upper case), comment and outer blanks taken off."""
    if holds_text(block):
        match = _TEXT_ROW.fullmatch(content)
        if match is None:
            raise where.fault("must start with an index", content)
        return Row((int(match[1]),), (match[2] or "").strip(), comment, where.line)
    tokens = content.split()
    # The last token is the value even if it is an integer like the indices.
    count = next((i for i, t in enumerate(tokens) if not is_integer(t)), len(tokens) - 1)
    indices = tuple(int(token) for token in tokens[:count])
    value = _value(block, tokens[count:], content, where)
    rank = RANKS.get(block)
    if rank is not None and (len(indices) != rank or isinstance(value, tuple)):
        wanted = ("a single value", "one index and a value", "two indices and a value")[rank]
        raise where.fault(f"{block} has {wanted} in a row", content)
    if isinstance(value, str) and not indices:
        raise where.fault("text without an index", content)
    return Row(indices, value, comment, where.line)


def _value(block: str, tokens: list[str], content: str, where: Where) -> Value:
    if block not in RANKS and _WORD.match(tokens[0]):
        # The text as it stands, with the blanks inside it.
        return content.split(maxsplit=len(content.split()) - len(tokens))[-1]
    values = [number(token, where) for token in tokens]
    return values[0] if len(values) == 1 else tuple(map(float, values))


def read_channel(content: str, comment: str, where: Where) -> Channel:
    """One row of a decay: branching ratio, number of daughters, their PDG codes."""
    first, *others = content.split()
    ratio = float(number(first, where))
    if not others or not all(map(is_integer, others)):
        raise where.fault("a decay has a branching ratio, the number of daughters, and their codes")
    count, *daughters = map(int, others)
    if count != len(daughters) or not daughters:
        raise where.fault(f"{len(daughters)} daughters where there must be {count}", content)
    return Channel(ratio, tuple(daughters), comment, where.line)


def shown(value: Value) -> str:
    """A value so that it is read back to the bit."""
    if isinstance(value, tuple):
        return " ".join(map(shown, value))
    return f"{value: .16E}" if isinstance(value, float) else str(value)


def with_comment(line: str, comment: str, width: int = 0) -> str:
    """A line and its comment in the column ``width`` or behind it."""
    return f"{line.ljust(width)}   #{comment}" if comment else line


def written_rows(rows: Sequence[Row | Note]) -> list[str]:
    """The lines of a block with indices, values and comments in columns."""
    cells = [
        ([str(i) for i in row.indices], shown(row.value)) for row in rows if isinstance(row, Row)
    ]
    index = max((len(text) for indices, _ in cells for text in indices), default=0)
    lines = ["".join(f" {t:>{index + 1}}" for t in ts) + f"   {value}" for ts, value in cells]
    # A long text is no reason to move the comments of all others.
    width = max((len(line) for line in lines if len(line) < 60), default=0)
    left = iter(lines)
    return [
        f"#{row.text}"
        if isinstance(row, Note)
        else with_comment(next(left), row.comment, width).rstrip()
        for row in rows
    ]


def written_channels(channels: Sequence[Channel | Note]) -> list[str]:
    """The lines of a decay."""
    lines = []
    for channel in channels:
        if isinstance(channel, Note):
            lines.append(f"#{channel.text}")
            continue
        codes = "".join(f" {code:>10}" for code in channel.daughters)
        line = f"   {shown(channel.ratio)}   {len(channel.daughters)}   {codes}"
        lines.append(with_comment(line, channel.comment))
    return lines
