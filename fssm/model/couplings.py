"""Lepton - ino - slepton couplings in the mass basis of the external leptons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import per_point
from fssm.model import elements
from fssm.numerics.linalg import matmul, refined_svd, svd

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.spectrum import Inos, Scalars, Spectrum


class Couplings(NamedTuple):
    """Axes (..., ino A, scalar x, lepton i): n^L, n^R for neutralinos, c^L, c^R for charginos.

    L carries the left-handed lepton l_i, R the antilepton e^c_j.
    """

    n_left: AnyArray
    n_right: AnyArray
    c_left: AnyArray
    c_right: AnyArray


class Legs(NamedTuple):
    """Rotation of the external legs to the mass basis, l = A^* l', e^c = B e^c' (..., n, n)."""

    left: AnyArray
    right: AnyArray


class LeptonModes(NamedTuple):
    """Physical leptons of a mass matrix: ``masses`` (..., n), GeV, ascending, and their legs."""

    masses: RealArray
    legs: Legs


def lepton_modes(lepton_mass_matrix: AnyArray) -> LeptonModes:
    """Masses and A, B with A^dag m B = diag >= 0 for the mass matrix m (..., n, n) in (L_i, E_j).

    One common phase per lepton is free: B_ii >= 0. For one generation A is the phase of m and
    B = 1; where m = 0 the phase is taken as 1.
    """
    if lepton_mass_matrix.shape[-1] == 1:
        size = np.abs(lepton_mass_matrix)
        usable = size > 0
        phase = np.where(usable, lepton_mass_matrix, 1.0) / np.where(usable, size, 1.0)
        return LeptonModes(size[..., 0], Legs(phase, np.ones_like(phase)))
    modes = refined_svd(lepton_mass_matrix, svd(lepton_mass_matrix))
    left, right = np.swapaxes(modes.u, -1, -2), np.conjugate(np.swapaxes(modes.v, -1, -2))
    own = np.diagonal(right, axis1=-2, axis2=-1)[..., None, :]
    size = np.abs(own)
    phase = np.where(size > 0, np.conjugate(own), 1.0) / np.where(size > 0, size, 1.0)
    return LeptonModes(modes.s, Legs(left * phase, right * phase))


def in_mass_basis(tensor: AnyArray, legs: Legs) -> AnyArray:
    """A^dag t B for a tensor (..., n, n) that couples L_i to E_j."""
    adjoint = np.swapaxes(legs.left.conjugate(), -1, -2)
    return matmul(matmul(adjoint, tensor), legs.right)


def muon_lagrangian(lag: Lagrangian, legs: Legs) -> tuple[Lagrangian, Legs]:
    """The muon's own entries (n = 1) in the lepton mass basis, and its legs; flavour mixing cut.

    Sleptons turn with their leptons: m_L^2 -> A^T m_L^2 A^*, m_E^2 -> B^T m_E^2 B^*.
    """
    if lag.generations == 1:
        return lag, legs
    own = slice(lag.muon, lag.muon + 1)
    left, right = legs.left[..., :, own], legs.right[..., :, own]
    column = Legs(left[..., None, :, :], right[..., None, :, :])
    one = replace(
        lag,
        yukawa=in_mass_basis(lag.yukawa, column),
        trilinear=in_mass_basis(lag.trilinear, column),
        m_l_sq=_turned(lag.m_l_sq, left),
        m_e_sq=_turned(lag.m_e_sq, right),
        m_lepton=lag.m_lepton[..., own],
    )
    unit = np.ones_like(left[..., :1, :])
    return one, Legs(unit, unit)


def _turned(soft: AnyArray, leg: AnyArray) -> AnyArray:
    return matmul(matmul(np.swapaxes(leg, -1, -2), soft), leg.conjugate())


def couplings(lag: Lagrangian, spectrum: Spectrum, legs: Legs) -> Couplings:
    """All four couplings, S.P. Martin's signs; Haber and Kane, Phys. Rept. 117, 75.

    n^L_Axi = (g N*_AW + g' N*_AB)/sqrt2 X_xi - Yukawa_ij N*_A X_x,j+n, and so on, with
    Yukawa_ij N*_A = Y_ij N*_A,Hd + Y'_ij N*_A,Hd'.
    """
    n_left, n_right = _neutralino(lag, spectrum.inos, spectrum.scalars)
    c_left, c_right = _chargino(lag, spectrum.inos, spectrum.scalars)
    return Couplings(
        n_left=_rotate(n_left, legs.left.conjugate()),
        n_right=_rotate(n_right, legs.right),
        c_left=_rotate(c_left, legs.left.conjugate()),
        c_right=_rotate(c_right, legs.right),
    )


def _neutralino(lag: Lagrangian, inos: Inos, scalars: Scalars) -> tuple[AnyArray, AnyArray]:
    n = lag.generations
    mix = inos.n.conjugate()
    g, g_prime = per_point(lag.g, 1), per_point(lag.g_prime, 1)
    gauge_left = per_point(elements.gauge_left(g, g_prime, mix[..., 0], mix[..., 1]), 2)
    gauge_right = per_point(elements.gauge_right(g_prime, mix[..., 0]), 2)
    yukawa = _higgs_sum(lag, mix[..., 2], mix[..., 3])
    # Each is (..., x, i); the ino axis A comes before x.
    x_left = scalars.x[..., None, :, :n]
    x_right = scalars.x[..., None, :, n:]
    left = gauge_left * x_left - matmul(x_right, np.swapaxes(yukawa, -1, -2))
    right = gauge_right * x_right.conjugate() + matmul(x_left.conjugate(), yukawa)
    return left, right


def _chargino(lag: Lagrangian, inos: Inos, scalars: Scalars) -> tuple[AnyArray, AnyArray]:
    u, v = inos.u.conjugate(), inos.v.conjugate()
    left = -per_point(per_point(lag.g, 1) * v[..., 0], 2) * scalars.z[..., None, :, :]
    right = matmul(scalars.z[..., None, :, :].conjugate(), _higgs_sum(lag, u[..., 1], u[..., 2]))
    return left, right


def _higgs_sum(lag: Lagrangian, unprimed: AnyArray, primed: AnyArray) -> AnyArray:
    """Y_ij h_A + Y'_ij h'_A as (..., A, i, j)."""
    y, y_prime = lag.yukawa[..., None, 0, :, :], lag.yukawa[..., None, 1, :, :]
    shares = per_point(unprimed, 2), per_point(primed, 2)
    return np.asarray(elements.higgs_coupling(y, y_prime, *shares))


def _rotate(coupling: AnyArray, rotation: AnyArray) -> AnyArray:
    """Contract the lepton axis of (..., A, x, i) with rotation (..., i, l)."""
    return matmul(coupling, rotation[..., None, :, :])
