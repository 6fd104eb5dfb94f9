"""One-loop running: against closed forms, scipy, and the slides."""

import numpy as np
import pytest
from random_running import random_couplings, turning
from scipy.integrate import solve_ivp

from fssm.base import InvalidInput
from fssm.constraints.betas import Couplings, supersymmetric_betas
from fssm.constraints.running import (
    PERTURBATIVE,
    fssm_couplings,
    landau_pole,
    largest_y_prime,
    mssm_couplings,
    run,
    standard_model,
    tan_beta_limit,
)

LOOP = 16 * np.pi**2


@pytest.mark.parametrize("doublets", [1, 2])
def test_flavour_and_higgs_rotations_commute_with_the_flow(doublets):
    turned, c = turning(doublets), random_couplings(4, doublets)
    weak = Couplings(c.scale, c.g, *(0.1 * y for y in c[2:]))
    after, before = run(turned(weak), 1e8), turned(run(weak, 1e8))
    for one, other in zip(after[1:], before[1:], strict=True):
        # Steps are chosen by components, so that they differ, within the error of a step.
        np.testing.assert_allclose(one, other, atol=1e-7)


def test_gauge_couplings_run_as_in_closed_form():
    zero = np.zeros((2, 3, 3))
    c = Couplings(np.asarray(1e3), np.array([0.47, 0.63, 1.05]), zero, zero, zero)
    t = np.log(1e13)
    expected = (c.g**-2 - 2 * np.array([36 / 5, 2, -3]) * t / LOOP) ** -0.5
    np.testing.assert_allclose(run(c, 1e16).g, expected, rtol=1e-7)
    np.testing.assert_allclose(run(run(c, 1e16), 1e3).g, c.g, rtol=1e-7)


def test_the_flow_agrees_with_scipy():
    c = fssm_couplings(tan_beta=50, tan_beta_u=50, m_susy=2500.0, y_prime_muon=0.8)

    def slope(_, y):
        parts = np.split(y[3:], 3)
        betas = supersymmetric_betas(
            Couplings(np.asarray(0.0), y[:3], *(p.reshape(2, 3, 3) for p in parts))
        )
        return np.concatenate([np.ravel(p) for p in betas[1:]])

    start = np.concatenate([np.ravel(p) for p in c[1:]])
    end = solve_ivp(slope, (0, np.log(1e12)), start, "DOP853", rtol=1e-12, atol=1e-15).y[:, -1]
    ours = np.concatenate([np.ravel(p) for p in run(c, 2500e12)[1:]])
    np.testing.assert_allclose(ours, end, rtol=1e-6, atol=1e-12)


def test_poles_in_closed_form():
    # 1/g1^2 = 2 b t/(16 pi^2); a lone Y'_mumu: 16 pi^2 dy/dt = (3 of L and E + 1 of H) y^3.
    zero = np.zeros((2, 3, 3))
    strong = Couplings(np.asarray(1e3), np.array([2.0, 1e-9, 1e-9]), zero, zero, zero)
    pole = landau_pole(strong)
    assert np.log(pole.scale / 1e3) == pytest.approx(LOOP / (2 * 7.2 * 4), rel=1e-6, abs=0)
    assert pole.coupling == "g1"
    lepton = zero.copy()
    lepton[1, 1, 1] = 1.5
    lone = Couplings(np.asarray(1e3), np.full(3, 1e-9), zero, zero, lepton)
    pole = landau_pole(lone)
    assert np.log(pole.scale / 1e3) == pytest.approx(LOOP / (2 * 4 * 1.5**2), rel=1e-6, abs=0)
    assert pole.coupling == "Y_e'(mu,mu)"
    weak = LOOP / 8 * (1 / 1.5**2 - 1 / (4 * np.pi))
    assert np.log(pole.perturbative_up_to / 1e3) == pytest.approx(weak, rel=1e-6, abs=0)
    assert not pole.perturbative


