"""Light bosons in the loop: errors against quadrature, and time against one logarithm."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
import mpmath as mp
import numpy as np
from rich import box
from rich.table import Table

from benchmarks.machine import console, description, save
from fssm.numerics.feynman import alp_h1, alp_h2, vector_loop

if TYPE_CHECKING:
    from collections.abc import Callable

# Functions, and their integrands as printed.
INTEGRALS = {
    "vector": (vector_loop, lambda z, w, r: z**2 * w / (z**2 + r * w), 0),
    "ALP h1": (alp_h1, lambda z, w, r: 2 * z**3 / (z**2 + r * w), 0),
    "ALP h2": (alp_h2, lambda z, w, r: mp.mpf(2) / 3 * (1 + z) * mp.log1p(r * w / z**2), 1),
}


def quadrature(integrand: Callable[..., mp.mpf], r: mp.mpf) -> mp.mpf:
    """int_0^1 of f(z, 1 - z), a decade per piece at both ends."""
    ends = [mp.mpf(0), *(mp.mpf(10) ** -k for k in range(20, 0, -1)), mp.mpf(1) / 2]
    low = mp.quad(lambda z: integrand(z, 1 - z, r), ends)
    return low + mp.quad(lambda w: integrand(1 - w, w, r), ends)


def best_time(function: Callable[[np.ndarray], object], r: np.ndarray) -> float:
    """Fastest of three runs, seconds."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        function(r)
        times.append(time.perf_counter() - start)
    return min(times)


@click.command()
@click.option("--points", default=49, show_default=True, help="Masses from 1e-6 to 1e6 m_lepton.")
@click.option("--batch", default=200_000, show_default=True, help="Points that are timed.")
@click.option("--keep", is_flag=True, help="Write benchmarks/results/integrals.txt.")
def integrals(points: int, batch: int, keep: bool) -> None:
    """Largest relative errors of the vector and axion-like integrals; time over np.log's."""
    out = console(record=keep)
    out.print(description(), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for head in ("integral", "largest error", "at m/m_lepton", "us a point", "over np.log"):
        table.add_column(head, justify="left" if head == "integral" else "right")
    masses = np.geomspace(1e-6, 1e6, points)
    many = np.geomspace(1e-12, 1e12, batch)
    log = best_time(np.log, many)
    for name, (function, integrand, constant) in INTEGRALS.items():
        with mp.workdps(30):
            truths = [constant + quadrature(integrand, mp.mpf(float(m**2))) for m in masses]
            pairs = zip(function(masses**2), truths, strict=True)
            errors = [float(abs(mp.mpf(float(ours)) / exact - 1)) for ours, exact in pairs]
        worst, seconds = int(np.argmax(errors)), best_time(function, many)
        cells = f"{errors[worst]:.1e}", f"{masses[worst]:.0e}", f"{1e6 * seconds / batch:.2f}"
        table.add_row(name, *cells, f"{seconds / log:.0f}")
    out.print(table)
    if keep:
        save(out, "integrals")
