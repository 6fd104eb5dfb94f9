"""``fssm point`` and ``fssm init``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fssm.base import FSSMError, InvalidInput, Unphysical
from fssm.cli.common import EXIT_INPUT, EXIT_UNPHYSICAL, console, fail, print_json
from fssm.cli.completion import data_sets
from fssm.constants import DEFAULT_A_MUON

if TYPE_CHECKING:
    from fssm.precision import Check
    from fssm.result import Result


@click.command()
@click.argument("file", metavar="FILE.toml")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
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
def point(file: str, as_json: bool, precision: int | None, data_set: str, qed_log: bool) -> None:
    """Evaluate one point and print its report. FILE.toml may be "-" for standard input.

    \b
    Exit codes: 0 fine, 2 unusable input, 3 unphysical point (its flags are named).
    Example:    fssm point examples/multi-tev.toml --precision 50
    """
    try:
        result = _evaluate(file, qed_log)
        to_print = result.to_dict(data_set=data_set)
        check = _check(result, precision)
    except InvalidInput as error:
        fail(str(error), EXIT_INPUT)
    if as_json:
        extra = {"precision": check.to_dict()} if check else {}
        print_json({**to_print, **extra})
    else:
        _print_report(result, check, title=file, data_set=data_set)
    try:
        result.require_physical()
    except Unphysical as error:
        fail(str(error), EXIT_UNPHYSICAL)


def _evaluate(file: str, qed_log: bool) -> Result:
    from fssm.evaluation import evaluate
    from fssm.model.point import Point

    return evaluate(Point.from_toml(file), qed_log=qed_log)


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
@click.argument("path", required=False)
@click.option("--scan", is_flag=True, help="An example of a scan instead.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
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
        with Path(path).open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path}: exists already; --force overwrites it", EXIT_INPUT)
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}", EXIT_INPUT)
    command = f"fssm {kind} {shlex.quote(path)}" + (" -o results" if scan else "")
    click.echo(f"wrote {path}; evaluate it with: {command}")
