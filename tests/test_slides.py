"""The audit of the talk: what it finds, that it is computed, and how it is shown."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fssm.cli import main
from fssm.slides import AGREES, DIFFERS, IN_THE_LIMIT, audit, formulas
from fssm.slides.render import markdown
from fssm.slides.row import make_row

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def rows():
    return audit()


def the(rows, *words):
    found = [row for row in rows if all(word in f"{row.slide}: {row.item}" for word in words)]
    assert len(found) == 1, [row.item for row in found]
    return found[0]


# Printed number, and how far ours may be from it: half a unit of its last digit, or 4% where the
# slides round a chain of estimates.
@pytest.mark.parametrize(
    ("words", "printed", "relative"),
    [
        (["100 TeV", "C = 1"], 2.5e-9, 0.045),
        (["Lambda for 250e-11"], 170, 0.012),
        (["260e-11", "epsilon_l = 0"], 2.6e-9, 0.025),
        (["240e-11"], 2.4e-9, 0.022),
        (["a_e ="], 5.8e-14, 0.013),
        (["a_tau =", "pi/6"], 4.7e-8, 0.01),
        (["tau -> mu gamma", "x m_tau:"], 1.7e-8, 0.035),
        (["tau -> e gamma", "x m_tau:"], 4.1e-9, 0.03),
        (["mu -> e gamma), x_etau"], 8.2e-15, 0.03),
        (["significance of 251"], 4.2, 0.013),
    ],
)
def test_printed_numbers_are_met_by_the_literal_formulas(rows, words, printed, relative):
    row = the(rows, *words)
    assert row.printed == printed
    assert row.literal == pytest.approx(printed, rel=relative, abs=0)
    assert row.verdict == AGREES


def test_the_four_findings_differ_and_by_how_much(rows):
    caption = the(rows, "caption")
    assert caption.verdict == DIFFERS
    assert caption.literal == pytest.approx(0, abs=1e-20)
    assert caption.exact == pytest.approx(-5e-11, rel=0.01, abs=0)
    for words in (["(tan(beta)/50)^2"], ["(Y'/0.7)^2"]):
        assert the(rows, *words).verdict == DIFFERS
        assert the(rows, *words).ratio == pytest.approx(2, rel=0.03, abs=0)
    # (m_tau/m_mu)^2, and 0.9726 of it where the phase space of tau -> mu nu nubar counts.
    for decay, factor in (("tau -> mu gamma", 275), ("tau -> e gamma", 283)):
        row = the(rows, decay, "x m_mu:")
        assert row.verdict == DIFFERS
        assert row.literal / row.exact == pytest.approx(factor, rel=0.01, abs=0)
        assert "= 283 times" in row.reason
        assert ("275 with" in row.reason) == (factor == 275)
    tangents = the(rows, "tan(beta) tan(beta_d) for Y' = 0.7")
    assert tangents.verdict == DIFFERS
    assert tangents.literal == pytest.approx(1150, rel=0.005, abs=0)
    assert tangents.exact == pytest.approx(380, rel=0.03, abs=0)


@pytest.mark.parametrize(
    "words",
    [
        ["bino formula", "500 GeV"],
        ["S1 with top"],
        ["light dark photon"],
        ["heavy dark photon"],
        ["g'^2/(12 pi^2)"],
        ["c_mumu = 1 alone"],
        ["logarithm, m_a = 1 MeV"],
    ],
)
def test_limits_are_reached_further_out_only(rows, words):
    row = the(rows, *words)
    assert row.verdict == IN_THE_LIMIT
    assert abs(row.limit_ratio - 1) < 0.5 * abs(row.ratio - 1)


def test_trident_ratios_by_two_ways(rows):
    for beam in ("CCFR", "DUNE"):
        row = the(rows, f"sigma/sigma_SM at {beam}")
        assert row.exact == pytest.approx(row.literal, rel=1e-12, abs=0)
        assert 5 < row.exact < 6
    assert the(rows, "limit of CCFR").exact < the(rows, "NuTeV-like").exact < 1


def test_landau_poles(rows):
    limit = the(rows, "Landau pole below 10^16 GeV")
    assert 60 < limit.exact < 85
    assert the(rows, "Y'_mumu = 0.7 without").verdict == AGREES


def test_a_row_is_computed_from_the_constants(monkeypatch):
    from fssm.slides import scales

    before = the(scales.rows(), "significance of 251")
    data = scales.a_muon_set("amu-2021")
    monkeypatch.setattr(
        scales, "a_muon_set", lambda name: type(data)(**{**vars(data), "value": 3e-9})
    )
    after = the(scales.rows(), "significance of 251")
    assert (before.verdict, after.verdict) == (AGREES, DIFFERS)
    assert after.exact == pytest.approx(3e-9 / 59e-11, rel=1e-12, abs=0)


def test_verdicts_follow_from_the_numbers():
    def verdict(**numbers):
        return make_row("slide", "item", tolerance=0.05, **numbers).verdict

    assert verdict(printed=1.0, literal=1.04, exact=0.96) == AGREES
    assert verdict(printed=1.0, literal=1.06, exact=1.0) == DIFFERS
    assert verdict(printed=1.0, literal=1.0, exact=1.06) == DIFFERS
    assert verdict(printed=1.0, literal=1.0, exact=1.06, limit_ratio=1.01) == IN_THE_LIMIT
    assert verdict(literal=1.0, exact=1.06, limit_ratio=1.06) == DIFFERS
    assert verdict(literal=1.0, exact=float("nan")) == DIFFERS
    assert verdict(literal=1.0, exact=-1.0) == DIFFERS
    # A claim without a formula.
    assert verdict(printed=1.0, exact=1.04) == AGREES
    assert verdict(printed=1.0, exact=1.06) == DIFFERS


def test_the_tangent_is_the_inverse_of_the_yukawa_coupling():
    for epsilon in (-1.8e-3, 0.0, 2e-3):
        y = formulas.yukawa(0.1057, 300.0, epsilon, 246.22)
        back = formulas.tangent_of(y, 0.1057, epsilon, 246.22)
        assert back == pytest.approx(300.0, rel=1e-13, abs=0)


def test_the_documentation_holds_what_the_command_prints(rows):
    assert (ROOT / "docs" / "slides.md").read_text() == markdown(rows)


@pytest.fixture
def at_hand(rows, monkeypatch):
    """The command with the rows that are there already."""
    monkeypatch.setattr("fssm.slides.audit", lambda: rows)


@pytest.mark.usefixtures("at_hand")
def test_json_has_every_row(rows):
    printed = json.loads(CliRunner().invoke(main, ["slides", "--json"]).stdout)
    assert [row["item"] for row in printed] == [row.item for row in rows]
    assert printed[0]["verdict"] == AGREES
    assert all(row["reason"] for row in printed if row["verdict"] == DIFFERS)


@pytest.mark.usefixtures("at_hand")
def test_the_table_fits_and_loses_nothing(rows):
    result = CliRunner().invoke(main, ["slides"])
    assert result.exit_code == 0
    assert "…" not in result.stdout
    assert max(len(line.rstrip()) for line in result.stdout.splitlines()) <= 100
    for number in range(1, len(rows) + 1):
        assert f"\n{number:2d} " in result.stdout


def test_data_lists_every_number_with_its_source():
    result = CliRunner().invoke(main, ["data"])
    for words in ("amu-2021", "amu-2025 *", "meg2-2025", "ccfr-1991", "arXiv:2506.03069"):
        assert words in result.stdout
    tree = json.loads(CliRunner().invoke(main, ["data", "--json"]).stdout)
    entries = [entry for table in tree.values() for entry in _leaves(table)]
    assert len(entries) > 30
    assert all(entry["source"] and entry["year"] > 1990 for entry in entries)


def _leaves(table):
    for value in table.values():
        yield from value if isinstance(value, list) else [value]


def test_every_line_of_a_markdown_table_has_its_seven_cells(rows):
    lines = [line for line in markdown(rows).splitlines() if line.startswith("|")]
    assert len(lines) >= len(rows)
    for line in lines:
        assert line.replace("\\|", "").count("|") == 8
    assert not any("<H>" in line.replace("\\<", "") for line in lines)
