"""What a scan file may say, and how it is told that it may not."""

import numpy as np
import pytest
from scan_files import changed, scan_tree, toml_of

from fssm import InvalidInput
from fssm.scans.config import ScanConfig
from fssm.scans.expressions import Expression


def without(section, name=None):
    tree = scan_tree()
    if name is None:
        del tree[section]
    else:
        del tree[section][name]
    return tree


BAD = {
    "no scan": (without("scan"), r"\[scan\]: missing"),
    "no sampling": (without("scan", "sampling"), r"\[scan\] sampling: missing"),
    "no points": (without("scan", "points"), r"\[scan\] points: missing"),
    "sampling": (scan_tree(sampling="sobl"), r"\[scan\] sampling = 'sobl': must be one of"),
    "option": (scan_tree(chunck=4), r"\[scan\] chunck: unknown name; did you mean 'chunk'"),
    "points": (scan_tree(points=0), r"\[scan\] points = 0: must be a whole number from 1"),
    "fraction": (scan_tree(points=10.5), r"\[scan\] points = 10.5: must be a whole number"),
    "truth": (scan_tree(points=True), r"\[scan\] points = True: must be a whole number"),
    "seed": (scan_tree(seed=-1), r"\[scan\] seed = -1: must be a whole number from 0"),
    "qed": (scan_tree(qed_log=1), r"\[scan\] qed_log = 1: must be true or false"),
    "section": (changed("gauge", "m1", 1), r"\[gauge\]: unknown section; did you mean 'gaugino'"),
    "field": (changed("gaugino", "m3", 1), r"\[gaugino\] m3 = 1.*unknown name"),
    "axis key": (
        changed("gaugino", "m1", {"from": 1, "too": 2}),
        r"\[gaugino\] m1.too: unknown name; did you mean 'to'",
    ),
    "axis end": (changed("gaugino", "m1", {"from": 1}), r"\[gaugino\] m1.to: missing"),
    "axis order": (
        changed("gaugino", "m1", {"from": 2, "to": 1}),
        r"\[gaugino\] m1.to = 1.0 GeV: must be above from = 2",
    ),
    "axis text": (
        changed("gaugino", "m1", {"from": "1", "to": 2}),
        r"\[gaugino\] m1.from = '1' GeV: must be a real number",
    ),
    "axis nan": (
        changed("gaugino", "m1", {"from": float("nan"), "to": 2}),
        r"\[gaugino\] m1.from = nan GeV: must be finite",
    ),
    "huge": (
        changed("gaugino", "m1", {"from": 1, "to": 10**400}),
        r"\[gaugino\] m1.to = 1.*: has more digits than a double can hold",
    ),
    "log": (
        changed("gaugino", "m1", {"from": 0, "to": 1, "scale": "log"}),
        r"\[gaugino\] m1.from = 0.0 GeV: must be positive",
    ),
    "points of an axis": (
        changed("gaugino", "m1", {"from": 0, "to": 1, "points": 3}),
        r"\[gaugino\] m1.points = 3: used only with sampling = \"grid\"",
    ),
    "grid without": (scan_tree(sampling="grid", points=None), r"tan_beta_d.points: missing"),
    "values": (
        changed("gaugino", "m1", {"values": [1, 2]}),
        r"\[gaugino\] m1.values = .*used only with sampling = \"grid\"",
    ),
    "formula": (changed("gaugino", "m2", "2 * m3"), r"\[gaugino\] m2 = '2 \* m3': unknown name"),
    "syntax": (changed("gaugino", "m2", "2 *"), r"\[gaugino\] m2 = '2 \*': is not a formula"),
    "call": (changed("gaugino", "m2", "open('f')"), r"\[gaugino\] m2.*is not a formula: unknown"),
    "attribute": (changed("gaugino", "m2", "m1.real"), r"\[gaugino\] m2.*only numbers, names"),
    "parameter": (changed("parameters", "x", 3), r"\[parameters\] x = 3: must be a range"),
    "clash": (
        changed("parameters", "m_e", {"from": 1, "to": 2}),
        r"\[parameters\] m_e: is a field of \[slepton\]",
    ),
    "name": (
        changed("parameters", "sin", {"from": 1, "to": 2}),
        r"\[parameters\] sin: is not usable as a name",
    ),
    "column": (changed("columns", "m1", "2"), r"\[columns\] m1: is a scanned quantity"),
    "cuts": (changed("cuts", "keeps", "mu > 1"), r"\[cuts\] keeps: unknown name"),
    "likelihood": (changed("likelihood", "a_mu", "x"), r"\[likelihood\] a_mu: unknown name"),
    "data set": (
        changed("likelihood", "a_muon", "amu-2020"),
        r"\[likelihood\] a_muon = 'amu-2020': unknown; known: amu-2021",
    ),
    "limits": (
        changed("likelihood", "limits", ["mu_e_gamma"]),
        r"\[likelihood\] limits = .*needs three generations",
    ),
    "table": ({**scan_tree(), "cuts": 3}, r"\[cuts\] = 3: must be a table"),
    "date": (changed("gaugino", "m2", np.datetime64("2020-01-01")), r"must hold numbers, text"),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_name_the_place_and_the_value(name):
    tree, message = BAD[name]
    with pytest.raises(InvalidInput, match=message):
        ScanConfig.from_mapping(tree)


def test_nothing_scanned_is_an_error():
    tree = scan_tree()
    tree["vevs"]["tan_beta_d"] = tree["slepton"]["m_l"] = tree["gaugino"]["m1"] = 8.0
    tree["higgsino"] |= {"mu": 900.0, "mu_tilde": 800.0}
    tree["slepton"]["m_e"] = 700.0
    with pytest.raises(InvalidInput, match="nothing is scanned"):
        ScanConfig.from_mapping(tree)


def test_a_file_says_the_same_as_a_mapping(tmp_path):
    tree = scan_tree()
    (tmp_path / "scan.toml").write_text(toml_of(tree))
    from_file = ScanConfig.from_toml(tmp_path / "scan.toml")
    assert from_file.digest("1") == ScanConfig.from_mapping(tree).digest("1")
    assert from_file.names == ("tan_beta_d", "mu", "m1", "m_l")


def test_digest_tells_scans_apart():
    def digest(version="1", **options):
        return ScanConfig.from_mapping(scan_tree(**options)).digest(version)

    others = [
        digest("2"),
        digest(points=101),
        digest(seed=6),
        digest(chunk=17),
        digest(qed_log=0 > 1),
    ]
    assert len({digest(), *others}) == 6
    # The order of the axes is that of a grid; other orders mean nothing.
    tree = scan_tree()
    turned = {"scan": tree.pop("scan"), **dict(reversed(tree.items()))}
    same = {**scan_tree(), "scan": dict(reversed(scan_tree()["scan"].items()))}
    assert ScanConfig.from_mapping(turned).digest("1") != digest()
    assert ScanConfig.from_mapping(same).digest("1") == digest()


@pytest.mark.parametrize(
    ("points", "chunk"),
    [(1, 4096), (65536, 4096), (200_000, 12500), (10**6, 62500), (10**7, 65536)],
)
def test_short_scans_have_short_parts(points, chunk):
    config = ScanConfig.from_mapping(scan_tree(points=points, chunk=None))
    assert config.chunk == chunk
    assert config.slice_of(config.parts - 1).stop == points


def test_formulas_are_arithmetic():
    x, y = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    known = {"x": x, "y": y}
    for text, value in {
        "2 * x + y ** 2 / 4 - 1": 2 * x + y**2 / 4 - 1,
        "-abs(x)": -abs(x),
        "(x > 0) & ~(y >= 1) | (x == -2)": np.array([True, True]),
        "where(x < 0, pi, exp(1j * y))": np.where(x < 0, np.pi, np.exp(1j * y)),
        "maximum(x, minimum(y, 1))": np.maximum(x, np.minimum(y, 1)),
    }.items():
        assert Expression.parse(text, "f")(known).tolist() == value.tolist()
    assert np.isinf(Expression.parse("10**10**10", "f")(known))
    assert Expression.parse("sqrt(x)", "f").names == {"x"}


@pytest.mark.parametrize(
    "text",
    [
        "x if y else 1", "x and y", "not x", "1 < x < 2", "[x]", "x[0]", "'x'", "True", "sin",
        "x; y",
        "lambda: 1", "sqrt(x, y)", "sqrt(x, out=y)", "__import__('os')",
        "(" * 300 + "x" + ")" * 300, "-" * 2000 + "x",
        "x" * 3000, "", "1e999", "9" * 5000, "x := 1", "f(x)", "None", "x @ y", "x // y",
    ],
)  # fmt: skip
def test_formulas_are_nothing_else(text):
    with pytest.raises(InvalidInput, match=r"^\[columns\] c = "):
        Expression.parse(text, "[columns] c")
