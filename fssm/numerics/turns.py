"""Threads that take turns at Python and numpy, and are free only within long foreign calls.

numpy lets go of the interpreter in every operation on arrays; two threads then wake each other
after every few microseconds and are hardly faster than one. Whoever holds the turn is left
alone; LAPACK and compiled kernels, which take milliseconds, run without it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_current = threading.local()


@contextmanager
def taking_turns(turn: threading.Lock) -> Iterator[None]:
    """Hold the turn in this thread, but for what runs in :func:`without_turn`."""
    with turn:
        _current.turn = turn
        try:
            yield
        finally:
            _current.turn = None


@contextmanager
def without_turn() -> Iterator[None]:
    """Let another thread have the turn meanwhile; nothing in a thread that takes none."""
    turn = getattr(_current, "turn", None)
    if turn is None:
        yield
        return
    turn.release()
    try:
        yield
    finally:
        turn.acquire()
