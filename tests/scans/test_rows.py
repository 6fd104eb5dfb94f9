"""Rows of a scan against the points evaluated by hand."""

import numpy as np
import pytest
from scan_files import scan_tree

import fssm
from fssm import InvalidInput
from fssm.result import WARNINGS
from fssm.scans.config import ScanConfig
from fssm.scans.rows import INVALID, point_of, result_names, rows_of


def rows(tree):
    config = ScanConfig.from_mapping(tree)
    return rows_of(config, slice(0, config.points), result_names(config))


def by_hand(columns, **changes):
    fields = {
        "tan_beta": 50,
        "tan_beta_u": 50,
        "tan_beta_d": columns["tan_beta_d"],
        "mu": columns["mu"],
        "mu_tilde": 1.2 * columns["mu"],
        "theta_u": 0.7853981633974483,
        "theta_d": 0.7853981633974483,
        "m1": columns["m1"],
        "m2": 2500,
        "m_l": columns["m_l"],
        "m_e": columns["m_l"],
    }
    return fssm.Point(**fields | changes)


def test_a_muon_rows_are_what_evaluate_gives():
    columns = rows(scan_tree()).columns
    result = fssm.evaluate(by_hand(columns), detail="a_muon", backend="numpy")
    assert columns["point"].tolist() == list(range(100))
    assert columns["a_muon"].tolist() == pytest.approx(result.a_muon.total, nan_ok=True, abs=0)
    for name in ("neutralino", "chargino", "one_loop", "qed_log"):
        np.testing.assert_array_equal(columns[f"a_muon_{name}"], getattr(result.a_muon, name))
    for name in ("y_prime_muon", "delta"):
        np.testing.assert_array_equal(columns[name], getattr(result, name))
    for name, mask in result.flags.items():
        np.testing.assert_array_equal(columns[f"flag_{name}"], mask)


def test_masses_and_full_rows_are_what_evaluate_gives():
    masses = rows(scan_tree(detail="masses")).columns
    full = rows(scan_tree(detail="full")).columns
    result = fssm.evaluate(by_hand(full))
    for columns, rel in ((masses, 1e-12), (full, 0)):
        for i in range(6):
            expected = abs(result.spectrum.inos.m_neutralino[:, i])
            np.testing.assert_allclose(columns[f"m_neutralino_{i + 1}"], expected, rtol=rel, atol=0)
        for i in range(3):
            expected = result.spectrum.inos.m_chargino[:, i]
            np.testing.assert_allclose(columns[f"m_chargino_{i + 1}"], expected, rtol=rel, atol=0)
        for i in range(2):
            expected = result.spectrum.m_slepton[:, i]
            np.testing.assert_allclose(columns[f"m_smuon_{i + 1}"], expected, rtol=rel, atol=0)
        expected = result.spectrum.m_sneutrino[:, 0]
        np.testing.assert_allclose(columns["m_sneutrino"], expected, rtol=rel, atol=0)
    np.testing.assert_array_equal(full["a_muon_slides"], result.approximations.slides.total)
    expected = result.approximations.mass_insertion.total
    np.testing.assert_array_equal(full["a_muon_mass_insertion"], expected)


def test_three_generations_fill_a_texture_by_formulas():
    tree = scan_tree(detail="full", points=20)
    tree["parameters"] = {"x": {"from": 1e-4, "to": 1e-1, "scale": "log"}}
    tree["flavour"] = {"x_texture": [[0, 0, 0.1], [0, 0, ["x", "x / 2"]], [0.1, "x", 0]]}
    config = ScanConfig.from_mapping(tree)
    columns = rows_of(config, slice(0, 20), result_names(config)).columns
    texture = np.zeros((20, 3, 3), complex)
    texture[:, 0, 2] = texture[:, 2, 0] = 0.1
    texture[:, 2, 1] = columns["x"]
    texture[:, 1, 2] = columns["x"] * (1 + 0.5j)
    result = fssm.evaluate(by_hand(columns, x_texture=texture))
    flavour = result.flavour
    np.testing.assert_array_equal(columns["a_tau"], flavour.a_tau.total)
    np.testing.assert_array_equal(columns["edm_muon"], flavour.edm["muon"].total)
    ratio = flavour.branching_ratios["tau_mu_gamma"]
    np.testing.assert_array_equal(columns["br_tau_mu_gamma"], ratio.total)
    np.testing.assert_array_equal(columns["digits_tau_mu_gamma"], ratio.digits)
    np.testing.assert_array_equal(columns["m_slepton_6"], result.spectrum.m_slepton[:, 5])
    np.testing.assert_array_equal(columns["delta_imag"], result.yukawa.delta.imag)


def test_complex_numbers_by_formulas():
    tree = scan_tree(points=10)
    tree["parameters"] = {"phi": {"from": 0, "to": 3}}
    tree["gaugino"]["m2"] = "2000 * exp(1j * phi)"
    tree["higgsino"]["mu_tilde"] = ["mu", "100 * phi"]
    columns = rows(tree).columns
    phase, mu = np.exp(1j * columns["phi"]), columns["mu"] + 100j * columns["phi"]
    point = by_hand(columns, m2=2000 * phase, mu_tilde=mu)
    result = fssm.evaluate(point, detail="a_muon", backend="numpy")
    np.testing.assert_array_equal(columns["a_muon"], result.a_muon.total)
    np.testing.assert_array_equal(columns["delta_imag"], result.delta.imag)


