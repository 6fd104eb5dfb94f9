"""Roots of real equations: secant or damped Newton at low, secant updates at high precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import mpmath as mp

from fssm.base import FSSMError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.reference.model import Matrix, Number

    Equations: TypeAlias = Callable[[Matrix], Matrix]  # column to column

# Digits of the search; the root is then polished at the working precision.
SEARCH_DIGITS = 50


def secant(equation: Callable[[Number], Number], x: Number, step: Number) -> tuple[Number, Number]:
    """Root of one real equation to 15 digits or better, from x and x + step, and the slope there.

    Raises
    ------
    FSSMError
        if the iteration does not converge.
    """
    value, moved = equation(x), x + step
    for _ in range(60):
        after = equation(moved)
        if not after:
            # Exact already; the slope is the last one, to within the step.
            return moved, (after - value) / (moved - x)
        slope = (after - value) / (moved - x)
        if not slope:
            break
        x, value = moved, after
        moved = x - value / slope
        if abs(moved - x) < mp.mpf("1e-15") * abs(moved):
            return moved, slope
    raise FSSMError("no solution for the lepton mass: the iteration does not converge")


def newton(equations: Equations, start: Matrix) -> tuple[Matrix, Matrix]:
    """Root to about half of the working digits or better, and the Jacobian there.

    Raises
    ------
    FSSMError
        if the iteration does not converge.
    """
    x, value = start, equations(start)
    for _ in range(40):
        jacobian = _jacobian(equations, x, value)
        step = _solved(jacobian, value)
        x, value, length = _damped(equations, x, value, step)
        if length == 1 and mp.mnorm(step, mp.inf) < mp.sqrt(mp.eps) * mp.mnorm(x, mp.inf):
            return x, jacobian
    raise FSSMError("no solution for the lepton masses: the iteration does not converge")


def polished(equations: Equations, x: Matrix, jacobian: Matrix, tolerance: Number) -> Matrix:
    """The root near x to the relative ``tolerance``, with Broyden's updates of the Jacobian.

    Raises
    ------
    FSSMError
        if the steps do not shrink.
    """
    value = equations(x)
    for _ in range(30):
        step = _solved(jacobian, value)
        x = x + step
        if mp.mnorm(step, mp.inf) < tolerance * mp.mnorm(x, mp.inf):
            return x
        value = equations(x)
        jacobian = jacobian + value * step.T / (step.T * step)[0]
    raise FSSMError("no solution for the lepton masses to the digits asked for")


def _solved(jacobian: Matrix, value: Matrix) -> Matrix:
    try:
        return mp.lu_solve(jacobian, -value)
    except ZeroDivisionError as error:
        raise FSSMError("no solution for the lepton masses: they stop moving") from error


def _jacobian(equations: Equations, x: Matrix, value: Matrix) -> Matrix:
    jacobian = mp.zeros(len(x))
    for k in range(len(x)):
        moved = x.copy()
        moved[k] += mp.sqrt(mp.eps) * (abs(x[k]) or 1)
        jacobian[:, k] = (equations(moved) - value) / (moved[k] - x[k])
    return jacobian


def _damped(
    equations: Equations, x: Matrix, value: Matrix, step: Matrix
) -> tuple[Matrix, Matrix, float]:
    """The step, halved until the equations improve and the point has a spectrum."""
    length, before = 1.0, mp.mnorm(value, mp.inf)
    while length > 1e-3:
        moved = x + length * step
        try:
            after = equations(moved)
        except FSSMError:
            length /= 2
            continue
        if mp.mnorm(after, mp.inf) < before or before < mp.sqrt(mp.eps):
            return moved, after, length
        length /= 2
    raise FSSMError("no solution for the lepton masses: no step improves them")
