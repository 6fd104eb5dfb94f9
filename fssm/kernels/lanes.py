"""Sixteen points side by side in one flat buffer, so that a compiler can work on all at once.

A *row* of the buffer holds one real quantity of all lanes; a complex one has two rows. Where a
row is, is known at compile time: everything here is a factory that gives a plain function with
the rows as constants, and each function is one loop over the lanes. With offsets known at run
time only, or with arrays of several axes, the compiler cannot see that rows do not overlap and
leaves the loop scalar, which takes three times longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.kernels.compile import separate, tiny
from fssm.numerics.jacobi import FINISHED, MAX_SWEEPS, orthogonalising

if TYPE_CHECKING:
    from collections.abc import Callable

# Two vectors of eight doubles, or four of four: one loop hides the latency of the next.
LANES = 16


class Access(NamedTuple):
    """How numbers, real or complex, lie in the buffer, and the arithmetic of columns.

    get(w, row, lane), put(w, row, lane, z), product(a, b) = a^* b, scaled(x, a) for real x.
    """

    get: Callable[..., Any]
    put: Callable[..., Any]
    product: Callable[..., Any]
    scaled: Callable[..., Any]
    zero: complex
    width: int


@tiny
def get_real(w: Any, row: int, lane: int) -> Any:
    """The real number in a row."""
    return w[row * LANES + lane]


@tiny
def put_real(w: Any, row: int, lane: int, value: Any) -> None:
    """Set the real number in a row."""
    w[row * LANES + lane] = value


@tiny
def get_complex(w: Any, row: int, lane: int) -> Any:
    """The complex number in a row and the one behind it."""
    return complex(w[row * LANES + lane], w[(row + 1) * LANES + lane])


@tiny
def put_complex(w: Any, row: int, lane: int, value: Any) -> None:
    """Set the complex number in a row and the one behind it."""
    w[row * LANES + lane] = value.real
    w[(row + 1) * LANES + lane] = value.imag


def product_real(a: Any, b: Any) -> Any:
    """The product of two numbers."""
    return a * b


def product_complex(a: Any, b: Any) -> Any:
    """a^* b part by part: a product of two complex numbers has twice the operations here."""
    return complex(a.real * b.real + a.imag * b.imag, a.real * b.imag - a.imag * b.real)


def scaled_complex(x: Any, a: Any) -> Any:
    """x a for a real x, without making x complex."""
    return complex(x * a.real, x * a.imag)


REAL = Access(get_real, put_real, product_real, product_real, 0.0, 1)
COMPLEX = Access(get_complex, put_complex, product_complex, scaled_complex, 0j, 2)


class Columns(NamedTuple):
    """A matrix (``height``, ``size``) by columns from row ``first`` on.

    The uppermost ``size`` entries of each column are the matrix to be made orthogonal.
    """

    first: int
    size: int
    height: int

    def row(self, access: Access, entry: int, column: int) -> int:
        """Where an entry is."""
        return self.first + (column * self.height + entry) * access.width

    def rows(self, access: Access) -> int:
        """How many rows it takes."""
        return self.size * self.height * access.width


def copier(source: int, target: int) -> Any:
    """Copy one row to another."""
    return block_copier(source, target, 1)


def block_copier(source: int, target: int, rows: int) -> Any:
    """Copy rows to others further on."""

    @separate
    def copy(w: Any) -> None:
        for k in range(rows * LANES):
            w[target * LANES + k] = w[source * LANES + k]

    return copy


def filler(first: int, end: int, value: float = 0.0) -> Any:
    """Set rows to one value."""

    @separate
    def fill(w: Any) -> None:
        for row in range(first, end):
            for lane in range(LANES):
                put_real(w, row, lane, value)

    return fill


def in_sequence(steps: list[Any]) -> Any:
    """One function of the buffer that runs all steps, written out: numba cannot loop over them.

    Flat, because every level of calls costs the compiler another pass over all that is below.
    """
    names: dict[str, Any] = {f"step_{k}": step for k, step in enumerate(steps)}
    calls = "".join(f"    {name}(w)\n" for name in names)
    exec(f"def run(w):\n{calls}", names)
    return separate(names["run"])


def rotation_step(access: Access, columns: Columns, pair: tuple[int, int], status: int) -> Any:
    """Make two columns orthogonal.

    Row ``status`` is 1 for lanes at work, ``status`` + 1 collects their largest sine squared.
    """
    get, put, product, scaled, zero, width = access
    count, height = columns.size, columns.height
    p, q = (columns.row(access, 0, column) for column in pair)

    def turn(w: Any, k: int, lane: int, cosine: Any, sine: Any) -> None:
        a, b = get(w, p + k * width, lane), get(w, q + k * width, lane)
        put(w, p + k * width, lane, scaled(cosine, a) - product(sine, b))
        put(w, q + k * width, lane, product(sine.conjugate(), a) + scaled(cosine, b))

    @separate
    def rotate(w: Any) -> None:
        for lane in range(LANES):
            p_sq, q_sq, overlap = 0.0, 0.0, zero
            for k in range(count):
                a, b = get(w, p + k * width, lane), get(w, q + k * width, lane)
                p_sq += product(a, a).real
                q_sq += product(b, b).real
                overlap += product(a, b)
            overlap = scaled(get_real(w, status, lane), overlap)
            cosine, sine = orthogonalising(p_sq, q_sq, overlap)
            largest = max(get_real(w, status + 1, lane), product(sine, sine).real)
            put_real(w, status + 1, lane, largest)
            # In two loops, each short enough to be unrolled.
            for k in range(count):
                turn(w, k, lane, cosine, sine)
            for k in range(count, height):
                turn(w, k, lane, cosine, sine)

    return rotate


def orthogonaliser(
    access: Access, columns: Columns, pairs: list[tuple[int, int]], status: int
) -> Any:
    """The lanes' form of numerics.jacobi.orthogonalise."""
    sweep = in_sequence([rotation_step(access, columns, pair, status) for pair in pairs])

    @separate
    def orthogonalise(w: Any) -> None:
        for lane in range(LANES):
            put_real(w, status, lane, 1.0)
        for _ in range(MAX_SWEEPS):
            for lane in range(LANES):
                put_real(w, status + 1, lane, 0.0)
            sweep(w)
            running = 0.0
            for lane in range(LANES):
                at_work = get_real(w, status + 1, lane) > FINISHED * FINISHED
                put_real(w, status, lane, get_real(w, status, lane) * at_work)
                running += get_real(w, status, lane)
            if running == 0.0:
                break

    return orthogonalise
