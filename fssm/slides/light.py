"""Slides on leptoquarks, the dark photon, L_mu - L_tau and axion-like particles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.constants import measured, trident_set
from fssm.constraints import tridents
from fssm.inverse import alp_decay_constant, z_prime_coupling
from fssm.model.electroweak import higgs_vev
from fssm.observables.lepton_dipoles import lepton_mass
from fssm.observables.leptons import qed_logarithm
from fssm.simplified import (
    alp,
    alp_log,
    coupling_matrix,
    dark_photon,
    dark_photon_heavy,
    dark_photon_light,
    l_mu_l_tau,
    l_mu_l_tau_heavy,
    s1_leptoquark,
    s1_leptoquark_log,
)
from fssm.slides import formulas
from fssm.slides.row import ESTIMATE, FORMULA, make_row

if TYPE_CHECKING:
    from fssm.slides.row import Row


def rows() -> list[Row]:
    """One limit of each system against its integral, and the constraints printed with it."""
    return [*_leptoquark(), *_dark_photon(), *_z_prime(), *_tridents(), *_alp()]


def _leptoquark() -> list[Row]:
    def pair(mass: float) -> tuple[float, float]:
        lam = coupling_matrix(top_muon=0.1)
        exact = s1_leptoquark(lam, lam, mass).a_muon
        return float(s1_leptoquark_log(0.1, 0.1, mass)), float(exact)

    near, far = pair(2000.0), pair(2e5)
    logarithm = float(qed_logarithm(np.asarray(2000.0), np.asarray(lepton_mass("muon"))))
    return [
        make_row(
            "Leptoquarks", "S1 with top, 2 TeV, lam_L = lam_R = 0.1", literal=near[0],
            exact=near[1], tolerance=FORMULA, limit_ratio=far[1] / far[0],
            reason=f"m_t^2/m_LQ^2 with its logarithm; at 200 TeV {far[1] / far[0]:.5f}; the "
            "two-loop QED logarithm is not applied to simplified models, from 2 TeV it would be "
            f"{100 * logarithm:+.0f}%",
        )
    ]  # fmt: skip


def _dark_photon() -> list[Row]:
    slide, m = "Dark photon contribution to g-2", lepton_mass("muon")

    def light(mass: float) -> tuple[float, float]:
        return float(dark_photon_light(1e-3)), float(dark_photon(1e-3, mass).a_muon)

    def heavy(mass: float) -> tuple[float, float]:
        return float(dark_photon_heavy(1e-3, mass)), float(dark_photon(1e-3, mass).a_muon)

    cases = (
        ("light dark photon, epsilon = 1e-3, m_X = m_mu/100", light(m / 100), light(m / 1e6),
         "corrections are pi m_X/m_mu; at m_mu/10^6"),
        ("heavy dark photon, epsilon = 1e-3, m_X = 10 m_mu", heavy(10 * m), heavy(1e4 * m),
         "corrections are m_mu^2/m_X^2 ln; at 10^4 m_mu"),
    )  # fmt: skip
    return [
        make_row(
            slide, what, literal=near[0], exact=near[1], tolerance=FORMULA,
            limit_ratio=far[1] / far[0], reason=f"{why} {far[1] / far[0]:.5f}",
        )
        for what, near, far, why in cases
    ]  # fmt: skip


def _z_prime() -> list[Row]:
    def pair(mass: float) -> tuple[float, float]:
        return float(l_mu_l_tau_heavy(1e-3, mass)), float(l_mu_l_tau(1e-3, mass).a_muon)

    near, far = pair(1.0), pair(1e3)
    return [
        make_row(
            "Gauged L_mu - L_tau", "g'^2/(12 pi^2) m_mu^2/m_Z'^2 at 1 GeV, g' = 1e-3",
            literal=near[0], exact=near[1], tolerance=FORMULA, limit_ratio=far[1] / far[0],
            reason=f"corrections are m_mu^2/m_Z'^2 ln; at 1 TeV {far[1] / far[0]:.5f}",
        )
    ]  # fmt: skip


def _tridents() -> list[Row]:
    """At the coupling that explains a_mu = 251e-11, at 10 GeV, where both formulas are valid."""
    slide, mass = "Neutrino tridents", 10.0
    coupling = float(z_prime_coupling(mass, "amu-2021").central)
    sin_sq, v = measured("sin_sq_theta_w").value, float(higgs_vev())
    ccfr = trident_set("ccfr-1991")
    found = []
    for beam, constant in ((tridents.CCFR, 1.13), (tridents.DUNE, 1.54)):
        literal = formulas.trident_ratio(constant, sin_sq, v, coupling, mass)
        exact = tridents.trident_ratio(coupling, mass, beam)
        seen = (
            f"; CCFR saw {ccfr.value}({100 * ccfr.uncertainty:.0f})" if beam.name == "CCFR" else ""
        )
        found.append(
            make_row(
                slide, f"sigma/sigma_SM at {beam.name}, where the Z' of 10 GeV explains a_mu",
                literal=literal, exact=exact, tolerance=1e-9,
                reason=f"C_V = 1/2 + 2 s_W^2 + v^2 g'^2/m^2, C_A = 1/2{seen}",
            )
        )  # fmt: skip
    return [*found, *_trident_limits(mass, coupling)]


def _trident_limits(mass: float, coupling: float) -> list[Row]:
    """Whether the coupling that explains a_mu is excluded, and at which confidence."""
    two_sigma = tridents.trident_limit(mass, deviations=tridents.TWO_SIGMA)
    weaker, weakest = (
        tridents.trident_limit(mass, confidence=name, weakened_by=tridents.NUTEV_LIKE)
        for name in (tridents.DEFAULT_CONFIDENCE, "flat_prior")
    )
    bounds = (f"{m:.0f} ({name})" for name, m in tridents.limits_by_confidence().items())
    return [
        make_row(
            "Summary of constraints on L_mu - L_tau", "limit of CCFR on g' over the g' of a_mu, "
            "10 GeV: below 1", literal=two_sigma / coupling,
            exact=tridents.trident_limit(mass) / coupling, tolerance=0.2,
            reason="a heavy Z' is excluded as the slide shows; literal at two standard deviations, "
            "exact at one-sided 95%, which profits from CCFR's downward fluctuation: "
            f"m_Z'/g' in GeV > {', '.join(bounds)}",
        ),
        make_row(
            "Issues with the CCFR result?", "NuTeV-like reading: limit on g' over the g' of a_mu",
            literal=tridents.NUTEV_LIKE * two_sigma / coupling, exact=weaker / coupling,
            tolerance=0.2, reason="a heavy Z' stays excluded even with the coupling twice as free, "
            f"and with a flat prior on R >= 1 besides ({float(weakest) / coupling:.2f})",
        ),
    ]  # fmt: skip


def _alp() -> list[Row]:
    slide = "ALP contributions to (g-2)_mu"

    def pair(mass: float, cutoff: float) -> tuple[float, float]:
        literal = alp_log(f=100.0, c_lepton=0.01, c_photon=-30.0, cutoff=cutoff)
        exact = alp(f=100.0, c_muon=0.01, c_photon=-30.0, m_a=mass, cutoff=cutoff).a_muon
        return float(literal), float(exact)

    near, far = pair(1e-3, 1e3), pair(1e-9, 1e30)
    sign = alp_decay_constant("amu-2021", c_muon=1.0)
    # a_mu at fixed c_gg is largest for one c_mumu, where its square still costs little.
    mixings = np.linspace(0.05, 1.5, 30)
    decay = alp_decay_constant("amu-2021", c_muon=mixings, c_photon=-10.0)
    largest = float(np.nanmax(decay.central))
    from_slide = formulas.largest_alp_decay_constant(
        decay.wanted, 10.0, lepton_mass("muon"), measured("alpha").value
    )
    return [
        make_row(
            slide, "logarithm, m_a = 1 MeV, Lambda = 1 TeV, c_mumu = 0.01, c_gg = -30",
            literal=near[0], exact=near[1], tolerance=FORMULA, limit_ratio=far[1] / far[0],
            reason="the slide drops -h2 -> -1 beside the logarithm "
            f"ln(Lambda^2/m_mu^2) = {2 * np.log(1e3 / lepton_mass('muon')):.1f}; the ratio tends "
            f"to 1 only as its inverse ({far[1] / far[0]:.4f} at 1e30 GeV)",
        ),
        make_row(
            slide, "c_mumu = 1 alone, f = 100 GeV, m_a = m_mu: sign and size",
            literal=alp_log(f=100.0, c_lepton=1.0, c_photon=0.0),
            exact=alp(f=100.0, c_muon=1.0, m_a=lepton_mass("muon")).a_muon, tolerance=FORMULA,
            limit_ratio=alp(f=100.0, c_muon=1.0, m_a=1e-6).a_muon
            / alp_log(f=100.0, c_lepton=1.0, c_photon=0.0),
            reason="never positive" if not np.any(sign.exists) else "positive somewhere",
        ),
        make_row(
            "ALP parameter space", "f < 100 GeV: largest f that gives 251e-11 with |c_gg| = 10",
            unit="GeV", printed=100.0, literal=from_slide, exact=largest, tolerance=ESTIMATE,
            reason="best c_mumu, massless ALP, Lambda = 4 pi f in both; f grows a little faster "
            "than |c_gg|",
        ),
    ]  # fmt: skip
