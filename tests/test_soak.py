"""The soak test of scans sees what it is there to see; what it finds is not judged here."""

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scan_files import scan_tree, toml_of

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@pytest.fixture
def soak(monkeypatch):
    """Its modules, which are no part of the package."""
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.soak_trial")


@pytest.fixture
def trial(soak, tmp_path):
    """A scan of seven parts, not begun."""
    case = soak.Case(toml_of(scan_tree()), "seven parts", 7, "processes", 1)
    made = soak.Trial(case, np.random.default_rng(1), tmp_path)
    yield made
    made.close()


def kinds(trial):
    return sorted(kind for kind, _ in trial.failures)


def test_an_undisturbed_scan_is_all_right(trial):
    trial.finish()
    assert trial.missing() == 0
    assert kinds(trial) == []


def test_what_is_left_missing_or_changed_is_seen(trial, soak):
    trial.plant()
    trial.finish()
    trial.failures.clear()
    # From here on the folder is as it should be, but for what is done to it.
    trial._foreign = {name: soak._state(trial.folder / name) for name in trial._foreign}
    first, second, third, *_ = trial.parts()
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    (trial.folder / f".{third.name}.0f.tmp").write_bytes(b"")
    (trial.folder / "notes.txt").touch()
    (trial.folder / "link").unlink()
    trial._compare()
    assert kinds(trial) == sorted([soak.BYTES, soak.BYTES, soak.DRAFTS, soak.FOREIGN])
    touched = next(what for kind, what in trial.failures if kind == soak.FOREIGN)
    assert touched.startswith("notes.txt, link ")


def launched(trial, code):
    return trial.launch([sys.executable, "-c", code])


def test_processes_that_outlive_their_command_are_seen_and_ended(trial, soak):
    child = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', {!r}])"
    launch = launched(trial, child.format("import time; time.sleep(60)"))
    assert trial.ended(launch, []) == 0
    trial.settle()
    assert kinds(trial) == [soak.ORPHANS]
    assert not soak.alive(launch.mark)


def test_exit_codes_tracebacks_and_endless_commands_are_seen(trial, soak):
    assert trial.ended(launched(trial, "1 / 0"), []) == 1
    assert kinds(trial) == sorted([soak.CODES, soak.TRACEBACKS])
    trial.failures.clear()
    launch = launched(trial, "import time; time.sleep(60)")
    begin = time.monotonic()
    assert trial.ended(launch, [130], 0.5) is None
    assert time.monotonic() - begin < 10
    assert kinds(trial) == [soak.SLOW]
    trial.failures.clear()
    launch = launched(trial, "raise SystemExit(130)")
    trial.judge_words(trial.ended(launch, [130]), launch)
    assert kinds(trial) == [soak.SILENT]


@pytest.mark.slow
def test_it_prints_its_tables():
    command = [sys.executable, "-m", "benchmarks", "soak", "--scans", "2", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), done.stderr
    for text in ("2 scans from seed 3 on", "kill -9 of the group", "processes left"):
        assert text in done.stdout
    assert "failures of the test itself                0" in done.stdout


def test_it_leaves_nothing_when_it_is_ended(tmp_path):
    command = [sys.executable, "-m", "benchmarks", "soak", "--seed", "1"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("soak-*/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 143
    assert not list(tmp_path.glob("soak-*"))
