"""Slides on g-2 in the MSSM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput
from fssm.constants import a_muon_set
from fssm.constraints.running import tan_beta_limit
from fssm.model.electroweak import electroweak, higgs_vev
from fssm.numerics.brackets import first_crossing, scan
from fssm.observables.approximations import headline_mssm, slides_mssm
from fssm.observables.lepton_dipoles import lepton_mass
from fssm.simplified import mssm
from fssm.slides import formulas
from fssm.slides.gauginos import Pair, gaugino_pairs, gaugino_rows
from fssm.slides.row import HEADLINE, ONE_DIGIT, Choice, enters_a_muon_only, make_row

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike
    from fssm.simplified import MSSM
    from fssm.slides.row import Row

_SLIDE = "(g-2)_mu in the MSSM"
TAN_BETA, M_SUSY = 50.0, 500.0


def universal_mssm(tan_beta: RealLike, m_susy: RealLike, **fields: Any) -> MSSM:
    """All masses equal to m_susy, GeV."""
    masses: dict[str, Any] = dict.fromkeys(("mu", "m1", "m2", "m_l", "m_e"), m_susy)
    return mssm(tan_beta=tan_beta, **masses, **fields)


def rows() -> list[Row]:
    """Bino and wino formulas, resummation, headline scaling and the mass it implies."""
    return [*_formulas(), *_headline(), *_reach(), _landau()]


def _formulas() -> list[Row]:
    coupling = electroweak(universal_mssm(TAN_BETA, M_SUSY).result.point)
    g, g_prime = float(coupling.g), float(coupling.g_prime)

    def parts(m: float, tan_beta: float) -> tuple[Pair, Pair]:
        def exact(g: float, g_prime: float) -> float:
            whole = universal_mssm(
                tan_beta, m, scheme="couplings", g=g, g_prime=g_prime, v=higgs_vev(),
                threshold="none",
            )  # fmt: skip
            return float(whole.a_muon)

        literal = slides_mssm(
            g=g, g_prime=g_prime, m1=m, m2=m, mu=m, m_smuon=m, tan_beta=tan_beta,
            epsilon_l=0.0, m_muon=lepton_mass("muon"),
        )  # fmt: skip
        return gaugino_pairs(literal, exact, g, g_prime)

    near, far = parts(M_SUSY, TAN_BETA), parts(100 * M_SUSY, 100 * TAN_BETA)
    where = "at tan(beta) = 50, 500 GeV, epsilon_l = 0"
    bare = universal_mssm(TAN_BETA, M_SUSY, threshold="none").result.a_muon
    return gaugino_rows(_SLIDE, where, near, far, "m_Z/m_SUSY and 1/tan(beta)", bare)


def _headline() -> list[Row]:
    here = universal_mssm(TAN_BETA, M_SUSY)
    bare = universal_mssm(TAN_BETA, M_SUSY, threshold="none")
    half = universal_mssm(TAN_BETA / 2, M_SUSY, threshold="none")
    return [
        make_row(
            _SLIDE, "260e-11 at tan(beta) = 50, 500 GeV; epsilon_l = 0", printed=260e-11,
            literal=bare.unresummed.total, exact=bare.a_muon, tolerance=HEADLINE,
            two_loop=bare.result.a_muon.total,
        ),
        make_row(
            _SLIDE, "the same with epsilon_l as computed", printed=260e-11,
            literal=here.resummed.total, exact=here.a_muon, tolerance=HEADLINE,
            two_loop=here.result.a_muon.total,
            reason=f"epsilon_l = {float(here.epsilon_l):.2e} adds "
            f"{100 * float(here.a_muon / bare.a_muon - 1):.0f}%, of which the two-loop logarithm "
            "takes most back",
        ),
        make_row(
            _SLIDE, "scaling (tan(beta)/50)^2, at tan(beta) = 25",
            literal=headline_mssm(TAN_BETA / 2, M_SUSY, power=2), exact=half.a_muon,
            tolerance=HEADLINE, two_loop=half.result.a_muon.total,
            reason="the formulas above it are linear in tan(beta): "
            f"{float(headline_mssm(TAN_BETA / 2, M_SUSY)):.3g}",
        ),
    ]  # fmt: skip


def _heaviest(target: float, tan_beta: float, order: str) -> float:
    """Largest universal mass, GeV, with a_mu above the target, at "one_loop" or in "total"."""

    def a_muon(x: RealArray) -> RealArray:
        found: RealArray = getattr(universal_mssm(tan_beta, np.exp(x)).result.a_muon, order)
        return found

    nodes = np.linspace(np.log(5000.0), np.log(200.0), 17)
    heaviest = float(np.exp(first_crossing(scan(a_muon, nodes), target).x))
    if not np.isfinite(heaviest):
        raise InvalidInput("amu-2021", "no universal MSSM spectrum reaches it", value=target)
    return heaviest


def _reach() -> list[Row]:
    """The heaviest universal spectrum within two sigma at the largest tan(beta) of the slides."""
    data = a_muon_set("amu-2021")
    target = data.value - 2 * data.uncertainty
    rule = M_SUSY * np.sqrt(headline_mssm(70.0, M_SUSY) / target)
    here = universal_mssm(70.0, M_SUSY)
    literal = formulas.yukawa(lepton_mass("muon"), 70.0, 0.0, higgs_vev())
    return [
        make_row(
            _SLIDE, "some superpartners below 1 TeV: heaviest universal mass, 2 sigma, "
            "tan(beta) = 70", unit="GeV", printed=1000.0, literal=rule,
            exact=_heaviest(target, 70.0, "one_loop"), tolerance=ONE_DIGIT,
            two_loop=_heaviest(target, 70.0, "total"),
            reason="amu-2021; literal from the scaling, linear in tan(beta)",
        ),
        make_row(
            "Very large tan(beta)?", "Y_mu < 4e-2 at tan(beta) = 70", printed=4e-2,
            literal=literal, exact=np.abs(here.result.yukawa.y_prime_muon), tolerance=ONE_DIGIT,
            reason=f"one digit; exact includes epsilon_l tan(beta) = "
            f"{70 * float(here.epsilon_l):.2f} at {M_SUSY:.0f} GeV; "
            f"{enters_a_muon_only(here.result.a_muon)}",
        ),
    ]  # fmt: skip


def _landau() -> Row:
    below, bare, above = tan_beta_limit(m_susy=1000.0, eps_b=np.array([-0.005, 0.0, 0.005]))
    return make_row(
        "Very large tan(beta)?", "MSSM: tan(beta) < 70, Landau pole below 10^16 GeV",
        printed=70.0, exact=bare, tolerance=0.1,
        reason=f"m_SUSY = 1 TeV and no thresholds; {above:.0f} for epsilon_b = +0.005",
        choice=Choice("epsilon_b = 0", "-0.005", below),
    )  # fmt: skip
