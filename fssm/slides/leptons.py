"""Slides on the electron, the tau and lepton flavour violation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import FSSMError
from fssm.constants import limits
from fssm.evaluation import evaluate
from fssm.inverse import universal_point
from fssm.model.electroweak import higgs_vev
from fssm.numerics.loops import muon_decay_phase_space
from fssm.observables.estimates import (
    a_electron_estimate,
    a_tau_estimate,
    slides_branching_ratios,
)
from fssm.observables.lepton_dipoles import lepton_mass, lepton_masses
from fssm.slides import formulas
from fssm.slides.four_doublets import M_SUSY, TAN_BETA, Y_PRIME
from fssm.slides.row import ESTIMATE, FORMULA, ONE_DIGIT, TWO_DIGITS, make_row

if TYPE_CHECKING:
    from fssm.base import AnyArray
    from fssm.observables.flavour import FlavourObservables
    from fssm.result import Result
    from fssm.slides.row import Row

A_MUON = 251e-11
_MOMENTS = "Anomalous moments of electron and tau"
_TAU, _MU = "Lepton flavor violating tau decays", "Lepton flavor violating muon decay"


def rows() -> list[Row]:
    """Moments, the tau's Yukawa coupling, and three decays."""
    return [*_moments(), *_decays()]


def _of_texture(x: AnyArray, **fields: Any) -> Result:
    return evaluate(universal_point(M_SUSY, Y_PRIME, x_texture=x, **fields))


def _moments() -> list[Row]:
    m_e, m_mu, m_tau = lepton_masses()
    here = _of_texture(np.zeros((3, 3)))
    flavour = _flavour(here)
    delta_tau = float(here.yukawa.deltas[2].real)
    return [
        make_row(
            _MOMENTS, "a_e = (m_e/m_mu)^2 a_mu for a_mu = 251e-11", printed=5.8e-14,
            literal=a_electron_estimate(A_MUON, m_electron=m_e, m_muon=m_mu),
            exact=flavour.a_electron.one_loop * A_MUON / here.a_muon.one_loop,
            tolerance=TWO_DIGITS,
            reason="exact: texture with x = 0 at the slides' point, scaled to 251e-11",
        ),
        _a_tau(np.pi / 6, 1.0, "an order of magnitude: mu_1/mu_4, the thresholds and x_tautau "
               "decide"),
        _a_tau(np.pi / 4, 0.0, "mu_1 = mu cos(theta_u + theta_d) = 0 for the angles of the plot: "
               "only x_tautau could enhance a_tau there"),
        make_row(
            "Muon and smuon masses", "Y_tau formula at the slides' point",
            literal=formulas.yukawa(m_tau, TAN_BETA, delta_tau / TAN_BETA, higgs_vev()),
            exact=abs(here.lagrangian.yukawa[0, 2, 2]), tolerance=FORMULA,
            reason=f"epsilon_tau = {delta_tau / TAN_BETA:.2e} as computed",
        ),
    ]  # fmt: skip


def _flavour(result: Result) -> FlavourObservables:
    if result.flavour is None:
        raise FSSMError("the audit needs three generations here")
    return result.flavour


def _a_tau(angle: float, x_tau: float, reason: str) -> Row:
    """tan(beta_d) = 15 with a threshold that is not too near its pole: tan(beta) = 25."""
    _, m_mu, m_tau = lepton_masses()
    tan_d = 15.0
    result = evaluate(
        universal_point(
            M_SUSY, None, tan_beta=25.0, tan_beta_d=tan_d, theta_u=angle, theta_d=angle,
            x_texture=np.diag([0.0, 0.0, x_tau]),
        )
    )  # fmt: skip
    exact = _flavour(result).a_tau.one_loop * A_MUON / result.a_muon.one_loop
    return make_row(
        _MOMENTS, "a_tau = (m_tau/m_mu)^2 a_mu/tan(beta_d), tan(beta_d) = 15; "
        f"exact: angles pi/{np.pi / angle:.0f}, x_tautau = {x_tau:.0f}", printed=4.7e-8,
        literal=a_tau_estimate(A_MUON, tan_d, m_tau=m_tau, m_muon=m_mu), exact=exact,
        tolerance=ESTIMATE, reason=reason,
    )  # fmt: skip


