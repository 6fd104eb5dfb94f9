"""One scanned quantity: its range, and where it lies for a number from 0 to 1 or on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput
from fssm.model.schema import FIELDS, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fssm.base import AnyArray, RealArray

SCALES = ("linear", "log")
# Of one axis; whole numbers up to here are exact as floats.
_MOST_POINTS = 2**53
# Of a list of values, all of which stand in the manifest of the scan.
_MOST_VALUES = 10**6
# Below, numbers have fewer digits.
_SMALLEST = float(np.finfo(float).smallest_normal)
_KEYS = ("from", "to", "scale", "points", "values")


@dataclass(frozen=True)
class Axis:
    """A quantity between ``low`` and ``high``; a grid has ``points`` values of it, or ``values``.

    ``field`` is its name in messages; ``unit`` that of its ends.
    """

    name: str
    field: str
    unit: str
    low: float
    high: float
    scale: str
    points: int | None
    values: tuple[float, ...] | None

    @classmethod
    def from_table(
        cls, name: str, field: str, unit: str, table: Mapping[str, Any], sampling: str
    ) -> Axis:
        """An axis as a scan file has it, ``{ from = 1, to = 2, scale = "log", points = 5 }``.

        Raises
        ------
        InvalidInput
            for unknown, missing or contradictory entries, and for unusable numbers.
        """
        for key in table:
            if key not in _KEYS:
                raise InvalidInput(f"{field}.{key}", f"unknown name; {nearest(str(key), _KEYS)}")
        values = _values(name, field, unit, table, sampling)
        points = _points(field, table, sampling, values is None)
        low, high = (
            (min(values), max(values))
            if values
            else (_end(field, unit, table, key) for key in ("from", "to"))
        )
        scale = table.get("scale", "linear")
        if scale not in SCALES:
            raise InvalidInput(f"{field}.scale", f"must be one of {_listed(SCALES)}", value=scale)
        if points == 1 and low < high:
            problem = "one point cannot be at both from and to; make them equal"
            raise InvalidInput(f"{field}.points", problem, value=points)
        if not low <= high or (low == high and points != 1 and values is None):
            raise InvalidInput(f"{field}.to", f"must be above from = {low}", value=high, unit=unit)
        if values is None:
            _check_ends(field, unit, low, high, scale)
        return cls(name, field, unit, low, high, scale, points, values)

    @property
    def size(self) -> int:
        """Number of values on a grid."""
        return len(self.values) if self.values else self.points or 1

    def at(self, u: RealArray) -> RealArray:
        """Values (...) at u (...) from 0 to 1, uniform in the quantity or in its logarithm."""
        if self.scale == "log":
            values = self.low * (self.high / self.low) ** u
        else:
            values = self.low + (self.high - self.low) * u
        # Rounding may not lead beyond the ends.
        return np.clip(values, self.low, self.high)

    def on_grid(self, index: AnyArray) -> RealArray:
        """Values (n,) on a grid at the places ``index`` (n,), from 0 to size - 1.

        To the bit those of numpy.linspace and numpy.geomspace, of which only these are computed.
        """
        if self.values is not None:
            return self._values[index]
        last = self.size - 1
        if last == 0:
            return np.full(index.shape, self.low)
        if self.scale == "log":
            inner = 10.0 ** _linear(np.log10(self.low), np.log10(self.high), index, last)
        else:
            inner = _linear(self.low, self.high, index, last)
        return np.where(index == 0, self.low, np.where(index == last, self.high, inner))

    @cached_property
    def _values(self) -> RealArray:
        return np.array(self.values)


def _linear(low: float, high: float, index: AnyArray, last: int) -> AnyArray:
    return index * ((high - low) / last) + low


def _check_ends(field: str, unit: str, low: float, high: float, scale: str) -> None:
    """That every value between the ends can be computed, by the rules of the scale."""
    for key, end in (("from", low), ("to", high)):
        if 0 < abs(end) < _SMALLEST:
            problem = f"is too small for a number of full precision; take 0 or {_SMALLEST:.3g}"
            raise InvalidInput(f"{field}.{key}", problem, value=end, unit=unit)
    if scale == "linear" and not np.isfinite(high - low):
        problem = f"is too far from from = {low}: their difference is no double"
        raise InvalidInput(f"{field}.to", problem, value=high, unit=unit)
    if scale == "log" and low <= 0:
        problem = 'must be positive with scale = "log"'
        raise InvalidInput(f"{field}.from", problem, value=low, unit=unit)
    if scale == "log" and not np.isfinite(high / low):
        problem = f"is too far from from = {low}: their ratio is no double"
        raise InvalidInput(f"{field}.to", problem, value=high, unit=unit)


def _end(field: str, unit: str, table: Mapping[str, Any], key: str) -> float:
    if key not in table:
        problem = "missing; a scanned quantity has from and to, or a grid's values"
        raise InvalidInput(f"{field}.{key}", problem)
    return _finite(f"{field}.{key}", unit, table[key])


def _finite(field: str, unit: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(field, "must be a real number", value=value, unit=unit)
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    if not np.isfinite(number):
        raise InvalidInput(field, "must be finite", value=value, unit=unit)
    return number


def _values(
    name: str, field: str, unit: str, table: Mapping[str, Any], sampling: str
) -> tuple[float, ...] | None:
    if "values" not in table:
        return None
    given = _flat(field, table["values"])
    if sampling != "grid":
        raise InvalidInput(f"{field}.values", 'used only with sampling = "grid"', value=given)
    beside = [key for key in ("from", "to", "points", "scale") if key in table]
    if beside:
        raise InvalidInput(f"{field}.{beside[0]}", "given beside values; leave it out")
    if not given:
        raise InvalidInput(f"{field}.values", "must have at least one number", value=given)
    # The one field that may be infinite may be so on a grid too.
    infinite = name in FIELDS and FIELDS[name].infinite
    return tuple(
        np.inf if infinite and value == np.inf else _finite(f"{field}.values", unit, value)
        for value in given
    )


def _flat(field: str, values: object) -> list[Any]:
    given = values if isinstance(values, list) else [values]
    if len(given) > _MOST_VALUES:
        problem = f"must be at most {_MOST_VALUES:,}; take a range, or several scans"
        raise InvalidInput(f"{field}.values", f"{len(given):,} numbers: {problem}")
    return given


def _points(field: str, table: Mapping[str, Any], sampling: str, needed: bool) -> int | None:
    if sampling != "grid":
        if "points" in table:
            problem = 'used only with sampling = "grid"; [scan] points is the number of points'
            raise InvalidInput(f"{field}.points", problem, value=table["points"])
        return None
    if not needed:
        return None
    if "points" not in table:
        problem = "missing; on a grid every axis has its number of points, or values"
        raise InvalidInput(f"{field}.points", problem)
    return whole(f"{field}.points", table["points"], least=1, most=_MOST_POINTS)


def whole(field: str, value: object, *, least: int, most: int = 2**62) -> int:
    """A whole number within its range, or InvalidInput naming ``field``."""
    # 1e6 in a file is a float, and means a million.
    if isinstance(value, np.integer) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    upper = f" to {most}" if most < 2**62 else " on"
    raise InvalidInput(field, f"must be a whole number from {least}{upper}", value=value)


def _listed(options: tuple[str, ...]) -> str:
    return ", ".join(f'"{option}"' for option in options)
