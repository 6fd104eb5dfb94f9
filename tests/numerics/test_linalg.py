"""Residuals of the diagonalisation on random, degenerate, massless and hierarchical matrices."""

import numpy as np
import pytest

from fssm.numerics.linalg import hermitian, matmul, svd, symmetric, takagi

COUNT = 100_000
# 30 eps for 6x6: measured 1.0e-14 (Takagi), 4e-15 (others).
TOLERANCE = 3e-14


def norm(m):
    return np.sqrt(np.sum(np.abs(m) ** 2, axis=(-2, -1)))


def dagger(m):
    return np.swapaxes(m.conj(), -1, -2)


def diagonal(values):
    return values[..., None] * np.eye(values.shape[-1])


def assert_unitary(mix):
    assert np.max(norm(mix @ dagger(mix) - np.eye(mix.shape[-1]))) < TOLERANCE


def assert_close(got, wanted):
    scale = np.maximum(norm(wanted), np.finfo(float).tiny)
    assert np.max(norm(got - wanted) / scale) < TOLERANCE


def random(rng, n, count=COUNT, *, complex_entries=True):
    m = rng.normal(size=(count, n, n))
    return m + 1j * rng.normal(size=m.shape) if complex_entries else m


def haar(rng, n, count):
    q, r = np.linalg.qr(random(rng, n, count))
    d = np.diagonal(r, axis1=-2, axis2=-1)
    return q * (d / np.abs(d))[..., None, :]


def spectra(rng, n, count):
    """Singular values: generic, degenerate pairs, all equal, two zero, seesaw, near-degenerate."""
    s = np.exp(rng.uniform(-3, 3, size=(count, n)))
    kind = rng.integers(0, 7, size=count)
    s[kind == 1, 1::2] = s[kind == 1, ::2][:, : n // 2]
    s[kind == 2] = s[kind == 2, :1]
    s[kind == 3, :2] = 0
    s[kind == 4, :2] *= 1e-14
    s[kind == 5, 1] = s[kind == 5, 0] * (1 + 1e-13)
    s[kind == 6] = 0
    return s


@pytest.mark.parametrize("n", [3, 6])
def test_takagi_survives_degeneracy_zeros_and_hierarchies(n):
    rng = np.random.default_rng(1)
    s = spectra(rng, n, COUNT)
    w = haar(rng, n, COUNT)
    matrix = np.swapaxes(w, -1, -2) @ diagonal(s) @ w
    matrix = (matrix + np.swapaxes(matrix, -1, -2)) / 2
    result = takagi(matrix)
    assert_unitary(result.mix)
    residual = norm(result.mix.conj() @ matrix @ dagger(result.mix) - diagonal(result.values))
    assert np.max(residual / np.maximum(norm(matrix), 1e-300)) < TOLERANCE
    scale = np.maximum(s.max(-1, keepdims=True), 1e-300)
    assert np.max(np.abs(np.sort(result.values, -1) - np.sort(s, -1)) / scale) < TOLERANCE
    assert (result.values >= 0).all()


def test_takagi_values_ascend_also_where_they_are_rounding():
    rng = np.random.default_rng(9)
    w = haar(rng, 6, 2000)
    matrix = np.swapaxes(w, -1, -2) @ np.diag([0.0, 0, 1, 2, 2, 3]) @ w
    assert (np.diff(takagi((matrix + np.swapaxes(matrix, -1, -2)) / 2).values) >= 0).all()


def test_takagi_of_exact_plus_minus_pairs():
    matrix = np.zeros((6, 6), complex)
    matrix[0, 0], matrix[1, 1] = 1j, 1.0
    matrix[2, 4] = matrix[4, 2] = matrix[3, 5] = matrix[5, 3] = -1.0
    result = takagi(matrix)
    assert_unitary(result.mix)
    np.testing.assert_allclose(
        result.mix.conj() @ matrix @ dagger(result.mix), np.eye(6), rtol=0, atol=1e-15
    )


def test_real_symmetric_matrices_stay_real_and_keep_signs():
    rng = np.random.default_rng(2)
    matrix = random(rng, 6, complex_entries=False)
    matrix = matrix + np.swapaxes(matrix, -1, -2)
    result = symmetric(matrix)
    assert result.mix.dtype == np.float64
    assert (np.diff(np.abs(result.values)) >= 0).all()
    assert (result.values < 0).any()
    assert_unitary(result.mix)
    assert_close(result.mix @ matrix @ dagger(result.mix), diagonal(result.values))


@pytest.mark.parametrize("complex_entries", [False, True])
def test_svd_and_hermitian_residuals(complex_entries):
    rng = np.random.default_rng(3)
    matrix = random(rng, 3, complex_entries=complex_entries)
    matrix[::3, 1] = matrix[::3, 0]  # one vanishing singular value
    matrix[1::3] = np.eye(3)
    result = svd(matrix)
    assert_unitary(result.u)
    assert_unitary(result.v)
    assert_close(result.u.conj() @ matrix @ dagger(result.v), diagonal(result.s))
    assert (np.diff(result.s) >= 0).all()
    square = matrix @ dagger(matrix)
    eigen = hermitian(square)
    assert_unitary(eigen.mix)
    assert_close(eigen.mix @ square @ dagger(eigen.mix), diagonal(eigen.values))


@pytest.mark.parametrize("function", [hermitian, svd, symmetric, takagi])
def test_a_bad_matrix_leaves_its_neighbours_alone(function):
    rng = np.random.default_rng(4)
    matrix = random(rng, 4, 50)
    matrix = matrix + np.swapaxes(matrix, -1, -2)
    if function is hermitian:
        matrix = matrix.real
    before = function(matrix)
    matrix[7, 1, 2], matrix[30, 0, 0] = np.nan, np.inf
    after = function(matrix)
    good = np.delete(np.arange(50), [7, 30])
    for old, new in zip(before, after, strict=True):
        assert np.isnan(new[[7, 30]]).all()
        assert old[good].tobytes() == new[good].tobytes()


@pytest.mark.parametrize("complex_entries", [False, True])
@pytest.mark.parametrize(("rows", "inner", "columns"), [(3, 3, 3), (2, 4, 1), (1, 1, 3)])
def test_products_of_small_matrices(rows, inner, columns, complex_entries):
    rng = np.random.default_rng(4)
    left = random(rng, 6, 50, complex_entries=complex_entries)[:, None, :rows, :inner]
    right = random(rng, 6, 7, complex_entries=complex_entries)[:, :inner, :columns]
    product = matmul(left, right)
    assert product.shape == (50, 7, rows, columns)
    np.testing.assert_allclose(product, left @ right, rtol=0, atol=1e-14)
