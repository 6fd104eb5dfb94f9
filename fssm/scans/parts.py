"""One part of a scan as one file: columns in, bytes out, and back."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from fssm.base import InvalidInput, optional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fssm.base import AnyArray

# Where the summary of a part stands in its file.
_META = "fssm"
# Names that a column cannot have: numpy's savez keeps them for itself.
RESERVED = (_META, "file", "allow_pickle")


class Summary(NamedTuple):
    """What a part says of itself: its id, points computed, rows kept, rows with a flag."""

    id: str
    computed: int
    rows: int
    failed: int


def require_format(name: str) -> None:
    """Raise InvalidInput if part files of this format cannot be written here."""
    if name == "parquet" and find_spec("pyarrow") is None:
        problem = "needs pyarrow: pip install 'fssm[scan]', or take \"npz\""
        raise InvalidInput("[scan] format", problem, value=name)


def encoded(columns: Mapping[str, AnyArray], summary: Summary, file_format: str) -> bytes:
    """The same columns and summary give the same bytes, whenever and wherever written."""
    buffer = io.BytesIO()
    text = json.dumps(summary._asdict())
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


def read_columns(path: Path, names: Sequence[str] | None = None) -> dict[str, AnyArray]:
    """Columns of a part file by name, all of them by default; nothing else is read.

    Raises
    ------
    InvalidInput
        naming the file, if it is not a part file or damaged.
    """
    try:
        if path.suffix == ".npz":
            # np.load closes what it has opened, but not if it then finds no archive.
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                wanted = [n for n in file.files if n != _META] if names is None else names
                return {name: file[name] for name in wanted}
        table = optional("pyarrow.parquet", "scan", "pyarrow").read_table(
            path, columns=None if names is None else list(names)
        )
        return {name: table[name].to_numpy() for name in table.column_names}
    except InvalidInput:
        raise
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise unreadable(path, error) from error


def read_summary(path: Path) -> Summary:
    """The summary of a part file, without its columns; InvalidInput as ``read_columns``."""
    try:
        if path.suffix == ".npz":
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                text: Any = file[_META].item()
        else:
            parquet = optional("pyarrow.parquet", "scan", "pyarrow")
            text = parquet.read_schema(path).metadata[_META.encode()]
        return Summary(**json.loads(text))
    except InvalidInput:
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, reason: object) -> InvalidInput:
    """The error for a file that is not the part its name says, and what to do about it."""
    problem = f"cannot be read as a part of a scan: {reason}; delete it and it is computed again"
    return InvalidInput(str(path), problem)
