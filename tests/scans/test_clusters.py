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
    yield address, workers
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


def test_a_dask_worker_is_killed_and_the_bytes_are_the_same(tmp_path, cluster):
    address, workers = cluster
    file, folder = tmp_path / "scan.toml", tmp_path / "out"
    tree = scan_tree(points=60_000, chunk=1000, detail="masses")
    file.write_text(toml_of(tree))
    process = subprocess.Popen(
        [sys.executable, "-m", "fssm", "scan", str(file), "-o", str(folder), "--dask", address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(list(folder.glob("part-*"))) < 5 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
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
