"""Steps of the compiled path that diagonalise the inos of sixteen points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fssm.kernels.compile import separate
from fssm.kernels.lanes import LANES
from fssm.model.elements import chargino_rows, neutralino_rows, without_up_vevs
from fssm.model.vertices import chargino, neutralino

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.kernels.lanes import Access, Columns
    from fssm.kernels.layout import Stored
    from fssm.model.elements import InoInputs

    Reader = Callable[..., InoInputs]

# Components of the mixing matrices that a lepton sees: B~, W~, H_d, H_d', and the charged wino.
NEUTRAL_SHARES = 4
CHARGED_SHARES = 1


def all_vevs(i: InoInputs) -> InoInputs:
    """The inputs as they are."""
    return i


def fill_steps(access: Access, columns: Columns, inos: Reader, *, bare: bool) -> list[Any]:
    """Fill columns with a mass matrix on top of 1; ``bare`` without v_u, v_u'.

    Six columns are the neutralinos', three the charginos'.
    """
    vevs = without_up_vevs if bare else all_vevs
    fill = _fill_neutralinos if columns.size == 6 else _fill_charginos
    return [fill(access, columns, inos, vevs), _fill_unit(access, columns)]


def _fill_neutralinos(access: Access, columns: Columns, inos: Reader, vevs: Any) -> Any:
    put, width = access.put, access.width
    c0, c1, c2, c3, c4, c5 = (columns.row(access, 0, k) for k in range(6))

    def put_column(w: Any, row: int, lane: int, entries: Any) -> None:
        put(w, row, lane, entries[0])
        put(w, row + width, lane, entries[1])
        put(w, row + 2 * width, lane, entries[2])
        put(w, row + 3 * width, lane, entries[3])
        put(w, row + 4 * width, lane, entries[4])
        put(w, row + 5 * width, lane, entries[5])

    @separate
    def fill(w: Any) -> None:
        for lane in range(LANES):
            # The matrix is symmetric: its rows are its columns.
            rows = neutralino_rows(vevs(inos(w, lane)))
            put_column(w, c0, lane, rows[0])
            put_column(w, c1, lane, rows[1])
            put_column(w, c2, lane, rows[2])
            put_column(w, c3, lane, rows[3])
            put_column(w, c4, lane, rows[4])
            put_column(w, c5, lane, rows[5])

    return fill


def _fill_charginos(access: Access, columns: Columns, inos: Reader, vevs: Any) -> Any:
    put = access.put
    starts = tuple(tuple(columns.row(access, entry, k) for k in range(3)) for entry in range(3))

    def put_row(w: Any, places: Any, lane: int, entries: Any) -> None:
        put(w, places[0], lane, entries[0])
        put(w, places[1], lane, entries[1])
        put(w, places[2], lane, entries[2])

    @separate
    def fill(w: Any) -> None:
        for lane in range(LANES):
            rows = chargino_rows(vevs(inos(w, lane)))
            put_row(w, starts[0], lane, rows[0])
            put_row(w, starts[1], lane, rows[1])
            put_row(w, starts[2], lane, rows[2])

    return fill


def _fill_unit(access: Access, columns: Columns) -> Any:
    """The uppermost rows of the unit matrix below each column."""
    put, count, height = access.put, columns.size, columns.height
    first, below = columns.first, columns.row(access, count, 0)
    stride, width = columns.row(access, 0, 1) - first, access.width

    @separate
    def fill(w: Any) -> None:
        for column in range(count):
            for k in range(height - count):
                for lane in range(LANES):
                    row = below + column * stride + k * width
                    put(w, row, lane, 1.0 if k == column else 0.0)

    return fill


def neutralino_step(
    access: Access, columns: Columns, state: int, inos: Reader, stored: Stored
) -> Any:
    """Read a finished column as a Neutralino and keep it."""
    get, product, width = access.get, access.product, access.width
    write, b = stored.write, columns.row(access, 0, state)
    v = columns.row(access, 6, state)

    @separate
    def keep(w: Any) -> None:
        for lane in range(LANES):
            m_sq = 0.0
            for k in range(6):
                entry = get(w, b + k * width, lane)
                m_sq += product(entry, entry).real
            shares = (
                get(w, v, lane),
                get(w, v + width, lane),
                get(w, v + 2 * width, lane),
                get(w, v + 3 * width, lane),
            )
            flipped = (
                get(w, b, lane).conjugate(),
                get(w, b + width, lane).conjugate(),
                get(w, b + 2 * width, lane).conjugate(),
                get(w, b + 3 * width, lane).conjugate(),
            )
            write(w, lane, neutralino(inos(w, lane), m_sq, shares, flipped))

    return keep


def chargino_step(
    access: Access, columns: Columns, state: int, inos: Reader, stored: Stored
) -> Any:
    """Read a finished column as a Chargino and keep it."""
    get, product, width = access.get, access.product, access.width
    write, b = stored.write, columns.row(access, 0, state)
    v = columns.row(access, 3, state)

    @separate
    def keep(w: Any) -> None:
        for lane in range(LANES):
            m_sq = 0.0
            for k in range(3):
                entry = get(w, b + k * width, lane)
                m_sq += product(entry, entry).real
            flip_hd = get(w, b + width, lane).conjugate()
            flip_hd_prime = get(w, b + 2 * width, lane).conjugate()
            wino = get(w, v, lane)
            write(w, lane, chargino(inos(w, lane), m_sq, wino, flip_hd, flip_hd_prime))

    return keep
