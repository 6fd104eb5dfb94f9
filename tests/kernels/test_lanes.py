"""Steps on sixteen lanes: written out, compiled, and each lane by itself."""

import numpy as np
import pytest

from fssm.kernels.compile import entry_point
from fssm.kernels.lanes import (
    COMPLEX,
    LANES,
    REAL,
    Columns,
    block_copier,
    filler,
    in_sequence,
    orthogonaliser,
)
from fssm.numerics.jacobi import pairs_of


def work(w):
    """Replaced by the step under test."""


def run(w):
    work(w)


def test_steps_run_in_order():
    first = filler(0, 2, 3.0)
    second, third = block_copier(0, 2, 1), filler(0, 1, 5.0)
    w = np.zeros(4 * LANES)
    step = in_sequence([first, second, third])
    step(w)
    assert w.reshape(4, LANES)[:, 0].tolist() == [5.0, 3.0, 3.0, 0.0]
    again = np.zeros(4 * LANES)
    entry_point(run, "test_sequence", {"work": step})(again)
    np.testing.assert_array_equal(again, w)


def matrices(n, is_complex):
    rng = np.random.default_rng(n)
    m = rng.normal(size=(LANES, n, n)) + 1j * is_complex * rng.normal(size=(LANES, n, n))
    # Lanes with nothing to do, little to do, and nothing that can be done.
    m[3], m[4], m[5] = np.eye(n), 0, np.nan
    m[6] = np.eye(n) + 1e-9 * m[6]
    # Graded ones end after one sweep of tiny angles; another would still change a bit.
    m[9:] *= np.logspace(0, -12, n)
    return m


@pytest.mark.parametrize("n", [3, 6])
@pytest.mark.parametrize("access", [REAL, COMPLEX], ids=["real", "complex"])
def test_compiled_columns_are_orthogonal_and_lanes_alone(n, access):
    columns = Columns(0, n, n + 1)
    status = columns.rows(access)
    step = orthogonaliser(access, columns, pairs_of(n), status)
    machine = entry_point(run, f"test_orthogonaliser_{access.width}", {"work": step})

    def result(m):
        w = np.zeros((status + 2) * LANES)
        for k in range(n):
            for lane in range(LANES):
                for entry, value in enumerate([*m[lane, :, k], float(k == 0)]):
                    access.put(w, columns.row(access, entry, k), lane, complex(value)
                               if access is COMPLEX else value.real)  # fmt: skip
        plain = w.copy()
        machine(w)
        with np.errstate(all="ignore"):
            step(plain)
        np.testing.assert_allclose(w, plain, rtol=0, atol=1e-13)
        return w.reshape(-1, LANES)[:status]

    m = matrices(n, access is COMPLEX)
    found = result(m)
    for lane in set(range(LANES)) - {5}:
        b = np.array([[access.get(found.ravel(), columns.row(access, e, k), lane) for k in range(n)]
                      for e in range(n)])  # fmt: skip
        np.testing.assert_allclose(
            np.sort(np.linalg.norm(b, axis=0)), np.linalg.svd(m[lane])[1][::-1], rtol=0, atol=1e-13
        )
    # Another matrix in one lane changes no bit of the others.
    m[5], m[7] = 1e3 * m[8], m[5]
    again = result(m)
    same = [lane for lane in range(LANES) if lane not in (5, 7)]
    assert found[:, same].tobytes() == again[:, same].tobytes()
