"""``fssm scan``: run, resume and inspect scans."""

from __future__ import annotations

import shlex
import signal
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from fssm.base import FSSMError, InvalidInput
from fssm.cli.common import (
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_STOPPED,
    EXIT_UNPHYSICAL,
    console,
    fail,
    print_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fssm.scans import ScanTable, Status, Step


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
@click.option("--json", "as_json", is_flag=True, help="Print the result, or --status, as JSON.")
def scan(
    file: str | None,
    output: str | None,
    workers: int,
    dask: str | None,
    mpi: bool,
    shard: tuple[int, int],
    status: str | None,
    as_json: bool,
) -> None:
    """Evaluate many points, in parts on disk.

    The same command again computes only what is missing, whatever stopped it before. "fssm init
    --scan" writes a commented SCAN.toml.

    \b
    Exit codes: 0 done, 1 stopped (disk full, a worker died), 2 unusable input,
                3 complete, but no point is usable (the flags are named), 130 interrupted.
    Examples:   fssm scan scan.toml -o results --workers 2
                fssm scan --status results
                fssm scan scan.toml -o results --shard $SLURM_ARRAY_TASK_ID/100
                mpiexec -n 8 python -m mpi4py.futures -m fssm scan scan.toml -o results --mpi
    """
    if status is not None:
        _print_status(status, as_json)
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
    try:
        import fssm.scans

        with _terminated_as_interrupted(), source as executor, _progress() as progress:
            return fssm.scans.scan(
                file, output, workers=workers, executor=executor, shard=shard, progress=progress
            )
    except KeyboardInterrupt:
        fail(
            "interrupted; what is finished is kept, the same command computes the rest "
            f"(fssm scan --status {shlex.quote(output)})",
            EXIT_INTERRUPTED,
        )
    except InvalidInput as error:
        fail(str(error), EXIT_INPUT)
    except FSSMError as error:
        fail(str(error), EXIT_STOPPED)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Batch systems end a job by SIGTERM: stop then as for Ctrl-C, with nothing half done."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop(*_: object) -> None:
        # Once: a second one, while the running parts end, would leave the workers waiting for ever.
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    # What nohup and background jobs ignore stays ignored.
    before = {n: h for n in numbers if (h := signal.getsignal(n)) is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None] | None]:
    """A bar with rate and time left on a terminal; elsewhere nothing."""
    screen = console(error=True)
    if not screen.is_terminal:
        yield None
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

        yield show


def _print_done(table: ScanTable, shard: tuple[int, int], seconds: float, as_json: bool) -> None:
    status, reason = _looked_at(table)
    if as_json:
        print_json({"folder": str(table.folder.path), "seconds": seconds, **_facts(table)})
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


def _looked_at(table: ScanTable) -> tuple[Status, str]:
    """How far the scan is, and why none of its points is usable, or ""."""
    from fssm.scans.flags import listed

    try:
        status = table.status
        # Parts are read only if their summaries leave no usable point.
        if not status.no_usable_point:
            return status, ""
        return status, f"no usable point: {listed(table.flag_counts, status.points)}"
    except FSSMError as error:
        fail(str(error), EXIT_INPUT)


def _facts(table: ScanTable) -> dict[str, Any]:
    status = table.status
    return {
        **status._asdict(),
        "complete": status.complete,
        "no_usable_point": table.flag_counts if status.no_usable_point else None,
        "columns": list(table.columns),
    }


def _print_status(folder: str, as_json: bool) -> None:
    from fssm.report.layout import new_table
    from fssm.scans import read_scan

    try:
        table = read_scan(folder)
    except FSSMError as error:
        fail(str(error), EXIT_INPUT)
    status, reason = _looked_at(table)
    if as_json:
        print_json({"folder": folder, **_facts(table)})
        return
    config = table.config
    rows = {
        "sampling": f"{config.sampling} over {', '.join(config.names)}",
        "detail, backend": f"{config.detail}, {config.backend}",
        "parts": f"{status.parts:,} of {status.of_parts:,} ({config.format})",
        "points": f"{status.points:,} of {status.of_points:,}",
        "rows kept": f"{status.rows:,}",
        "flagged": f"{status.failed:,}",
        "on disk": f"{status.size / 1e6:,.1f} MB",
        "made by": f"fssm {table.folder.version}, digest {table.folder.digest[:16]}",
    }
    printed = new_table("scan", folder, left=2)
    for name, text in rows.items():
        printed.add_row(name, text)
    screen = console()
    screen.print(printed)
    if reason:
        screen.print(f"\n{reason}", markup=False)
    if not status.complete:
        screen.print("\nto go on: fssm scan SCAN.toml -o " + shlex.quote(folder), markup=False)
