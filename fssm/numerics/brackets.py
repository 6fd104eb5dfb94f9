"""Where a function of one variable first reaches a value: a scan for brackets, then bisection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import quiet_nan

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import BoolArray, RealArray

    # f(x, *parameters), element by element; NaN outside its domain.
    Function = Callable[..., RealArray]


class Scan(NamedTuple):
    """A function at nodes (n,) for parameters of shape (...): ``values`` (n, ...)."""

    f: Function
    parameters: tuple[RealArray, ...]
    nodes: RealArray
    values: RealArray


class Crossing(NamedTuple):
    """Position (...), NaN where there is none, and the cell of the scan it lies in (n if none)."""

    x: RealArray
    cell: RealArray


def scan(f: Function, nodes: RealArray, *parameters: Any) -> Scan:
    """Evaluate f at all nodes, monotonic in either direction, for all parameters at once."""
    arrays = tuple(np.broadcast_arrays(*(np.asarray(p, np.float64) for p in parameters)))
    shape = arrays[0].shape if arrays else ()
    columns = np.broadcast_to(nodes.reshape(-1, *(1,) * len(shape)), (len(nodes), *shape))
    with quiet_nan():
        return Scan(f, arrays, nodes, np.asarray(f(columns, *arrays)))


def first_crossing(
    scanned: Scan,
    target: RealArray | float,
    after: RealArray | int = 0,
    *,
    tolerance: float = 1e-14,
) -> Crossing:
    """The first root of f - target in the cells from ``after`` on, to ``tolerance`` relative.

    A cell holds a root where f - target changes its sign, with f finite at both ends, so that a
    pair of roots within one cell goes unseen. Refined by the bracketing method of Chandrupatla.
    """
    nodes, values = scanned.nodes, scanned.values
    target = np.broadcast_to(np.asarray(target, np.float64), values.shape[1:])
    with quiet_nan():
        above = np.sign(values - target)
        # A value that is met exactly at a node counts as the end of the cell before.
        changes = (above[:-1] * above[1:] < 0) | ((above[1:] == 0) & (above[:-1] != 0))
    changes &= np.isfinite(values[:-1]) & np.isfinite(values[1:])
    cells = np.arange(len(nodes) - 1).reshape(-1, *(1,) * target.ndim)
    changes &= cells >= after
    found = changes.any(axis=0)
    cell = np.where(found, changes.argmax(axis=0), len(nodes))
    x = np.full(target.shape, np.nan)
    if found.any():
        x[found] = _refined(scanned, target, cell, found, tolerance)
    return Crossing(x[()], cell)


def _refined(
    scanned: Scan, target: RealArray, cell: RealArray, found: BoolArray, tolerance: float
) -> RealArray:
    from scipy.optimize.elementwise import find_root

    ends = scanned.nodes[cell[found]], scanned.nodes[cell[found] + 1]
    parameters = tuple(p[found] for p in scanned.parameters)

    def mismatch(x: RealArray, wanted: RealArray, *own: RealArray) -> RealArray:
        return scanned.f(x, *own) - wanted

    with quiet_nan():
        root = find_root(
            mismatch,
            (np.minimum(*ends), np.maximum(*ends)),
            args=(target[found], *parameters),
            tolerances={"xrtol": tolerance},
        )
    return np.where(root.success, root.x, np.nan)
