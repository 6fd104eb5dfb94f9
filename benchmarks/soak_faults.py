"""What the soak test does to a scan; each fault leaves nothing of its own running."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmarks.soak_processes import PATIENCE
from benchmarks.soak_trial import DAMAGE, TRACEBACKS, Trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.soak_processes import Launch

# Seconds for an orderly end, and for one that was asked for twice.
ORDERLY, AT_ONCE = 10.0, 2.0
TEN_YEARS = 3.15e8


def moment(trial: Trial, *launches: Launch) -> bool:
    """Wait for a random moment; whether the command had surely got as far as writing parts."""
    kind = trial.rng.random()
    # Workers of an earlier command may write parts for a while after it.
    alone = not trial.haunted
    if kind < 0.15:
        time.sleep(trial.rng.uniform(0, 0.8))
        return False
    before = len(trial.parts())
    wanted = int(trial.rng.integers(1, max(2, trial.missing() // 4)))

    def reached() -> bool:
        trial.wait(0, launches[0])
        return all(one.over for one in launches) or len(trial.parts()) >= before + wanted

    deadline = time.monotonic() + PATIENCE
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.01)
    if kind < 0.4:
        # While a draft is being written, if one is seen soon.
        deadline = time.monotonic() + 0.5
        while time.monotonic() < deadline and not any(trial.folder.glob(".part-*-*.tmp")):
            if all(one.over for one in launches):
                break
    else:
        time.sleep(trial.rng.uniform(0, 0.05))
    return alone


def kill_parent(trial: Trial) -> None:
    """SIGKILL to the command alone; the workers are left to themselves."""
    launch = trial.start()
    moment(trial, launch)
    launch.send(signal.SIGKILL)
    trial.ended(launch, [-signal.SIGKILL])
    if trial.rng.random() < 0.5:
        trial.settle()


def kill_group(trial: Trial) -> None:
    """SIGKILL to all processes at once."""
    launch = trial.start()
    moment(trial, launch)
    launch.send(signal.SIGKILL, group=True)
    trial.ended(launch, [-signal.SIGKILL])


def kill_worker(trial: Trial) -> None:
    """SIGKILL to one of those who compute; the command goes on, or says that it stops."""
    launch = trial.start()
    moment(trial, launch)
    if trial.cluster is not None:
        trial.cluster.kill_worker()
    elif workers := launch.workers():
        with suppress(ProcessLookupError):
            os.kill(workers[int(trial.rng.integers(len(workers)))], signal.SIGKILL)
    trial.ended(launch, [1])
    if trial.cluster is not None:
        trial.cluster.complete()


def _stop(trial: Trial, number: int, codes: list[int]) -> None:
    launch = trial.start()
    begun = moment(trial, launch)
    # A terminal sends its signals to the whole group.
    launch.send(number, group=bool(trial.rng.random() < 0.5 and number != signal.SIGTERM))
    code = trial.ended(launch, codes if begun else [*codes, -number], ORDERLY, begun=begun)
    trial.judge_words(code, launch)


def interrupt(trial: Trial) -> None:
    """SIGINT, to the command or to its group as Ctrl-C does."""
    _stop(trial, signal.SIGINT, [130])


def terminate(trial: Trial) -> None:
    """SIGTERM, as batch systems send it."""
    _stop(trial, signal.SIGTERM, [130])


def hang_up(trial: Trial) -> None:
    """SIGHUP: the terminal is closed."""
    _stop(trial, signal.SIGHUP, [-signal.SIGHUP, 129, 130])


def interrupt_twice(trial: Trial) -> None:
    """Ctrl-C, and again before the scan has ended."""
    launch = trial.start()
    begun = moment(trial, launch)
    for wait in (trial.rng.uniform(0, 0.5), 0):
        launch.send(signal.SIGINT, group=bool(trial.rng.random() < 0.5))
        time.sleep(wait)
    # The second one may come when the command no longer listens, and end the process itself.
    trial.ended(launch, [130, -signal.SIGINT], AT_ONCE, begun=begun)


def file_limit(trial: Trial) -> None:
    """No file can be written beyond a size below that of a part, from some moment on."""
    size = int(trial.rng.integers(1024, max(1025, 0.9 * trial.largest_part())))
    if trial.rng.random() < 0.3:
        launch = trial.start(limit=size)
    else:
        launch = trial.start()
        moment(trial, launch)
        launch.limit_files(size)
    trial.ended(launch, [1])


def full_disk(trial: Trial) -> None:
    """The disk is full after a few more bytes, and later it is not."""
    if trial.disk is None:
        raise RuntimeError("no small disk here")
    launch = trial.start()
    moment(trial, launch)
    trial.disk.fill(int(trial.rng.integers(0, 3 * trial.largest_part() + 1)))
    trial.ended(launch, [1])
    trial.disk.free()


def jumping_clock(trial: Trial) -> None:
    """A clock that jumps back and forth, and files from other years."""
    for path in trial.own_files() if trial.folder.exists() else []:
        when = time.time() + trial.rng.uniform(-TEN_YEARS, TEN_YEARS)
        # Drafts of a command that has just been killed may go meanwhile.
        with suppress(FileNotFoundError):
            os.utime(path, (when, when), follow_symlinks=False)
    launch = trial.start(clock=True)
    moment(trial, launch)
    launch.send(signal.SIGKILL, group=bool(trial.rng.random() < 0.5))
    trial.ended(launch, [-signal.SIGKILL])


def two_writers(trial: Trial) -> None:
    """The same command twice at the same time, or two shares of it; perhaps one is stopped."""
    shards = trial.rng.random() < 0.4
    options = [["--shard", "1/2"], ["--shard", "2/2"]] if shards else [[], []]
    both = [trial.start(*option) for option in options]
    undisturbed = []
    for launch, chance in zip(both, (0.7, 0.5), strict=True):
        if trial.rng.random() > chance:
            undisturbed.append(launch)
            continue
        begun = moment(trial, *both)
        number = signal.SIGKILL if trial.rng.random() < 0.5 else signal.SIGTERM
        launch.send(number)
        orderly = begun and number == signal.SIGTERM
        trial.ended(launch, [130] if orderly else [130, -number], ORDERLY, begun=begun)
    for launch in undisturbed:
        trial.ended(launch, [])


def damaged_part(trial: Trial) -> None:
    """A part is changed behind the scan's back; ``--verify`` finds it, and it is deleted."""
    parts = trial.parts()
    if not parts:
        interrupt(trial)
        parts = trial.parts()
    if not parts:
        return
    verify(trial, [])
    path = parts[int(trial.rng.integers(len(parts)))]
    _damage(trial, path)
    verify(trial, [path.name])
    path.unlink()


