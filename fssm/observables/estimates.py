"""Generic expectations of the slides for other leptons, from a_mu and a flavourful texture.

W. Altmannshofer 2022. C_ij is taken proportional to the part Delta M of the lepton mass matrix
that comes from H_d', with a_mu fixing the factor: C = a_mu/(2 m_mu^2) Delta M.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, per_point
from fssm.constants import measured
from fssm.model.couplings import in_mass_basis, lepton_modes
from fssm.model.texture import texture_scales
from fssm.observables.flavour import DECAYS, branching_ratio

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray, RealLike


class BranchingEstimates(NamedTuple):
    """BR(mu -> e gamma), BR(tau -> e gamma), BR(tau -> mu gamma)."""

    mu_e_gamma: RealArray
    tau_e_gamma: RealArray
    tau_mu_gamma: RealArray


def a_electron_estimate(a_muon: RealLike, *, m_electron: RealLike, m_muon: RealLike) -> RealArray:
    """(m_e/m_mu)^2 a_mu: 5.8e-14 for a_mu = 251e-11; masses in GeV."""
    return np.asarray((np.asarray(m_electron) / m_muon) ** 2 * a_muon)


def a_tau_estimate(
    a_muon: RealLike, tan_beta_d: RealLike, *, m_tau: RealLike, m_muon: RealLike
) -> RealArray:
    """(m_tau/m_mu)^2 a_mu/tan_beta_d, an order of magnitude; masses in GeV."""
    return np.asarray((np.asarray(m_tau) / m_muon) ** 2 * a_muon / np.asarray(tan_beta_d))


def slides_branching_ratios(
    a_muon: RealLike, x: AnyArray, *, m_lepton: RealArray, v: RealLike
) -> BranchingEstimates:
    """The three formulas as printed, from x (..., 3, 3) over (e, mu, tau); v, m_lepton in GeV.

    24 pi^3 alpha v^4/m_mu^4 a_mu^2 times x_taumu^2 + x_mutau^2 for tau -> mu gamma, times
    (m_e/m_mu)^2 (x_taue^2 + x_etau^2) for tau -> e gamma (a first line of the slides has
    x_mue for x_etau), times (m_e/m_tau)^2 [(x_etau x_taumu)^2 + (x_mutau x_taue)^2] for
    mu -> e gamma, and BR(tau -> l nu nu) for the first two. For Delta M_ij = x_ij m_mu the
    formulas for tau decays are (m_tau/m_mu)^2 = 283 times too large, 275 times for
    tau -> mu gamma with the phase space of tau -> mu nu nubar; see
    :func:`corrected_branching_ratios`.
    """
    m_e, m_mu, m_tau = (m_lepton[..., i] for i in range(3))
    x_sq = abs_sq(np.asarray(x))
    through_tau = x_sq[..., 0, 2] * x_sq[..., 2, 1] + x_sq[..., 1, 2] * x_sq[..., 2, 0]
    mixing = (
        (m_e / m_tau) ** 2 * through_tau,
        (m_e / m_mu) ** 2 * (x_sq[..., 0, 2] + x_sq[..., 2, 0]),
        x_sq[..., 1, 2] + x_sq[..., 2, 1],
    )
    alpha = measured("alpha").value
    unit = 24 * np.pi**3 * alpha * (np.asarray(v) / m_mu) ** 4 * np.asarray(a_muon) ** 2
    leptonic = (measured(decay.leptonic).value for decay in DECAYS.values())
    return BranchingEstimates(*(unit * m * br for m, br in zip(mixing, leptonic, strict=True)))


def corrected_branching_ratios(
    a_muon: RealLike,
    x: AnyArray,
    *,
    m_lepton: RealArray,
    v: RealLike,
    normalisation: str = "slides",
) -> BranchingEstimates:
    """The three formulas put right, from x (..., 3, 3) over (e, mu, tau); v, m_lepton in GeV.

    For small x the printed ones times (m_mu/m_tau)^2 for tau decays with Delta M_ij = x_ij m_mu
    or x_ij m_e ("slides"); as printed for x in units of the tau mass ("tau"). Both over the phase
    space of l_j -> l_i nu nubar, 0.9726 for tau -> mu, which the printed ones leave out.
    """
    own = m_lepton[..., None] * np.eye(3)
    mixing = np.asarray(x) * texture_scales(m_lepton, normalisation)
    delta_m = np.where(np.diag([True, True, False]), own, mixing)
    whole = np.where(np.eye(3, dtype=bool), own, mixing)
    g_f = 1 / (np.sqrt(2) * np.asarray(v) ** 2)
    return mass_matrix_branching_ratios(a_muon, delta_m, whole, m_lepton=m_lepton, g_f=g_f)


def mass_matrix_branching_ratios(
    a_muon: RealLike,
    delta_m: AnyArray,
    mass_matrix: AnyArray,
    *,
    m_lepton: RealArray,
    g_f: RealLike,
) -> BranchingEstimates:
    """The estimate with nothing left out, from :func:`texture_dipole`; arguments as there.

    For one small x_ij with a tau, Delta M_ij = x_ij m_mu, this is the printed formula
    times (m_mu/m_tau)^2, over the phase space of tau -> l_i nu nubar.
    """
    c = texture_dipole(a_muon, delta_m, mass_matrix, m_muon=m_lepton[..., 1])
    ratios = (branching_ratio(decay, c, m_lepton, g_f) for decay in DECAYS.values())
    return BranchingEstimates(*ratios)


def texture_dipole(
    a_muon: RealLike, delta_m: AnyArray, mass_matrix: AnyArray, *, m_muon: RealLike
) -> AnyArray:
    """C = a_mu/(2 m_mu^2) A^dag Delta M B (..., 3, 3), 1/GeV, in the lepton mass basis.

    ``mass_matrix`` (..., 3, 3), GeV, is the whole one, A and B its legs, ``delta_m`` the part
    of H_d'; m_muon in GeV.
    """
    unit = per_point(np.asarray(a_muon) / (2 * np.asarray(m_muon) ** 2), 2)
    return np.asarray(unit * in_mass_basis(delta_m, lepton_modes(mass_matrix).legs))
