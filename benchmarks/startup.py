"""Import time against numpy's, and the time of one ``fssm point``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

EXAMPLE = Path(__file__).parent.parent / "examples" / "multi-tev.toml"
IMPORTS = {
    "import numpy": "import numpy",
    "import fssm": "import fssm",
    "import fssm, ready to evaluate": "import fssm; fssm.Point, fssm.evaluate",
}


def import_seconds(statement: str) -> float:
    """Time of one statement in a fresh interpreter, without the interpreter's own start."""
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def command_seconds() -> float:
    """Wall time of ``fssm point`` on the multi-TeV example, interpreter start included."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "fssm.cli", "point", str(EXAMPLE)]
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - start


@click.command()
@click.option("--runs", default=15, show_default=True, help="Runs of each, in turn.")
def startup(runs: int) -> None:
    """Import times relative to numpy, and one `fssm point`."""
    seconds: dict[str, list[float]] = {name: [] for name in IMPORTS}
    seconds["fssm point"] = []
    # One round to fill the caches; then in turn, so that a slow spell of the machine hits all.
    for counted in range(-1, runs):
        round_seconds = {name: import_seconds(code) for name, code in IMPORTS.items()}
        round_seconds["fssm point"] = command_seconds()
        if counted >= 0:
            for name, value in round_seconds.items():
                seconds[name].append(value)
    table = Table(
        "what",
        r"median \[ms]",
        r"min \[ms]",
        "of import numpy",
        box=box.SIMPLE_HEAD,
        show_edge=False,
    )
    numpy = statistics.median(seconds["import numpy"])
    for name, values in seconds.items():
        median = statistics.median(values)
        row = f"{1e3 * median:.1f}", f"{1e3 * min(values):.1f}", f"{median / numpy:.3f}"
        table.add_row(name, *row)
    Console(width=None if sys.stdout.isatty() else 90).print(table)
