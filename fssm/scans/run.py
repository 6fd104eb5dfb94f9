"""Running a scan: parts handed to an executor, written one by one, resumed where it stopped."""

from __future__ import annotations

import os
import time
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.base import FSSMError, InvalidInput
from fssm.files import write_whole
from fssm.scans.axes import whole
from fssm.scans.config import ScanConfig
from fssm.scans.executors import is_lost_worker, size_of, worker_processes
from fssm.scans.folder import Folder, prepare_folder
from fssm.scans.parts import Summary, encoded
from fssm.scans.reading import ScanTable
from fssm.scans.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from concurrent.futures import Executor, Future
    from pathlib import Path

    Progress = Callable[["Step"], None]


# Seconds to wait for a file that a worker says it has written.
_PATIENCE = 60.0


class Step(NamedTuple):
    """Progress of a scan: parts and points finished of all that this run computes."""

    parts: int
    of_parts: int
    points: int
    of_points: int
    failed: int


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
    progress : called with a :class:`Step` at the start and after every part.

    Returns
    -------
    ScanTable
        a reader of the folder; of a shard, of what is there so far.

    Raises
    ------
    InvalidInput
        for an unusable scan, naming what is wrong, or a folder that holds another one.
    Unfinished
        if the disk is full, the folder cannot be written, or a worker dies. Like after
        KeyboardInterrupt, the same call computes what is missing.
    """
    config = config if isinstance(config, ScanConfig) else _read(config)
    _check_shard(shard)
    whole("workers", workers, least=1)
    try:
        place = prepare_folder(config, folder)
    except OSError as error:
        raise Unfinished(f"{folder}: cannot be written: {error.strerror or error}") from error
    todo = place.missing(shard)
    mine = range(shard[0] - 1, place.config.parts, shard[1])
    tally = _Tally(
        place, progress, len(mine) - len(todo), len(mine), sum(map(_points(place), mine))
    )
    tally.tell(sum(map(_points(place), set(mine) - set(todo))))
    if executor is None and workers > 1 and len(todo) > 1:
        with worker_processes(min(workers, len(todo))) as own:
            _run(place, todo, own, tally)
    else:
        _run(place, todo, executor, tally)
    if not place.missing():
        for draft in place.path.glob(".*.tmp"):
            draft.unlink(missing_ok=True)
    return ScanTable(place)


def _read(config: str | Path | Mapping[str, Any]) -> ScanConfig:
    if isinstance(config, str | os.PathLike):
        return ScanConfig.from_toml(config)
    return ScanConfig.from_mapping(config)


def _check_shard(shard: tuple[int, int]) -> None:
    i, n = shard
    if not all(isinstance(part, int) for part in (i, n)) or not 1 <= i <= n:
        raise InvalidInput("shard", "must be i/n with 1 <= i <= n", value=f"{i}/{n}")


def _points(folder: Folder) -> Callable[[int], int]:
    def count(part: int) -> int:
        where = folder.config.slice_of(part)
        return int(where.stop - where.start)

    return count


class _Tally:
    """Counts what is finished and tells whoever wants to know."""

    def __init__(
        self, folder: Folder, progress: Progress | None, parts: int, of_parts: int, of_points: int
    ) -> None:
        self._folder, self._progress = folder, progress
        self._step = Step(parts, of_parts, 0, of_points, 0)

    def tell(self, points: int) -> None:
        self._step = self._step._replace(points=points)
        if self._progress:
            self._progress(self._step)

    def add(self, summary: Summary) -> None:
        step = self._step
        self._step = step._replace(parts=step.parts + 1, failed=step.failed + summary.failed)
        self.tell(step.points + summary.computed)

    def stopped(self, reason: str) -> Unfinished:
        done, total = len(self._folder.finished()), self._folder.config.parts
        return Unfinished(
            f"{self._folder.path}: {reason}; {done} of {total} parts are finished and kept, the "
            "same command computes the rest"
        )


def _run(folder: Folder, todo: list[int], executor: Executor | None, tally: _Tally) -> None:
    try:
        summaries = _serial(folder, todo) if executor is None else _spread(folder, todo, executor)
        with closing(summaries):
            for summary in summaries:
                tally.add(summary)
    except OSError as error:
        raise tally.stopped(f"cannot be written: {error.strerror or error}") from error
    except Exception as error:
        if not is_lost_worker(error):
            raise
        raise tally.stopped(f"a worker died: {error or type(error).__name__}") from error


def _serial(folder: Folder, todo: list[int]) -> Generator[Summary, None, None]:
    for part in todo:
        yield compute_part(folder, part)


def _spread(folder: Folder, todo: list[int], executor: Executor) -> Generator[Summary, None, None]:
    """Summaries as parts are finished; few parts wait, so that memory does not grow with them."""
    # A worker may stand in another folder.
    folder = replace(folder, path=folder.path.absolute())
    waiting = iter(todo)
    running: dict[Future[Summary], int] = {}
    ahead = 2 * size_of(executor)
    try:
        while True:
            for part in waiting:
                running[executor.submit(compute_part, folder, part)] = part
                if len(running) >= ahead:
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                part = running.pop(future)
                summary = future.result()
                _check_arrived(folder, part)
                yield summary
    finally:
        # Parts not begun are dropped; those running are written, or not, but never half.
        for future in running:
            future.cancel()


def _check_arrived(folder: Folder, part: int) -> None:
    # A network file system may take its time to show what another machine has written.
    deadline = time.monotonic() + _PATIENCE
    path = folder.part_path(part)
    while not path.exists():
        if time.monotonic() > deadline:
            problem = (
                f"a worker wrote {path.name}, which is not to be seen here: give a shared folder"
            )
            raise InvalidInput("folder", problem, value=str(folder.path))
        time.sleep(0.1)


def compute_part(folder: Folder, part: int) -> Summary:
    """Evaluate one part and write its file; in whatever process it is called."""
    config = folder.config
    rows = rows_of(config, config.slice_of(part), folder.results)
    kept = len(rows.columns["point"])
    summary = Summary(folder.part_id(part), rows.computed, kept, rows.failed)
    path = folder.part_path(part)
    try:
        write_whole(path, encoded(rows.columns, summary, config.format))
    except FileNotFoundError:
        # Someone else who computed the same part has swept our draft away.
        if not path.exists():
            raise
    _sweep(path)
    return summary


def _sweep(path: Path) -> None:
    """Remove drafts of this part left behind by writers that were killed."""
    for draft in path.parent.glob(f".{path.name}.*.tmp"):
        draft.unlink(missing_ok=True)
