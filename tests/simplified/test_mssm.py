"""The MSSM limit: the 20-digit table, a direct diagonalisation, the slides' resummation."""

import numpy as np
import pytest
import tables

import fssm
from fssm.base import InvalidInput
from fssm.simplified import mssm, mssm_point

POINT = dict(tan_beta=20.0, mu=700.0, m1=250.0, m2=500.0, m_l=600.0, m_e=450.0)


def table(yukawa):
    """All 281 rows. tan(beta) = vu/vd and v; y_mu_tree is sqrt2 m_mu/vd, y_mu_res is given."""
    t = tables.MSSM
    y = t[f"y_mu_{yukawa}"]
    return t, mssm(
        tan_beta=t["vu"] / t["vd"], mu=t["mu"], m1=t["M1"], m2=t["M2"],
        m_l_sq=t["mL2"], m_e_sq=t["mE2"], y_prime_muon=y, t_prime_muon=y * t["A_mu"],
        scheme="couplings", g=t["g2"], g_prime=t["gY"], v=np.hypot(t["vu"], t["vd"]),
        m_muon=t["m_mu"],
    )  # fmt: skip


@pytest.mark.parametrize("yukawa", ["tree", "res"])
def test_twenty_digit_table(yukawa):
    t, got = table(yukawa)
    scale = np.abs(t[f"amu_chi0_{yukawa}"]) + np.abs(t[f"amu_chipm_{yukawa}"])
    expected = t[f"amu_chi0_{yukawa}"] + t[f"amu_chipm_{yukawa}"]
    # As in test_tables.py: light and heavy smuons cancel where masses span three decades.
    # Columns were made with v_u and v_d, which tan(beta) gives back to 1e-15 only.
    assert (np.abs(got.a_muon - expected) <= 1e-9 * scale).all()
    assert np.median(np.abs(got.a_muon - expected) / scale) < 1e-13
    neutralinos = np.stack([t[f"mchi{i}"] for i in range(1, 5)], axis=-1)
    np.testing.assert_allclose(
        np.sort(got.m_neutralino), np.sort(neutralinos), rtol=1e-12, atol=1e-10
    )
    charginos = np.stack([t["mcha1"], t["mcha2"]], axis=-1)
    np.testing.assert_allclose(got.m_chargino, charginos, rtol=1e-12)


def test_tree_level_yukawa_without_threshold():
    t, got = table("tree")
    again = mssm(
        tan_beta=t["vu"] / t["vd"], mu=t["mu"], m1=t["M1"], m2=t["M2"],
        m_l_sq=t["mL2"], m_e_sq=t["mE2"], t_prime_muon=t["y_mu_tree"] * t["A_mu"],
        scheme="couplings", g=t["g2"], g_prime=t["gY"], v=np.hypot(t["vu"], t["vd"]),
        m_muon=t["m_mu"], threshold="none",
    )  # fmt: skip
    np.testing.assert_allclose(again.result.yukawa.y_prime_muon, t["y_mu_tree"], rtol=1e-13)
    scale = np.abs(t["amu_chi0_tree"]) + np.abs(t["amu_chipm_tree"])
    assert (np.abs(again.a_muon - got.a_muon) <= 1e-9 * scale).all()


@pytest.mark.parametrize("mu", [700.0, -250.0, 90.0])
def test_spectrum_is_that_of_the_mssm_alone(mu):
    got = mssm(**{**POINT, "mu": mu}, scheme="couplings", g=0.65, g_prime=0.36, v=246.0)
    v_u, v_d = 246 * 20 / np.hypot(1, 20), 246 / np.hypot(1, 20)
    charged = np.array([[500, 0.65 * v_u / np.sqrt(2)], [0.65 * v_d / np.sqrt(2), mu]])
    expected = np.sort(np.linalg.svd(charged, compute_uv=False))
    np.testing.assert_allclose(got.m_chargino, expected, rtol=1e-13)
    neutral = np.diag([250.0, 500.0, 0.0, 0.0])
    neutral[0, 2:] = -0.36 * v_d / 2, 0.36 * v_u / 2
    neutral[1, 2:] = 0.65 * v_d / 2, -0.65 * v_u / 2
    neutral[2, 3] = -mu
    expected = np.linalg.eigvalsh(neutral, UPLO="U")
    np.testing.assert_allclose(np.sort(got.m_neutralino), expected, rtol=1e-12)


