"""Values of every odd type, each made afresh: none of them is an argument of a physicist."""

from __future__ import annotations

import datetime
import decimal
import fractions
from typing import Any

import numpy as np

import fssm


class Text(str):
    """Text of another class."""


class Real(float):
    """A number of another class."""


class Whole(int):
    """A whole number of another class."""


class Raising:
    """An object that raises whatever is asked of it."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no array")

    def __float__(self) -> float:
        raise RuntimeError("no number")

    def __repr__(self) -> str:
        raise RuntimeError("no text")

    def __str__(self) -> str:
        raise RuntimeError("no text")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no equality")

    def __hash__(self) -> int:
        raise RuntimeError("no hash")

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")


def _endless() -> list[Any]:
    own: list[Any] = [1.0]
    own.append(own)
    return own


def _deep() -> list[Any]:
    own: list[Any] = [1.0]
    for _ in range(5000):
        own = [own]
    return own


def _looped() -> dict[str, Any]:
    own: dict[str, Any] = {}
    own["vevs"] = own
    return own


def _axes(count: int) -> Any:
    """As many axes as this numpy has: 32 before its version 2."""
    try:
        return np.ones((1,) * count)
    except ValueError:
        return np.ones((1,) * 32)


def _objects(*values: Any) -> Any:
    own = np.empty(len(values), object)
    own[:] = values
    return own


# Each is made when it is needed: generators end, and lists could be changed.
ZOO: dict[str, Any] = {
    "None": lambda: None,
    "true": lambda: True,
    "numpy true": lambda: np.True_,
    "zero": lambda: 0,
    "minus one": lambda: -1,
    "minus zero": lambda: -0.0,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "minus inf": lambda: -np.inf,
    "tiny": lambda: 5e-324,
    "huge": lambda: 1.7e308,
    "1j": lambda: 1j,
    "complex nan": lambda: complex(np.nan, 1),
    "numpy complex": lambda: np.complex64(1 + 1j),
    "long double": lambda: np.longdouble("1e4000"),
    "half": lambda: np.float16(2),
    "huge integer": lambda: 10**400,
    "longest integer": lambda: 10**5000,
    "text": lambda: "x",
    "number as text": lambda: "5.0",
    "text of another class": lambda: Text("gf"),
    "no text": lambda: "",
    "nul": lambda: "\0",
    "surrogate": lambda: "\ud800",
    "bytes": lambda: b"x",
    "bytearray": lambda: bytearray(b"12345678"),
    "empty list": list,
    "list of an empty list": lambda: [[]],
    "list of text": lambda: ["1", "2"],
    "list of None": lambda: [None, 1.0],
    "list of truths": lambda: [True, 1.0],
    "list of arrays": lambda: [np.array([True]), np.array([1.0])],
    "ragged": lambda: [[1.0], [1.0, 2.0]],
    "endless list": _endless,
    "deep list": _deep,
    "huge integers": lambda: [10**400, 1],
    "tuple": lambda: (1.0, 2.0),
    "triple": lambda: (1.0, 2.0, 3.0),
    "empty array": lambda: np.array([]),
    "empty rows": lambda: np.zeros((0, 3)),
    "empty matrices": lambda: np.zeros((0, 3, 3)),
    "seven numbers": lambda: np.arange(1.0, 8.0),
    "truths": lambda: np.array([True, False]),
    "texts": lambda: np.array(["gf", "exact"]),
    "one text": lambda: np.array("gf"),
    "bytes in an array": lambda: np.array([b"x"]),
    "33 dimensions": lambda: _axes(33),
    "63 dimensions": lambda: _axes(63),
    "64 dimensions": lambda: _axes(64),
    "objects": lambda: _objects(1.0, "x", None),
    "numbers as objects": lambda: _objects(1.0, 2.0),
    "object": lambda: np.array(None),
    "dates": lambda: np.array(["2026-01-01"], "datetime64[D]"),
    "spans": lambda: np.array([1], "timedelta64[s]"),
    "records": lambda: np.zeros(2, [("a", float), ("b", int)]),
    "void": lambda: np.zeros(2, "V8"),
    "masked": lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
    "masked one": lambda: np.ma.masked,
    "masked texts": lambda: np.ma.masked_array(["a", "b"], [True, False]),
    "row": lambda: np.ones((1, 2)),
    "set": lambda: {1.0, 2.0},
    "frozen set": lambda: frozenset({1.0}),
    "dictionary": lambda: {"a": 1.0},
    "empty dictionary": dict,
    "looped dictionary": _looped,
    "generator": lambda: (x for x in (1.0, 2.0)),
    "range": lambda: range(3),
    "slice": lambda: slice(2),
    "ellipsis": lambda: ...,
    "memory": lambda: memoryview(b"12345678"),
    "decimal": lambda: decimal.Decimal("1.5"),
    "decimal nan": lambda: decimal.Decimal("sNaN"),
    "fraction": lambda: fractions.Fraction(3, 2),
    "function": lambda: lambda: 1.0,
    "class": lambda: float,
    "type": lambda: type,
    "module": lambda: np,
    "object()": object,
    "date": lambda: datetime.date(2026, 1, 1),
    "real of another class": lambda: Real(2.5),
    "whole of another class": lambda: Whole(2),
    "raising": Raising,
    "point": lambda: fssm.Point,
    "exception": lambda: ValueError("x"),
}
