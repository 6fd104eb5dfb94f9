"""The MSSM with phases, in every scheme, resummed, heavy, tachyonic, and as arrays."""

import numpy as np
import pytest

import fssm
from fssm.base import InvalidInput
from fssm.model.electroweak import electroweak
from fssm.model.point import Point
from fssm.simplified import mssm, mssm_point

UNIVERSAL = dict(tan_beta=50.0, mu=500.0, m1=500.0, m2=500.0, m_l=500.0, m_e=500.0)
MASSES = ("mu", "m1", "m2", "m_l", "m_e")


def matrices(g, g_prime, v, tan_beta, mu, m1, m2):
    """S.P. Martin's Primer, (B, W, H_d, H_u) and (W, H_d) x (W, H_u)."""
    down, up = v / np.hypot(1, tan_beta), v * tan_beta / np.hypot(1, tan_beta)
    neutral = np.array([
        [m1, 0, -g_prime * down / 2, g_prime * up / 2],
        [0, m2, g * down / 2, -g * up / 2],
        [-g_prime * down / 2, g * down / 2, 0, -mu],
        [g_prime * up / 2, -g * up / 2, -mu, 0],
    ])  # fmt: skip
    return neutral, np.array([[m2, g * up / np.sqrt(2)], [g * down / np.sqrt(2), mu]])


@pytest.mark.parametrize("scheme", ["gf", "alpha_mz", "couplings"])
@pytest.mark.parametrize("seed", range(4))
def test_complex_spectra_are_the_singular_values_in_every_scheme(scheme, seed):
    rng = np.random.default_rng(seed)
    mu, m1, m2 = 10 ** rng.uniform(2, 3.5, 3) * np.exp(1j * rng.uniform(-3, 3, 3))
    own = dict(g=0.65, g_prime=0.36, v=246.0) if scheme == "couplings" else {}
    fields = dict(tan_beta=7.0, mu=mu, m1=m1, m2=m2, m_l=900, m_e=800, scheme=scheme, **own)
    found = mssm(**fields)
    neutral, charged = matrices(*electroweak(mssm_point(**fields)), 7.0, mu, m1, m2)
    expected = np.linalg.svd(neutral, compute_uv=False)[::-1]
    np.testing.assert_allclose(np.abs(found.m_neutralino), expected, rtol=1e-12)
    expected = np.linalg.svd(charged, compute_uv=False)[::-1]
    np.testing.assert_allclose(found.m_chargino, expected, rtol=1e-12)


@pytest.mark.parametrize("mu", [-300.0, 400 + 300j])
def test_neither_size_nor_phase_of_the_decoupled_mass_matters(mu):
    fields = dict(UNIVERSAL, mu=mu, m1=200.0, m2=-900.0)
    found, chosen = mssm(**fields), mssm_point(**fields)
    assert chosen.v_u / chosen.v_d_prime == pytest.approx(50, rel=1e-14, abs=0)
    rest = {k: v for k, v in fields.items() if k not in ("tan_beta", "mu")}
    for mu3 in (1.0, 777j, 0.3 * chosen.mu3 * np.exp(0.7j), 1e3 * chosen.mu3):
        other = Point(
            v_u=chosen.v_u, v_u_prime=0.0, v_d=0.0, v_d_prime=chosen.v_d_prime,
            mu1=0.0, mu2=0.0, mu3=mu3, mu4=mu, **rest,
        )  # fmt: skip
        a = fssm.evaluate(other).a_muon.one_loop
        # Rounding of the largest mass, 1e3 times that of the others and more.
        assert a == pytest.approx(found.a_muon, rel=1e-10, abs=0)
    inos = found.result.spectrum.inos
    np.testing.assert_allclose(np.abs(inos.m_neutralino[4:]), chosen.mu3, rtol=1e-13)
    assert inos.m_chargino[2] == pytest.approx(chosen.mu3, rel=1e-13, abs=0)
    assert chosen.mu3 > 9 * np.abs(found.m_neutralino).max()


