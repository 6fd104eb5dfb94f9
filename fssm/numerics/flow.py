"""Ordinary differential equations of many points at once, each with a step size of its own.

scipy's integrators take one system: many points in one would share their steps, and each
would depend on its neighbours. Here they share the evaluations of f only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, BoolArray, RealArray

    # y (n, k) -> dy/dt (n, k); the equations are autonomous.
    Slope = Callable[[AnyArray], AnyArray]
    # y (n, k) -> (n,); the flow of a point ends where this becomes positive.
    Event = Callable[[AnyArray], RealArray]

# Dormand and Prince, J. Comput. Appl. Math. 6 (1980) 19: stages, fifth order, its error.
_STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_ERROR = (
    71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40,
)  # fmt: skip
RELATIVE, ABSOLUTE = 1e-8, 1e-14
MAX_STEPS = 2000
# Iterations of the search for an event within a step; the step is at most a few per cent of y.
_REFINEMENTS = 12


class Flow(NamedTuple):
    """Where each point ended: ``t`` (n,), ``y`` (n, k), and whether by the event.

    ``finished`` is False, and t, y are NaN, where the steps ran out or f was not finite.
    """

    t: RealArray
    y: AnyArray
    stopped: BoolArray
    finished: BoolArray


class _Step(NamedTuple):
    y: AnyArray
    error: RealArray


def flow(f: Slope, y: AnyArray, t_end: RealArray, event: Event | None = None) -> Flow:
    """Integrate dy/dt = f(y) from t = 0 to t_end (n,), of either sign, for y (n, k).

    With an ``event`` a point stops where it becomes positive, found to rounding within the last
    step. The local error is kept below 1e-8 |y| in each component.
    """
    end = np.asarray(t_end, np.float64)
    t, y = np.zeros(len(y)), np.array(y)
    h = 1e-2 * end
    stopped = np.zeros(len(y), bool) if event is None else np.asarray(event(y) > 0)
    lost = ~(np.isfinite(y).all(-1) & np.isfinite(end))
    running = ~stopped & ~lost & (end != 0)
    with quiet_nan():
        for _ in range(MAX_STEPS):
            active = np.flatnonzero(running)
            if active.size == 0:
                break
            size = np.where(np.abs(h) < np.abs(end - t), h, end - t)[active]
            step = _step(f, y[active], size)
            good = step.error <= 1
            past = good & (event(step.y) > 0) if event else np.zeros(len(active), bool)
            if event and past.any():
                which = active[past]
                size[past], step.y[past] = _refined(f, event, y[which], size[past])
            moved = active[good]
            t[moved] += size[good]
            y[moved] = step.y[good]
            stopped[active[past]] = True
            grown = np.clip(0.9 * step.error**-0.2, 0.2, 5.0)
            h[active] = size * np.where(np.isfinite(grown), grown, 0.2)
            lost[active] |= ~np.isfinite(step.y).all(-1) & (np.abs(h[active]) < 1e-12)
            running[active] = ~stopped[active] & ~lost[active] & (t[active] != end[active])
    finished = ~lost & ~running
    bad = ~finished
    return Flow(np.where(bad, np.nan, t), np.where(bad[:, None], np.nan, y), stopped, finished)


def _step(f: Slope, y: AnyArray, h: RealArray) -> _Step:
    """One step of size h (n,), and its error in units of the tolerance."""
    width = h[:, None]
    slopes = [f(y)]
    for weights in _STAGES:
        change = weights[0] * slopes[0]
        for weight, slope in zip(weights[1:], slopes[1:], strict=True):
            change = change + weight * slope
        after = y + width * change
        slopes.append(f(after))
    error = _ERROR[0] * slopes[0]
    for weight, slope in zip(_ERROR[1:], slopes[1:], strict=True):
        error = error + weight * slope
    scale = ABSOLUTE + RELATIVE * np.maximum(np.abs(y), np.abs(after))
    largest = np.max(np.abs(width * error) / scale, axis=-1)
    return _Step(after, np.where(np.isnan(largest), np.inf, largest))


def _refined(f: Slope, event: Event, y: AnyArray, size: RealArray) -> tuple[RealArray, AnyArray]:
    """Step sizes (n,) at which the event happens, and y there, by the Illinois method."""
    low, high = np.zeros_like(size), size
    below, above = event(y), event(_step(f, y, size).y)
    # Which end moved last: 1 the high one, -1 the low one.
    moved = np.zeros_like(size)
    best, nearest = high, np.abs(above)
    for _ in range(_REFINEMENTS):
        trial = high - above * (high - low) / (above - below)
        value = event(_step(f, y, trial).y)
        now = np.where(value > 0, 1.0, -1.0)
        # Halve the value of an end that stays a second time, or it would stay for ever.
        weight = np.where(now == moved, 0.5, 1.0)
        below = np.where(now > 0, weight * below, value)
        above = np.where(now > 0, value, weight * above)
        low, high = np.where(now > 0, low, trial), np.where(now > 0, trial, high)
        moved = now
        closer = np.abs(value) < nearest
        best, nearest = np.where(closer, trial, best), np.where(closer, np.abs(value), nearest)
    return best, _step(f, y, best).y
