"""Axion-like particle: signs, the slides' logarithm, scheme constant, three leptons."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.simplified import alp, alp_log

ALPHA = measured("alpha").value
M_MU = measured("m_muon").value


def printed(f, m_a, c, c_gg, cutoff, m=M_MU):
    """a = -m^2/(16 pi^2 f^2) [c^2 h1 + (2 alpha/pi) c_gg c (ln - h2)] at 40 digits."""
    with mp.workdps(40):
        x = (mp.mpf(m_a) / m) ** 2
        ends = [0, *(mp.mpf(10) ** -k for k in range(16, 0, -1)), 0.5, 1]
        h1 = 2 * mp.quad(lambda w: w**3 / (w**2 + (1 - w) * x), [*ends[:-1], 0.9, 0.99, 0.999, 1])
        y = mp.sqrt(x) / 2
        arc = mp.re(mp.sqrt(mp.mpc(x * (4 - x))) * mp.acos(mp.mpc(y)))
        # sqrt(-s) arccos(y > 1) = (i sqrt s)(+-i acosh y): the sign that h2 -> ln x demands.
        arc = arc if x < 4 else -abs(arc)
        h2 = 1 - x / 3 + x**2 / 6 * mp.log(x) + (x + 2) / 3 * arc
        log = mp.log(mp.mpf(cutoff) ** 2 / mp.mpf(m) ** 2)
        bracket = c**2 * h1 + 2 * ALPHA / mp.pi * c_gg * c * (log - h2)
        return float(-((mp.mpf(m) / f) ** 2) / (16 * mp.pi**2) * bracket)


@pytest.mark.parametrize("m_a", [1e-3, 0.1, 0.2113, 0.22, 3.0, 50.0])
def test_the_printed_formula(m_a):
    got = alp(f=30.0, m_a=m_a, c_muon=0.7, c_photon=-20.0, cutoff=500.0)
    expected = printed(30.0, m_a, 0.7, -20.0, 500.0)
    size = np.abs(got.a_terms["lepton"][1]) + np.abs(got.a_terms["photon"][1])
    # Two terms of opposite sign; each to 1e-14.
    assert abs(got.a_muon - expected) < 1e-13 * size


@given(st.floats(-30, 30), st.floats(0, 100), st.floats(0.1, 1e6))
def test_the_coupling_to_the_lepton_alone_is_never_positive(c, m_a, f):
    assert alp(f=f, m_a=m_a, c_muon=c).a_muon <= 0


def test_a_positive_moment_needs_the_photon_with_the_opposite_sign():
    assert alp(f=100, c_muon=1, c_photon=-50).a_muon > 0
    assert alp(f=100, c_muon=-1, c_photon=50).a_muon > 0
    assert alp(f=100, c_muon=1, c_photon=50).a_muon < 0
    assert alp(f=100, c_photon=50).a_muon == 0


@pytest.mark.parametrize("lepton", ["electron", "muon", "tau"])
def test_the_slides_logarithm_is_missed_by_h2_of_zero_which_is_one(lepton):
    c, c_gg, f = 0.8, -40.0, 60.0
    m = measured(f"m_{lepton}").value
    exact = getattr(alp(f=f, m_a=0, **{f"c_{lepton}": c}, c_photon=c_gg), f"a_{lepton}")
    slides = alp_log(f=f, c_lepton=c, c_photon=c_gg, lepton=lepton)
    log = np.log((4 * np.pi * f / m) ** 2)
    front = -((m / f) ** 2) / (16 * np.pi**2)
    expected = front * (c**2 + 2 * ALPHA / np.pi * c_gg * c * log)
    assert slides == pytest.approx(expected, rel=1e-12, abs=0)
    constant = -front * 2 * ALPHA / np.pi * c_gg * c
    assert exact - slides == pytest.approx(constant, rel=1e-11, abs=0)
    # A scheme constant of 1 takes it away again, and so does a cutoff larger by sqrt(e).
    for change in (dict(scheme_constant=1.0), dict(cutoff=4 * np.pi * f * np.exp(0.5))):
        moved = alp(f=f, **{f"c_{lepton}": c}, c_photon=c_gg, **change)
        assert getattr(moved, f"a_{lepton}") == pytest.approx(slides, rel=1e-12, abs=0)


def test_the_slides_limit_is_reached_linearly_in_the_mass():
    def off(m_a):
        got = alp(f=60.0, m_a=m_a, c_muon=1.0, c_photon=-40.0, scheme_constant=1.0)
        return got.a_muon / alp_log(f=60.0, c_lepton=1.0, c_photon=-40.0) - 1

    # h2 - 1 = (2 pi/3) m_a/m_mu; the next order is sqrt(x) ln x
    # = 2e-3 relative.
    assert off(1e-6) / off(1e-5) == pytest.approx(0.1, rel=5e-3, abs=0)


def test_each_lepton_has_its_own_coupling_and_none_violates_flavour():
    got = alp(f=100, m_a=0.3, c_electron=1, c_tau=[2, 3], c_photon=-5)
    assert (got.a_muon == 0).all()
    assert got.a_electron.shape == got.a_tau.shape == (2,)
    assert got.a_electron[0] == alp(f=100, m_a=0.3, c_electron=1, c_photon=-5).a_electron
    assert got.a_tau[1] == alp(f=100, m_a=0.3, c_tau=3, c_photon=-5).a_tau
    assert all((ratio == 0).all() for ratio in got.branching_ratios.values())
    assert (got.edm == 0).all()


def test_arguments_broadcast():
    got = alp(f=np.array([[50.0], [60.0], [70.0]]), m_a=[0.1, 1, 2, 3], c_muon=1, c_photon=-9)
    assert got.a_muon.shape == (3, 4)
    assert got.a_muon[2, 1] == alp(f=70, m_a=1, c_muon=1, c_photon=-9).a_muon
    assert alp(f=np.array([]), c_muon=1).a_muon.shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: alp(f=0), r"\[alp\] f = 0.0 GeV: must be positive"),
        (lambda: alp(f="100"), r"\[alp\] f = '100' GeV"),
        (lambda: alp(f=100, m_a=-1), r"\[alp\] m_a = -1.0 GeV: must not be negative"),
        (lambda: alp(f=100, c_muon=1j), r"\[alp\] c_muon = 1j: must be a real number"),
        (lambda: alp(f=100, c_photon=np.nan), r"\[alp\] c_photon = nan"),
        (lambda: alp(f=100, cutoff=-5), r"\[alp\] cutoff = -5.0 GeV"),
        (lambda: alp(f=100, scheme_constant="x"), r"\[alp\] scheme_constant = 'x'"),
        (lambda: alp_log(f=1, c_lepton=1, c_photon=1, lepton="mu"), r"\[alp\] lepton = 'mu'"),
    ],
)
def test_invalid_input_names_the_argument(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_scheme_constant_and_default_cutoff():
    base = dict(f=100.0, m_a=0.2, c_muon=1.0, c_photon=5.0)
    shifted = alp(scheme_constant=2.5, **base).a_muon
    # A constant beside ln Lambda^2 is a change of the cutoff.
    moved = alp(cutoff=4 * np.pi * 100 * np.exp(1.25), **base).a_muon
    assert shifted == pytest.approx(moved, rel=1e-13, abs=0)
    assert alp(**base).a_muon == pytest.approx(
        alp(cutoff=4 * np.pi * 100, **base).a_muon, rel=1e-14, abs=0
    )
    assert alp_log(f=100.0, c_lepton=1.0, c_photon=5.0) == pytest.approx(
        alp_log(f=100.0, c_lepton=1.0, c_photon=5.0, cutoff=400 * np.pi), rel=1e-14, abs=0
    )
