"""Decays between leptons of nearly one mass, where the phase space is a small difference."""

import flavours
import mpmath as mp
import numpy as np
import pytest

import fssm
from fssm import reference
from fssm.constants import measured
from fssm.observables.flavour import DECAYS, branching_ratio
from fssm.observables.leptons import leptonic_width, radiative_width


@pytest.mark.parametrize("gap", [1e-1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_widths_of_leptons_of_nearly_one_mass(gap):
    m_j = measured("m_tau").value
    m_i = m_j * (1 - gap)
    with mp.workdps(100):
        x = (mp.mpf(m_i) / mp.mpf(m_j)) ** 2
        shape = 1 - 8 * x + 8 * x**3 - x**4 - 12 * x**2 * mp.log(x)
        expected = float(mp.mpf(m_j) ** 5 * shape), float((1 - x) ** 3)
    assert leptonic_width(m_i, m_j, 1.0) * 192 * np.pi**3 == pytest.approx(
        expected[0], rel=1e-13, abs=0
    )
    radiative = radiative_width(1.0, 0.0, m_i, m_j) * 4 / measured("alpha").value / m_j**3
    assert radiative == pytest.approx(expected[1], rel=1e-13, abs=0)


def close_leptons(gap):
    """Muon and tau of nearly one mass, mixed by less than what keeps them apart."""
    y_prime, soft = np.diag([0.01, 0.1 * (1 - gap), 0.1]), np.diag([4e6, 5e6, 5.1e6])
    soft[1, 2] = soft[2, 1] = 1e5 if gap else 0
    fields = dict(flavours.SLIDES, tan_beta_d=5.0, m_l=None, m_l_sq_matrix=soft)
    return fssm.Point(**fields, threshold="none", y_prime_lepton=y_prime)


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6])
def test_branching_ratios_of_leptons_of_nearly_one_mass(gap):
    point = close_leptons(gap)
    own = fssm.evaluate(point).flavour.branching_ratios["tau_mu_gamma"].one_loop
    truth = float(reference.evaluate(point, 20).branching_ratio["tau_mu_gamma"])
    # Masses are rounded, and the ratio goes with their difference to the power -2.
    assert own == pytest.approx(truth, rel=1e-11 + 1e-15 / gap, abs=0)


def test_leptons_of_equal_mass_do_not_decay():
    result = fssm.evaluate(close_leptons(0))
    m, decay = result.lagrangian.m_lepton, DECAYS["tau_mu_gamma"]
    assert m[1] == m[2]
    assert branching_ratio(decay, np.ones((3, 3)), m, 1e-5) == 0
    assert result.flavour.branching_ratios["tau_mu_gamma"].one_loop == 0
    assert result.flag_names() == ["muon_mass_mismatch"]
    assert reference.evaluate(close_leptons(0), 20).branching_ratio["tau_mu_gamma"] == 0
    # A massless lepton is no number.
    assert np.isnan(branching_ratio(decay, np.ones((3, 3)), np.zeros(3), 1e-5))
