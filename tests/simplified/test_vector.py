"""Dark photon and L_mu - L_tau: the integral, its two limits, leptons and charges."""

import numpy as np
import pytest

from fssm.base import InvalidInput
from fssm.numerics.feynman import vector_loop
from fssm.observables.lepton_dipoles import lepton_masses
from fssm.simplified import (
    dark_photon,
    dark_photon_heavy,
    dark_photon_light,
    l_mu_l_tau,
    l_mu_l_tau_heavy,
)

ALPHA = 0.0072973525643


def test_both_limits_of_the_dark_photon_for_every_lepton():
    for index, lepton in enumerate(("electron", "muon", "tau")):
        m = lepton_masses()[index]
        light = [dark_photon(1e-3, m / x).a_terms["dark photon"][index] for x in (1e3, 1e4)]
        off = [1 - a / dark_photon_light(1e-3) for a in light]
        # -pi m_X/m to leading order, then m_X^2/m^2 ln.
        np.testing.assert_allclose(off, [np.pi / 1e3, np.pi / 1e4], rtol=0.01)
        heavy = [dark_photon(1e-3, m * x).a_terms["dark photon"][index] for x in (100.0, 1000.0)]
        limit = [dark_photon_heavy(1e-3, m * x, lepton=lepton) for x in (100.0, 1000.0)]
        off = 1 - np.array(heavy) / limit
        x_sq = np.array([1e4, 1e6])
        np.testing.assert_allclose(off, 3 * (np.log(x_sq) - 25 / 12) / x_sq, rtol=0.02)


def test_the_limits_are_the_formulas_of_the_slides():
    m = 0.1056583755
    assert dark_photon_light(2e-3) == pytest.approx(4e-6 * ALPHA / (2 * np.pi), rel=1e-14, abs=0)
    expected = 4e-6 * ALPHA / (3 * np.pi) * (m / 3.0) ** 2
    assert dark_photon_heavy(2e-3, 3.0) == pytest.approx(expected, rel=1e-14, abs=0)
    expected = 1e-6 / (12 * np.pi**2) * (m / 3.0) ** 2
    assert l_mu_l_tau_heavy(1e-3, 3.0) == pytest.approx(expected, rel=1e-14, abs=0)


def test_the_massless_dark_photon_is_schwingers_term_for_all():
    d = dark_photon(1.0, 0.0)
    np.testing.assert_allclose(d.a_terms["dark photon"], ALPHA / (2 * np.pi), rtol=1e-14)


def test_the_z_prime_is_the_same_integral_without_the_electron():
    masses = np.geomspace(1e-3, 1e2, 7)
    z = l_mu_l_tau(1e-2, masses)
    expected = 1e-4 / (4 * np.pi**2) * vector_loop((masses / 0.1056583755) ** 2)
    np.testing.assert_allclose(z.a_muon, expected, rtol=1e-14)
    np.testing.assert_array_equal(z.a_electron, 0)
    assert l_mu_l_tau_heavy(1e-2, 5.0, lepton="electron") == 0
    e = np.sqrt(4 * np.pi * ALPHA)
    same = dark_photon(1e-2 / e, masses)
    np.testing.assert_allclose(z.a_tau, same.a_tau, rtol=1e-14)
    ratio = [
        l_mu_l_tau(1e-2, m).a_tau / l_mu_l_tau_heavy(1e-2, m, lepton="tau") for m in (1e3, 1e4)
    ]
    np.testing.assert_allclose(ratio, 1, rtol=2e-4)


def test_published_values_of_the_l_mu_l_tau_band():
    # arXiv:1406.2332: g' = 5e-4 to 1e-3 around 10 to 100 MeV explains (287 +- 80)e-11.
    assert l_mu_l_tau(8e-4, 0.1).a_muon == pytest.approx(2.9e-9, rel=0.5, abs=0)


def test_shapes_broadcast_and_flavour_is_conserved():
    d = dark_photon(np.full((3, 1), 1e-3), [0.1, 0.2, 0.3, 0.4])
    assert d.a_muon.shape == (3, 4)
    assert d.total.shape == (3, 4, 3, 3)
    assert d.edm.shape == (3, 4, 3)
    assert all(not np.any(ratio) for ratio in d.branching_ratios.values())
    assert not d.edm.any()
    single = dark_photon(1e-3, 0.2).to_dict()
    assert single["a_muon"] == d.a_muon[0, 1]
    assert isinstance(single["edm"], list)
    assert dark_photon(np.array([]), 0.1).a_muon.shape == (0,)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: dark_photon(1e-3, -1),
            r"\[dark_photon\] m_dark_photon = -1.0 GeV: must not be neg",
        ),
        (lambda: dark_photon(1j, 1.0), r"\[dark_photon\] epsilon = .*not complex"),
        (lambda: dark_photon(np.inf, 1.0), "must be finite"),
        (lambda: dark_photon_heavy(1e-3, 0.0), "must be positive"),
        (lambda: l_mu_l_tau(True, 1.0), "g_prime = True: must be a real number"),
        (lambda: l_mu_l_tau_heavy(1e-3, 1.0, lepton="quark"), "unknown lepton"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()


def test_a_missing_point_is_nan_and_alone():
    d = dark_photon(1e-3, [0.1, np.nan])
    np.testing.assert_array_equal(np.isnan(d.a_muon), [False, True])
    assert d.a_muon[0] == dark_photon(1e-3, 0.1).a_muon
