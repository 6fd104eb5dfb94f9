"""``fssm point``, ``fssm wcxf`` and ``fssm init``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fssm.atomic_files import check_names, write_named
from fssm.base import FSSMError, InvalidInput, Unphysical
from fssm.cli.common import (
    EXIT_INPUT,
    EXIT_STOPPED,
    EXIT_UNPHYSICAL,
    console,
    fail,
    force_option,
    print_json,
)
from fssm.cli.completion import data_sets
from fssm.constants import DEFAULT_A_MUON
from fssm.files import name_of

if TYPE_CHECKING:
    from fssm.precision import Check
    from fssm.result import Result


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--slha", metavar="FILE", help="Write an SLHA file, too; with - print it instead.")
@click.option("--scale", type=float, metavar="Q", help="Of an SLHA file with several scales, GeV.")
@click.option(
    "--precision",
    type=click.IntRange(15, 1000),
    metavar="DIGITS",
    help="Evaluate again with mpmath at DIGITS digits and print the error of each number.",
)
@click.option(
    "--data-set",
    default=DEFAULT_A_MUON,
    show_default=True,
    metavar="NAME",
    help="Experimental a_mu for the pull: amu-2021, amu-2023 or amu-2025.",
    shell_complete=data_sets,
)
@click.option("--qed-log/--no-qed-log", default=True, help="Two-loop QED logarithm in the total.")
@force_option
def point(
    file: str,
    as_json: bool,
    slha: str | None,
    scale: float | None,
    precision: int | None,
    data_set: str,
    qed_log: bool,
    force: bool,
) -> None:
    """Evaluate one point and print its report.

    FILE is TOML, as "fssm init" writes it, or SLHA, of fssm or of an MSSM spectrum; "-" reads
    standard input.

    \b
    Exit codes: 0 fine, 2 unusable input, 3 unphysical point (its flags are named).
    Examples:   fssm point examples/multi-tev.toml --precision 50
                fssm point spectrum.slha --json
                fssm point point.toml --slha out.slha
    """
    try:
        if slha is not None and slha != "-":
            _check_slha(slha, force=force)
        result = evaluated(file, scale=scale, qed_log=qed_log)
        to_print = result.to_dict(data_set=data_set)
        check = _check(result, precision)
    except InvalidInput as error:
        fail(str(error), EXIT_INPUT)
    if as_json:
        extra = {"precision": check.to_dict()} if check else {}
        print_json({**to_print, **extra})
    elif slha != "-":
        _print_report(result, check, title=file, data_set=data_set)
    if slha is not None:
        _write_slha(result, slha, force=force)
    try:
        result.require_physical()
    except Unphysical as error:
        fail(str(error), EXIT_UNPHYSICAL)


def evaluated(file: str, *, scale: float | None = None, qed_log: bool = True) -> Result:
    """The result of the point in a file, TOML or SLHA; InvalidInput as ``read_point``."""
    from fssm.evaluation import evaluate
    from fssm.io.points import read_point

    return evaluate(read_point(file, scale=scale), qed_log=qed_log)


def _check_slha(path: str, *, force: bool) -> None:
    """Refuse a name that cannot be written before anything is computed."""
    try:
        check_names([path], overwrite=force)
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        reason = getattr(error, "strerror", None) or error
        fail(f"{name_of(path)}: cannot be written: {reason}", EXIT_STOPPED)


def _write_slha(result: Result, path: str, *, force: bool) -> None:
    from fssm.io.slha_write import save, text

    if path == "-":
        click.echo(text(result), nl=False)
        return
    try:
        save(result, path, overwrite=force)
    except InvalidInput as error:
        fail(str(error), EXIT_STOPPED)
    click.echo(f"wrote {path}", err=True)


def _check(result: Result, digits: int | None) -> Check | None:
    if digits is None:
        return None
    if result.unphysical:
        click.echo("fssm: no reference for an unphysical point", err=True)
        return None
    from fssm.precision import check_precision

    try:
        return check_precision(result, digits)
    except InvalidInput:
        raise
    except FSSMError as error:
        click.echo(f"fssm: no reference: {error}", err=True)
        return None


def _print_report(result: Result, check: Check | None, *, title: str, data_set: str) -> None:
    from fssm.report import precision_table, report

    screen = console()
    screen.print(report(result, title=title, data_set=data_set))
    if check:
        screen.print(precision_table(check))


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "-o", "--output", "folder", default=".", show_default=True, help="Folder to write to."
)
@click.option(
    "--mode",
    type=click.Choice(["low", "high"]),
    default="low",
    show_default=True,
    help="low: one file for each observable, at its own scale; high: one at 91.1876 GeV, to run.",
)
@click.option("--scale", type=float, metavar="Q", help="Of an SLHA file with several scales, GeV.")
@force_option
def wcxf(file: str, folder: str, mode: str, scale: float | None, force: bool) -> None:
    """Write the dipoles of a point for flavio and wilson.

    FILE as of "fssm point". The files are in the Wilson coefficient exchange format, basis
    "flavio".

    \b
    Example:  fssm wcxf examples/flavour.toml -o wilson
    """
    from fssm.io.wcxf import save

    try:
        paths = save(evaluated(file, scale=scale), folder, mode, overwrite=force)
    except InvalidInput as error:
        fail(str(error), EXIT_INPUT)
    except Unphysical as error:
        fail(str(error), EXIT_UNPHYSICAL)
    except OSError as error:
        fail(f"{error.filename or folder}: cannot be written: {error.strerror}", EXIT_STOPPED)
    for path in paths:
        click.echo(f"wrote {path}")


@click.command()
@click.argument("path", required=False)
@click.option("--scan", is_flag=True, help="An example of a scan instead.")
@force_option
def init(path: str | None, scan: bool, force: bool) -> None:
    """Write a commented example point, or scan.

    To PATH, by default point.toml or scan.toml; "-" prints it.

    \b
    Examples:  fssm init my-point.toml
               fssm init --scan
    """
    kind = "scan" if scan else "point"
    path = path or f"{kind}.toml"
    text = Path(__file__).with_name(f"{kind}.toml").read_text(encoding="utf-8")
    if path == "-":
        click.echo(text, nl=False)
        return
    try:
        check_names([path], overwrite=force)
        write_named(path, text.encode("utf-8"), overwrite=force)
    except InvalidInput as error:
        fail(str(error), EXIT_INPUT)
    except (OSError, ValueError) as error:
        fail(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}", EXIT_INPUT)
    command = f"fssm {kind} {shlex.quote(path)}" + (" -o results" if scan else "")
    click.echo(f"wrote {path}; evaluate it with: {command}")
