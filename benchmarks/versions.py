"""Time per point of two checkouts of fssm, measured in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.table import Table

from benchmarks.machine import console, description, save

ROOT = Path(__file__).resolve().parents[1]
# How a given Y' is used: 0.1.0 had no choice, and took the phase of m_l.
NONE = {"threshold": "none"}
MODES: dict[str, dict[str, Any]] = {
    "Y' given, none": {"y_prime_muon": 0.2, **NONE},
    "Y' given, exact": {"y_prime_muon": 0.2},
    "leading": {"threshold": "leading"},
    "exact": {},
}
# Run by either checkout, in a process of its own.
MEASURE = """
import json, sys, time
import fssm
from benchmarks.sample import scan_fields

def best(job, count):
    def seconds():
        start = time.process_time()
        job()
        return time.process_time() - start
    return min(seconds() for _ in range(5)) / count * 1e6

found = {}
modes, points = json.loads(sys.argv[1]), int(sys.argv[2])
for backend in ("numpy", "numba"):
    for kind in ("real", "complex"):
        fields = scan_fields(points, is_complex=kind == "complex")
        for mode, how in modes.items():
            point = fssm.Point(**fields, **how)
            job = lambda: fssm.evaluate(point, detail="a_muon", backend=backend)
            job()
            found[f"{backend}, {kind}, {mode}"] = best(job, points)
print(json.dumps(found))
"""


def measured(checkout: Path, modes: dict[str, dict[str, Any]], points: int) -> dict[str, float]:
    """Shortest CPU time per point, us, one thread."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", MEASURE, json.dumps(modes), str(points)]
    done = subprocess.run(
        command, env=environment, cwd=checkout, capture_output=True, text=True, check=True
    )
    times: dict[str, float] = json.loads(done.stdout)
    return times


@click.command()
@click.argument("other", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--points", default=100_000, show_default=True, help="Points of a batch.")
@click.option("--rounds", default=4, show_default=True, help="Runs of each, in turn.")
@click.option("--first-release", is_flag=True, help="OTHER is 0.1.0, without a threshold for Y'.")
@click.option("--keep", is_flag=True, help="Write benchmarks/results/versions.txt.")
def versions(other: Path, points: int, rounds: int, first_release: bool, keep: bool) -> None:
    """Compare this checkout with OTHER, the folder of another one, in the same interpreter."""
    theirs = dict(MODES)
    if first_release:
        theirs["Y' given, none"] = {"y_prime_muon": 0.2}
        del theirs["Y' given, exact"]
    best: list[dict[str, float]] = [{}, {}]
    for _ in range(rounds):
        for found, folder, modes in zip(best, (ROOT, other), (MODES, theirs), strict=True):
            for name, time in measured(folder, modes, points).items():
                found[name] = min(time, found.get(name, time))
    out = console(record=keep)
    out.print(description(), soft_wrap=True)
    table = Table(title="CPU time, one thread, us a point", title_justify="left", box=box.SIMPLE)
    for head in ("backend, points, threshold", "here", "there", "ratio"):
        table.add_column(head, justify="left" if head.startswith("b") else "right")
    for name, here in best[0].items():
        there = best[1].get(name)
        known = ["-", "-"] if there is None else [f"{there:.3f}", f"{here / there:.3f}"]
        table.add_row(name, f"{here:.3f}", *known)
    out.print(table)
    if keep:
        save(out, "versions")