def test_the_universal_epsilon_and_the_resummation_of_the_exact_result():
    tangents = np.array([5.0, 50.0])
    fields = dict(UNIVERSAL, tan_beta=tangents)
    found, plain = mssm(**fields, threshold="leading"), mssm(**fields, threshold="none")
    g, g_prime, _ = electroweak(mssm_point(**UNIVERSAL))
    universal = -(3 * g**2 - g_prime**2) / (64 * np.pi**2)
    heavy = mssm(**{**UNIVERSAL, **dict.fromkeys(MASSES, 5e5)}, threshold="leading")
    # D terms: m_Z^2/m^2 = 3e-8.
    assert heavy.epsilon_l == pytest.approx(universal, rel=1e-6, abs=0)
    factor = 1 / (1 + found.epsilon_l * tangents)
    y = found.result.yukawa.y_prime_muon / plain.result.yukawa.y_prime_muon
    np.testing.assert_allclose(y, factor, rtol=1e-12)
    # a_mu ~ Y', up to Y'^2 = 3e-4 at tan(beta) = 50.
    np.testing.assert_allclose(found.a_muon / plain.a_muon, factor, rtol=1e-3)
    np.testing.assert_array_equal(plain.epsilon_l, 0.0)
    np.testing.assert_array_equal(plain.resummed.total, plain.unresummed.total)


def test_the_slides_formula_is_reached_as_one_over_m_squared():
    # A light muon and a large tan(beta) keep Y'^2 and 1/tan(beta) away.
    def mismatch(m):
        masses = dict.fromkeys(MASSES, m)
        found = mssm(tan_beta=1e6, **masses, m_muon=1e-8, threshold="none")
        return found.a_muon / found.unresummed.total - 1

    assert mismatch(4e3) / mismatch(8e3) == pytest.approx(4.0, rel=0.05, abs=0)
    # 2.6e-9 at tan(beta) = 50 and 500 GeV, two digits printed.
    assert mssm(**UNIVERSAL).unresummed.total == pytest.approx(260e-11, rel=0.03, abs=0)


def test_soft_masses_may_be_given_squared_and_a_tachyon_is_flagged():
    rest = {k: v for k, v in UNIVERSAL.items() if k not in ("m_l", "m_e")}
    plain = mssm(**{**UNIVERSAL, "m_e": 800.0})
    squared = mssm(**rest, m_l_sq=500.0**2, m_e_sq=800.0**2)
    assert squared.a_muon == pytest.approx(plain.a_muon, rel=1e-13, abs=0)
    assert squared.resummed.total == pytest.approx(plain.resummed.total, rel=1e-13, abs=0)
    tachyon = mssm(**rest, m_l_sq=500.0**2, m_e_sq=-1e6)
    assert tachyon.result.flag_names() == ["tachyonic_slepton"]
    assert np.isnan([tachyon.a_muon, tachyon.unresummed.total, tachyon.resummed.wino]).all()


def test_lists_and_integers_are_points():
    grid = mssm(tan_beta=[10, 30], mu=[[300], [500]], m1=500, m2=[400], m_l=500, m_e=500)
    one = mssm(tan_beta=30.0, mu=500.0, m1=500.0, m2=400.0, m_l=500.0, m_e=500.0)
    assert grid.a_muon[1, 1] == one.a_muon
    np.testing.assert_array_equal(grid.m_neutralino[1, 1], one.m_neutralino)
    assert np.ndim(one.a_muon) == np.ndim(one.epsilon_l) == np.ndim(one.resummed.total) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (dict(mu=None), ["mu4", "missing"]),
        (dict(m_l=500j), ["[slepton] m_l", "GeV", "complex"]),
        (dict(mu=np.ones(3), tan_beta=np.ones(4)), ["broadcast", "(3,)", "(4,)"]),
        (dict(threshold="no"), ["threshold", "'no'"]),
    ],
)
def test_errors_are_those_of_a_point(changes, words):
    with pytest.raises(InvalidInput) as error:
        mssm(**{**UNIVERSAL, **changes})
    for word in words:
        assert word in str(error.value)
