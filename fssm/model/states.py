"""Charginos and neutralinos of many points for the loops of one lepton; leading axes the states.

Points lie side by side in memory: numpy's loops run along a thousand points at once instead of
the two or six states of one point, a thousand times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, conjugate, first_axis_sum
from fssm.model.elements import chargino_rows, neutralino_rows
from fssm.model.matrices import assemble
from fssm.model.vertices import Chargino, Neutralino, chargino, neutralino
from fssm.numerics.jacobi import orthogonalise, pairs_of
from fssm.numerics.linalg import shielded
from fssm.numerics.turns import without_turn

if TYPE_CHECKING:
    from fssm.base import AnyArray
    from fssm.model.elements import InoInputs

# Order of Jacobi rotations: the columns of H_d and H_d', of H_u and H_u' overlap most.
NEUTRALINO_PAIRS = pairs_of(6, ((2, 3), (4, 5)))
CHARGINO_PAIRS = pairs_of(3, ((1, 2),))


class States(NamedTuple):
    """Inos of many points, leading axes the six neutralinos and the three charginos."""

    neutral: Neutralino
    charged: Chargino


def states(i: InoInputs) -> States:
    """All inos of inputs (...) that broadcast."""
    return States(neutralinos(i), charginos(i))


def neutralinos(i: InoInputs) -> Neutralino:
    """All six states (6, ...), unordered, of inputs (...) that broadcast."""
    rows = neutralino_rows(i)
    if any(np.iscomplexobj(entry) for row in rows for entry in row):
        return _by_rotations(i, rows)
    matrix, bad = shielded(assemble(rows))
    with without_turn():
        m, vectors = np.linalg.eigh(matrix)
    shares = np.ascontiguousarray(np.moveaxis(vectors[..., :4, :], (-2, -1), (0, 1)))
    m = np.ascontiguousarray(np.moveaxis(m, -1, 0))
    if bad.any():
        m[:, bad] = np.nan
    return neutralino(i, m * m, shares, m * shares)


def _by_rotations(i: InoInputs, rows: tuple[tuple[AnyArray, ...], ...]) -> Neutralino:
    """For complex points: faster than LAPACK's SVD, and exact to a light state's own rounding."""
    columns = _columns(rows, 4)
    with without_turn():
        orthogonalise(columns, 6, NEUTRALINO_PAIRS)
    m_sq = np.stack([first_axis_sum(abs_sq(b[:6])) for b in columns])
    shares = np.stack([b[6:] for b in columns], axis=1)
    return neutralino(i, m_sq, shares, np.stack([conjugate(b[:4]) for b in columns], axis=1))


def charginos(i: InoInputs) -> Chargino:
    """All three states (3, ...), unordered, of inputs (...) that broadcast."""
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
