"""Masses, mixing matrices and tachyon flags from the mass matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.model.matrices import (
    chargino_matrix,
    neutralino_matrix,
    slepton_matrix,
    sneutrino_matrix,
)
from fssm.numerics.linalg import hermitian, refined_svd, refined_symmetric, svd, symmetric

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian


class Inos(NamedTuple):
    """Charginos and neutralinos, states ascending in mass.

    ``m_neutralino`` (..., 6), GeV: signed for real points (then ``n`` is real), >= 0 for
    complex ones, N^* M N^dag = diag. ``m_chargino`` (..., 3), GeV, >= 0, U^* X V^dag = diag.
    """

    m_neutralino: RealArray
    n: AnyArray
    m_chargino: RealArray
    u: AnyArray
    v: AnyArray


class Scalars(NamedTuple):
    """Sleptons and sneutrinos, states ascending in mass.

    ``slepton_sq`` (..., 2n), ``sneutrino_sq`` (..., n), GeV^2, NaN for a tachyon; ``x``
    (..., 2n, 2n) with X M^2 X^dag = diag, likewise ``z``. ``tachyonic_slepton``,
    ``tachyonic_sneutrino`` (...) mark points with a mass^2 <= 0.
    """

    slepton_sq: RealArray
    x: AnyArray
    sneutrino_sq: RealArray
    z: AnyArray
    tachyonic_slepton: BoolArray
    tachyonic_sneutrino: BoolArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Spectrum:
    """The tree-level spectrum of a point or of many."""

    inos: Inos
    scalars: Scalars

    @property
    def m_slepton(self) -> RealArray:
        """Slepton masses (..., 2n), GeV, ascending; NaN for a tachyon."""
        return np.sqrt(self.scalars.slepton_sq)

    @property
    def m_sneutrino(self) -> RealArray:
        """Sneutrino masses (..., n), GeV, ascending; NaN for a tachyon."""
        return np.sqrt(self.scalars.sneutrino_sq)


def inos(lag: Lagrangian) -> Inos:
    """Charginos and neutralinos of the tree-level mass matrices."""
    matrix, block = neutralino_matrix(lag), chargino_matrix(lag)
    neutral, charged = refined_symmetric(matrix, symmetric(matrix)), refined_svd(block, svd(block))
    return Inos(neutral.values, neutral.mix, charged.s, charged.u, charged.v)


def scalars(lag: Lagrangian, mixing: AnyArray | None = None) -> Scalars:
    """Sleptons and sneutrinos; a mass^2 <= 0 becomes NaN and a flag, never |m|.

    ``mixing`` (..., n, n), GeV^2, replaces the RL block of the slepton matrix.
    """
    charged = hermitian(slepton_matrix(lag, mixing))
    neutral = hermitian(sneutrino_matrix(lag))
    return Scalars(
        slepton_sq=np.where(charged.values > 0, charged.values, np.nan),
        x=charged.mix,
        sneutrino_sq=np.where(neutral.values > 0, neutral.values, np.nan),
        z=neutral.mix,
        tachyonic_slepton=np.any(charged.values <= 0, axis=-1),
        tachyonic_sneutrino=np.any(neutral.values <= 0, axis=-1),
    )


def spectrum(lag: Lagrangian) -> Spectrum:
    """The full tree-level spectrum."""
    return Spectrum(inos=inos(lag), scalars=scalars(lag))
