"""Light vector bosons with vector couplings: the dark photon and the Z' of L_mu - L_tau."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.arguments import together
from fssm.constants import measured
from fssm.numerics.feynman import vector_loop
from fssm.observables.lepton_dipoles import diagonal, lepton_dipoles, lepton_mass, lepton_masses
from fssm.simplified.inputs import given, lepton_index, not_negative

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike
    from fssm.observables.lepton_dipoles import LeptonDipoles

# Charges of electron, muon and tau.
L_MU_L_TAU_CHARGES = (0.0, 1.0, -1.0)


def vector_dipole(g_v_sq: RealLike, m_vector: RealLike, m_lepton: RealLike) -> RealArray:
    """C_ll = g_V^2/(8 pi^2 m_l) V(m_V^2/m_l^2), 1/GeV, masses in GeV; a_l = 2 m_l C_ll.

    L = g_V lbar gamma^m l V_m. J.P. Leveille, Nucl. Phys. B 137 (1978) 63.
    """
    ratio = (np.asarray(m_vector) / m_lepton) ** 2
    return np.asarray(np.asarray(g_v_sq) / (8 * np.pi**2 * np.asarray(m_lepton))) * vector_loop(
        ratio
    )


def dark_photon(epsilon: RealLike, m_dark_photon: RealLike) -> LeptonDipoles:
    """Exact one-loop dipoles of a dark photon with couplings epsilon e to electric charge.

    ``m_dark_photon`` >= 0 in GeV. M. Pospelov, arXiv:0811.1030.
    """
    eps = given("dark_photon", "epsilon", epsilon)
    mass = not_negative("dark_photon", "m_dark_photon", m_dark_photon)
    together("dark_photon", epsilon=eps, m_dark_photon=mass)
    g_sq = 4 * np.pi * measured("alpha").value * eps**2
    c = vector_dipole(g_sq[..., None], mass[..., None], lepton_masses())
    return lepton_dipoles({"dark photon": diagonal(c)})


def dark_photon_light(epsilon: RealLike) -> RealArray:
    """epsilon^2 alpha/(2 pi) for m_X << m_l, any lepton; corrections O(m_X/m_l)."""
    eps = given("dark_photon", "epsilon", epsilon)
    return np.asarray(eps**2 * measured("alpha").value / (2 * np.pi))[()]


def dark_photon_heavy(
    epsilon: RealLike, m_dark_photon: RealLike, *, lepton: str = "muon"
) -> RealArray:
    """epsilon^2 alpha/(3 pi) m_l^2/m_X^2 for m_X >> m_l; corrections O(m_l^2/m_X^2 ln)."""
    lepton_index("dark_photon", lepton)
    eps = given("dark_photon", "epsilon", epsilon)
    mass = given("dark_photon", "m_dark_photon", m_dark_photon, unit="GeV", kind="positive")
    together("dark_photon", epsilon=eps, m_dark_photon=mass)
    ratio_sq = (lepton_mass(lepton) / mass) ** 2
    return np.asarray(eps**2 * measured("alpha").value / (3 * np.pi) * ratio_sq)[()]


def l_mu_l_tau(g_prime: RealLike, m_z_prime: RealLike) -> LeptonDipoles:
    """Exact one-loop dipoles of the Z' of gauged L_mu - L_tau with coupling g', masses in GeV.

    a_e vanishes: kinetic mixing of the Z' with the photon, which a loop of muons and taus
    induces, is left out, and with it every coupling to electrons. W. Altmannshofer et al.,
    arXiv:1406.2332.
    """
    g = given("l_mu_l_tau", "g_prime", g_prime)
    mass = not_negative("l_mu_l_tau", "m_z_prime", m_z_prime)
    together("l_mu_l_tau", g_prime=g, m_z_prime=mass)
    charges_sq = np.array(L_MU_L_TAU_CHARGES) ** 2
    c = vector_dipole(g[..., None] ** 2 * charges_sq, mass[..., None], lepton_masses())
    return lepton_dipoles({"Z'": diagonal(c)})


def l_mu_l_tau_heavy(g_prime: RealLike, m_z_prime: RealLike, *, lepton: str = "muon") -> RealArray:
    """g'^2/(12 pi^2) m_l^2/m_Z'^2 for m_Z' >> m_l as on the slides; 0 for the electron."""
    charge = L_MU_L_TAU_CHARGES[lepton_index("l_mu_l_tau", lepton)]
    g = given("l_mu_l_tau", "g_prime", g_prime)
    mass = given("l_mu_l_tau", "m_z_prime", m_z_prime, unit="GeV", kind="positive")
    together("l_mu_l_tau", g_prime=g, m_z_prime=mass)
    ratio_sq = (lepton_mass(lepton) / mass) ** 2
    return np.asarray((g * charge) ** 2 / (12 * np.pi**2) * ratio_sq)[()]
