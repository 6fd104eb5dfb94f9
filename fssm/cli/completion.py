"""``fssm completion``: what a shell needs to complete commands, options and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    Example:  fssm completion bash > ~/.local/share/bash-completion/completions/fssm
    """
    from click.shell_completion import get_completion_class

    from fssm.cli import main

    script = get_completion_class(shell)
    if script is not None:
        click.echo(script(main, {}, "fssm", "_FSSM_COMPLETE").source())


def figures(
    _context: click.Context, _parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Names of figures that begin as typed."""
    from fssm.plotting import FIGURES

    return _matching(["all", *FIGURES], typed)


def data_sets(
    _context: click.Context, _parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Names of determinations of a_mu that begin as typed."""
    from fssm.constants import a_muon_sets

    return _matching(list(a_muon_sets()), typed)


def _matching(names: list[str], typed: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(typed)]
