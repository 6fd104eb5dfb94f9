"""MSSM spectra: the 20-digit table, SLHA1 against SLHA2, the slepton matrix of SLHA2."""

import numpy as np
import pytest
import slha_files
import tables

import fssm
from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.io import slha
from fssm.io.slha_read import point_of
from fssm.simplified import mssm_point

REAL = dict(mu=600.0, m1=200.0, left=np.diag([4e5, 5e5, 6e5]), right=np.diag([3e5, 2e5, 1e5]))
REAL["trilinear"] = np.diag([0.1, -40.0, 90.0])


def read(text, **options):
    return point_of(slha.parse(text, "spectrum.slha"), **options)


def changed(point, **fields):
    return fssm.Point(**{**{name: getattr(point, name) for name in point.given()}, **fields})


@pytest.mark.parametrize("i", range(0, 281, 7))
def test_rows_of_the_table(i):
    t = {name: column[i] for name, column in tables.MSSM.items()}
    scale = abs(t["amu_chi0_tree"]) + abs(t["amu_chipm_tree"])
    point = changed(read(slha_files.table_row(i)), threshold="none")
    got = fssm.evaluate(point)
    expected = t["amu_chi0_tree"] + t["amu_chipm_tree"]
    assert abs(got.a_muon.one_loop - expected) <= 1e-9 * scale
    neutralinos = np.sort(np.abs([t[f"mchi{k}"] for k in range(1, 5)]))
    np.testing.assert_allclose(np.abs(got.spectrum.inos.m_neutralino[:4]), neutralinos, rtol=1e-11)
    # The coupling of the table's resummation, in YE; T = A Y follows it.
    text = slha_files.table_row(i) + slha_files.block("YE", _2_2=t["y_mu_res"])
    got = fssm.evaluate(changed(read(text), y_prime_muon=t["y_mu_res"]))
    scale = abs(t["amu_chi0_res"]) + abs(t["amu_chipm_res"])
    expected = t["amu_chi0_res"] + t["amu_chipm_res"]
    assert abs(got.a_muon.one_loop - expected) <= 1e-9 * scale


def test_a_file_is_the_point_of_mssm_point():
    point = read(slha_files.spectrum(**REAL))
    own = mssm_point(
        tan_beta=20.0, mu=600.0, m1=200.0, m2=400.0, m_l_sq=5e5, m_e_sq=2e5, t_prime_muon=-40.0,
        scheme="couplings", g=0.64, g_prime=0.36, v=244.0, m_muon=0.10566,
    )  # fmt: skip
    assert repr(point) == repr(own)
    assert point.mu4.dtype == float
    assert (point.v_d, point.v_u_prime) == (0, 0)


def tree_yukawa(point):
    return np.sqrt(2) * point.m_muon / point.v_d_prime


def test_the_forms_of_slha1_are_those_of_slha2():
    two = read(slha_files.spectrum(**REAL))
    masses = dict(_31=10.0, _32=-600.0, _33=10.0, _34=10.0, _35=450.0, _36=10.0)
    soft = slha_files.block("MSOFT", _1=200.0, _2=400.0, **masses)
    ratio = slha_files.block("AE", _2_2=-40 / tree_yukawa(two))
    one = read(slha_files.spectrum(drop="MSOFT MSL2 MSE2 TE", **REAL) + soft + ratio)
    assert (one.m_l_sq, one.m_e_sq) == (-3.6e5, 2.025e5)
    assert one.t_prime_muon == pytest.approx(-40, rel=1e-14, abs=0)
    three = read(slha_files.spectrum(drop="MSOFT MSL2 MSE2 TE", **REAL) + soft, generations=3)
    np.testing.assert_array_equal(three.m_l_sq_matrix, np.diag([100.0, -3.6e5, 100.0]))
    np.testing.assert_array_equal(three.m_e_sq_matrix, np.diag([100.0, 2.025e5, 100.0]))


def test_yukawa_couplings_of_the_file_count_where_they_are_given():
    start = slha_files.spectrum(drop="TE", **REAL)
    start += slha_files.block("AE", _1_1=1.0, _2_2=500.0, _3_3=10.0)
    tree = read(start)
    assert tree.t_prime_muon == pytest.approx(500 * tree_yukawa(tree), rel=1e-14, abs=0)
    only_tau = read(start + slha_files.block("YE", _3_3=0.2))
    assert only_tau.t_prime_muon == tree.t_prime_muon
    assert read(start + slha_files.block("YE", _2_2=0.01)).t_prime_muon == 5.0
    complex_ratio = read(start + slha_files.block("YE", _2_2=0.01 + 0.02j))
    assert complex_ratio.t_prime_muon == 5 + 10j
    three = read(start + slha_files.block("YE", _3_3=0.2), generations=3)
    assert three.t_prime_lepton[2, 2] == 2.0
    assert read(slha_files.spectrum(drop="TE", **REAL)).t_prime_muon == 0


