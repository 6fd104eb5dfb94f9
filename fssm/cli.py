"""Command line: ``fssm point``, ``init``, ``slides``, ``data``, ``plot``."""

from __future__ import annotations

import io
import json
import math
import shlex
import sys
from dataclasses import asdict
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from fssm import __version__
from fssm.base import FSSMError, InvalidInput, Unphysical
from fssm.constants import DEFAULT_A_MUON

if TYPE_CHECKING:
    from rich.console import Console

    from fssm.precision import Check
    from fssm.result import Result

EXIT_INPUT = 2
EXIT_UNPHYSICAL = 3
# Wide enough for every table.
WIDTH = 100


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fssm")
def main() -> None:
    """Spectrum, lepton dipoles and flavour violation with four Higgs doublets.

    \b
    Example:  fssm init point.toml && fssm point point.toml
    """


@main.command()
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
        _fail(str(error), EXIT_INPUT)
    if as_json:
        extra = {"precision": check.to_dict()} if check else {}
        click.echo(json.dumps(_json_ready({**to_print, **extra}), indent=2))
    else:
        _print_report(result, check, title=file, data_set=data_set)
    try:
        result.require_physical()
    except Unphysical as error:
        _fail(str(error), EXIT_UNPHYSICAL)


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

    console = _console()
    console.print(report(result, title=title, data_set=data_set))
    if check:
        console.print(precision_table(check))


def _console() -> Console:
    """A narrow terminal wraps lines; cutting numbers would lose them."""
    from rich.console import Console

    # Whatever the terminal can show: a file name in another script must not end the report.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH) if sys.stdout.isatty() else WIDTH
    return console


def _json_ready(tree: Any) -> Any:
    """Complex numbers as [re, im], NaN and infinity as null: what JSON can say."""
    if isinstance(tree, dict):
        return {key: _json_ready(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_json_ready(value) for value in tree]
    if isinstance(tree, complex):
        return [_json_ready(tree.real), _json_ready(tree.imag)]
    if isinstance(tree, float) and not math.isfinite(tree):
        return None
    return tree


@main.command()
@click.argument("path", default="point.toml")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
def init(path: str, force: bool) -> None:
    """Write a commented example point.

    To PATH, by default point.toml; "-" prints it.

    \b
    Example:  fssm init my-point.toml
    """
    text = Path(__file__).with_name("example.toml").read_text(encoding="utf-8")
    if path == "-":
        click.echo(text, nl=False)
        return
    try:
        with Path(path).open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        _fail(f"{path}: exists already; --force overwrites it", EXIT_INPUT)
    except OSError as error:
        _fail(f"{path}: cannot be written: {error.strerror}", EXIT_INPUT)
    click.echo(f"wrote {path}; evaluate it with: fssm point {shlex.quote(path)}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of the rows instead.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown instead.")
def slides(as_json: bool, as_markdown: bool) -> None:
    """Audit the talk line by line.

    Every formula and number of W. Altmannshofer's slides of 2022: as printed, from the printed
    formula, and exact. Computed now, in a few seconds.

    \b
    Example:  fssm slides --json
    """
    from fssm.slides import audit
    from fssm.slides.render import markdown, table

    rows = audit()
    if as_json:
        click.echo(json.dumps(_json_ready([row.to_dict() for row in rows]), indent=2))
    elif as_markdown:
        click.echo(markdown(rows), nl=False)
    else:
        _console().print(table(rows))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def data(as_json: bool) -> None:
    """List the measured numbers with their sources.

    Inputs, named data sets and limits: value, uncertainty, unit, source and year.

    \b
    Example:  fssm data
    """
    from fssm.constants import limits, tables

    if as_json:
        tree = {table: {n: asdict(m) for n, m in sets.items()} for table, sets in tables().items()}
        bounds = {name: [asdict(one) for one in known] for name, known in limits().items()}
        click.echo(json.dumps({**tree, "limits": bounds}, indent=2))
        return
    from fssm.report.data import data_tables

    _console().print(data_tables())


@main.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("-o", "--output", "folder", default=".", help="Folder to write to.")
@click.option(
    "--data-set", metavar="NAME", help="Experimental a_mu of the bands, as listed by fssm data."
)
def plot(names: tuple[str, ...], folder: str, data_set: str | None) -> None:
    """Draw figures as PDF and PNG.

    Without a NAME they are listed; "all" draws all of them. Needs matplotlib: pip install
    'fssm[plot]'.

    \b
    Example:  fssm plot fssm-yukawa z-prime -o figures
    """
    from fssm.constants import a_muon_set
    from fssm.plotting import FIGURES, save

    if not names:
        for name, figure in FIGURES.items():
            click.echo(f"{name:12} {figure.description}")
        return
    try:
        if data_set:
            a_muon_set(data_set)
        for name in FIGURES if "all" in names else names:
            # Not every figure has a band; the ratio of two formulas needs no data.
            banded = (
                name not in FIGURES or "data_set" in signature(FIGURES[name].function).parameters
            )
            options = {"data_set": data_set} if data_set and banded else {}
            for path in save(name, folder, **options):
                click.echo(f"wrote {path}")
    except FSSMError as error:
        _fail(str(error), EXIT_INPUT)


def run() -> None:
    """Run main, with one line instead of a traceback where the output cannot be written."""
    try:
        main(prog_name="fssm")
    except OSError as error:
        _fail(f"output cannot be written: {error.strerror}", 1)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"fssm: {message}", err=True)
    raise SystemExit(code)


if __name__ == "__main__":
    run()
