"""One part of a scan as one file: columns in, bytes out, and back, every byte accounted for.

A part holds a seal beside its columns: a JSON text with what the part is, the dtype and the
SHA-256 of every column, and the SHA-256 of all this. What is read is compared with it.
"""

from __future__ import annotations

import hashlib
import io
import json
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from fssm.base import InvalidInput, optional
from fssm.files import regular_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from fssm.base import AnyArray

# Where the seal of a part stands in its file.
_META = "fssm"
# Names that a column cannot have: numpy's savez keeps them for itself.
RESERVED = (_META, "file", "allow_pickle")
# Columns hold real numbers, flags and numbers of points, little-endian.
_DTYPES = ("<f8", "|b1", "<i8")
# Of the seal and of the header of an array, bytes.
_LONGEST_SEAL = 2**26
_HEADER = 2**16


class Summary(NamedTuple):
    """What a part says of itself: its id, points computed, rows kept, rows with a flag."""

    id: str
    computed: int
    rows: int
    failed: int


class _Opened(NamedTuple):
    """An open part: what its seal says, and how to read columns.

    ``columns`` are dtype and digest of each by name, ``writer`` the library that wrote the file.
    """

    summary: Summary
    columns: dict[str, tuple[str, str]]
    writer: str
    load: Callable[[Sequence[str]], dict[str, AnyArray]]


def require_format(name: str) -> None:
    """Raise InvalidInput if part files of this format cannot be written here."""
    if name == "parquet" and find_spec("pyarrow") is None:
        problem = "needs pyarrow: pip install 'fssm[scan]', or take \"npz\""
        raise InvalidInput("[scan] format", problem, value=name)


def encoded(columns: Mapping[str, AnyArray], summary: Summary, file_format: str) -> bytes:
    """The same columns and summary give the same bytes, whenever and wherever written."""
    buffer = io.BytesIO()
    text = _seal(columns, summary, file_format)
    if file_format == "npz":
        # numpy gives every member of the archive the same date.
        members: dict[str, Any] = {_META: np.array(text), **columns}
        np.savez(buffer, **members)
        return buffer.getvalue()
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({_META: text})
    # Numbers that all differ gain nothing from a dictionary, nor from compression.
    parquet.write_table(table, buffer, compression="none", use_dictionary=False)
    return buffer.getvalue()


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
    with _opened(path) as part:
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
    with _opened(path) as part:
        if list(part.columns) != list(names):
            raise ValueError("it has other columns than the scan")
        columns = _checked(part, list(names), expected)
        if part.writer == _writer(file_format):
            with regular_file(path, follow=False) as raw:
                if raw.read() != encoded(columns, expected, file_format):
                    raise ValueError("its bytes are not what its content is written as")


def _checked(part: _Opened, wanted: list[str], expected: Summary | None) -> dict[str, AnyArray]:
    """Columns of an open part; ValueError where they are not what was written."""
    if expected is not None and part.summary != expected:
        raise ValueError(f"it holds part {part.summary.id}")
    missing = [name for name in wanted if name not in part.columns]
    if missing:
        raise ValueError(f"it has no column {missing[0]}")
    columns = part.load(wanted)
    for name in wanted:
        dtype, digest = part.columns[name]
        column = columns[name]
        if column.dtype.str != dtype or column.shape != (part.summary.rows,):
            raise ValueError(f"column {name} is not of the kind that the part says")
        if _digest(column) != digest:
            raise ValueError(f"column {name} is not what was written: its digest differs")
    return columns


def read_summary(path: Path) -> Summary:
    """The summary of a part file, without its columns; InvalidInput as ``read_columns``."""
    with _opened(path) as part:
        return part.summary


@contextmanager
def _opened(path: Path) -> Iterator[_Opened]:
    """The part in a file; whatever is wrong with it is InvalidInput, here and in the body."""
    try:
        # No part is a link or waits for a writer, whatever lies under its name.
        with regular_file(path, follow=False) as raw:
            if path.suffix == ".npz":
                with ZipFile(raw) as archive:
                    yield _from_npz(archive)
            else:
                yield _from_parquet(raw)
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


