"""Command line: one module for each group of commands."""

from __future__ import annotations

from pathlib import Path

import click

from fssm import __version__
from fssm.cli.common import EXIT_INPUT, fail
from fssm.cli.completion import completion
from fssm.cli.point import init, point, wcxf
from fssm.cli.scan import scan
from fssm.cli.talk import data, plot, slides


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fssm")
def main() -> None:
    """Spectrum, lepton dipoles and flavour violation with four Higgs doublets.

    \b
    Example:  fssm init point.toml && fssm point point.toml
    """
    try:
        Path.cwd()
    except OSError:
        fail("the working directory has been deleted; change to another one", EXIT_INPUT)


for command in (point, init, scan, wcxf, slides, data, plot, completion):
    main.add_command(command)


def run() -> None:
    """Run main, with one line instead of a traceback where the output cannot be written."""
    try:
        main(prog_name="fssm")
    except OSError as error:
        fail(f"output cannot be written: {error.strerror}", 1)
