"""Formulas of docs/physics, typed again in plain numpy, against the code."""

from itertools import product

import flavours
import numpy as np
from numpy import conj, log, pi, sqrt
from printed import ALPHA, b0, close, f1c, f1n, f2c, f2n, f_c, f_n, i_loop, muon_decay, near

import fssm
from fssm.constants import a_muon_sets, measured
from fssm.model import couplings, higgsino, matrices, threshold
from fssm.model.electroweak import electroweak, vevs
from fssm.model.spectrum import scalars
from fssm.numerics import loops
from fssm.observables import flavour, leptons


def test_loop_functions():
    ours = (f1n, f2n, f1c, f2c)
    theirs = (loops.f1n, loops.f2n, loops.f1c, loops.f2c)
    for (our, their), x in product(zip(ours, theirs, strict=True), (3.0, 0.2)):
        close(our(x), their(x))
    close(f_c(3.0, 0.4), loops.f_c(3.0, 0.4))
    close(f_n(3.0, 0.4), loops.f_n(3.0, 0.4))
    close(i_loop(2.0, 3.0, 7.0), loops.i_loop(2.0, 3.0, 7.0))
    close(b0(2.0, 3.0, 5.0), loops.b0(2.0, 3.0, 5.0))
    p, w, q = 2 / 4, -2 / 4, 6 / 4
    a = np.arctanh(w) / w
    a1 = (a - 1) / w**2
    h = 1.5 * w * (a1 - (a1 - 1 / 3) / w**2)
    stable = p * (1 - h * q), p * (1 + h * w), p * (1 + h * p), 0.75 * p * (1 + p**2 * a1)
    close(stable, [f(3.0) for f in theirs])
    for x in (0.01, 0.6):
        w = (1 - x) / (1 + x)
        a2 = ((np.arctanh(w) / w - 1) / w**2 - 1 / 3) / w**2
        f = 8 * w**5 / (1 + w) ** 4 * (1 + w**2 + 3 * (1 - w**2) ** 2 * a2)
        close(f, loops.muon_decay_phase_space(sqrt(x), 1.0))
        close(f, muon_decay(x), 1e-11)


def test_electroweak_schemes_and_vevs():
    fields = dict(flavours.SLIDES, tan_beta_d=7.0, tan_beta_u=20.0)
    m_w, m_z, g_f, a_mz = (measured(name).value for name in ("m_w", "m_z", "g_f", "alpha_mz"))
    v = (sqrt(2) * g_f) ** -0.5
    point = fssm.Point(**fields)
    close(electroweak(point), [2 * m_w / v, 2 * sqrt(m_z**2 - m_w**2) / v, v])
    c_w, e = m_w / m_z, sqrt(4 * pi * a_mz)
    g = e / sqrt(1 - c_w**2)
    close(electroweak(fssm.Point(**fields, scheme="alpha_mz")), [g, e / c_w, 2 * m_w / g])
    v_u = v / sqrt(1 + 20.0**-2 + 50.0**-2 + (50.0 * 7.0) ** -2)
    close(np.ravel(vevs(point, v)), [v_u, v_u / 20, v_u / 50, v_u / 350])


def test_higgsino_block():
    mu, tilde, u, d = 1300.0, -700.0, 0.4, -1.1

    def turn(t):
        return np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])

    mu1, mu2, mu3, mu4 = higgsino.mu_from_angles(mu, tilde, u, d)
    block = np.array([[mu1, mu3], [mu4, mu2]])
    near(turn(d) @ block @ turn(u), np.diag([mu, tilde]))
    v_u, v_up = 240.0, 9.0
    weights = (
        np.sin(d) * (np.cos(u) * v_u - np.sin(u) * v_up),
        np.cos(d) * (np.sin(u) * v_u + np.cos(u) * v_up),
    )
    close(mu * weights[0] + tilde * weights[1], mu4 * v_u + mu2 * v_up)
    sources = higgsino.higgsino_modes(block, np.array([v_u, v_up])).source[:, 1]
    near(np.sort(sources), np.sort([mu * weights[0], tilde * weights[1]]))
    s, delta = np.arctan2(mu4 - mu3, mu1 + mu2), np.arctan2(-mu4 - mu3, mu1 - mu2)
    half = np.hypot(mu1 + mu2, mu4 - mu3) / 2, np.hypot(mu1 - mu2, mu4 + mu3) / 2
    close(
        higgsino.angles_from_mu(mu1, mu2, mu3, mu4),
        [half[0] + half[1], half[0] - half[1], (s + delta) / 2, (s - delta) / 2],
    )


