"""Formulas in a scan file: arithmetic on named columns, checked before anything is computed.

Read here and not by Python's parser, whose limits depend on its version and on the depth of the
calling stack: what is a formula on one machine, or in one process, is one in all.
"""

from __future__ import annotations

import keyword
import operator
import re
import reprlib
import unicodedata
from dataclasses import dataclass
from dataclasses import field as attribute
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import InvalidInput, quiet_nan
from fssm.model.schema import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

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


class _Operation(NamedTuple):
    """An operator or function of the last ``arguments`` values; a higher ``level`` binds tighter.

    Levels count among operators only.
    """

    function: Callable[..., Any]
    arguments: int
    level: int = 0


# The levels are Python's.
_COMPARISON, _SIGN, _POWER = 1, 6, 7
_INFIX = {
    "<": _Operation(operator.lt, 2, _COMPARISON),
    "<=": _Operation(operator.le, 2, _COMPARISON),
    ">": _Operation(operator.gt, 2, _COMPARISON),
    ">=": _Operation(operator.ge, 2, _COMPARISON),
    "==": _Operation(operator.eq, 2, _COMPARISON),
    "!=": _Operation(operator.ne, 2, _COMPARISON),
    "|": _Operation(operator.or_, 2, 2),
    "&": _Operation(operator.and_, 2, 3),
    "+": _Operation(operator.add, 2, 4),
    "-": _Operation(operator.sub, 2, 4),
    "*": _Operation(operator.mul, 2, 5),
    "/": _Operation(operator.truediv, 2, 5),
    "**": _Operation(operator.pow, 2, _POWER),
}
_PREFIX = {
    "-": _Operation(operator.neg, 1, _SIGN),
    "+": _Operation(operator.pos, 1, _SIGN),
    "~": _Operation(operator.invert, 1, _SIGN),
}
# Numbers as Python writes them; a comment, as a formula of several lines in TOML may have it.
_TOKEN = re.compile(
    r"""(?P<blank> [ \t\f]+ | \\\r?\n | \#[^\r\n\0\ud800-\udfff]* )
      | (?P<line> [\r\n] )
      | (?P<number> 0[xXoObB][0-9a-fA-F_]*
                  | ([0-9][0-9_]*\.?[0-9_]* | \.[0-9][0-9_]*) ([eE][+-]?[0-9][0-9_]*)? [jJ]? )
      | (?P<word> [^\W\d]\w* )
      | (?P<symbol> \*\* | [<>=!]= | [-+*/&|~<>(),] )""",
    re.VERBOSE,
)
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = 60
# They bound the time and the memory that a formula can take.
_LONGEST, _DEEPEST = 2000, 200


@dataclass(frozen=True)
class Expression:
    """A formula over columns, such as ``"abs(mu) / m1"``; ``names`` are the columns it needs.

    Operators + - * / **, comparisons, & | ~ for conditions; the functions of FUNCTIONS, and pi.
    """

    text: str
    names: frozenset[str]
    field: str
    # Numbers, names and operations, each of these after what it acts on; the text says the same.
    _steps: tuple[Any, ...] = attribute(compare=False, repr=False)

    @classmethod
    def parse(cls, text: object, field: str) -> Expression:
        """Check a text; InvalidInput, naming ``field``, for what is not plain arithmetic."""
        if not isinstance(text, str) or not (stripped := text.strip()):
            raise InvalidInput(field, "must be a formula in quotes", value=text)
        if len(stripped) > _LONGEST:
            problem = f"has {len(stripped)} characters; a formula has at most {_LONGEST}"
            raise InvalidInput(field, f"{problem}: split it into [columns]", value=text)
        reader = _Reader()
        try:
            steps = reader.read(stripped)
        except ValueError as error:
            raise InvalidInput(field, f"is not a formula: {error}", value=text) from error
        return cls(stripped, frozenset(reader.names), field, steps)

    def check_names(self, known: Collection[str]) -> None:
        """Raise InvalidInput for a column that does not exist, with the nearest one."""
        for name in sorted(self.names):
            if name not in known:
                problem = f"unknown name {_BRIEF.repr(name)}; {nearest(name, known)}"
                raise InvalidInput(self.field, problem, value=self.text)

    def __call__(self, columns: Mapping[str, AnyArray]) -> Any:
        """The value for arrays of columns (n,): an array (n,), or a number if it needs none."""
        try:
            with quiet_nan():
                return _value(self._steps, columns)
        except (ArithmeticError, TypeError, ValueError) as error:
            problem = f"cannot be computed: {error}"
            raise InvalidInput(self.field, problem, value=self.text) from error


def _value(steps: tuple[Any, ...], columns: Mapping[str, AnyArray]) -> Any:
    values: list[Any] = []
    for step in steps:
        if isinstance(step, _Operation):
            given = values[-step.arguments :]
            del values[-step.arguments :]
            values.append(step.function(*given))
        elif isinstance(step, str):
            values.append(CONSTANTS[step] if step in CONSTANTS else columns[step])
        else:
            values.append(step)
    return values[0]


@dataclass
class _Bracket:
    """An open one: of the ``function``, or of none, with that many commas so far."""

    function: str
    commas: int = 0


