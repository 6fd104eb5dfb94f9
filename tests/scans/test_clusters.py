"""Scans on a real dask cluster: a scheduler and two worker processes on loopback."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from scan_files import bytes_of, scan_tree, toml_of

import fssm

pytest.importorskip("distributed")


@pytest.fixture
def cluster():
    """Address of a scheduler, and the processes of its two workers."""
    quiet = {"stdout": subprocess.DEVNULL, "text": True}
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
         "--port", "0", "--no-dashboard", "--no-jupyter"],
        stderr=subprocess.PIPE, **quiet,
    )  # fmt: skip
    for line in scheduler.stderr:
        found = re.search(r"Scheduler at:\s+(tcp://127.0.0.1:\d+)", line)
        if found:
            break
    address = found.group(1)
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1",
             "--no-nanny", "--no-dashboard", "--memory-limit", "0"],
            stderr=subprocess.DEVNULL, **quiet,
        )
        for _ in range(2)
    ]  # fmt: skip
    wait_for_workers(address, 2)
    yield address, workers, scheduler
    for process in (*workers, scheduler):
        process.kill()
        process.wait()
    scheduler.stderr.close()


def wait_for_workers(address, count):
    code = (
        "import sys; from distributed import Client; c = Client(sys.argv[1]); "
        "c.wait_for_workers(int(sys.argv[2]), timeout=60); c.close()"
    )
    subprocess.run([sys.executable, "-c", code, address, str(count)], check=True, timeout=90)


def scan_of_some_parts(file, folder, address):
    """``fssm scan`` on a cluster after five parts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fssm", "scan", str(file), "-o", str(folder), "--dask", address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: [signal.signal(n, signal.SIG_DFL) for n in (2, 15)],
    )
    deadline = time.monotonic() + 60
    while len(list(folder.glob("part-*"))) < 5 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def test_a_dask_worker_is_killed_and_the_bytes_are_the_same(tmp_path, cluster):
    address, workers, _ = cluster
    file, folder = tmp_path / "scan.toml", tmp_path / "out"
    tree = scan_tree(points=60_000, chunk=1000, detail="masses")
    file.write_text(toml_of(tree))
    process = scan_of_some_parts(file, folder, address)
    os.kill(workers[0].pid, signal.SIGKILL)
    left = len(list(folder.glob("part-*")))
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert left < 60, "the scan was over before the worker was killed"
    fssm.scan(tree, tmp_path / "undisturbed")
    assert bytes_of(folder) == bytes_of(tmp_path / "undisturbed")

    # The last worker too: then there is nobody, which is an error and not a wait without end.
    workers[1].kill()
    time.sleep(1)
    lonely = subprocess.run(
        [sys.executable, "-m", "fssm", "scan", str(file), "-o", str(tmp_path / "more"), "--dask",
         address],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert lonely.returncode == 2
    assert f"fssm: --dask = '{address}': the scheduler has no workers" in lonely.stderr


@pytest.fixture
def long_scan(tmp_path):
    file = tmp_path / "scan.toml"
    file.write_text(toml_of(scan_tree(points=300_000, chunk=1000, detail="masses")))
    return file


def test_a_dead_scheduler_is_one_line(tmp_path, cluster, long_scan):
    address, _, scheduler = cluster
    process = scan_of_some_parts(long_scan, tmp_path / "out", address)
    scheduler.kill()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert re.fullmatch(
        r"fssm: .*/out: the scheduler is gone, or has dropped the work; \d+ of 300 parts are "
        r"finished and kept, the same command computes the rest\n",
        err,
    )


@pytest.mark.slow
@pytest.mark.parametrize("signals", [1, 2])
def test_without_workers_it_says_so_and_can_be_interrupted(tmp_path, cluster, long_scan, signals):
    address, workers, _ = cluster
    process = scan_of_some_parts(long_scan, tmp_path / "out", address)
    for worker in workers:
        worker.kill()
    line = process.stderr.readline()
    assert re.fullmatch(r"fssm: nothing finished for 2\d s: the scheduler has no workers\n", line)
    for _ in range(signals):
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - start < (10 if signals == 1 else 2)
    assert process.returncode == 130
    assert err.startswith("fssm: interrupted; what is finished is kept")
    assert err.count("\n") == 1
