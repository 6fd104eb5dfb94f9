"""Points without numbers: the columns that mark them, and how many have which flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fssm.result import WARNINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FLAG = "flag_"
# An input of this one point is out of its range; the message of Point says so for a single one.
INVALID = FLAG + "invalid_input"


def unusable_flags(columns: Iterable[str]) -> list[str]:
    """Names of the flags among columns of results, without those that only warn."""
    names = [name.removeprefix(FLAG) for name in columns if name.startswith(FLAG)]
    return [name for name in names if name not in WARNINGS]


def most_frequent_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The flags that are raised at all, and for how many points."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return {name: int(count) for name, count in ordered if count}


def listed(counts: Mapping[str, int], total: int) -> str:
    """Counts as text, ``"60 of 64 missing_input, 4 of 64 not_finite"``."""
    return ", ".join(f"{count:,} of {total:,} {name}" for name, count in counts.items())
