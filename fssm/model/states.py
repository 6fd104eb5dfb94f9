"""Charginos and neutralinos of many points for the loops of one lepton; leading axes the states.

Points lie side by side in memory: numpy's loops run along a thousand points at once instead of
the two or six states of one point, a thousand times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, conjugate, first_axis_sum, taken
from fssm.model.elements import InoInputs, chargino_rows, neutralino_rows
from fssm.model.matrices import assemble
from fssm.model.vertices import Chargino, Neutralino, chargino, neutralino
from fssm.numerics.jacobi import orthogonalise, pairs_of
from fssm.numerics.linalg import orthogonal_start, shielded
from fssm.numerics.turns import without_turn

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray

# Order of Jacobi rotations: the columns of H_d and H_d', of H_u and H_u' overlap most.
NEUTRALINO_PAIRS = pairs_of(6, ((2, 3), (4, 5)))
CHARGINO_PAIRS = pairs_of(3, ((1, 2),))

# Lightest over heaviest neutralino below which LAPACK's SVD may err by more than 2e-12 of a_mu;
# to do better takes 3 us a point.
_GRADED = 0.085
# Lightest over heaviest chargino below which the rotations leave its column as rounding.
_MASSLESS = 1e-7
# What counts as no mass, in units of the heaviest chargino's.
_TINY = 1e-30


class States(NamedTuple):
    """Inos of many points, leading axes the six neutralinos and the three charginos."""

    neutral: Neutralino
    charged: Chargino


def states(i: InoInputs) -> States:
    """All inos of inputs (...) that broadcast."""
    return States(neutralinos(i), charginos(i))


def neutralinos(i: InoInputs) -> Neutralino:
    """All six states (6, ...), unordered, of inputs (...) that broadcast.

    By LAPACK, and where complex masses are apart once more by rotations, which begin with what
    LAPACK found: the SVD knows all mixings to the rounding of the largest, a rotation knows small
    ones to their own.
    """
    matrix, bad = shielded(assemble(neutralino_rows(i)))
    if not np.iscomplexobj(matrix):
        return _by_eigh(i, matrix, bad)
    with without_turn():
        # M V^dag = U^T diag: columns of V^dag are the shares, those of U^T, conjugate, flipped.
        left, m, right = np.linalg.svd(matrix)
    shares = _components_first(np.swapaxes(right.conj(), -1, -2))
    m = np.ascontiguousarray(np.moveaxis(m, -1, 0))
    m[:, bad] = np.nan
    states = neutralino(i, m * m, shares, m * _components_first(left.conj()))
    graded = m.min(0) < _GRADED * m.max(0)
    if graded.any():
        some = InoInputs(*(taken(array, graded) for array in i))
        better = _by_rotations(some, matrix[graded], right[graded])
        for ours, theirs in zip(states, better, strict=True):
            ours[:, graded] = theirs
    return states


def _by_eigh(i: InoInputs, matrix: AnyArray, bad: BoolArray) -> Neutralino:
    with without_turn():
        m, vectors = np.linalg.eigh(matrix)
    shares = _components_first(vectors)
    m = np.ascontiguousarray(np.moveaxis(m, -1, 0))
    m[:, bad] = np.nan
    return neutralino(i, m * m, shares, m * shares)


def _components_first(vectors: AnyArray) -> AnyArray:
    """The upper four components of (..., component, state) as (component, state, ...)."""
    return np.ascontiguousarray(np.moveaxis(vectors[..., :4, :], (-2, -1), (0, 1)))


def _by_rotations(i: InoInputs, matrix: AnyArray, v: AnyArray) -> Neutralino:
    """From V of an SVD that is good to the rounding of the largest entry, one axis of points."""
    with without_turn():
        start = orthogonal_start(matrix, v)
    columns = [np.ascontiguousarray(start[..., :10, k].T) for k in range(6)]
    orthogonalise(columns, 6, NEUTRALINO_PAIRS)
    m_sq = np.stack([first_axis_sum(abs_sq(b[:6])) for b in columns])
    shares = np.stack([b[6:] for b in columns], axis=1)
    return neutralino(i, m_sq, shares, np.stack([conjugate(b[:4]) for b in columns], axis=1))


def charginos(i: InoInputs) -> Chargino:
    """All three states (3, ...), unordered, of inputs (...) that broadcast.

    By rotations, and by LAPACK where one is so light that m_A U* does not tell U*.
    """
    states = _charginos_by_rotations(i)
    lost = almost_massless(states.m_sq)
    if lost.any():
        better = _charginos_by_lapack(InoInputs(*(taken(array, lost) for array in i)))
        for ours, theirs in zip(states, better, strict=True):
            ours[:, lost] = theirs
    return states


def almost_massless(m_sq: RealArray) -> BoolArray:
    """Points (...) with a chargino lighter than rounding makes it, of squared masses (3, ...)."""
    return np.asarray(m_sq.min(0) < _MASSLESS**2 * m_sq.max(0))


def _charginos_by_lapack(i: InoInputs) -> Chargino:
    matrix, bad = shielded(assemble(chargino_rows(i)))
    with without_turn():
        # X = U^T diag V: columns of U^T are those of U*, conjugate; row A of V holds V_A1.
        left, m, right = np.linalg.svd(matrix)
    m = np.where(bad[..., None], np.nan, m)
    hd, hd_prime, wino, m = (
        np.moveaxis(a, -1, 0) for a in (left[..., 1, :], left[..., 2, :], right[..., :, 0], m)
    )
    # A mass of zero would lose U*; this one is as good.
    m = np.maximum(m, _TINY * m.max(0))
    return chargino(i, m * m, conjugate(wino), m * conjugate(hd), m * conjugate(hd_prime))


def _charginos_by_rotations(i: InoInputs) -> Chargino:
    # Of V only the row of the wino is needed.
    columns = _columns(chargino_rows(i), 1)
    orthogonalise(columns, 3, CHARGINO_PAIRS)
    return chargino(
        i,
        m_sq=np.stack([first_axis_sum(abs_sq(b[:3])) for b in columns]),
        wino=np.stack([b[3] for b in columns]),
        flip_hd=np.stack([conjugate(b[1]) for b in columns]),
        flip_hd_prime=np.stack([conjugate(b[2]) for b in columns]),
    )


def _columns(rows: tuple[tuple[AnyArray, ...], ...], shares: int) -> list[AnyArray]:
    """The columns of a matrix on top of the first rows of 1, each (rows, ...)."""
    n = len(rows)
    unit = [[np.asarray(float(k == j)) for j in range(n)] for k in range(shares)]
    entries = [entry for row in [*rows, *unit] for entry in row]
    shape, dtype = np.broadcast_shapes(*map(np.shape, entries)), np.result_type(*entries)
    columns = [np.empty((n + shares, *shape), dtype) for _ in range(n)]
    for place, entry in enumerate(entries):
        columns[place % n][place // n] = entry
    return columns
