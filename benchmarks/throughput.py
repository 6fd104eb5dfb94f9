"""Time per point of the batch path against LAPACK's on the same matrices, and its memory."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from rich import box
from rich.table import Table

import fssm
from benchmarks.machine import console, description, save
from benchmarks.sample import KINDS, MODES, scan_fields
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import chargino_matrix, neutralino_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

SIZES = (1, 100, 10_000, 100_000, 1_000_000)
# Enough matrices to be beyond any cache, few enough to be quick.
FLOOR_SIZE = 20_000


@dataclass(frozen=True)
class Job:
    """One way of evaluating a batch."""

    backend: str
    kind: str
    mode: str

    def point(self, count: int) -> fssm.Point:
        """A batch of that many points."""
        fields = scan_fields(count, is_complex=KINDS[self.kind])
        return fssm.Point(**fields, **MODES[self.mode])

    def run(self, point: fssm.Point, threads: int = 1) -> Any:
        """Evaluate it."""
        return fssm.evaluate(point, detail="a_muon", backend=self.backend, threads=threads)


def floor_job(kind: str) -> Callable[[], None]:
    """LAPACK's eigh(6x6) + svd(3x3) on the matrices of a batch, hermitian for complex points."""
    lag = lagrangian(Job("numpy", kind, "Y' given, none").point(FLOOR_SIZE))
    neutral, charged = neutralino_matrix(lag), chargino_matrix(lag)
    if KINDS[kind]:
        neutral = neutral.conj().swapaxes(-1, -2) @ neutral

    def run() -> None:
        np.linalg.eigh(neutral)
        np.linalg.svd(charged)

    return run


def seconds(job: Callable[[], object], clock: Callable[[], float]) -> float:
    """One run; process_time for one thread, perf_counter for more."""
    start = clock()
    job()
    return clock() - start


def best_of(jobs: dict[Any, Callable[[], object]], rounds: int) -> dict[Any, float]:
    """Shortest CPU time of each, all run in turn, so that a slow spell of the machine hits all."""
    best = dict.fromkeys(jobs, np.inf)
    for _ in range(rounds):
        for name, job in jobs.items():
            best[name] = min(best[name], seconds(job, time.process_time))
    return best


def microseconds(jobs: list[Job], count: int, rounds: int) -> dict[Job, float]:
    """CPU time per point of each job for batches of that size."""
    repeats = max(1, 500 // count)
    points = {job: job.point(count) for job in jobs}

    def runner(job: Job) -> Callable[[], None]:
        def run() -> None:
            for _ in range(repeats):
                job.run(points[job])

        return run

    best = best_of({job: runner(job) for job in jobs}, rounds)
    return {job: 1e6 * value / (count * repeats) for job, value in best.items()}


def thread_ratio(job: Job, count: int, rounds: int) -> float:
    """Wall time of one thread over that of two, the median of pairs."""
    point = job.point(count)
    ratios = []
    for _ in range(rounds):
        one, two = (
            seconds(lambda n=n: job.run(point, threads=n), time.perf_counter) for n in (1, 2)
        )
        ratios.append(one / two)
    return float(np.median(ratios))


def extra_megabytes(job: Job, count: int) -> float:
    """Peak memory beyond the inputs and results of a batch, MB."""
    point = job.point(count)
    job.run(job.point(1))
    tracemalloc.start()
    try:
        result = job.run(point)
        held, peak = tracemalloc.get_traced_memory()
        del result
    finally:
        tracemalloc.stop()
    return (peak - held) / 2**20


def _row(job: Job, cells: list[str]) -> list[str]:
    return [job.backend, job.kind, job.mode, *cells]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    for name in ("backend", "points", "threshold"):
        table.add_column(name)
    for name in columns:
        table.add_column(name, justify="right")
    return table


def time_table(jobs: list[Job], sizes: list[int], rounds: int, floors: dict[str, float]) -> Table:
    """Microseconds a point at every size, and the largest batch over the floor."""
    heads = [f"N = {size:.0e}".replace("e+0", "e") if size > 100 else f"{size}" for size in sizes]
    table = _table("CPU time, one thread, us a point", *heads, "floor", "ratio")
    times = {size: microseconds(jobs, size, rounds if size < 10**6 else 1) for size in sizes}
    for job in jobs:
        measured = [times[size][job] for size in sizes]
        ratio = min(measured) / floors[job.kind]
        cells = [*(f"{t:.3g}" for t in measured), f"{floors[job.kind]:.2f}", f"{ratio:.3f}"]
        table.add_row(*_row(job, cells))
    return table


def more_table(jobs: list[Job], sizes: list[int], rounds: int) -> Table:
    """Memory and threads."""
    small, large = (sizes[-2], sizes[-1]) if len(sizes) > 1 else (sizes[-1], sizes[-1])
    columns = (f"MB, N = {small}", f"MB, N = {large}", "speed of 2 threads")
    table = _table("Peak memory beyond inputs and results; threads", *columns)
    for job in jobs:
        memory = [f"{extra_megabytes(job, size):.1f}" for size in (small, large)]
        table.add_row(*_row(job, [*memory, f"{thread_ratio(job, large, rounds):.2f}"]))
    return table


@click.command()
@click.option("--largest", default=SIZES[-1], show_default=True, help="Points of the last batch.")
@click.option("--rounds", default=5, show_default=True, help="Runs of each, in turn.")
@click.option("--keep", is_flag=True, help="Write benchmarks/results/throughput.txt.")
def throughput(largest: int, rounds: int, keep: bool) -> None:
    """Time, memory and threads of the batch path, as ratios to LAPACK in the same run."""
    out: Console = console(record=keep)
    out.print(description(), soft_wrap=True)
    backends = ["numpy", "numba"] if find_spec("numba") else ["numpy"]
    jobs = [Job(b, kind, mode) for b in backends for kind in KINDS for mode in MODES]
    for job in jobs:
        # Compiled, or loaded from disk, before anything is timed.
        job.run(job.point(100))
    sizes = [size for size in SIZES if size <= largest]
    floor_times = best_of({kind: floor_job(kind) for kind in KINDS}, 2 * rounds)
    floors = {kind: 1e6 * value / FLOOR_SIZE for kind, value in floor_times.items()}
    out.print(
        "\nfloor: numpy.linalg.eigh(6x6) + svd(3x3) on the same points; ratio: best size/floor"
    )
    out.print(time_table(jobs, sizes, rounds, floors))
    out.print()
    out.print(more_table(jobs, sizes, rounds))
    if keep:
        save(out, "throughput")
