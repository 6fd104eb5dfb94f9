"""Slides on the electron, the tau and lepton flavour violation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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
from fssm.slides.row import (
    ESTIMATE,
    FORMULA,
    ONE_DIGIT,
    TWO_DIGITS,
    Choice,
    enters_a_muon_only,
    make_row,
)

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
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
    here, heavy = (_of_texture(_texture(tt=x)) for x in (0.0, 1.0))
    one_loop, two_loop = _scaled(here, "electron")
    return [
        make_row(
            _MOMENTS, "a_e = (m_e/m_mu)^2 a_mu for a_mu = 251e-11", printed=5.8e-14,
            literal=a_electron_estimate(A_MUON, m_electron=m_e, m_muon=m_mu),
            exact=one_loop, tolerance=TWO_DIGITS, two_loop=two_loop,
            reason="exact: texture with x = 0 at the slides' point, scaled to 251e-11",
        ),
        *_a_tau(),
        make_row(
            "Muon and smuon masses", "Y_tau formula at the slides' point",
            literal=_y_tau_formula(here, m_tau), exact=_y_tau(here), tolerance=FORMULA,
            reason=f"epsilon_tau = {_epsilon_tau(here):.2e} as computed; "
            f"{enters_a_muon_only(here.a_muon)}",
            choice=Choice(
                "x_tautau = 0", "x_tautau = 1", _y_tau(heavy), _y_tau_formula(heavy, m_tau)
            ),
        ),
    ]  # fmt: skip


def _epsilon_tau(result: Result) -> float:
    return float(result.yukawa.deltas[2].real) / TAN_BETA


def _y_tau_formula(result: Result, m_tau: float) -> RealArray:
    return formulas.yukawa(m_tau, TAN_BETA, _epsilon_tau(result), higgs_vev())


def _y_tau(result: Result) -> float:
    return float(abs(result.lagrangian.yukawa[0, 2, 2]))


def _scaled(result: Result, lepton: str) -> tuple[float, float]:
    """The lepton's moment where that of the muon is 251e-11: one loop, and with the logarithm."""
    own, muon = getattr(_flavour(result), f"a_{lepton}"), result.a_muon
    one_loop, total = own.one_loop / muon.one_loop, own.total / muon.total
    return float(one_loop * A_MUON), float(total * A_MUON)


def _flavour(result: Result) -> FlavourObservables:
    if result.flavour is None:
        raise FSSMError("the audit needs three generations here")
    return result.flavour


def _a_tau() -> list[Row]:
    """tan(beta_d) = 15 with a threshold that is not too near its pole: tan(beta) = 25."""
    _, m_mu, m_tau = lepton_masses()
    tan_d = 15.0
    cases = {
        "angles pi/6, x_tautau = 1": (np.pi / 6, 1.0, "an order of magnitude: mu_1/mu_4, the "
                                      "thresholds and x_tautau decide"),
        "angles pi/4, x_tautau = 0": (np.pi / 4, 0.0, "mu_1 = mu cos(theta_u + theta_d) = 0 for "
                                      "the angles of the plot: only x_tautau could enhance a_tau"),
    }  # fmt: skip
    exact = {}
    for name, (angle, x_tau, _) in cases.items():
        point = universal_point(
            M_SUSY, None, tan_beta=25.0, tan_beta_d=tan_d, theta_u=angle, theta_d=angle,
            x_texture=_texture(tt=x_tau),
        )  # fmt: skip
        exact[name] = _scaled(evaluate(point), "tau")
    return [
        make_row(
            _MOMENTS, f"a_tau = (m_tau/m_mu)^2 a_mu/tan(beta_d), tan(beta_d) = 15; exact: {name}",
            printed=4.7e-8, literal=a_tau_estimate(A_MUON, tan_d, m_tau=m_tau, m_muon=m_mu),
            exact=exact[name][0], tolerance=ESTIMATE, two_loop=exact[name][1],
            reason=f"{reason}; tan(beta) = 25, 2.5 TeV",
            choice=Choice(name, other, exact[other][0]),
        )
        for (name, (_, _, reason)), other in zip(cases.items(), reversed(cases), strict=True)
    ]  # fmt: skip


def _texture(**entries: float) -> AnyArray:
    x = np.zeros((3, 3))
    for name, value in entries.items():
        x["emt".index(name[0]), "emt".index(name[1])] = value
    return x