class _Reader:
    """From a text to steps; operators wait until what they act on is complete.

    ValueError for whatever is not plain arithmetic.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._steps: list[Any] = []
        # None stands for an open bracket.
        self._waiting: list[_Operation | None] = []
        self._brackets: list[_Bracket] = []
        self._function = ""
        self._value_due = True

    def read(self, text: str) -> tuple[Any, ...]:
        for (kind, token), (_, following) in pairwise(chain(_tokens(text), [("end", "")])):
            if kind == "word" and token in ("and", "or", "not"):
                raise ValueError("join conditions by & and |, negate by ~, each in brackets")
            if not self._value_due:
                self._after_value(token)
            elif kind == "number":
                self._put(_number(token))
            elif kind == "word":
                self._name(token, called=following == "(")
            else:
                self._before_value(token)
        if self._value_due:
            raise ValueError("it ends where a number or a name is due")
        self._complete()
        if self._brackets:
            raise ValueError("'(' without ')'")
        return tuple(self._steps)

    def _put(self, value: Any) -> None:
        self._steps.append(value)
        self._value_due = False

    def _name(self, word: str, *, called: bool) -> None:
        # Other alphabets as Python reads them, which takes no m² for m2.
        name = unicodedata.normalize("NFKC", word) if word.isidentifier() else ""
        if not name or keyword.iskeyword(name):
            raise ValueError(f"{_BRIEF.repr(word)} is not a name")
        if called:
            if name not in FUNCTIONS:
                problem = f"unknown function {_BRIEF.repr(name)}"
                raise ValueError(f"{problem}; {nearest(name, FUNCTIONS)}")
            self._function = name
        elif name in FUNCTIONS:
            raise ValueError(f"{name} is a function, {name}(...)")
        else:
            self._put(name)
            self.names |= {name} - CONSTANTS.keys()

    def _before_value(self, symbol: str) -> None:
        if symbol == "(":
            if len(self._brackets) == _DEEPEST:
                raise ValueError(f"more than {_DEEPEST} brackets in each other")
            self._brackets.append(_Bracket(self._function))
            self._waiting.append(None)
            self._function = ""
        elif symbol in _PREFIX:
            self._waiting.append(_PREFIX[symbol])
        elif symbol == ")" and self._waiting and self._waiting[-1] is None:
            # After the comma behind the last argument, as Python has it, or f().
            self._close(self._brackets[-1].commas)
        else:
            raise ValueError(f"a number or a name is due before {symbol!r}")

    def _after_value(self, symbol: str) -> None:
        if symbol in _INFIX:
            self._join(_INFIX[symbol])
        elif symbol == ")":
            if not self._brackets:
                raise ValueError("')' without '('")
            self._complete()
            self._close(self._brackets[-1].commas + 1)
        elif symbol == ",":
            if not self._brackets or not self._brackets[-1].function:
                raise ValueError("',' only separates the arguments of a function")
            self._complete()
            self._brackets[-1].commas += 1
            self._value_due = True
        else:
            raise ValueError(f"an operator is missing before {_BRIEF.repr(symbol)}")

    def _join(self, infix: _Operation) -> None:
        # a**b**c is a**(b**c), and operators of all other levels come from the left.
        self._complete(infix.level + (infix.level in (_COMPARISON, _POWER)))
        last = self._waiting[-1] if self._waiting else None
        if last is not None and last.level == infix.level == _COMPARISON:
            raise ValueError("a < b < c must be written (a < b) & (b < c)")
        self._waiting.append(infix)
        self._value_due = True

    def _complete(self, level: int = 0) -> None:
        """All operators of that level or above, back to the last open bracket."""
        while self._waiting and (last := self._waiting[-1]) is not None and last.level >= level:
            self._steps.append(last)
            self._waiting.pop()

    def _close(self, count: int) -> None:
        self._waiting.pop()
        name = self._brackets.pop().function
        if name:
            due = _ARGUMENTS.get(name, 1)
            if count != due:
                raise ValueError(f"{name} takes {due}, not {count}")
            self._steps.append(_Operation(FUNCTIONS[name], count))
        elif self._value_due:
            raise ValueError("nothing between '(' and ')'")
        self._value_due = False


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each; kinds are "number", "word" and "symbol"."""
    at = depth = 0
    begun = ended = False
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            problem = "only numbers, names, arithmetic and known functions are"
            raise ValueError(f"{text[at]!r} is not allowed, {problem}")
        kind, piece, at = str(found.lastgroup), found[0], found.end()
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if kind == "line":
            ended |= begun and depth < 1
        elif kind != "blank":
            if ended:
                raise ValueError("a formula of several lines must stand in brackets")
            begun = True
            yield kind, piece


def _number(token: str) -> Any:
    digits = token.lower().replace("_", "")
    try:
        if digits.isdigit() or digits[:2] in ("0x", "0o", "0b"):
            value: complex = float(int(token, 0))
        else:
            value = complex(token) if digits.endswith("j") else float(token)
    except (ValueError, OverflowError):
        value = np.nan
    if not np.isfinite(value):
        raise ValueError(f"{_BRIEF.repr(token)} is no number here")
    # numpy's numbers overflow to infinity; Python's integers would grow without bound.
    return np.complex128(value) if isinstance(value, complex) else np.float64(value)
