"""One line of the audit: what a slide says, what its formula gives, what the exact result is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from typing import SupportsFloat

AGREES = "agrees"
IN_THE_LIMIT = "agrees in the limit"
DIFFERS = "differs"

# How far apart two numbers may be that agree, as a factor 1 + tolerance either way.
FORMULA = 0.01
TWO_DIGITS = 0.05
HEADLINE = 0.1
ONE_DIGIT = 0.25
ESTIMATE = 1.0


class Row(NamedTuple):
    """One formula or number of the slides.

    ``printed`` is None for a formula without a number; ``literal``, our evaluation of what is
    printed, is None for a claim without a formula; ``exact`` is the full result; ``ratio`` = exact
    over printed, or over literal where nothing is printed; ``limit_ratio`` the same further into
    the limit the slide assumes, where it assumes one. ``verdict`` follows from these and the
    ``tolerance``; ``reason`` says why.
    """

    slide: str
    item: str
    unit: str
    printed: float | None
    literal: float | None
    exact: float
    ratio: float
    limit_ratio: float | None
    tolerance: float
    verdict: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary."""
        return self._asdict()


def make_row(
    slide: str,
    item: str,
    *,
    exact: SupportsFloat,
    tolerance: float,
    printed: float | None = None,
    literal: SupportsFloat | None = None,
    unit: str = "",
    limit_ratio: SupportsFloat | None = None,
    reason: str = "",
) -> Row:
    """The row with its ratio and verdict.

    "differs" where the literal formula misses the printed number or the exact result misses
    both, "agrees in the limit" where it meets them only at ``limit_ratio``.
    """
    ours, deep = (None if x is None else float(x) for x in (literal, limit_ratio))
    full, reference = float(exact), ours if printed is None else printed
    ratio = full / reference if reference else np.nan
    as_printed = printed is None or ours is None or _near(ours / printed, tolerance)
    if as_printed and _near(ratio, tolerance):
        verdict = AGREES
    elif as_printed and deep is not None and _near(deep, tolerance):
        verdict = IN_THE_LIMIT
    else:
        verdict = DIFFERS
    return Row(slide, item, unit, printed, ours, full, ratio, deep, tolerance, verdict, reason)


def _near(ratio: float, tolerance: float) -> bool:
    return 1 / (1 + tolerance) <= ratio <= 1 + tolerance
