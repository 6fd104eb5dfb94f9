"""Compile plain arithmetic of the other rooms with numba, as it stands there.

A formula is written once. numba cannot call plain Python functions, so a function is rebuilt
with every function that it uses replaced by its compiled form.
"""

from __future__ import annotations

import hashlib
from functools import cache
from types import CellType, CodeType, FunctionType
from typing import Any

import numba

from fssm import base
from fssm.kernels.disk import keep_on_disk

# No fastmath, not even fused multiply-adds, which would save a tenth: where they are made depends
# on what else is compiled, and the bits of a result on whether its code is fresh or from disk.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_compiled: dict[FunctionType, Any] = {}


def _abs_sq(z: Any) -> Any:
    return z.real * z.real + z.imag * z.imag


def _real_part(z: Any) -> Any:
    return z.real


def _conjugate(z: Any) -> Any:
    return z.conjugate()


def _choose(condition: Any, first: Any, second: Any) -> Any:
    return first if condition else second


# These ask a number for the dtype that an array has, or would make an array of it.
_FOR_NUMBERS: dict[Any, Any] = {
    base.abs_sq: _abs_sq,
    base.real_part: _real_part,
    base.conjugate: _conjugate,
    base.choose: _choose,
}
_separate: set[Any] = set()
_tiny: set[Any] = set()


def separate(function: Any) -> Any:
    """Mark a function that is called, not inlined: one with a loop of its own."""
    _separate.add(function)
    return function


def tiny(function: Any) -> Any:
    """Mark a function of one line: put into its callers by numba, never compiled by itself."""
    _tiny.add(function)
    return function


def compiled(function: FunctionType) -> Any:
    """The function for numba, inlined into its caller unless marked :func:`separate`."""
    function = _FOR_NUMBERS.get(function, function)
    if function not in _compiled:
        options: dict[str, Any] = {
            **_OPTIONS,
            "inline": "always" if function in _tiny else "never",
            "forceinline": function not in _separate,
            # Only numba calls it.
            "no_cpython_wrapper": True,
            "no_cfunc_wrapper": True,
        }
        _compiled[function] = numba.njit(**options)(_rebuilt(function))
    return _compiled[function]


def entry_point(function: Any, name: str, parts: dict[str, Any]) -> Any:
    """A function to be called from Python, ``parts`` the functions behind its global names.

    Its machine code is kept on disk. numba's own check looks at the source file of the function
    alone, so the name carries a digest of everything that is compiled into it, and by what.
    """
    rebuilt = _rebuilt(function, {key: compiled(part) for key, part in parts.items()})
    every = numba.__version__ + "".join(_digest(part) for part in (function, *parts.values()))
    rebuilt.__qualname__ = f"{name}_{hashlib.sha256(every.encode()).hexdigest()[:16]}"
    machine = numba.njit(**_OPTIONS)(rebuilt)
    keep_on_disk(machine)
    return machine


def _rebuilt(function: FunctionType, extra: dict[str, Any] | None = None) -> FunctionType:
    used = {name: compiled(part) for name, part in _functions_used(function).items()}
    namespace = {**function.__globals__, **used, **(extra or {})}
    cells = tuple(
        CellType(compiled(value) if isinstance(value, FunctionType) else value)
        for value in _closed_over(function)
    )
    rebuilt = FunctionType(function.__code__, namespace, function.__name__, None, cells)
    rebuilt.__module__ = function.__module__
    # Machine code is linked by name, also that of another process from disk: two functions of
    # one name, as those of a factory are, would be taken for each other.
    rebuilt.__qualname__ = f"{function.__name__}_{_digest(function)}"
    return rebuilt


@cache
def _digest(function: FunctionType) -> str:
    """Of whatever of a function, and of all that it uses, ends up in machine code."""
    function = _FOR_NUMBERS.get(function, function)
    code = function.__code__
    constants = [c for c in code.co_consts if not isinstance(c, CodeType)]
    pieces: list[Any] = [code.co_code, constants, code.co_names, function in _separate]
    named = (function.__globals__.get(name) for name in code.co_names)
    pieces += [value for value in named if isinstance(value, int | float | tuple)]
    for value in [*_functions_used(function).values(), *_closed_over(function)]:
        pieces.append(_digest(value) if isinstance(value, FunctionType) else value)
    return hashlib.sha256(repr(pieces).encode()).hexdigest()[:16]


def _functions_used(function: FunctionType) -> dict[str, FunctionType]:
    found = ((name, function.__globals__.get(name)) for name in function.__code__.co_names)
    return {name: value for name, value in found if isinstance(value, FunctionType)}


def _closed_over(function: FunctionType) -> list[Any]:
    return [cell.cell_contents for cell in function.__closure__ or ()]
