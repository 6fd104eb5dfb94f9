"""Formulas of the slides, to the letter, that nothing else in the package has a use for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.observables.approximations import resummed

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike


def yukawa(m_lepton: RealLike, tangent: RealLike, epsilon: RealLike, v: RealLike) -> RealArray:
    """Y = sqrt2 (m/v) tan/(1 + epsilon tan), tan = tan(beta) or tan(beta) tan(beta_d)."""
    return np.asarray(np.sqrt(2) * np.asarray(m_lepton) / v * resummed(tangent, epsilon))


def tangent_of(y: RealLike, m_lepton: RealLike, epsilon: RealLike, v: RealLike) -> RealArray:
    """The tan that gives Y, the inverse of :func:`yukawa`; tan/(1 + epsilon tan) for epsilon 0."""
    return resummed(np.asarray(y) / yukawa(m_lepton, 1.0, 0.0, v), -np.asarray(epsilon))


def smuon_mixing(
    m_muon: RealLike, mu4: RealLike, tangent: RealLike, epsilon: RealLike
) -> RealArray:
    """LR = -m_mu mu4 tan/(1 + epsilon tan), GeV^2, tan = tan(beta) tan(beta_d)."""
    return np.asarray(-np.asarray(m_muon) * mu4 * resummed(tangent, epsilon))


def largest_alp_decay_constant(
    a_muon: RealLike, c_photon: RealLike, m_muon: RealLike, alpha: RealLike
) -> RealArray:
    """Largest f, GeV, that gives a_mu > 0 for some c_mumu, with Lambda = 4 pi f in the logarithm.

    The bracket -c^2 + k c, k = (2 alpha/pi) |c_gg| ln(Lambda^2/m_mu^2), is k^2/4 at most. So
    f = A ln(B f) with A = m_mu alpha |c_gg|/(2 pi^2 sqrt(a_mu)) and B = 4 pi/m_mu: f = -A
    W(-1/(A B)) on the lower branch of Lambert's W; NaN where there is none.
    """
    from scipy.special import lambertw

    slope = np.asarray(m_muon) * alpha * np.abs(c_photon) / (2 * np.pi**2 * np.sqrt(a_muon))
    root = lambertw(-np.asarray(m_muon) / (4 * np.pi * slope), -1)
    return np.where(root.imag == 0, -slope * root.real, np.nan)[()]


def trident_ratio(
    constant: float, sin_sq: RealLike, v: RealLike, g_prime: RealLike, mass: RealLike
) -> RealArray:
    """[c + (1 + 4 s_W^2 + 2 v^2 g'^2/M^2)^2]/[c + (1 + 4 s_W^2)^2]."""
    standard = 1 + 4 * np.asarray(sin_sq)
    shifted = standard + 2 * (np.asarray(v) * g_prime / mass) ** 2
    return np.asarray((constant + shifted**2) / (constant + standard**2))
