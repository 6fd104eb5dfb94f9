"""The command line as a user meets it: output, JSON, exit codes, messages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import fssm
from fssm.cli import main
from fssm.model.schema import FIELDS

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(*arguments, **options):
    return CliRunner().invoke(main, list(arguments), **options)


def test_the_report_of_the_slides_point():
    result = run("point", str(EXAMPLES / "multi-tev.toml"))
    assert result.exit_code == 0
    assert result.stderr == ""
    for words in (
        "neutralino 6",
        "chargino 3",
        "sneutrino",
        "tan(beta_d)             7.41446",
        "one loop                   +244.652",
        "slides: total                            +244.897    1.001",
        "mass insertion: total",
        "amu-2025",
    ):
        assert words in result.stdout
    assert max(len(line.rstrip()) for line in result.stdout.splitlines()) <= 100


def test_the_report_says_that_the_leading_formula_vanishes():
    text = (
        (EXAMPLES / "multi-tev.toml")
        .read_text()
        .replace("0.7853981633974483", "1.5707963267948966")
    )
    result = run("point", "-", input=text)
    assert result.exit_code == 0
    assert "vanishes" in result.stdout
    assert "one loop                   -4.981" in result.stdout


def test_the_report_says_which_scheme_moves_v():
    text = (EXAMPLES / "multi-tev.toml").read_text() + '[electroweak]\nscheme = "alpha_mz"\n'
    printed = run("point", "-", input=text).stdout
    assert 'electroweak scheme "alpha_mz": v = 243.257' in printed
    assert "246.2 GeV from G_F" in printed


@pytest.mark.parametrize("name", ["multi-tev", "mssm-like", "complex-phases"])
def test_json_is_the_dictionary_of_the_result(name):
    path = EXAMPLES / f"{name}.toml"
    result = run("point", str(path), "--json")
    assert result.exit_code == 0
    tree = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(name))
    own = fssm.evaluate(fssm.Point.from_toml(path)).to_dict()
    assert tree["masses"] == own["masses"]
    assert tree["a_muon"] == own["a_muon"]
    assert tree["approximations"] == own["approximations"]
    delta = own["yukawa"]["delta"]
    expected = [delta.real, delta.imag] if isinstance(delta, complex) else delta
    assert tree["yukawa"]["delta"] == expected
    assert tree["flags"] == []
    assert set(tree) == set(own)


def test_an_unphysical_point_exits_with_3_and_says_why():
    path = str(EXAMPLES / "unphysical.toml")
    result = run("point", path)
    assert result.exit_code == 3
    assert result.stderr == "fssm: unphysical point: tachyonic_slepton (a smuon has m^2 <= 0)\n"
    assert "UNPHYSICAL" in result.stdout
    as_json = run("point", path, "--json")
    assert as_json.exit_code == 3
    tree = json.loads(as_json.stdout, parse_constant=lambda name: pytest.fail(name))
    assert tree["flags"] == ["tachyonic_slepton"]
    assert tree["a_muon"]["total"] is None
    assert tree["masses"]["slepton"][0] is None


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (["point", "-"], "[vevs]\ntan_beat = 3\n", ["tan_beat", "'tan_beta'"]),
        (["point", "-"], "[vevs", ["not TOML"]),
        (["point", "nowhere.toml"], "", ["nowhere.toml", "cannot be read"]),
        (["point", "-"], "", ["missing"]),
        (
            ["point", str(EXAMPLES / "multi-tev.toml"), "--data-set", "x"],
            "",
            ["data_set", "amu-2021"],
        ),
        (["point", str(EXAMPLES / "multi-tev.toml"), "--precision", "5"], "", ["precision"]),
    ],
)
def test_bad_input_exits_with_2_and_no_traceback(arguments, text, words):
    result = run(*arguments, input=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_precision_prints_the_error_of_each_number():
    path = str(EXAMPLES / "multi-tev.toml")
    result = run("point", path, "--precision", "50")
    assert result.exit_code == 0
    assert "a_one_loop" in result.stdout
    assert "2.4465160088265612033" in result.stdout
    tree = json.loads(run("point", path, "--json", "--precision", "20").stdout)
    assert tree["precision"]["digits"] == 20
    assert max(tree["precision"]["errors"].values()) < 1e-12


def test_init_writes_a_commented_point_that_evaluates(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("init").exit_code == 0
    text = Path("point.toml").read_text()
    again = run("init")
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert run("init", "--force").exit_code == 0
    assert run("point", "point.toml").exit_code == 0
    assert run("init", "no/such/folder.toml").exit_code == 2
    assert run("init", "-").stdout == text
    for name in FIELDS:
        assert re.search(rf"\b{name}\b", text), name


def test_precision_of_an_unphysical_point_says_so():
    result = run("point", str(EXAMPLES / "unphysical.toml"), "--precision", "20")
    assert result.exit_code == 3
    assert "no reference" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line_not_a_traceback():
    command = [sys.executable, "-m", "fssm", "point", str(EXAMPLES / "multi-tev.toml"), "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("fssm: output cannot be written")


def test_help_has_an_example_for_each_command():
    for command in ([], ["point"], ["init"]):
        assert "Example" in run(*command, "--help").stdout
    assert "\\b" not in run("point", "--help").stdout
    assert fssm.__version__ in run("--version").stdout


def test_the_report_of_three_generations():
    result = run("point", str(EXAMPLES / "flavour.toml"))
    assert result.exit_code == 0
    for words in (
        "slepton 6",
        "sneutrino 3",
        "a_tau",
        "Electric dipole moments  in e cm",
        "mu -> e gamma",
        "< 1.5e-13, 90% CL, MEG II, arXiv:2504.15711",
        "BR(tau -> mu gamma) printed 3.334e-08, exact 1.298e-10, printed/exact 257",
        "BR(tau -> e gamma) printed 7.990e-11, exact 2.837e-13, printed/exact 282",
        "(m_tau/m_mu)^2 = 283 times too large",
    ):
        assert words in " ".join(result.stdout.split()) or words in result.stdout, words
    assert max(len(line.rstrip()) for line in result.stdout.splitlines()) <= 100
    assert "\u2026" not in result.stdout


def test_the_json_of_three_generations():
    path = EXAMPLES / "flavour.toml"
    result = run("point", str(path), "--json")
    tree = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(name))
    own = fssm.evaluate(fssm.Point.from_toml(path))
    assert np.shape(tree["dipole"]) == (3, 3, 2)
    assert tree["dipole"][1][1][0] == own.dipole.total()[1, 1].real
    assert tree["a_electron"] == own.to_dict()["a_electron"]
    assert {"a_tau", "edm", "branching_ratios", "limits", "estimates"} <= set(tree)
    assert tree["limits"]["mu_e_gamma"]["experiment"] == "meg2-2025"
    muon_only = json.loads(run("point", str(EXAMPLES / "multi-tev.toml"), "--json").stdout)
    new = {"dipole", "a_electron", "a_tau", "edm", "branching_ratios", "limits", "estimates"}
    assert not new & set(muon_only)


def test_an_unphysical_flavour_point_exits_with_3():
    text = (EXAMPLES / "flavour.toml").read_text().replace("[0.1, 0.01, 0.0]", "[0.1, 60, 0.0]")
    text = text.replace("[0.006, 0.008]", "60")
    result = run("point", "-", input=text)
    assert result.exit_code == 3
    assert "texture_unsolved" in result.stderr
    as_json = run("point", "-", "--json", input=text)
    tree = json.loads(as_json.stdout, parse_constant=lambda name: pytest.fail(name))
    assert tree["branching_ratios"]["mu_e_gamma"]["total"] is None
