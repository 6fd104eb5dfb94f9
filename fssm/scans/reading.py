"""Reading a scan back, column by column or part by part, never more than is asked for."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import InvalidInput, optional
from fssm.model.schema import nearest
from fssm.scans.flags import FLAG, most_frequent_first, unusable_flags
from fssm.scans.folder import Folder, Index, open_folder
from fssm.scans.parts import read_columns, verify_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fssm.base import AnyArray
    from fssm.scans.config import ScanConfig
    from fssm.scans.parts import Summary


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

    def __init__(self, folder: Folder, index: Index | None = None) -> None:
        self.folder = folder
        if index is not None:
            self.index = index

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
    def index(self) -> Index:
        """The finished parts, as of the first look at them.

        Raises
        ------
        InvalidInput
            if the folder cannot be read.
        """
        try:
            return self.folder.look()[0]
        except OSError as error:
            problem = f"cannot be read: {error.strerror}"
            raise InvalidInput(str(self.folder.path), problem) from error

    @cached_property
    def status(self) -> Status:
        """How far the scan is, as of the first look at it."""
        index, config = self.index, self.config
        return Status(
            parts=len(index.number),
            of_parts=config.parts,
            points=config.points_in(index.number),
            of_points=config.points,
            rows=int(index.rows.sum()),
            failed=int(index.failed.sum()),
            size=self.folder.size(),
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
        columns: dict[str, AnyArray] = {}
        first = 0
        for piece in self.iter_parts(wanted):
            last = first + (len(piece[wanted[0]]) if wanted else 0)
            for name, column in piece.items():
                columns.setdefault(name, np.empty(len(self), column.dtype))[first:last] = column
            first = last
        return columns or {name: np.empty(0) for name in wanted}

    def iter_parts(self, names: Sequence[str] | None = None) -> Iterator[dict[str, AnyArray]]:
        """The same part by part, for scans larger than memory.

        Raises
        ------
        InvalidInput
            for a column that does not exist, and for a part that is damaged, naming its file.
        """
        wanted = self._checked(names)
        for path, summary in self._parts():
            yield read_columns(path, wanted, summary)

    def verify(self) -> Iterator[InvalidInput | None]:
        """Compare every byte: of the manifest and each part None, or an error naming the file."""
        yield self.folder.damage_of_manifest()
        for path, summary in self._parts():
            try:
                verify_part(path, self.columns, summary)
                yield None
            except InvalidInput as error:
                yield error

    def _parts(self) -> Iterator[tuple[Path, Summary]]:
        return (self.folder.part(self.index, i) for i in range(len(self.index.number)))

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
        wanted: list[Any] = [names]
        if not isinstance(names, str):
            with suppress(TypeError):
                wanted = list(names)
        for name in wanted:
            if not isinstance(name, str) or name not in self.columns:
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
