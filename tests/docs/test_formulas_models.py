"""Formulas of docs/physics, typed again in plain numpy, against the code."""

import flavours
import numpy as np
from numpy import conj, log, pi, sqrt
from printed import (
    ALPHA,
    M_E,
    M_MU,
    M_TAU,
    MASSES,
    close,
    f1c,
    f1n,
    f2c,
    f2n,
    f_c,
    f_n,
    i_loop,
    muon_decay,
    near,
)
from scipy.integrate import quad
from scipy.special import erfc

import fssm
from fssm import simplified
from fssm.constants import measured, trident_set
from fssm.constraints import betas, matching, running, tridents
from fssm.model import matrices, texture
from fssm.numerics import feynman
from fssm.observables import approximations, estimates


def muon(**changes):
    fields = dict(
        mu=1500.0, mu_tilde=-900.0, theta_u=0.7, theta_d=0.5, m1=700.0, m2=1100.0,
        m_l=1900.0, m_e=2300.0, tan_beta=40.0, tan_beta_u=15.0, tan_beta_d=6.0,
    )  # fmt: skip
    return fssm.Point(**{**fields, **changes})


def mode_sums(lag):
    """mu_j, mu_j W_j of the two Higgsinos of the point above."""
    (v_u, v_up), (s_u, c_u), (s_d, c_d) = lag.v_u, *((np.sin(t), np.cos(t)) for t in (0.7, 0.5))
    return (1500.0, 1500.0 * s_d * (c_u * v_u - s_u * v_up)), (
        -900.0,
        -900.0 * c_d * (s_u * v_u + c_u * v_up),
    )


def test_leading_threshold_and_mass_insertion():
    result = fssm.evaluate(muon(threshold="leading"))
    lag, m1, m2 = result.lagrangian, 700.0, 1100.0
    d_left, d_right, d_neutral = matrices.d_terms(lag)
    left, right, nu = 1900.0**2 + d_left, 2300.0**2 + d_right, 1900.0**2 + d_neutral
    total = 0.0
    for mu, mu_w in mode_sums(lag):
        w = i_loop(m2**2, mu**2, nu) + i_loop(m2**2, mu**2, left) / 2
        b = i_loop(m1**2, mu**2, right) - i_loop(m1**2, mu**2, left) / 2
        b = b - i_loop(m1**2, left, right)
        total += mu_w * (lag.g**2 * m2 * w + lag.g_prime**2 * m1 * b)
    delta = -total / (16 * pi**2 * lag.v_d[1])
    close(delta, result.yukawa.delta)
    y_prime = sqrt(2) * M_MU / (lag.v_d[1] * (1 + delta))
    close(y_prime, result.yukawa.y_prime_muon)
    alpha_2, alpha_y, terms = lag.g**2 / (4 * pi), lag.g_prime**2 / (4 * pi), np.zeros(5)
    left, right = 1900.0**2, 2300.0**2
    for mu, mu_w in mode_sums(lag):
        r, wino, bino = mu_w / lag.v_d[1], 1 / (m2 * mu**2), 1 / (m1 * mu**2)
        terms += r * np.array([
            alpha_2 / (4 * pi) * wino * f_c(m2**2 / nu, mu**2 / nu),
            -alpha_2 / (8 * pi) * wino * f_n(m2**2 / left, mu**2 / left),
            alpha_y / (8 * pi) * bino * f_n(m1**2 / left, mu**2 / left),
            -alpha_y / (4 * pi) * bino * f_n(m1**2 / right, mu**2 / right),
            alpha_y / (4 * pi) * m1 / (left * right) * f_n(left / m1**2, right / m1**2),
        ])  # fmt: skip
    items = result.approximations.mass_insertion[:5]
    close(terms * M_MU**2 / (1 + delta), items, 1e-9)


def test_given_threshold_slides_and_universal_epsilon():
    lag = fssm.evaluate(muon(threshold="given", epsilon_l=-1.8e-3)).lagrangian
    tangent = 40.0 * 6.0
    resummed = tangent / (1 - 1.8e-3 * tangent)
    close(sqrt(2) * M_MU / lag.v_u[0] * resummed, lag.yukawa[1, 0, 0])
    mu4 = 1500.0 * np.sin(0.5) * np.cos(0.7) - 900.0 * np.cos(0.5) * np.sin(0.7)
    common = M_MU**2 * mu4 / (16 * pi**2 * 2000.0**4) * resummed
    bino, wino = (
        lag.g_prime**2 * common * 700.0 / 12,
        lag.g**2 * common * 1100.0 * 5 / 12,
    )
    theirs = approximations.slides_fssm(
        g=lag.g, g_prime=lag.g_prime, m1=700.0, m2=1100.0, mu4=mu4, m_smuon=2000.0,
        tan_beta=40.0, tan_beta_d=6.0, epsilon_l=-1.8e-3, m_muon=M_MU,
    )  # fmt: skip
    close((bino, wino, bino + wino), theirs)
    same = dict.fromkeys(("mu", "mu_tilde", "m1", "m2", "m_l", "m_e"), 3e5)
    angles = dict(theta_u=pi / 4, theta_d=pi / 4, tan_beta_u=1e6)
    result = fssm.evaluate(muon(**same, **angles, threshold="leading"))
    epsilon = -(3 * lag.g**2 - lag.g_prime**2) / (64 * pi**2)
    close(epsilon * tangent, result.yukawa.delta, 1e-5)


