"""What the soak test runs on: marked processes, a dask cluster, a small disk."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Every process below a command inherits this variable with the command's own value.
MARK = "FSSM_SOAK"
# Nothing is waited for longer than this, in seconds.
PATIENCE = 120.0
# A clock that jumps at every fifth look at it, by up to ten years.
CLOCK = """
import os, random, time
_true, _local, _utc = time.time, time.localtime, time.gmtime
_random, _offset = random.Random(os.getpid()), 0.0
def _now():
    global _offset
    if _random.random() < 0.2:
        _offset = _random.choice((-1, 1)) * 10 ** _random.uniform(-3, 8.5)
    return _true() + _offset
time.time, time.time_ns = _now, lambda: int(_now() * 1e9)
time.localtime = lambda seconds=None: _local(_now() if seconds is None else seconds)
time.gmtime = lambda seconds=None: _utc(_now() if seconds is None else seconds)
"""


def alive(mark: str) -> dict[int, str]:
    """Process ids and command lines of everything that runs with this mark."""
    wanted, found = f"\0{MARK}={mark}\0".encode(), {}
    for place in Path("/proc").iterdir():
        if not place.name.isdecimal():
            continue
        # Most end while they are looked at; a zombie has no environment any more.
        with suppress(OSError):
            if wanted in b"\0" + (place / "environ").read_bytes() + b"\0":
                line = (place / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(place.name)] = line.decode(errors="replace").strip()
    return found


def end(mark: str) -> None:
    """Kill everything that runs with this mark."""
    deadline = time.monotonic() + PATIENCE
    while (left := alive(mark)) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def until(condition: Callable[[], Any], seconds: float, step: float = 0.002) -> bool:
    """Wait until the condition holds; False if it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


class Launch:
    """A command in a session of its own, its output in files."""

    def __init__(
        self, command: list[str], log: Path, *, limit: int | None = None, clock: Path | None = None
    ) -> None:
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.command, self._log = command, log
        environment = {**os.environ, MARK: self.mark}
        if clock is not None:
            paths = [str(clock), *filter(None, [os.environ.get("PYTHONPATH")])]
            environment["PYTHONPATH"] = os.pathsep.join(paths)

        def prepare() -> None:
            # As in a terminal, whatever the soak test itself ignores.
            for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment,
                start_new_session=True, preexec_fn=prepare,
            )  # fmt: skip

    @property
    def over(self) -> bool:
        """Whether the command itself has ended."""
        return self.process.poll() is not None

    @property
    def output(self) -> str:
        """What it printed, errors too."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def send(self, number: int, *, group: bool = False) -> None:
        """A signal to the command alone or to all of its processes."""
        # Once it has been waited for, its number may be another's.
        if not self.over:
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(self.process.pid, number)

    def workers(self) -> list[int]:
        """Processes that compute for it; not the one that only looks after semaphores."""
        running = alive(self.mark).items()
        pids = [p for p, line in running if "resource_tracker" not in line and "hydra" not in line]
        return sorted(pid for pid in pids if pid != self.process.pid)

    def limit_files(self, size: int) -> None:
        """From now on none of its processes can write beyond so many bytes of a file."""
        for pid in alive(self.mark):
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Cluster:
    """A dask scheduler and two workers on loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter"
        )
        pattern = r"Scheduler at:\s+(tcp://127.0.0.1:\d+)"
        if not until(lambda: re.search(pattern, self._scheduler.output), PATIENCE, 0.02):
            self.close()
            raise RuntimeError(f"no dask scheduler: {self._scheduler.output}")
        found = re.search(pattern, self._scheduler.output)
        self.address = found.group(1) if found else ""
        self._workers: list[Launch] = []
        self.complete()

    def _start(self, name: str, *options: str) -> Launch:
        self._count += 1
        command = [sys.executable, "-m", f"distributed.cli.{name}", *options]
        return Launch(command, self._folder / f"cluster-{self._count}.log")

    def complete(self) -> None:
        """Start workers until there are two, and wait until the scheduler knows them."""
        self._workers = [worker for worker in self._workers if not worker.over]
        while len(self._workers) < 2:
            options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
            local = ("--local-directory", str(self._folder / "dask"))
            self._workers.append(self._start("dask_worker", self.address, *options, *local))
        until(lambda: all("Registered to" in w.output for w in self._workers), 60, 0.02)

    def kill_worker(self) -> None:
        """Kill one of the two."""
        self._workers[0].send(signal.SIGKILL)
        self._workers[0].process.wait(PATIENCE)

    def close(self) -> None:
        """End all of its processes."""
        for launch in (self._scheduler, *getattr(self, "_workers", [])):
            end(launch.mark)
            launch.process.wait(PATIENCE)


class Disk:
    """A file system in memory that can be made too small."""

    _PLENTY = 256 << 20

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, spare: int) -> None:
        """Leave room for so many bytes more."""
        for tries in range(100):
            state = os.statvfs(self.path)
            used = (state.f_blocks - state.f_bfree) * state.f_frsize
            # It cannot be smaller than what has been written to it meanwhile.
            with suppress(OSError):
                self._resize(used + spare + tries * state.f_frsize)
                return

    def free(self) -> None:
        """Room for everything again."""
        self._resize(self._PLENTY)

    def _resize(self, size: int) -> None:
        _run("mount", "-o", f"remount,size={size}", str(self.path))

    @classmethod
    @contextmanager
    def mounted(cls, path: Path) -> Iterator[Disk]:
        """One at ``path``; OSError where mounting is not allowed."""
        path.mkdir()
        _run("mount", "-t", "tmpfs", "-o", f"size={cls._PLENTY}", "tmpfs", str(path))
        try:
            yield cls(path)
        finally:
            # Lazily: what was killed a moment ago may still have a file open.
            _run("umount", "--lazy", str(path))


def _run(name: str, *options: str) -> None:
    found = shutil.which(name)
    if found is None:
        raise OSError(f"no {name}")
    done = subprocess.run([found, *options], capture_output=True, timeout=PATIENCE)
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace"))


def can_mount(folder: Path) -> bool:
    """Whether small disks can be made here."""
    try:
        with Disk.mounted(folder / "trial-disk"):
            return True
    except OSError:
        return False


def places() -> list[str]:
    """Who can compute here: processes, and dask and MPI where they are installed."""
    found = ["processes"]
    if find_spec("distributed") is not None:
        found.append("dask")
    if find_spec("mpi4py") is not None and shutil.which("mpiexec") is not None:
        found.append("mpi")
    return found