def test_the_higgsinos_that_decouple_have_no_influence():
    point = mssm_point(**POINT)
    near = fssm.evaluate(point)
    fields = dict(
        v_u=point.v_u, v_u_prime=0.0, v_d=0.0, v_d_prime=point.v_d_prime, mu1=0.0, mu2=0.0,
        mu4=700.0, m1=250.0, m2=500.0, m_l=600.0, m_e=450.0,
    )  # fmt: skip
    for mu3 in (1.0, 1234.5, 1e8):
        far = fssm.evaluate(fssm.Point(**fields, mu3=mu3))
        assert far.a_muon.one_loop == pytest.approx(near.a_muon.one_loop, rel=1e-11, abs=0)
        assert far.yukawa.delta == pytest.approx(near.yukawa.delta, rel=1e-11, abs=0)


def test_slides_formulas_with_and_without_epsilon():
    got = mssm(**POINT)
    factor = 1 + got.epsilon_l * 20.0
    assert got.epsilon_l < 0
    assert got.epsilon_l == pytest.approx(got.result.yukawa.delta / 20, rel=1e-15, abs=0)
    for name in ("bino", "wino", "total"):
        plain, resummed = getattr(got.unresummed, name), getattr(got.resummed, name)
        assert resummed == pytest.approx(plain / factor, rel=1e-13, abs=0)
    # g'^2/(16 pi^2) m_mu^2/m^2 (mu M1/m^2) tan(beta)/12 with m^2 = m_l m_e.
    g_prime = fssm.evaluate(mssm_point(**POINT)).muon.g_prime
    m_sq = 600.0 * 450.0
    expected = g_prime**2 / (16 * np.pi**2) * 0.1056583755**2 * 700 * 250 / m_sq**2 * 20 / 12
    assert got.unresummed.bino == pytest.approx(expected, rel=1e-13, abs=0)


def test_universal_epsilon_is_the_slides():
    m = 5000.0
    got = mssm(tan_beta=50.0, mu=m, m1=m, m2=m, m_l=m, m_e=m)
    # -(3 g^2 - g'^2)/(64 pi^2) = -1.8e-3; exact in v up to v^2/m^2.
    assert got.epsilon_l == pytest.approx(-1.8e-3, rel=0.03, abs=0)
    # tan(beta) -> infinity, v^2/m^2 and 1/tan(beta) effects: the slides' formula.
    assert got.a_muon == pytest.approx(got.resummed.total, rel=0.05, abs=0)


def test_a_given_epsilon_is_used():
    got = mssm(**POINT, threshold="given", epsilon_l=-2e-3)
    assert got.epsilon_l == pytest.approx(-2e-3, rel=1e-12, abs=0)


def test_batches_of_mixed_shapes_are_single_points():
    mu, m2 = np.array([[300.0], [-800.0], [np.nan]]), [200, 400, 600, 800]
    got = mssm(**{**POINT, "mu": mu, "m2": m2})
    assert got.a_muon.shape == (3, 4)
    assert got.m_neutralino.shape == (3, 4, 4)
    assert got.m_chargino.shape == (3, 4, 2)
    assert np.isnan(got.a_muon[2]).all()
    single = mssm(**{**POINT, "mu": -800, "m2": 600})
    assert got.a_muon[1, 2] == pytest.approx(single.a_muon, rel=1e-12, abs=0)
    assert got.resummed.total[1, 2] == pytest.approx(single.resummed.total, rel=1e-12, abs=0)
    assert mssm(**{**POINT, "mu": np.array([])}).a_muon.shape == (0,)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (dict(tan_beta=-5), r"tan_beta = -5.0: must be positive"),
        (dict(mu="700"), r"mu4 = '700' GeV"),
        (dict(m_l=-1), r"m_l = -1.0 GeV"),
        (dict(m1=None), r"m1"),
        (dict(tan_beta=1j), r"tan_beta = 1j"),
        (dict(mu=np.nan), r"mu4 = "),
    ],
)
def test_invalid_input_is_named_as_in_a_point(changes, message):
    with pytest.raises(InvalidInput, match=message):
        mssm(**{**POINT, **changes})
