"""Dark photon and L_mu - L_tau: the integral of the slides' models and its two limits."""

import mpmath as mp
import numpy as np
import pytest

from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.observables.flavour import LEPTONS
from fssm.simplified import (
    dark_photon,
    dark_photon_heavy,
    dark_photon_light,
    l_mu_l_tau,
    l_mu_l_tau_heavy,
)

ALPHA = measured("alpha").value
MASSES = {lepton: measured(f"m_{lepton}").value for lepton in LEPTONS}


def a_of(dipoles, lepton):
    return getattr(dipoles, f"a_{lepton}")


@pytest.mark.parametrize("lepton", LEPTONS)
@pytest.mark.parametrize("m_v", [1e-4, 0.02, 0.3, 5.0, 200.0])
def test_the_one_loop_integral_as_printed(lepton, m_v):
    r = (mp.mpf(m_v) / MASSES[lepton]) ** 2
    ends = [0, *(mp.mpf(10) ** -k for k in range(12, 0, -1)), 0.5]
    ends += [*(1 - mp.mpf(10) ** -k for k in range(1, 14)), 1]
    truth = mp.quad(lambda z: z**2 * (1 - z) / (z**2 + r * (1 - z)), ends)
    photon = a_of(dark_photon(2e-3, m_v), lepton)
    expected = (2e-3) ** 2 * 4 * np.pi * ALPHA / (4 * np.pi**2) * float(truth)
    # 15-digit quadrature here.
    assert photon == pytest.approx(expected, rel=1e-12, abs=0)
    z_prime = a_of(l_mu_l_tau(5e-4, m_v), lepton)
    charge = {"electron": 0, "muon": 1, "tau": -1}[lepton]
    expected = charge**2 * 25e-8 / (4 * np.pi**2) * float(truth)
    assert z_prime == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("lepton", LEPTONS)
def test_a_light_dark_photon_is_reached_linearly_in_its_mass(lepton):
    # 1 - 2 V = pi m_X/m_l up to O(r ln r).
    light = dark_photon_light(1e-3)
    assert light == pytest.approx(1e-6 * ALPHA / (2 * np.pi), rel=1e-15, abs=0)
    assert a_of(dark_photon(1e-3, 0.0), lepton) == pytest.approx(light, rel=1e-14, abs=0)
    for ratio in (1e-4, 1e-5):
        exact = a_of(dark_photon(1e-3, ratio * MASSES[lepton]), lepton)
        assert (1 - exact / light) / (np.pi * ratio) == pytest.approx(1, abs=20 * ratio)


@pytest.mark.parametrize("lepton", LEPTONS)
def test_a_heavy_dark_photon_is_reached_as_the_logarithm_over_the_mass_squared(lepton):
    for ratio in (1e2, 1e3):
        m = ratio * MASSES[lepton]
        heavy = dark_photon_heavy(1e-3, m, lepton=lepton)
        expected = 1e-6 * ALPHA / (3 * np.pi) / ratio**2
        assert heavy == pytest.approx(expected, rel=1e-13, abs=0)
        error = 1 - a_of(dark_photon(1e-3, m), lepton) / heavy
        rate = 3 * (np.log(ratio**2) - 25 / 12) / ratio**2
        # Next order: ln(r)/r relative to this one; and rounding of a difference of 1e-16.
        assert error / rate == pytest.approx(1, abs=10 / ratio**2 * np.log(ratio) + 1e-8)


@pytest.mark.parametrize("lepton", ["muon", "tau"])
def test_a_heavy_z_prime_is_reached(lepton):
    m = 1e3 * MASSES[lepton]
    heavy = l_mu_l_tau_heavy(0.1, m, lepton=lepton)
    expected = 0.01 / (12 * np.pi**2) * 1e-6
    assert heavy == pytest.approx(expected, rel=1e-13, abs=0)
    # 3 (ln r - 25/12)/r with r = 1e6.
    assert a_of(l_mu_l_tau(0.1, m), lepton) == pytest.approx(heavy, rel=4e-5, abs=0)