def test_texture_and_estimates():
    x = np.zeros((3, 3), complex)
    x[2, 1], x[0, 2], x[1, 0] = 0.3, 0.2j, 0.4
    point = fssm.Point(**flavours.SLIDES, tan_beta_d=5.0, x_texture=x, threshold="none")
    result = fssm.evaluate(point)
    (y, yp), (v_d, v_dp) = result.lagrangian.yukawa, result.lagrangian.v_d
    assert np.count_nonzero(y) == 1
    whole, unit = (v_d * y + v_dp * yp) / sqrt(2), np.array([[1, M_E, M_E], [M_E, 1, M_MU]])
    near(whole[:2] - np.diag(np.diag(whole))[:2], (x[:2] * unit) * (1 - np.eye(3))[:2])
    close(whole[2, 1], 0.3 * M_MU)
    close(np.sort(np.linalg.svd(whole)[1]), MASSES, 1e-11)
    a_mu, v = 250e-11, 246.2
    one = np.zeros((3, 3))
    one[2, 1] = 1e-4
    printed = estimates.slides_branching_ratios(a_mu, one, m_lepton=np.array(MASSES), v=v)
    k = 24 * pi**3 * ALPHA * (v / M_MU) ** 4 * a_mu**2
    nu = measured("br_tau_mu_nu_nu").value
    close(k * 1e-8 * nu, printed.tau_mu_gamma)
    right = estimates.corrected_branching_ratios(a_mu, one, m_lepton=np.array(MASSES), v=v)
    shape = muon_decay((M_MU / M_TAU) ** 2)
    close(k * (1e-4 * M_MU / M_TAU) ** 2 * nu / shape, right.tau_mu_gamma, 2e-5)
    pair = dict.fromkeys(((2, 1), (0, 2)), 1e-4)
    for place, value in pair.items():
        one[place] = value
    printed = estimates.slides_branching_ratios(a_mu, one, m_lepton=np.array(MASSES), v=v)
    close(k * (M_E / M_TAU) ** 2 * 1e-16, printed.mu_e_gamma)
    close(texture.texture_scales(np.array(MASSES), "tau")[0, 2], M_E * M_TAU / M_MU)


def test_vectors_and_axions():
    m = 0.3
    x = (m / M_MU) ** 2
    v = quad(lambda z: z**2 * (1 - z) / (z**2 + x * (1 - z)), 0, 1, epsrel=1e-11)[0]
    close(4 * pi * ALPHA * 1e-6 / (4 * pi**2) * v, simplified.dark_photon(1e-3, m).a_muon, 1e-9)
    close(1e-6 * ALPHA / (2 * pi), simplified.dark_photon(1e-3, 1e-12).a_muon, 1e-9)
    heavy = simplified.l_mu_l_tau(1e-3, 1e6)
    close(1e-6 / (12 * pi**2) * (M_MU / 1e6) ** 2, heavy.a_muon, 1e-9)
    close(1e-6 * ALPHA / (3 * pi) * (M_MU / 1e6) ** 2, simplified.dark_photon_heavy(1e-3, 1e6))
    x = 2.3
    h1 = 2 * quad(lambda z: z**3 / (z**2 + x * (1 - z)), 0, 1, epsrel=1e-11)[0]
    root = sqrt(x * (4 - x)) * np.arccos(sqrt(x) / 2)
    h2 = 1 - x / 3 + x**2 / 6 * log(x) + (x + 2) / 3 * root
    close((h1, h2), (feynman.alp_h1(x), feynman.alp_h2(x)), 1e-10)
    bracket = 0.01 * h1 + 2 * ALPHA / pi * -3 * (log((400 * pi) ** 2 / M_MU**2) - h2)
    found = simplified.alp(f=100.0, m_a=sqrt(x) * M_MU, c_muon=0.1, c_photon=-30.0).a_muon
    close(-(M_MU**2) / (16 * pi**2 * 1e4) * bracket, found, 1e-10)


