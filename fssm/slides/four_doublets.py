"""Slides on the textures and on g-2 with four Higgs doublets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.comparison import compare
from fssm.evaluation import evaluate
from fssm.inverse import universal_point
from fssm.model.electroweak import higgs_vev
from fssm.model.higgsino import mu_from_angles
from fssm.model.matrices import chargino_matrix, neutralino_matrix, slepton_mixing
from fssm.observables.approximations import headline_fssm, slides_fssm
from fssm.observables.lepton_dipoles import lepton_mass, lepton_masses
from fssm.simplified import flavourful_masses, residual_symmetry
from fssm.slides import formulas
from fssm.slides.gauginos import Pair, gaugino_pairs, gaugino_rows
from fssm.slides.row import (
    FORMULA,
    HEADLINE,
    TWO_DIGITS,
    Choice,
    enters_a_muon_only,
    make_row,
)

if TYPE_CHECKING:
    from fssm.result import Result
    from fssm.slides.row import Row

_SLIDE = "(g-2)_mu in the FSSM"
_MUON = "Muon and smuon masses"
_SPECTRUM = "Chargino and neutralino spectrum"
Y_PRIME, M_SUSY, TAN_BETA = 0.7, 2500.0, 50.0


# The slides say "O(1) mixing" and, in the caption of the plot, pi/2, where it vanishes.
_ANGLES = "theta_u = theta_d = pi/4"


def reference() -> Result:
    """The slides' point: 2.5 TeV, Y' = 0.7, tan(beta) = 50, angles pi/4."""
    return _at(np.pi / 4)


def _at(angle: float, y_prime: float = Y_PRIME, m_susy: float = M_SUSY) -> Result:
    """The slides' point with both angles as given."""
    return evaluate(universal_point(m_susy, y_prime, theta_u=angle, theta_d=angle))


def rows() -> list[Row]:
    """Textures, Yukawa couplings and mixing, spectrum, bino and wino, and the headline."""
    here = reference()
    return [*_textures(), *_masses(here), *_spectrum(here), *_gauginos(here), *_headline(here)]


def _tangent(result: Result) -> float:
    return TAN_BETA * float(result.yukawa.tan_beta_d)


def _textures() -> list[Row]:
    x = np.full((3, 3), 0.5)
    kind = flavourful_masses(lepton_masses(), x, TAN_BETA)
    y = kind.yukawa
    found = residual_symmetry(up=[y], down=[y], lepton=[y])
    light = np.linalg.svd(kind.total, compute_uv=False)[::-1]
    return [
        make_row(
            "Flavor changing neutral currents",
            "rank-one Yukawas preserve SU(2)^5: generators", printed=15.0,
            exact=found.semisimple, tolerance=FORMULA,
            reason=f"and {found.abelian} U(1); counted from the Yukawa matrices",
        ),
        make_row(
            "A 2HDM with non-standard flavor",
            "texture with m_mu in Delta M: second singular value", unit="GeV",
            literal=lepton_mass("muon"), exact=light[1], tolerance=0.1,
            reason="x_ij = 0.5; the texture fixes masses up to x^2 m_mu/m_tau",
        ),
    ]  # fmt: skip


