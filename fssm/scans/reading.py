"""Reading a scan back, column by column or part by part, never more than is asked for."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import InvalidInput, optional
from fssm.model.schema import nearest
from fssm.scans.flags import FLAG, most_frequent_first, unusable_flags
from fssm.scans.folder import Folder, open_folder
from fssm.scans.parts import Summary, read_columns, read_summary, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fssm.base import AnyArray
    from fssm.scans.config import ScanConfig


class Status(NamedTuple):
    """How far a scan is: parts and points finished of all, rows kept, rows with a flag, bytes."""

    parts: int
    of_parts: int
    points: int
    of_points: int
    rows: int
    failed: int
    size: int

    @property
    def complete(self) -> bool:
        """Whether every part is there."""
        return self.parts == self.of_parts

    @property
    def no_usable_point(self) -> bool:
        """Whether the scan is complete and every point of it has a flag."""
        return self.complete and self.failed == self.points


class ScanTable:
    """The finished parts of a scan as one table; they are read when asked for.

    >>> import fssm, tempfile
    >>> table = fssm.scan(
    ...     {
    ...         "scan": {"sampling": "grid"},
    ...         "vevs": {"tan_beta": 50, "tan_beta_u": 50},
    ...         "higgsino": {"mu": 2500, "mu_tilde": 2500, "theta_u": 0.785, "theta_d": 0.785},
    ...         "gaugino": {"m1": 2500, "m2": 2500},
    ...         "slepton": {"m_l": {"from": 1000, "to": 4000, "points": 4}, "m_e": "m_l"},
    ...         "yukawa": {"y_prime_muon": 0.7},
    ...     },
    ...     tempfile.mkdtemp(),
    ... )
    >>> len(table), table["m_l"].tolist()
    (4, [1000.0, 2000.0, 3000.0, 4000.0])
    >>> (table["a_muon"] * 1e11).round().tolist()
    [401.0, 262.0, 190.0, 144.0]
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        status = self.status
        return (
            f"ScanTable({str(self.folder.path)!r}, {status.parts} of {status.of_parts} parts, "
            f"{status.rows} rows, {len(self.columns)} columns)"
        )

    def __len__(self) -> int:
        return self.status.rows

    @property
    def config(self) -> ScanConfig:
        """What was scanned."""
        return self.folder.config

    @cached_property
    def _parts(self) -> list[tuple[Path, Summary]]:
        """Parts with rows, in the order of their points."""
        found = []
        for part in self.folder.finished():
            path = self.folder.part_path(part)
            summary = read_summary(path)
            if summary.id != self.folder.part_id(part):
                raise unreadable(path, f"it holds part {summary.id}")
            found.append((path, summary))
        return found

    @cached_property
    def status(self) -> Status:
        """How far the scan is, as of the first look at it."""
        summaries = [summary for _, summary in self._parts]
        return Status(
            parts=len(summaries),
            of_parts=self.config.parts,
            points=sum(summary.computed for summary in summaries),
            of_points=self.config.points,
            rows=sum(summary.rows for summary in summaries),
            failed=sum(summary.failed for summary in summaries),
            size=sum(path.stat().st_size for path, _ in self._parts),
        )

    @cached_property
    def flag_counts(self) -> dict[str, int]:
        """Number of rows with each flag, the most frequent first; warnings do not count.

        Reads the columns of the flags, part by part, when first asked for.
        """
        names = unusable_flags(self.folder.results)
        counts: Counter[str] = Counter()
        for piece in self.iter_parts([FLAG + name for name in names]):
            counts.update({name: int(piece[FLAG + name].sum()) for name in names})
        return most_frequent_first(counts)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns; ``point`` is the number of the point in the scan."""
        return ("point", *self.config.names, *self.folder.results, *self.config.columns)

    def __getitem__(self, name: str) -> AnyArray:
        """One column (rows,), and nothing else read."""
        return next(iter(self.arrays([name]).values()))

    def arrays(self, names: Sequence[str] | None = None) -> dict[str, AnyArray]:
        """Columns (rows,) by name, all by default; InvalidInput for one that does not exist."""
        wanted = self._checked(names)
        pieces = list(self.iter_parts(wanted))
        if not pieces:
            return {name: np.empty(0) for name in wanted}
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in wanted}

    def iter_parts(self, names: Sequence[str] | None = None) -> Iterator[dict[str, AnyArray]]:
        """The same part by part, for scans larger than memory."""
        wanted = self._checked(names)
        for path, _ in self._parts:
            yield read_columns(path, wanted)

    def array(self, names: Sequence[str] | None = None) -> AnyArray:
        """A structured array (rows,) with these columns as fields, all by default."""
        columns = self.arrays(names)
        table = np.empty(len(self), [(name, column.dtype) for name, column in columns.items()])
        for name, column in columns.items():
            table[name] = column
        return table

    def arrow(self, names: Sequence[str] | None = None) -> Any:
        """A pyarrow.Table with these columns; needs pyarrow (extra ``scan``)."""
        pa = optional("pyarrow", "scan")
        return pa.table({name: pa.array(c) for name, c in self.arrays(names).items()})

    def pandas(self, names: Sequence[str] | None = None) -> Any:
        """A pandas.DataFrame with these columns; needs pandas (extra ``scan``)."""
        pd = optional("pandas", "scan")
        return pd.DataFrame(self.arrays(names))

    def _checked(self, names: Sequence[str] | None) -> Sequence[str]:
        if names is None:
            return self.columns
        wanted = [names] if isinstance(names, str) else list(names)
        for name in wanted:
            if name not in self.columns:
                problem = f"no such column; {nearest(str(name), self.columns)}"
                raise InvalidInput("column", problem, value=name)
        return wanted


def read_scan(folder: str | Path) -> ScanTable:
    """Open the folder of a scan, finished or not.

    Raises
    ------
    InvalidInput
        if it holds no scan, or a damaged one.
    """
    return ScanTable(open_folder(folder))