def test_the_electroweak_scheme():
    text = slha_files.spectrum(**REAL)
    assert read(text).v == 244.0
    no_v = read(text.replace("  3  244\n", ""))
    assert no_v.v == pytest.approx((np.sqrt(2) * 1.16637e-5) ** -0.5, rel=1e-15, abs=0)
    no_gauge = slha_files.spectrum(drop="GAUGE", **REAL)
    gf = read(no_gauge)
    assert (gf.scheme, gf.g_f, gf.m_z, gf.m_w) == ("gf", 1.16637e-5, 91.19, None)
    assert read(no_gauge.replace("MASS\n", "MASS\n 24 80.3\n")).m_w == 80.3
    both = no_gauge.replace("MASS\n", "MASS\n 24 80.3\n").replace(
        "SMINPUTS\n", "SMINPUTS\n 9 80.4\n"
    )
    assert read(both).m_w == 80.4
    bare = read(both.replace("SMINPUTS", "OTHER"))
    assert (bare.g_f, bare.m_muon) == (None, measured("m_muon").value)


def test_lepton_masses_are_those_of_the_file_in_every_scheme():
    text = slha_files.spectrum(drop="GAUGE", **REAL).replace("1.16637e-05", "1.3e-05")
    for point in (read(text, generations=3), read(slha_files.spectrum(**REAL), generations=3)):
        masses = fssm.evaluate(point).lagrangian.m_lepton
        np.testing.assert_allclose(masses, [5.11e-4, 0.10566, 1.777], rtol=1e-14)


def test_complex_parameters():
    text = slha_files.spectrum(**{**REAL, "mu": 600 - 100j, "m1": 200 + 30j})
    point = read(text)
    assert (point.mu4, point.m1, point.m2.dtype) == (600 - 100j, 200 + 30j, float)
    assert point.generations == 1
    with pytest.raises(InvalidInput, match=r"line \d+: block IMHMIX belongs to no block HMIX"):
        read(text.replace("Block IMHMIX Q= 1.0", "Block IMHMIX Q= 1.1"))


def slepton_matrix(p, masses):
    """arXiv:0801.0045: -Phi^dag M^2 Phi with Phi = (L~, R~), in the basis of diagonal m_e."""
    tan_beta, v = p["tan_beta"], p["v"]
    cos_2beta = (1 - tan_beta**2) / (1 + tan_beta**2)
    m_z_sq = (p["g"] ** 2 + p["g_prime"] ** 2) * v**2 / 4
    s_w_sq = p["g_prime"] ** 2 / (p["g"] ** 2 + p["g_prime"] ** 2)
    m_e, one, v_1 = np.diag(masses), np.eye(3), v / np.hypot(1, tan_beta)
    d_left = m_z_sq * cos_2beta * (-0.5 + s_w_sq) * one
    d_right = -m_z_sq * cos_2beta * s_w_sq * one
    lower = v_1 / np.sqrt(2) * p["trilinear"] - np.conj(p["mu"]) * m_e * tan_beta
    upper = v_1 / np.sqrt(2) * p["trilinear"].conj().T - p["mu"] * m_e * tan_beta
    left, right = p["left"] + m_e @ m_e + d_left, p["right"] + m_e @ m_e + d_right
    return np.block([[left, upper], [lower, right]])


def test_sleptons_are_those_of_slha2():
    # Large trilinears, so that every phase counts.
    p = {**slha_files.GENERAL, "trilinear": 300 * slha_files.TRILINEAR}
    point = read(slha_files.spectrum(**p))
    assert point.generations == 3
    got = fssm.evaluate(point)
    masses = [5.11e-4, 0.10566, 1.777]
    own = np.linalg.eigvalsh(slepton_matrix(p, masses))
    np.testing.assert_allclose(got.spectrum.scalars.slepton_sq, own, rtol=1e-12)
    np.testing.assert_allclose(got.lagrangian.m_lepton, masses, rtol=1e-14)
    # Any other order of indices, or another conjugation, is another spectrum.
    for wrong in (
        dict(trilinear=p["trilinear"].T),
        dict(trilinear=p["trilinear"].conj()),
        dict(left=p["left"].T),
        dict(right=p["right"].T),
        dict(mu=p["mu"].conjugate()),
    ):
        other = np.linalg.eigvalsh(slepton_matrix({**p, **wrong}, masses))
        assert np.abs(other / own - 1).max() > 1e-6, wrong


def test_one_triangle_of_a_soft_matrix_is_enough():
    whole = read(slha_files.spectrum())
    for rows in ((" 2 1 ", " 3 1 ", " 3 2 "), (" 1 2 ", " 1 3 ", " 2 3 ")):
        lines = slha_files.spectrum(drop="TE").splitlines()
        kept = [line for line in lines if not line.startswith(tuple(f" {row}" for row in rows))]
        assert len(kept) == len(lines) - 4 * 3
        part = read("\n".join(kept))
        np.testing.assert_array_equal(part.m_l_sq_matrix, whole.m_l_sq_matrix)
        np.testing.assert_array_equal(part.m_e_sq_matrix, whole.m_e_sq_matrix)


