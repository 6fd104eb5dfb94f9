"""Generic expectations of the slides for other leptons, from a_mu and a flavourful texture.

W. Altmannshofer 2022. C_ij is taken proportional to the part Delta M of the lepton mass matrix
that comes from H_d', with a_mu fixing the factor: C = a_mu/(2 m_mu^2) Delta M.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq
from fssm.constants import measured
from fssm.model.couplings import in_mass_basis, lepton_modes

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray, RealLike


class BranchingEstimates(NamedTuple):
    """BR(mu -> e gamma), BR(tau -> e gamma), BR(tau -> mu gamma)."""

    mu_e_gamma: RealArray
    tau_e_gamma: RealArray
    tau_mu_gamma: RealArray


class MassMixing(NamedTuple):
    """Off-diagonal entries squared, over m_mu^2: (e, mu) through the tau; (e, tau); (mu, tau)."""

    e_mu: RealArray
    e_tau: RealArray
    mu_tau: RealArray


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
    formulas for tau decays are (m_tau/m_mu)^2 = 283 times too large; see
    :func:`corrected_branching_ratios`.
    """
    m_e, m_mu, m_tau = (m_lepton[..., i] for i in range(3))
    x_sq = abs_sq(np.asarray(x))
    through_tau = x_sq[..., 0, 2] * x_sq[..., 2, 1] + x_sq[..., 1, 2] * x_sq[..., 2, 0]
    return _branching(
        a_muon,
        MassMixing(
            (m_e / m_tau) ** 2 * through_tau,
            (m_e / m_mu) ** 2 * (x_sq[..., 0, 2] + x_sq[..., 2, 0]),
            x_sq[..., 1, 2] + x_sq[..., 2, 1],
        ),
        m_mu,
        v,
    )


def corrected_branching_ratios(
    a_muon: RealLike, delta_m: AnyArray, *, m_lepton: RealArray, v: RealLike
) -> BranchingEstimates:
    """The same estimate for the mass matrix Delta M (..., 3, 3) itself, all in GeV.

    24 pi^3 alpha v^4/m_mu^4 a_mu^2 times (|Delta M_ltau|^2 + |Delta M_taul|^2)/m_tau^2 BR(tau ->
    l nu nu), or (|Delta M_etau Delta M_taumu|^2 + |Delta M_mutau Delta M_taue|^2)/(m_mu m_tau)^2
    for mu -> e gamma, in the basis in which the block of the electron and muon is diagonal:
    x_emu x_mutau adds to x_etau, which the printed formulas leave out.
    """
    m_mu, m_tau = m_lepton[..., 1], m_lepton[..., 2]
    light = lepton_modes(delta_m[..., :2, :2]).legs
    to_tau = abs_sq(in_mass_basis(delta_m[..., :2, 2:], light._replace(right=np.eye(1))))
    from_tau = abs_sq(in_mass_basis(delta_m[..., 2:, :2], light._replace(left=np.eye(1))))
    e_tau, mu_tau = to_tau[..., 0, 0], to_tau[..., 1, 0]
    tau_e, tau_mu = from_tau[..., 0, 0], from_tau[..., 0, 1]
    return _branching(
        a_muon,
        MassMixing(
            (e_tau * tau_mu + mu_tau * tau_e) / (m_mu * m_tau) ** 2,
            (e_tau + tau_e) / m_tau**2,
            (mu_tau + tau_mu) / m_tau**2,
        ),
        m_mu,
        v,
    )


def _branching(
    a_muon: RealLike, mixing: MassMixing, m_mu: RealArray, v: RealLike
) -> BranchingEstimates:
    alpha = measured("alpha").value
    unit = 24 * np.pi**3 * alpha * (np.asarray(v) / m_mu) ** 4 * np.asarray(a_muon) ** 2
    leptonic = (measured(f"br_{name}_nu_nu").value for name in ("mu_e", "tau_e", "tau_mu"))
    return BranchingEstimates(*(unit * m * br for m, br in zip(mixing, leptonic, strict=True)))
