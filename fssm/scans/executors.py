"""Who computes: processes of this machine, a dask cluster, MPI ranks."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import TYPE_CHECKING, Any

from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator


def worker_processes(count: int) -> ProcessPoolExecutor:
    """Processes that leave an interrupt to their parent and keep BLAS to one thread each."""
    # spawn: a copy of a process with threads, such as numba's or BLAS's, may hang.
    return ProcessPoolExecutor(count, mp_context=_QuietSpawn(), initializer=_quiet_worker)


class _QuietProcess(SpawnProcess):
    def start(self) -> None:
        with _interrupts_deferred():
            super().start()


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """An interrupt while a process starts counts afterwards.

    Else the child would find half of its instructions, and say so in a traceback. It inherits the
    mask, so that none reaches it while it imports.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {n: signal.signal(n, lambda number, _: caught.append(number)) for n in numbers}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
    if caught:
        signal.raise_signal(caught[0])


class _QuietSpawn(SpawnContext):
    Process = _QuietProcess


def _quiet_worker() -> None:
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1, user_api="blas")


@contextmanager
def dask_workers(address: str) -> Iterator[Executor]:
    """The workers of a running dask cluster, by the address of its scheduler.

    Raises
    ------
    InvalidInput
        if dask.distributed is not installed, or nothing answers there.
    """
    if find_spec("distributed") is None:
        problem = "needs dask.distributed: pip install 'fssm[scan]'"
        raise InvalidInput("--dask", problem, value=address)
    from distributed import Client

    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError, TimeoutError) as error:
        raise InvalidInput("--dask", f"no scheduler answers: {error}", value=address) from error
    with client:
        if not client.nthreads():
            raise InvalidInput("--dask", "the scheduler has no workers", value=address)
        with client.get_executor(pure=False) as executor:
            yield executor


@contextmanager
def mpi_workers() -> Iterator[Executor]:
    """The ranks of an MPI job started by ``mpiexec -n N python -m mpi4py.futures -m fssm ...``.

    Raises
    ------
    InvalidInput
        if mpi4py is not installed.
    """
    if find_spec("mpi4py") is None:
        raise InvalidInput("--mpi", "needs mpi4py and an MPI library: pip install mpi4py")
    from mpi4py.futures import MPIPoolExecutor

    with MPIPoolExecutor() as executor:
        yield executor


def size_of(executor: Executor) -> int:
    """Number of workers, by the names that executors have for it."""
    for name in ("_max_workers", "num_workers"):
        count = getattr(executor, name, None)
        if isinstance(count, int) and count > 0:
            return count
    client: Any = getattr(executor, "_client", None)
    threads = sum(client.nthreads().values()) if client is not None else os.cpu_count()
    return int(threads or 1)


def is_lost_worker(error: BaseException) -> bool:
    """Whether a task failed because who computed it is gone, not because of what it computed."""
    # dask gives up a task that several workers in a row did not survive.
    return isinstance(error, BrokenExecutor | CancelledError) or (
        type(error).__name__ == "KilledWorker"
    )
