"""Running a scan: parts computed and written one by one, resumed where it stopped."""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from multiprocessing import current_process
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.arguments import path as path_argument
from fssm.base import FSSMError, InvalidInput
from fssm.scans.axes import whole
from fssm.scans.config import ScanConfig
from fssm.scans.executors import why_lost
from fssm.scans.folder import MANIFEST, Folder, missing_parts, prepare_folder
from fssm.scans.processes import worker_processes
from fssm.scans.reading import ScanTable
from fssm.scans.tasks import serial, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from fssm.scans.parts import Summary

    Progress = Callable[["Step"], None]

# Seconds in which a signal to a whole group of processes reaches all of them.
_SIGNALS = 0.3


class Step(NamedTuple):
    """Progress of a scan: parts and points finished of all that this run computes.

    ``idle`` are the seconds since anything was finished, if these are many, and ``reason`` what
    is known about it.
    """

    parts: int
    of_parts: int
    points: int
    of_points: int
    failed: int
    idle: float = 0.0
    reason: str = ""


class Unfinished(FSSMError):
    """A scan that had to stop; what is finished stays, and the same call goes on from there."""


def scan(
    config: str | Path | Mapping[str, Any] | ScanConfig,
    folder: str | Path,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    shard: tuple[int, int] = (1, 1),
    progress: Progress | None = None,
) -> ScanTable:
    """Evaluate all points of a scan that are not in ``folder`` yet, and read it back.

    Parameters
    ----------
    config : a TOML file, the same as nested dictionaries, or a ScanConfig; see docs/scans.md.
    folder : where the part files go. Made if need be; a folder with another scan is refused.
    workers : number of processes; 1 computes in this one.
    executor : any other concurrent.futures executor (threads, dask, MPI); its workers must see
        the same folder. It is left running.
    shard : (i, n): only the i-th of n shares of the parts, i from 1. All of them fill one folder.
    progress : called with a :class:`Step` at the start, after every part, and while nothing is
        finished for long.

    Returns
    -------
    ScanTable
        a reader of the folder; of a shard, of what is there so far.

    Raises
    ------
    InvalidInput
        for an unusable scan, naming what is wrong, or a folder that holds another one.
    Unfinished
        if the disk is full, the folder cannot be written, a worker dies, or someone deletes the
        manifest meanwhile. Like after KeyboardInterrupt, the same call computes what is missing.
    """
    config = config if isinstance(config, ScanConfig) else _read(config)
    _check_shard(shard)
    workers = whole("workers", workers, least=1)
    if workers > 1 and current_process().daemon:
        problem = "a daemonic process cannot start others; take 1"
        raise InvalidInput("workers", problem, value=workers)
    if executor is not None and (
        isinstance(executor, type) or not callable(getattr(executor, "submit", None))
    ):
        problem = "must be an executor of concurrent.futures, or like one"
        raise InvalidInput("executor", problem, value=executor)
    if progress is not None and not callable(progress):
        raise InvalidInput("progress", "must be a function of a Step", value=progress)
    _check_working_directory()
    try:
        place = prepare_folder(config, folder)
        index, _ = place.look()
    except OSError as error:
        raise Unfinished(f"{folder}: cannot be written: {error.strerror or error}") from error
    todo = missing_parts(place.config, index, shard)
    tally = _Tally(place, progress, shard, todo)
    tally.tell()
    if executor is None and workers > 1 and len(todo) > 1:
        with worker_processes(min(workers, len(todo))) as own:
            _run(place, todo, own, tally)
    else:
        _run(place, todo, executor, tally)
    return _finished(place, tally)


def _finished(place: Folder, tally: _Tally) -> ScanTable:
    """The table; of a complete scan without the drafts that killed writers have left."""
    try:
        place.check_manifest()
    except InvalidInput as error:
        raise tally.stopped(f"{MANIFEST} was deleted or changed meanwhile") from error
    try:
        index, drafts = place.look()
    except OSError as error:
        raise tally.stopped(f"cannot be read: {error.strerror or error}") from error
    if len(index.number) == place.config.parts:
        for draft in drafts:
            # That of another user may have to stay.
            with suppress(OSError):
                draft.unlink()
    return ScanTable(place, index)


def _check_working_directory() -> None:
    """Processes start in it, and names may be relative to it."""
    try:
        Path.cwd()
    except OSError as error:
        problem = "has been deleted; change to another one"
        raise InvalidInput("working directory", problem) from error


def _read(config: str | Path | Mapping[str, Any]) -> ScanConfig:
    if isinstance(config, str | os.PathLike):
        return ScanConfig.from_toml(path_argument("config", config))
    return ScanConfig.from_mapping(config)


def _check_shard(shard: tuple[int, int]) -> None:
    good = isinstance(shard, tuple | list) and len(shard) == 2
    if not good or not all(type(n) is int for n in shard) or not 1 <= shard[0] <= shard[1]:
        shown = f"{shard[0]}/{shard[1]}" if good else shard
        raise InvalidInput("shard", "must be i/n with 1 <= i <= n", value=shown)


class _Tally:
    """Counts what is finished and tells whoever wants to know."""

    def __init__(
        self,
        folder: Folder,
        progress: Progress | None,
        shard: tuple[int, int],
        todo: NDArray[Any],
    ) -> None:
        self._folder, self._progress = folder, progress
        config = folder.config
        mine = range(shard[0] - 1, config.parts, shard[1])
        points, parts = config.points_in(mine), len(mine)
        done = points - config.points_in(todo)
        self._step = Step(parts - len(todo), parts, done, points, 0)

    def tell(self) -> None:
        if self._progress:
            self._progress(self._step)

    def add(self, summary: Summary) -> None:
        step = self._step
        self._step = step._replace(
            parts=step.parts + 1,
            points=step.points + summary.computed,
            failed=step.failed + summary.failed,
        )
        self.tell()

    def idle(self, seconds: float, reason: str) -> None:
        if self._progress:
            self._progress(self._step._replace(idle=seconds, reason=reason))

    def stopped(self, reason: str) -> Unfinished:
        try:
            done = len(self._folder.look()[0].number)
        except (OSError, InvalidInput):
            done = self._step.parts
        return Unfinished(
            f"{self._folder.path}: {reason}; {done} of {self._folder.config.parts} parts are "
            "finished and kept, the same command computes the rest"
        )


def _run(folder: Folder, todo: NDArray[Any], executor: Executor | None, tally: _Tally) -> None:
    try:
        if executor is None:
            summaries = serial(folder, todo)
        else:
            summaries = spread(folder, todo, executor, tally.idle)
        with closing(summaries):
            for summary in summaries:
                tally.add(summary)
    except OSError as error:
        raise tally.stopped(f"cannot be written: {error.strerror or error}") from error
    except Exception as error:
        reason = why_lost(error)
        if not reason:
            raise
        # Of a signal to all of them the workers are gone a moment before it is noticed here.
        time.sleep(_SIGNALS)
        raise tally.stopped(reason) from error
