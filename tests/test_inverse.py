"""Inverse problems: solutions put back, ends of bands, cases without a solution."""

import numpy as np
import pytest

import fssm
from fssm import inverse
from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.numerics.feynman import vector_loop
from fssm.simplified import alp, coupling_matrix, dark_photon, l_mu_l_tau, s1_leptoquark

WANTED = (251e-11, 59e-11)
ALPHA = measured("alpha").value
M_MU = measured("m_muon").value


def leptoquark(lam, m, ratio=1.0, quark="top"):
    left, right = (coupling_matrix(**{f"{quark}_muon": c}) for c in (lam, ratio * lam))
    return s1_leptoquark(left, right, m).a_muon


def universal(m, y, **fields):
    point = inverse.universal_point(m, y, **fields)
    return fssm.evaluate(point, qed_log=True).a_muon.total


MASSES = np.array([1e-3, 0.1, 2.0, 30.0])
HEAVY = np.array([800.0, 2000.0, 9000.0])
Y = np.array([0.3, 0.7, 1.2])
M_SUSY = np.array([1500.0, 2500.0, 4000.0])
# Each: its band, and a_mu as a function of what was solved for, by another path than the search.
CASES = {
    "dark photon": (
        lambda w: inverse.dark_photon_epsilon(MASSES, w),
        lambda eps: dark_photon(eps, MASSES).a_muon,
    ),
    "z prime": (
        lambda w: inverse.z_prime_coupling(MASSES, w),
        lambda g: l_mu_l_tau(g, MASSES).a_muon,
    ),
    "leptoquark": (
        lambda w: inverse.leptoquark_coupling(HEAVY, w, right_over_left=[0.3, 1.0, 5.0]),
        lambda lam: leptoquark(lam, HEAVY, np.array([0.3, 1.0, 5.0])),
    ),
    "charm leptoquark": (
        lambda w: inverse.leptoquark_coupling(HEAVY, w, quark="charm"),
        lambda lam: leptoquark(lam, HEAVY, quark="charm"),
    ),
    "alp": (
        lambda w: inverse.alp_decay_constant(w, c_muon=1.0, c_photon=[-50.0, -90.0], m_a=0.05),
        lambda f: alp(f=f, m_a=0.05, c_muon=1.0, c_photon=[-50.0, -90.0]).a_muon,
    ),
    "m_susy": (lambda w: inverse.fssm_m_susy(Y, w), lambda m: universal(m, Y)),
    "y prime": (lambda w: inverse.fssm_y_prime(M_SUSY, w), lambda y: universal(M_SUSY, y)),
}
# a_mu of the slope 2 and less times 1e-14 of the solution; the threshold amplifies in the FSSM.
ROUND_TRIP = 1e-11


@pytest.mark.parametrize("name", CASES)
def test_solutions_put_back_give_what_was_wanted(name):
    solve, a_muon = CASES[name]
    band = solve(WANTED)
    assert band.exists.all()
    np.testing.assert_allclose(a_muon(band.central), 251e-11, rtol=ROUND_TRIP)
    for n, interval in ((1, band.one_sigma), (2, band.two_sigma)):
        ends = np.sort([a_muon(end) for end in interval], axis=0)
        expected = [251e-11 - n * 59e-11, 251e-11 + n * 59e-11]
        np.testing.assert_allclose(ends, np.tile(expected, (ends.shape[1], 1)).T, rtol=ROUND_TRIP)


@pytest.mark.parametrize("name", CASES)
def test_bands_are_nested_around_the_central_value(name):
    band = CASES[name][0](WANTED)
    one, two = band.one_sigma, band.two_sigma
    assert (two.low < one.low).all()
    assert (one.low < band.central).all()
    assert (band.central < one.high).all()
    assert (one.high < two.high).all()
    assert (band.reach.low < 251e-11).all()
    assert (band.reach.high > 251e-11).all()


@pytest.mark.parametrize("name", CASES)
def test_the_decoupled_end_belongs_to_a_band_that_contains_zero(name):
    solve, a_muon = CASES[name]
    band = solve((38e-11, 63e-11))
    assert band.exists.all()
    mass = name in ("alp", "m_susy")
    for interval, top in ((band.one_sigma, 101e-11), (band.two_sigma, 164e-11)):
        decoupled, other = interval[::-1] if mass else interval
        assert (decoupled == (np.inf if mass else 0.0)).all()
        np.testing.assert_allclose(a_muon(other), top, rtol=ROUND_TRIP)
    assert solve("amu-2025").central == pytest.approx(band.central, rel=1e-14, abs=0)


