"""Formulas in a scan file: arithmetic on named columns, checked before anything is computed."""

from __future__ import annotations

import ast
import operator
import warnings
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput, quiet_nan
from fssm.model.schema import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from fssm.base import AnyArray

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arctan": np.arctan,
    "minimum": np.minimum,
    "maximum": np.maximum,
    "real": np.real,
    "imag": np.imag,
    "conj": np.conj,
    "where": np.where,
    "isfinite": np.isfinite,
}
_ARGUMENTS = {"minimum": 2, "maximum": 2, "where": 3}
CONSTANTS = {"pi": np.pi}
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.Invert: operator.invert,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
# Longer ones are not formulas, and Python's parser has a limit of its own for nested ones.
_LONGEST = 2000


@dataclass(frozen=True)
class Expression:
    """A formula over columns, such as ``"abs(mu) / m1"``; ``names`` are the columns it needs.

    Operators + - * / **, comparisons, & | ~ for conditions; the functions of FUNCTIONS, and pi.
    """

    text: str
    names: frozenset[str]
    field: str
    # Python compares syntax trees by identity; the text says the same.
    _tree: ast.expr = attribute(compare=False)

    @classmethod
    def parse(cls, text: object, field: str) -> Expression:
        """Check a text; InvalidInput, naming ``field``, for what is not plain arithmetic."""
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
            raise InvalidInput(field, "must be a formula in quotes", value=text)
        try:
            with warnings.catch_warnings():
                # "1is m" is a warning to Python, and no formula here.
                warnings.simplefilter("ignore", SyntaxWarning)
                tree = ast.parse(text.strip(), mode="eval").body
            names = _names(tree)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
            raise InvalidInput(field, f"is not a formula: {error}", value=text) from error
        return cls(text.strip(), names, field, tree)

    def check_names(self, known: Collection[str]) -> None:
        """Raise InvalidInput for a column that does not exist, with the nearest one."""
        for name in sorted(self.names):
            if name not in known:
                problem = f"unknown name {name!r}; {nearest(name, known)}"
                raise InvalidInput(self.field, problem, value=self.text)

    def __call__(self, columns: Mapping[str, AnyArray]) -> Any:
        """The value for arrays of columns (n,): an array (n,), or a number if it needs none."""
        try:
            with quiet_nan():
                return _value(self._tree, columns)
        except (ArithmeticError, TypeError, ValueError) as error:
            problem = f"cannot be computed: {error}"
            raise InvalidInput(self.field, problem, value=self.text) from error


def _value(node: ast.AST, columns: Mapping[str, AnyArray]) -> Any:
    match node:
        case ast.Constant():
            number: Any = node.value
            # numpy's numbers overflow to infinity; Python's integers would grow without bound.
            return np.complex128(number) if isinstance(number, complex) else np.float64(number)
        case ast.Name(name):
            return CONSTANTS[name] if name in CONSTANTS else columns[name]
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            return _OPERATORS[type(op)](_value(left, columns), _value(right, columns))
        case ast.UnaryOp(op, operand):
            return _OPERATORS[type(op)](_value(operand, columns))
        case ast.Call(ast.Name(name), arguments):
            return FUNCTIONS[name](*(_value(argument, columns) for argument in arguments))
    raise TypeError(type(node).__name__)


def _names(node: ast.AST) -> frozenset[str]:
    """The columns a formula needs; ValueError for anything that ``_value`` does not know."""
    match node:
        case ast.Constant():
            value: Any = node.value
            if type(value) not in (int, float, complex) or not np.isfinite(complex(value)):
                raise ValueError(f"{value!r} is no number here")
            return frozenset()
        case ast.Name(name) if name in FUNCTIONS:
            raise ValueError(f"{name} is a function, {name}(...)")
        case ast.Name(name):
            return frozenset() if name in CONSTANTS else frozenset({name})
        case ast.Compare(ops=ops) if len(ops) > 1:
            raise ValueError("a < b < c must be written (a < b) & (b < c)")
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]) if (
            type(op) in _OPERATORS
        ):
            return _names(left) | _names(right)
        case ast.UnaryOp(op, operand) if type(op) in _OPERATORS:
            return _names(operand)
        case ast.Call(ast.Name(name), arguments, []):
            if name not in FUNCTIONS:
                raise ValueError(f"unknown function {name}; {nearest(name, FUNCTIONS)}")
            if len(arguments) != _ARGUMENTS.get(name, 1):
                raise ValueError(f"{name} takes {_ARGUMENTS.get(name, 1)}, not {len(arguments)}")
            return frozenset().union(*map(_names, arguments))
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            raise ValueError("join conditions by & and |, negate by ~, each in brackets")
    raise ValueError("only numbers, names, arithmetic and known functions are allowed")