RESULT = fssm.evaluate(flavours.point(flavours.parameters(3)))
LAG = RESULT.lagrangian


def test_mass_matrices():
    g, gp, m1, m2, (v_u, v_up), (v_d, v_dp) = LAG.g, LAG.g_prime, LAG.m1, LAG.m2, LAG.v_u, LAG.v_d
    (mu1, mu3), (mu4, mu2) = LAG.m_higgsino
    up, down = g / sqrt(2) * conj(LAG.v_u), g / sqrt(2) * conj(LAG.v_d)
    x = np.array([[m2, *up], [down[0], mu1, mu3], [down[1], mu4, mu2]])
    near(x, matrices.chargino_matrix(LAG), 1e-15)
    gauginos = [m1, m2]
    m = np.zeros((6, 6), complex)
    m[[0, 1], [0, 1]] = gauginos
    m[0, 2:] = gp / 2 * conj([-v_d, -v_dp, v_u, v_up])
    m[1, 2:] = g / 2 * conj([v_d, v_dp, -v_u, -v_up])
    m[2:4, 4:] = -LAG.m_higgsino
    near(m + np.triu(m, 1).T, matrices.neutralino_matrix(LAG), 1e-15)
    (y, yp), (t, tp) = LAG.yukawa, LAG.trilinear
    m_l = (v_d * y + v_dp * yp) / sqrt(2)
    v_sq = sum(abs(v) ** 2 for v in (v_u, v_up, v_d, v_dp))
    cosine = (abs(v_d) ** 2 + abs(v_dp) ** 2 - abs(v_u) ** 2 - abs(v_up) ** 2) / v_sq
    m_z_sq, s_sq, one = (g**2 + gp**2) * v_sq / 4, gp**2 / (g**2 + gp**2), np.eye(3)
    ll = LAG.m_l_sq + conj(m_l) @ m_l.T + one * m_z_sq * cosine * (-0.5 + s_sq)
    rr = LAG.m_e_sq + m_l.T @ conj(m_l) - one * m_z_sq * cosine * s_sq
    f1, f2 = mu1 * v_u + mu3 * v_up, mu4 * v_u + mu2 * v_up
    rl = ((v_d * t + v_dp * tp - y * conj(f1) - yp * conj(f2)) / sqrt(2)).T
    near(np.block([[ll, conj(rl).T], [rl, rr]]), matrices.slepton_matrix(LAG), 1e-14)
    near(LAG.m_l_sq + one * m_z_sq * cosine / 2, matrices.sneutrino_matrix(LAG), 1e-14)


def vertices(lag, inos, states):
    """n^L, n^R, c^L, c^R of the documentation, axes (A, x, i), legs not rotated."""
    (y, yp), n = lag.yukawa, lag.generations
    mix, u, v, x, z = conj(inos.n), conj(inos.u), conj(inos.v), states.x, states.z
    higgs = mix[:, 2, None, None] * y + mix[:, 3, None, None] * yp
    gauge = ((lag.g * mix[:, 1] + lag.g_prime * mix[:, 0]) / sqrt(2))[:, None, None]
    n_l = gauge * x[:, :n] - np.einsum("aij,xj->axi", higgs, x[:, n:])
    n_r = sqrt(2) * lag.g_prime * mix[:, 0, None, None] * conj(x[:, n:])
    n_r = n_r + np.einsum("aij,xi->axj", higgs, conj(x[:, :n]))
    c_l = -lag.g * v[:, 0, None, None] * z
    charged = u[:, 1, None, None] * y + u[:, 2, None, None] * yp
    return n_l, n_r, c_l, np.einsum("aij,xi->axj", charged, conj(z))


