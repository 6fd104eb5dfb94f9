"""``fssm scan`` as a user meets it."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from scan_files import bytes_of, grid_tree, scan_tree, toml_of

import fssm
from fssm.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.toml").write_text(toml_of(scan_tree()))

    def invoke(*arguments):
        return CliRunner().invoke(main, ["scan", *arguments])

    return invoke


def test_it_says_what_it_has_done_and_how_to_read_it(run):
    result = run("scan.toml", "-o", "out")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    first, second = result.stdout.splitlines()
    assert re.fullmatch(r"out: 7 of 7 parts, 100 rows of 100 points, 8 flagged; \d+\.\d s", first)
    assert second == "read it with fssm.read_scan('out')"
    assert fssm.read_scan("out").status.failed == 8


def test_status_is_for_people_and_for_scripts(run):
    assert run("scan.toml", "-o", "out", "--shard", "2/3").stdout.startswith(
        "share 2 of 3 is done; out: 2 of 7 parts, 32 rows of 32 points"
    )
    text = run("--status", "out").stdout
    for part in ("random over tan_beta_d, mu, m1, m_l", "2 of 7 (npz)", "32 of 100", "numpy"):
        assert part in text
    assert "to go on: fssm scan SCAN.toml -o out" in text
    tree = json.loads(run("--status", "out", "--json").stdout)
    assert (tree["parts"], tree["of_parts"], tree["rows"], tree["complete"]) == (2, 7, 32, False)
    assert "a_muon" in tree["columns"]
    done = json.loads(run("scan.toml", "-o", "out", "--json").stdout)
    assert done["complete"]
    assert done["seconds"] > 0
    assert "to go on" not in run("--status", "out").stdout


def test_shares_of_a_grid_and_looks_at_it(run, tmp_path):
    (tmp_path / "grid.toml").write_text(toml_of(grid_tree()))
    assert run("grid.toml", "-o", "once").exit_code == 0
    first = run("grid.toml", "-o", "out", "--shard", "1/2")
    assert first.exit_code == 0, first.stderr
    assert first.stdout.startswith("share 1 of 2 is done; out: 3 of 6 parts, 48 rows of 48 points")
    text = run("--status", "out").stdout
    for part in ("grid over tan_beta_d, mu, m1, m_l", "3 of 6 (npz)", "48 of 81", "to go on"):
        assert part in text
    assert len(fssm.read_scan("out")) == 48
    second = run("grid.toml", "-o", "out", "--shard", "2/2")
    assert second.exit_code == 0, second.stderr
    assert second.stdout.startswith("share 2 of 2 is done; out: 6 of 6 parts, 81 rows of 81 points")
    assert "81 of 81" in run("--status", "out").stdout
    assert run("grid.toml", "-o", "out").stdout.startswith("out: 6 of 6 parts")
    assert fssm.read_scan("out")["point"].tolist() == list(range(81))
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "once")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("scan.toml",), 2, "Missing -o DIR"),
        (("-o", "out"), 2, "Missing SCAN.toml"),
        (("no.toml", "-o", "out"), 2, "fssm: no.toml: cannot be read: No such file"),
        (("--status", "out"), 2, "fssm: out: holds no scan"),
        (("scan.toml", "-o", "out", "--shard", "0/3"), 2, "'0/3' is not i/n"),
        (("scan.toml", "-o", "out", "--shard", "3"), 2, "'3' is not i/n"),
        (("scan.toml", "-o", "out", "--workers", "0"), 2, "0 is not in the range"),
        (("scan.toml", "-o", "out", "--workers", "2", "--mpi"), 2, "one of --workers, --dask"),
        (("scan.toml", "-o", "scan.toml"), 1, "fssm: scan.toml: cannot be written: "),
    ],
)
def test_errors_are_one_line(run, arguments, code, message):
    result = run(*arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_libraries_are_named(run, monkeypatch):
    monkeypatch.setattr("fssm.scans.executors.find_spec", lambda name: None)
    for option in (("--dask", "tcp://127.0.0.1:1"), ("--mpi",)):
        result = run("scan.toml", "-o", "out", *option)
        assert result.exit_code == 2
        assert f"{option[0]}" in result.stderr
        assert "pip install" in result.stderr
    monkeypatch.setattr("fssm.scans.encodings.find_spec", lambda name: None)
    with pytest.raises(fssm.InvalidInput, match=r"needs pyarrow: pip install 'fssm\[scan\]'"):
        fssm.scan(scan_tree(format="parquet"), "out")


def test_no_scheduler_is_an_error(run):
    pytest.importorskip("distributed")
    result = run("scan.toml", "-o", "out", "--dask", "nonsense://x")
    assert result.exit_code == 2
    assert "fssm: --dask = 'nonsense://x': no scheduler answers" in result.stderr


def test_the_example_scan_runs_as_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = CliRunner().invoke(main, ["init", "--scan"])
    assert written.stdout == "wrote scan.toml; evaluate it with: fssm scan scan.toml -o results\n"
    text = (tmp_path / "scan.toml").read_text()
    (tmp_path / "scan.toml").write_text(text.replace("points = 65536 ", "points = 300 "))
    result = CliRunner().invoke(main, ["scan", "scan.toml", "-o", "results"])
    assert result.exit_code == 0, result.stderr
    table = fssm.read_scan("results")
    assert table.status.points == 300
    assert set(table.config.names) == {"m_susy", "theta_u", "y_prime_muon"}
    assert (abs(table["pull"]) < 5).all()
    # The lines that are comments are right, too.
    optional = [line for line in text.splitlines() if re.match(r"# (\w+ = |\[)", line)]
    assert len(optional) == 6
    for line in optional:
        text = text.replace(line, line[2:])
    (tmp_path / "scan.toml").write_text(text.replace("points = 65536 ", "points = 300 "))
    result = CliRunner().invoke(main, ["scan", "scan.toml", "-o", "more"])
    assert result.exit_code == 0, result.stderr
    assert "log_likelihood" in fssm.read_scan("more").columns


def test_a_terminal_shows_a_bar_and_anything_else_nothing(tmp_path):
    (tmp_path / "scan.toml").write_text(toml_of(scan_tree(points=2000, chunk=500)))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "fssm", "scan", "scan.toml", "-o", "out"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=theirs, stdout=subprocess.PIPE, env=environment
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # Linux says so when the other end is closed.
        pass
    os.close(ours)
    out = process.communicate()[0]
    assert process.returncode == 0
    assert b"2,000 of 2,000 points" in shown
    assert re.search(rb"[\d,]+/s", shown)
    assert out.startswith(b"out: 4 of 4 parts")
    assert len(bytes_of(tmp_path / "out")) == 5


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell):
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert "_FSSM_COMPLETE" in result.stdout
    assert shell in result.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("fssm sc", ["scan"]),
        ("fssm plot z-", ["z-prime"]),
        ("fssm point --data-set amu-202", ["amu-2021", "amu-2023", "amu-2025"]),
        ("fssm completion z", ["zsh"]),
    ],
)
def test_commands_options_and_names_complete(words, expected):
    environment = os.environ | {
        "_FSSM_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from fssm.cli import run; run()"],
        env=environment,
        capture_output=True,
        text=True,
    )
    names = [line.partition(",")[2] for line in done.stdout.splitlines()]
    assert names == expected


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_an_example(name):
    text = CliRunner().invoke(main, [name, "--help"]).stdout
    assert re.search(r"Examples?: +fssm ", text), text