def _masses(here: Result) -> list[Row]:
    m_muon, v, t = lepton_mass("muon"), float(higgs_vev()), _tangent(here)
    epsilon = float(here.yukawa.delta) / t
    third = np.pi / 6
    bare, full = (float(formulas.tangent_of(Y_PRIME, m_muon, e, v)) for e in (0.0, epsilon))
    vevs = np.concatenate([here.lagrangian.v_u, here.lagrangian.v_d])
    return [
        make_row(
            _MUON, "v_u^2 + v_u'^2 + v_d^2 + v_d'^2 = v^2: v", unit="GeV",
            literal=np.sqrt(np.sum(vevs**2)), exact=v, tolerance=1e-12,
            reason="246 GeV normalisation",
        ),
        make_row(
            _MUON, "Y'_mumu formula at the slides' point",
            literal=formulas.yukawa(m_muon, t, epsilon, v), exact=Y_PRIME, tolerance=FORMULA,
            reason=f"epsilon_l = {epsilon:.3e} as computed; {enters_a_muon_only(here.a_muon)}",
        ),
        make_row(
            _MUON, "tan(beta) tan(beta_d) for Y' = 0.7, epsilon_l = 0",
            literal=bare, exact=t, tolerance=HEADLINE,
            reason=f"the threshold, Delta = {float(here.yukawa.delta):.3f}, is of order one: with "
            f"epsilon_l = {epsilon:.2e} the formula gives {full:.0f}; "
            f"{enters_a_muon_only(here.a_muon)}",
            choice=Choice(_ANGLES, "pi/2", _tangent(_at(np.pi / 2))),
        ),
        make_row(
            _MUON, "left-right mixing of smuons", unit="GeV^2",
            literal=_mixing_formula(here, np.pi / 4), exact=_mixing(here), tolerance=FORMULA,
            reason="the full entry has mu_2 v_u' and trilinears too",
            choice=Choice(
                _ANGLES, "pi/6", _mixing(_at(third)), _mixing_formula(_at(third), third)
            ),
        ),
    ]  # fmt: skip


def _mixing_formula(result: Result, angle: float) -> float:
    t = _tangent(result)
    mu4 = mu_from_angles(M_SUSY, M_SUSY, angle, angle).mu4
    epsilon = float(result.yukawa.delta) / t
    return float(formulas.smuon_mixing(lepton_mass("muon"), mu4, t, epsilon))


def _mixing(result: Result) -> float:
    return float(slepton_mixing(result.muon)[0, 0].real)


def _spectrum(here: Result) -> list[Row]:
    inos = here.spectrum.inos
    apart = universal_point(M_SUSY, Y_PRIME, mu=1800.0, mu_tilde=3200.0, m1=600.0, m2=1200.0)
    ratios = compare(apart)
    worst = max(
        np.max(np.abs(part.ratio - 1))
        for part in (ratios.chargino_masses, ratios.neutralino_masses)
    )
    lightest = ratios.chargino_masses
    alike = compare(universal_point(M_SUSY, Y_PRIME)).chargino_masses
    mus = mu_from_angles(1800.0, 3200.0, 0.3, 1.1)
    turn_d, turn_u = (
        np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]]) for t in (1.1, 0.3)
    )
    block = np.array([[mus.mu1, mus.mu3], [mus.mu4, mus.mu2]])
    diagonal = turn_d @ block @ turn_u
    return [
        make_row(_SPECTRUM, "number of charginos", printed=3.0,
                 literal=chargino_matrix(here.lagrangian).shape[-1],
                 exact=np.count_nonzero(inos.m_chargino), tolerance=FORMULA),
        make_row(_SPECTRUM, "number of neutralinos", printed=6.0,
                 literal=neutralino_matrix(here.lagrangian).shape[-1],
                 exact=np.count_nonzero(inos.m_neutralino), tolerance=FORMULA),
        make_row(
            _SPECTRUM, "rotations diagonalise the Higgsino block: mu of 1800 GeV", unit="GeV",
            literal=diagonal[0, 0], exact=1800.0, tolerance=1e-12,
            reason="and the off-diagonal entries vanish"
            if np.abs(diagonal[[0, 1], [1, 0]]).max() < 1e-9
            else "but the off-diagonal entries do not vanish",
        ),
        make_row(
            _SPECTRUM, "electroweak entries as a perturbation: lightest chargino", unit="GeV",
            literal=lightest.approximate[0], exact=lightest.exact[0], tolerance=FORMULA,
            reason=f"M1, M2, mu, mu~ = 0.6, 1.2, 1.8, 3.2 TeV; worst of all masses {worst:.1e}",
            choice=Choice(
                "of masses far apart", "the slides' one mass, gauginos and Higgsinos degenerate,",
                alike.approximate[0], alike.approximate[0],
            ),
        ),
    ]  # fmt: skip


def _gauginos(here: Result) -> list[Row]:
    near, far = _parts(here, np.pi / 4), _parts(here, np.pi / 4, 100 * M_SUSY, 100.0)
    third = np.pi / 6
    bino, wino = (
        Choice(_ANGLES, "pi/6", part.exact, part.literal) for part in _parts(_at(third), third)
    )
    neglected = (
        "m_Z/m_SUSY, 1/tan(beta), 1/tan(beta_d) and mu_2/(mu_4 tan(beta_u)), which is 0 for pi/4"
    )
    return gaugino_rows(
        _SLIDE, "at the slides' point", near, far, neglected, here.a_muon, (bino, wino)
    )


