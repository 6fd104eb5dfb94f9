"""Vectorised root finding; every point runs its own iteration, whatever its neighbours do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import BoolArray, RealArray

# Measured: solvable points need 4 to 15.
MAX_ITERATIONS = 40
MAX_HALVINGS = 8
# Step of the forward differences of Newton's method.
DIFFERENCE = 1e-7
# A point this close to the edge of the domain, in relative terms, has its root beyond it.
EDGE = 1e-4


class Root(NamedTuple):
    """Best point found, |f| there, whether |f| came below the tolerance.

    ``outside`` marks unconverged points that met the edge of the domain of f (f was NaN).
    """

    x: RealArray
    residual: RealArray
    converged: BoolArray
    outside: BoolArray


class _State(NamedTuple):
    """Last two points of the secant, and the best points known on either side of the root."""

    old: RealArray
    f_old: RealArray
    new: RealArray
    f_new: RealArray
    below: RealArray
    above: RealArray


def secant_root(
    f: Callable[[RealArray], RealArray], x0: RealArray, x1: RealArray, tolerance: RealArray
) -> Root:
    """Root of f by the secant method, kept inside a bracket once one is known.

    f maps an array to an array of the same shape and may return NaN outside its domain: the
    step is then halved. Iterates until rounding stops the progress, so the result is usually
    far better than ``tolerance``, which only decides ``converged``. Points where f is NaN at
    the start stay unconverged.
    """
    nan = np.full(np.shape(x0), np.nan)
    with quiet_nan():
        state = _State(*_starting_pair(f, x0, x1), nan, nan)
        state = _note_side(_note_side(state, state.old, state.f_old), state.new, state.f_new)
        best, f_best = _better(state.old, state.f_old, state.new, state.f_new)
        trial = _next_trial(state)
        running = np.isfinite(f_best) & (f_best != 0)
        left_domain = np.isnan(f_best)
        for _ in range(MAX_ITERATIONS):
            if not running.any():
                break
            f_trial = f(np.where(running, trial, best))
            outside = running & np.isnan(f_trial)
            inside = running & ~outside
            left_domain = left_domain | outside
            stalled = np.abs(f_trial) >= np.abs(f_best)
            done = inside & stalled & (np.abs(f_best) <= tolerance)
            better = inside & ~stalled
            best, f_best = np.where(better, trial, best), np.where(better, f_trial, f_best)
            state = _advance(state, trial, f_trial, inside & ~done)
            halved = (trial + state.new) / 2
            cornered = outside & (np.abs(trial - state.new) <= EDGE * np.abs(state.new))
            trial = np.where(outside, halved, np.where(inside, _next_trial(state), trial))
            running = running & ~done & ~cornered & (f_best != 0)
    residual = np.abs(f_best)
    converged = residual <= tolerance
    return Root(best, residual, converged, left_domain & ~converged)


def inside_domain(
    f: Callable[[RealArray], RealArray], start: RealArray, *, vector: bool = False
) -> RealArray:
    """Scale a start outside the domain of f (f is NaN) into it, where a coarse scan finds a way.

    ``vector``: the last axis of ``start`` and f are the components of one point.
    """
    axes = (-1,) if vector else ()
    first, value = start, f(start)
    for factor in (0.1, 10.0, 1e-2, 3.0, 0.3):
        lost = np.isnan(value).any(axis=axes, keepdims=True) & np.isfinite(start)
        if not lost.any():
            break
        first = np.where(lost, factor * start, first)
        value = f(first)
    return first


def _starting_pair(
    f: Callable[[RealArray], RealArray], x0: RealArray, x1: RealArray
) -> tuple[RealArray, RealArray, RealArray, RealArray]:
    """x0, f(x0), x1, f(x1), with the one outside the domain moved towards the one inside."""
    f0, f1 = f(x0), f(x1)
    for _ in range(MAX_HALVINGS):
        lost0, lost1 = np.isnan(f0) & ~np.isnan(f1), np.isnan(f1) & ~np.isnan(f0)
        if not np.any(lost0 | lost1):
            break
        middle = (x0 + x1) / 2
        f_middle = f(middle)
        x0, f0 = np.where(lost0, middle, x0), np.where(lost0, f_middle, f0)
        x1, f1 = np.where(lost1, middle, x1), np.where(lost1, f_middle, f1)
    return x0, f0, x1, f1


def _better(
    a: RealArray, f_a: RealArray, b: RealArray, f_b: RealArray
) -> tuple[RealArray, RealArray]:
    first = np.isnan(f_b) | (np.abs(f_a) < np.abs(f_b))
    return np.where(first, a, b), np.where(first, f_a, f_b)


def _note_side(state: _State, x: RealArray, f_x: RealArray) -> _State:
    return state._replace(
        below=np.where(f_x < 0, x, state.below), above=np.where(f_x > 0, x, state.above)
    )


def _advance(state: _State, x: RealArray, f_x: RealArray, where: BoolArray) -> _State:
    moved = state._replace(
        old=np.where(where, state.new, state.old),
        f_old=np.where(where, state.f_new, state.f_old),
        new=np.where(where, x, state.new),
        f_new=np.where(where, f_x, state.f_new),
    )
    return _note_side(moved, np.where(where, x, np.nan), np.where(where, f_x, np.nan))


def _next_trial(state: _State) -> RealArray:
    slope = (state.f_new - state.f_old) / (state.new - state.old)
    step = state.new - state.f_new / slope
    low = np.minimum(state.below, state.above)
    high = np.maximum(state.below, state.above)
    bracketed = np.isfinite(low)
    # Bisect where the secant leaves the bracket, or creeps along one end of it.
    creeping = np.abs(state.f_new) > np.abs(state.f_old) / 2
    strayed = bracketed & (creeping | ~((step > low) & (step < high)))
    # A secant through two equal values has no root; take a step of the local size instead.
    lost = ~bracketed & ~np.isfinite(step)
    step = np.where(lost, 2 * state.new - state.old, step)
    return np.where(strayed, (low + high) / 2, step)


class Roots(NamedTuple):
    """Root of a system: ``x`` (..., k), largest |f_i| there (...), and how the search ended."""

    x: RealArray
    residual: RealArray
    converged: BoolArray
    outside: BoolArray


def newton_root(
    f: Callable[[RealArray], RealArray], start: RealArray, tolerance: float, enough: float = 0.0
) -> Roots:
    """Root of f: R^k -> R^k by Newton's method with forward differences, steps halved.

    f maps (..., k) to (..., k), also with further leading axes, and may return NaN outside its
    domain. Iterates until rounding stops the progress or the largest |f_i| comes down to
    ``enough``; ``tolerance`` only decides ``converged``. Roots should be of order one.
    """
    x, value = start, f(start)
    size = _size(value)
    running = np.isfinite(size) & (size > enough)
    outside = ~np.isfinite(size)
    for _ in range(MAX_ITERATIONS):
        if not running.any():
            break
        step = _newton_step(f, x, value, running)
        improved = np.zeros_like(running)
        for halving in range(MAX_HALVINGS):
            trying = running & ~improved
            # Below the tolerance only rounding is left, which halving does not cure.
            trying = trying & ((size > tolerance) | (halving == 0))
            if not trying.any():
                break
            trial = np.where(trying[..., None], x - step / 2**halving, x)
            f_trial = f(trial)
            outside = outside | (trying & np.isnan(f_trial).any(-1))
            better = trying & (_size(f_trial) < size)
            x = np.where(better[..., None], trial, x)
            value = np.where(better[..., None], f_trial, value)
            size, improved = _size(value), improved | better
        running = running & improved & (size > enough)
    converged = size <= tolerance
    return Roots(x, size, converged, outside & ~converged)


def _size(value: RealArray) -> RealArray:
    return np.asarray(np.abs(value).max(axis=-1))


def _newton_step(
    f: Callable[[RealArray], RealArray], x: RealArray, value: RealArray, running: BoolArray
) -> RealArray:
    """J^-1 f with J_ij = df_i/dx_j, all k differences in one call on a new leading axis."""
    k = x.shape[-1]
    shifts = np.eye(k).reshape(k, *(1,) * (x.ndim - 1), k) * DIFFERENCE
    slopes = (f(x + shifts) - value) / DIFFERENCE
    jacobian = np.moveaxis(slopes, 0, -1)
    usable = running & np.isfinite(jacobian).all((-2, -1))
    usable = usable & (np.abs(np.linalg.det(np.where(usable[..., None, None], jacobian, 0.0))) > 0)
    shielded = np.where(usable[..., None, None], jacobian, np.eye(k))
    step = np.linalg.solve(shielded, np.where(usable[..., None], value, 0.0)[..., None])[..., 0]
    return np.asarray(np.where(usable[..., None], step, 0.0))