def test_unusable_points_are_rows_with_a_flag_and_leave_the_others_alone():
    tree = scan_tree()
    tree["slepton"]["m_e"] = "m_l - 1500"
    some = rows(tree)
    columns = some.columns
    negative = columns["m_l"] <= 1500
    assert 20 < negative.sum() < 80
    np.testing.assert_array_equal(columns[INVALID], negative)
    assert np.isnan(columns["a_muon"][negative]).all()
    good = {name: column[~negative] for name, column in columns.items()}
    point = by_hand(good, m_e=good["m_l"] - 1500)
    result = fssm.evaluate(point, detail="a_muon", backend="numpy")
    np.testing.assert_array_equal(good["a_muon"], result.a_muon.total)
    assert some.failed == negative.sum() + result.unphysical.sum()


def test_several_kinds_of_unusable_points():
    tree = scan_tree()
    tree["slepton"]["m_e"] = "where(m_l < 1500, 1e40, m_l)"
    tree["gaugino"]["m2"] = "where(m1 < 1000, exp(1000 * m1), m1)"
    columns = rows(tree).columns
    np.testing.assert_array_equal(
        columns[INVALID], (columns["m_l"] < 1500) | (columns["m1"] < 1000)
    )


def test_a_part_without_a_usable_point_has_the_same_columns():
    tree = scan_tree(sampling="grid", points=None)
    tree["slepton"]["m_l"] = {"values": [-1, -2, -3, -4, 900]}
    for section, name in (("vevs", "tan_beta_d"), ("higgsino", "mu"), ("gaugino", "m1")):
        tree[section][name] = {"values": [tree[section][name]["to"]]}
    config = ScanConfig.from_mapping(tree)
    names = result_names(config)
    bad, good = (rows_of(config, slice(*ends), names) for ends in ((0, 4), (4, 5)))
    assert {n: c.dtype for n, c in bad.columns.items()} == {
        n: c.dtype for n, c in good.columns.items()
    }
    assert list(bad.columns) == list(good.columns)
    assert bad.failed == 4
    assert bad.columns[INVALID].all()
    assert not any(
        c.any() for n, c in bad.columns.items() if n.startswith("flag_") and n != INVALID
    )


def test_an_input_that_is_wrong_for_all_points_is_an_error():
    for section, name, value in (("slepton", "m_e", -5), ("slepton", "m_e", "m_l - 1e6")):
        tree = scan_tree()
        tree[section][name] = value
        with pytest.raises(InvalidInput, match=rf"\[{section}\] {name} = -.*must be positive"):
            rows(tree)
    tree = scan_tree()
    del tree["gaugino"]["m2"]
    with pytest.raises(InvalidInput, match=r"\[gaugino\] m2: missing"):
        rows(tree)


def test_columns_and_cuts_are_formulas_of_all_columns_and_keep_flagged_points():
    tree = scan_tree()
    tree["slepton"]["m_e"] = "m_l - 800"
    tree["columns"] = {"ratio": "a_muon_chargino / a_muon_one_loop", "twice": "2 * ratio"}
    plain = rows(tree).columns
    np.testing.assert_array_equal(
        plain["ratio"], plain["a_muon_chargino"] / plain["a_muon_one_loop"]
    )
    np.testing.assert_array_equal(plain["twice"], 2 * plain["ratio"])
    tree["cuts"] = {"keep": ["twice > 2.5", "(mu < 3000) | (m1 > 2000)"]}
    cut = rows(tree)
    warned = {f"flag_{name}" for name in WARNINGS}
    flags = [n for n in plain if n.startswith("flag_") and n not in warned]
    bad = np.any([plain[name] for name in flags], axis=0)
    keep = (plain["twice"] > 2.5) & ((plain["mu"] < 3000) | (plain["m1"] > 2000)) | bad
    assert 0 < bad.sum() < keep.sum() < 100
    for name, column in cut.columns.items():
        np.testing.assert_array_equal(column, plain[name][keep])
    assert cut.computed == 100
    assert cut.failed == bad.sum()


@pytest.mark.parametrize(
    ("section", "value", "message"),
    [
        ("columns", "2 * a_mu", "unknown name 'a_mu'; did you mean 'a_muon'"),
        ("columns", "mu * 1j", "is complex; take real, imag or abs"),
        ("cuts", "a_muon", "must be a condition"),
        ("cuts", "~mu", "cannot be computed"),
    ],
)
def test_bad_formulas_of_columns(section, value, message):
    tree = scan_tree()
    tree[section] = {"c": value} if section == "columns" else {"keep": value}
    with pytest.raises(InvalidInput, match=message):
        rows(tree)


def test_points_have_the_axis_of_the_scan_only_where_they_depend_on_it():
    config = ScanConfig.from_mapping(scan_tree())
    values = {name: np.array([9.0, 10.0, 11.0]) for name in config.names}
    point = point_of(config, values)
    assert point.shape == (3,)
    assert point.m2.shape == ()
