"""The folder of a scan: its manifest, which parts are there, which are missing.

The names of the parts are the index of the scan: number, rows, rows with a flag, and a digest of
these and of the whole scan. What is finished is known without opening a part, whoever wrote it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm import __version__
from fssm.arguments import folder as folder_argument
from fssm.atomic_files import draft_of, write_new
from fssm.base import InvalidInput
from fssm.evaluation import backend_for
from fssm.files import LONGEST_TEXT, regular_file
from fssm.scans.config import ScanConfig
from fssm.scans.encodings import require_format
from fssm.scans.parts import Summary
from fssm.scans.rows import result_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MANIFEST = "scan.json"
_LAYOUT = 2
_REMEDY = "delete it and the same scan writes it again"
_KEYS = {"layout", "fssm", "digest", "scan", "results"}
# As name_of writes them, and no number otherwise.
_NUMBER = "(0|[1-9][0-9]{0,8})"
_PART = re.compile(rf"part-([0-9]{{6}})-{_NUMBER}-{_NUMBER}-([0-9a-f]{{16}})\.(npz|parquet)")
# Of the paths that Linux and others accept, bytes; and of a draft beside the longest part.
_LONGEST_PATH = 4095
_LONGEST_DRAFT = 100


class Index(NamedTuple):
    """The finished parts of a scan (n,), in order: number, rows, rows with a flag."""

    number: NDArray[np.int64]
    rows: NDArray[np.int64]
    failed: NDArray[np.int64]


@dataclass(frozen=True)
class Folder:
    """A scan on disk: where it lies, what it computes, by which version, and its columns."""

    path: Path
    config: ScanConfig
    version: str
    results: list[str]

    @cached_property
    def digest(self) -> str:
        """Hash of configuration, version and columns."""
        content = [_LAYOUT, self.config.digest(self.version), self.results]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def summary(self, part: int, rows: int, failed: int) -> Summary:
        """The summary of a part with so many rows, of which ``failed`` have a flag."""
        where = self.config.slice_of(part)
        return Summary(self._id(part, rows, failed), where.stop - where.start, rows, failed)

    def _id(self, part: int, rows: int, failed: int) -> str:
        text = f"{self.digest} {part} {rows} {failed}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def name_of(self, part: int, summary: Summary) -> str:
        """The name of a part's file."""
        label = f"part-{part:06d}-{summary.rows}-{summary.failed}-{summary.id}"
        return f"{label}.{self.config.format}"

    def part(self, index: Index, i: int) -> tuple[Path, Summary]:
        """File and summary of the i-th finished part."""
        number, rows, failed = (int(index[k][i]) for k in range(3))
        summary = self.summary(number, rows, failed)
        return self.path / self.name_of(number, summary), summary

    def look(self) -> tuple[Index, list[Path]]:
        """The parts that are there, and the drafts that writers of this scan have left.

        A file has its name only when it is whole. OSError if the folder cannot be read;
        InvalidInput for what is no file or stands there under two names.
        """
        found: list[tuple[int, int, int]] = []
        drafts = []
        with os.scandir(self.path) as entries:
            for entry in entries:
                name = entry.name
                if numbers := self._numbers(name):
                    if not entry.is_file(follow_symlinks=False):
                        problem = "is no regular file; delete it and it is computed again"
                        raise InvalidInput(str(self.path / name), problem)
                    found.append(numbers)
                elif (of := draft_of(name)) and (of == MANIFEST or self._numbers(of)):
                    drafts.append(self.path / name)
        table = np.array(found, np.int64).reshape(-1, 3)
        index = Index(*table[np.argsort(table[:, 0])].T)
        twice = index.number[1:][np.diff(index.number) == 0]
        if len(twice):
            # Of two kinds of machines, whose last digits and so flags or cuts differ.
            problem = "is there under two names; delete both and it is computed again"
            raise InvalidInput(str(self.path), f"part {twice[0]} {problem}")
        return index, drafts

    def size(self) -> int:
        """Bytes of all parts that are there."""
        total = 0
        with os.scandir(self.path) as entries:
            for entry in entries:
                if self._numbers(entry.name):
                    # It may be gone by now.
                    with suppress(OSError):
                        total += entry.stat(follow_symlinks=False).st_size
        return total

    def _numbers(self, name: str) -> tuple[int, int, int] | None:
        """Number, rows and flagged rows of a part of this scan by its name, or None."""
        match = _PART.fullmatch(name)
        if match is None or match[5] != self.config.format:
            return None
        part, rows, failed = int(match[1]), int(match[2]), int(match[3])
        if part >= self.config.parts or match[4] != self._id(part, rows, failed):
            return None
        return part, rows, failed

    @property
    def manifest(self) -> str:
        """The name of the manifest in messages."""
        return str(self.path / MANIFEST)

    def damage_of_manifest(self) -> InvalidInput | None:
        """What is wrong with the manifest if its bytes are not what its content is written as."""
        try:
            with regular_file(self.path / MANIFEST, follow=True) as file:
                if file.read() == _manifest_of(self):
                    return None
            problem = "its bytes are not what its content is written as"
        except OSError as error:
            problem = f"cannot be read: {error.strerror or error}"
        return InvalidInput(self.manifest, f"{problem}; {_REMEDY}")

    def check_manifest(self) -> None:
        """Raise InvalidInput unless the manifest is still there and that of this scan."""
        if open_folder(self.path).digest != self.digest:
            raise InvalidInput(str(self.path), "holds another scan by now")


