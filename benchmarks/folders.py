"""How long it takes to see what is finished in folders of many parts, and to read a part."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.table import Table

from benchmarks.machine import console, description, save

TREE: dict[str, Any] = {
    "vevs": {"tan_beta": 50, "tan_beta_u": 50, "tan_beta_d": {"from": 2, "to": 12}},
    "higgsino": {"mu": 900, "mu_tilde": 1200, "theta_u": 0.785, "theta_d": 0.785},
    "gaugino": {"m1": {"from": 200, "to": 3000}, "m2": 2500},
    "slepton": {"m_l": {"from": 500, "to": 3000}, "m_e": "m_l"},
}


def tree(**options: Any) -> dict[str, Any]:
    """A scan by numpy with these options of [scan]."""
    return {"scan": {"sampling": "random", "backend": "numpy", **options}, **TREE}


def seconds_of_folder(parts: int) -> tuple[float, float]:
    """Seconds for the status of a scan with so many parts, all but one there, and to resume it.

    The parts are empty files under the right names: neither needs their content. Resuming
    computes the one point that is missing.
    """
    import fssm
    from fssm.scans.config import ScanConfig
    from fssm.scans.folder import prepare_folder

    with tempfile.TemporaryDirectory() as name:
        scan = tree(points=parts, chunk=1, format="npz")
        folder = prepare_folder(ScanConfig.from_mapping(scan), name)
        for part in range(parts - 1):
            path = folder.path / folder.name_of(part, folder.summary(part, 1, 0))
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        start = time.perf_counter()
        if fssm.read_scan(name).status.parts != parts - 1:
            raise RuntimeError("parts are not found")
        middle = time.perf_counter()
        if not fssm.scan(scan, name).status.complete:
            raise RuntimeError("the scan is not complete")
        return middle - start, time.perf_counter() - middle


def milliseconds_of_column(file_format: str, rounds: int) -> tuple[float, float]:
    """Milliseconds to read and verify one column alone of a part, and one among all of them."""
    import fssm

    with tempfile.TemporaryDirectory() as name:
        table = fssm.scan(tree(points=65536, chunk=65536, format=file_format), Path(name) / "out")
        alone, together = [], []
        for _ in range(rounds):
            start = time.perf_counter()
            next(table.iter_parts(["a_muon"]))
            middle = time.perf_counter()
            next(table.iter_parts())
            alone.append(middle - start)
            together.append((time.perf_counter() - middle) / len(table.columns))
        return 1000 * min(alone), 1000 * min(together)


@click.command()
@click.option("--parts", "counts", multiple=True, default=[10_000, 1_000_000], show_default=True)
@click.option("--rounds", default=20, show_default=True, help="Reads of a part; the best counts.")
@click.option("--keep", is_flag=True, help="Write benchmarks/results/folders.txt.")
def folders(counts: tuple[int, ...], rounds: int, keep: bool) -> None:
    """Status, resuming and reading of scans of many parts."""
    found = Table("parts", r"status \[s]", r"resume \[s]", box=box.SIMPLE_HEAD, show_edge=False)
    for count in counts:
        status, resume = seconds_of_folder(count)
        found.add_row(f"{count:,}", f"{status:.2f}", f"{resume:.2f}")
    read = Table(
        "65,536 rows", r"a column alone \[ms]", r"a column of all \[ms]",
        box=box.SIMPLE_HEAD, show_edge=False,
    )  # fmt: skip
    for file_format in ("npz", "parquet"):
        alone, together = milliseconds_of_column(file_format, rounds)
        read.add_row(file_format, f"{alone:.2f}", f"{together:.2f}")
    screen = console(record=keep)
    screen.print(description())
    screen.print(found)
    screen.print(read)
    if keep:
        save(screen, "folders")