def pole_of_diagonal_couplings(c):
    """ln(pole/m_SUSY) by scipy, from one equation per quark and lepton; which one diverges."""
    names = ["u", "c", "t", "d", "s", "b", "e", "mu", "tau"]
    doublets = len(c.up)
    b = np.array([33 / 5, 1, -3] if doublets == 1 else [36 / 5, 2, -3])
    # Which doublet a generation couples to,.
    own = np.array([0, 0, 0] if doublets == 1 else [1, 1, 0])

    def slope(_, y):
        g_sq = y[:3] ** 2
        up, down, lepton = np.split(y[3:], 3)
        of_up = 3 * np.bincount(own, up**2)[own]
        of_down = np.bincount(own, 3 * down**2 + lepton**2)[own]
        rates = (
            of_up + 3 * up**2 + down**2 - g_sq @ [13 / 15, 3, 16 / 3],
            of_down + 3 * down**2 + up**2 - g_sq @ [7 / 15, 3, 16 / 3],
            of_down + 3 * lepton**2 - g_sq @ [9 / 5, 3, 0],
        )
        return np.concatenate([b * g_sq, *rates]) * y / LOOP

    def huge(_, y):
        return np.max(y) - 1e3

    huge.terminal = True
    diagonals = [np.diagonal(y.sum(0)) for y in (c.up, c.down, c.lepton)]
    start = np.concatenate([c.g, *diagonals])
    end = solve_ivp(slope, (0, 60), start, "DOP853", rtol=1e-11, atol=1e-15, events=huge)
    # The rest of the way is 1e-5 and less.
    return end.t[-1], ["g1", "g2", "g3", *names][np.argmax(end.y[:, -1])]


@pytest.mark.parametrize(
    ("c", "name"),
    [
        (mssm_couplings(tan_beta=90.0, m_susy=1e3), "Y_d(b,b)"),
        (mssm_couplings(tan_beta=120.0, m_susy=1e3, eps_b=0.01), "Y_e(tau,tau)"),
        (fssm_couplings(tan_beta=50.0, tan_beta_u=50.0, m_susy=2500.0, y_prime_muon=1.2,
                        eps_l=-1.8e-3), "Y_e'(mu,mu)"),
        (fssm_couplings(tan_beta=80.0, tan_beta_u=20.0, m_susy=2500.0, y_prime_muon=0.7),
         "Y_d(b,b)"),
    ],
)  # fmt: skip
def test_poles_against_scipy(c, name):
    pole = landau_pole(c)
    expected, diverging = pole_of_diagonal_couplings(c)
    # Extrapolated from 100 with a local derivative that is constant to 1e-4 or, here, 1e-2.
    assert np.log(pole.scale / c.scale) == pytest.approx(expected, rel=0, abs=5e-5)
    assert pole.coupling == name
    assert name.endswith(f"({diverging},{diverging})")


def points_of_any_kind():
    rng = np.random.default_rng(6)
    n = 15
    tan_beta, m_susy = rng.uniform(3, 120, n), 10 ** rng.uniform(2.7, 4.5, n)
    tan_beta[7] = np.nan
    yield mssm_couplings(tan_beta=tan_beta, m_susy=m_susy, eps_b=rng.uniform(-0.006, 0.006, n))
    yield fssm_couplings(
        tan_beta=tan_beta, tan_beta_u=20.0, m_susy=m_susy, y_prime_muon=rng.uniform(0.1, 3, n),
        eps_l=-1e-3,
    )  # fmt: skip
    many = [random_couplings(seed, 2) for seed in range(n)]
    scale, g, *yukawas = (np.stack(parts) for parts in zip(*many, strict=True))
    yield Couplings(scale, g, *(0.2 * y for y in yukawas))


@pytest.mark.parametrize("c", list(points_of_any_kind()), ids=["mssm", "fssm", "complex"])
def test_bits_do_not_depend_on_neighbours(c):
    poles, ran = landau_pole(c), run(c, 1e4)
    for i in range(len(c.scale)):
        point = Couplings(*(part[i] for part in c))
        for alone, together in zip(landau_pole(point), poles, strict=True):
            np.testing.assert_array_equal(alone, together[i])
        for alone, together in zip(run(point, 1e4), ran, strict=True):
            np.testing.assert_array_equal(alone, together[i])


def test_couplings_with_fewer_axes_broadcast():
    c = mssm_couplings(tan_beta=[60.0, 90.0], m_susy=1e3)
    loose = Couplings(np.asarray(1e3), c.g[0], c.up, c.down, c.lepton)
    np.testing.assert_array_equal(landau_pole(loose).scale, landau_pole(c).scale)
    np.testing.assert_array_equal(run(loose, 1e4).down, run(c, 1e4).down)


def test_a_short_search_does_not_hide_what_lies_below_the_target():
    # The pole is at 1e14 GeV.
    c = mssm_couplings(tan_beta=70.0, m_susy=1e3)
    full, short = landau_pole(c), landau_pole(c, scale_max=1e10)
    assert 1e13 < full.perturbative_up_to < full.scale < 1e15
    assert np.isinf([short.scale, short.perturbative_up_to]).all()
    assert short.coupling == ""
    assert not short.perturbative
    assert landau_pole(c, scale_max=1e10, target=1e13).perturbative


