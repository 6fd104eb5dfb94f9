"""The audit for people: a table in the terminal, or Markdown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fssm.report.layout import heading, new_table
from fssm.slides.row import AGREES, DIFFERS, IN_THE_LIMIT, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

_STYLES = {AGREES: "green", IN_THE_LIMIT: "yellow", DIFFERS: "red"}
_SHORT = {AGREES: "agrees", IN_THE_LIMIT: "in the limit", DIFFERS: "differs"}


def _number(value: float | None) -> str:
    if value is None:
        return ""
    # Nothing on the slides is that small; this is the cosine of pi/2.
    if abs(value) < 1e-20:
        return "0"
    if value == round(value) and abs(value) < 1e5:
        return f"{value:.0f}"
    return f"{value:.2e}" if not 0.01 <= abs(value) < 1e5 else f"{value:.4g}"


def _ratio(value: float) -> str:
    return f"{value:.4f}" if 0.1 <= abs(value) < 10 else f"{value:.2g}"


def _item(row: Row) -> str:
    return row.item + (f" [{row.unit}]" if row.unit else "")


def remark(row: Row) -> str:
    """The reason, the choice that the verdict rests on, and the two-loop logarithm."""
    parts = [row.reason, row.choice]
    if row.two_loop is not None:
        # 0.0: a logarithm that drops out has no sign.
        change = round(100 * (row.two_loop / row.exact - 1), 1) + 0.0
        parts.append(f"with the two-loop QED logarithm {_number(row.two_loop)} ({change:+.1f}%)")
    return "; ".join(filter(None, parts))


def summary(rows: Sequence[Row]) -> str:
    """How many rows have which verdict."""
    counts = {v: sum(row.verdict == v for row in rows) for v in _STYLES}
    return (
        f"{len(rows)} rows: {counts[AGREES]} agree, {counts[IN_THE_LIMIT]} agree in the limit, "
        f"{counts[DIFFERS]} differ"
    )


def table(rows: Sequence[Row]) -> RenderableType:
    """Numbered rows under the titles of their slides; the reasons below, by number."""
    grid = new_table("", "formula or number", "printed", "literal", "exact", "ratio", "verdict")
    grid.columns[0].justify, grid.columns[1].justify = "right", "left"
    grid.columns[1].no_wrap = False
    grid.columns[-1].justify = "left"
    numbered = enumerate(rows, start=1)
    for slide, group in groupby(numbered, key=lambda pair: pair[1].slide):
        grid.add_row("", Text(slide, style="bold"))
        for number, row in group:
            grid.add_row(
                str(number),
                Text(_item(row)),
                *map(_number, (row.printed, row.literal, row.exact)),
                _ratio(row.ratio),
                Text(_SHORT[row.verdict], style=_STYLES[row.verdict]),
            )
    head = heading("The slides, line by line", "ratio = exact/printed, or exact/literal")
    return Group(head, grid, heading("Why", ""), _reasons(rows), Text(f"\n{summary(rows)}"))


def _reasons(rows: Sequence[Row]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    for number, row in enumerate(rows, start=1):
        if text := remark(row):
            grid.add_row(Text(str(number), style=_STYLES[row.verdict]), Text(text))
    return grid


def markdown(rows: Sequence[Row]) -> str:
    """One Markdown table for each slide."""
    lines = [
        "# The slides, line by line",
        "",
        'W. Altmannshofer, "New Physics Models for (g-2)_mu", Zurich, July 2022, beside the exact',
        "results of this package. Written by `fssm slides --markdown`. *Literal* is our evaluation",
        "of what is printed, *ratio* exact over printed, or over literal without a printed number.",
        "Exact is one loop; remarks have the two-loop QED logarithm, and what a verdict rests on",
        "where the slides leave a choice.",
        "",
        f"{summary(rows)}.",
    ]
    for slide, group in groupby(rows, key=lambda row: row.slide):
        lines += ["", f"## {slide}", ""]
        lines.append("| formula or number | printed | literal | exact | ratio | verdict | remark |")
        lines.append("|---|---|---|---|---|---|---|")
        for row in group:
            numbers = map(_number, (row.printed, row.literal, row.exact))
            cells = (_item(row), *numbers, _ratio(row.ratio), row.verdict, remark(row))
            lines.append(f"| {' | '.join(map(_escaped, cells))} |")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Text in which Markdown sees neither tables, emphasis nor tags."""
    for sign in "|*_<":
        text = text.replace(sign, f"\\{sign}")
    return text