def missing_parts(config: ScanConfig, index: Index, shard: tuple[int, int]) -> NDArray[np.int64]:
    """Numbers of the parts to compute, of one shard (i, n) of all."""
    done = np.zeros(config.parts, bool)
    done[index.number] = True
    # A share beyond the last part is empty, and no whole number too large for an array.
    mine = np.arange(min(shard[0] - 1, config.parts), config.parts, min(shard[1], config.parts + 1))
    return mine[~done[mine]]


def folder_of(path: str | Path) -> Path:
    """The argument, the name of a folder; InvalidInput for anything else, also no name at all."""
    if path == "":
        raise InvalidInput("folder", "must have a name")
    return folder_argument("folder", path)


def open_folder(path: str | Path) -> Folder:
    """The scan in a folder.

    Raises
    ------
    InvalidInput
        if there is none, or its manifest is damaged.
    """
    path = folder_of(path)
    try:
        tree = json.loads(_manifest_text(path / MANIFEST))
        if tree["layout"] != _LAYOUT:
            problem = f"layout {tree['layout']!r} of another version of fssm; take another folder"
            raise InvalidInput(str(path), problem)
        if set(tree) != _KEYS or not all(type(name) is str for name in tree["results"]):
            raise ValueError("it has other entries than a manifest")
        config = ScanConfig.from_mapping(tree["scan"])
        folder = Folder(path, config, str(tree["fssm"]), tree["results"])
        if tree["digest"] != folder.digest:
            raise ValueError("its digest is not that of its content")
        return folder
    except FileNotFoundError as error:
        raise InvalidInput(str(path), f"holds no scan: there is no {MANIFEST}") from error
    except OSError as error:
        reason = error.strerror or error
        raise InvalidInput(str(path / MANIFEST), f"cannot be read: {reason}") from error
    except InvalidInput as error:
        raise InvalidInput(str(path / MANIFEST), str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"is damaged: {error}; {_REMEDY}"
        raise InvalidInput(str(path / MANIFEST), problem) from error


def _manifest_text(path: Path) -> str:
    with regular_file(path, follow=True) as file:
        raw = file.read(LONGEST_TEXT + 1)
    if len(raw) > LONGEST_TEXT:
        raise ValueError("it is longer than any manifest")
    return raw.decode("utf-8")


def prepare_folder(config: ScanConfig, path: str | Path) -> Folder:
    """The folder of this scan: made, or found to hold this very scan, of this version.

    Raises
    ------
    InvalidInput
        if it holds another one, naming what differs, or if the scan cannot be evaluated here.
    OSError
        if the folder cannot be written.
    """
    path = folder_of(path)
    _check_length(path.absolute())
    known = open_folder(path) if os.path.lexists(path / MANIFEST) else None
    config = _decided(config, known)
    if known is not None:
        _check_same(config, known)
        return known
    folder = Folder(path, config, __version__, result_names(config))
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    path.mkdir(parents=True, exist_ok=True)
    try:
        write_new(path / MANIFEST, _manifest_of(folder))
    except FileExistsError:
        # Another share of this scan was faster, or another scan.
        known = open_folder(path)
        _check_same(config, known)
        return known
    return folder


def _manifest_of(folder: Folder) -> bytes:
    tree = {
        "layout": _LAYOUT,
        "fssm": folder.version,
        "digest": folder.digest,
        "scan": folder.config.tree,
        "results": folder.results,
    }
    return (json.dumps(tree, indent=1) + "\n").encode()


def _check_length(path: Path) -> None:
    if len(os.fsencode(path)) > _LONGEST_PATH - _LONGEST_DRAFT:
        problem = f"longer than {_LONGEST_PATH - _LONGEST_DRAFT} bytes, which leaves no room"
        raise InvalidInput("folder", f"{problem} for the names of the parts", value=str(path))


def _decided(config: ScanConfig, known: Folder | None) -> ScanConfig:
    """With "auto" replaced by what the folder has, or else by what there is here."""
    decided: dict[str, Any] = {}
    if config.backend == "auto":
        here = "numpy" if config.detail == "full" else backend_for(config.points)
        decided["backend"] = known.config.backend if known else here
    if config.format == "auto":
        decided["format"] = known.config.format if known else _best_format()
    config = config.with_options(**decided)
    require_format(config.format)
    return config


def _best_format() -> str:
    try:
        require_format("parquet")
    except InvalidInput:
        return "npz"
    return "parquet"


def _check_same(config: ScanConfig, known: Folder) -> None:
    if config.digest(__version__) == known.config.digest(known.version):
        return
    where = str(known.path)
    if known.version != __version__:
        problem = (
            f"holds a scan of fssm {known.version}; this is {__version__}: take another folder"
        )
        raise InvalidInput(where, problem)
    changes = list(_differences([], known.config.tree, config.tree))
    if known.config.names != config.names and not changes:
        changes = [f"order of the axes {known.config.names} -> {config.names}"]
    listed = "; ".join(changes[:5]) + ("; ..." if len(changes) > 5 else "")
    raise InvalidInput(where, f"holds another scan: {listed}. Take another folder")


def _differences(keys: Sequence[str], old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            yield from _differences([*keys, name], old.get(name), new.get(name))
    elif old != new:
        label = f"[{keys[0]}] {'.'.join(keys[1:])}".strip() if keys else "scan"
        yield f"{label} {_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    return "(none)" if value is None else json.dumps(value)