def _writer(file_format: str) -> str:
    """The library that a file's bytes depend on besides its content; numpy's have never changed."""
    return "numpy" if file_format == "npz" else f"pyarrow {version('pyarrow')}"


def _seal(columns: Mapping[str, AnyArray], summary: Summary, file_format: str) -> str:
    kinds = {name: [column.dtype.str, _digest(column)] for name, column in columns.items()}
    content = {**summary._asdict(), "writer": _writer(file_format), "columns": kinds}
    return json.dumps({**content, "digest": _text_digest(content)})


def _text_digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _unsealed(text: str | bytes) -> tuple[Summary, dict[str, tuple[str, str]], str]:
    """Summary, dtype and digest of each column, writer; ValueError if the seal is broken."""
    content = json.loads(text)
    digest = content.pop("digest")
    columns = content.pop("columns")
    if digest != _text_digest({**content, "columns": columns}):
        raise ValueError("its seal is broken: the digest is not that of its content")
    kinds = {name: (str(dtype), str(digest)) for name, (dtype, digest) in columns.items()}
    if any(dtype not in _DTYPES for dtype, _ in kinds.values()):
        raise ValueError("a column is of a kind that no part has")
    writer = str(content.pop("writer"))
    return Summary(**content), kinds, writer


def _from_npz(archive: ZipFile) -> _Opened:
    text: Any = _member(archive, _META, _LONGEST_SEAL)
    summary, kinds, writer = _unsealed(text.item())

    def load(names: Sequence[str]) -> dict[str, AnyArray]:
        limits = {name: summary.rows * np.dtype(kinds[name][0]).itemsize for name in names}
        return {name: _member(archive, name, limits[name]) for name in names}

    return _Opened(summary, kinds, writer, load)


def _member(archive: ZipFile, name: str, longest: int) -> AnyArray:
    """An array of at most so many bytes; what it claims of itself makes no larger one."""
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type != ZIP_STORED or info.file_size > longest + _HEADER:
        raise ValueError(f"{name} is not stored as a part stores it")
    raw = archive.read(info)
    header = io.BytesIO(raw)
    if np.lib.format.read_magic(header) != (1, 0):
        raise ValueError(f"{name} has a header of another version")
    shape, _, dtype = np.lib.format.read_array_header_1_0(header)
    if dtype.hasobject or int(np.prod(shape, dtype=object)) * dtype.itemsize > longest:
        raise ValueError(f"{name} is larger than the part says")
    return np.frombuffer(raw, dtype, offset=header.tell()).reshape(shape).copy()


def _from_parquet(raw: BinaryIO) -> _Opened:
    parquet = optional("pyarrow.parquet", "scan", "pyarrow")
    file = parquet.ParquetFile(
        raw, thrift_string_size_limit=_LONGEST_SEAL, thrift_container_size_limit=2**20
    )
    schema = file.schema_arrow
    summary, kinds, writer = _unsealed(schema.metadata[_META.encode()])

    def load(names: Sequence[str]) -> dict[str, AnyArray]:
        _check_chunks(file.metadata, list(kinds), set(names), summary.rows)
        for name in names:
            if schema.field(name).type.to_pandas_dtype() is not np.dtype(kinds[name][0]).type:
                raise ValueError(f"column {name} is not of the kind that the part says")
        table = file.read(list(names), use_threads=False)
        if any(table[name].null_count for name in names):
            raise ValueError("a column has missing values")
        return {name: table[name].to_numpy() for name in names}

    return _Opened(summary, kinds, writer, load)


def _check_chunks(metadata: Any, order: list[str], wanted: set[str], rows: int) -> None:
    """That nothing is larger than the part says, before any of it is read.

    Only numbers are asked for: to pyarrow an unknown codec or encoding is the end of the process.
    """
    if metadata.num_rows != rows or metadata.num_columns != len(order):
        raise ValueError("it has other columns or rows than it says")
    places = [place for place, name in enumerate(order) if name in wanted]
    for group in range(metadata.num_row_groups):
        for place in places:
            chunk = metadata.row_group(group).column(place)
            # Besides 8 bytes a row there are headers and levels of pages.
            if chunk.total_uncompressed_size > 16 * rows + _HEADER:
                raise ValueError("a column is larger than the part says")
