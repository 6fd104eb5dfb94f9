"""Worker processes that end with their parent, and when they are told to."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import connection, parent_process, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fssm.atomic_files import drop_drafts

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds for running parts to be finished, and then for dropping them.
_FINISH, _DROP = 5.0, 2.0
# prctl(2): the signal that a process gets when its parent is gone.
_PR_SET_PDEATHSIG = 1
_STATES = {
    "T": "is stopped (kill -CONT lets it go on)",
    "t": "is stopped by a debugger",
    "D": "waits for a disk or a network file system",
    "Z": "is dead",
}


class Workers(ProcessPoolExecutor):
    """Processes that leave an interrupt to their parent and keep BLAS to one thread each."""

    def __init__(self, count: int) -> None:
        # spawn: a copy of a process with threads, such as numba's or BLAS's, may hang.
        self._own = _QuietSpawn()
        _start_resource_tracker()
        super().__init__(count, mp_context=self._own, initializer=_begin_worker)

    def end(self) -> None:
        """Finish the running parts or drop them, within seven seconds; drop all others.

        Also processes that do not react, as stopped ones, are gone then.
        """
        # The queues stay until the processes have gone: one that is starting still opens them.
        kept = dict(vars(self))
        self.shutdown(wait=False, cancel_futures=True)
        alive = {process.sentinel: process for process in self._own.started if process.pid}
        try:
            _wait_for(alive, _FINISH)
            for process in alive.values():
                process.terminate()
            _wait_for(alive, _DROP)
        finally:
            for process in alive.values():
                process.kill()
            kept.clear()

    def why_idle(self) -> str:
        """Which processes do not run, and why; "" if all seem to."""
        states = ((p.pid, _STATES.get(_state(p.pid))) for p in self._own.started if p.pid)
        return "; ".join(f"worker process {pid} {state}" for pid, state in states if state)


@contextmanager
def worker_processes(count: int) -> Iterator[Workers]:
    """So many processes of this machine, which end with the context."""
    workers = Workers(count)
    try:
        yield workers
    finally:
        workers.end()


def _wait_for(alive: dict[int, SpawnProcess], seconds: float) -> None:
    """Take out of ``alive`` what has ended by then."""
    deadline = time.monotonic() + seconds
    while alive and (left := deadline - time.monotonic()) > 0:
        for sentinel in set(alive).intersection(connection.wait(list(alive), left)):
            del alive[sentinel]


def _state(pid: int) -> str:
    """The letter that Linux has for what a process does; "" elsewhere."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except (OSError, IndexError):
        return ""


class _QuietProcess(SpawnProcess):
    def start(self) -> None:
        with _interrupts_deferred():
            super().start()


class _QuietSpawn(SpawnContext):
    """Starts processes without disturbance and remembers them.

    ``Process`` is a class in multiprocessing; whoever starts processes only calls it.
    """

    def __init__(self) -> None:
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        process = _QuietProcess(*args, **kwargs)
        self.started.append(process)
        return process


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """An interrupt while a process starts counts afterwards.

    Else the child would find half of its instructions, and say so in a traceback. It inherits the
    mask, so that none reaches it while it imports.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[signal.Signals] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {
        n: signal.signal(n, lambda number, _: caught.append(signal.Signals(number)))
        for n in numbers
    }
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
    if caught:
        handler = before[caught[0]]
        if callable(handler):
            handler(caught[0], None)
        else:
            signal.raise_signal(caught[0])


def _start_resource_tracker() -> None:
    """Start the process that frees the semaphores of the queues, whenever this one ends.

    After a sudden end it would say on standard error that it had to; that is what it is for.
    """
    quiet = "ignore:resource_tracker:UserWarning"
    sys.warnoptions.append(quiet)
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.remove(quiet)


def _begin_worker() -> None:
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    _end_with_parent()
    threadpool_limits(1, user_api="blas")


def _leave() -> None:
    drop_drafts()
    os._exit(128 + signal.SIGTERM)


def _end_with_parent() -> None:
    """No worker outlives its parent, however that ends; Linux sees to it also if stopped."""
    parent = parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))

    def watch() -> None:
        connection.wait([parent.sentinel])
        _leave()

    threading.Thread(target=watch, daemon=True, name="end with parent").start()
