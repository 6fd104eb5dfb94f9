"""A scan from the command line against the kernels alone, and the memory it needs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import click
from rich import box
from rich.table import Table

from benchmarks.machine import console, description, save

SCAN = """\
[scan]
sampling = "{sampling}"
points = {points}
chunk = {chunk}
backend = "numba"
format = "{format}"

[vevs]
tan_beta = {{ from = 5, to = 60 }}
tan_beta_u = 50
tan_beta_d = {{ from = 2, to = 12 }}

[higgsino]
mu1 = {{ from = 300, to = 3000, scale = "log" }}
mu2 = {{ from = 300, to = 3000, scale = "log" }}
mu3 = {{ from = 300, to = 3000, scale = "log" }}
mu4 = {{ from = 300, to = 3000, scale = "log" }}

[gaugino]
m1 = {{ from = 200, to = 3000, scale = "log" }}
m2 = {{ from = 200, to = 3000, scale = "log" }}

[slepton]
m_l = {{ from = 1000, to = 3000, scale = "log" }}
m_e = {{ from = 1000, to = 3000, scale = "log" }}

[columns]
pull = "(a_muon - 251e-11) / 59e-11"
"""
# Runs a command, prints its wall time and the largest memory of any process below it, in kB.
MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class Run(NamedTuple):
    """Wall time in seconds and the largest memory of one process in MB."""

    seconds: float
    megabytes: float


def command_line(points: int, *, workers: int, chunk: int, **options: str) -> Run:
    """``fssm scan`` of so many points into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scan.toml"
        file.write_text(SCAN.format(points=points, chunk=chunk, **options), encoding="utf-8")
        scan = [sys.executable, "-m", "fssm", "scan", str(file), "-o", folder + "/out"]
        command = [sys.executable, "-c", MEASURE, *scan, "--workers", str(workers)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, kilobytes = done.stdout.split()
    return Run(float(seconds), float(kilobytes) / 1000)


def kernel_seconds(points: int, threads: int, sampling: str) -> float:
    """fssm.evaluate of the same points at once, in this process, compiled and warm."""
    import tomllib

    import fssm
    from fssm.scans.config import ScanConfig
    from fssm.scans.rows import point_of
    from fssm.scans.sampling import axis_values

    text = SCAN.format(points=points, chunk=65536, format="npz", sampling=sampling)
    config = ScanConfig.from_mapping(tomllib.loads(text))
    point = point_of(config, axis_values(config, slice(0, points)))
    fssm.evaluate(point.taken(slice(0, 100)), detail="a_muon", backend="numba")
    start = time.perf_counter()
    fssm.evaluate(point, detail="a_muon", backend="numba", threads=threads)
    return time.perf_counter() - start


@click.command()
@click.option("--points", default=1_000_000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option(
    "--rounds", default=3, show_default=True, help="Runs of each, in turn; the best counts."
)
@click.option("--format", "formats", multiple=True, default=["npz", "parquet"], show_default=True)
@click.option(
    "--sampling", "samplings", multiple=True, default=["random", "sobol"], show_default=True
)
@click.option("--keep", is_flag=True, help="Write benchmarks/results/scans.txt.")
def scans(
    points: int,
    workers: int,
    rounds: int,
    formats: tuple[str, ...],
    samplings: tuple[str, ...],
    keep: bool,
) -> None:
    """A scan from the command line, in units of its kernels."""
    chunk = min(65536, -(-points // 16))
    table = Table(
        "", r"kernels \[s]", r"start-up \[s]", r"scan \[s]", "(scan - start-up)/kernels",
        "memory [MB]", f"with {points // 4:,}", box=box.SIMPLE_HEAD, show_edge=False,
    )  # fmt: skip
    for file_format in formats:
        for sampling in samplings:
            options = {"format": file_format, "sampling": sampling}
            kernels, starts, whole = [], [], []
            for _ in range(rounds):
                kernels.append(kernel_seconds(points, workers, sampling))
                starts.append(command_line(2 * workers, workers=workers, chunk=2, **options))
                whole.append(command_line(points, workers=workers, chunk=chunk, **options))
            quarter = command_line(points // 4, workers=workers, chunk=chunk, **options)
            kernel, start, scan = min(kernels), min(starts).seconds, min(whole)
            table.add_row(
                f"{sampling}, {file_format}",
                f"{kernel:.2f}", f"{start:.2f}", f"{scan.seconds:.2f}",
                f"{(scan.seconds - start) / kernel:.2f}", f"{scan.megabytes:.0f}",
                f"{quarter.megabytes:.0f}",
            )  # fmt: skip
    screen = console(record=keep)
    screen.print(f"{points:,} points, {workers} processes; memory of the largest process")
    screen.print(description())
    screen.print(table)
    if keep:
        save(screen, "scans")
