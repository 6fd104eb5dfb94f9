"""Batched diagonalisation with one convention: rows of a mixing matrix are mass states.

Hermitian  X M X^dag = diag;  SVD  U^* M V^dag = diag;  Takagi  N^* M N^dag = diag.
Matrices with NaN or infinity give NaN results and leave the rest of the batch untouched.

LAPACK knows all mixing angles to the rounding of the largest entry. Of a graded matrix, with masses
far apart, the rotated matrix is known better, entry by entry: one Newton step on its off-diagonal
entries (refined_svd, refined_symmetric) makes small masses and small angles as good as the large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import blanked, real_part
from fssm.numerics.turns import without_turn

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray


# Relative difference of masses below which their mixing is not refined.
_EQUAL = 1e-6


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


def orthogonal_start(matrix: AnyArray, v: AnyArray) -> AnyArray:
    """M V^dag on top of V^dag (points, 2n, n), to be rotated until its columns are orthogonal.

    V is made unitary first in the basis of M, in which small entries of V^dag V are known as such.
    """
    adjoint = np.ascontiguousarray(np.conjugate(np.swapaxes(v, -1, -2)))
    # The order of terms is that of contiguous stacks, whatever their length.
    adjoint = adjoint - (adjoint @ v - np.eye(v.shape[-1])) @ adjoint / 2
    return np.concatenate([matrix @ adjoint, adjoint], axis=-2)


def refined_svd(matrix: AnyArray, found: Singular) -> Singular:
    """One Newton step for U^* M V^dag = diag.

    With G = U^* M V^dag, (1 + X) U^* M V^dag (1 + Y^dag) is diagonal to second order for
    antihermitian X_ij = -(s_j G_ij + s_i G_ji^*)/(s_j^2 - s_i^2), Y likewise with s_i and s_j
    exchanged.
    """
    s, u, v = found
    g = matmul(matmul(np.conjugate(u), matrix), np.conjugate(np.swapaxes(v, -1, -2)))
    g_adjoint = np.conjugate(np.swapaxes(g, -1, -2))
    s_i, s_j = s[..., :, None], s[..., None, :]
    gap = (s_j - s_i) * (s_j + s_i)
    # Equal masses have no angle between them to refine.
    apart = np.abs(gap) > _EQUAL * np.maximum(s_i, s_j) ** 2
    safe = np.where(apart, gap, 1.0)
    left = np.where(apart, (s_j * g + s_i * g_adjoint) / safe, 0.0)
    right = np.where(apart, (s_j * g_adjoint + s_i * g) / safe, 0.0)
    # A vanishing mass may come out as -1e-17.
    masses = np.abs(real_part(np.diagonal(g, axis1=-2, axis2=-1)))
    order = np.argsort(masses, axis=-1, kind="stable")
    better = u - matmul(np.conjugate(left), u), v - matmul(right, v)
    u, v = (np.take_along_axis(mix, order[..., None], axis=-2) for mix in better)
    return Singular(np.take_along_axis(masses, order, axis=-1), u, v)


def refined_symmetric(matrix: AnyArray, found: Eigen) -> Eigen:
    """One Newton step for N^* M N^dag = diag: N -> (1 + X) N with antihermitian X.

    With E = N^* M N^dag, Re X_ij = -Re E_ij/(d_j - d_i) and Im X_ij = Im E_ij/(d_i + d_j). N is
    made unitary first, in the basis of M, in which small entries of N^dag N are known as such.
    After T. Ogita and K. Aishima, Japan J. Indust. Appl. Math. 35 (2018) 1007.
    """
    d, mix = found
    excess = matmul(np.conjugate(np.swapaxes(mix, -1, -2)), mix) - np.eye(d.shape[-1])
    mix = mix - matmul(mix, excess) / 2
    e = matmul(matmul(np.conjugate(mix), matrix), np.conjugate(np.swapaxes(mix, -1, -2)))
    # Symmetric to the bit, or X is not antihermitian and N no longer unitary.
    e = (e + np.swapaxes(e, -1, -2)) / 2
    d_i, d_j = d[..., :, None], d[..., None, :]
    largest = np.maximum(np.abs(d_i), np.abs(d_j))
    step = -_quotient(e.real, d_j - d_i, largest)
    if np.iscomplexobj(e):
        step = step + 1j * _quotient(e.imag, d_i + d_j, largest)
    values = real_part(np.diagonal(e, axis1=-2, axis2=-1))
    return _by_size(np.abs(values) if np.iscomplexobj(e) else values, mix + matmul(step, mix))


def _quotient(part: RealArray, gap: RealArray, largest: RealArray) -> RealArray:
    """part/gap; 0 where the masses are equal and have no angle between them to refine."""
    apart = np.abs(gap) > _EQUAL * largest
    return np.where(apart, part / np.where(apart, gap, 1.0), 0.0)


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
