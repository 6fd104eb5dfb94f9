"""Columns and a text as the bytes of an npz or a Parquet file, and back without trust in them."""

from __future__ import annotations

import hashlib
import io
import re
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from fssm.base import InvalidInput, optional
from fssm.files import regular_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from fssm.base import AnyArray

# Where the text stands.
TEXT = "fssm"
# Bytes of the text, of the header of an array and of the end of a Parquet file at most.
_LONGEST_TEXT = 2**26
_HEADER = 2**16
# The end of a Parquet file says where everything is, and pyarrow ends the process at some that are
# damaged. Its SHA-256, taken with zeros in this place, stands in the end itself.
_END_KEY = b"fssm_end"
_END = re.compile(rb"fssm_end(.{0,4}?)([0-9a-f]{64})", re.DOTALL)
_ZEROS = b"0" * 64


class Opened(NamedTuple):
    """An open file: its text, and a function that reads columns.

    ``load`` takes the dtypes of the columns wanted by name, and their number of rows.
    """

    text: str
    load: Callable[[Mapping[str, str], int], dict[str, AnyArray]]


def require_format(name: str) -> None:
    """Raise InvalidInput if part files of this format cannot be written here."""
    if name == "parquet" and find_spec("pyarrow") is None:
        problem = "needs pyarrow: pip install 'fssm[scan]', or take \"npz\""
        raise InvalidInput("[scan] format", problem, value=name)


def writer_of(file_format: str) -> str:
    """The library that a file's bytes depend on besides its content; numpy's have never changed."""
    return "numpy" if file_format == "npz" else f"pyarrow {version('pyarrow')}"


def to_bytes(columns: Mapping[str, AnyArray], text: str, file_format: str) -> bytes:
    """The same columns and text give the same bytes, whenever and wherever written."""
    buffer = io.BytesIO()
    if file_format == "npz":
        # numpy gives every member of the archive the same date.
        members: dict[str, Any] = {TEXT: np.array(text), **columns}
        np.savez(buffer, **members)
        return buffer.getvalue()
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({TEXT: text, _END_KEY: _ZEROS})
    # Numbers that all differ gain nothing from a dictionary, nor from compression.
    parquet.write_table(table, buffer, compression="none", use_dictionary=False)
    buffer.seek(0)
    end = _end_of(buffer)
    digest = hashlib.sha256(end).hexdigest().encode()
    return buffer.getvalue()[: -len(end)] + _with_digest(end, digest)


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """An open file of either format.

    Raises
    ------
    OSError
        if it cannot be read, or is no regular file.
    Exception
        any other, here and from ``load``, if its content is damaged.
    """
    # No part is a link or waits for a writer, whatever lies under its name.
    with regular_file(path, follow=False) as raw:
        if path.suffix == ".npz":
            with ZipFile(raw) as archive:
                yield _from_npz(archive)
        else:
            yield _from_parquet(raw)


def _from_npz(archive: ZipFile) -> Opened:
    def load(dtypes: Mapping[str, str], rows: int) -> dict[str, AnyArray]:
        return {
            name: _member(archive, name, rows * np.dtype(dtype).itemsize)
            for name, dtype in dtypes.items()
        }

    return Opened(str(_member(archive, TEXT, _LONGEST_TEXT).item()), load)


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


def _from_parquet(raw: BinaryIO) -> Opened:
    parquet = optional("pyarrow.parquet", "scan", "pyarrow")
    _check_end(raw)
    # Reading ahead costs more than the column itself.
    file = parquet.ParquetFile(
        raw,
        pre_buffer=False,
        thrift_string_size_limit=_LONGEST_TEXT,
        thrift_container_size_limit=2**20,
    )
    schema = file.schema_arrow

    def load(dtypes: Mapping[str, str], rows: int) -> dict[str, AnyArray]:
        if file.metadata.num_rows != rows:
            raise ValueError("it has another number of rows than it says")
        for name, dtype in dtypes.items():
            if schema.field(name).type.to_pandas_dtype() is not np.dtype(dtype).type:
                raise ValueError(f"column {name} is not of the kind that the part says")
        table = file.read(list(dtypes), use_threads=False)
        if any(table[name].null_count for name in dtypes):
            raise ValueError("a column has missing values")
        return {name: table[name].to_numpy() for name in dtypes}

    return Opened(schema.metadata[TEXT.encode()].decode(), load)


def _check_end(raw: BinaryIO) -> None:
    """ValueError unless the end of a Parquet file is what was written."""
    end = _end_of(raw)
    found = _END.findall(end)
    if len(found) != 1:
        raise ValueError("its metadata are damaged, or those of a file from elsewhere")
    if hashlib.sha256(_with_digest(end, _ZEROS)).hexdigest().encode() != found[0][1]:
        raise ValueError("its metadata are damaged: the digest is not that of its content")
    raw.seek(0)


def _end_of(raw: BinaryIO) -> bytes:
    """The metadata of a Parquet file with their length and the four letters behind them."""
    size = raw.seek(0, io.SEEK_END)
    raw.seek(max(size - 8, 0))
    tail = raw.read(8)
    length = int.from_bytes(tail[:4], "little") + 8
    if tail[4:] != b"PAR1" or length > min(size, _LONGEST_TEXT):
        raise ValueError("it does not end as a Parquet file does")
    raw.seek(size - length)
    return raw.read(length)


def _with_digest(end: bytes, digest: bytes) -> bytes:
    return _END.sub(lambda found: b"fssm_end" + found[1] + digest, end)
