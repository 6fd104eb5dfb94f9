"""Chargino and neutralino masses to second order in the vevs, after the Higgsino rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, quiet_nan
from fssm.model.matrices import chargino_matrix, neutralino_matrix
from fssm.numerics.linalg import svd

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian

# States per unperturbed mass: a Higgsino mass belongs to two neutralinos.
_CHARGINO_LEVELS = ((0,), (1,), (2,))
_NEUTRALINO_LEVELS = ((0,), (1,), (2, 4), (3, 5))


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
        chargino, mixing_c = _second_order(charged, 1, _CHARGINO_LEVELS)
        neutralino, mixing_n = _second_order(neutral, 2, _NEUTRALINO_LEVELS)
    return PerturbativeSpectrum(neutralino, chargino, np.maximum(mixing_c, mixing_n))


def _block_diagonal(first: AnyArray, second: AnyArray) -> AnyArray:
    zero = np.zeros_like(first)
    return np.concatenate(
        [np.concatenate([first, zero], axis=-1), np.concatenate([zero, second], axis=-1)],
        axis=-2,
    )


def _rotated(
    matrix: AnyArray, left: tuple[int, AnyArray], right: tuple[int, AnyArray]
) -> AnyArray:
    """L^* M R^dag, the rotations acting on the rows and columns behind the gauginos."""
    rotated = matrix.copy()
    skip, rotation = left
    rotated[..., skip:, :] = rotation.conjugate() @ rotated[..., skip:, :]
    skip, rotation = right
    rotated[..., :, skip:] = rotated[..., :, skip:] @ np.swapaxes(rotation.conjugate(), -1, -2)
    return rotated


def _second_order(
    matrix: AnyArray, gauginos: int, levels: tuple[tuple[int, ...], ...]
) -> tuple[RealArray, RealArray]:
    """Masses from M M^dag in second-order perturbation theory, level by level; and the mixing."""
    n = matrix.shape[-1]
    index = np.arange(n)
    electroweak = (index[:, None] < gauginos) != (index < gauginos)
    perturbation = np.where(electroweak, matrix, 0.0)
    unperturbed = matrix - perturbation
    dagger = np.swapaxes(perturbation.conjugate(), -1, -2)
    energy = np.sum(abs_sq(unperturbed), axis=-1)
    first = unperturbed @ dagger
    first = first + np.swapaxes(first.conjugate(), -1, -2)
    second = perturbation @ dagger
    gap = energy[..., :, None] - energy[..., None, :]
    coupled = abs_sq(first) > 0
    mixing = np.max(np.where(coupled, np.abs(first) / np.abs(gap), 0.0), axis=(-2, -1))
    masses_sq = np.concatenate(
        [_level(np.array(level), energy, first, second) for level in levels], axis=-1
    )
    masses = np.sqrt(np.where(mixing[..., None] < 1, masses_sq, np.nan))
    return np.sort(masses, axis=-1), mixing


def _level(level: AnyArray, energy: RealArray, first: AnyArray, second: AnyArray) -> RealArray:
    """Second-order energies of one (possibly twofold) level."""
    others = np.setdiff1d(np.arange(energy.shape[-1]), level)
    own = energy[..., level[0], None]
    down = first[..., level[:, None], others]
    gap = own - energy[..., others]
    up = np.swapaxes(down.conjugate(), -1, -2)
    block = second[..., level[:, None], level] + (down / gap[..., None, :]) @ up
    finite = np.isfinite(block).all((-2, -1))[..., None, None]
    values = np.linalg.eigvalsh(np.where(finite, block, 0.0))
    return np.where(finite[..., 0], own + values, np.nan)
