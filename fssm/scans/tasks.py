"""The parts of a scan as tasks: computed here or handed to an executor, few at a time."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, wait
from functools import lru_cache
from typing import TYPE_CHECKING

from fssm.atomic_files import write_whole
from fssm.base import InvalidInput
from fssm.scans.executors import size_of, why_idle
from fssm.scans.folder import Folder, open_folder
from fssm.scans.parts import encoded
from fssm.scans.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from fssm.scans.parts import Summary

    # Seconds in which nothing was finished, and why, if that is known.
    Idle = Callable[[float, str], None]

# Seconds to wait for a file that a worker says it has written.
_PATIENCE = 60.0
# Seconds after which it is said that nothing is finished, and then again and again.
IDLE = 20.0


def serial(folder: Folder, todo: Iterable[int]) -> Generator[Summary, None, None]:
    """Compute parts in this process, one after the other; their summaries."""
    for part in todo:
        yield compute(folder, int(part))


def spread(
    folder: Folder, todo: Iterable[int], executor: Executor, idle: Idle
) -> Generator[Summary, None, None]:
    """Summaries as parts are finished; few parts wait, so that memory does not grow with them."""
    # A worker may stand in another folder.
    place = folder.path.absolute()
    waiting = iter(todo)
    running: dict[Future[Summary], int] = {}
    ahead = 2 * size_of(executor)
    try:
        while True:
            for part in waiting:
                future = executor.submit(compute_part, place, folder.digest, int(part))
                running[future] = int(part)
                if len(running) >= ahead:
                    break
            if not running:
                return
            for future in _finished(running, executor, idle):
                part = running.pop(future)
                summary = future.result()
                _check_arrived(folder, part, summary)
                yield summary
    finally:
        # Parts not begun are dropped; those running are written, or not, but never half.
        for future in running:
            future.cancel()


def _finished(
    running: Iterable[Future[Summary]], executor: Executor, idle: Idle
) -> set[Future[Summary]]:
    """Those that are done, at least one; ``idle`` is told if that takes long."""
    begin = time.monotonic()
    while True:
        done, _ = wait(running, timeout=IDLE, return_when=FIRST_COMPLETED)
        if done:
            return done
        idle(time.monotonic() - begin, why_idle(executor))


def _check_arrived(folder: Folder, part: int, summary: Summary) -> None:
    # A network file system may take its time to show what another machine has written.
    deadline = time.monotonic() + _PATIENCE
    path = folder.path / folder.name_of(part, summary)
    while not path.exists():
        if time.monotonic() > deadline:
            problem = (
                f"a worker wrote {path.name}, which is not to be seen here: give a shared folder"
            )
            raise InvalidInput("folder", problem, value=str(folder.path))
        time.sleep(0.1)


def compute_part(path: Path, digest: str, part: int) -> Summary:
    """Compute one part of the scan in a folder, in whatever process this is called."""
    return compute(_scan_in(path, digest), part)


@lru_cache(maxsize=8)
def _scan_in(path: Path, digest: str) -> Folder:
    """The scan with this digest; a worker reads its manifest once."""
    folder = open_folder(path)
    if folder.digest != digest:
        raise InvalidInput(str(path), "holds another scan by now")
    return folder


def compute(folder: Folder, part: int) -> Summary:
    """Evaluate one part and write its file."""
    config = folder.config
    rows = rows_of(config, config.slice_of(part), folder.results)
    summary = folder.summary(part, len(rows.columns["point"]), rows.failed)
    path = folder.path / folder.name_of(part, summary)
    try:
        write_whole(path, encoded(rows.columns, summary, config.format))
    except FileNotFoundError:
        # Someone else who computed the same part has swept our draft away.
        if not path.exists():
            raise
    return summary
