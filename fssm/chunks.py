"""Long batches piece by piece: bounded memory, and threads over the pieces."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import quiet_nan
from fssm.model.point import Point
from fssm.numerics.turns import taking_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from fssm.base import AnyArray

    Job = Callable[[slice], Sequence[AnyArray]]


def in_chunks(job: Job, count: int, size: int, threads: int) -> list[AnyArray]:
    """The arrays (count, ...) that ``job`` gives piece by piece, for slices of ``size`` points.

    Every piece gives the same number of arrays (points, ...), of the same dtype. With more than
    one thread BLAS is kept to one of its own, so that no core has two masters, and the threads
    take turns, see numerics.turns.
    """
    starts = range(0, max(count, 1), size)
    slices = [slice(start, min(start + size, count)) for start in starts]
    out: list[AnyArray] = []

    def place(where: slice) -> None:
        pieces = _run(job, where)
        if not out:
            out.extend(np.empty((count, *piece.shape[1:]), piece.dtype) for piece in pieces)
        for whole, piece in zip(out, pieces, strict=True):
            whole[where] = piece

    if threads == 1 or len(slices) == 1:
        for where in slices:
            place(where)
    else:
        turn, waiting = Lock(), iter(slices)

        def worker(_: int) -> None:
            # The turn is kept from the end of one piece to the first foreign call of the next;
            # else both threads would make these calls, and wait for each other, at the same time.
            with taking_turns(turn):
                for where in waiting:
                    place(where)

        from concurrent.futures import ThreadPoolExecutor

        with _one_blas_thread(), ThreadPoolExecutor(threads) as pool:
            # list() raises here what was raised in a thread.
            list(pool.map(worker, range(threads)))
    return out


def _run(job: Job, where: slice) -> Sequence[AnyArray]:
    # numpy's error state belongs to the thread.
    with quiet_nan():
        return job(where)


def _one_blas_thread() -> AbstractContextManager[Any]:
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1, user_api="blas")
    return limits


def leaves(tree: Any) -> Iterator[AnyArray]:
    """The arrays in a tree of dataclasses, named tuples and dictionaries, in order."""
    if isinstance(tree, np.ndarray | np.generic):
        yield np.asarray(tree)
    else:
        for _, branch in _branches(tree):
            yield from leaves(branch)


def rebuilt(tree: Any, arrays: Iterator[AnyArray]) -> Any:
    """The same tree with other arrays; what holds none stays as it is."""
    if isinstance(tree, np.ndarray | np.generic):
        return next(arrays)
    parts = {name: rebuilt(branch, arrays) for name, branch in _branches(tree)}
    if isinstance(tree, dict):
        return parts
    return type(tree)(**parts) if parts else tree


def _branches(tree: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict):
        yield from tree.items()
    elif is_dataclass(tree) and not isinstance(tree, Point):
        yield from ((field.name, getattr(tree, field.name)) for field in fields(tree))
    elif isinstance(tree, tuple) and hasattr(tree, "_asdict"):
        yield from tree._asdict().items()