def _damage(trial: Trial, path: Path) -> None:
    data, rng = bytearray(path.read_bytes()), trial.rng
    where, kind = int(rng.integers(len(data))), int(rng.integers(5))
    others = [part for part in trial.parts() if part != path]
    if kind == 0 and others:
        data = bytearray(others[int(rng.integers(len(others)))].read_bytes())
    elif kind == 1:
        data = bytearray(rng.bytes(where))
    elif kind == 2:
        data = data[:where]
    else:
        data[where] ^= 1 << int(rng.integers(8))
    path.write_bytes(data)
    trial.history.append(f"{path.name} {('of another', 'noise', 'cut', 'bit', 'bit')[kind]}")


def verify(trial: Trial, damaged: list[str]) -> None:
    """``fssm scan --verify`` names the damaged parts and no other, where it exists."""
    if not trial.can_verify:
        return
    command = [sys.executable, "-m", "fssm", "scan", "--verify", str(trial.folder)]
    launch = trial.launch(command)
    code = trial.ended(launch, None)
    named = [name for name in trial.undisturbed if name in launch.output]
    if code != (2 if damaged else 0) or set(named) - {"scan.json"} != set(damaged):
        what = f"damaged {damaged}, --verify ends with {code}: {launch.output[-500:]}"
        trial.fail(DAMAGE, what)
    if "Traceback" in launch.output:
        trial.fail(TRACEBACKS, launch.output[-1500:])


FAULTS: dict[str, Callable[[Trial], None]] = {
    "kill -9 of the command": kill_parent,
    "kill -9 of the group": kill_group,
    "kill -9 of a worker": kill_worker,
    "SIGINT": interrupt,
    "SIGINT twice": interrupt_twice,
    "SIGTERM": terminate,
    "SIGHUP": hang_up,
    "limit on file sizes": file_limit,
    "full disk": full_disk,
    "jumping clock": jumping_clock,
    "two writers": two_writers,
    "damaged part": damaged_part,
}
_SIGNALS = ("SIGINT", "SIGINT twice", "SIGTERM", "SIGHUP")


def possible(trial: Trial) -> list[str]:
    """Names of the faults that can happen to this scan."""
    left_out: set[str] = set()
    if trial.case.place == "processes" and trial.case.workers == 1:
        left_out.add("kill -9 of a worker")
    if trial.case.place != "processes":
        # The writers are not processes of the command, and a cluster needs a clock.
        left_out |= {"limit on file sizes", "jumping clock"}
    if trial.case.place == "mpi":
        # How signals reach the ranks is up to the MPI library.
        left_out |= {*_SIGNALS, "two writers"}
    if trial.disk is None:
        left_out.add("full disk")
    return [name for name in FAULTS if name not in left_out]
