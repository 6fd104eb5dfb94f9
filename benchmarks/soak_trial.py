"""One scan of the soak test: what it is, its folder, its commands, what went wrong."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.soak_processes import CLOCK, PATIENCE, Launch, alive, end, until

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.soak_processes import Cluster, Disk

SCAN = """\
[scan]
sampling = "{sampling}"
{points}chunk = {chunk}
seed = {seed}
detail = "{detail}"
backend = "{backend}"
format = "{file_format}"

[vevs]
tan_beta = 50
tan_beta_u = 50
tan_beta_d = {{ from = 2, to = 12{a} }}

[higgsino]
mu = {{ from = 500, to = 5000, scale = "log"{b} }}
mu_tilde = "1.2 * mu"
theta_u = 0.7853981633974483
theta_d = 0.7853981633974483

[gaugino]
m1 = {{ from = 200, to = 3000{c} }}
m2 = 2500

[slepton]
m_l = {{ from = 500, to = 3000 }}
m_e = "m_l"
"""
# Points of a part at least and at most: each takes about a hundredth of a second.
CHUNKS = {"a_muon": (20, 400), "masses": (20, 300), "full": (2, 5)}
# Every process but those of the command itself is gone so many seconds after it.
ORPHANED_AFTER = 2.0
BYTES, ORPHANS, DRAFTS = "parts with other bytes", "processes left", "drafts left"
FOREIGN, SLOW, CODES = "foreign files touched", "slow after a signal", "unexpected exit codes"
TRACEBACKS, SILENT, ENDLESS = "tracebacks", "silent about going on", "commands without end"
DAMAGE = "damage not found, or where there is none"
ITSELF = "failures of the test itself"
KINDS = (BYTES, ORPHANS, DRAFTS, FOREIGN, SLOW, CODES, TRACEBACKS, SILENT, ENDLESS, DAMAGE, ITSELF)


class Case(NamedTuple):
    """A scan file and who computes it, all chosen at random."""

    text: str
    label: str
    parts: int
    place: str
    workers: int


def pick(rng: np.random.Generator, options: Iterable[str]) -> str:
    """One of them."""
    listed = list(options)
    return listed[int(rng.integers(len(listed)))]


def random_case(rng: np.random.Generator, places: list[str]) -> Case:
    """Another scan for every state of the generator."""
    sampling = pick(rng, ("grid", "random", "sobol"))
    detail = pick(rng, CHUNKS)
    file_format = pick(rng, ("npz", "parquet"))
    backend = "numpy" if detail == "full" else pick(rng, ["numpy"] * 5 + ["numba"])
    parts, chunk = int(30 * (200 / 30) ** rng.random()), int(rng.integers(*CHUNKS[detail]))
    points, ends = parts * chunk - int(rng.integers(chunk)), ("", "", "")
    text = SCAN
    if sampling == "grid":
        # Three axes with about the cube root each, the fourth one fixed.
        sizes = [max(2, round(points ** (1 / 3) * f)) for f in rng.uniform(0.7, 1.3, 3)]
        ends = tuple(f", points = {size}" for size in sizes)
        text = text.replace("m_l = {{ from = 500, to = 3000 }}", "m_l = 1500")
        text = text.replace('"m_l"', "1500")
        chunk = -(-int(np.prod(sizes)) // parts)
        parts = -(-int(np.prod(sizes)) // chunk)
    text = text.format(
        sampling=sampling, points="" if sampling == "grid" else f"points = {points}\n",
        chunk=chunk, seed=int(rng.integers(2**32)), detail=detail, backend=backend,
        file_format=file_format, a=ends[0], b=ends[1], c=ends[2],
    )  # fmt: skip
    # Clusters take long to start.
    others = [place for place in places if place != "processes"]
    place = pick(rng, others) if others and rng.random() < 0.15 else "processes"
    workers = int(rng.integers(1, 4))
    with_whom = f"{workers} workers" if place == "processes" else place
    label = f"{sampling}, {detail}, {backend}, {file_format}, {parts} x {chunk}, {with_whom}"
    return Case(text, label, parts, place, workers)


class Trial:
    """A scan in its folder, disturbed by faults and then compared with an undisturbed one."""

    def __init__(
        self,
        case: Case,
        rng: np.random.Generator,
        root: Path,
        *,
        disk: Disk | None = None,
        cluster: Cluster | None = None,
        can_verify: bool = True,
    ) -> None:
        self.case, self.rng, self.disk, self.cluster = case, rng, disk, cluster
        self.can_verify = can_verify
        self.root, self.file = root, root / "scan.toml"
        self.folder = (disk.path if disk else root) / "out"
        self.failures: list[tuple[str, str]] = []
        self.history: list[str] = []
        self._dead: list[tuple[Launch, float]] = []
        self._foreign: dict[str, tuple[object, ...]] = {}
        self._launches: list[Launch] = []
        self.file.write_text(case.text, encoding="utf-8")
        (root / "clock").mkdir()
        (root / "clock" / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
        self.undisturbed = self._undisturbed()

    def _undisturbed(self) -> dict[str, bytes]:
        """Every file that the scan leaves if nothing happens."""
        folder = self.root / "undisturbed"
        command = [sys.executable, "-m", "fssm", "scan", str(self.file), "-o", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=5 * PATIENCE)
        if done.returncode:
            raise RuntimeError(f"an undisturbed scan fails: {done.stderr}\n{self.case.text}")
        content = {path.name: path.read_bytes() for path in folder.iterdir()}
        shutil.rmtree(folder)
        return content

    def fail(self, kind: str, what: str) -> None:
        """Note a broken promise, and what has been done to the scan before."""
        self.failures.append((kind, f"{what} [after {', '.join(self.history) or 'nothing'}]"))

    def parts(self) -> list[Path]:
        """Files of finished parts."""
        found = (path.name for path in self.folder.iterdir()) if self.folder.exists() else ()
        names = self.undisturbed.keys() - {"scan.json"}
        return sorted(self.folder / name for name in names.intersection(found))

    def missing(self) -> int:
        """Number of parts that are not there yet."""
        return self.case.parts - len(self.parts())

    def largest_part(self) -> int:
        """Bytes of the largest part."""
        return max(len(data) for name, data in self.undisturbed.items() if name != "scan.json")

    def start(
        self, *options: str, limit: int | None = None, clock: bool = False, alone: bool = False
    ) -> Launch:
        """The command of this scan; ``alone`` computes in its own process in any case."""
        where = ["scan", str(self.file), "-o", str(self.folder), *options]
        command = [sys.executable, "-m", "fssm", *where]
        if self.cluster is not None and not alone:
            command += ["--dask", self.cluster.address]
        elif self.case.place == "mpi" and not alone:
            first = [shutil.which("mpiexec") or "mpiexec", "-n", "2", sys.executable]
            command = [*first, "-m", "mpi4py.futures", "-m", "fssm", *where, "--mpi"]
        elif not alone:
            command += ["--workers", str(self.case.workers)]
        return self.launch(command, limit=limit, clock=clock)

    def launch(
        self, command: list[str], *, limit: int | None = None, clock: bool = False
    ) -> Launch:
        """Any command, which is ended with the trial."""
        log = self.root / f"command-{len(self._launches)}.log"
        launch = Launch(command, log, limit=limit, clock=self.root / "clock" if clock else None)
        self._launches.append(launch)
        return launch

    def wait(self, seconds: float, launch: Launch) -> bool:
        """Whether the command ends within so many seconds."""
        return until(lambda: self._look() or launch.over, seconds)

    @property
    def haunted(self) -> bool:
        """Whether processes of a command that has ended may be there."""
        return bool(self._dead)

    def ended(
        self,
        launch: Launch,
        codes: Iterable[int] | None,
        seconds: float = PATIENCE,
        *,
        begun: bool = True,
    ) -> int | None:
        """Wait for the end of a command, and judge its exit code and what it printed.

        Zero is always right: the scan may have been over before the fault. None for ``codes``
        judges nothing. An interrupt while Python imports, ``begun`` false, ends in a traceback.
        """
        if not self.wait(seconds, launch):
            self.fail(ENDLESS if seconds == PATIENCE else SLOW, f"not over after {seconds:.1f} s")
            end(launch.mark)
            launch.process.wait(PATIENCE)
            return None
        self._dead.append((launch, time.monotonic()))
        code, output = launch.process.returncode, launch.output
        if codes is not None and self.case.place != "mpi":
            if code not in {0, *codes}:
                self.fail(CODES, f"exit code {code}: {output[-500:]}")
            if "Traceback" in output and begun:
                self.fail(TRACEBACKS, output[-1500:])
        return code

    def judge_words(self, code: int | None, launch: Launch) -> None:
        """Whoever is interrupted says how to go on."""
        if code == 130 and not re.search("same command|go on|resume", launch.output):
            self.fail(SILENT, launch.output[-500:])

    def _look(self) -> None:
        """Find processes that outlive their command."""
        for launch, when in list(self._dead):
            if time.monotonic() < when + ORPHANED_AFTER:
                continue
            self._dead.remove((launch, when))
            left = alive(launch.mark)
            if left:
                lines = {line[-60:] for line in left.values()}
                self.fail(ORPHANS, f"{len(left)} of exit code {launch.process.returncode}: {lines}")
                end(launch.mark)

    def settle(self) -> None:
        """Wait until every process that may still run for a while must be gone."""
        while self._dead:
            self._look()
            time.sleep(0.01)

    def plant(self) -> None:
        """Files that are none of the scan's business."""
        self.folder.mkdir(exist_ok=True)
        names = (".thesis.tmp", "notes.txt", ".part-x.tmp", ".hidden", "part-of-a-thesis.txt",
                 ".notes.txt.0badcafe.tmp", ".part-000000.tmp")  # fmt: skip
        for name in names:
            (self.folder / name).write_bytes(self.rng.bytes(50))
        (self.folder / "link").symlink_to("notes.txt")
        (self.folder / ".dangling.tmp").symlink_to("nowhere")
        (self.folder / "old").mkdir()
        (self.folder / "old" / ".part-000000-00.npz.00.tmp").write_bytes(b"old")
        planted = (*names, "link", ".dangling.tmp", "old/.part-000000-00.npz.00.tmp")
        self._foreign = {name: _state(self.folder / name) for name in planted}

    def thin_out(self) -> None:
        """Delete some parts of a finished scan, as if it had been stopped before them."""
        parts = self.parts()
        chosen = [path for path in parts if self.rng.random() < 0.7] or parts
        for path in chosen:
            path.unlink()
        self.history.append(f"{len(chosen)} parts deleted")

    def own_files(self) -> list[Path]:
        """Everything in the folder but what was planted."""
        names = {name.partition("/")[0] for name in self._foreign}
        return [path for path in self.folder.iterdir() if path.name not in names]

    def finish(self) -> None:
        """Complete the scan by the same command, and compare."""
        if self.cluster is not None:
            self.cluster.complete()
        code = self.ended(launch := self.start(), [])
        if code != 0 and self.case.place == "mpi":
            self.fail(CODES, f"exit code {code} in the end: {launch.output[-500:]}")
        self.settle()
        self._compare()

    def _compare(self) -> None:
        found = {path.name: path for path in self.own_files()}
        for name, data in self.undisturbed.items():
            if name not in found or found[name].read_bytes() != data:
                self.fail(BYTES, f"{name} {'differs' if name in found else 'is missing'}")
        for name in set(found) - set(self.undisturbed):
            kind = DRAFTS if name.startswith(".") and name.endswith(".tmp") else BYTES
            self.fail(kind, f"{name} is left")
        touched = [n for n, state in self._foreign.items() if _state(self.folder / n) != state]
        if touched:
            self.fail(FOREIGN, ", ".join(touched))

    def close(self) -> None:
        """End every process of this trial."""
        for launch in self._launches:
            end(launch.mark)
            launch.process.kill()
            launch.process.wait(PATIENCE)


def _state(path: Path) -> tuple[object, ...]:
    """Whatever shows that somebody has touched a file."""
    try:
        found = path.lstat()
    except OSError:
        return ()
    content = str(path.readlink()) if stat.S_ISLNK(found.st_mode) else path.read_bytes()
    return found.st_mode, found.st_ino, found.st_mtime_ns, found.st_size, content
