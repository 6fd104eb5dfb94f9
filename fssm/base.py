"""Array aliases, broadcasting helpers and the error classes every room shares."""

from __future__ import annotations

import importlib
import reprlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    RealArray: TypeAlias = NDArray[np.float64]
    ComplexArray: TypeAlias = NDArray[np.complex128]
    BoolArray: TypeAlias = NDArray[np.bool_]
    # Real points stay real, complex points stay complex: most arrays are one or the other.
    AnyArray: TypeAlias = NDArray[Any]
    # Arguments of public formulas: a number or an array.
    RealLike: TypeAlias = NDArray[np.float64] | float
    NumberLike: TypeAlias = NDArray[Any] | complex
    # Arguments and results of plain arithmetic: numbers or arrays, as the caller has them.
    Element: TypeAlias = Any


# Values in messages: enough to recognise them, whatever their size.
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 60


class FSSMError(Exception):
    """Base class of every error raised on purpose by this package."""


class InvalidInput(FSSMError, ValueError):
    """An input that cannot be evaluated; the message names the field, the value and the unit.

    Parameters
    ----------
    field : name of the offending input, such as ``"m_l"`` or ``"[slepton] m_l"``.
    problem : what is wrong with it, and what would be right.
    value : the value as given, if there is one.
    unit : its unit, ``"GeV"``, ``"GeV^2"``, ``"rad"`` or ``""`` for a pure number.
    """

    points: BoolArray | None = None
    """Of an array of many points, those (...) that have this problem; else None."""

    def __init__(self, field: str, problem: str, *, value: object = None, unit: str = "") -> None:
        self.field, self.problem, self.value, self.unit = field, problem, value, unit
        shown = "" if value is None else f" = {brief(value)}{' ' + unit if unit else ''}"
        super().__init__(f"{field}{shown}: {problem}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process boundaries; keyword-only arguments need help to do so. What was set
        # later, such as ``points``, is in the dictionary.
        return _invalid_input, (self.field, self.problem, self.value, self.unit), self.__dict__


class Unphysical(FSSMError):
    """A point that has no physical spectrum or no perturbative muon mass; names the flags."""

    def __init__(self, flags: tuple[str, ...], message: str) -> None:
        self.flags, self.message = flags, message
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return Unphysical, (self.flags, self.message), self.__dict__


def brief(value: object) -> str:
    """A value as messages show it: in one line, and not at length."""
    try:
        return " ".join(_BRIEF.repr(value).split())
    except Exception:  # No integer beyond 4300 digits has a text, and some objects have none.
        return f"({type(value).__name__})"


def _invalid_input(field: str, problem: str, value: object, unit: str) -> InvalidInput:
    return InvalidInput(field, problem, value=value, unit=unit)


def optional(module: str, extra: str, package: str = "") -> Any:
    """A library that is not always there; InvalidInput says what to install if it is not."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        problem = f"not installed; pip install {package or module}, or 'fssm[{extra}]'"
        raise InvalidInput(module, problem) from error


@contextmanager
def quiet_nan() -> Iterator[None]:
    """Let NaN and infinities of flagged points pass silently: their flag already says it."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        yield


def real_part(z: AnyArray) -> RealArray:
    """Real part as a float array; a real array passes through without a copy."""
    return z.real if np.iscomplexobj(z) else z


def abs_sq(z: AnyArray) -> RealArray:
    """|z|^2 without the square root of ``abs``; cheap for real arrays."""
    return z.real**2 + z.imag**2 if np.iscomplexobj(z) else z**2


def conjugate(z: AnyArray) -> AnyArray:
    """Complex conjugate; a real array passes through without a copy."""
    return np.conjugate(z) if np.iscomplexobj(z) else z


def choose(condition: Element, first: Element, second: Element) -> Element:
    """``first`` where the condition holds, else ``second``; for the compiled path a branch."""
    return np.where(condition, first, second)


def first_axis_sum(array: AnyArray) -> AnyArray:
    """Sum over the leading axis, always in its order.

    numpy's own sum takes another order for a single point than for many.
    """
    total: AnyArray = array[0]
    for term in array[1:]:
        total = total + term
    return total


def axis_sum(array: AnyArray, axis: int) -> AnyArray:
    """Sum over one axis, always in its order.

    numpy's own sum follows the memory, whose layout depends on the number of points: from 256 kB
    on an expression is evaluated in the memory of one of its operands.
    """
    return first_axis_sum(np.moveaxis(array, axis, 0))


def taken(array: AnyArray, where: AnyArray, states: int = 0) -> AnyArray:
    """Entries of the points marked in ``where``, behind ``states`` leading axes.

    Or, of an array with one axis of points, those at the positions ``where``, in this order.
    """
    if where.dtype != bool:
        return array[..., where]
    full = np.broadcast_to(array, array.shape[:states] + where.shape)
    return full[..., where]


def per_point(scalar: AnyArray, physics_axes: int) -> AnyArray:
    """Append ``physics_axes`` unit axes to a per-point array, so that it scales a matrix."""
    return np.asarray(scalar)[(...,) + (None,) * physics_axes]


def spread(array: AnyArray, shape: tuple[int, ...], physics_axes: int = 0) -> AnyArray:
    """Broadcast the leading axes to the shape of the points; a single number stays one."""
    kept = np.shape(array)[np.ndim(array) - physics_axes :]
    return np.broadcast_to(array, shape + kept)[()]


def blanked(array: AnyArray, bad: BoolArray) -> AnyArray:
    """NaN for the points marked in ``bad``, whose axes are the leading ones of ``array``."""
    if not np.any(bad):
        return array
    trailing = max(0, np.ndim(array) - np.ndim(bad))
    return np.where(np.asarray(bad)[(...,) + (None,) * trailing], np.nan, array)


def ratio_or_inf(numerator: AnyArray, denominator: AnyArray) -> AnyArray:
    """The ratio, entry by entry; inf, also of complex numbers, where only the denominator is 0."""
    with quiet_nan():
        ratio = numerator / denominator
    return np.where((denominator == 0) & (numerator != 0), np.inf, ratio)


def plain(tree: Any, *, single: bool) -> Any:
    """Nested dictionaries of arrays; for a single point with floats and lists in their place."""
    if isinstance(tree, dict):
        return {key: plain(value, single=single) for key, value in tree.items()}
    return tree.tolist() if single and hasattr(tree, "tolist") else tree
