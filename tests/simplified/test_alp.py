"""Axion-like particles: two terms, their signs, the slide's limit."""

import numpy as np
import pytest

from fssm.base import InvalidInput
from fssm.numerics.feynman import alp_h1, alp_h2
from fssm.simplified import alp, alp_log

M, ALPHA = 0.1056583755, 0.0072973525643


def test_the_formula_term_by_term():
    r = alp(f=50.0, m_a=0.3, c_muon=0.7, c_photon=-12.0, cutoff=800.0)
    x = (0.3 / M) ** 2
    unit = -(M**2) / (16 * np.pi**2 * 50.0**2)
    assert r.a_terms["lepton"][1] == pytest.approx(unit * 0.49 * alp_h1(x), rel=1e-13, abs=0)
    bracket = np.log(800.0**2 / M**2) - alp_h2(x)
    photon = unit * 2 * ALPHA / np.pi * -12.0 * 0.7 * bracket
    assert r.a_terms["photon"][1] == pytest.approx(photon, rel=1e-13, abs=0)
    assert r.a_muon == pytest.approx(sum(a[1] for a in r.a_terms.values()), rel=1e-13, abs=0)
    np.testing.assert_array_equal([r.a_electron, r.a_tau], 0)


def test_the_coupling_of_the_lepton_alone_is_never_positive():
    c, m_a = np.array([-3.0, -0.1, 0.0, 2.0])[:, None], np.geomspace(1e-4, 1e4, 9)
    d = alp(f=100.0, m_a=m_a, c_electron=c, c_muon=c, c_tau=c)
    for a in (d.a_electron, d.a_muon, d.a_tau):
        assert a.shape == (4, 9)
        assert (a <= 0).all()
        assert (a[[0, 1, 3]] < 0).all()


def test_the_slides_limit_up_to_the_constant_it_drops():
    values = dict(f=100.0, c_photon=-30.0, cutoff=1e3)
    slide = alp_log(c_lepton=0.2, **values)
    # h1 -> 1 and h2 -> 1: the slide has no 1 beside the logarithm.
    dropped = M**2 / (16 * np.pi**2 * 1e4) * 2 * ALPHA / np.pi * -30 * 0.2
    for m_a, tolerance in ((1e-5, 1e-3), (1e-7, 1e-5)):
        exact = alp(c_muon=0.2, m_a=m_a, **values).a_muon
        assert exact - slide == pytest.approx(dropped, rel=tolerance, abs=0)
    unit = -(M**2) / (16 * np.pi**2 * 1e4)
    literal = unit * (0.04 + 2 * ALPHA / np.pi * -30 * 0.2 * np.log(1e6 / M**2))
    assert slide == pytest.approx(literal, rel=1e-13, abs=0)


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


def test_every_argument_broadcasts():
    f, cutoff = np.array([50.0, 100.0])[:, None], np.array([100.0, 1e3, 1e4])
    d = alp(f=f, cutoff=cutoff, c_muon=0.1, c_photon=[-1.0, -2.0, -3.0])
    assert d.a_muon.shape == (2, 3)
    one = alp(f=100.0, cutoff=1e3, c_muon=0.1, c_photon=-2.0)
    assert d.a_muon[1, 1] == one.a_muon
    assert alp_log(f=f, c_lepton=0.1, c_photon=-1.0, cutoff=cutoff).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: alp(f=0.0, c_muon=1.0), r"\[alp\] f = 0.0 GeV: must be positive"),
        (lambda: alp(f=1.0, m_a=-2.0), r"\[alp\] m_a = -2.0 GeV: must not be negative"),
        (lambda: alp(f=1.0, c_muon=1j), "c_muon"),
        (lambda: alp(f=1.0, cutoff="x"), "cutoff = 'x' GeV"),
        (lambda: alp_log(f=1.0, c_lepton=1.0, c_photon=1.0, lepton="mu"), "did you mean"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
