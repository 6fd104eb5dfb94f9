"""Chargino and neutralino masses to second order in the vevs, after the Higgsino rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, quiet_nan
from fssm.model.matrices import chargino_matrix, neutralino_matrix
from fssm.numerics.linalg import hermitian, svd

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian


class PerturbativeSpectrum(NamedTuple):
    """Masses in GeV, ascending: ``neutralino`` (..., 6), ``chargino`` (..., 3).

    ``mixing`` (...) is the largest first-order gaugino-Higgsino mixing; the error of the
    masses is of relative order mixing^2 v^2/m^2. NaN where it reaches 1: two unperturbed
    masses are then as close as the electroweak terms between them.
    """

    neutralino: RealArray
    chargino: RealArray
    mixing: RealArray


def perturbative_spectrum(lag: Lagrangian) -> PerturbativeSpectrum:
    """Rotate M_H to diag(mu, mu_tilde), then treat everything with a vev as a perturbation.

    The step the slides describe for their chargino and neutralino matrices; arXiv:2104.08293.
    """
    with quiet_nan():
        rotation = svd(lag.m_higgsino)
        charged = _rotated(chargino_matrix(lag), (1, rotation.u), (1, rotation.v))
        neutral = neutralino_matrix(lag)
        both = _block_diagonal(rotation.u, rotation.v)
        neutral = _rotated(neutral, (2, both), (2, both))
        chargino, mixing_c = _second_order(charged, 1)
        neutralino, mixing_n = _second_order(neutral, 2)
    return PerturbativeSpectrum(neutralino, chargino, np.maximum(mixing_c, mixing_n))


def _block_diagonal(first: AnyArray, second: AnyArray) -> AnyArray:
    zero = np.zeros_like(first)
    return np.concatenate(
        [np.concatenate([first, zero], axis=-1), np.concatenate([zero, second], axis=-1)],
        axis=-2,
    )


def _rotated(matrix: AnyArray, left: tuple[int, AnyArray], right: tuple[int, AnyArray]) -> AnyArray:
    """L^* M R^dag, the rotations acting on the rows and columns behind the gauginos."""
    rotated = matrix.copy()
    skip, rotation = left
    rotated[..., skip:, :] = rotation.conjugate() @ rotated[..., skip:, :]
    skip, rotation = right
    rotated[..., :, skip:] = rotated[..., :, skip:] @ np.swapaxes(rotation.conjugate(), -1, -2)
    return rotated


def _second_order(matrix: AnyArray, gauginos: int) -> tuple[RealArray, RealArray]:
    """Masses from M M^dag in second-order perturbation theory, and the first-order mixing.

    Gauginos and Higgsinos are two blocks; the effective matrix of each is exact to second
    order also where masses within the block coincide, as the two states of a Higgsino do.
    """
    index = np.arange(matrix.shape[-1])
    electroweak = (index[:, None] < gauginos) != (index < gauginos)
    perturbation = np.where(electroweak, matrix, 0.0)
    unperturbed = matrix - perturbation
    dagger = np.swapaxes(perturbation.conjugate(), -1, -2)
    energy = np.sum(abs_sq(unperturbed), axis=-1)
    half = unperturbed @ dagger
    first = half + np.swapaxes(half.conjugate(), -1, -2)
    gap = energy[..., :, None] - energy[..., None, :]
    angle = np.where(abs_sq(first) > 0, first / gap, 0.0)
    mixing = np.max(np.abs(angle), axis=(-2, -1))
    # sum_k (1/2) first_ak first_kb (1/(E_a - E_k) + 1/(E_b - E_k)), k in the other block.
    folded = angle @ first
    effective = perturbation @ dagger + (folded + np.swapaxes(folded.conjugate(), -1, -2)) / 2
    effective = effective + energy[..., None] * np.eye(matrix.shape[-1])
    masses_sq = hermitian(np.where(electroweak, 0.0, effective)).values
    masses = np.sqrt(np.where(mixing[..., None] < 1, masses_sq, np.nan))
    return masses, mixing