def test_dipole_matrix():
    inos, states, m = RESULT.spectrum.inos, RESULT.spectrum.scalars, LAG.m_lepton
    a, b = RESULT.yukawa.legs
    near(conj(a).T @ matrices.lepton_matrix(LAG) @ b, np.diag(m), 1e-13)
    n_l, n_r, c_l, c_r = vertices(LAG, inos, states)
    n_l, c_l, n_r, c_r = n_l @ conj(a), c_l @ conj(a), n_r @ b, c_r @ b

    def loop(left, right, mass, sq, flip, keep):
        x = mass[:, None] ** 2 / sq
        first = np.einsum("ax,axi,axj->ij", flip(x) * mass[:, None] / sq, left, right)
        lefts = np.einsum("ax,axi,axj->ij", keep(x) / sq, left, conj(left))
        rights = np.einsum("ax,axi,axj->ij", keep(x) / sq, conj(right), right)
        return first, m * lefts + m[:, None] * rights

    flip, keep = loop(n_l, n_r, inos.m_neutralino, states.slepton_sq, f2n, f1n)
    charged = loop(c_l, c_r, inos.m_chargino, states.sneutrino_sq, f2c, f1c)
    c = (flip / 3 - keep / 12 + 2 * charged[0] / 3 + charged[1] / 12) / (32 * pi**2)
    near(c, RESULT.dipole.total(), 1e-9)


def test_observables():
    c, m, found = RESULT.dipole.total(), LAG.m_lepton, RESULT.flavour
    close(2 * m[1] * c[1, 1].real, found.a_muon.one_loop)
    close(-measured("hbar_c").value * c[0, 0].imag, found.edm["electron"].one_loop)
    g_f = measured("g_f").value
    for (i, j, leptonic), ratio in zip(
        flavour.DECAYS.values(), found.branching_ratios.values(), strict=True
    ):
        size = abs(c[i, j]) ** 2 + abs(c[j, i]) ** 2
        width = ALPHA * m[j] ** 3 / 4 * size * (1 - m[i] ** 2 / m[j] ** 2) ** 3
        whole = g_f**2 * m[j] ** 5 / (192 * pi**3) * muon_decay(m[i] ** 2 / m[j] ** 2)
        close(width / whole * measured(leptonic).value, ratio.one_loop)
        m_susy = np.prod(RESULT.spectrum.m_slepton) ** (1 / 6)
        factor = 1 - 4 * ALPHA / pi * log(m_susy / m[j])
        close(ratio.one_loop * factor**2, ratio.total)
    sigma = a_muon_sets()["amu-2021"]
    close((1e-9 - 251e-11) / 59e-11, leptons.pull(1e-9, sigma))


def test_exact_threshold():
    full, bare = threshold.ino_pair(LAG)
    scale = 1e6

    def shift(lag, inos, states):
        n_l, n_r, c_l, c_r = vertices(lag, inos, states)
        total = 0
        for left, right, mass, sq, sign in (
            (n_l, n_r, inos.m_neutralino, states.slepton_sq, 1),
            (c_l, c_r, inos.m_chargino, states.sneutrino_sq, -1),
        ):
            weight = sign * mass[:, None] * b0(mass[:, None] ** 2, sq, scale)
            total = total + np.einsum("ax,axi,axj->ij", weight, left, right)
        return total / (16 * pi**2)

    trilinear = ((LAG.v_d[0] * LAG.trilinear[0] + LAG.v_d[1] * LAG.trilinear[1]) / sqrt(2)).T
    whole = RESULT.spectrum.scalars
    dm = shift(LAG, full, whole) - shift(LAG, bare, scalars(LAG, mixing=trilinear))
    near(dm, threshold.exact_shift(LAG), 1e-9)
    own = np.diag(couplings.in_mass_basis(matrices.lepton_matrix(LAG), RESULT.yukawa.legs))
    shifts = np.diag(couplings.in_mass_basis(dm, RESULT.yukawa.legs))
    near(shifts / own, RESULT.yukawa.deltas, 1e-9)
