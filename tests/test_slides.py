"""The audit of the talk: what it finds, that it is computed, and how it is shown."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fssm.cli import main
from fssm.inverse import alp_decay_constant
from fssm.simplified import alp_log
from fssm.slides import AGREES, DIFFERS, IN_THE_LIMIT, audit, formulas
from fssm.slides.four_doublets import reference
from fssm.slides.render import markdown, remark
from fssm.slides.row import Choice, make_row

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


def test_the_alp_row_solves_for_the_cutoff_it_states(rows):
    """Lambda = 4 pi f on both sides: at the largest f no c_mumu gives more than is wanted."""
    row = the(rows, "f < 100 GeV")
    assert row.literal == pytest.approx(70.43, abs=5e-3)
    c = np.linspace(0.01, 3, 30001)

    def most(f):
        return alp_log(f=f, c_lepton=c, c_photon=-10.0, cutoff=4 * np.pi * f).max()

    assert most(row.literal) == pytest.approx(251e-11, rel=1e-7, abs=0)
    assert most(1.001 * row.literal) < 251e-11 < most(0.999 * row.literal)
    # The exact one from another grid than the audit's.
    finer = alp_decay_constant("amu-2021", c_muon=np.linspace(0.1, 1, 901), c_photon=-10.0)
    assert row.exact == pytest.approx(np.nanmax(finer.central), rel=3e-4, abs=0)


def test_no_decay_constant_gives_a_moment_that_is_too_large():
    assert np.isnan(formulas.largest_alp_decay_constant(1.0, 10.0, 0.1057, 1 / 137))


def test_rows_of_a_one_loop_moment_have_the_two_loop_logarithm(rows):
    """-(4 alpha/pi) ln(M/m_mu), M the geometric mean of the smuon masses, typed again."""

    def factor(m_susy, m_lepton=0.1056584):
        return 1 - 4 / 137.036 / np.pi * np.log(m_susy / m_lepton)

    for words, m_susy, accuracy in (
        (["260e-11"], 500, 1e-3), (["the same with epsilon_l"], 500, 1e-3),
        (["(tan(beta)/50)^2"], 500, 1e-3), (["240e-11"], 2500, 1e-4), (["caption"], 2500, 1e-4),
        (["(Y'/0.7)^2"], 2500, 1e-4), (["(2.5 TeV/m_SUSY)^2"], 5000, 1e-4),
        (["bino formula at tan"], 500, 1e-3), (["wino formula at tan"], 500, 1e-3),
        (["bino formula at the"], 2500, 1e-4), (["wino formula at the"], 2500, 1e-4),
    ):  # fmt: skip
        row = the(rows, *words)
        expected = factor(m_susy)
        assert row.two_loop / row.exact == pytest.approx(expected, rel=accuracy, abs=0), words
        assert f"({100 * expected - 100:+.1f}%)" in remark(row)
    assert f"{the(rows, '240e-11').two_loop:.2e}" == "2.22e-09"
    # Relative to the muon's, where a_mu is scaled to what is wanted.
    a_e, mu_e = the(rows, "a_e ="), the(rows, "mu -> e gamma), x_etau")
    expected = factor(2500, 0.000510999) / factor(2500)
    assert a_e.two_loop / a_e.exact == pytest.approx(expected, rel=1e-4, abs=0)
    assert mu_e.two_loop == pytest.approx(mu_e.exact, rel=1e-12, abs=0)
    assert remark(mu_e).endswith("(+0.0%)")
    tau = the(rows, "tau -> mu gamma", "x m_tau:")
    expected = (factor(2500, 1.77693) / factor(2500)) ** 2
    assert tau.two_loop / tau.exact == pytest.approx(expected, rel=1e-3, abs=0)


def test_rows_that_use_the_threshold_as_computed_speak_of_the_logarithm(rows):
    for row in rows:
        computed = "as computed" in row.item + row.reason or "epsilon_l =" in row.reason
        if computed:
            assert "two-loop QED logarithm" in remark(row), row.item
    row = the(rows, "Y'_mumu formula")
    here = reference().a_muon
    assert f"from {here.one_loop:.3g} to {here.total:.3g}" in row.reason


RESTS = {
    ("a_tau =", "pi/6, x_tautau = 1"): "pi/4, x_tautau = 0 gives -4.188e-10",
    ("a_tau =", "pi/4, x_tautau = 0"): "pi/6, x_tautau = 1 gives 5.193e-08",
    ("240e-11",): "pi/6 gives 2.143e-09",
    ("caption",): "pi/4 gives 2.447e-09",
    ("(2.5 TeV/m_SUSY)^2",): "pi/2 gives",
    ("tan(beta) tan(beta_d) for Y' = 0.7",): "pi/2 gives 1204",
    ("left-right mixing",): "pi/6 gives",
    ("bino formula at the slides' point",): "pi/6 gives",
    ("wino formula at the slides' point",): "pi/6 gives",
    ("Y_tau formula",): "x_tautau = 1 gives",
    ("tau -> mu gamma", "x m_tau:"): "x_tautau = 0.5 gives 4.459e-09",
    ("tau -> e gamma", "x m_tau:"): "x_tautau = 0.5 gives",
    ("Landau pole below 10^16 GeV",): "-0.005 gives 51.67",
    ("lightest chargino",): "degenerate, gives no number",
}


def test_verdicts_that_rest_on_a_choice_say_so(rows):
    for words, other in RESTS.items():
        row = the(rows, *words)
        assert row.choice.startswith("rests on the choice "), words
        assert other in row.choice, row.choice
        # The other verdict is named.
        last = row.choice.rsplit("which ", 1)[1]
        assert {last, row.verdict} == {AGREES, DIFFERS}
    resting = [row for row in rows if row.choice.startswith("rests")]
    assert len(resting) == len(RESTS)
    # The two a_tau are a factor of a hundred apart, and of opposite sign.
    one, other = (the(rows, "a_tau =", angle).exact for angle in ("pi/6", "pi/4"))
    assert -130 < one / other < -100


def test_a_choice_that_decides_nothing_is_told_apart():
    def choice(exact, literal=None):
        other = Choice("a = 1", "a = 2", exact, literal)
        return make_row(
            "slide", "item", exact=1.0, literal=1.0, tolerance=0.05, choice=other
        ).choice

    assert choice(1.01) == "also agrees for a = 2 instead of a = 1: 1.01 (ratio 1.01)"
    assert choice(3.0) == "rests on the choice a = 1: a = 2 gives 3 (ratio 3), which differs"
    assert choice(3.0, 3.0).startswith("also agrees")
    assert "gives no number" in choice(float("nan"))
    assert make_row("slide", "item", exact=1.0, literal=1.0, tolerance=0.05).choice == ""


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
    assert [row["choice"] for row in printed] == [row.choice for row in rows]
    assert [row["two_loop"] for row in printed] == [row.two_loop for row in rows]


@pytest.mark.usefixtures("at_hand")
def test_the_table_fits_and_loses_nothing(rows):
    result = CliRunner().invoke(main, ["slides"])
    assert result.exit_code == 0
    assert "…" not in result.stdout
    assert max(len(line.rstrip()) for line in result.stdout.splitlines()) <= 100
    for number in range(1, len(rows) + 1):
        assert f"\n{number:2d} " in result.stdout
    words = " ".join(result.stdout.split())
    for row in rows:
        assert " ".join(row.choice.split()) in words


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


def test_a_row_that_agrees_does_so_further_into_its_limit(rows):
    limits = {row.item: row.limit_ratio for row in rows if row.limit_ratio is not None}
    assert len(limits) > 8
    for item, ratio in limits.items():
        assert abs(ratio - 1) < 0.1, item