def test_the_z_prime_leaves_electrons_and_flavour_alone():
    got = l_mu_l_tau(np.geomspace(1e-5, 1, 5)[:, None], np.geomspace(1e-3, 1e3, 4))
    assert (got.a_electron == 0).all()
    assert got.a_muon.shape == (5, 4)
    assert (got.a_muon > 0).all()
    assert (got.a_tau > 0).all()
    assert l_mu_l_tau_heavy(0.1, 5.0, lepton="electron") == 0
    for dipoles in (got, dark_photon(1e-3, 0.1)):
        assert all(np.all(ratio == 0) for ratio in dipoles.branching_ratios.values())
        assert (dipoles.edm == 0).all()


def test_quadratic_in_the_coupling_whatever_its_sign():
    one, two = dark_photon(1e-3, 0.05), dark_photon(-2e-3, 0.05)
    assert two.a_muon == pytest.approx(4 * one.a_muon, rel=1e-14, abs=0)
    assert dark_photon(0, 0.05).a_muon == 0


def test_batches_lists_and_integers_are_single_points():
    eps, m = np.array([[1e-3], [2e-3], [3e-3]]), [0.0, 1e-200, 0.05, 100]
    got = dark_photon(eps, m)
    assert got.total.shape == (3, 4, 3, 3)
    for i, j in np.ndindex(3, 4):
        assert got.a_muon[i, j] == dark_photon(eps[i, 0], m[j]).a_muon
    assert dark_photon(1, 1).a_muon == dark_photon(np.float64(1), np.array(1.0)).a_muon
    assert dark_photon(1e-3, np.array([])).a_muon.shape == (0,)
    masked = dark_photon(1e-3, np.ma.masked_less([0.01, 0.05], 0.02)).a_muon
    assert np.isnan(masked[0])
    assert masked[1] == dark_photon(1e-3, 0.05).a_muon


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dark_photon("1e-3", 0.1), r"\[dark_photon\] epsilon = '1e-3': .*not text"),
        (lambda: dark_photon(1e-3j, 0.1), r"\[dark_photon\] epsilon = 0.001j: .*not complex"),
        (lambda: dark_photon(1e-3, -0.1), r"\[dark_photon\] m_dark_photon = -0.1 GeV: .*negative"),
        (lambda: dark_photon(1e-3, [0.1, -2]), r"m_dark_photon = -2.0 GeV: .*\(index \(1,\)\)"),
        (lambda: dark_photon(1e-3, np.nan), r"m_dark_photon = nan GeV: is not a number"),
        (lambda: dark_photon(1e-3, np.inf), r"m_dark_photon = inf GeV: must be finite"),
        (lambda: dark_photon_heavy(1e-3, 0.0), r"m_dark_photon = 0.0 GeV: must be positive"),
        (lambda: dark_photon_heavy(1e-3, 1, lepton="moun"), r"lepton = 'moun': .*'muon'"),
        (lambda: dark_photon_light(True), r"\[dark_photon\] epsilon = True"),
        (lambda: l_mu_l_tau(None, 0.1), r"\[l_mu_l_tau\] g_prime: must be a real number"),
        (lambda: l_mu_l_tau(5e-4, -1), r"\[l_mu_l_tau\] m_z_prime = -1.0 GeV"),
        (lambda: l_mu_l_tau_heavy(5e-4, 1, lepton="tauon"), r"\[l_mu_l_tau\] lepton = 'tauon'"),
    ],
)
def test_invalid_input_names_model_argument_value_and_unit(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_the_massless_dark_photon_is_schwingers_term_for_all():
    d = dark_photon(1.0, 0.0)
    np.testing.assert_allclose(d.a_terms["dark photon"], ALPHA / (2 * np.pi), rtol=1e-14)


def test_a_missing_point_is_nan_and_alone():
    d = dark_photon(1e-3, [0.1, np.nan])
    np.testing.assert_array_equal(np.isnan(d.a_muon), [False, True])
    assert d.a_muon[0] == dark_photon(1e-3, 0.1).a_muon
