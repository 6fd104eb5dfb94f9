"""S1: the rule for a scalar and a fermion, its two supersymmetric cases, the slide's logarithm."""

import mpmath as mp
import numpy as np
import pytest

from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.observables.dipole import (
    Sector,
    chargino_terms,
    neutralino_terms,
    scalar_fermion_dipole,
)
from fssm.observables.lepton_dipoles import lepton_masses
from fssm.simplified import coupling_matrix, s1_leptoquark, s1_leptoquark_log

M, M_TOP = 0.1056583755, measured("m_top").value


def random_sector(seed):
    rng = np.random.default_rng(seed)

    def couplings():
        return rng.normal(size=(4, 3, 3)) + 1j * rng.normal(size=(4, 3, 3))

    return Sector(rng.uniform(50, 3000, 4), rng.uniform(50, 3000, 3) ** 2, couplings(), couplings())


@pytest.mark.parametrize("seed", range(5))
def test_the_rule_is_the_supersymmetric_kernel_with_other_charges(seed):
    sector, masses = random_sector(seed), lepton_masses()
    # Axes (i, j, A, x): couplings (A, x, i), L for l_i, R for e^c_j.
    l_i, r_i = (np.moveaxis(c, -1, 0)[:, None] for c in sector[2:])
    l_j, r_j = (np.moveaxis(c, -1, 0)[None, :] for c in sector[2:])
    m_i, m_j = masses[:, None, None, None], masses[None, :, None, None]
    flip = sector.m_ino[:, None] * l_i * r_j
    keep = m_j * l_i * l_j.conj() + m_i * r_i.conj() * r_j
    fermion_sq, scalar_sq = sector.m_ino[:, None] ** 2, sector.scalar_sq
    charged = scalar_fermion_dipole(flip, keep, fermion_sq, scalar_sq, q_fermion=1, q_scalar=0)
    np.testing.assert_allclose(charged, chargino_terms(sector, masses), rtol=1e-13)
    neutral = scalar_fermion_dipole(-flip, keep, fermion_sq, scalar_sq, q_fermion=0, q_scalar=1)
    np.testing.assert_allclose(neutral, neutralino_terms(sector, masses), rtol=1e-13)
    between = scalar_fermion_dipole(
        flip, keep, fermion_sq, scalar_sq, q_fermion=2 / 3, q_scalar=1 / 3
    )
    opposite = scalar_fermion_dipole(flip, keep, fermion_sq, scalar_sq, q_fermion=0, q_scalar=1)
    np.testing.assert_allclose(between, (2 * charged + opposite) / 3, rtol=1e-12, atol=1e-22)


def from_feynman_parameters(left, right, m_quark, mass):
    """a_mu by the parameter integrals of J.P. Leveille, Nucl. Phys. B 137 (1978) 63, at m_mu = 0.

    The photon on the fermion: numerators x^2 - x^3 and x^2 over m_F^2 x + M^2 (1 - x); on the
    scalar: x^3 - x^2 and x^2 - x over m_F^2 (1 - x) + M^2 x.
    """
    with mp.workdps(30):
        m, m_q, big = mp.mpf(M), mp.mpf(float(m_quark)), mp.mpf(mass)

        def on_fermion(power):
            return mp.quad(lambda x: power(x) / (m_q**2 * x + big**2 * (1 - x)), [0, 0.9, 0.999, 1])

        def on_scalar(power):
            return mp.quad(lambda x: power(x) / (m_q**2 * (1 - x) + big**2 * x), [0, 0.001, 0.1, 1])

        keep = m * (abs(left) ** 2 + abs(right) ** 2)
        flip = m_q * 2 * float(np.real(left * np.conj(right)))
        fermion = on_fermion(lambda x: (x**2 - x**3) * keep + x**2 * flip)
        scalar = on_scalar(lambda x: (x**3 - x**2) * keep + (x**2 - x) * flip)
        # C_S^2 + C_P^2 = (|l|^2 + |r|^2)/2 and C_S^2 - C_P^2 = Re(l r^*), each over 8 pi^2.
        q_f, q_s = mp.mpf(2) / 3, mp.mpf(1) / 3
        return float(3 * m / (16 * mp.pi**2) * (q_f * fermion + q_s * scalar))


@pytest.mark.parametrize("quark", ["up", "charm", "top"])
@pytest.mark.parametrize(("left", "right"), [(0.3, 0.2), (0.4, 0.0), (0.1 + 0.2j, 0.3 - 0.1j)])
def test_against_parameter_integrals(quark, left, right):
    name = f"{quark}_muon"
    d = s1_leptoquark(coupling_matrix(**{name: left}), coupling_matrix(**{name: right}), 900.0)
    expected = from_feynman_parameters(left, right, measured(f"m_{quark}").value, 900.0)
    assert d.a_muon == pytest.approx(expected, rel=1e-12, abs=0)
    assert d.a_terms[quark][1] == d.a_muon


