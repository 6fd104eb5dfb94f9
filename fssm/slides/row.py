"""One line of the audit: what a slide says, what its formula gives, what the exact result is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from typing import SupportsFloat

    from fssm.observables.leptons import LoopSum

AGREES = "agrees"
IN_THE_LIMIT = "agrees in the limit"
DIFFERS = "differs"

# How far apart two numbers may be that agree, as a factor 1 + tolerance either way.
FORMULA = 0.01
TWO_DIGITS = 0.05
HEADLINE = 0.1
ONE_DIGIT = 0.25
ESTIMATE = 1.0


class Choice(NamedTuple):
    """What a slide leaves open, how the row fills it, and the numbers for another choice.

    ``literal`` None: the same as the row's own.
    """

    made: str
    other: str
    exact: SupportsFloat
    literal: SupportsFloat | None = None


class Row(NamedTuple):
    """One formula or number of the slides.

    ``printed`` is None for a formula without a number; ``literal``, our evaluation of what is
    printed, is None for a claim without a formula; ``exact`` is the full result; ``ratio`` = exact
    over printed, or over literal where nothing is printed; ``limit_ratio`` the same further into
    the limit the slide assumes, where it assumes one. ``two_loop`` is ``exact`` with the two-loop
    QED logarithm, None where there is none. ``verdict`` follows from the one-loop numbers and the
    ``tolerance``; ``reason`` says why, and ``choice`` what it rests on where the slide leaves
    something open that decides it.
    """

    slide: str
    item: str
    unit: str
    printed: float | None
    literal: float | None
    exact: float
    ratio: float
    limit_ratio: float | None
    two_loop: float | None
    tolerance: float
    verdict: str
    reason: str
    choice: str

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
    two_loop: SupportsFloat | None = None,
    reason: str = "",
    choice: Choice | None = None,
) -> Row:
    """The row with its ratio and verdict.

    "differs" where the literal formula misses the printed number or the exact result misses
    both, "agrees in the limit" where it meets them only at ``limit_ratio``.
    """
    ours, deep, corrected = (
        None if x is None else float(x) for x in (literal, limit_ratio, two_loop)
    )
    full = float(exact)
    ratio, verdict = _judged(printed, ours, full, deep, tolerance)
    rests = "" if choice is None else _rests_on(choice, verdict, printed, ours, tolerance)
    return Row(
        slide, item, unit, printed, ours, full, ratio, deep, corrected, tolerance, verdict,
        reason, rests,
    )  # fmt: skip


def _judged(
    printed: float | None,
    literal: float | None,
    exact: float,
    limit_ratio: float | None,
    tolerance: float,
) -> tuple[float, str]:
    """The ratio and the verdict."""
    reference = literal if printed is None else printed
    ratio = exact / reference if reference else np.nan
    as_printed = printed is None or literal is None or _near(literal / printed, tolerance)
    if as_printed and _near(ratio, tolerance):
        return ratio, AGREES
    if as_printed and limit_ratio is not None and _near(limit_ratio, tolerance):
        return ratio, IN_THE_LIMIT
    return ratio, DIFFERS


def _rests_on(
    choice: Choice, verdict: str, printed: float | None, literal: float | None, tolerance: float
) -> str:
    """The sentence on a choice; the verdict of the other one is computed, not claimed."""
    other = float(choice.exact)
    own = literal if choice.literal is None else float(choice.literal)
    ratio, then = _judged(printed, own, other, None, tolerance)
    found = f"{other:.4g} (ratio {ratio:.4g})" if np.isfinite(other) else "no number"
    if then == verdict:
        return f"also {verdict} for {choice.other} instead of {choice.made}: {found}"
    return f"rests on the choice {choice.made}: {choice.other} gives {found}, which {then}"


def enters_a_muon_only(a_muon: LoopSum) -> str:
    """What the two-loop QED logarithm does to a row on a coupling with a one-loop threshold."""
    return (
        f"the two-loop QED logarithm takes a_mu there from {float(a_muon.one_loop):.3g} to "
        f"{float(a_muon.total):.3g} and is no part of this relation"
    )


def _near(ratio: float, tolerance: float) -> bool:
    return 1 / (1 + tolerance) <= ratio <= 1 + tolerance
