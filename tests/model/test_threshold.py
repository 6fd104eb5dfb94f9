"""Delta against the tables, and the implicit equation against points whose solution is known."""

import dataclasses

import numpy as np
import pytest
import tables

import fssm
from fssm.model import muon_mass, threshold
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import lepton_matrix

BASE = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, theta_u=0.7, theta_d=0.7,
    m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip


def test_delta_of_the_table():
    known = ~np.isnan(tables.FSSM["delta_exact"])
    _, yukawa = muon_mass.solve(tables.fssm_point("exact"))
    assert known.sum() == 25
    np.testing.assert_allclose(yukawa.delta[known], tables.FSSM["delta_exact"][known], rtol=1e-10)
    leading = tables.FSSM["delta_leading"][known]
    np.testing.assert_allclose(yukawa.delta_leading[known], leading, rtol=1e-13)


def test_the_mass_correction_of_three_generations_is_three_single_ones():
    lag = lagrangian(fssm.Point(**BASE, tan_beta_d=5.0, y_prime_muon=0.3))
    scale = np.array([0.1, 1.0, 2.0])
    eye = np.eye(3)
    three = dataclasses.replace(
        lag,
        yukawa=lag.yukawa * eye * scale,
        trilinear=lag.trilinear * eye,
        m_l_sq=lag.m_l_sq * eye,
        m_e_sq=lag.m_e_sq * eye,
    )
    single = [
        threshold.exact_shift(dataclasses.replace(lag, yukawa=lag.yukawa * s))[0, 0] for s in scale
    ]
    np.testing.assert_allclose(threshold.exact_shift(three), np.diag(single), rtol=0, atol=1e-12)


def test_equal_masses_give_the_closed_form():
    point = fssm.Point(
        scheme="couplings", v=246.22, g=0.65, g_prime=0.36,
        tan_beta=50, tan_beta_u=1e9, tan_beta_d=5,
        mu=1e6, mu_tilde=1e6, theta_u=0.7, theta_d=0.7, m1=1e6, m2=1e6, m_l=1e6, m_e=1e6,
    )  # fmt: skip
    _, yukawa = muon_mass.solve(point)
    mixing = np.sin(1.4)  # mu4/mu
    closed = -(3 * 0.65**2 - 0.36**2) / (64 * np.pi**2) * 250 * mixing
    assert yukawa.delta_leading == pytest.approx(closed, rel=1e-7, abs=0)
    assert yukawa.delta == pytest.approx(closed, rel=1e-4, abs=0)


def random_fields(rng, count, complex_phases):
    def mass(low=2, high=4):
        return 10 ** rng.uniform(low, high, count)

    def signed():
        phase = rng.uniform(-np.pi, np.pi, count)
        return mass() * (np.exp(1j * phase) if complex_phases else np.sign(phase))

    return dict(
        tan_beta=10 ** rng.uniform(0.3, 1.9, count),
        tan_beta_u=10 ** rng.uniform(0, 2, count),
        tan_beta_d=10 ** rng.uniform(0, 1.6, count),
        **{name: signed() for name in ("mu1", "mu2", "mu3", "mu4", "m1", "m2")},
        m_l=mass(),
        m_e=mass(),
        t_prime_muon=rng.uniform(-50, 50, count),
    )


@pytest.mark.parametrize("complex_phases", [False, True])
@pytest.mark.parametrize("solve_for", ["y_prime_muon", "tan_beta_d"])
def test_every_point_above_the_pole_is_solved(complex_phases, solve_for):
    """Choose Y', compute the muon mass it gives, and ask for it back."""
    rng = np.random.default_rng(8)
    fields = random_fields(rng, 3000, complex_phases)
    chosen = 10 ** rng.uniform(-3, 0, 3000)
    lag = lagrangian(fssm.Point(**fields, y_prime_muon=chosen))
    mass = (lepton_matrix(lag) + threshold.exact_shift(lag))[:, 0, 0]
    one_plus_delta = mass / lepton_matrix(lag)[:, 0, 0]
    solvable = (one_plus_delta.real > 0) & (np.abs(one_plus_delta) > 0.05)
    m_muon = np.where(np.isfinite(mass), np.abs(mass), 0.1)
    if solve_for == "y_prime_muon":
        point = fssm.Point(**fields, m_muon=m_muon)
    else:
        wanted = fields.pop("tan_beta_d")
        point = fssm.Point(**fields, m_muon=m_muon, y_prime_muon=chosen)
    _, yukawa = muon_mass.solve(point)
    assert solvable.sum() > 2500
    assert not yukawa.unusable()[solvable].any()
    found = (
        yukawa.y_prime_muon / chosen if solve_for == "y_prime_muon" else yukawa.tan_beta_d / wanted
    )
    # A point can have a second, smaller Y' with the same mass: 3 in 20000 do.
    same = np.abs(found[solvable] - 1) < 1e-8
    assert same.mean() > 0.999
    assert np.abs(yukawa.delta_implied - (np.abs(1 + yukawa.delta) - 1))[solvable].max() < 1e-9


