"""Jacobi rotations as plain arithmetic, and singular values of many small matrices by them.

Every function takes numbers or arrays of any shape alike; the compiled path compiles the same
ones. One-sided rotations keep the relative accuracy of columns that are small because the
matrix is graded: J. Demmel and K. Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, conjugate, first_axis_sum

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, Element, RealArray

# Squared cosine of the angle between two columns that is left by rounding.
NOISE = 2e-30
# A sweep whose sines are all below this leaves cosines of this squared.
FINISHED = 1e-8
MAX_SWEEPS = 15
# Where nothing is to be turned; its square is still a normal number.
_TINY = 1e-150


class Rotation(NamedTuple):
    """p' = cosine p - sine^* q, q' = sine p + cosine q; cosine >= 1/sqrt2."""

    cosine: Element
    sine: Element


class Levels(NamedTuple):
    """Eigenvalues of a hermitian 2x2 matrix, those that the first and second entry turn into."""

    first: Element
    second: Element


def rotation(first: Element, second: Element, off: Element) -> Rotation:
    """Rotation that makes [[first, off^*], [off, second]] diagonal, the smaller of the two.

    tan(2 theta) = 2 |off|/(second - first), without cancellation; the rows (cosine, -sine^*)
    and (sine, cosine) are the eigenvectors.
    """
    gap, doubled = second - first, 2 * off
    size_sq = abs_sq(doubled)
    span = np.abs(gap) + np.sqrt(gap * gap + size_sq) + _TINY
    norm = np.sqrt(span * span + size_sq)
    # A quotient, not a product with 1/norm: without ``off`` the cosine is 1 to the bit.
    return Rotation(span / norm, doubled * np.copysign(1 / norm, gap))


def levels(first: Element, second: Element, off: Element) -> Levels:
    """The eigenvalues that go with :func:`rotation`, each relative to its own entry."""
    gap, size_sq = second - first, abs_sq(off)
    span = np.abs(gap) + np.sqrt(gap * gap + 4 * size_sq) + _TINY
    shift = np.copysign(2 * size_sq / span, gap)
    return Levels(first - shift, second + shift)


def orthogonalising(p_sq: Element, q_sq: Element, overlap: Element) -> Rotation:
    """Rotation that makes columns p, q orthogonal: squared lengths and p^dag q.

    The identity where they are orthogonal to rounding, so that finished matrices stand still.
    """
    return rotation(p_sq, q_sq, overlap * (abs_sq(overlap) > NOISE * p_sq * q_sq))


def pairs_of(n: int, first: tuple[tuple[int, int], ...] = ()) -> list[tuple[int, int]]:
    """All pairs of n columns in the order of a sweep; ``first`` those far from orthogonal.

    Large angles that come first do not undo the small ones: of the neutralinos this saves two
    sweeps of six.
    """
    return [*first, *(pair for pair in combinations(range(n), 2) if pair not in first)]


def orthogonalise(
    columns: list[AnyArray], n: int, pairs: list[tuple[int, int]], sweeps: int = MAX_SWEEPS
) -> None:
    """Rotate the columns (rows, points) in place until their first n rows are orthogonal.

    Started with the n columns of M on top of those of 1, or of some rows of it, they end as
    M W on top of W. A finished point is not touched again, whatever its neighbours need.
    """
    running = np.ones(columns[0].shape[1:], bool)
    for sweep in range(sweeps):
        running = running & (_sweep(columns, n, pairs, running) > FINISHED**2)
        left = np.count_nonzero(running)
        if left == 0:
            return
        if 2 * left < running.size:
            # Most points are done: go on with the others alone.
            some = [column[:, running] for column in columns]
            orthogonalise(some, n, pairs, sweeps - sweep - 1)
            for column, part in zip(columns, some, strict=True):
                column[:, running] = part
            return


def _sweep(
    columns: list[AnyArray], n: int, pairs: list[tuple[int, int]], running: BoolArray
) -> RealArray:
    """One rotation of every pair; the largest sine squared of each point.

    The squared lengths are known after a rotation without a look at the columns. What that
    costs in accuracy, where two columns were nearly parallel, the next sweep does not inherit.
    """
    largest = np.zeros(running.shape)
    length_sq = [first_axis_sum(abs_sq(column[:n])) for column in columns]
    for i, j in pairs:
        p, q = columns[i], columns[j]
        overlap = first_axis_sum(conjugate(p[:n]) * q[:n]) * running
        turn = orthogonalising(length_sq[i], length_sq[j], overlap)
        length_sq[i], length_sq[j] = levels(length_sq[i], length_sq[j], overlap)
        columns[i], columns[j] = rotated(turn, p, q)
        largest = np.maximum(largest, abs_sq(turn.sine))
    return largest


def rotated(turn: Rotation, p: AnyArray, q: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The columns p', q'."""
    c, s = turn
    return c * p - conjugate(s) * q, s * p + c * q
