"""How large a scan may be: memory of a part and number of parts, before anything is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

# Files in one folder: as many as are listed in a few seconds.
MOST_PARTS = 10**6
# Points of a part file unless the scan says otherwise: large enough for the kernels, small enough
# to lose without regret. A shorter scan has shorter ones, down to a sixteenth of these, so that
# several processes have work.
LARGEST_CHUNK = {"a_muon": 65536, "masses": 32768, "full": 4096}
_SHARES = 16
# Memory that evaluating, encoding and writing one part needs: bytes a point (380, 630 and, with
# three generations, 6900 as measured) and for every range and column of the scan file; and what
# one part may need in all.
_BYTES = {"a_muon": 600, "masses": 1000, "full": 10_000}
_BYTES_OF_COLUMN = 40
MOST_MEMORY = 4 * 2**30


def bytes_of_point(detail: str, columns: int) -> int:
    """Memory of one point while its part is computed; ``columns`` are ranges and formulas."""
    return _BYTES[detail] + _BYTES_OF_COLUMN * columns


def default_chunk(points: int, detail: str, columns: int) -> int:
    """Points of a part file where the scan does not say."""
    largest = LARGEST_CHUNK[detail]
    usual = min(max(-(-points // _SHARES), largest // _SHARES), largest)
    return max(min(usual, MOST_MEMORY // bytes_of_point(detail, columns)), 1)


def check_sizes(options: Mapping[str, Any], columns: int) -> None:
    """Raise InvalidInput for parts too large for the memory, or more than a folder can hold.

    ``options`` are those of [scan], ``columns`` the number of ranges and formulas.
    """
    chunk, points = options["chunk"], options["points"]
    each = bytes_of_point(options["detail"], columns)
    most = max(MOST_MEMORY // each, 1)
    if min(chunk, points) > most:
        problem = (
            f"needs about {min(chunk, points) * each / 2**30:,.0f} GiB of memory for each part; "
            f"take at most {most:,}"
        )
        raise InvalidInput("[scan] chunk", problem, value=chunk)
    parts = -(-points // chunk)
    if parts > MOST_PARTS:
        way = "split it into several scans, each with its own folder and ranges or seed"
        if points <= MOST_PARTS * most:
            way = f"take a chunk of at least {-(-points // MOST_PARTS):,} points"
        problem = (
            f"makes {parts:,} part files of {chunk:,} points, and a folder can hold "
            f"{MOST_PARTS:,}; {way}"
        )
        raise InvalidInput("[scan] points", problem, value=points)