@pytest.mark.parametrize("mode", ["exact", "leading", "given", "none"])
def test_modes_satisfy_their_own_equation(mode):
    extra = dict(epsilon_l=-1e-3) if mode == "given" else {}
    _, yukawa = muon_mass.solve(fssm.Point(**BASE, tan_beta_d=7.0, threshold=mode, **extra))
    assert yukawa.mode == mode
    assert yukawa.delta_implied == pytest.approx(yukawa.delta, abs=1e-12)
    if mode == "given":
        assert yukawa.delta == pytest.approx(-0.35, rel=1e-14, abs=0)
    if mode == "none":
        assert yukawa.delta == 0
    if mode == "leading":
        assert yukawa.delta == yukawa.delta_leading


@pytest.mark.parametrize(
    ("epsilon", "flags"),
    [
        (-1e-3, []),
        (-0.949 / 350, []),
        (-0.96 / 350, ["threshold_pole"]),
        (-1 / 350, ["threshold_pole"]),
        (-1.02 / 350, ["threshold_pole", "radiative_mass"]),
        (-2 / 350, ["radiative_mass"]),
    ],
)
def test_the_pole_is_refused_and_a_negative_mass_is_a_warning(epsilon, flags):
    result = fssm.evaluate(fssm.Point(**BASE, tan_beta_d=7.0, threshold="given", epsilon_l=epsilon))
    assert result.flag_names() == flags
    refused = "threshold_pole" in flags
    assert np.isnan(result.yukawa.y_prime_muon) == refused
    assert np.isnan(result.a_muon.total) == refused
    if not refused:
        assert result.yukawa.y_prime_muon > 0
        assert result.yukawa.m_muon_implied == pytest.approx(
            result.lagrangian.m_lepton[0], rel=1e-14
        )


def test_an_impossible_tan_beta_d_is_flagged():
    # The loop alone makes the muon heavier than it is, whatever v_d' > 0.
    point = fssm.Point(**dict(BASE, m2=-2500), y_prime_muon=0.7)
    result = fssm.evaluate(point)
    assert result.flag_names()
    assert np.isnan(result.yukawa.tan_beta_d)


def test_a_tachyon_at_the_start_does_not_hide_the_solution():
    # Doubling v_d' makes T' v_d' tachyonic; the solution itself is sound.
    fields = dict(
        tan_beta=3.6, tan_beta_u=5.6, mu1=267, mu2=5241, mu3=-127, mu4=-108, m1=657, m2=-1423,
        m_l=234, m_e=117, t_prime_muon=2000, y_prime_muon=0.0107,
    )  # fmt: skip
    result = fssm.evaluate(fssm.Point(**fields))
    assert result.flag_names() == []
    assert result.yukawa.tan_beta_d == pytest.approx(4.850123784551918, rel=1e-10, abs=0)


def test_massless_states_have_their_limit():
    common = dict(
        scheme="couplings", g=0.652, g_prime=0.357, v_u=245.0, v_u_prime=0, v_d=0, v_d_prime=10.0,
        mu1=0, mu2=0, mu4=400, m2=350, m_l=500, m_e=450,
    )  # fmt: skip
    for mode in ("exact", "leading"):
        zero, near = (
            fssm.evaluate(fssm.Point(**common, mu3=m, m1=m, threshold=mode)) for m in (0.0, 1e-6)
        )
        assert zero.flag_names() == []
        assert zero.a_muon.one_loop == pytest.approx(near.a_muon.one_loop, rel=1e-7, abs=0)
        assert zero.yukawa.delta_leading == pytest.approx(
            near.yukawa.delta_leading, rel=1e-7, abs=0
        )
        inserted = [r.approximations.mass_insertion.total for r in (zero, near)]
        assert inserted[0] == pytest.approx(inserted[1], rel=1e-6, abs=0)


def test_slides_numbers_for_the_product_of_tangents():
    # Y' = 0.7: tan(beta) tan(beta_d) = 1150 without resummation, about 380 with -1.8e-3.
    def product(**options):
        point = fssm.Point(**BASE, y_prime_muon=0.7, **options)
        return float(50 * muon_mass.solve(point)[1].tan_beta_d)

    assert product(threshold="none") == pytest.approx(1150, rel=0.005, abs=0)
    assert product(threshold="given", epsilon_l=-1.8e-3) == pytest.approx(375, rel=0.01, abs=0)
