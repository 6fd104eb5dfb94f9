"""Text files in, and other regular files whose content is not believed."""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator


# Longer texts are not what they are taken for; a device has no end at all.
LONGEST_TEXT = 2**28
# A number with a unit behind it, which no TOML file has.
_UNIT = re.compile(r"=\s*[-+\d.eE]+ ?(GeV|TeV|MeV|rad|deg)\b")

# Of a key such as a.b.c, whose parts tomllib walks through again for each of them.
_MOST_KEY_PARTS = 64
_LONG_KEY = re.compile(
    rf"""(?<![\w.'"-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_MOST_KEY_PARTS}}}"""
)


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
            with Path(path).open("rb") as file:
                raw = file.read(LONGEST_TEXT + 1)
        elif sys.stdin is None:
            raise InvalidInput(name, "is closed")
        else:
            raw = sys.stdin.buffer.read(LONGEST_TEXT + 1)
        if len(raw) > LONGEST_TEXT:
            raise InvalidInput(name, f"is longer than {LONGEST_TEXT // 2**20} MiB")
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

    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        problem = f"is not TOML for fssm: a key of more than {_MOST_KEY_PARTS} parts, line {line}"
        raise InvalidInput(name, problem)
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


@contextmanager
def regular_file(path: Path, *, follow: bool) -> Iterator[BinaryIO]:
    """A file opened for reading that is neither a FIFO nor a device, which may have no end.

    Raises
    ------
    OSError
        if it cannot be opened, is no regular file or, unless ``follow``, a symbolic link.
    """
    if not follow and path.is_symlink():
        raise OSError("is a symbolic link")
    # A FIFO without a writer would wait for one.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("is no regular file")
        yield file
