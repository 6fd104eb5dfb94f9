"""Text files in, and files out that are there whole or not at all."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator


# A number with a unit behind it, which no TOML file has.
_UNIT = re.compile(r"=\s*[-+\d.eE]+ ?(GeV|TeV|MeV|rad|deg)\b")


def name_of(path: str) -> str:
    """How messages name a file, or what stands for one."""
    return "standard input" if path == "-" else path or "(empty file name)"


def read_text(path: str | Path) -> str:
    """The text of a UTF-8 file; ``"-"`` reads standard input.

    Raises
    ------
    InvalidInput
        if it cannot be read or is not UTF-8 text; the message names the file.
    """
    path = str(path)
    name = name_of(path)
    try:
        if path != "-":
            raw = Path(path).read_bytes()
        elif sys.stdin is None:
            raise InvalidInput(name, "is closed")
        else:
            raw = sys.stdin.buffer.read()
        # The byte order mark some editors write is not part of the text.
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(name, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidInput(name, f"is not UTF-8 text: {error.reason}, line {line}") from error
    except InvalidInput:
        raise
    except ValueError as error:
        raise InvalidInput(name, f"cannot be read: {error}") from error


def toml_of(text: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text; InvalidInput names the file, the line and the column."""
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        hint = (
            " (numbers have no units: GeV and rad go without saying)" if _UNIT.search(text) else ""
        )
        raise InvalidInput(name, f"is not TOML: {error}{hint}") from error


def read_toml(path: str | Path) -> dict[str, Any]:
    """The tables of a TOML file, or of standard input; InvalidInput as the two above."""
    return toml_of(read_text(path), name_of(str(path)))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, force it to the disk, and only then give it its name.

    Whoever reads ``path`` finds the old content or the new, whenever the writer is killed.

    Raises
    ------
    OSError
        where the disk is full or the folder not writable; nothing is left behind.
    """
    with _draft(path, data) as draft:
        draft.replace(path)


def write_new(path: Path, data: bytes) -> None:
    """The same for a file that may not be there yet; FileExistsError, an OSError, if it is."""
    with _draft(path, data) as draft:
        # Unlike a rename this fails if the name is taken.
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links; then the last one wins.
            draft.replace(path)


@contextmanager
def _draft(path: Path, data: bytes) -> Iterator[Path]:
    """A complete file beside ``path``, gone afterwards; then the folder is forced to the disk."""
    draft = path.with_name(f".{path.name}.{os.uname().nodename}-{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, which forcing the files does not do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
