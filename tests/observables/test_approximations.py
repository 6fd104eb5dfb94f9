"""Approximate formulas: exact results approach them at the rates theory gives."""

import numpy as np
import points
import pytest
from hypothesis import assume, given

import fssm
from fssm.observables import approximations


def scaled(seed, scale, tan_beta, *, m_muon=1e-6, complex_phases=True):
    """All supersymmetric masses times ``scale`` at one tan(beta); threshold off.

    A light muon keeps Y'^2 and 1/(tan beta tan beta_d) effects out of the way.
    """
    p = points.parameters(seed, complex_phases=complex_phases)
    (mu1, mu3), (mu4, mu2) = scale * p["m_higgsino"]
    return fssm.Point(
        **points.GAUGE, v=246.22, tan_beta=tan_beta, tan_beta_u=1.7, tan_beta_d=3.0,
        threshold="none",
        mu1=mu1, mu2=mu2, mu3=mu3, mu4=mu4, m1=scale * p["m1"], m2=scale * p["m2"],
        m_l=scale * p["m_l"], m_e=scale * p["m_e"], m_muon=m_muon,
    )  # fmt: skip


def error(point):
    """Mass insertion minus exact, relative to the largest of its terms; and m_W^2/m^2."""
    comparison = fssm.compare(point)
    items = fssm.evaluate(point).approximations.mass_insertion[:5]
    both = comparison.mass_insertion
    size = max(abs(x) for x in items)
    return abs(both.approximate - both.exact) / size, comparison.expansion


@given(points.seeds)
def test_mass_insertion_is_reached_as_v_squared_over_m_squared(seed):
    coarse, expansion = error(scaled(seed, 80.0, 1e9, m_muon=1e-10))
    fine, _ = error(scaled(seed, 160.0, 1e9, m_muon=1e-10))
    # Skip points where the leading coefficient happens to vanish, or the next order does not: a
    # gaugino and a Higgsino that are nearly degenerate.
    assume(coarse > 0.05 * expansion.electroweak)
    leading = coarse / expansion.electroweak
    assume(expansion.gaugino_higgsino_mixing < 0.1 * leading)
    assert fine / coarse == pytest.approx(1 / 4, rel=0.1, abs=0)


@given(points.seeds)
def test_mass_insertion_is_reached_as_one_over_tan_beta(seed):
    coarse, expansion = error(scaled(seed, 200.0, 50.0))
    fine, _ = error(scaled(seed, 200.0, 100.0))
    assume(coarse > 0.02 * expansion.inverse_tan_beta)
    assert fine / coarse == pytest.approx(1 / 2, rel=0.1, abs=0)


@given(points.seeds)
def test_decoupling_as_one_over_m_squared(seed):
    near, far = (fssm.evaluate(scaled(seed, s, 30.0, m_muon=0.1)) for s in (1e2, 1e3))
    size = max(abs(x) for x in near.approximations.mass_insertion[:5])
    # The next order is v^2/m^2: m_W^2/m^2 < 6e-5 here, times O(1).
    assert abs(near.a_muon.one_loop - 100 * far.a_muon.one_loop) < 1e-3 * size


def test_mass_insertion_is_stable_for_equal_and_for_hierarchical_masses():
    base = dict(
        **points.GAUGE, v=246.22, tan_beta=40, tan_beta_u=2, tan_beta_d=3, threshold="none",
        theta_u=0.5, theta_d=0.6,
    )  # fmt: skip
    degenerate = dict(mu=5e5, mu_tilde=5e5, m1=5e5, m2=5e5, m_l=5e5, m_e=5e5)
    hierarchical = dict(mu=3e2, mu_tilde=8e3, m1=1e2, m2=1e8, m_l=5e5, m_e=7e7)
    for masses in (degenerate, hierarchical):
        point = fssm.Point(**base, **masses)
        exact = fssm.reference.evaluate(point, 30).mass_insertion
        got = fssm.evaluate(point).approximations.mass_insertion.total
        # The Higgsino block loses eps mu_tilde/mu of its lighter singular value.
        assert abs(got - exact) < 1e-13 * abs(exact)
        nudged = fssm.Point(**base, **{k: v * (1 + 1e-13) for k, v in masses.items()})
        moved = fssm.evaluate(nudged).approximations.mass_insertion.total
        assert moved == pytest.approx(got, rel=1e-12, abs=0)


