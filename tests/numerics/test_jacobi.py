"""Jacobi rotations: exact where nothing is to do, accurate for each singular value."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fssm.numerics.jacobi import (
    levels,
    orthogonalise,
    orthogonalising,
    pairs_of,
    rotated,
    rotation,
)

sizes = st.floats(min_value=-60, max_value=60).map(lambda x: 10.0**x)
signed = st.builds(lambda s, x: s * x, st.sampled_from([-1.0, 1.0]), sizes)
phases = st.floats(min_value=-3, max_value=3)


@given(signed, signed, sizes, phases)
def test_a_rotation_makes_a_hermitian_matrix_diagonal(first, second, size, phase):
    off = size * np.exp(1j * phase)
    c, s = rotation(first, second, off)
    matrix = np.array([[first, off.conjugate()], [off, second]])
    x = np.array([[c, -s.conjugate()], [s, c]])
    scale = np.abs(matrix).max()
    np.testing.assert_allclose(x @ x.conj().T, np.eye(2), rtol=0, atol=1e-15)
    diagonal = x @ (matrix / scale) @ x.conj().T
    assert abs(diagonal[1, 0]) < 1e-15
    eigen = levels(first, second, off)
    np.testing.assert_allclose(np.array(eigen) / scale, np.diag(diagonal).real, rtol=0, atol=2e-15)
    assert c >= np.sqrt(0.5) - 1e-15


@pytest.mark.parametrize("equal", [True, False])
def test_nothing_to_turn_is_the_identity_to_the_bit(equal):
    c, s = rotation(2.0, 2.0 if equal else 7.1, 0.0)
    assert (c, s) == (1.0, 0.0)
    assert levels(2.0, 3.0, 0.0) == (2.0, 3.0)
    # An overlap below rounding does not count.
    assert orthogonalising(1.0, 4.0, 1e-15) == (1.0, 0.0)
    assert orthogonalising(1.0, 4.0, 1e-14).sine != 0


def test_rotated_columns_are_orthogonal():
    rng = np.random.default_rng(2)
    p, q = (rng.normal(size=5) + 1j * rng.normal(size=5) for _ in range(2))
    turn = orthogonalising(*(np.vdot(v, v).real for v in (p, q)), np.vdot(p, q))
    p, q = rotated(turn, p, q)
    assert abs(np.vdot(p, q)) < 1e-14


def test_pairs_come_once_each_those_asked_for_first():
    pairs = pairs_of(4, ((2, 3),))
    assert pairs[0] == (2, 3)
    assert sorted(pairs) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def decomposed(matrix):
    """Singular values (points, n), M W and W of (points, n, n)."""
    n = matrix.shape[-1]
    unit = np.broadcast_to(np.eye(n), matrix.shape)
    stacked = np.concatenate([matrix, unit], axis=-2)
    columns = [np.ascontiguousarray(stacked[:, :, k].T) for k in range(n)]
    orthogonalise(columns, n, pairs_of(n))
    whole = np.moveaxis(np.array(columns), (0, 1, 2), (2, 1, 0))
    return np.linalg.norm(whole[:, :n], axis=1), whole[:, :n], whole[:, n:]


@pytest.mark.parametrize("n", [2, 3, 6])
@pytest.mark.parametrize("is_complex", [False, True])
def test_orthogonal_columns_of_many_matrices(n, is_complex):
    rng = np.random.default_rng(n)
    matrix = rng.normal(size=(2000, n, n)) + (1j * rng.normal(size=(2000, n, n)) * is_complex)
    matrix = matrix if is_complex else matrix.real
    matrix[:200] *= np.logspace(0, -12, n)
    matrix[200:300] = np.eye(n) + 1e-9 * matrix[200:300]
    matrix[300] = 0
    matrix[301] = np.eye(n)
    matrix[302] = np.nan
    s, b, w = decomposed(matrix)
    assert np.isnan(s[302]).all()
    good = np.arange(2000) != 302
    s, b, w, matrix = s[good], b[good], w[good], matrix[good]
    np.testing.assert_allclose(
        np.swapaxes(w.conj(), -1, -2) @ w, np.broadcast_to(np.eye(n), w.shape), rtol=0, atol=3e-14
    )
    scale = np.linalg.norm(matrix, axis=(1, 2), keepdims=True) + 1e-300
    np.testing.assert_allclose((matrix @ w - b) / scale, 0, rtol=0, atol=1e-14)
    gram = np.swapaxes(b.conj(), -1, -2) @ b
    lengths = s[:, :, None] * s[:, None, :] + 1e-300
    off = np.abs(gram) / lengths * (1 - np.eye(n))
    # Of two nearly parallel columns of very different length, what is left is short.
    assert off.max() < 2e-13
    expected = np.linalg.svd(matrix)[1]
    np.testing.assert_allclose(np.sort(s, -1)[:, ::-1] / scale[:, :, 0], expected / scale[:, :, 0],
                               rtol=0, atol=1e-14)  # fmt: skip


def test_small_singular_values_of_graded_columns_have_all_their_digits():
    rng = np.random.default_rng(4)
    matrix = rng.normal(size=(20, 3, 3)) * np.array([1.0, 1e-7, 1e-14])
    ours = np.sort(decomposed(matrix)[0], -1)
    with mp.workdps(60):
        for m, s in zip(matrix, ours, strict=True):
            exact = sorted(mp.svd_r(mp.matrix(m.tolist()), compute_uv=False))
            assert (
                max(abs(float(a / b - 1)) for a, b in zip(s.tolist(), exact, strict=True)) < 1e-14
            )


@pytest.mark.parametrize("n", [3, 6])
def test_a_matrix_does_not_see_its_neighbours(n):
    rng = np.random.default_rng(9)
    matrix = rng.normal(size=(60, n, n)) + 4 * np.diag(np.arange(n))
    # Graded ones end after one sweep of tiny angles; another would still change a bit.
    matrix[::2] *= np.logspace(0, -12, n)
    whole = decomposed(matrix)
    for i in range(60):
        for ours, theirs in zip(decomposed(matrix[i : i + 1]), whole, strict=True):
            assert ours[0].tobytes() == theirs[i].tobytes(), i