def test_the_number_of_generations():
    text = slha_files.spectrum(**REAL)
    one, three = read(text), read(text, generations=3)
    assert (one.generations, three.generations) == (1, 3)
    np.testing.assert_array_equal(np.diag(three.m_l_sq_matrix), [4e5, 5e5, 6e5])
    # Without mixing the muon of three generations is the muon alone, at tree level.
    alone = fssm.evaluate(changed(one, threshold="none")).a_muon.one_loop
    assert fssm.evaluate(three).a_muon.one_loop == pytest.approx(alone, rel=1e-10, abs=0)
    assert read(slha_files.spectrum(), generations=1).m_l_sq == 5e5
    for name in ("left", "right", "trilinear"):
        mixed = REAL[name] + np.array([[0, 1e3, 0], [1e3, 0, 0], [0, 0, 0]])
        assert read(slha_files.spectrum(**{**REAL, name: mixed})).generations == 3
    with pytest.raises(InvalidInput, match=r"spectrum.slha: .*all of MSL2 or MSOFT"):
        read(slha_files.table_row(0), generations=3)


def test_blocks_at_several_scales():
    text = slha_files.spectrum(**REAL)
    again = slha_files.spectrum(2000.0, drop="SMINPUTS MASS DECAY", **{**REAL, "mu": 650.0})
    both = text + again.replace("SPINFO", "DCINFO")
    with pytest.raises(InvalidInput, match=r"line 10, 61: .* Q = 1000, 2000 GeV: name one"):
        read(both)
    assert read(both, scale=1000.0).mu4 == 600.0
    assert read(both, scale=2000.0).mu4 == 650.0
    with pytest.raises(InvalidInput, match=r"1500.0 GeV: block HMIX has Q = 1000, 2000"):
        read(both, scale=1500.0)
    with pytest.raises(InvalidInput, match=r"2000.0 GeV: block HMIX has Q = 1000 GeV"):
        read(text, scale=2000.0)
    assert read(slha_files.spectrum(None, **REAL), scale=2000.0).mu4 == 600.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("HMIX", "XMIX", ["has no block HMIX", "entry 2"]),
        ("MSOFT", "XSOFT", ["has no block MSOFT", "entry 1"]),
        ("  1  600\n", "", ["line", "HMIX has no entry 1"]),
        ("  2  400\n", "", ["MSOFT has no entry 2"]),
        ("  2  0.64", "  5  0.64", ["GAUGE has no entry 2"]),
        ("  2  20\n", "  2  -20\n", ["line 12: [vevs] tan_beta (HMIX 2) = -20.0"]),
        ("  2  20\n", "  2  0\n", ["line 12: [vevs] tan_beta (HMIX 2)", "positive"]),
        ("  1  600\n", "  1  1e200\n", ["line 11: [higgsino] mu4 (HMIX 1)"]),
        ("  3  244\n", "  3  0\n", ["line 13: [electroweak] v (HMIX 3)"]),
        ("  3  244\n", "  3  -244\n", ["line 13: [electroweak] v (HMIX 3)"]),
        ("  13  0.10566", "  13  -0.1", ["line 9: [electroweak] m_muon (SMINPUTS 13)"]),
        ("  2 2  500000", "  2 2  none", ["line 27"]),
        ("  2 2  500000\n", "", ["line 22: block MSL2 has no entry 2 2"]),
        ("Block MSL2", "Block XSL2", ["MSOFT has no entry 32"]),
        ("Block MSE2", "Block XSE2", ["MSOFT has no entry 35"]),
    ],
)
def test_what_is_missing_or_unusable_is_named(old, new, words):
    text = slha_files.spectrum(**REAL)
    assert old in text
    with pytest.raises(InvalidInput) as caught:
        read(text.replace(old, new, 1))
    assert str(caught.value).startswith("spectrum.slha")
    for word in words:
        assert word in str(caught.value)


def test_soft_masses_of_slha1_must_be_finite():
    soft = slha_files.block("MSOFT", _1=1.0, _2=1.0, _32=1e200, _35=1.0)
    text = slha_files.spectrum(drop="MSOFT MSL2 MSE2", **REAL) + soft
    with pytest.raises(InvalidInput, match=r"m_l_sq \(MSOFT 32\) = inf"):
        read(text)


def test_input_of_a_generator_is_no_spectrum():
    text = "Block MODSEL\n 1 1\nBlock MINPAR\n 1 100.0\n 3 10.0\n"
    with pytest.raises(InvalidInput, match=r"MINPAR is input of a spectrum generator: run one"):
        read(text)
    with pytest.raises(InvalidInput, match=r"has no block HMIX, of which entry 2 is needed$"):
        read("Block MASS\n 25 125.0\n")