def test_massless_gauginos_are_no_exception():
    base = dict(
        tan_beta=40, tan_beta_u=2, tan_beta_d=3, mu=500, mu_tilde=800, theta_u=0.5, theta_d=0.6,
        m_l=700, m_e=900,
    )  # fmt: skip
    result = fssm.evaluate(fssm.Point(**base, m1=0.0, m2=600.0))
    assert np.isfinite(result.approximations.mass_insertion.total)
    near = fssm.evaluate(fssm.Point(**base, m1=1e-6, m2=600.0))
    expected = near.approximations.mass_insertion.total
    assert result.approximations.mass_insertion.total == pytest.approx(expected, rel=1e-6, abs=0)


def test_slides_formulas_literally():
    inputs = dict(g=0.65, g_prime=0.36, m1=500.0, m2=500.0, m_smuon=500.0, m_muon=0.10566)
    mssm = approximations.slides_mssm(**inputs, mu=500.0, tan_beta=50.0, epsilon_l=0.0)
    front = (0.10566 / 500) ** 2 * 50 / (16 * np.pi**2)
    assert mssm.bino == pytest.approx(0.36**2 * front / 12, rel=1e-14, abs=0)
    assert mssm.wino == pytest.approx(0.65**2 * front * 5 / 12, rel=1e-14, abs=0)
    # The slides' headline, 2.6e-9 at tan(beta) = 50 and 500 GeV, belongs to this formula.
    assert mssm.total == pytest.approx(260e-11, rel=0.02, abs=0)
    fssm_form = approximations.slides_fssm(
        **inputs, mu4=500.0, tan_beta=10.0, tan_beta_d=5.0, epsilon_l=0.0
    )
    assert fssm_form == mssm
    resummed = approximations.slides_mssm(**inputs, mu=500.0, tan_beta=50.0, epsilon_l=-1.8e-3)
    assert resummed.total == pytest.approx(mssm.total / (1 - 0.09), rel=1e-14, abs=0)


def test_headline_scalings():
    assert approximations.headline_mssm(50, 500) == 260e-11
    assert approximations.headline_fssm(0.7, 2500) == 240e-11
    assert approximations.headline_mssm(100, 500) == 520e-11
    assert approximations.headline_fssm(1.4, 5000, power=2) == pytest.approx(240e-11)


@pytest.mark.parametrize("complex_phases", [False, True])
def test_perturbative_masses_err_at_fourth_order_in_v(complex_phases):
    def worst(scale):
        comparison = fssm.compare(scaled(5, scale, 20.0, complex_phases=complex_phases))
        masses = comparison.neutralino_masses.ratio, comparison.chargino_masses.ratio
        return max(np.abs(r - 1).max() for r in masses)

    assert worst(8.0) / worst(4.0) == pytest.approx(1 / 16, rel=0.05, abs=0)


@pytest.mark.parametrize("m1", [10.0, 1.0, -1.0, 0.0])
def test_perturbative_masses_of_a_light_bino(m1):
    point = fssm.Point(
        tan_beta=3, tan_beta_u=3, tan_beta_d=1, mu=2500, mu_tilde=2500, theta_u=0.8, theta_d=0.8,
        m1=m1, m2=900, m_l=2500, m_e=2500,
    )  # fmt: skip
    masses = fssm.compare(point).neutralino_masses
    # mixing^3 v = 0.05^3 246 GeV = 0.03 GeV bounds the error in absolute terms.
    assert np.abs(masses.approximate - masses.exact).max() < 0.03


def test_soft_masses_that_are_not_positive_have_no_formulas():
    common = dict(
        tan_beta=50, tan_beta_u=50, tan_beta_d=1, mu=2500, mu_tilde=2500, theta_u=0.8, theta_d=0.8,
        m1=2500, m2=2500, m_l=2500,
    )  # fmt: skip
    result = fssm.evaluate(fssm.Point(**common, m_e_sq=0.0))
    assert result.flag_names() == []
    assert np.isnan(result.approximations.slides.total)
    assert np.isnan(result.approximations.mass_insertion.total)


def test_perturbative_masses_with_equal_higgsinos_and_with_degenerate_gauginos():
    base = dict(
        tan_beta=40, tan_beta_u=2, tan_beta_d=3, mu=2500, mu_tilde=2500, theta_u=0.5, theta_d=0.6,
        m_l=700, m_e=900, m2=1500,
    )  # fmt: skip
    good = fssm.compare(fssm.Point(**base, m1=1000))
    assert np.abs(good.neutralino_masses.ratio - 1).max() < 1e-4
    bad = fssm.compare(fssm.Point(**base, m1=2500))
    assert bad.expansion.gaugino_higgsino_mixing >= 1
    assert np.isnan(bad.neutralino_masses.approximate).all()
    assert np.isfinite(bad.neutralino_masses.exact).all()
