"""Scans that are killed, interrupted, or run out of disk: nothing is lost, nothing twice."""

import errno
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from scan_files import bytes_of, grid_tree, scan_tree, toml_of

import fssm
from fssm.scans import Unfinished

# Others of the same kind are among the quick ones.
SLOW = pytest.mark.slow
# Long enough to be killed at ten moments: about two seconds on one core.
LONG = {"points": 60_000, "chunk": 1000, "detail": "masses"}


def command(file, folder, *options):
    return [sys.executable, "-m", "fssm", "scan", str(file), "-o", str(folder), *options]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The scan file, and every byte that it leaves if nothing happens."""
    root = tmp_path_factory.mktemp("scan")
    (root / "scan.toml").write_text(toml_of(scan_tree(**LONG)))
    fssm.scan(root / "scan.toml", root / "out")
    return root / "scan.toml", bytes_of(root / "out")


def finished(folder):
    return len(list(folder.glob("part-*")))


def wait_for_parts(folder, count, process):
    deadline = time.monotonic() + 120
    while finished(folder) < count and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("workers", [pytest.param(1, marks=SLOW), 2])
def test_killed_at_five_random_moments_each(tmp_path, undisturbed, workers):
    file, complete = undisturbed
    folder = tmp_path / "out"
    rng = random.Random(workers)
    kept = []
    for moment in range(5):
        process = subprocess.Popen(
            command(file, folder, "--workers", str(workers)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # From somewhere in a part on, after at least one more than before.
        wait_for_parts(folder, finished(folder) + 1, process)
        time.sleep(rng.uniform(0, 0.08))
        # The command alone, whose workers then find that it is gone; or all of them at once.
        kill = os.kill if moment % 2 else os.killpg
        kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        kept.append(finished(folder))
    assert kept == sorted(kept)
    assert kept[-1] < len(complete) - 1, "the scan was over before it was killed"
    inodes = {path.name: path.stat().st_ino for path in folder.glob("part-*")}
    subprocess.run(
        command(file, folder, "--workers", str(workers)), check=True, capture_output=True
    )
    # What was finished is not written again. (A worker that outlived its parent may still write a
    # part that is then computed twice, with the same bytes.)
    again = [name for name, inode in inodes.items() if (folder / name).stat().st_ino != inode]
    assert len(again) <= workers - 1
    assert bytes_of(folder) == complete


SHORT = {"chunk": 300, "detail": "masses"}


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param(scan_tree(points=15_000, **SHORT), marks=SLOW),
        pytest.param(scan_tree(points=2**14, sampling="sobol", **SHORT), marks=SLOW),
        grid_tree(11, **SHORT),
    ],
    ids=["random", "sobol", "grid"],
)
def test_every_sampling_goes_on_after_a_kill(tmp_path, tree):
    file, folder = tmp_path / "scan.toml", tmp_path / "out"
    file.write_text(toml_of(tree))
    fssm.scan(file, tmp_path / "undisturbed")
    complete = bytes_of(tmp_path / "undisturbed")
    for _ in range(2):
        before = finished(folder)
        process = subprocess.Popen(command(file, folder), stdout=subprocess.DEVNULL)
        # The second run has to read the manifest of the first.
        wait_for_parts(folder, before + 1, process)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert before < finished(folder) < len(complete) - 1
    inodes = {path.name: path.stat().st_ino for path in folder.glob("part-*")}
    subprocess.run(command(file, folder), check=True, capture_output=True)
    assert all((folder / name).stat().st_ino == inode for name, inode in inodes.items())
    assert bytes_of(folder) == complete


@pytest.mark.parametrize(
    ("workers", "number"),
    [
        pytest.param(1, signal.SIGINT, marks=SLOW),
        (1, signal.SIGTERM),
        (2, signal.SIGINT),
        pytest.param(2, signal.SIGTERM, marks=SLOW),
    ],
)
def test_interrupts_end_cleanly_and_say_how_to_go_on(tmp_path, undisturbed, number, workers):
    file, complete = undisturbed
    folder = tmp_path / "out"
    process = subprocess.Popen(
        command(file, folder, "--workers", str(workers)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background ignores interrupts, and so would the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for_parts(folder, 3, process)
    # Ctrl-C reaches the workers too.
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.startswith("fssm: interrupted; what is finished is kept, the same command computes")
    assert err.count("\n") == 1
    assert 3 <= finished(folder) < len(complete) - 1
    assert not list(folder.glob(".*"))
    subprocess.run(command(file, folder), check=True, capture_output=True)
    assert bytes_of(folder) == complete


def small_disk(path, size):
    """Mount a file system in memory, or skip where that is not allowed."""
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no permission to mount a tmpfs")


@pytest.mark.parametrize("workers", [pytest.param(1, marks=SLOW), 2])
def test_a_full_disk(tmp_path, undisturbed, workers):
    file, complete = undisturbed
    disk = tmp_path / "disk"
    small_disk(disk, sum(map(len, complete.values())) // 2)
    try:
        folder = disk / "out"
        stopped = subprocess.run(
            command(file, folder, "--workers", str(workers)), capture_output=True, text=True
        )
        assert stopped.returncode == 1
        assert f"fssm: {folder}: cannot be written: No space left on device; " in stopped.stderr
        assert "parts are finished and kept, the same command computes the rest" in stopped.stderr
        assert stopped.stderr.count("\n") == 1
        assert 10 < finished(folder) < 60
        assert all(complete[name] == content for name, content in bytes_of(folder).items())
        assert not list(folder.glob(".*"))
        subprocess.run(["mount", "-o", "remount,size=64M", str(disk)], check=True)
        subprocess.run(command(file, folder), check=True, capture_output=True)
        assert bytes_of(folder) == complete
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_wherever_it_shows(tmp_path, monkeypatch):
    # Where no file system can be mounted: writing, forcing to the disk or renaming fails.
    folder = tmp_path / "out"
    fssm.scan(scan_tree(), folder, shard=(1, 3))
    before = bytes_of(folder)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for place in ("fssm.atomic_files.os.fsync", "pathlib.Path.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(place, full)
            with pytest.raises(Unfinished, match=r"No space left on device; 3 of 7 parts"):
                fssm.scan(scan_tree(), folder)
        assert bytes_of(folder) == before
    with monkeypatch.context() as patch:
        patch.setattr("fssm.atomic_files.os.fsync", full)
        with pytest.raises(Unfinished, match="new: cannot be written: No space left on device"):
            fssm.scan(scan_tree(), tmp_path / "new")
    with pytest.raises(Unfinished, match="Not a directory"):
        fssm.scan(scan_tree(), tmp_path / "out" / "scan.json" / "deeper")


def test_an_interrupt_within_a_part_leaves_no_draft(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("fssm.atomic_files.os.fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fssm.scan(scan_tree(), tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert fssm.scan(scan_tree(), tmp_path / "new").status.complete


def test_every_point_is_there_once(undisturbed):
    file, complete = undisturbed
    table = fssm.read_scan(file.parent / "out")
    assert table["point"].tolist() == list(range(60_000))
    np.testing.assert_array_equal(table.index.number, range(60))
    assert len(complete) == 61
