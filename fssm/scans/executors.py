"""Who computes: processes of this machine, a dask cluster, MPI ranks."""

from __future__ import annotations

import logging
import os
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from fssm.base import InvalidInput
from fssm.scans.processes import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds for a cluster to answer, or to let go of a client.
_ANSWER = 2.0


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

    with _nothing_logged():
        try:
            client = Client(address, timeout="10s")
        except (OSError, ValueError, TimeoutError) as error:
            problem = f"no scheduler answers: {error}"
            raise InvalidInput("--dask", problem, value=address) from error
        try:
            if not client.nthreads():
                raise InvalidInput("--dask", "the scheduler has no workers", value=address)
            # Nothing is waited for at the end: what still runs then is not wanted any more.
            yield client.get_executor(pure=False)
        finally:
            with suppress(Exception):
                client.close(timeout=_ANSWER)


@contextmanager
def _nothing_logged() -> Iterator[None]:
    """Without the tracebacks that dask logs when a scheduler is gone; the scan says it itself.

    Its loggers have levels of their own, so that only this reaches them all.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


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


def why_idle(executor: Executor) -> str:
    """What may keep the workers from finishing anything, or ""."""
    if isinstance(executor, Workers):
        return executor.why_idle()
    client: Any = getattr(executor, "_client", None)
    if client is None:
        return ""
    if client.status != "running":
        return "the scheduler does not answer"
    try:
        workers = client.nthreads(callback_timeout=_ANSWER)
    # Whatever a network may raise.
    except Exception:
        return "the scheduler does not answer"
    return "" if workers else "the scheduler has no workers"


def why_lost(error: BaseException) -> str:
    """Why a task failed if who computed it is gone; "" if it failed by what it computed."""
    if isinstance(error, CancelledError):
        return "the scheduler is gone, or has dropped the work"
    # As concurrent.futures says it, also while Python ends.
    if isinstance(error, RuntimeError) and "cannot schedule new futures" in str(error):
        return f"the executor takes no work: {error}"
    # dask gives up a task that several workers in a row did not survive.
    if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
        text = " ".join(str(error).split())
        return f"a worker died: {text or type(error).__name__}"
    return ""
