"""Loop functions against mpmath, at every seam and limit."""

import mpmath as mp
import numpy as np
import pytest

from fssm import reference
from fssm.numerics import loops

# Measured worst: 3.7e-15 (f1n), 3.0e-15 (f1c), 8e-15 (f_n).
TOLERANCE = 1e-13


def grid():
    """Dense over [0, 1e12], with w = +-1/2 (x = 3, 1/3), x = 1 and their floating neighbours."""
    seams = np.array([1 / 3, 1.0, 3.0])
    return np.concatenate(
        [
            np.geomspace(1e-20, 1e12, 260),
            *(seams * (1 + sign * 10.0**-k) for k in range(1, 17) for sign in (-1, 1)),
            np.nextafter(seams, 0),
            np.nextafter(seams, 9),
            np.linspace(0.2, 5, 90),
        ]
    )


@pytest.mark.parametrize("name", ["f1n", "f2n", "f1c", "f2c"])
def test_loop_functions_to_1e_13(name):
    x = grid()
    got = getattr(loops, name)(x)
    with mp.workdps(40):
        truth = np.array([getattr(reference, name)(mp.mpf(v)) for v in x])
        worst = max(abs(mp.mpf(float(g)) / t - 1) for g, t in zip(got, truth, strict=True))
    assert worst < TOLERANCE


@pytest.mark.parametrize(
    ("name", "at_zero"), [("f1n", 2.0), ("f2n", 3.0), ("f1c", 4.0), ("f2c", np.inf)]
)
def test_limits(name, at_zero):
    function = getattr(loops, name)
    assert function(0.0) == at_zero
    assert function(1.0) == 1.0
    assert np.isnan(function(-1.0))
    assert np.isnan(function(np.nan))


def test_a_massless_ino_gives_a_finite_product():
    assert np.isfinite(loops.chargino_loops(0.0).f2)
    assert 0.0 * loops.chargino_loops(0.0).f2 == 0.0


def test_edges_of_the_domain_are_limits_or_nan():
    assert np.isnan(loops.f1n(np.inf))
    assert loops.f1n(1.7e308) == pytest.approx(4 / 1.7e308)
    assert np.isnan([loops.i_loop(-1, -1, -1), loops.i_loop(0, -1, -1), loops.b0(-1, -1, 1)]).all()
    assert loops.i_loop(0, 0, 1) == loops.f_c_reduced(0, 1) == loops.f_n_reduced(0, 0) == np.inf
    assert loops.f_c(0, 0) == loops.f_n(0, 0) == loops.f_c(0, 1) == 0
    assert loops.b0(1, 0, 1) == loops.b0(0, 1, 1) == 1
    # int s ds/((s+1)^3 s (s+1)) = 1/3
    assert loops.f_n_reduced(0, 1) == pytest.approx(2 / 3, rel=1e-15, abs=0)


def test_identities_between_the_functions():
    x = np.geomspace(1e-10, 1e10, 4001)
    np.testing.assert_allclose(loops.f1n(x), loops.f1c(1 / x) / x, rtol=1e-14)
    np.testing.assert_allclose(loops.f1n(x) + loops.f1c(x), 2 * loops.f2n(x), rtol=1e-14)
    for function in (loops.f1n, loops.f2n, loops.f1c, loops.f2c):
        assert (np.diff(function(x)) < 0).all()


def pairs():
    """Ratios over 24 decades; on both sides of 1; equal, and equal up to 1e-16 ... 1e-1."""
    rng = np.random.default_rng(5)
    x = 10 ** rng.uniform(-12, 12, 260)
    y = 10 ** rng.uniform(-12, 12, 260)
    x[:80] = 10 ** rng.uniform(-1, 1, 80)
    y[:60] = x[:60] * (1 + 10 ** rng.uniform(-16, -1, 60))
    special = [(1, 1), (1, 3), (3, 1), (1, 1 + 1e-15), (1e-12, 1e-12), (1e12, 1e12), (0.25, 4)]
    return [*zip(x.tolist(), y.tolist(), strict=True), *special]


@pytest.mark.parametrize("name", ["f_c", "f_n"])
def test_mass_insertion_functions_for_degenerate_and_hierarchical_masses(name):
    function = getattr(loops, name)
    with mp.workdps(25):
        for x, y in pairs():
            truth = getattr(reference, name)(mp.mpf(x), mp.mpf(y))
            assert abs(mp.mpf(float(function(x, y))) / truth - 1) < TOLERANCE, (x, y)
            assert function(x, y) == function(y, x)