def _decays() -> list[Row]:
    """Each at the coefficients of its second line, exact results scaled to a_mu = 251e-11."""
    found = []
    for case in (
        _Case(_TAU, "tau_mu_gamma", "x_taumu = 0.01", 1.7e-8, {"tm": 0.01}),
        _Case(_TAU, "tau_e_gamma", "x_taue = 1", 4.1e-9, {"te": 1.0}),
        _Case(_MU, "mu_e_gamma", "x_etau x_taumu = 0.01", 8.2e-15, {"et": 0.1, "tm": 0.1}),
    ):
        found.append(_decay(case, "slides"))
        if case.decay != "mu_e_gamma":
            found.append(_decay(case, "tau"))
    return [*found, _largest_x(found[0]), *_below_meg(found[-1])]


def _largest_x(row: Row) -> Row:
    """BaBar and Belle constrain tau -> mu gamma: the x_taumu that their best limit allows."""
    limit = limits()["tau_mu_gamma"][0]

    def allowed(branching_ratio: float | None) -> float:
        return 0.01 * float(np.sqrt(limit.value / _present(branching_ratio, row)))

    return make_row(
        _TAU, "tau -> mu gamma is constrained already: largest x_taumu, Delta M = x m_mu",
        literal=allowed(row.literal), exact=allowed(row.exact), tolerance=ONE_DIGIT,
        two_loop=allowed(row.two_loop),
        reason=f"{limit.name}; BR grows as x^2, and the printed formula is too large as above",
    )  # fmt: skip


class _Case(NamedTuple):
    """A decay at the x_ij that the slides take, and the branching ratio they print."""

    slide: str
    decay: str
    what: str
    printed: float
    x: dict[str, float]


def _decay(case: _Case, normalisation: str) -> Row:
    def branching_ratio(**more: float) -> tuple[float, float]:
        result = _of_texture(_texture(**case.x, **more), x_normalisation=normalisation)
        found, a = _flavour(result).branching_ratios[case.decay], result.a_muon
        one_loop = found.one_loop * (A_MUON / a.one_loop) ** 2
        return float(one_loop), float(found.total * (A_MUON / a.total) ** 2)

    x, masses = _texture(**case.x), lepton_masses()
    printed_formulas = slides_branching_ratios(A_MUON, x, m_lepton=masses, v=higgs_vev())
    exact, two_loop = branching_ratio()
    of_tau = case.decay != "mu_e_gamma"
    unit_of_x = "m_tau" if normalisation == "tau" else "m_mu"
    as_slides = f"with Delta M = x {unit_of_x}: " if of_tau else ""
    name = case.decay.replace("_", " -> ", 1).replace("_", " ")
    return make_row(
        case.slide, f"BR({name}), {as_slides}{case.what}", printed=case.printed,
        literal=getattr(printed_formulas, case.decay), exact=exact, tolerance=0.15,
        two_loop=two_loop, reason=_why(case.decay, normalisation) if of_tau else "",
        choice=Choice("x_tautau = 0", "x_tautau = 0.5", branching_ratio(tt=0.5)[0]),
    )  # fmt: skip


def _why(decay: str, normalisation: str) -> str:
    """How the slides' formulas of tau decays differ from what their texture gives."""
    factor = (lepton_mass("tau") / lepton_mass("muon")) ** 2
    shape = float(muon_decay_phase_space(lepton_mass("muon"), lepton_mass("tau")))
    of_muon, left_out = "", ""
    if decay == "tau_mu_gamma":
        of_muon = f", {factor * shape:.0f} with the phase space of tau -> mu nu nubar,"
        left_out = f"; it leaves out the phase space of tau -> mu nu nubar, {shape:.4f}"
    if normalisation == "tau":
        return f"the formula holds if x is in units of m_tau{left_out}"
    return (
        f"the slides' formula is (m_tau/m_mu)^2 = {factor:.0f} times{of_muon} too large "
        "for the texture they define (x_mue in the first line of tau -> e gamma is x_etau)"
    )


def _present(value: float | None, row: Row) -> float:
    """A number that every decay has."""
    if value is None:
        raise FSSMError(f"{row.item}: a number is missing")
    return value


def _below_meg(row: Row) -> list[Row]:
    meg = {entry.name: entry.value for entry in limits()["mu_e_gamma"]}

    def below(branching_ratio: float | None) -> float:
        return float(np.log10(meg["meg-2016"] / _present(branching_ratio, row)))

    return [
        make_row(
            _MU, "almost two orders of magnitude below the MEG bound", unit="orders", printed=2.0,
            literal=below(row.literal), exact=below(row.exact), tolerance=ONE_DIGIT,
            two_loop=below(row.two_loop),
            reason=f"MEG of 2016; MEG II of 2025 is {meg['meg2-2025'] / row.exact:.0f} times above",
        )
    ]  # fmt: skip