def test_the_logarithm_of_the_slides_is_reached_for_heavy_leptoquarks():
    left, right = 0.1 - 0.05j, 0.2 + 0.1j
    off = []
    for mass in (5e3, 5e4):
        exact = s1_leptoquark(
            coupling_matrix(top_muon=left), coupling_matrix(top_muon=right), mass
        ).a_terms["top"][1]
        slide = s1_leptoquark_log(left, right, mass)
        literal = np.real(np.conj(left) * right) * M * M_TOP / (4 * np.pi**2 * mass**2)
        literal *= np.log(mass**2 / M_TOP**2) - 7 / 4
        assert slide == pytest.approx(literal, rel=1e-13, abs=0)
        off.append(exact / slide - 1)
    # (m_t/M)^2 ln, beside |lam|^2 m_mu/m_t of the part without chirality flip.
    assert abs(off[0]) < 5 * (M_TOP / 5e3) ** 2 * np.log(5e3 / M_TOP) + 1e-3
    assert abs(off[1]) < 5 * (M_TOP / 5e4) ** 2 * np.log(5e4 / M_TOP) + 1e-3


def test_quarks_add_and_leptons_do_not_mix():
    entries = dict(up_muon=0.3, charm_muon=0.2, top_muon=0.1, top_electron=0.01)
    together = s1_leptoquark(coupling_matrix(**entries), coupling_matrix(**entries), 1500.0)
    alone = [
        s1_leptoquark(coupling_matrix(**{k: v}), coupling_matrix(**{k: v}), 1500.0)
        for k, v in entries.items()
    ]
    assert together.a_muon == pytest.approx(sum(d.a_muon for d in alone), rel=1e-13, abs=0)
    assert together.a_electron == pytest.approx(alone[3].a_electron, rel=1e-13, abs=0)
    # The top couples to both leptons: mu -> e gamma.
    assert together.branching_ratios["mu_e_gamma"] > 0
    assert together.branching_ratios["tau_mu_gamma"] == 0
    c = together.terms["top"]
    big = 2 / 3 * 3 / (32 * np.pi**2) / 1500.0**2 * M_TOP * 0.1 * 0.01
    assert abs(c[0, 1]) == pytest.approx(big * 2 * 2.17, rel=0.5, abs=0)
    assert abs(c[0, 1]) == pytest.approx(abs(c[1, 0]), rel=0.01, abs=0)


def test_phases_give_an_electric_dipole_moment():
    angles = np.linspace(0, 2 * np.pi, 5)
    right = coupling_matrix(top_muon=0.1 * np.exp(1j * angles))
    d = s1_leptoquark(coupling_matrix(top_muon=0.1), right, 2000.0)
    np.testing.assert_allclose(d.edm[[0, 2, 4], 1], 0, atol=1e-34)
    assert d.edm[1, 1] * d.edm[3, 1] < 0
    size = d.a_terms["top"][0, 1] / (2 * M) * 1.973269804e-14
    assert abs(d.edm[1, 1]) == pytest.approx(size, rel=1e-3, abs=0)
    assert d.a_muon[0] == pytest.approx(-d.a_muon[2], rel=1e-2, abs=0)


def test_quark_masses_may_be_given_and_may_be_tiny():
    lam = coupling_matrix(top_muon=0.1, up_muon=0.1)
    light = s1_leptoquark(lam, lam, 2000.0, m_quark={"top": 145.0, "up": 1e-20})
    assert np.isfinite(light.a_terms["up"]).all()
    expected = s1_leptoquark_log(0.1, 0.1, 2000.0, m_quark=145.0)
    assert light.a_terms["top"][1] == pytest.approx(expected, rel=0.03, abs=0)
    # Without the flip: 3 m^2/(16 pi^2 M^2) (2 |lam|^2/12)(2/3 x 4 - 1/3 x 2).
    expected = 3 * M**2 / (16 * np.pi**2 * 4e6) * 0.02 / 12 * 2
    assert light.a_terms["up"][1] == pytest.approx(expected, rel=1e-10, abs=0)


def test_arrays_of_couplings_and_masses():
    lam = coupling_matrix(top_muon=np.array([0.1, 0.2])[:, None])
    d = s1_leptoquark(lam, lam, np.array([1e3, 2e3, 3e3]))
    assert d.a_muon.shape == (2, 3)
    one = s1_leptoquark(coupling_matrix(top_muon=0.2), coupling_matrix(top_muon=0.2), 3e3)
    assert d.a_muon[1, 2] == one.a_muon


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: coupling_matrix(bottom_muon=1), r"\[leptoquark\] bottom_muon: unknown quark"),
        (lambda: coupling_matrix(top_mu=1), "unknown lepton; did you mean 'muon'"),
        (lambda: coupling_matrix(top_muon="x"), r"\[leptoquark\] top_muon = 'x'"),
        (lambda: s1_leptoquark(0.1, np.eye(3), 1e3), "lam_left = 0.1: must be a 3x3 matrix"),
        (lambda: s1_leptoquark(np.eye(3), np.eye(3), -1e3), "m_leptoquark = -1000.0 GeV"),
        (lambda: s1_leptoquark(np.eye(3), np.eye(3), 1e3, m_quark={"b": 4}), "unknown"),
        (lambda: s1_leptoquark_log(0.1, 0.1, 1e3, quark="down"), "down"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
