"""Vectorised root finding; every point runs its own iteration, whatever its neighbours do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from fssm.base import choose, quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import BoolArray, Element, RealArray

    Function = Callable[[RealArray], RealArray]

# Most points need 3 to 12; of 35 500 at large tan_beta_d seven need more than 24, two over 40.
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


@runtime_checkable
class Narrowing(Protocol):
    """A function that can be restricted to some of its points, which then have one axis."""

    def __call__(self, x: RealArray) -> RealArray:
        """f(x)."""

    def taken(self, where: BoolArray) -> Narrowing:
        """The points marked in ``where``."""


class SecantState(NamedTuple):
    """Last two points of the secant, the best points known on either side of the root, the best.

    ``trial`` is the point to look at next; ``running`` and ``left_domain`` are masks.
    """

    old: Element
    f_old: Element
    new: Element
    f_new: Element
    below: Element
    above: Element
    best: Element
    f_best: Element
    trial: Element
    running: Element
    left_domain: Element


def secant_root(
    f: Function,
    x0: RealArray,
    x1: RealArray,
    tolerance: RealArray,
    *,
    f0: RealArray | None = None,
    enough: float = 0.0,
    largest: RealArray | float = np.inf,
) -> Root:
    """Root of f by the secant method, kept inside a bracket once one is known.

    f maps an array to an array of the same shape and may return NaN outside its domain: the
    step is then halved. Iterates until rounding stops the progress or |f| comes down to
    ``enough`` times the tolerance, so the result is usually far better than ``tolerance``, which
    only decides ``converged``. Points where f is NaN at the start stay unconverged; ``f0`` is
    f(x0) where that is known. No |x| beyond ``largest`` is tried. Once most points are done, the
    others go on alone if f has a method ``taken``, which gives their f.
    """
    with quiet_nan():
        f0 = f(x0) if f0 is None else f0
        if np.isnan(f0).any():
            # The other way round where only x1 is in the domain.
            lost = np.isnan(f0)
            f0 = np.where(lost, f(x1), f0)
            x0, x1 = np.where(lost, x1, x0), np.where(lost, x0, x1)
        start = start_secant(x0, f0, x1, enough * tolerance)
        best, f_best, left_domain = _finished(f, start, tolerance, enough, largest)
    residual = np.abs(f_best)
    converged = residual <= tolerance
    return Root(best, residual, converged, left_domain & ~converged)


def bracketed_root(
    f: Function,
    ends: tuple[RealArray, RealArray],
    values: tuple[RealArray, RealArray],
    tolerance: RealArray,
    *,
    enough: float = 0.0,
) -> Root:
    """Root of f between two points where it has opposite signs, ``values`` = f at the ``ends``.

    As :func:`secant_root`, of which it is the second half.
    """
    (a, b), (f_a, f_b) = ends, values
    first = np.abs(f_a) < np.abs(f_b)
    near, f_near = np.where(first, a, b), np.where(first, f_a, f_b)
    far, f_far = np.where(first, b, a), np.where(first, f_b, f_a)
    below, above = np.where(f_a < 0, a, b), np.where(f_a < 0, b, a)
    with quiet_nan():
        trial = _next_trial(far, f_far, near, f_near, below, above)
        running = np.isfinite(f_a + f_b) & (np.abs(f_near) > enough * tolerance)
        start = SecantState(
            far, f_far, near, f_near, below, above, near, f_near, trial, running, running & False
        )
        best, f_best, left_domain = _finished(f, start, tolerance, enough, np.inf)
    converged = np.abs(f_best) <= tolerance
    return Root(best, np.abs(f_best), converged, left_domain & ~converged)


def _finished(
    f: Function,
    state: SecantState,
    tolerance: RealArray,
    enough: float,
    largest: RealArray | float,
) -> _Outcome:
    """How the search of every point ended."""
    best, f_best, left_domain = (np.array(a) for a in (state.best, state.f_best, state.left_domain))
    out = _Outcome(best, f_best, left_domain)
    where = np.ones(out.best.shape, bool)
    tolerance, bound = (np.broadcast_to(a, where.shape) for a in (tolerance, largest))
    for _ in range(MAX_ITERATIONS):
        running = state.running
        left = np.count_nonzero(running)
        if left == 0:
            break
        if 3 * left < running.size and isinstance(f, Narrowing):
            _note(out, where, state)
            f, where = f.taken(running), _within(where, running)
            state, tolerance, bound = _some(state, running), tolerance[running], bound[running]
        trial = np.asarray(np.where(state.running, state.trial, state.best), np.float64)
        state = secant_step(state, f(trial), tolerance, enough * tolerance, bound)
    _note(out, where, state)
    return out


def _some(state: SecantState, kept: BoolArray) -> SecantState:
    arrays: list[Any] = [np.asarray(array)[kept] for array in state]
    return SecantState(*arrays)


def _within(where: BoolArray, kept: BoolArray) -> BoolArray:
    """Those of the points marked in ``where`` that are kept."""
    mask = np.zeros(where.shape, bool)
    mask[where] = kept.ravel()
    return mask


class _Outcome(NamedTuple):
    best: RealArray
    f_best: RealArray
    left_domain: BoolArray


def _note(out: _Outcome, where: BoolArray, state: SecantState) -> None:
    for array, now in zip(out, (state.best, state.f_best, state.left_domain), strict=True):
        array[where] = np.ravel(now)


class Start(NamedTuple):
    """A point and f there."""

    x: RealArray
    f: RealArray


def inside_domain(f: Function, start: RealArray, *, vector: bool = False) -> Start:
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
    return Start(first, value)


def start_secant(x0: Element, f0: Element, x1: Element, enough: Element) -> SecantState:
    """The state in which x0 is known and x1 is the next trial; numbers or arrays."""
    below, above = choose(f0 < 0, x0, np.nan), choose(f0 > 0, x0, np.nan)
    running = np.isfinite(f0) & (np.abs(f0) > enough)
    return SecantState(x0, f0, x0, f0, below, above, x0, f0, x1, running, np.isnan(f0))


def secant_step(
    s: SecantState, f_trial: Element, tolerance: Element, enough: Element, largest: Element
) -> SecantState:
    """The state after f is known at the trial point; numbers or arrays."""
    outside = s.running & np.isnan(f_trial)
    inside = s.running & ~np.isnan(f_trial)
    stalled = np.abs(f_trial) >= np.abs(s.f_best)
    done = inside & stalled & (np.abs(s.f_best) <= tolerance)
    better, moved = inside & ~stalled, inside & ~done
    best, f_best = choose(better, s.trial, s.best), choose(better, f_trial, s.f_best)
    old, f_old = choose(moved, s.new, s.old), choose(moved, s.f_new, s.f_old)
    new, f_new = choose(moved, s.trial, s.new), choose(moved, f_trial, s.f_new)
    below = choose(moved & (f_trial < 0), s.trial, s.below)
    above = choose(moved & (f_trial > 0), s.trial, s.above)
    cornered = outside & (np.abs(s.trial - s.new) <= EDGE * np.abs(s.new))
    onwards = choose(inside, _next_trial(old, f_old, new, f_new, below, above), s.trial)
    bounded = np.minimum(np.maximum(onwards, -largest), largest)
    # What leads beyond the largest value once more, from there, leads nowhere.
    stuck = inside & (bounded != onwards) & (bounded == new)
    trial = choose(outside, (s.trial + s.new) / 2, bounded)
    running = s.running & ~done & ~cornered & ~stuck & (np.abs(f_best) > enough)
    left_domain = s.left_domain | outside
    return SecantState(
        old, f_old, new, f_new, below, above, best, f_best, trial, running, left_domain
    )


def _next_trial(
    old: Element, f_old: Element, new: Element, f_new: Element, below: Element, above: Element
) -> Element:
    slope = (f_new - f_old) / (new - old)
    step = new - f_new / slope
    low, high = np.minimum(below, above), np.maximum(below, above)
    bracketed = np.isfinite(low)
    # Bisect where the secant leaves the bracket, or creeps along one end of it.
    creeping = np.abs(f_new) > np.abs(f_old) / 2
    strayed = bracketed & (creeping | ~((step > low) & (step < high)))
    # A secant through two equal values has no root; take a step of the local size instead.
    lost = ~bracketed & ~np.isfinite(step)
    step = choose(lost, 2 * new - old, step)
    return choose(strayed, (low + high) / 2, step)


class Roots(NamedTuple):
    """Root of a system: ``x`` (..., k), largest |f_i| there (...), and how the search ended."""

    x: RealArray
    residual: RealArray
    converged: BoolArray
    outside: BoolArray


def newton_root(f: Function, start: RealArray, tolerance: float, enough: float = 0.0) -> Roots:
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


def _newton_step(f: Function, x: RealArray, value: RealArray, running: BoolArray) -> RealArray:
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
