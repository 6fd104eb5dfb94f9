"""One part of a scan as one file: columns in, bytes out, and back, every byte accounted for.

A part holds a seal beside its columns: a JSON text with what the part is, the dtype and the
SHA-256 of every column, behind the SHA-256 of this text. What is read is compared with it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import InvalidInput
from fssm.files import regular_file
from fssm.scans.encodings import TEXT, opened, to_bytes, writer_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from fssm.base import AnyArray
    from fssm.scans.encodings import Opened

# Names that a column cannot have: numpy's savez keeps them for itself.
RESERVED = (TEXT, "file", "allow_pickle")
# Columns hold real numbers, flags and numbers of points, little-endian.
_DTYPES = ("<f8", "|b1", "<i8")
# Of a SHA-256 in hexadecimal digits.
_DIGITS = 64


class Summary(NamedTuple):
    """What a part says of itself: its id, points computed, rows kept, rows with a flag."""

    id: str
    computed: int
    rows: int
    failed: int


class _Sealed(NamedTuple):
    """An open part and what its seal says.

    ``columns`` are dtype and digest of each by name, ``writer`` the library that wrote the file.
    """

    file: Opened
    summary: Summary
    columns: dict[str, tuple[str, str]]
    writer: str


def encoded(columns: Mapping[str, AnyArray], summary: Summary, file_format: str) -> bytes:
    """The same columns and summary give the same bytes, whenever and wherever written."""
    kinds = {name: [column.dtype.str, _digest(column)] for name, column in columns.items()}
    content = {**summary._asdict(), "writer": writer_of(file_format), "columns": kinds}
    body = json.dumps(content)
    return to_bytes(columns, _text_digest(body) + body, file_format)


def read_columns(
    path: Path, names: Sequence[str] | None = None, expected: Summary | None = None
) -> dict[str, AnyArray]:
    """Columns of a part file by name, all of them by default; nothing else is read.

    Parameters
    ----------
    path : the file.
    names : the columns wanted.
    expected : what the part must say of itself.

    Raises
    ------
    InvalidInput
        naming the file, if it is not a part file, damaged, or another part than expected.
    """
    with _sealed(path) as part:
        return _checked(part, list(part.columns) if names is None else list(names), expected)


def verify_part(path: Path, names: Sequence[str], expected: Summary) -> None:
    """Compare every byte of a part file with what its content is written as.

    Of a file that another version of the library has written, only the content is verified.

    Parameters
    ----------
    path : the file.
    names : the columns that it must have, in order.
    expected : what it must say of itself.

    Raises
    ------
    InvalidInput
        as ``read_columns``, and for any other difference.
    """
    file_format = path.suffix[1:]
    with _sealed(path) as part:
        if list(part.columns) != list(names):
            raise ValueError("it has other columns than the scan")
        columns = _checked(part, list(names), expected)
        if part.writer == writer_of(file_format):
            with regular_file(path, follow=False) as raw:
                if raw.read() != encoded(columns, expected, file_format):
                    raise ValueError("its bytes are not what its content is written as")


def _checked(part: _Sealed, wanted: list[str], expected: Summary | None) -> dict[str, AnyArray]:
    """Columns of an open part; ValueError where they are not what was written."""
    if expected is not None and part.summary != expected:
        raise ValueError(f"it holds part {part.summary.id}")
    missing = [name for name in wanted if name not in part.columns]
    if missing:
        raise ValueError(f"it has no column {missing[0]}")
    dtypes = {name: part.columns[name][0] for name in wanted}
    columns = part.file.load(dtypes, part.summary.rows)
    for name in wanted:
        dtype, digest = part.columns[name]
        column = columns[name]
        if column.dtype.str != dtype or column.shape != (part.summary.rows,):
            raise ValueError(f"column {name} is not of the kind that the part says")
        if _digest(column) != digest:
            raise ValueError(f"column {name} is not what was written: its digest differs")
    return columns


@contextmanager
def _sealed(path: Path) -> Iterator[_Sealed]:
    """The part in a file; whatever is wrong with it is InvalidInput, here and in the body."""
    try:
        with opened(path) as file:
            yield _unsealed(file)
    except InvalidInput:
        raise
    except FileNotFoundError as error:
        problem = "is gone; the scan it belongs to computes it again"
        raise InvalidInput(str(path), problem) from error
    except OSError as error:
        # What the system says, as opposed to pyarrow, has a number.
        if error.errno is None:
            raise _unreadable(path, error) from error
        raise InvalidInput(str(path), f"cannot be read: {error.strerror}") from error
    # Whatever the bytes of a file make a library raise: RuntimeError, RecursionError, MemoryError,
    # NotImplementedError and errors of its own among others.
    except Exception as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, reason: object) -> InvalidInput:
    """The error for a file that is not the part its name says, and what to do about it."""
    text = " ".join(str(reason).split()) or type(reason).__name__
    problem = f"cannot be read as a part of a scan: {text}; delete it and it is computed again"
    return InvalidInput(str(path), problem)


def _digest(column: AnyArray) -> str:
    return hashlib.sha256(np.ascontiguousarray(column).data).hexdigest()


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _unsealed(file: Opened) -> _Sealed:
    """An open file as a part; ValueError, KeyError or TypeError if its seal is broken."""
    digest, body = file.text[:_DIGITS], file.text[_DIGITS:]
    if digest != _text_digest(body):
        raise ValueError("its seal is broken: the digest is not that of its content")
    content = json.loads(body)
    columns = content.pop("columns")
    kinds = {name: (str(dtype), str(digest)) for name, (dtype, digest) in columns.items()}
    if any(dtype not in _DTYPES for dtype, _ in kinds.values()):
        raise ValueError("a column is of a kind that no part has")
    writer = str(content.pop("writer"))
    return _Sealed(file, Summary(**content), kinds, writer)
