"""``python -m benchmarks NAME`` runs one benchmark and prints its table."""

from __future__ import annotations

import click

from benchmarks.accuracy import accuracy
from benchmarks.compiling import compiling
from benchmarks.folders import folders
from benchmarks.integrals import integrals
from benchmarks.scans import scans
from benchmarks.soak import soak
from benchmarks.startup import startup
from benchmarks.throughput import throughput
from benchmarks.versions import versions


@click.group()
def main() -> None:
    """Measure fssm; every figure is a ratio to something measured in the same run."""


main.add_command(accuracy)
main.add_command(compiling)
main.add_command(folders)
main.add_command(integrals)
main.add_command(scans)
main.add_command(soak)
main.add_command(startup)
main.add_command(throughput)
main.add_command(versions)

if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
