"""numba's cache on disk, used where it is whole and done without where it is not.

Machine code lies in NUMBA_CACHE_DIR if that is set, else in ``__pycache__`` next to the kernels;
of an installation that cannot be written to, in the user's folder (``~/.cache/numba`` on Linux).
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from textwrap import shorten
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.serialize import dumps

_told = False


def keep_on_disk(dispatcher: Any) -> None:
    """Let a compiled function look for its machine code on disk, and leave it there.

    Whatever is wrong with the files or the disk, the function is compiled and runs all the same;
    one line on the standard error stream tells of the first such problem of a process.
    """
    try:
        dispatcher._cache = _Cache(dispatcher.py_func)
    except (RuntimeError, OSError) as error:
        _tell(f"numba finds no folder for its cache ({_reason(error)}); compiled in every process")
        return
    wanted, used = numba.config.CACHE_DIR, dispatcher._cache.cache_path
    if wanted and not Path(used).is_relative_to(wanted):
        _tell(f"NUMBA_CACHE_DIR = {wanted!r} could not be used; numba's cache is in {used!r}")


class _Stamped(CompileResultCacheImpl):
    """Machine code with a checksum: numba itself would run what is damaged or of another name."""

    def reduce(self, result: Any) -> tuple[str, bytes]:
        code = dumps(super().reduce(result))
        return self._stamp(code), code

    def rebuild(self, target: Any, data: Any) -> Any:
        stamp, code = data
        if stamp != self._stamp(code):
            raise ValueError("a file is damaged")
        return super().rebuild(target, pickle.loads(code))

    def _stamp(self, code: bytes) -> str:
        name = f"{self.filename_base} {numba.__version__} "
        return hashlib.sha256(name.encode() + code).hexdigest()


class _Cache(FunctionCache):
    _impl_class = _Stamped

    def load_overload(self, signature: Any, target: Any) -> Any:
        # A file can hold anything, and unpickling it raise anything.
        try:
            return super().load_overload(signature, target)
        except Exception as error:
            self._tell("used", error)
        # Saving reads the index first: one that cannot be read would stay for ever.
        with suppress(OSError):
            self.flush()
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        try:
            super().save_overload(signature, result)
        except Exception as error:
            self._tell("written", error)

    def _tell(self, done: str, error: Exception) -> None:
        problem = f"numba's cache in {self.cache_path!r} could not be {done}"
        _tell(f"{problem} ({_reason(error)}); compiled again")


def _reason(error: Exception) -> str:
    return shorten(f"{type(error).__name__}: {error}", 200, placeholder=" ...")


def _tell(problem: str) -> None:
    global _told
    # Without such a stream print would take the other one, which holds results.
    if not _told and sys.stderr is not None:
        _told = True
        with suppress(OSError, ValueError):
            print(f"fssm: {problem}", file=sys.stderr)