def _parts(here: Result, angle: float, m: float = M_SUSY, scale: float = 1.0) -> tuple[Pair, Pair]:
    """Bino and wino; tangents times ``scale`` and the same Y' v_u/m_mu, lighter muon."""
    g, g_prime = float(here.lagrangian.g), float(here.lagrangian.g_prime)
    tan_d = float(here.yukawa.tan_beta_d)
    epsilon = float(here.yukawa.delta) / _tangent(here)
    tangents = {"tan_beta": TAN_BETA * scale, "tan_beta_u": 50.0, "tan_beta_d": tan_d * scale}
    m_muon = lepton_mass("muon") / scale**2

    def exact(g: float, g_prime: float) -> float:
        # The tangents in the limit are not those of this Y' with the threshold: no phase from it.
        point = universal_point(
            m, Y_PRIME, threshold="none", scheme="couplings", g=g, g_prime=g_prime, v=higgs_vev(),
            m_muon=m_muon, theta_u=angle, theta_d=angle, **tangents,
        )  # fmt: skip
        return float(evaluate(point, detail="a_muon", backend="numpy").a_muon.one_loop)

    literal = slides_fssm(
        g=g, g_prime=g_prime, m1=m, m2=m, mu4=mu_from_angles(m, m, angle, angle).mu4,
        m_smuon=m, m_muon=m_muon, tan_beta=TAN_BETA * scale, tan_beta_d=tan_d * scale,
        epsilon_l=epsilon / scale**2,
    )  # fmt: skip
    return gaugino_pairs(literal, exact, g, g_prime)


def _headline(here: Result) -> list[Row]:
    slide = "(g-2)_mu with multi-TeV sleptons"
    exact, literal = here.a_muon.one_loop, here.approximations.slides.total
    third, turned = _at(np.pi / 6), _at(np.pi / 2)
    return [
        make_row(
            slide, "240e-11 at Y' = 0.7, 2.5 TeV (angles pi/4)", printed=240e-11,
            literal=literal, exact=exact, tolerance=TWO_DIGITS, two_loop=here.a_muon.total,
            choice=Choice(
                _ANGLES, "pi/6", third.a_muon.one_loop, third.approximations.slides.total
            ),
        ),
        make_row(
            slide, "the plot's caption, theta_u = theta_d = pi/2", printed=240e-11,
            literal=turned.approximations.slides.total, exact=turned.a_muon.one_loop,
            tolerance=HEADLINE, two_loop=turned.a_muon.total,
            reason="mu_4 = 0 there and the formula vanishes; O(1) mixing means pi/4",
            choice=Choice("theta_u = theta_d = pi/2", "pi/4", exact, literal),
        ),
        *_scalings(slide),
    ]  # fmt: skip


def _scalings(slide: str) -> list[Row]:
    half, far = _at(np.pi / 4, Y_PRIME / 2), _at(np.pi / 4, m_susy=2 * M_SUSY)
    turned = _at(np.pi / 2, m_susy=2 * M_SUSY)
    return [
        make_row(
            slide, "scaling (Y'/0.7)^2, at Y' = 0.35",
            literal=headline_fssm(Y_PRIME / 2, M_SUSY, power=2), exact=half.a_muon.one_loop,
            tolerance=HEADLINE, two_loop=half.a_muon.total,
            reason="the formulas above it are linear in Y': "
            f"{float(headline_fssm(Y_PRIME / 2, M_SUSY)):.3g}",
        ),
        make_row(
            slide, "scaling (2.5 TeV/m_SUSY)^2, at 5 TeV",
            literal=headline_fssm(Y_PRIME, 2 * M_SUSY), exact=far.a_muon.one_loop,
            tolerance=HEADLINE, two_loop=far.a_muon.total,
            choice=Choice(_ANGLES, "pi/2", turned.a_muon.one_loop),
        ),
    ]  # fmt: skip
