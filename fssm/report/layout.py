"""Headings, tables and numbers for people, as rich renderables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fssm.base import abs_sq

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fssm.base import AnyArray
    from fssm.model.spectrum import Inos

UNIT = 1e-11
_GAUGE_STATES = ("bino", "wino", "Hd", "Hd'", "Hu", "Hu'")


def heading(title: str, detail: str) -> RenderableType:
    """A section title with a dim remark."""
    text = Text(f"\n{title}", style="bold cyan")
    return text.append(f"  {detail}", style="dim") if detail else text


def note(message: str) -> RenderableType:
    """One item of a list of remarks."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row("-", message)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def new_table(*columns: str, left: int = 1) -> Table:
    """A plain table, the first ``left`` columns left-aligned."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number < left else "right", no_wrap=True)
    return table


def number(value: Any, digits: int = 6) -> str:
    """A number for people: fixed digits, complex as a + bi, NaN as a dash, infinity as inf."""
    if np.iscomplexobj(value) and np.isfinite(value):
        sign = "-" if value.imag < 0 else "+"
        return f"{value.real:.{digits}g} {sign} {abs(value.imag):.{digits}g}i"
    real = float(np.real(value)) + 0.0  # no "-0"
    return "-" if np.isnan(real) else f"{real:.{digits}g}"


def short(value: Any, digits: int) -> str:
    """A number without an imaginary part that these digits do not show."""
    negligible = np.isfinite(value) and abs(np.imag(value)) < 10.0**-digits / 2 * abs(value)
    return number(np.real(value) if negligible else value, digits)


def mass_text(value: float) -> str:
    """A mass in GeV, NaN as a dash."""
    return f"{value:.3f}" if np.isfinite(value) else "-"


def small(value: Any) -> str:
    """A number in units of UNIT."""
    scaled = float(value) / UNIT
    if not np.isfinite(scaled):
        return "-"
    # Below 1e-9 of the unit it is the rounding of terms that cancel.
    tiny = 1e-9 < abs(scaled) < 5e-4
    return f"{scaled:+.1e}" if tiny else f"{scaled:+.3f}"


def composition(row: AnyArray, names: tuple[str, ...], most: int) -> str:
    """The largest shares of a mixing-matrix row."""
    weights = abs_sq(row)
    if not np.isfinite(weights).all():
        return "-"
    order = [i for i in np.argsort(-weights, kind="stable")[:most] if weights[i] >= 0.005]
    return ", ".join(f"{100 * weights[i]:.0f}% {names[i]}" for i in order)


def neutralino_states(inos: Inos) -> list[tuple[str, str, str]]:
    """Name, mass and composition of each neutralino."""
    return [
        (f"neutralino {i + 1}", mass_text(mass), composition(inos.n[i], _GAUGE_STATES, 4))
        for i, mass in enumerate(inos.m_neutralino)
    ]


def chargino_states(inos: Inos) -> list[tuple[str, str, str]]:
    """Name, mass and composition of each chargino, negative | positive."""
    states = []
    for i, mass in enumerate(inos.m_chargino):
        minus = composition(inos.u[i], ("wino", "Hd", "Hd'"), 2)
        plus = composition(inos.v[i], ("wino", "Hu", "Hu'"), 2)
        states.append((f"chargino {i + 1}", mass_text(mass), f"{minus} | {plus}"))
    return states


def scientific(value: Any, digits: int = 4) -> str:
    """A signed number in exponent notation, NaN as a dash, zero as 0."""
    real = float(np.real(value))
    if real == 0:
        return "0"
    return f"{real:+.{digits - 1}e}" if np.isfinite(real) else "-"


def pairs(lines: list[tuple[str, str]]) -> RenderableType:
    """Names and values, indented."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in lines:
        grid.add_row(name, value)
    return Padding(grid, (0, 0, 0, 2), expand=False)
