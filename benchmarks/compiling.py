"""What the compiled path costs before the first point: once, and from disk ever after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

import click
from rich import box
from rich.table import Table

from benchmarks.machine import console, description, save

KERNELS = [
    (kind, mode)
    for kind in ("real", "complex")
    for mode in ("Y' given, none", "Y' given, exact", "exact")
]
# Start of the interpreter is not counted, importing numba is.
SCRIPT = """
import json, sys, time
import numpy, fssm
from benchmarks.throughput import Job
fssm.Point
job = Job("numba", *sys.argv[1:])
point = job.point(1)
start = time.perf_counter()
job.run(point)
print(json.dumps(time.perf_counter() - start))
"""


def first_evaluation(kind: str, mode: str, cache: str) -> float:
    """Seconds of the first evaluation in a fresh interpreter."""
    command = [sys.executable, "-c", SCRIPT, kind, mode]
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(json.loads(done.stdout))


@click.command()
@click.option("--keep", is_flag=True, help="Write benchmarks/results/compiling.txt.")
def compiling(keep: bool) -> None:
    """Seconds until the first compiled point, with and without machine code on disk."""
    out = console(record=keep)
    out.print(description(), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for head in ("points", "threshold", "compiled, s", "from disk, s"):
        table.add_column(head, justify="right" if ", s" in head else "left")
    with tempfile.TemporaryDirectory() as cache:
        for kind, mode in KERNELS:
            fresh, again = (first_evaluation(kind, mode, cache) for _ in range(2))
            table.add_row(kind, mode, f"{fresh:.1f}", f"{again:.2f}")
    out.print(table)
    if keep:
        save(out, "compiling")
