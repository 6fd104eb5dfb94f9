"""Loop functions in mpmath: hypergeometric, or divided differences at extra precision.

Far from x = 1 the printed closed forms take the place of the hypergeometric series.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import mpmath as mp

from fssm.arguments import number
from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Number: TypeAlias = Any  # mpf or mpc


def _t_ln_t(t: Number) -> Number:
    return t * mp.log(t) if t else mp.mpf(0)


def _real(name: str, x: Number) -> Number:
    """A number of mpmath as it is, and any other that is finite and not negative."""
    if isinstance(x, mp.mpf | mp.mpc):
        return x
    if isinstance(x, int) and not isinstance(x, bool) and x >= 0:
        return mp.mpf(x)
    value = number(name, x)
    if not 0 <= value < math.inf:
        raise InvalidInput(name, "must be finite and not negative", value=x)
    return mp.mpf(value)


def _far_from_one(x: Number) -> bool:
    """Where the closed forms keep their digits and hypergeometric series are slow."""
    return bool(x < mp.mpf("0.5") or x > 2)


def _hyper(b: int, c: int, x: Number) -> Number:
    """2F1(1, b; c; 1 - x), for x > 1 by Pfaff's transformation: large arguments are slow."""
    if x > 1:
        return mp.hyp2f1(1, c - b, c, 1 - 1 / x) / x
    return mp.hyp2f1(1, b, c, 1 - x)


def f1n(x: Number) -> Number:
    """2F1(1, 2; 5; 1 - x), far from 1 as in hep-ph/0103067."""
    x = _real("x", x)
    if not _far_from_one(x):
        return _hyper(2, 5, x)
    return 2 * (1 - 6 * x + 3 * x**2 + 2 * x**3 - 6 * x * _t_ln_t(x)) / (1 - x) ** 4


def f2n(x: Number) -> Number:
    """2F1(1, 2; 4; 1 - x), far from 1 as in hep-ph/0103067."""
    x = _real("x", x)
    if not _far_from_one(x):
        return _hyper(2, 4, x)
    return 3 * (1 - x**2 + 2 * _t_ln_t(x)) / (1 - x) ** 3


def f1c(x: Number) -> Number:
    """2F1(1, 3; 5; 1 - x), far from 1 as in hep-ph/0103067."""
    x = _real("x", x)
    if not _far_from_one(x):
        return _hyper(3, 5, x)
    return 2 * (2 + 3 * x - 6 * x**2 + x**3 + 6 * _t_ln_t(x)) / (1 - x) ** 4


def f2c(x: Number) -> Number:
    """2F1(1, 3; 4; 1 - x), far from 1 as in hep-ph/0103067; infinite at x = 0."""
    x = _real("x", x)
    if not _far_from_one(x):
        return _hyper(3, 4, x)
    if not x:
        return mp.inf
    return -3 * (3 - 4 * x + x**2 + 2 * mp.log(x)) / (2 * (1 - x) ** 3)


def b0(a_sq: Number, b_sq: Number, scale_sq: Number) -> Number:
    """B0(0; a, b) without its pole; ln r/(r - 1) keeps all digits of mp.log near r = 1."""
    a_sq, b_sq, scale_sq = _real("a_sq", a_sq), _real("b_sq", b_sq), _real("scale_sq", scale_sq)
    for name, x in (("b_sq", b_sq), ("scale_sq", scale_sq)):
        _not_zero(name, x)
    r = a_sq / b_sq
    tail = mp.log(r) / (r - 1) if r not in (0, 1) else r
    return 1 - mp.log(b_sq / scale_sq) - r * tail


def divided_difference(f: Callable[[Number], Number], nodes: Sequence[Number]) -> Number:
    """f[x_0, ..., x_n] by the definition; equal nodes are split far below the precision."""
    digits = mp.mp.dps
    with mp.workdps((digits + 8) * (len(nodes) + 1)):
        unit = mp.mpf(10) ** (-digits - 5)
        xs = sorted(mp.mpf(x) * (1 + k * unit) for k, x in enumerate(nodes))
        table = [f(x) for x in xs]
        for order in range(1, len(xs)):
            for i in range(len(xs) - order):
                table[i] = (table[i + 1] - table[i]) / (xs[i + order] - xs[i])
        return table[0]


def i_loop(a_sq: Number, b_sq: Number, c_sq: Number) -> Number:
    """I(a, b, c) as the second divided difference of t ln t."""
    nodes = {"a_sq": _real("a_sq", a_sq), "b_sq": _real("b_sq", b_sq), "c_sq": _real("c_sq", c_sq)}
    zeros = [name for name, x in nodes.items() if not x]
    if len(zeros) > 1:
        raise InvalidInput(zeros[1], f"must not be 0 beside {zeros[0]}", value=0)
    return divided_difference(_t_ln_t, list(nodes.values()))


def _pair(x: Number, y: Number) -> tuple[Number, Number]:
    x, y = _real("x", x), _real("y", y)
    _not_zero("x", x)
    _not_zero("y", y)
    return x, y


def _not_zero(name: str, x: Number) -> None:
    if not x:
        raise InvalidInput(name, "must not be 0", value=0)


def f_c(x: Number, y: Number) -> Number:
    """f_C(x, y) as the fourth divided difference of ln t."""
    x, y = _pair(x, y)
    return -2 * x * y * divided_difference(mp.log, [1, 1, 1, x, y])


def f_n(x: Number, y: Number) -> Number:
    """f_N(x, y) as the fourth divided difference of t ln t."""
    x, y = _pair(x, y)
    return 2 * x * y * divided_difference(_t_ln_t, [1, 1, 1, x, y])
