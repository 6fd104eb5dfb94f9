"""The numbers of constants.toml as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from fssm.constants import DEFAULT_A_MUON, limits, tables
from fssm.report.layout import heading, new_table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from fssm.constants import Measurement

_TITLES = {
    "inputs": ("Inputs", "used where a point leaves them out"),
    "a_muon": ("a_mu", "experiment minus Standard Model; --data-set NAME, default *"),
    "a_electron": ("a_e", "experiment minus Standard Model"),
    "a_tau": ("a_tau", "experiment minus Standard Model"),
    "tridents": ("Neutrino tridents", "sigma over the Standard Model's"),
}


def data_tables() -> RenderableType:
    """Every table of measurements, then the upper limits, the default of each first."""
    parts: list[RenderableType] = []
    for name, entries in tables().items():
        parts += [heading(*_TITLES.get(name, (name, ""))), _measurements(list(entries.values()))]
    return Group(*parts, heading("Upper limits", "default *"), _limits())


def _measurements(entries: list[Measurement]) -> Table:
    grid = _grid("name", "value", "uncertainty", "unit", "year", "source")
    for entry in entries:
        star = " *" if entry.name == DEFAULT_A_MUON else ""
        values = f"{entry.value:.10g}", f"{entry.uncertainty:.2g}", entry.unit, str(entry.year)
        grid.add_row(entry.name + star, *values, entry.source)
    return grid


def _limits() -> Table:
    grid = _grid("observable", "limit", "CL", "unit", "year", "experiment and source")
    for observable, known in limits().items():
        for number, entry in enumerate(known):
            star = " *" if number == 0 else ""
            values = f"{entry.value:.3g}", f"{100 * entry.confidence:.0f}%", entry.unit
            source = f"{entry.name}: {entry.source}"
            grid.add_row(observable + star, *values, str(entry.year), source)
    return grid


def _grid(*columns: str) -> Table:
    grid = new_table(*columns)
    for number in (3, 5):
        grid.columns[number].justify = "left"
    grid.columns[5].no_wrap = False
    return grid
