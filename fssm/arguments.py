"""What an argument may be: a word, a whole number, a truth value, an array of numbers.

Whatever else a caller hands over ends in InvalidInput that names the argument.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from fssm.base import InvalidInput, brief

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fssm.base import AnyArray

T = TypeVar("T")

# Axes of points; numpy broadcasts no more than 32, and matrices and states have up to four.
MOST_AXES = 28


def word(name: str, value: object, known: Iterable[str], problem: str = "") -> str:
    """The argument, one of the words that are known.

    Raises
    ------
    InvalidInput
        with ``problem`` or else the words.
    """
    words = tuple(known)
    if not isinstance(value, str) or value not in words:
        listed = ", ".join(f'"{option}"' for option in words)
        raise InvalidInput(name, problem or f"must be one of {listed}", value=value)
    return str(value)


def text(name: str, value: object) -> str:
    """The argument, which must be text; InvalidInput if it is not."""
    if not isinstance(value, str):
        raise InvalidInput(name, "must be text", value=value)
    return str(value)


def truth(name: str, value: object) -> bool:
    """The argument, true or false; InvalidInput for anything that only counts as such."""
    if not isinstance(value, bool | np.bool_):
        raise InvalidInput(name, "must be True or False", value=value)
    return bool(value)


def whole(name: str, value: object, least: int = 0, most: int | None = None) -> int:
    """The argument, a whole number from ``least`` to ``most``; InvalidInput if it is not."""
    problem = f"must be a whole number, at least {least}"
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise InvalidInput(name, problem, value=value)
    if most is not None and value > most:
        raise InvalidInput(name, f"{problem} and at most {most}", value=value)
    return int(value)


def instance(name: str, value: object, kind: type[T], remedy: str) -> T:
    """The argument, an object of this class; InvalidInput with the remedy if it is not."""
    if not isinstance(value, kind):
        raise InvalidInput(name, f"must be {remedy}", value=type(value).__name__)
    return value


def path(name: str, value: object) -> str | Path:
    """The argument, text or a Path; whether there is such a file is not asked."""
    if isinstance(value, str | Path):
        return value
    if isinstance(value, os.PathLike) and isinstance(spelled := os.fspath(value), str):
        return spelled
    raise InvalidInput(name, "must be the name of a file, text or a Path", value=value)


def folder(name: str, value: object) -> Path:
    """The argument, a name that a folder can have."""
    found = Path(path(name, value))
    try:
        os.fsencode(found)
    except UnicodeEncodeError as error:
        raise InvalidInput(name, "is no name of a folder", value=value) from error
    if "\0" in str(found):
        raise InvalidInput(name, "is no name of a folder", value=value)
    return found


def numbers(name: str, value: object, *, unit: str = "", may_be_complex: bool = False) -> AnyArray:
    """The argument as a new array of doubles, complex ones only where they may be.

    Masked entries of an array are NaN: missing points.

    Raises
    ------
    InvalidInput
        naming the argument, the value and the unit, for anything but numbers: truth values,
        text, dates, objects, what does not fit into double precision, more than MOST_AXES axes.
    """
    if odd := _odd(value):
        raise InvalidInput(name, odd, value=value)
    try:
        # Python integers have no bound.
        raw: AnyArray = np.asarray(float(value) if type(value) is int else value)
        if isinstance(value, np.ma.MaskedArray) and raw.dtype.kind in "iufc":
            raw = np.where(np.ma.getmaskarray(value), np.nan, raw)
    except Exception as error:  # whatever the objects of others raise
        problem = "not a number, or an array of them, in double precision"
        raise InvalidInput(name, problem, value=value, unit=unit) from error
    if raw.dtype.kind not in "iufc":
        kind = "number" if may_be_complex else "real number"
        text = ", not text: leave the quotes away" if raw.dtype.kind in "US" else ""
        raise InvalidInput(name, f"must be a {kind}{text}", value=value, unit=unit)
    if raw.dtype.kind == "c" and not may_be_complex:
        raise InvalidInput(name, "must be a real number, not complex", value=value, unit=unit)
    return _doubles(name, value, raw, unit)


def _doubles(name: str, value: object, raw: AnyArray, unit: str) -> AnyArray:
    try:
        with np.errstate(over="raise"):
            return raw.astype(np.complex128 if raw.dtype.kind == "c" else np.float64)
    except FloatingPointError as error:
        problem = "does not fit into double precision"
        raise InvalidInput(name, problem, value=value, unit=unit) from error


def number(name: str, value: object, *, unit: str = "") -> float:
    """As :func:`numbers`, a single real one."""
    array = numbers(name, value, unit=unit)
    if array.ndim:
        raise InvalidInput(name, "must be a single number", value=value, unit=unit)
    return float(array)


def several(name: str, value: object, *, unit: str = "") -> list[float]:
    """As :func:`numbers`, real ones in a list."""
    array = numbers(name, value, unit=unit)
    if array.ndim != 1:
        raise InvalidInput(name, "must be a list of numbers", value=value, unit=unit)
    found: list[float] = array.tolist()
    return found


def check_axes(name: str, array: AnyArray, physics_axes: int = 0) -> None:
    """InvalidInput for more axes of points than numpy can broadcast with those of the physics."""
    axes = array.ndim - physics_axes
    if axes > MOST_AXES:
        raise InvalidInput(name, f"has {axes} axes of points, and {MOST_AXES} at most are possible")


def together(model: str, **arrays: AnyArray) -> None:
    """Check that arguments (...) broadcast; InvalidInput with their shapes if they do not."""
    for name, array in arrays.items():
        check_axes(f"[{model}] {name}", array)
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise InvalidInput(f"[{model}]", f"shapes do not broadcast: {shapes}") from error


def fits(array: AnyArray, shape: tuple[int, ...]) -> bool:
    """Whether an array broadcasts to a shape."""
    if array.ndim > len(shape):
        return False
    own = shape[len(shape) - array.ndim :]
    return all(a in (1, b) for a, b in zip(array.shape, own, strict=True))


def _odd(value: object, depth: int = 0) -> str:
    """What is wrong with a list: truth values, bytes and masks, which numpy would read, depth."""
    if depth > MOST_AXES + 2:
        return f"is nested more than {MOST_AXES} deep, or holds itself"
    if isinstance(value, bytearray | memoryview) or (depth and isinstance(value, bytes)):
        return "must hold numbers, not bytes"
    if isinstance(value, list | tuple):
        return next(filter(None, (_odd(x, depth + 1) for x in value)), "")
    if depth == 0:
        return ""
    if isinstance(value, bool | np.bool_) or _of_kind(value, "b"):
        return "must hold numbers, not true or false"
    if isinstance(value, np.ma.MaskedArray):
        return "holds masked arrays in a list; give one masked array"
    return ""


def _of_kind(value: Any, kind: str) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == kind


def shown(value: object) -> str:
    """Text as it is, anything else as messages show values."""
    return value if isinstance(value, str) else brief(value)
