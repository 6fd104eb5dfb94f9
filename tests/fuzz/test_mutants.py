"""Damaged files of every kind: the right result or InvalidInput, whatever has changed in them.

``pytest -m slow tests/fuzz --mutants 100000`` reads so many of each kind.
"""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from mutants import MUTATIONS, mutant

CHILD = Path(__file__).parent.parent / "fuzz_child.py"
SEED = 1
# Seconds for the start, and for one mutant.
START, EACH = 60, 20


class Reader:
    """Reads mutants in another process, which may crash or hang, and starts it again then."""

    def __init__(self, kind, folder, count):
        self.kind, self.folder, self.count = kind, folder, count
        self.found = []

    def run(self):
        first = 0
        while first < self.count:
            first = self._from(first)
        return self.found

    def _from(self, first):
        """Number of the mutant to go on with."""
        # What the last mutant was written over is not to be believed.
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        arguments = [self.kind, self.folder, SEED, first, self.count]
        progress, log = self.folder / "progress", self.folder / "errors"
        progress.unlink(missing_ok=True)
        command = [sys.executable, str(CHILD), *map(str, arguments)]
        with (self.folder / "found").open("w+") as out, log.open("w") as errors:
            process = subprocess.Popen(command, stdout=out, stderr=errors)
            try:
                stuck_at = self._watch(process, progress)
            finally:
                process.kill()
                process.wait()
            out.seek(0)
            self.found += [json.loads(line) for line in out]
        if stuck_at is None and process.returncode == 0:
            return self.count
        at = number_in(progress)
        assert at is not None, log.read_text()
        ending = "no end" if stuck_at is not None else f"ended with {process.returncode}"
        self.found.append([at, "?", ending, log.read_text()[-500:]])
        return at + 1

    def _watch(self, process, progress):
        """The number of a mutant that takes too long, or None when the process has ended."""
        last, since = None, time.monotonic()
        while process.poll() is None:
            time.sleep(0.05)
            at = number_in(progress)
            if at != last:
                last, since = at, time.monotonic()
            if time.monotonic() > since + (START if at is None else EACH):
                return at if at is not None else -1
        return None


def number_in(progress):
    data = progress.read_bytes() if progress.exists() else b""
    return int.from_bytes(data, "little") if len(data) == 8 else None


def report(kind, found):
    """Which changes went how wrong, and the first few with what repeats them."""
    counts = Counter((how, name) for _, name, how, _ in found)
    lines = [f"{len(found)} mutants of {kind}"]
    lines += [f"{count} {how} by {name}" for (how, name), count in counts.most_common(30)]
    shown = Counter()
    for number, name, how, text in sorted(found):
        shown[how] += 1
        if shown[how] <= 3:
            again = f"python tests/fuzz_child.py {kind} FOLDER {SEED} {number} {number + 1}"
            lines.append(f"seed {SEED}, mutant {number} ({name}): {how}: {text}\n    {again}")
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["npz", "parquet", "manifest", "point", "scan", "slha"])
def test_mutants_are_read_right_or_refused(tmp_path, request, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    found = Reader(kind, tmp_path, request.config.getoption("--mutants")).run()
    assert not found, report(kind, found)


@pytest.mark.parametrize("kind", MUTATIONS)
def test_mutants_differ_and_can_be_repeated(kind):
    data = b"PK\x03\x04 Block 1 = 2, 3\n" * 40
    others = [data[::-1], data[:50]]
    made = [mutant(data, others, random.Random(i), kind)[1] for i in range(300)]
    assert made == [mutant(data, others, random.Random(i), kind)[1] for i in range(300)]
    assert len(set(made)) > 200
    assert sum(one != data for one in made) > 280


def test_a_crash_and_a_standstill_are_seen(tmp_path, monkeypatch):
    """The process that reads is replaced by one that dies at the second mutant, then hangs."""
    script = tmp_path / "child.py"
    script.write_text(
        "import os, sys, time\n"
        "folder, first = sys.argv[2], int(sys.argv[4])\n"
        "open(f'{folder}/progress', 'wb').write((first + 1 - first % 2).to_bytes(8, 'little'))\n"
        "os.abort() if first == 0 else time.sleep(60)\n"
    )
    monkeypatch.setattr(f"{__name__}.CHILD", script)
    monkeypatch.setattr(f"{__name__}.EACH", 0.5)
    found = Reader("npz", tmp_path, 3).run()
    assert [(number, how) for number, _, how, _ in found] == [
        (1, f"ended with {-signal.SIGABRT}"), (3, "no end"),
    ]  # fmt: skip
    assert "mutant 1" in report("npz", found)
