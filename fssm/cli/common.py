"""What the commands share: the console, JSON, and how they fail."""

from __future__ import annotations

import io
import json
import math
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from rich.console import Console

EXIT_STOPPED = 1
EXIT_INPUT = 2
EXIT_UNPHYSICAL = 3
EXIT_INTERRUPTED = 130
# Of every command that writes files which the user names.
force_option = click.option("--force", is_flag=True, help="Overwrite existing files.")
# Wide enough for every table.
WIDTH = 100


def console(*, error: bool = False) -> Console:
    """A narrow terminal wraps lines; cutting numbers would lose them."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    # Whatever the terminal can show: a file name in another script must not end the report.
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    made = Console(highlight=False, stderr=error)
    made.width = max(made.width, WIDTH) if stream is not None and stream.isatty() else WIDTH
    return made


def print_json(tree: Any) -> None:
    """Print one JSON value; complex numbers as [re, im], NaN as null, infinity as "inf"."""
    click.echo(json.dumps(_json_ready(tree), indent=2))


def _json_ready(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _json_ready(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_json_ready(value) for value in tree]
    if isinstance(tree, complex):
        return [_json_ready(tree.real), _json_ready(tree.imag)]
    if isinstance(tree, float) and not math.isfinite(tree):
        return None if math.isnan(tree) else str(tree)
    return tree


def fail(message: str, code: int) -> NoReturn:
    """End with one line on standard error."""
    click.echo(f"fssm: {message}", err=True)
    raise SystemExit(code)