def test_known_values():
    assert loops.f_c(1.0, 1.0) == pytest.approx(1 / 2, rel=1e-15, abs=0)
    assert loops.f_n(1.0, 1.0) == pytest.approx(1 / 6, rel=1e-15, abs=0)
    assert loops.i_loop(9.0, 9.0, 9.0) == pytest.approx(1 / 18, rel=1e-15, abs=0)


def test_the_published_closed_form_of_f_c_and_f_n():
    # arXiv:1303.4256, eqs. (2.10) and (2.11), away from equal arguments.
    x, y = np.array([0.2, 5.0, 30.0]), np.array([7.0, 0.04, 2.5])
    log_x, log_y = np.log(x), np.log(y)
    both = (x - 1) ** 2 * (y - 1) ** 2
    f_c = (5 - 3 * (x + y) + x * y) / both
    f_c += -2 * log_x / ((x - y) * (x - 1) ** 3) + 2 * log_y / ((x - y) * (y - 1) ** 3)
    f_n = (-3 + x + y + x * y) / both
    f_n += 2 * x * log_x / ((x - y) * (x - 1) ** 3) - 2 * y * log_y / ((x - y) * (y - 1) ** 3)
    np.testing.assert_allclose(loops.f_c(x, y), x * y * f_c, rtol=1e-12)
    np.testing.assert_allclose(loops.f_n(x, y), x * y * f_n, rtol=1e-12)


def test_the_phase_space_of_muon_decay_to_1e_13():
    """x = m_light^2/m_heavy^2 from 0 to the last double below 1, w = 1/2 at x = 1/3 among them."""
    gaps = 10.0 ** -np.arange(1, 17)
    ratio = np.concatenate(
        [
            np.linspace(0, 1, 200, endpoint=False),
            np.geomspace(1e-160, 0.1, 60),
            1 - np.geomspace(2e-16, 0.5, 200),
            np.sqrt(1 / 3) * np.concatenate([1 + gaps[1:], 1 - gaps]),
        ]
    )
    for heavy in (1.0, 1.77693, 5e-4):
        light = ratio[ratio * heavy < heavy] * heavy
        got = loops.muon_decay_phase_space(light, heavy)
        # The closed form is (1 - x)^5, 1e-80 of its terms.
        with mp.workdps(110):
            for m, own in zip(light.tolist(), got.tolist(), strict=True):
                x = (mp.mpf(m) / mp.mpf(heavy)) ** 2
                logarithm = 12 * x**2 * mp.log(x) if x else 0
                truth = 1 - 8 * x + 8 * x**3 - x**4 - logarithm
                # Measured worst: 7e-15.
                assert abs(own / truth - 1) < TOLERANCE, (m, heavy)


def test_limits_of_the_phase_space_of_muon_decay():
    assert loops.muon_decay_phase_space(0.0, 2.0) == 1
    assert loops.muon_decay_phase_space(2.0, 2.0) == 0
    assert np.isnan(loops.muon_decay_phase_space([0.0, np.nan, 1.0], [0.0, 1.0, np.nan])).all()
    # 2/5 (1 - x)^5 (1 + (1 - x)/2 + ...).
    close = loops.muon_decay_phase_space(1 - 1e-6, 1.0)
    assert close == pytest.approx(0.4 * 2e-6**5, rel=1e-5, abs=0)
    x = np.linspace(0, 1, 2000)
    assert (np.diff(loops.muon_decay_phase_space(x, 1.0)) < 0).all()


def test_threshold_integrals():
    rng = np.random.default_rng(6)
    masses = 10 ** rng.uniform(2, 8, size=(150, 3))
    masses[:50, 1] = masses[:50, 0] * (1 + 10 ** rng.uniform(-16, -1, 50))
    masses[50:80] = masses[50:80, :1]
    with mp.workdps(25):
        for a, b, c in masses.tolist():
            truth = reference.i_loop(a, b, c)
            assert abs(mp.mpf(float(loops.i_loop(a, b, c))) / truth - 1) < TOLERANCE
            difference = float(loops.b0(a, b, c) - loops.b0(a, c, c))
            exact = reference.b0(mp.mpf(a), mp.mpf(b), mp.mpf(c))
            exact -= reference.b0(mp.mpf(a), mp.mpf(c), mp.mpf(c))
            assert abs(difference - exact) < 1e-14 * (1 + abs(mp.log(b / c)))


def test_threshold_integral_is_symmetric_and_allows_one_massless_state():
    assert loops.i_loop(1.0, 4.0, 9.0) == loops.i_loop(9.0, 1.0, 4.0)
    # int ds/((s + b)(s + c)) = ln(b/c)/(b - c)
    assert loops.i_loop(0.0, 4.0, 9.0) == pytest.approx(np.log(9 / 4) / 5, rel=1e-14, abs=0)