@pytest.mark.parametrize("name", CASES)
def test_points_do_not_depend_on_their_neighbours(name):
    alone = {
        "dark photon": lambda i: inverse.dark_photon_epsilon(MASSES[i], WANTED),
        "z prime": lambda i: inverse.z_prime_coupling(MASSES[i], WANTED),
        "leptoquark": lambda i: inverse.leptoquark_coupling(
            HEAVY[i], WANTED, right_over_left=[0.3, 1.0, 5.0][i]
        ),
        "charm leptoquark": lambda i: inverse.leptoquark_coupling(HEAVY[i], WANTED, quark="charm"),
        "alp": lambda i: inverse.alp_decay_constant(
            WANTED, c_muon=1.0, c_photon=[-50.0, -90.0][i], m_a=0.05
        ),
        "m_susy": lambda i: inverse.fssm_m_susy(Y[i], WANTED),
        "y prime": lambda i: inverse.fssm_y_prime(M_SUSY[i], WANTED),
    }[name]
    together = CASES[name][0](WANTED)
    for i in (0, 1):
        single = alone(i)
        for quantity in ("central", "exists"):
            assert getattr(single, quantity) == pytest.approx(
                getattr(together, quantity)[i], rel=1e-13, abs=0
            )
        for interval in ("one_sigma", "two_sigma", "reach"):
            got, expected = getattr(single, interval), getattr(together, interval)
            for end, ends in zip(got, expected, strict=True):
                assert end == pytest.approx(ends[i], rel=1e-11, abs=0)
        assert single.answer() == together.answer()[i]


def test_epsilon_is_the_root_of_wanted_over_the_loop():
    band = inverse.dark_photon_epsilon(MASSES, WANTED)
    expected = np.sqrt(251e-11 * np.pi / (ALPHA * vector_loop((MASSES / M_MU) ** 2)))
    np.testing.assert_allclose(band.central, expected, rtol=1e-13)
    massless = inverse.dark_photon_epsilon(0.0, WANTED).central
    assert massless == pytest.approx(np.sqrt(251e-11 * 2 * np.pi / ALPHA), rel=1e-13, abs=0)
    four = inverse.dark_photon_epsilon(MASSES, (4 * 251e-11, 0.0))
    np.testing.assert_allclose(four.central, 2 * band.central, rtol=1e-13)


def test_a_right_handed_coupling_of_a_neighbour_does_not_narrow_the_search():
    alone = inverse.leptoquark_coupling(5e4, WANTED)
    beside = inverse.leptoquark_coupling(5e4, WANTED, right_over_left=[1.0, 1e3])
    assert alone.exists
    assert beside.central[0] == pytest.approx(alone.central, rel=1e-14, abs=0)
    # sqrt(4 pi) for the larger of the two.
    np.testing.assert_allclose(beside.searched.high, np.sqrt(4 * np.pi) / [1, 1e3], rtol=1e-14)


def test_an_uncertainty_of_zero_is_a_point():
    band = inverse.dark_photon_epsilon(MASSES, (251e-11, 0.0))
    for end in (*band.one_sigma, *band.two_sigma):
        np.testing.assert_allclose(end, band.central, rtol=1e-13)


NO_SOLUTION = {
    "alp without photons": lambda: inverse.alp_decay_constant(WANTED, c_muon=1.0),
    "alp without muons": lambda: inverse.alp_decay_constant(WANTED, c_muon=0.0, c_photon=-50.0),
    "heavy z prime": lambda: inverse.z_prime_coupling(1e4, WANTED),
    "leptoquark of the wrong sign": lambda: inverse.leptoquark_coupling(
        2000.0, WANTED, right_over_left=-1.0
    ),
    "heavy leptoquark": lambda: inverse.leptoquark_coupling(1e7, WANTED),
    "mu4 = 0": lambda: inverse.fssm_m_susy(0.7, WANTED, theta_u=np.pi / 2, theta_d=np.pi / 2),
    "negative": lambda: inverse.dark_photon_epsilon(0.1, (-251e-11, 59e-11)),
}


@pytest.mark.parametrize("name", NO_SOLUTION)
def test_no_solution_is_said_and_not_invented(name):
    band = NO_SOLUTION[name]()
    assert not band.exists
    assert np.isnan(band.central)
    assert not band.reach.low <= band.wanted <= band.reach.high
    answer = band.answer()
    assert answer.startswith(f"no {band.quantity} from ")
    assert "a_mu ranges over [" in answer


def test_two_sigma_may_exist_without_a_central_value():
    # sqrt(4 pi)^2/(12 pi^2) m_mu^2/m^2 = 2e-9 at 763 GeV.
    band = inverse.z_prime_coupling(763.0, WANTED)
    assert not band.exists
    assert np.isfinite(band.one_sigma.low)
    # The end of the search is where the band ends.
    assert band.two_sigma.high == pytest.approx(np.sqrt(4 * np.pi), rel=1e-14, abs=0)
    assert "within two sigma from" in band.answer()


