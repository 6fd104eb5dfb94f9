"""Batched diagonalisation with one convention: rows of a mixing matrix are mass states.

Hermitian  X M X^dag = diag;  SVD  U^* M V^dag = diag;  Takagi  N^* M N^dag = diag.
Matrices with NaN or infinity give NaN results and leave the rest of the batch untouched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import blanked
from fssm.numerics.turns import without_turn

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray


class Eigen(NamedTuple):
    """Values (..., n) and mixing matrix (..., n, n), rows the states."""

    values: RealArray
    mix: AnyArray


class Singular(NamedTuple):
    """Singular values (..., n) ascending, and U, V (..., n, n) with U^* M V^dag = diag(s)."""

    s: RealArray
    u: AnyArray
    v: AnyArray


def matmul(left: AnyArray, right: AnyArray) -> AnyArray:
    """Product (..., m, n) of small matrices, the terms added in the order of the inner index.

    numpy's ``@`` calls BLAS or loops of its own, as the memory is laid out, and both round in
    their own ways.
    """
    product: AnyArray = left[..., :, 0, None] * right[..., None, 0, :]
    for k in range(1, left.shape[-1]):
        product = product + left[..., :, k, None] * right[..., None, k, :]
    return product


def shielded(matrix: AnyArray) -> tuple[AnyArray, BoolArray]:
    """Replace matrices LAPACK would choke on by the unit matrix; say which they were."""
    bad = ~np.all(np.isfinite(matrix), axis=(-2, -1))
    if bad.any():
        matrix = np.where(bad[..., None, None], np.eye(matrix.shape[-1]), matrix)
    return matrix, bad


def hermitian(matrix: AnyArray) -> Eigen:
    """Eigenvalues ascending and X with X M X^dag = diag, for hermitian M (..., n, n).

    Only the lower triangle is read.
    """
    safe, bad = shielded(matrix)
    with without_turn():
        values, vectors = np.linalg.eigh(safe)
    mix = np.conjugate(np.swapaxes(vectors, -1, -2))
    return Eigen(blanked(values, bad), blanked(mix, bad))


def svd(matrix: AnyArray) -> Singular:
    """Singular values ascending with U^* M V^dag = diag(s >= 0), for any square M."""
    safe, bad = shielded(matrix)
    with without_turn():
        left, s, right = np.linalg.svd(safe)
    u = np.swapaxes(left, -1, -2)[..., ::-1, :]
    return Singular(blanked(s[..., ::-1], bad), blanked(u, bad), blanked(right[..., ::-1, :], bad))


def symmetric(matrix: AnyArray) -> Eigen:
    """N^* M N^dag = diag for symmetric M (..., n, n), ascending in |value|.

    A real M keeps real N and signed values, so a pair +-mu is not degenerate; a complex M
    gets the Takagi form with values >= 0.
    """
    if np.iscomplexobj(matrix):
        return takagi(matrix)
    values, mix = hermitian(matrix)
    return _by_size(values, mix)


def _by_size(values: RealArray, mix: AnyArray) -> Eigen:
    order = np.argsort(np.abs(values), axis=-1, kind="stable")
    return Eigen(
        np.take_along_axis(values, order, axis=-1),
        np.take_along_axis(mix, order[..., None], axis=-2),
    )


def takagi(matrix: AnyArray) -> Eigen:
    """Takagi values >= 0, ascending, with N^* M N^dag = diag, for complex symmetric M.

    M conj(z) = s z is the real symmetric problem [[Re M, Im M], [Im M, -Re M]] (x, y) =
    s (x, y) for z = x + iy, with every s paired by -s. Its n upper eigenvectors are unitary
    as complex vectors, also for degenerate s > 0, because i z belongs to -s. Only where
    s is zero to rounding do z and i z mix; the QR step, which leaves orthonormal columns as
    they are, completes those to a unitary matrix within the null space.
    """
    safe, bad = shielded(matrix)
    n = safe.shape[-1]
    re, im = safe.real, safe.imag
    embedded = np.concatenate(
        [np.concatenate([re, im], axis=-1), np.concatenate([im, -re], axis=-1)], axis=-2
    )
    values, vectors = np.linalg.eigh(embedded)
    # Descending: the well-determined columns come first in the QR step.
    upper = vectors[..., :, : n - 1 : -1]
    # LAPACK's R has a real diagonal: Q differs from the columns by signs, which do not matter.
    q = np.linalg.qr(upper[..., :n, :] + 1j * upper[..., n:, :]).Q
    mix = np.swapaxes(q, -1, -2)[..., ::-1, :]
    # A null value may come out as -1e-17; it is zero to rounding, and so may be the order.
    return Eigen(*(blanked(a, bad) for a in _by_size(np.abs(values[..., n:]), mix)))
