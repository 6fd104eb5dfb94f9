"""Worker processes end with their parent and when told to, whatever state they are in."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from processes import marked, wait_until_gone
from scan_files import bytes_of, part_files, scan_tree, toml_of

import fssm
from fssm.cli.scan import _tell_idle
from fssm.scans import Step, tasks
from fssm.scans.processes import Workers, worker_processes

# The other signal is among the quick ones.
SLOW = pytest.mark.slow
TREE = scan_tree(points=300_000, chunk=1000)


class Running:
    """``fssm scan`` with two workers, after some parts."""

    def __init__(self, folder, mark):
        self.folder, self.mark = folder, mark
        folder.mkdir()
        (folder / "scan.toml").write_text(toml_of(TREE))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fssm", "scan", "scan.toml", "-o", "out", "--workers", "2"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=lambda: [signal.signal(n, signal.SIG_DFL) for n in (1, 2, 15)],
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while len(part_files(folder / "out")) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    @property
    def workers(self):
        return [pid for pid, text in marked(self.mark).items() if "spawn_main" in text]

    def end(self, *numbers):
        """Send signals half a second apart; seconds from the last one until all is closed."""
        for place, number in enumerate(numbers):
            # Two of one kind at the same time would be one.
            time.sleep(0.5 if place else 0)
            start = time.monotonic()
            self.process.send_signal(number)
        out = self.process.communicate(timeout=60)[0]
        return time.monotonic() - start, out

    def goes_on(self):
        """The same scan ends with the bytes of an undisturbed one, of its first parts here."""
        part = next(p for p in range(300) if not list((self.folder / "out").glob(f"*-{p:06d}-*")))
        fssm.scan(TREE, self.folder / "out", shard=(part + 1, 300))
        fssm.scan(TREE, self.folder / "undisturbed", shard=(part + 1, 300))
        found, expected = (bytes_of(self.folder / name) for name in ("out", "undisturbed"))
        return all(found[name] == content for name, content in expected.items())


@pytest.fixture
def running(tmp_path, mark):
    made = Running(tmp_path / "scan", mark)
    yield made
    made.process.kill()
    made.process.wait()
    made.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGHUP, marks=SLOW)])
def test_workers_end_with_their_parent(running, mark, number):
    workers = running.workers
    assert len(workers) == 2
    # A stopped one as well, which can do nothing by itself.
    os.kill(workers[0], signal.SIGSTOP)
    seconds, _ = running.end(number)
    assert running.process.returncode == -number
    assert seconds < 2, "the pipe stayed open"
    assert wait_until_gone(mark, seconds=2) == {}
    assert running.goes_on()


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=SLOW)])
def test_one_signal_ends_a_scan_with_a_stopped_worker(running, mark, number):
    os.kill(running.workers[0], signal.SIGSTOP)
    seconds, out = running.end(number)
    assert seconds < 10
    assert running.process.returncode == 130
    assert out.startswith("fssm: interrupted; what is finished is kept, the same command computes")
    assert "fssm scan --status out" in out
    assert out.count("\n") == 1
    assert wait_until_gone(mark, seconds=1) == {}
    assert running.goes_on()


@pytest.mark.parametrize("second", [pytest.param(signal.SIGINT, marks=SLOW), signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(running, mark, second):
    os.kill(running.workers[0], signal.SIGSTOP)
    seconds, out = running.end(signal.SIGINT, second)
    assert seconds < 2
    assert running.process.returncode == 130
    assert out.startswith("fssm: interrupted; what is finished is kept")
    assert out.count("\n") == 1
    assert wait_until_gone(mark, seconds=2) == {}


def test_a_signal_to_all_of_a_job_is_an_interrupt(running):
    # As a batch system sends it; a worker that ends first is no news.
    for pid in running.workers:
        os.kill(pid, signal.SIGTERM)
    _, out = running.end(signal.SIGTERM)
    assert running.process.returncode == 130
    assert out.startswith("fssm: interrupted")
    assert not list((running.folder / "out").glob(".*"))


def test_a_killed_worker_is_named_and_its_part_computed_later(running):
    os.kill(running.workers[0], signal.SIGKILL)
    out = running.process.communicate(timeout=60)[0]
    assert running.process.returncode == 1
    assert "a worker died" in out
    assert "parts are finished and kept, the same command computes the rest" in out
    assert running.goes_on()


def test_what_keeps_workers_from_finishing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "IDLE", 0.3)
    steps = []

    def stop_and_go(step):
        steps.append(step)
        if step.parts == 1 and not step.idle:
            os.kill(pool._own.started[0].pid, signal.SIGSTOP)
        elif "stopped" in step.reason:
            os.kill(pool._own.started[0].pid, signal.SIGCONT)

    with worker_processes(1) as pool:
        table = fssm.scan(scan_tree(), tmp_path, executor=pool, progress=stop_and_go)
    assert table.status.complete
    told = [step for step in steps if step.idle]
    pid = pool._own.started[0].pid
    assert f"worker process {pid} is stopped (kill -CONT lets it go on)" in [s.reason for s in told]
    assert all(step.idle >= 0.3 for step in told)


def test_the_line_about_it(capsys):
    _tell_idle(Step(1, 2, 10, 20, 0))
    assert capsys.readouterr().err == ""
    _tell_idle(Step(1, 2, 10, 20, 0, 61.2, "the scheduler has no workers"))
    _tell_idle(Step(1, 2, 10, 20, 0, 61.2))
    assert capsys.readouterr().err == (
        "fssm: nothing finished for 61 s: the scheduler has no workers\n"
        "fssm: nothing finished for 61 s: the workers run, their parts take that long\n"
    )


def test_a_pool_that_was_never_used_ends():
    with worker_processes(2) as pool:
        assert isinstance(pool, Workers)
    assert pool._own.started == []


@pytest.fixture
def after_a_signal(tmp_path):
    """``fssm scan`` in a process in which ``code`` stands for the scan; what it ends with."""

    def run(code, stderr=subprocess.PIPE):
        (tmp_path / "scan.toml").write_text(toml_of(scan_tree()))
        lines = [
            "import os, signal, sys, threading, time, fssm.scans",
            "def scan(*_, **__):",
            *(f"    {line}" for line in code.splitlines()),
            "fssm.scans.scan = scan",
            "sys.argv[1:] = ['scan', 'scan.toml', '-o', 'out']",
            "from fssm.__main__ import run",
            "run()",
        ]
        command = [sys.executable, "-c", "\n".join(lines)]
        return subprocess.run(command, cwd=tmp_path, stderr=stderr, text=True, timeout=30)

    return run


@pytest.mark.parametrize(
    "code",
    [
        # As the import of a library does that is interrupted in its C code.
        "try:\n    os.kill(os.getpid(), 2); time.sleep(5)\n"
        "except KeyboardInterrupt:\n    raise ImportError('initialization failed')",
        "try:\n    os.kill(os.getpid(), 15); time.sleep(5)\n"
        "except KeyboardInterrupt:\n    sys.exit(7)",
        # A second signal while the first is being told, and one while Python ends.
        "threading.Timer(0.01, os.kill, (os.getpid(), 2)).start()\nos.kill(os.getpid(), 2)\n"
        "time.sleep(5)",
        "threading.Timer(0.1, lambda: time.sleep(2)).start()\nos.kill(os.getpid(), 2)\n"
        "time.sleep(5)",
    ],
)
def test_whatever_an_interrupt_makes_fail_ends_with_its_message(after_a_signal, code):
    done = after_a_signal(code)
    assert done.returncode == 130
    assert done.stderr == (
        "fssm: interrupted; what is finished is kept, the same command computes the rest "
        "(fssm scan --status out)\n"
    )


def test_an_error_output_that_takes_nothing_keeps_no_process(after_a_signal):
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with suppress(BlockingIOError):
        while os.write(theirs, b"x" * 65536):
            pass
    os.set_blocking(theirs, True)
    start = time.monotonic()
    done = after_a_signal("os.kill(os.getpid(), 2)\ntime.sleep(60)", stderr=theirs)
    assert done.returncode == 130
    assert time.monotonic() - start < 8
    os.close(ours)
    os.close(theirs)


def test_verify_can_be_interrupted(tmp_path):
    fssm.scan(scan_tree(), tmp_path / "out")
    code = (
        "import os, sys, time, fssm.scans.reading as r\n"
        "def slow(self):\n    os.kill(os.getpid(), 2); time.sleep(5); yield None\n"
        "r.ScanTable.verify = slow\nsys.argv[1:] = ['scan', '--verify', 'out']\n"
        "from fssm.__main__ import run; run()"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (130, "fssm: interrupted\n")


def test_a_daemonic_process_is_told_that_it_has_no_children(tmp_path):
    code = (
        "import multiprocessing, sys, fssm\n"
        "from scan_files import scan_tree\n"
        "def scan():\n"
        "    try:\n        fssm.scan(scan_tree(), 'out', workers=2)\n"
        "    except fssm.InvalidInput as error:\n        print(error)\n"
        "p = multiprocessing.get_context('fork').Process(target=scan, daemon=True)\n"
        "p.start(); p.join()"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "workers = 2: a daemonic process cannot start others; take 1\n"


def test_an_executor_that_takes_no_work_stops_the_scan(tmp_path):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(fssm.scans.Unfinished, match=r"the executor takes no work.*0 of 7 parts"):
        fssm.scan(scan_tree(), tmp_path, executor=executor)
    with pytest.raises(fssm.InvalidInput, match="executor"):
        fssm.scan(scan_tree(), tmp_path, executor=ThreadPoolExecutor)
