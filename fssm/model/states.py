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
    matrix, bad = shielded(assemble(neutralino_rows(i)))
    if np.iscomplexobj(matrix):
        # M V^dag = U^T diag: columns of V^dag are the shares, those of U^T, conjugate, flipped.
        left, m, right = np.linalg.svd(matrix)
        shares = _states_first(right.conj()[..., :4])
        flipped = _states_first(np.swapaxes(left.conj(), -1, -2)[..., :4])
    else:
        m, vectors = np.linalg.eigh(matrix)
        shares = flipped = _states_first(np.swapaxes(vectors, -1, -2)[..., :4])
    m = np.ascontiguousarray(np.moveaxis(m, -1, 0))
    if bad.any():
        m[:, bad] = np.nan
    return neutralino(i, m * m, shares, m * flipped)


def charginos(i: InoInputs) -> Chargino:
    """All three states (3, ...), unordered, of inputs (...) that broadcast."""
    entries = _broadcast([entry for row in chargino_rows(i) for entry in row])
    # Of V only the wino's row is needed: a fourth row of each column.
    unit = np.eye(3)[0]
    columns = [np.stack([*entries[k::3], np.full_like(entries[0], unit[k])]) for k in range(3)]
    orthogonalise(columns, 3, CHARGINO_PAIRS)
    return chargino(
        i,
        m_sq=np.stack([first_axis_sum(abs_sq(b[:3])) for b in columns]),
        wino=np.stack([b[3] for b in columns]),
        flip_hd=np.stack([conjugate(b[1]) for b in columns]),
        flip_hd_prime=np.stack([conjugate(b[2]) for b in columns]),
    )


def _broadcast(entries: list[AnyArray]) -> list[AnyArray]:
    dtype = np.result_type(*entries)
    return [np.asarray(entry, dtype) for entry in np.broadcast_arrays(*entries)]


def _states_first(vectors: AnyArray) -> AnyArray:
    """(..., state, component) to (component, state, ...), stored like that."""
    return np.ascontiguousarray(np.moveaxis(vectors, (-1, -2), (0, 1)))