def test_a_band_that_begins_with_the_search_does_not_contain_the_decoupled_end():
    # At 100 GeV the smallest Y' searched, 1e-3, is within two sigma; no Y' at all is not.
    band = inverse.fssm_y_prime(100.0, WANTED)
    assert band.two_sigma.low == pytest.approx(1e-3, rel=1e-12, abs=0)
    assert 133e-11 < universal(100.0, band.two_sigma.low) < 369e-11
    assert inverse.fssm_y_prime(200.0, "amu-2025").two_sigma.low == 0


def test_the_caption_of_the_slides_has_no_solution_but_pi_over_4_has():
    # The slides: 2.4e-9 at Y' = 0.7 and 2.5 TeV, for O(1) mixing.
    band = inverse.fssm_m_susy(0.7, (240e-11, 0.0), qed_log=False)
    assert band.central == pytest.approx(2500, rel=0.03, abs=0)
    assert inverse.fssm_m_susy(0.7, (240e-11, 0.0)).central < band.central


def test_mixed_shapes_missing_points_and_empty_arrays():
    ratio = np.array([[0.5], [1.0], [2.0]])
    band = inverse.leptoquark_coupling([1e3, np.nan, 2e3, 1e12], WANTED, right_over_left=ratio)
    assert band.central.shape == band.two_sigma.low.shape == band.reach.low.shape == (3, 4)
    assert (band.exists == [True, False, True, False]).all()
    single = inverse.leptoquark_coupling(2e3, WANTED, right_over_left=2.0)
    assert band.central[2, 2] == pytest.approx(single.central, rel=1e-13, abs=0)
    # A missing point has no range of a_mu.
    assert np.isnan(band.reach.low[:, 1]).all()
    assert np.isnan(band.reach.high[:, 1]).all()
    assert band.answer().shape == (3, 4)
    masked = inverse.dark_photon_epsilon(np.ma.masked_less([0.01, 0.1], 0.05), WANTED)
    assert (masked.exists == [False, True]).all()
    for solve in (inverse.dark_photon_epsilon, inverse.z_prime_coupling, inverse.fssm_m_susy):
        assert solve(np.array([]), WANTED).central.shape == (0,)
    empty = inverse.leptoquark_coupling(1e3, WANTED, right_over_left=np.array([]))
    assert empty.central.shape == (0,)


def test_fields_override_the_defaults_one_value_each():
    band = inverse.fssm_m_susy([0.5, 0.7], WANTED, tan_beta=30.0, m1=300.0)
    got = universal(band.central, np.array([0.5, 0.7]), tan_beta=30.0, m1=300.0)
    np.testing.assert_allclose(got, 251e-11, rtol=ROUND_TRIP)
    message = r"\[vevs\] tan_beta = \[40.0, 50.0\]: must be a single value"
    with pytest.raises(InvalidInput, match=message):
        inverse.fssm_m_susy([0.5, 0.7], WANTED, tan_beta=[40.0, 50.0])
    with pytest.raises(InvalidInput, match="single value"):
        inverse.fssm_y_prime(2500.0, WANTED, m1=np.array([300.0]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: inverse.dark_photon_epsilon(-1.0), r"\[dark_photon\] m_dark_photon = -1.0 GeV"),
        (lambda: inverse.z_prime_coupling("1"), r"\[l_mu_l_tau\] m_z_prime = '1' GeV"),
        (lambda: inverse.leptoquark_coupling(0.0), r"\[leptoquark\] m_leptoquark = 0.0 GeV"),
        (lambda: inverse.leptoquark_coupling(1e3, quark="tp"), r"quark = 'tp': unknown quark"),
        (
            lambda: inverse.leptoquark_coupling(1e3, right_over_left=1j),
            r"\[leptoquark\] right_over_left = 1j",
        ),
        (lambda: inverse.alp_decay_constant(c_muon=np.nan), r"\[alp\] c_muon = nan"),
        (lambda: inverse.alp_decay_constant(c_muon=1, m_a=-1), r"\[alp\] m_a = -1.0 GeV"),
        (lambda: inverse.fssm_m_susy(-0.7), r"\[yukawa\] y_prime_muon = -0.7: must be positive"),
        (lambda: inverse.fssm_y_prime(np.nan), r"\[slepton\] m_susy = nan GeV"),
        (lambda: inverse.fssm_m_susy(0.7, "amu-1999"), r"amu-1999"),
        (lambda: inverse.z_prime_coupling(1.0, (1e-9,)), r"wanted = \(1e-09,\): must be the name"),
        (lambda: inverse.z_prime_coupling(1.0, 1e-9), r"wanted = 1e-09: must be the name"),
        (lambda: inverse.z_prime_coupling(1.0, (1e-9, -1)), r"wanted = .*uncertainty >= 0"),
        (lambda: inverse.z_prime_coupling(1.0, (np.nan, 1)), r"wanted = .*finite"),
    ],
)
def test_invalid_input_names_the_argument(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
