"""The dipole operator: the slides' estimates, the way back, and the operator as printed."""

import numpy as np
import pytest

from fssm.base import InvalidInput
from fssm.simplified import loop_coefficient, operator_dipoles, operator_estimate, operator_scale


def test_the_two_cases_of_the_slides():
    # The slides round to two digits: 250e-11 at 100 TeV, 3e-6, 170 GeV.
    assert operator_estimate(1.0, 1e5) == pytest.approx(2.6e-9, rel=0.01, abs=0)
    assert loop_coefficient() == pytest.approx(2.7e-6, rel=0.01, abs=0)
    assert operator_scale(250e-11, loop_coefficient()) == pytest.approx(168, rel=0.005, abs=0)
    # a = m^2/(16 pi^2 Lambda^2) in the second case.
    expected = 0.1056583755**2 / (16 * np.pi**2 * 170.0**2)
    assert operator_estimate(loop_coefficient(), 170.0) == pytest.approx(expected, rel=1e-13, abs=0)


def test_scale_and_estimate_are_inverse():
    coefficients, a = np.array([1.0, -0.3, 1e-6])[:, None], np.array([1e-9, -2e-13])
    scales = operator_scale(a, coefficients, lepton="tau")
    valid = coefficients * a > 0
    np.testing.assert_array_equal(np.isfinite(scales), valid)
    back = operator_estimate(coefficients, np.where(valid, scales, 1.0), lepton="tau")
    np.testing.assert_allclose(back[valid], np.broadcast_to(a, valid.shape)[valid], rtol=1e-14)
    assert np.isnan(operator_scale(0.0))


def test_leptons_scale_with_their_masses():
    ratio = operator_estimate(1.0, 1e5, lepton="electron") / operator_estimate(1.0, 1e5)
    assert ratio == pytest.approx(0.00051099895069 / 0.1056583755, rel=1e-14, abs=0)


def test_the_operator_as_printed_is_2_sqrt2_over_e_times_the_estimate():
    c = np.zeros((3, 3), complex)
    c[1, 1], c[1, 2] = 0.3 + 0.1j, 0.2
    dipoles = operator_dipoles(c, 1e5)
    e = np.sqrt(4 * np.pi * 0.0072973525643)
    expected = 2 * np.sqrt(2) / e * operator_estimate(0.3, 1e5)
    assert dipoles.a_muon == pytest.approx(expected, rel=1e-14, abs=0)
    # d/(e hbar c) = -Im C = -a/(2 m) Im/Re.
    d = -dipoles.a_muon / (2 * 0.1056583755) * (0.1 / 0.3) * 1.973269804e-14
    assert dipoles.edm[1] == pytest.approx(d, rel=1e-13, abs=0)
    assert dipoles.branching_ratios["tau_mu_gamma"] > 0
    assert dipoles.branching_ratios["mu_e_gamma"] == 0
    assert dipoles.pull("amu-2021") == pytest.approx(
        (dipoles.a_muon - 251e-11) / 59e-11, rel=1e-14, abs=0
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: operator_estimate(1.0, 0.0), r"\[operator\] scale = 0.0 GeV: must be positive"),
        (lambda: operator_estimate("1", 1e5), r"\[operator\] coefficient = '1'"),
        (lambda: operator_estimate(1j, 1e5), "real number, not complex"),
        (lambda: operator_estimate(1.0, np.nan), "scale = nan GeV: is not a number"),
        (lambda: operator_estimate(1.0, 1e5, lepton="myon"), "unknown lepton; did you mean 'muon'"),
        (lambda: operator_estimate(1.0, 1e5, v=-1), "v = -1.0 GeV"),
        (lambda: operator_dipoles(1.0, 1e5), "must be a 3x3 matrix"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
