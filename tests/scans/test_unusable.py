"""Scans without a single usable point: complete, and said to be of no use."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scan_files import bytes_of, changed, grid_tree, part_files, scan_tree, toml_of

import fssm
from fssm.cli import main
from fssm.result import WARNINGS
from fssm.scans.flags import FLAG, listed, most_frequent_first, unusable_flags

HEAVY = 2 * 10.0**9  # of A_mu, GeV: every smuon is tachyonic
NAN = "log(-m_l)"
# In turn: NaN, out of range, and tachyonic.
MIXED = changed(
    "slepton", "m_e", "where(m_l < 800, log(-m_l), where(m_l < 1200, -m_l, m_l))", format="parquet"
)
MIXED["slepton"]["t_muon"] = HEAVY


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(tree, *arguments):
        Path("scan.toml").write_text(toml_of(tree))
        return CliRunner().invoke(main, ["scan", *arguments])

    return invoke


def test_nothing_usable_ends_with_3_and_the_reason(run, tmp_path):
    for tree, reason in (
        (changed("slepton", "m_e", NAN), "100 of 100 missing_input"),
        (changed("slepton", "t_muon", HEAVY), "100 of 100 tachyonic_slepton"),
        (changed("slepton", "m_e", NAN, source=grid_tree()), "81 of 81 missing_input"),
    ):
        folder = tmp_path / reason.split()[-1] / tree["scan"]["sampling"]
        folder.parent.mkdir(exist_ok=True)
        done = run(tree, "scan.toml", "-o", str(folder))
        assert done.exit_code == 3
        assert done.stderr == f"fssm: no usable point: {reason}\n"
        printed = done.stdout.splitlines()
        assert f"rows of {reason.split()[2]} points, {reason.split()[2]} flagged" in printed[0]
        assert printed[1].startswith("read it with")
        assert fssm.read_scan(folder).status.complete


def test_the_reason_counts_each_flag(run, tmp_path):
    done = run(MIXED, "scan.toml", "-o", "out", "--json")
    table = fssm.read_scan("out")
    by_hand = {
        "tachyonic_slepton": int((table["m_l"] >= 1200).sum()),
        "missing_input": int((table["m_l"] < 800).sum()),
        "invalid_input": int(((table["m_l"] >= 800) & (table["m_l"] < 1200)).sum()),
    }
    assert min(by_hand.values()) > 5
    assert sum(by_hand.values()) == 100
    assert table.flag_counts == by_hand
    assert list(table.flag_counts.values()) == sorted(by_hand.values(), reverse=True)
    assert done.exit_code == 3
    assert done.stderr == f"fssm: no usable point: {listed(table.flag_counts, 100)}\n"
    tree = json.loads(done.stdout)
    assert tree["no_usable_point"] == by_hand
    assert tree["complete"]


def test_the_library_returns_the_table(tmp_path):
    table = fssm.scan(MIXED, tmp_path)
    assert table.status.no_usable_point
    assert len(table) == 100
    assert np.isnan(table["a_muon"]).all()


def test_status_says_it_too_and_is_no_failure(run, tmp_path):
    tree = changed("slepton", "t_muon", HEAVY)
    run(tree, "scan.toml", "-o", "out")
    before = bytes_of(tmp_path / "out")
    for _ in range(2):
        looked = run(tree, "--status", "out")
        assert looked.exit_code == 0
        assert looked.stderr == ""
        assert "\nno usable point: 100 of 100 tachyonic_slepton\n" in looked.stdout
        assert "to go on" not in looked.stdout
        # The same command again has nothing to compute, and the same to say.
        assert run(tree, "scan.toml", "-o", "out").exit_code == 3
    looked = run(tree, "--status", "out", "--json")
    assert looked.exit_code == 0
    assert json.loads(looked.stdout)["no_usable_point"] == {"tachyonic_slepton": 100}
    assert bytes_of(tmp_path / "out") == before


def test_a_share_speaks_for_the_whole_scan_only(run):
    tree = changed("slepton", "t_muon", HEAVY)
    first = run(tree, "scan.toml", "-o", "out", "--shard", "1/2")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "52 rows of 52 points, 52 flagged" in first.stdout
    assert "no usable point" not in run(tree, "--status", "out").stdout
    assert json.loads(run(tree, "--status", "out", "--json").stdout)["no_usable_point"] is None
    second = run(tree, "scan.toml", "-o", "out", "--shard", "2/2")
    assert second.exit_code == 3
    assert second.stderr == "fssm: no usable point: 100 of 100 tachyonic_slepton\n"


def test_one_usable_point_is_enough(run, monkeypatch):
    whole = fssm.scan(scan_tree(), "whole")
    largest = float(whole["m_l"][np.isfinite(whole["a_muon"])].max())
    tree = changed("slepton", "m_e", f"where(abs(m_l - {largest!r}) > 1e-9, log(-m_l), m_l)")
    # Whether any point is usable is known without reading a part.
    monkeypatch.setattr("fssm.scans.reading.read_columns", None)
    done = run(tree, "scan.toml", "-o", "out")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "99 flagged" in done.stdout
    assert "no usable" not in run(tree, "--status", "out").stdout


def test_points_that_are_cut_away_are_usable(run):
    tree = scan_tree()
    tree["cuts"] = {"keep": "m_l < 0"}
    done = run(tree, "scan.toml", "-o", "out")
    assert (done.exit_code, done.stderr) == (0, "")
    # What is left are the flagged rows, of which there are fewer than points.
    status = fssm.read_scan("out").status
    assert status.rows == status.failed == 8


def test_the_same_unusable_input_everywhere_is_bad_input_as_before(run, tmp_path):
    for value in (-5, "-m_l"):
        done = run(changed("slepton", "m_e", value), "scan.toml", "-o", "out")
        assert done.exit_code == 2
        assert "[slepton] m_e = -" in done.stderr
        assert not (tmp_path / "out").exists()


def test_a_part_damaged_below_its_summary_is_named(run):
    tree = changed("slepton", "t_muon", HEAVY, format="npz")
    run(tree, "scan.toml", "-o", "out")
    path = part_files(Path("out"))[1]
    content = path.read_bytes()
    where = content.index(b"flag_tachyonic_slepton.npy")
    path.write_bytes(content[:where] + b"x" + content[where + 1 :])
    for arguments in (
        ("scan.toml", "-o", "out"),
        ("--status", "out"),
        ("--status", "out", "--json"),
    ):
        done = run(tree, *arguments)
        assert done.exit_code == 2
        assert f"{path.name}: cannot be read as a part of a scan" in done.stderr


def test_warnings_make_no_point_unusable(tmp_path):
    table = fssm.scan(scan_tree(detail="full", points=4, chunk=4), tmp_path)
    names = unusable_flags(table.columns)
    assert "invalid_input" in names
    assert not WARNINGS & set(names)
    flagged = {name.removeprefix(FLAG) for name in table.columns if name.startswith(FLAG)}
    assert flagged - set(names) <= WARNINGS
    assert unusable_flags(["m_l", *(FLAG + name for name in WARNINGS)]) == []


def test_counts_as_text():
    counts = most_frequent_first({"a": 0, "b": 1, "c": 1999})
    assert list(counts.items()) == [("c", 1999), ("b", 1)]
    assert listed(counts, 2000) == "1,999 of 2,000 c, 1 of 2,000 b"
