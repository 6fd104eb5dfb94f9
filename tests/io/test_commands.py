"""SLHA and WCxf from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import fssm
from fssm.cli import main
from fssm.io import slha

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def run(*arguments, **options):
    return CliRunner().invoke(main, list(map(str, arguments)), **options)


@pytest.mark.parametrize("name", ["multi-tev", "mssm-like", "complex-phases", "flavour"])
def test_what_point_writes_point_reads(tmp_path, name):
    file = EXAMPLES / f"{name}.toml"
    out = tmp_path / "out.slha"
    written = run("point", file, "--slha", out, "--json")
    assert written.exit_code == 0
    assert written.stderr == f"wrote {out}\n"
    again = run("point", out, "--json")
    assert json.loads(again.stdout) == json.loads(written.stdout)
    # The same on standard output, and in on standard input.
    printed = run("point", file, "--slha", "-")
    assert printed.stdout == out.read_text()
    piped = run("point", "-", "--json", input=printed.stdout)
    assert json.loads(piped.stdout) == json.loads(written.stdout)


def test_a_muon_is_where_other_programs_look_for_it(tmp_path):
    file = EXAMPLES / "flavour.toml"
    run("point", file, "--slha", tmp_path / "out.slha")
    document = slha.read(tmp_path / "out.slha")
    tree = json.loads(run("point", file, "--json").stdout)

    def entry(block, code):
        return document.block(block).row(code).value

    assert entry("SPhenoLowEnergy", 21) == entry("GM2CalcOutput", 0) == tree["a_muon"]["total"]
    assert entry("SPhenoLowEnergy", 28) == tree["branching_ratios"]["tau_mu_gamma"]["total"]
    assert entry("MASS", 1000022) == tree["masses"]["neutralino_signed"][0]


def test_an_unphysical_point_is_written_with_its_flag(tmp_path):
    out = tmp_path / "out.slha"
    done = run("point", EXAMPLES / "unphysical.toml", "--slha", out)
    assert done.exit_code == 3
    text = out.read_text()
    assert "tachyonic_slepton" in text
    assert "nan" not in text.lower()
    assert run("point", out).exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("point", "no.slha"), "fssm: no.slha: cannot be read: No such file"),
        (("point", EXAMPLES / "multi-tev.toml", "--scale", "1000"), "fssm: scale = 1000.0: "),
        (("wcxf", "no.toml"), "fssm: no.toml: cannot be read"),
        (("wcxf", EXAMPLES / "multi-tev.toml", "--mode", "middle"), "'middle' is not one of"),
    ],
)
def test_errors_are_one_line(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", [("point", "--slha"), ("wcxf", "-o")])
def test_a_place_that_cannot_be_written_is_named(tmp_path, command):
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "below"
    done = run(command[0], EXAMPLES / "multi-tev.toml", command[1], place)
    assert done.exit_code in (1, 2)
    assert str(place) in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_wcxf_writes_the_files_of_its_mode(tmp_path):
    low = run("wcxf", EXAMPLES / "flavour.toml", "-o", tmp_path / "low")
    names = [Path(line.removeprefix("wrote ")).name for line in low.stdout.splitlines()]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "low").iterdir())
    assert {"a_muon.json", "tau_mu_gamma.json"} <= set(names)
    content = json.loads((tmp_path / "low" / "a_muon.json").read_text())
    assert (content["eft"], content["basis"], content["scale"]) == ("WET-3", "flavio", 1.0)
    high = run("wcxf", EXAMPLES / "flavour.toml", "-o", tmp_path / "high", "--mode", "high")
    assert high.stdout == f"wrote {tmp_path / 'high' / 'dipoles.json'}\n"
    assert run("wcxf", EXAMPLES / "unphysical.toml", "-o", tmp_path / "none").exit_code == 3
    assert not (tmp_path / "none").exists()


def test_read_point_takes_both_kinds(tmp_path):
    point = fssm.read_point(EXAMPLES / "complex-phases.toml")
    run("point", EXAMPLES / "complex-phases.toml", "--slha", tmp_path / "out.slha")
    other = fssm.read_point(tmp_path / "out.slha")
    assert {k: v.tolist() for k, v in point.arrays().items()} == {
        k: v.tolist() for k, v in other.arrays().items()
    }