def test_a_pole_below_the_couplings_is_no_landau_pole():
    # g3 of the MSSM alone diverges at 4e-8 GeV.
    zero = np.zeros((1, 3, 3))
    c = Couplings(np.asarray(1e3), np.array([0.4, 0.6, 1.05]), zero, zero, zero)
    pole = landau_pole(c, scale_max=1e-10)
    assert np.isinf(pole.scale)
    assert pole.coupling == ""


def test_no_pole_is_infinity_and_nan_stays_nan():
    c = mssm_couplings(tan_beta=[10.0, np.nan, 90.0], m_susy=1e3)
    pole = landau_pole(c)
    assert np.isinf(pole.scale[0])
    assert pole.coupling[0] == ""
    assert pole.perturbative[0]
    assert np.isnan(pole.scale[1])
    assert not pole.perturbative[1]
    assert 1e3 < pole.perturbative_up_to[2] < pole.scale[2] < 1e16
    assert pole.coupling[2] == "Y_d(b,b)"
    beyond = run(c, 1e16)
    assert np.isfinite(beyond.g[0]).all()
    assert np.isnan(beyond.g[1:]).all()
    alone = landau_pole(mssm_couplings(tan_beta=90.0, m_susy=1e3))
    assert alone.scale == pole.scale[2]


def test_standard_model_masses_at_one_tev():
    c = standard_model(1000.0)
    # Running masses at 1 TeV of arXiv:1306.6879 (two loops and more): 150, 2.4, 1.77 GeV.
    for y, mass in ((c.up, 150.0), (c.down, 2.42), (c.lepton, 1.78)):
        assert y[0, 2, 2] * 246.22 / np.sqrt(2) == pytest.approx(mass, rel=0.03, abs=0)
    assert c.g[2] ** 2 / (4 * np.pi) == pytest.approx(0.0885, rel=0.02, abs=0)


def test_matching_multiplies_by_the_vevs_and_the_thresholds():
    sm = standard_model(2000.0)
    c = mssm_couplings(tan_beta=40.0, m_susy=2000.0, eps_b=0.01, eps_tau=-0.002, eps_l=-0.0018)
    for y, before, eps in (
        (c.down[0, 2, 2], sm.down[0, 2, 2], 0.01),
        (c.lepton[0, 2, 2], sm.lepton[0, 2, 2], -0.002),
        (c.lepton[0, 1, 1], sm.lepton[0, 1, 1], -0.0018),
    ):
        expected = before * np.sqrt(1 + 40**2) / (1 + 40 * eps)
        assert y == pytest.approx(expected, rel=1e-13, abs=0)
    assert c.up[0, 2, 2] == pytest.approx(sm.up[0, 2, 2] * np.sqrt(1 + 40**-2), rel=1e-13, abs=0)
    assert np.isnan(mssm_couplings(tan_beta=40.0, m_susy=2e3, eps_b=-0.03).down[0, 2, 2])


@pytest.mark.parametrize("eps_l", [-1.8e-3, 0.0, 3e-4])
def test_tan_beta_d_follows_from_the_muon_yukawa(eps_l):
    inputs = dict(tan_beta=50.0, tan_beta_u=20.0, m_susy=2500.0, eps_l=eps_l)
    tan_d = np.array([2.0, 5.0, 9.0])
    given = fssm_couplings(tan_beta_d=tan_d, **inputs)
    y_prime = given.lepton[:, 1, 1, 1]
    back = fssm_couplings(y_prime_muon=y_prime, **inputs)
    for one, other in zip(given, back, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-12)
    # The vevs add up: m = (y v_d + ...)/sqrt2 for every fermion without threshold.
    sm = standard_model(2500.0)
    v_u = 1 / np.sqrt(1 + 50**-2 + 20**-2 + (50 * tan_d) ** -2.0)
    np.testing.assert_allclose(given.up[:, 0, 2, 2] * v_u, sm.up[0, 2, 2], rtol=1e-12)
    np.testing.assert_allclose(given.up[:, 1, 1, 1] * v_u / 20, sm.up[0, 1, 1], rtol=1e-12)
    strange = given.down[:, 1, 1, 1] * v_u / (50 * tan_d)
    np.testing.assert_allclose(strange, sm.down[0, 1, 1], rtol=1e-12)


def test_a_muon_yukawa_that_nothing_gives_is_nan():
    # With eps_l > 0 Y' saturates at y sqrt(K)/eps_l = 0.2; below y no tan_beta_d is positive.
    inputs = dict(tan_beta=50.0, tan_beta_u=50.0, m_susy=2500.0)
    c = fssm_couplings(y_prime_muon=[1e-4, 0.1, 0.5], eps_l=3e-3, **inputs)
    np.testing.assert_array_equal(np.isnan(c.lepton[:, 1, 1, 1]), [True, False, True])
    assert np.isnan(landau_pole(c).scale[2])


