"""The folder of a scan: its manifest, which parts are there, which are missing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fssm import __version__
from fssm.base import InvalidInput
from fssm.evaluation import backend_for
from fssm.files import write_new
from fssm.scans.config import ScanConfig
from fssm.scans.parts import require_format
from fssm.scans.rows import result_names

if TYPE_CHECKING:
    from collections.abc import Sequence

MANIFEST = "scan.json"
_LAYOUT = 1


@dataclass(frozen=True)
class Folder:
    """A scan on disk: where it lies, what it computes, by which version, and its columns."""

    path: Path
    config: ScanConfig
    version: str
    results: list[str]

    @property
    def digest(self) -> str:
        """Hash of the configuration and the version."""
        return self.config.digest(self.version)

    def part_id(self, part: int) -> str:
        """Hash of configuration, version and number of a part."""
        return hashlib.sha256(f"{self.digest} {part}".encode()).hexdigest()[:16]

    def part_path(self, part: int) -> Path:
        """Where a part is, or will be."""
        name = f"part-{part:06d}-{self.part_id(part)}.{self.config.format}"
        return self.path / name

    def finished(self) -> list[int]:
        """Numbers of the parts that are there; a file has its name only when it is whole."""
        found = []
        for path in self.path.glob(f"part-*-*.{self.config.format}"):
            number = path.name.split("-")[1]
            if number.isdecimal() and path.name == self.part_path(int(number)).name:
                found.append(int(number))
        return sorted(part for part in found if part < self.config.parts)

    def missing(self, shard: tuple[int, int] = (1, 1)) -> list[int]:
        """Numbers of the parts to compute, of one shard (i, n) of all."""
        done = set(self.finished())
        mine = range(shard[0] - 1, self.config.parts, shard[1])
        return [part for part in mine if part not in done]


def open_folder(path: str | Path) -> Folder:
    """The scan in a folder.

    Raises
    ------
    InvalidInput
        if there is none, or its manifest is damaged.
    """
    path = Path(path)
    try:
        tree = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if tree["layout"] != _LAYOUT:
            raise InvalidInput(str(path), f"layout {tree['layout']} of another version of fssm")
        names = [str(name) for name in tree["results"]]
        folder = Folder(path, ScanConfig.from_mapping(tree["scan"]), str(tree["fssm"]), names)
        if tree["digest"] != folder.digest:
            raise ValueError("its digest is not that of its content")
        return folder
    except FileNotFoundError as error:
        raise InvalidInput(str(path), f"holds no scan: there is no {MANIFEST}") from error
    except OSError as error:
        raise InvalidInput(str(path / MANIFEST), f"cannot be read: {error.strerror}") from error
    except InvalidInput as error:
        raise InvalidInput(str(path / MANIFEST), str(error)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput(str(path / MANIFEST), f"is damaged: {error}") from error


def prepare_folder(config: ScanConfig, path: str | Path) -> Folder:
    """The folder of this scan: made, or found to hold this very scan, of this version.

    Raises
    ------
    InvalidInput
        if it holds another one, naming what differs, or if the scan cannot be evaluated here.
    OSError
        if the folder cannot be written.
    """
    if not str(path):
        raise InvalidInput("folder", "must have a name")
    path = Path(path)
    known = open_folder(path) if (path / MANIFEST).exists() else None
    config = _decided(config, known)
    if known is not None:
        _check_same(config, known)
        return known
    folder = Folder(path, config, __version__, result_names(config))
    path.mkdir(parents=True, exist_ok=True)
    tree = {
        "layout": _LAYOUT,
        "fssm": __version__,
        "digest": folder.digest,
        "scan": config.tree,
        "results": folder.results,
    }
    try:
        write_new(path / MANIFEST, (json.dumps(tree, indent=1) + "\n").encode())
    except FileExistsError:
        # Another share of this scan was faster, or another scan.
        known = open_folder(path)
        _check_same(config, known)
        return known
    return folder


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
    if config.digest(__version__) == known.digest:
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


def _differences(keys: Sequence[str], old: Any, new: Any) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        names = dict.fromkeys([*old, *new])
        branches = (_differences([*keys, n], old.get(n), new.get(n)) for n in names)
        return [change for branch in branches for change in branch]
    if old == new:
        return []
    label = f"[{keys[0]}] {'.'.join(keys[1:])}".strip() if keys else "scan"
    return [f"{label} {_shown(old)} -> {_shown(new)}"]


def _shown(value: Any) -> str:
    return "(none)" if value is None else json.dumps(value)
