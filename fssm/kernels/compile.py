"""Compile plain arithmetic of the other rooms with numba, as it stands there.

A formula is written once. numba cannot call plain Python functions, so a function is rebuilt
with every function that it uses replaced by its compiled form.
"""

from __future__ import annotations

import hashlib
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import numba

from fssm import base

if TYPE_CHECKING:
    from collections.abc import Iterator

# Contraction to fused multiply-adds only: no reordering, and NaN stays NaN.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract"}, "nogil": True}
_compiled: dict[FunctionType, Any] = {}


def _abs_sq(z: Any) -> Any:
    return z.real * z.real + z.imag * z.imag


def _real_part(z: Any) -> Any:
    return z.real


def _conjugate(z: Any) -> Any:
    return z.conjugate()


# These ask for the dtype of an array, which a plain number does not have.
_FOR_NUMBERS: dict[Any, Any] = {
    base.abs_sq: _abs_sq,
    base.real_part: _real_part,
    base.conjugate: _conjugate,
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
        own = {"inline": "always"} if function in _tiny else {}
        own["forceinline"] = function not in _separate
        # Only numba calls it.
        inner = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        _compiled[function] = numba.njit(**_OPTIONS, **inner, **own)(_rebuilt(function))
    return _compiled[function]


def entry_point(function: Any, name: str, parts: dict[str, Any]) -> Any:
    """A function to be called from Python, ``parts`` the functions behind its global names.

    Its machine code is kept on disk. numba's own check looks at the source file of the function
    alone, so the name carries a digest of everything that is compiled into it.
    """
    rebuilt = _rebuilt(function, {key: compiled(part) for key, part in parts.items()})
    digest = hashlib.sha256()
    for part in (function, *parts.values()):
        for piece in _pieces(part):
            digest.update(repr(piece).encode())
    rebuilt.__qualname__ = f"{name}_{digest.hexdigest()[:16]}"
    try:
        return numba.njit(cache=True, **_OPTIONS)(rebuilt)
    except RuntimeError:
        # No place on disk that could be written to.
        return numba.njit(**_OPTIONS)(rebuilt)


def _rebuilt(function: FunctionType, extra: dict[str, Any] | None = None) -> FunctionType:
    used = {name: compiled(part) for name, part in _functions_used(function).items()}
    namespace = {**function.__globals__, **used, **(extra or {})}
    cells = tuple(
        CellType(compiled(value) if isinstance(value, FunctionType) else value)
        for value in _closed_over(function)
    )
    rebuilt = FunctionType(function.__code__, namespace, function.__name__, None, cells)
    rebuilt.__module__, rebuilt.__qualname__ = function.__module__, function.__qualname__
    return rebuilt


def _functions_used(function: FunctionType) -> dict[str, FunctionType]:
    found = ((name, function.__globals__.get(name)) for name in function.__code__.co_names)
    return {name: value for name, value in found if isinstance(value, FunctionType)}


def _closed_over(function: FunctionType) -> list[Any]:
    return [cell.cell_contents for cell in function.__closure__ or ()]


def _pieces(function: FunctionType) -> Iterator[Any]:
    """Whatever of a function, and of all that it uses, ends up in machine code."""
    function = _FOR_NUMBERS.get(function, function)
    code = function.__code__
    yield code.co_code
    yield [c for c in code.co_consts if not isinstance(c, CodeType)], code.co_names
    for name in code.co_names:
        value = function.__globals__.get(name)
        if isinstance(value, int | float | tuple):
            yield value
    for value in [*_functions_used(function).values(), *_closed_over(function)]:
        if isinstance(value, FunctionType):
            yield from _pieces(value)
        else:
            yield value
