"""``fssm scan --status`` and ``--verify``: what is in the folder of a scan."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from fssm.base import FSSMError
from fssm.cli.common import EXIT_INPUT, console, fail, print_json
from fssm.cli.interrupts import interruptible

if TYPE_CHECKING:
    from fssm.base import InvalidInput
    from fssm.scans import ScanTable, Status


def looked_at(table: ScanTable) -> tuple[Status, str]:
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


def facts(table: ScanTable) -> dict[str, Any]:
    """How far the scan is, for JSON."""
    status = table.status
    return {
        **status._asdict(),
        "complete": status.complete,
        "no_usable_point": table.flag_counts if status.no_usable_point else None,
        "columns": list(table.columns),
    }


def print_status(folder: str, as_json: bool) -> None:
    """Print how far the scan in a folder is."""
    from fssm.report.layout import new_table
    from fssm.scans import read_scan

    try:
        table = read_scan(folder)
    except FSSMError as error:
        fail(str(error), EXIT_INPUT)
    status, reason = looked_at(table)
    if as_json:
        print_json({"folder": folder, **facts(table)})
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


def print_verified(folder: str, as_json: bool) -> None:
    """Read every part, name those that are damaged; exit code 2 if there are any."""
    with interruptible("interrupted") as guard:
        try:
            table, damaged = _verified(folder)
        except BaseException as error:
            if guard.interrupted:
                guard.leave()
            if isinstance(error, FSSMError):
                fail(str(error), EXIT_INPUT)
            raise
    status = table.status
    good = status.parts - sum(error.field != table.folder.manifest for error in damaged)
    if as_json:
        tree = {"folder": folder, "parts": status.parts, "of_parts": status.of_parts}
        print_json({**tree, "good": good, "damaged": [str(error) for error in damaged]})
    else:
        click.echo(
            f"{folder}: {good:,} of {status.parts:,} parts are what was written, to the bit"
            + ("" if status.complete else f"; {status.of_parts - status.parts:,} are missing")
        )
    if damaged:
        fail("\nfssm: ".join(map(str, damaged)), EXIT_INPUT)


def _verified(folder: str) -> tuple[ScanTable, list[InvalidInput]]:
    """The scan, and what is damaged in its folder; a bar on a terminal tells how far it is."""
    from rich.progress import Progress

    from fssm.scans import read_scan

    screen = console(error=True)
    table = read_scan(folder)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        checks = bar.track(table.verify(), total=table.status.parts + 1, description="verify")
        return table, [error for error in checks if error is not None]
