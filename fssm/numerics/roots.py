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
