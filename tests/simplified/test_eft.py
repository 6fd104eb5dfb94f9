"""Scales of the dipole operator: the slides' numbers, forth and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.simplified import loop_coefficient, operator_dipoles, operator_estimate, operator_scale


def test_the_numbers_of_the_slides():
    # 250e-11 at 100 TeV with C = 1, and at 170 GeV with a loop and a muon Yukawa coupling.
    assert f"{operator_estimate(1.0, 1e5):.2g}" == "2.6e-09"
    assert f"{loop_coefficient():.2g}" == "2.7e-06"
    assert operator_estimate(loop_coefficient(), 170) == pytest.approx(250e-11, rel=0.03, abs=0)
    assert f"{operator_scale(251e-11, loop_coefficient()):.0f}" == "168"
    assert operator_scale(251e-11) == pytest.approx(1.018e5, rel=1e-3, abs=0)


def test_the_loop_estimate_has_no_vev():
    # (1/16 pi^2) m^2/Lambda^2, whatever v.
    expected = (0.1056583755 / 500) ** 2 / (16 * np.pi**2)
    assert operator_estimate(loop_coefficient(), 500) == pytest.approx(expected, rel=1e-14, abs=0)


@given(st.floats(1e-6, 10), st.floats(10, 1e8), st.sampled_from(["electron", "muon", "tau"]))
def test_scale_and_estimate_are_inverse(c, scale, lepton):
    for sign in (1, -1):
        a = operator_estimate(sign * c, scale, lepton=lepton)
        back = operator_scale(a, sign * c, lepton=lepton)
        assert back == pytest.approx(scale, rel=1e-14, abs=0)


def test_no_scale_gives_a_moment_of_the_other_sign_or_none():
    assert np.isnan(operator_scale(-1e-9))
    assert np.isnan(operator_scale(1e-9, -1.0))
    assert np.isnan(operator_scale(0.0))
    assert np.isnan(operator_scale(1e-9, 0.0))
    got = operator_scale([1e-9, -1e-9, np.nan, 4e-9])
    assert (np.isnan(got) == [False, True, True, False]).all()
    assert got[0] == pytest.approx(2 * got[3], rel=1e-15, abs=0)


def test_arguments_broadcast_and_v_may_be_given():
    got = operator_estimate(np.array([[1.0], [2.0]]), [1e4, 1e5, 1e6], v=174.0)
    assert got.shape == (2, 3)
    expected = 2 * 0.1056583755 * 174 / 1e10
    assert got[1, 1] == pytest.approx(expected, rel=1e-14, abs=0)
    assert loop_coefficient(1.0) == pytest.approx(1 / (16 * np.pi**2), rel=1e-15, abs=0)


def test_the_operator_as_printed_is_two_roots_of_two_over_e_times_the_estimate():
    c = np.diag([0.5, 1.0, -2.0])
    got = operator_dipoles(c, [1e5, 2e5])
    e = np.sqrt(4 * np.pi * measured("alpha").value)
    for i, lepton in enumerate(("electron", "muon", "tau")):
        estimate = operator_estimate(c[i, i], [1e5, 2e5], lepton=lepton)
        expected = 2 * np.sqrt(2) / e * estimate
        np.testing.assert_allclose(getattr(got, f"a_{lepton}"), expected, rtol=1e-14)
    assert f"{2 * np.sqrt(2) / e:.1f}" == "9.3"


def test_phases_are_electric_dipoles_and_off_diagonal_entries_decays():
    c = np.zeros((3, 3), complex)
    c[1, 1], c[0, 1] = 1j, 1.0
    got = operator_dipoles(c, 1e5)
    assert got.a_muon == 0
    assert got.edm[1] < 0
    assert got.branching_ratios["mu_e_gamma"] > 0
    # Only |C_ij|^2 + |C_ji|^2 counts.
    other = operator_dipoles(c.T, 1e5).branching_ratios["mu_e_gamma"]
    assert other == got.branching_ratios["mu_e_gamma"]
    assert got.branching_ratios["tau_mu_gamma"] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: operator_estimate(1.0, 0.0), r"\[operator\] scale = 0.0 GeV: must be positive"),
        (lambda: operator_estimate(1j, 1e5), r"\[operator\] coefficient = 1j: must be a real"),
        (lambda: operator_estimate(1, "1e5"), r"\[operator\] scale = '1e5' GeV"),
        (lambda: operator_estimate(1, 1e5, lepton="muonn"), r"lepton = 'muonn'.*'muon'"),
        (lambda: operator_estimate(1, 1e5, v=-246), r"\[operator\] v = -246.0 GeV"),
        (lambda: operator_scale(np.nan), r"\[operator\] a = nan"),
        (lambda: loop_coefficient(lepton="quark"), r"lepton = 'quark'"),
        (lambda: loop_coefficient("1"), r"\[operator\] yukawa = '1'"),
        (lambda: operator_dipoles(1.0, 1e5), r"coefficient = 1.0: must be a 3x3 matrix"),
        (lambda: operator_dipoles(np.eye(2), 1e5), r"(?s)coefficient.*3x3 matrix"),
    ],
)
def test_invalid_input_names_the_argument(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
