"""``fssm slides``, ``fssm data`` and ``fssm plot``."""

from __future__ import annotations

from dataclasses import asdict
from inspect import signature

import click

from fssm.base import FSSMError
from fssm.cli.common import EXIT_INPUT, EXIT_STOPPED, console, fail, force_option, print_json
from fssm.cli.completion import data_sets, figures


@click.command()
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
        print_json([row.to_dict() for row in rows])
    elif as_markdown:
        click.echo(markdown(rows), nl=False)
    else:
        console().print(table(rows))


@click.command()
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
        print_json({**tree, "limits": bounds})
        return
    from fssm.report.data import data_tables

    console().print(data_tables())


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=figures)
@click.option("-o", "--output", "folder", default=".", help="Folder to write to.")
@click.option(
    "--data-set",
    metavar="NAME",
    help="Experimental a_mu of the bands, as listed by fssm data.",
    shell_complete=data_sets,
)
@force_option
def plot(names: tuple[str, ...], folder: str, data_set: str | None, force: bool) -> None:
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
            for path in save(name, folder, overwrite=force, **options):
                click.echo(f"wrote {path}")
    except FSSMError as error:
        fail(str(error), EXIT_INPUT)
    except OSError as error:
        fail(f"{error.filename or folder}: cannot be written: {error.strerror}", EXIT_STOPPED)