def _texture(**entries: float) -> AnyArray:
    x = np.zeros((3, 3))
    for name, value in entries.items():
        x["emt".index(name[0]), "emt".index(name[1])] = value
    return x


def _decays() -> list[Row]:
    """Each at the coefficients of its second line, exact results scaled to a_mu = 251e-11."""
    cases = (
        (_TAU, "tau_mu_gamma", "x_taumu = 0.01", 1.7e-8, _texture(tm=0.01)),
        (_TAU, "tau_e_gamma", "x_taue = 1", 4.1e-9, _texture(te=1.0)),
        (_MU, "mu_e_gamma", "x_etau x_taumu = 0.01", 8.2e-15, _texture(et=0.1, tm=0.1)),
    )
    found = []
    for slide, decay, what, printed, x in cases:
        found.append(_decay(slide, decay, what, printed, x, "slides"))
        if decay != "mu_e_gamma":
            found.append(_decay(slide, decay, what, printed, x, "tau"))
    return [*found, _largest_x(found[0]), *_below_meg(found[-1])]


def _largest_x(row: Row) -> Row:
    """BaBar and Belle constrain tau -> mu gamma: the x_taumu that their best limit allows."""
    limit = limits()["tau_mu_gamma"][0]
    return make_row(
        _TAU, "tau -> mu gamma is constrained already: largest x_taumu, Delta M = x m_mu",
        literal=0.01 * np.sqrt(limit.value / _formula(row)),
        exact=0.01 * np.sqrt(limit.value / row.exact), tolerance=ONE_DIGIT,
        reason=f"{limit.name}; BR grows as x^2, and the printed formula is too large as above",
    )  # fmt: skip


def _decay(
    slide: str, decay: str, what: str, printed: float, x: AnyArray, normalisation: str
) -> Row:
    result = _of_texture(x, x_normalisation=normalisation)
    scale = (A_MUON / result.a_muon.one_loop) ** 2
    exact = _flavour(result).branching_ratios[decay].one_loop * scale
    literal = getattr(
        slides_branching_ratios(A_MUON, x, m_lepton=lepton_masses(), v=higgs_vev()), decay
    )
    unit_of_x = "m_tau" if normalisation == "tau" else "m_mu"
    as_slides = f"with Delta M = x {unit_of_x}: " if decay != "mu_e_gamma" else ""
    factor = (lepton_mass("tau") / lepton_mass("muon")) ** 2
    shape = float(muon_decay_phase_space(lepton_mass("muon"), lepton_mass("tau")))
    of_muon, left_out = "", ""
    if decay == "tau_mu_gamma":
        of_muon = f", {factor * shape:.0f} with the phase space of tau -> mu nu nubar,"
        left_out = f"; it leaves out the phase space of tau -> mu nu nubar, {shape:.4f}"
    reasons = {
        "slides": f"the slides' formula is (m_tau/m_mu)^2 = {factor:.0f} times{of_muon} too large "
        "for the texture they define (x_mue in the first line of tau -> e gamma is x_etau)",
        "tau": f"the formula holds if x is in units of m_tau{left_out}",
    }
    name = decay.replace("_", " -> ", 1).replace("_", " ")
    return make_row(
        slide, f"BR({name}), {as_slides}{what}", printed=printed, literal=literal, exact=exact,
        tolerance=0.15, reason="" if decay == "mu_e_gamma" else reasons[normalisation],
    )  # fmt: skip


def _formula(row: Row) -> float:
    """What the printed formula gives; every decay has one."""
    if row.literal is None:
        raise FSSMError(f"{row.item}: no formula")
    return row.literal


def _below_meg(row: Row) -> list[Row]:
    meg = {entry.name: entry.value for entry in limits()["mu_e_gamma"]}
    return [
        make_row(
            _MU, "almost two orders of magnitude below the MEG bound", unit="orders", printed=2.0,
            literal=np.log10(meg["meg-2016"] / _formula(row)),
            exact=np.log10(meg["meg-2016"] / row.exact), tolerance=ONE_DIGIT,
            reason=f"MEG of 2016; MEG II of 2025 is {meg['meg2-2025'] / row.exact:.0f} times above",
        )
    ]  # fmt: skip
