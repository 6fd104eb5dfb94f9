"""S1 leptoquark: Feynman-parameter integrals, the slides' logarithm, flavour and phases."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.numerics.loops import f1c, f1n
from fssm.observables.dipole import scalar_fermion_dipole
from fssm.observables.lepton_dipoles import lepton_masses
from fssm.simplified import coupling_matrix, s1_leptoquark, s1_leptoquark_log

QUARKS = ("up", "charm", "top")
M_MU = measured("m_muon").value


def mass(quark):
    return measured(f"m_{quark}").value


def integral(numerator, heavy, light):
    """int_0^1 dx n(x)/(light x + heavy (1 - x)), masses squared; a decade per piece."""
    decades = [mp.mpf(10) ** -k for k in range(14, 0, -1)]
    ends = [0, *decades, mp.mpf(1) / 2, *(1 - d for d in reversed(decades)), 1]
    return mp.quad(lambda x: numerator(x) / (light * x + heavy * (1 - x)), ends)


def quadrature(left, right, m_quark, m, m_lepton):
    """a_l at leading order in m_l, J.P. Leveille, Nucl. Phys. B 137 (1978) 63.

    C_S^2 + C_P^2 = (|l|^2 + |r|^2)/2 and C_S^2 - C_P^2 = Re(l^* r); the photon couples to the
    fermion, with 2/3 of the lepton's charge, or to the scalar, with 1/3; 3 colours.
    """
    with mp.workdps(30):
        q_sq, s_sq = mp.mpf(m_quark) ** 2, mp.mpf(m) ** 2
        keep = (abs(left) ** 2 + abs(right) ** 2) / 2
        flip = (np.conj(left) * right).real * mp.mpf(m_quark) / m_lepton
        fermion = integral(lambda x: (x**2 - x**3) * keep + x**2 * flip, s_sq, q_sq)
        scalar = integral(lambda x: (x**3 - x**2) * keep + (x**2 - x) * flip, q_sq, s_sq)
        front = 3 * mp.mpf(m_lepton) ** 2 / (8 * mp.pi**2)
        return float(front * (fermion * 2 / 3 + scalar / 3))


@pytest.mark.parametrize("quark", QUARKS)
@pytest.mark.parametrize("lepton", ["electron", "muon", "tau"])
@pytest.mark.parametrize("m", [150.0, 172.57, 1500.0, 5e4])
def test_feynman_parameter_integrals(quark, lepton, m):
    left, right = 0.3 - 0.2j, -0.1 + 0.4j
    name = f"{quark}_{lepton}"
    got = s1_leptoquark(coupling_matrix(**{name: left}), coupling_matrix(**{name: right}), m)
    expected = quadrature(left, right, mass(quark), m, measured(f"m_{lepton}").value)
    # No cancellation between the two: the flip dominates with the same sign, or nothing does.
    assert getattr(got, f"a_{lepton}") == pytest.approx(expected, rel=1e-12, abs=0)
    assert got.a_terms[quark].any()
    assert not any(got.a_terms[other].any() for other in QUARKS if other != quark)


def test_up_charm_and_top_add_up():
    rng = np.random.default_rng(3)
    left, right = (rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)) for _ in range(2))
    together = s1_leptoquark(left, right, 2000.0)
    singles = []
    for q, quark in enumerate(QUARKS):
        only = np.zeros((3, 1))
        only[q] = 1
        single = s1_leptoquark(left * only, right * only, 2000.0)
        np.testing.assert_allclose(single.total, together.terms[quark], rtol=1e-14)
        singles.append(single.total)
    np.testing.assert_allclose(together.total, sum(singles), rtol=1e-12)


@pytest.mark.parametrize("quark", ["charm", "top"])
@pytest.mark.parametrize("ratio", [10.0, 100.0, 1000.0])
def test_the_slides_logarithm_is_reached(quark, ratio):
    m = ratio * mass(quark)
    left, right = (coupling_matrix(**{f"{quark}_muon": lam}) for lam in (0.1, 0.2))
    # Half the difference is what changes chirality in the quark line.
    both = [s1_leptoquark(left, sign * right, m).a_muon for sign in (1, -1)]
    log = s1_leptoquark_log(0.1, 0.2, m, quark=quark)
    # F2C = -3 ln x - 9/2 - x (9 ln x + 15/2), F2N = 3 + x (9 + 6 ln x).
    x, log_x = ratio**-2, -2 * np.log(ratio)
    error = x * (14 * log_x + 13) / (4 * log_x + 7)
    got = (both[0] - both[1]) / 2 / log - 1
    # O(x^2 L) beyond, and rounding.
    assert got == pytest.approx(error, rel=-10 * x * log_x + 1e-13 / x, abs=0)
    # What is left is |lam|^2 m_mu/m_q at most, without the logarithm.
    assert abs(both[0] / log - 1 - got) < M_MU / mass(quark)


def test_the_slides_formula_literally():
    got = s1_leptoquark_log(0.1 - 0.2j, 0.3j, [2e3, 4e3], m_quark=160.0)
    m = np.array([2e3, 4e3])
    bracket = np.log(m**2 / 160.0**2) - 7 / 4
    expected = -0.2 * 0.3 * M_MU * 160.0 / (4 * np.pi**2 * m**2) * bracket
    np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_complex_couplings_give_an_electric_dipole_moment_and_real_ones_none():
    def dipoles(phase):
        return s1_leptoquark(
            coupling_matrix(top_muon=0.1), coupling_matrix(top_muon=0.1 * np.exp(1j * phase)), 2e3
        )

    real, imaginary = dipoles(0.0), dipoles(np.pi / 2)
    assert real.edm[1] == 0
    # C ~ lam_L lam_R^*: d/a = +-1/(2 m) e, hbar c = 1.973e-14 GeV cm; d = -e Im C.
    flip = real.total[1, 1] - imaginary.total[1, 1].real
    assert imaginary.edm[1] == pytest.approx(1.973269804e-14 * flip.real, rel=1e-12, abs=0)
    assert dipoles(-np.pi / 2).edm[1] == -imaginary.edm[1]
    assert abs(imaginary.a_muon) < 1e-2 * abs(real.a_muon)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_phases_of_leptons_and_quarks_are_unphysical(a, b):
    left, right = coupling_matrix(top_muon=0.1, top_tau=0.2j), coupling_matrix(top_muon=0.3 + 0.1j)
    base = s1_leptoquark(left, right, 2e3)
    phases = np.exp(1j * a) * np.diag(np.exp(1j * np.array([0.1, b, -b])))
    turned = s1_leptoquark(left @ phases, right @ phases, 2e3)
    assert turned.a_muon == pytest.approx(base.a_muon, rel=1e-12, abs=0)
    assert turned.edm[1] == pytest.approx(base.edm[1], rel=1e-12, abs=0)
    ratio, expected = (d.branching_ratios["tau_mu_gamma"] for d in (turned, base))
    assert ratio == pytest.approx(expected, rel=1e-12, abs=0)


def test_two_leptons_at_one_quark_decay_into_each_other():
    left, right = coupling_matrix(top_muon=0.1), coupling_matrix(top_tau=0.2)
    got = s1_leptoquark(left, right, 2e3)
    c = got.total
    # C_mu,tau ~ m_t lam_L^mu lam_R^tau*; the other order vanishes.
    assert abs(c[1, 2]) > 0
    assert c[2, 1] == 0
    assert got.branching_ratios["tau_mu_gamma"] > 0
    assert got.branching_ratios["mu_e_gamma"] == got.branching_ratios["tau_e_gamma"] == 0
    # Leading logarithm: |C| = m_t l r/(8 pi^2 M^2) [ln - 7/4]; errors m_t^2/M^2 ln.
    x = (mass("top") / 2e3) ** 2
    expected = mass("top") * 0.02 / (8 * np.pi**2 * 4e6) * (np.log(1 / x) - 1.75)
    assert abs(c[1, 2]) == pytest.approx(expected, rel=0.05, abs=0)
    swapped = s1_leptoquark(right, left, 2e3)
    assert swapped.total[2, 1] == pytest.approx(c[1, 2].conj(), rel=1e-14, abs=0)


def test_without_a_flip_in_the_loop_the_mass_of_the_right_handed_lepton_flips():
    lam, none, m = coupling_matrix(top_muon=0.1, top_tau=0.2j), np.zeros((3, 3)), 2e3
    m_mu, m_tau = M_MU, measured("m_tau").value
    # C_ij: l_i left-handed, l_j right-handed. From lam_L alone it is proportional to m_j.
    c = s1_leptoquark(lam, none, m).total
    assert c[1, 2] / c[2, 1].conj() == pytest.approx(m_tau / m_mu, rel=1e-13, abs=0)
    c = s1_leptoquark(none, lam, m).total
    assert c[1, 2] / c[2, 1].conj() == pytest.approx(m_mu / m_tau, rel=1e-13, abs=0)


def test_a_massless_quark_is_finite():
    args = dict(q_fermion=2 / 3, q_scalar=1 / 3)
    # 3/(32 pi^2) (2/3 4 - 1/3 2)/12 = 1/(64 pi^2).
    got = scalar_fermion_dipole(0.0, 3 * 0.04 * M_MU, 0.0, 4e6, **args)
    assert got == pytest.approx(0.04 * M_MU / (64 * np.pi**2 * 4e6), rel=1e-14, abs=0)
    lam = coupling_matrix(up_muon=0.2)
    light = s1_leptoquark(lam, 0 * lam, 2e3, m_quark={"up": 1e-30}).a_muon
    assert light == pytest.approx(2 * M_MU * got, rel=1e-14, abs=0)


def test_quark_masses_and_points_broadcast():
    lam = coupling_matrix(top_muon=np.array([[0.1], [0.2], [0.3]]), charm_muon=0.1)
    assert lam.shape == (3, 1, 3, 3)
    m = [1000, 2000, 3000, 4000]
    got = s1_leptoquark(lam, lam, m, m_quark={"top": [150.0, 160.0, 170.0, 180.0]})
    assert got.a_muon.shape == (3, 4)
    assert got.edm.shape == (3, 4, 3)
    single = s1_leptoquark(lam[2, 0], lam[2, 0], 2000, m_quark={"top": 160})
    assert got.a_muon[2, 1] == single.a_muon
    assert s1_leptoquark(lam[0, 0], lam[0, 0], np.array([])).a_muon.shape == (0,)
    assert (coupling_matrix() == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: coupling_matrix(tp_muon=0.1), r"\[leptoquark\] tp_muon: unknown quark; .*'top'"),
        (lambda: coupling_matrix(top_moun=0.1), r"\[leptoquark\] lepton = 'moun'"),
        (lambda: coupling_matrix(top=0.1), r"\[leptoquark\] lepton = ''"),
        (lambda: coupling_matrix(top_muon="x"), r"\[leptoquark\] top_muon = 'x'"),
        (lambda: s1_leptoquark(0.1, np.eye(3), 1e3), r"lam_left = 0.1: must be a 3x3 matrix"),
        (lambda: s1_leptoquark(np.eye(3), np.eye(3), -1), r"m_leptoquark = -1.0 GeV: .*positive"),
        (lambda: s1_leptoquark(np.eye(3), np.eye(3), 1j), r"m_leptoquark = 1j GeV: .*complex"),
        (
            lambda: s1_leptoquark(np.eye(3), np.eye(3), 1e3, m_quark={"tp": 1}),
            r"\[leptoquark\] quark = 'tp': unknown quark; did you mean 'top'",
        ),
        (
            lambda: s1_leptoquark(np.eye(3), np.eye(3), 1e3, m_quark={"top": -1}),
            r"m_quark\['top'\] = -1.0 GeV",
        ),
        (
            lambda: s1_leptoquark(np.eye(3), np.eye(3), 1e3, m_quark=172.5),
            r"m_quark = 172.5 GeV: must be a mapping",
        ),
        (lambda: s1_leptoquark_log(0.1, 0.1, 1e3, quark="tp"), r"quark = 'tp'.*'top'"),
        (lambda: s1_leptoquark_log(0.1, 0.1, 1e3, lepton="mu"), r"lepton = 'mu'"),
        (lambda: s1_leptoquark_log(0.1, np.nan, 1e3), r"lam_right = nan"),
    ],
)
def test_invalid_input_names_the_argument(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_couplings_of_one_chirality_entry_by_entry():
    rng = np.random.default_rng(17)
    lam = rng.normal(size=3) + 1j * rng.normal(size=3)
    matrix, none, m = np.zeros((3, 3), complex), np.zeros((3, 3)), lepton_masses()
    matrix[2] = lam
    x = (measured("m_top").value / 1500.0) ** 2
    # PHYSICS.md, section 6, with lL = lam_L and lR = lam_R^*: nothing else is there to hide it.
    loops = (2 / 3 * f1c(x) - 1 / 3 * f1n(x)) / 12
    unit = 3 / (32 * np.pi**2 * 1500.0**2) * loops
    left = unit * m[None, :] * lam[:, None] * lam.conj()[None, :]
    right = unit * m[:, None] * lam[:, None] * lam.conj()[None, :]
    # Both loops are positive: a few units of rounding.
    np.testing.assert_allclose(s1_leptoquark(matrix, none, 1500.0).total, left, rtol=1e-13)
    np.testing.assert_allclose(s1_leptoquark(none, matrix, 1500.0).total, right, rtol=1e-13)
