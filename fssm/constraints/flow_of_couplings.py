"""Couplings as one vector, and their flow with the scale."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fssm.base import abs_sq
from fssm.constraints.betas import Couplings
from fssm.numerics.flow import Flow, flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, RealArray

    Betas = Callable[[Couplings], Couplings]

# Here the pole is about 16 pi^2/(2 b y^2) = 1e-3 away in ln(scale), and y'/y^3 constant to 1e-4.
BEYOND = 100.0


def packed(c: Couplings) -> AnyArray:
    """Gauge and Yukawa couplings of all points as (n, k)."""
    shape = c.scale.shape
    parts = (np.broadcast_to(c.g, (*shape, 3)), *c[2:])
    points = int(np.prod(shape, dtype=int))
    # Sizes in full: numpy does not guess them where there are no points.
    flat = [
        np.reshape(part, (points, int(np.prod(part.shape[len(shape) :], dtype=int))))
        for part in parts
    ]
    return np.concatenate(flat, axis=-1)


def unpacked(vector: AnyArray, scale: RealArray, doublets: int) -> Couplings:
    """The inverse, for vectors (..., k) and scales (...)."""
    size = 9 * doublets
    ends = (3, 3 + size, 3 + 2 * size, 3 + 3 * size)
    matrices = [
        vector[..., low:high].reshape(*vector.shape[:-1], doublets, 3, 3)
        for low, high in pairwise(ends)
    ]
    return Couplings(scale, vector[..., :3].real, *matrices)


def evolve(c: Couplings, log_ratio: RealArray, betas: Betas, largest: float | None = None) -> Flow:
    """Integrate over ln(scale) from 0 to log_ratio (n,), or to where a coupling is ``largest``."""
    doublets = c.up.shape[-3]

    def slope(y: AnyArray) -> AnyArray:
        return packed(betas(unpacked(y, np.zeros(len(y)), doublets)))

    def excess(y: AnyArray) -> RealArray:
        # Logarithms, in which a coupling near its pole is a straight line for longer.
        return np.asarray(np.log(np.max(abs_sq(y), axis=-1) / (largest or 1.0) ** 2))

    return flow(slope, packed(c), log_ratio, excess if largest else None)


def evolved(c: Couplings, scale: RealArray, betas: Betas) -> Couplings:
    """Couplings at ``scale`` (...), GeV, which broadcasts; NaN beyond a pole."""
    start = spread_couplings(c, np.shape(scale))
    shape = start.scale.shape
    target = np.broadcast_to(np.asarray(scale, np.float64), shape)
    ended = evolve(start, np.log(target / start.scale).ravel(), betas, BEYOND)
    y = np.where(ended.stopped[:, None], np.nan, ended.y).reshape(*shape, ended.y.shape[-1])
    return unpacked(y, target, c.up.shape[-3])


def spread_couplings(c: Couplings, extra: tuple[int, ...] = ()) -> Couplings:
    """All fields with the leading axes of the points, and of ``extra``, broadcast."""
    leading = (np.shape(c.scale), c.g.shape[:-1], *(y.shape[:-3] for y in c[2:]))
    shape = np.broadcast_shapes(*leading, extra)
    matrices = [np.broadcast_to(y, (*shape, *y.shape[-3:])) for y in c[2:]]
    scale, g = np.broadcast_to(c.scale, shape), np.broadcast_to(c.g, (*shape, 3))
    return Couplings(scale, g, *matrices)
