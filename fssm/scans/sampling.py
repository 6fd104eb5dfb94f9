"""Where the points of a scan lie: any of them from its number alone."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fssm.base import RealArray
    from fssm.scans.config import ScanConfig


def axis_values(config: ScanConfig, where: slice) -> dict[str, RealArray]:
    """Values (n,) of every scanned quantity at the points of a slice.

    A point is the same however the scan is cut into parts. Sobol' numbers are scrambled by the
    seed (Owen; scipy.stats.qmc).
    """
    if config.sampling == "grid":
        sizes = [axis.size for axis in config.axes]
        rest = np.arange(where.start, where.stop, where.step)
        indices = []
        # By hand: numpy's own takes at most 64 axes.
        for size in reversed(sizes):
            rest, index = np.divmod(rest, size)
            indices.append(index)
        return {
            axis.name: axis.on_grid(index)
            for axis, index in zip(config.axes, reversed(indices), strict=True)
        }
    make = _random if config.sampling == "random" else _sobol
    cube = make(len(config.axes), config.seed, where)
    return {axis.name: axis.at(cube[:, i]) for i, axis in enumerate(config.axes)}


def _random(dimension: int, seed: int, where: slice) -> RealArray:
    """Uniform numbers (n, dimension) from a counter, which can start anywhere."""
    generator = np.random.Philox(key=seed)
    # One step of the counter is four numbers.
    steps, skipped = divmod(where.start * dimension, 4)
    count = (where.stop - where.start) * dimension
    uniform = np.random.Generator(generator.advance(steps)).random(skipped + count)
    return np.asarray(uniform[skipped:].reshape(-1, dimension))


def _sobol(dimension: int, seed: int, where: slice) -> RealArray:
    from scipy.stats.qmc import Sobol

    sequence = Sobol(dimension, scramble=True, rng=np.random.default_rng(seed))
    _jump(sequence, where.start)
    with warnings.catch_warnings():
        # That only powers of two are balanced is said in the documentation, once.
        warnings.filterwarnings("ignore", message="The balance properties", category=UserWarning)
        return np.asarray(sequence.random(where.stop - where.start))


def _jump(sequence: Any, count: int) -> None:
    """``sequence.fast_forward(count)`` in constant time; scipy takes one step after the other.

    The state behind ``count`` points is the exclusive or of the direction numbers at the bits of
    the Gray code of count - 1 (Antonov and Saleev 1979, doi:10.1016/0041-5553(79)90085-5).
    """
    if not count:
        return
    directions, state = (getattr(sequence, name, None) for name in ("_sv", "_quasi"))
    if directions is None or state is None or directions.shape[0] != state.size:
        # A scipy that keeps its state elsewhere.
        sequence.fast_forward(count)
        return
    gray = (count - 1) ^ ((count - 1) >> 1)
    bits = [bit for bit in range(directions.shape[1]) if gray >> bit & 1]
    state ^= np.bitwise_xor.reduce(directions[:, bits], axis=1)
    sequence.num_generated += count
