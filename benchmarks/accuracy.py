"""Largest errors of the batch path against the reference at 50 digits, by regime."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click
import numpy as np
from rich import box
from rich.table import Table

import fssm
from benchmarks.machine import console, description, save
from benchmarks.routes import table as routes_table
from benchmarks.sample import KINDS, Fields, regimes

if TYPE_CHECKING:
    from fssm.reference.muon import MuonReference

DIGITS = 50
# How Y' comes about here: as drawn, or from the exact threshold.
MODES: dict[str, Fields] = {"Y' given": {}, "exact": {"y_prime_muon": None}}


def single(fields: Fields, index: int) -> fssm.Point:
    """One point of a batch."""
    one = {name: value[index] if np.ndim(value) else value for name, value in fields.items()}
    return fssm.Point(**one)


def references(fields: Fields, count: int) -> dict[int, MuonReference]:
    """What the reference finds, for the first ``count`` points that are physical."""
    result = fssm.evaluate(fssm.Point(**fields), detail="a_muon", backend="numpy")
    good = np.flatnonzero(~result.unphysical)[:count]
    y_prime = np.broadcast_to(result.y_prime_muon, result.shape)
    solved = fields.get("y_prime_muon") is None
    return {
        int(i): fssm.reference.evaluate(
            single(fields, i), DIGITS, near=y_prime[i] if solved else None
        )
        for i in good
    }


def largest_error(fields: Fields, exact: dict[int, MuonReference], backend: str) -> float:
    """Largest error of a sector's a_mu, of |chi0| + |chi+-|."""
    result = fssm.evaluate(fssm.Point(**fields), detail="a_muon", backend=backend)
    errors = [0.0]
    for i, truth in exact.items():
        scale = abs(truth.a_neutralino) + abs(truth.a_chargino)
        errors.append(float(abs(result.a_muon.neutralino[i] - truth.a_neutralino) / scale))
        errors.append(float(abs(result.a_muon.chargino[i] - truth.a_chargino) / scale))
    return max(errors)


def difference(fields: Fields) -> float:
    """Largest difference of the two backends, of |chi0| + |chi+-|."""
    point = fssm.Point(**fields)
    ours, theirs = (
        fssm.evaluate(point, detail="a_muon", backend=name).a_muon for name in ("numpy", "numba")
    )
    scale = np.abs(ours.neutralino) + np.abs(ours.chargino)
    pairs = zip(ours[:2], theirs[:2], strict=True)
    return float(np.nanmax([np.abs(a - b) / scale for a, b in pairs]))


@click.command()
@click.option("--points", default=25, show_default=True, help="Points of each kind and regime.")
@click.option("--batch", default=10_000, show_default=True, help="Points numpy and numba share.")
@click.option("--routes", default=10_000, show_default=True, help="Points of all routes.")
@click.option("--keep", is_flag=True, help="Write benchmarks/results/accuracy.txt.")
def accuracy(points: int, batch: int, routes: int, keep: bool) -> None:
    """Largest errors against 50-digit references, by regime and backend."""
    out = console(record=keep)
    out.print(description(), soft_wrap=True)
    out.print(
        f"\nerrors of a_mu by sector, of |chi0| + |chi+-|; {points} points each, {DIGITS} digits"
    )
    backends = ["numpy", "numba"] if find_spec("numba") else ["numpy"]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for head in ("regime", "points", "threshold"):
        table.add_column(head)
    for head in (*backends, *([f"numpy - numba, {batch} points"] if len(backends) == 2 else [])):
        table.add_column(head, justify="right")
    for kind, is_complex in KINDS.items():
        drawn = regimes(4 * points, is_complex=is_complex)
        many = regimes(batch, is_complex=is_complex, seed=8)
        for regime in drawn:
            for mode, change in MODES.items():
                fields = {**drawn[regime], **change}
                exact = references(fields, points)
                cells = [f"{largest_error(fields, exact, b):.1e}" for b in backends]
                if len(backends) == 2:
                    cells.append(f"{difference({**many[regime], **change}):.1e}")
                table.add_row(regime, f"{kind}, {len(exact)}", mode, *cells)
    out.print(table)
    if len(backends) == 2:
        out.print()
        out.print(routes_table(routes))
    if keep:
        save(out, "accuracy")
