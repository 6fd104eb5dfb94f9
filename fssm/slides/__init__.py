"""The talk audited: every formula and number of the slides, printed, literal and exact.

W. Altmannshofer, "New Physics Models for (g-2)_mu", Zurich 2022. ``fssm slides`` prints it.
"""

from __future__ import annotations

import importlib

from fssm.slides.row import AGREES, DIFFERS, IN_THE_LIMIT, Row

__all__ = ["AGREES", "DIFFERS", "IN_THE_LIMIT", "Row", "audit"]

# In the order of the talk.
_PARTS = ("scales", "mssm", "four_doublets", "landau", "leptons", "light")


def audit() -> list[Row]:
    """All rows, computed now; a few seconds."""
    parts = (importlib.import_module(f"fssm.slides.{part}") for part in _PARTS)
    rows = [row for part in parts for row in part.rows()]
    first = {row.slide: number for number, row in reversed(list(enumerate(rows)))}
    return sorted(rows, key=lambda row: first[row.slide])