def test_tan_beta_of_the_mssm_is_limited_to_about_70():
    limits = tan_beta_limit(m_susy=1000.0, eps_b=[-0.005, 0.0, 0.005])
    # The slides say 70. No thresholds: 67; the sign of eps_b decides about 15 to either side.
    np.testing.assert_allclose(limits, [51.7, 67.2, 79.9], rtol=0.01)
    at_limit = landau_pole(mssm_couplings(tan_beta=limits[1], m_susy=1000.0))
    assert at_limit.scale == pytest.approx(1e16, rel=1e-4, abs=0)
    assert at_limit.coupling in ("Y_d(b,b)", "Y_e(tau,tau)")
    assert tan_beta_limit(m_susy=2500.0) == pytest.approx(69, rel=0.01, abs=0)


def test_the_muon_yukawa_of_the_slides_has_no_pole_below_the_gut_scale():
    for eps_l in (-1.8e-3, 0.0):
        c = fssm_couplings(
            tan_beta=50.0, tan_beta_u=50.0, m_susy=2500.0, y_prime_muon=0.7, eps_l=eps_l
        )
        pole = landau_pole(c)
        assert np.isinf(pole.scale)
        assert pole.perturbative
        largest = largest_y_prime(tan_beta=50.0, tan_beta_u=50.0, m_susy=2500.0, eps_l=eps_l)
        assert largest == pytest.approx(0.95, rel=0.02, abs=0)


def test_perturbative_up_to_the_gut_scale_asks_for_a_little_less():
    inputs = dict(tan_beta=50.0, tan_beta_u=50.0, m_susy=2500.0)
    y_prime = largest_y_prime(largest=PERTURBATIVE, **inputs)
    assert y_prime == pytest.approx(0.919, rel=1e-3, abs=0)
    pole = landau_pole(fssm_couplings(y_prime_muon=y_prime, **inputs))
    assert pole.perturbative_up_to == pytest.approx(2e16, rel=1e-4, abs=0)


def test_the_strange_quark_may_limit_the_muon_yukawa():
    # With eps_l > 0, Y'_mumu saturates while Y'_ss grows with tan_beta_d.
    inputs = dict(tan_beta=50.0, tan_beta_u=50.0, m_susy=2500.0, eps_l=1e-3)
    y_prime = largest_y_prime(**inputs)
    assert y_prime == pytest.approx(0.480, rel=2e-3, abs=0)
    pole = landau_pole(fssm_couplings(y_prime_muon=1.001 * y_prime, **inputs))
    assert pole.scale < 2e16
    assert pole.coupling == "Y_d'(s,s)"


def test_nothing_to_find_is_said():
    # A pole right above m_SUSY is always beyond reach; so small a Y' never has one at 1e5 GeV.
    assert np.isinf(tan_beta_limit(m_susy=1e3, pole_above=1.0001e3, eps_tau=0.1))
    none = largest_y_prime(tan_beta=95.0, tan_beta_u=50.0, m_susy=1e3)
    assert np.isnan(none)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mssm_couplings(tan_beta=-1, m_susy=1e3), r"\[running\] tan_beta = -1"),
        (lambda: standard_model(0.0), r"scale = 0.0 GeV: must be positive"),
        (lambda: fssm_couplings(tan_beta=5, tan_beta_u=5, m_susy=1e3), "either tan_beta_d or"),
        (lambda: tan_beta_limit(m_susy=1e3, pole_above=-1.0), "pole_above = -1.0 GeV"),
        (lambda: landau_pole(standard_model(1e3), largest=1e3), "largest = 1000.0"),
        (lambda: landau_pole(standard_model(1e3), scale_max=-1.0), "scale_max = -1.0 GeV"),
        (lambda: landau_pole(standard_model(1e3), target=0.0), "target = 0.0 GeV"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: mssm_couplings(tan_beta=[5.0, 6.0], m_susy=[1e3, 2e3, 3e3]),
        lambda: fssm_couplings(
            tan_beta=50.0, tan_beta_u=50.0, m_susy=[1e3, 2e3], y_prime_muon=[0.1, 0.2, 0.3]
        ),
        lambda: tan_beta_limit(m_susy=[1e3, 2e3], eps_b=[0.0, 0.0, 0.0]),
        lambda: largest_y_prime(tan_beta=[5.0, 6.0], tan_beta_u=[5.0, 6.0, 7.0], m_susy=1e3),
    ],
)
def test_shapes_that_do_not_broadcast_are_named(call):
    with pytest.raises(InvalidInput, match=r"shapes do not broadcast: .*\(2,\).*\(3,\)"):
        call()