def test_leptoquark_and_operator():
    left, right, m_t, m = 0.1 + 0.2j, 0.3 - 0.1j, measured("m_top").value, 2500.0
    x = m_t**2 / m**2
    own = M_MU / 12 * (abs(left) ** 2 + abs(right) ** 2) * (2 / 3 * f1c(x) - 1 / 3 * f1n(x))
    flip = m_t * (left * conj(right)).real * (4 / 9 * f2c(x) - 1 / 9 * f2n(x))
    pair = (simplified.coupling_matrix(top_muon=lam) for lam in (left, right))
    close(3 * M_MU / (16 * pi**2 * m**2) * (own + flip), simplified.s1_leptoquark(*pair, m).a_muon)
    limit = (conj(left) * right).real * M_MU * m_t / (4 * pi**2 * m**2)
    close(limit * (log(1 / x) - 7 / 4), simplified.s1_leptoquark_log(left, right, m))
    v, e = (sqrt(2) * measured("g_f").value) ** -0.5, sqrt(4 * pi * ALPHA)
    close(M_MU * v / 1e10, simplified.operator_estimate(1.0, 1e5))
    c = simplified.operator_dipoles(np.eye(3), 1e5)
    close(2 * sqrt(2) / e * M_MU * v / 1e10, c.a_muon)


def test_tridents():
    v, s_sq = (sqrt(2) * measured("g_f").value) ** -0.5, measured("sin_sq_theta_w").value
    standard = 0.5 + 2 * s_sq
    shifted = standard + (v * 5e-3 / 10.0) ** 2
    close((shifted**2 + 1.13 / 4) / (standard**2 + 1.13 / 4), tridents.trident_ratio(5e-3, 10.0))
    r = 0.82 + 0.28 * tridents.ONE_SIDED_95
    root = sqrt(sqrt(r * (standard**2 + 1.13 / 4) - 1.13 / 4) - standard)
    close(10.0 * root / v, tridents.trident_limit(10.0))
    r = tridents.flat_prior_ratio(trident_set("ccfr-1991"))
    tails = (erfc((x - 0.82) / 0.28 / sqrt(2)) / 2 for x in (r, 1.0))
    close(next(tails) / next(tails), 0.05)


def test_running():
    rng = np.random.default_rng(5)
    g = np.array([0.5, 0.6, 1.0])
    up, down, lepton = rng.normal(size=(3, 2, 3, 3)) + 1j * rng.normal(size=(3, 2, 3, 3))
    found = betas.supersymmetric_betas(betas.Couplings(np.asarray(1e3), g, up, down, lepton))
    near(np.array([36 / 5, 2, -3]) * g**3, 16 * pi**2 * found.g)
    squares = {n: sum(b @ conj(b).T for b in y) for n, y in (("u", up), ("d", down), ("e", lepton))}
    own = [2 * sum(conj(b).T @ b for b in y) for y in (up, down, lepton)]

    def traces(y):
        return np.einsum("aij,bij->ab", y, conj(y))

    h_down, quarks = 3 * traces(down) + traces(lepton), squares["u"] + squares["d"]
    for y, left, right, higgs, gauge, theirs in (
        (up, quarks, own[0], 3 * traces(up), (13 / 15, 3, 16 / 3), found.up),
        (down, quarks, own[1], h_down, (7 / 15, 3, 16 / 3), found.down),
        (lepton, squares["e"], own[2], h_down, (9 / 5, 3, 0), found.lepton),
    ):
        ours = left @ y + y @ right + np.einsum("ab,bij->aij", higgs, y) - (gauge @ g**2) * y
        near(ours, 16 * pi**2 * theirs)
    y, eps, k = 6e-4, -1.8e-3, 1 + 20.0**-2 + 50.0**-2
    t = (0.49 - y**2) / (sqrt(k * y**2 * (0.49 - y**2) + (eps * 0.7 * y) ** 2) - eps * 0.49)
    close(y * sqrt(1 + k * t**2) / (1 + eps * t), 0.7)
    arrays = [np.asarray(value) for value in (0.7, y, eps, k)]
    close(t, matching.muon_tangent(*arrays))
    start = matching.fssm_couplings(tan_beta=50, tan_beta_u=20, m_susy=2500, tan_beta_d=5)
    over_v_u = sqrt(k + 250.0**-2)
    smaller = matching.standard_model(2500.0)
    close(start.lepton[1, 1, 1] / smaller.lepton[0, 1, 1], over_v_u * 250)
    close(start.down[0, 2, 2] / smaller.down[0, 2, 2], over_v_u * 50)
    close(running.PERTURBATIVE, sqrt(4 * pi))
