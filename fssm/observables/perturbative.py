"""Chargino and neutralino masses to second order in the vevs, after the Higgsino rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan
from fssm.model.matrices import chargino_matrix, neutralino_matrix
from fssm.numerics.linalg import matmul, takagi

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian


# An entry this small beside the others of its block is the rounding of zero.
ROUNDING = 1e-14


class PerturbativeSpectrum(NamedTuple):
    """Masses in GeV, ascending: ``neutralino`` (..., 6), ``chargino`` (..., 3).

    ``mixing`` (...) is the largest first-order gaugino-Higgsino mixing; the error of the
    masses is of order mixing^3 v. NaN where it reaches 1: two unperturbed masses are then as
    close as the electroweak terms between them.
    """

    neutralino: RealArray
    chargino: RealArray
    mixing: RealArray


def perturbative_spectrum(lag: Lagrangian) -> PerturbativeSpectrum:
    """Diagonalise gauginos and Higgsinos apart, then treat everything with a vev as a perturbation.

    The step the slides describe for their chargino and neutralino matrices; arXiv:2104.08293.
    """
    with quiet_nan():
        neutralino, mixing_n = _second_order(neutralino_matrix(lag), 2)
        # Charginos as Majorana states in pairs: (W-, W+, H_d-, H_d'-, H_u+, H_u'+).
        x = chargino_matrix(lag)
        pairs = np.zeros((*x.shape[:-2], 6, 6), x.dtype)
        minus, plus = np.array([0, 2, 3]), np.array([1, 4, 5])
        pairs[..., minus[:, None], plus] = x
        pairs[..., plus[:, None], minus] = np.swapaxes(x, -1, -2)
        chargino, mixing_c = _second_order(pairs, 2)
    return PerturbativeSpectrum(neutralino, chargino[..., ::2], np.maximum(mixing_c, mixing_n))


def _second_order(matrix: AnyArray, gauginos: int) -> tuple[RealArray, RealArray]:
    """Masses of a symmetric matrix to second order in its off-diagonal block V, and the mixing.

    In the basis where both diagonal blocks are diag(m_i), diag(m_k) >= 0, the rotation
    1 + [[0, s], [-s^dag, 0]] removes V at first order for m_i s_ik - s*_ik m_k = -V_ik, and
    leaves the blocks -(s* V^T + V s^dag)/2 and (s^T V + V^T s)/2 at second order. Masses may
    coincide within a block, as the two states of a Higgsino do.
    """
    own = takagi(_as_complex(matrix[..., :gauginos, :gauginos]))
    other = takagi(_as_complex(matrix[..., gauginos:, gauginos:]))
    block = matrix[..., :gauginos, gauginos:]
    v = matmul(matmul(own.mix.conjugate(), block), np.swapaxes(other.mix.conjugate(), -1, -2))
    # States that do not couple do not mix, however close they are.
    size = np.max(np.abs(v), axis=(-2, -1), keepdims=True)
    re, im = (np.where(np.abs(part) <= ROUNDING * size, 0.0, part) for part in (v.real, v.imag))
    difference = own.values[..., :, None] - other.values[..., None, :]
    total = own.values[..., :, None] + other.values[..., None, :]
    s = -_quotient(re, difference) - 1j * _quotient(im, total)
    mixing = np.max(np.abs(s), axis=(-2, -1))
    # Where the expansion does not exist, any finite matrix keeps the diagonalisation quiet.
    s = np.where(mixing[..., None, None] < 1, s, 0.0)
    v_s = matmul(v, np.swapaxes(s.conjugate(), -1, -2))
    s_v = matmul(np.swapaxes(s, -1, -2), v)
    masses = np.concatenate(
        [
            takagi(_diagonal(own.values) - (v_s + np.swapaxes(v_s, -1, -2)) / 2).values,
            takagi(_diagonal(other.values) + (s_v + np.swapaxes(s_v, -1, -2)) / 2).values,
        ],
        axis=-1,
    )
    return np.where(mixing[..., None] < 1, np.sort(masses, axis=-1), np.nan), mixing


def _as_complex(matrix: AnyArray) -> AnyArray:
    return matrix.astype(np.complex128)


def _diagonal(values: RealArray) -> AnyArray:
    return np.asarray(values[..., None] * np.eye(values.shape[-1]))


def _quotient(part: RealArray, gap: RealArray) -> RealArray:
    """part/gap, and 0 for no part, also over no gap."""
    return np.where(part == 0, 0.0, part / gap)
