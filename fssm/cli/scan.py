"""``fssm scan``: run and resume scans."""

from __future__ import annotations

import shlex
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from fssm.base import FSSMError, InvalidInput
from fssm.cli.common import (
    EXIT_INPUT,
    EXIT_STOPPED,
    EXIT_UNPHYSICAL,
    console,
    fail,
    print_json,
)
from fssm.cli.interrupts import interruptible
from fssm.cli.scan_folder import facts, looked_at, print_status, print_verified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fssm.scans import ScanTable, Step


def _shard(context: click.Context, parameter: click.Parameter, text: str) -> tuple[int, int]:
    """Two whole numbers around a slash."""
    first, slash, second = text.partition("/")
    digits = first.isdecimal() and second.isdecimal() and len(text) < 20
    if slash and digits and 1 <= int(first) <= int(second):
        return int(first), int(second)
    raise click.BadParameter(f"{text!r} is not i/n with 1 <= i <= n", context, parameter)


@click.command()
@click.argument("file", metavar="[SCAN.toml]", required=False)
@click.option("-o", "--output", metavar="DIR", help="Folder of the part files.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Number of processes."
)
@click.option("--dask", metavar="ADDRESS", help="Use the workers of a dask scheduler.")
@click.option("--mpi", is_flag=True, help="Use the ranks of mpiexec ... python -m mpi4py.futures.")
@click.option(
    "--shard",
    default="1/1",
    metavar="I/N",
    callback=_shard,
    help="Compute the I-th of N shares only.",
)
@click.option("--status", metavar="DIR", help="Print how far the scan in DIR is, and nothing else.")
@click.option("--verify", metavar="DIR", help="Read all parts in DIR and compare their digests.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def scan(
    file: str | None,
    output: str | None,
    workers: int,
    dask: str | None,
    mpi: bool,
    shard: tuple[int, int],
    status: str | None,
    verify: str | None,
    as_json: bool,
) -> None:
    """Evaluate many points, in parts on disk.

    The same command again computes only what is missing, whatever stopped it before. "fssm init
    --scan" writes a commented SCAN.toml.

    \b
    Exit codes: 0 done, 1 stopped (disk full, a worker died), 2 unusable input or damaged parts,
                3 complete, but no point is usable (the flags are named), 130 interrupted.
    Examples:   fssm scan scan.toml -o results --workers 2
                fssm scan --status results
                fssm scan --verify results
                fssm scan scan.toml -o results --shard $SLURM_ARRAY_TASK_ID/100
                mpiexec -n 8 python -m mpi4py.futures -m fssm scan scan.toml -o results --mpi
    """
    if status is not None:
        print_status(status, as_json)
        return
    if verify is not None:
        print_verified(verify, as_json)
        return
    if file is None or output is None:
        missing = "SCAN.toml" if file is None else "-o DIR"
        raise click.UsageError(f"Missing {missing}; fssm scan SCAN.toml -o DIR")
    if (workers > 1) + (dask is not None) + mpi > 1:
        raise click.UsageError("Take one of --workers, --dask and --mpi.")
    start = time.monotonic()
    table = _run(file, output, workers, _executor(dask, mpi), shard)
    _print_done(table, shard, time.monotonic() - start, as_json)


def _executor(dask: str | None, mpi: bool) -> AbstractContextManager[Any]:
    from fssm.scans.executors import dask_workers, mpi_workers

    if dask is not None:
        return dask_workers(dask)
    return mpi_workers() if mpi else nullcontext()


def _run(
    file: str,
    output: str,
    workers: int,
    source: AbstractContextManager[Any],
    shard: tuple[int, int],
) -> ScanTable:
    message = (
        "interrupted; what is finished is kept, the same command computes the rest "
        f"(fssm scan --status {shlex.quote(output)})"
    )
    with interruptible(message) as guard:
        try:
            import fssm.scans

            with source as executor, _progress() as progress:
                return fssm.scans.scan(
                    file, output, workers=workers, executor=executor, shard=shard,
                    progress=progress,
                )  # fmt: skip
        except BaseException as error:
            # Whatever an interrupt has made fail on the way, be it the import of a library.
            if guard.interrupted:
                guard.leave()
            if isinstance(error, FSSMError):
                fail(str(error), EXIT_INPUT if isinstance(error, InvalidInput) else EXIT_STOPPED)
            raise


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """A bar with rate and time left on a terminal; elsewhere only what keeps the scan waiting."""
    screen = console(error=True)
    if not screen.is_terminal:
        yield _tell_idle
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.fields[done]}"),
        TextColumn("{task.fields[rate]}", style="dim"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    begin = time.monotonic()
    with Progress(*columns, console=screen) as bar:
        task = bar.add_task("scan", total=None, done="starting", rate="")
        first: list[int] = []

        def show(step: Step) -> None:
            first.append(step.points)
            new = step.points - first[0]
            rate = f"{new / (time.monotonic() - begin):,.0f}/s" if new else ""
            done = f"{step.points:,} of {step.of_points:,} points"
            bar.update(task, total=step.of_points, completed=step.points, done=done, rate=rate)
            _tell_idle(step)

        yield show


def _tell_idle(step: Step) -> None:
    """One line on standard error while nothing is finished."""
    if step.idle:
        reason = step.reason or "the workers run, their parts take that long"
        click.echo(f"fssm: nothing finished for {step.idle:.0f} s: {reason}", err=True)


def _print_done(table: ScanTable, shard: tuple[int, int], seconds: float, as_json: bool) -> None:
    status, reason = looked_at(table)
    if as_json:
        print_json({"folder": str(table.folder.path), "seconds": seconds, **facts(table)})
    else:
        share = "" if shard == (1, 1) else f"share {shard[0]} of {shard[1]} is done; "
        click.echo(
            f"{share}{table.folder.path}: {status.parts} of {status.of_parts} parts, "
            f"{status.rows:,} rows of {status.points:,} points, {status.failed:,} flagged; "
            f"{seconds:.1f} s"
        )
        if status.complete:
            click.echo(f"read it with fssm.read_scan({str(table.folder.path)!r})")
    if reason:
        fail(reason, EXIT_UNPHYSICAL)
