"""Where everything of the muon's loops lies in the buffer, and how it is read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.kernels.lanes import COMPLEX, REAL, Columns, get_real, put_real
from fssm.model.elements import InoInputs, LeptonInputs
from fssm.model.vertices import Chargino, Neutralino, Sleptons, slepton_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fssm.kernels.lanes import Access

# Fields that are real also for complex points; the rest are numbers of the point's kind.
_REAL_FIELDS = frozenset(
    {"g", "g_prime", "m_l_sq", "m_e_sq", "m_muon", "m_sq", "small", "largest", "kind"}
)


class Block(NamedTuple):
    """Named quantities in consecutive rows, and their reader and writer."""

    first: int
    rows: dict[str, int]
    end: int

    def row(self, name: str) -> int:
        """The row of a quantity."""
        return self.rows[name]


class Layout:
    """Hands out rows, one block after the other."""

    def __init__(self, *, is_complex: bool) -> None:
        self.access = COMPLEX if is_complex else REAL
        self.size = 0

    def block(self, names: Iterable[str], *, real: bool = False) -> Block:
        """Rows for these quantities."""
        first, rows = self.size, {}
        for name in names:
            rows[name] = self.size
            self.size += 1 if real or name in _REAL_FIELDS else self.access.width
        return Block(first, rows, self.size)

    def columns(self, size: int, height: int) -> Columns:
        """Rows for a matrix by columns."""
        columns = Columns(self.size, size, height)
        self.size += columns.rows(self.access)
        return columns


def ino_reader(access: Access, block: Block) -> Callable[..., InoInputs]:
    """InoInputs of one lane."""
    get = access.get
    g, g_prime, v_u, v_u_prime, v_d, v_d_prime, mu1, mu2, mu3, mu4, m1, m2 = (
        block.row(name) for name in InoInputs._fields
    )

    def inos(w: Any, lane: int) -> InoInputs:
        return InoInputs(
            get_real(w, g, lane),
            get_real(w, g_prime, lane),
            get(w, v_u, lane),
            get(w, v_u_prime, lane),
            get(w, v_d, lane),
            get(w, v_d_prime, lane),
            get(w, mu1, lane),
            get(w, mu2, lane),
            get(w, mu3, lane),
            get(w, mu4, lane),
            get(w, m1, lane),
            get(w, m2, lane),
        )

    return inos


def lepton_reader(access: Access, block: Block, trial: int | None) -> Callable[..., LeptonInputs]:
    """LeptonInputs of one lane; Y' from the real row ``trial`` where it is searched for."""
    get = access.get
    m_l_sq, m_e_sq, y, y_prime, t, t_prime = (block.row(name) for name in LeptonInputs._fields)
    get_y_prime = get if trial is None else get_real
    y_prime = y_prime if trial is None else trial

    def lepton(w: Any, lane: int) -> LeptonInputs:
        return LeptonInputs(
            get_real(w, m_l_sq, lane),
            get_real(w, m_e_sq, lane),
            get(w, y, lane),
            get_y_prime(w, y_prime, lane),
            get(w, t, lane),
            get(w, t_prime, lane),
        )

    return lepton


class Stored(NamedTuple):
    """A reader and a writer of one state: read(w, lane), write(w, lane, value)."""

    read: Callable[..., Any]
    write: Callable[..., Any]


def neutralino_stored(access: Access, first: int) -> Stored:
    """A Neutralino in the rows from ``first`` on."""
    get, put, width = access.get, access.put, access.width
    rows = tuple(first + 1 + k * width for k in range(7))
    left, right, hd, hd_prime, flip_right, flip_hd, flip_hd_prime = rows

    def read(w: Any, lane: int) -> Neutralino:
        return Neutralino(
            get_real(w, first, lane),
            get(w, left, lane),
            get(w, right, lane),
            get(w, hd, lane),
            get(w, hd_prime, lane),
            get(w, flip_right, lane),
            get(w, flip_hd, lane),
            get(w, flip_hd_prime, lane),
        )

    def write(w: Any, lane: int, n: Neutralino) -> None:
        put_real(w, first, lane, n.m_sq)
        put(w, left, lane, n.left)
        put(w, right, lane, n.right)
        put(w, hd, lane, n.hd)
        put(w, hd_prime, lane, n.hd_prime)
        put(w, flip_right, lane, n.flip_right)
        put(w, flip_hd, lane, n.flip_hd)
        put(w, flip_hd_prime, lane, n.flip_hd_prime)

    return Stored(read, write)


def chargino_stored(access: Access, first: int) -> Stored:
    """A Chargino in the rows from ``first`` on."""
    get, put, width = access.get, access.put, access.width
    left, flip_hd, flip_hd_prime = (first + 1 + k * width for k in range(3))

    def read(w: Any, lane: int) -> Chargino:
        return Chargino(
            get_real(w, first, lane),
            get(w, left, lane),
            get(w, flip_hd, lane),
            get(w, flip_hd_prime, lane),
        )

    def write(w: Any, lane: int, c: Chargino) -> None:
        put_real(w, first, lane, c.m_sq)
        put(w, left, lane, c.left)
        put(w, flip_hd, lane, c.flip_hd)
        put(w, flip_hd_prime, lane, c.flip_hd_prime)

    return Stored(read, write)


def sleptons_stored(access: Access, first: int) -> Stored:
    """Sleptons as their two squared masses and their rotation in the rows from ``first`` on."""
    get, put = access.get, access.put

    def read(w: Any, lane: int) -> Sleptons:
        return slepton_pair(
            get_real(w, first, lane),
            get_real(w, first + 1, lane),
            get_real(w, first + 2, lane),
            get(w, first + 3, lane),
        )

    def write(w: Any, lane: int, x: Sleptons) -> None:
        put_real(w, first, lane, x.left.sq)
        put_real(w, first + 1, lane, x.right.sq)
        put_real(w, first + 2, lane, x.left.left)
        put(w, first + 3, lane, x.right.left)

    return Stored(read, write)
