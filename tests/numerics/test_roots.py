"""The vectorised secant, on functions with known roots."""

import numpy as np
import pytest

from fssm.numerics.roots import newton_root, secant_root


def test_each_point_finds_its_own_root_to_rounding():
    target = np.array([0.5, 2.0, 100.0, 1e6])
    root = secant_root(lambda x: x**3 - target, np.ones(4), 2 * np.ones(4), 1e-6 * target)
    assert root.converged.all()
    np.testing.assert_allclose(root.x, np.cbrt(target), rtol=1e-13)


def test_the_step_is_halved_where_the_function_ends():
    def f(x):
        return np.where(x < 1, np.nan, 0.0) + np.sqrt(np.abs(x - 1)) - 0.1

    root = secant_root(f, np.array([9.0]), np.array([8.0]), np.array([1e-10]))
    assert root.converged.all()
    np.testing.assert_allclose(root.x, 1.01, rtol=1e-12)


def test_a_start_outside_the_domain_is_moved_inside():
    def f(x):
        return np.where(x > 1.5, np.nan, x - 0.9)

    for start in ((1.0, 2.0), (2.0, 1.0)):
        root = secant_root(f, *(np.array([x]) for x in start), np.array([1e-10]))
        assert root.converged.all()
        assert root.x == 0.9


def test_failures_are_reported_not_returned():
    def f(x):
        return np.where(np.array([True, False]), 1 + x**2, np.nan)

    root = secant_root(f, np.zeros(2), np.ones(2), 1e-9 * np.ones(2))
    assert not root.converged.any()
    np.testing.assert_array_equal(root.outside, [False, True])


def test_a_point_does_not_see_its_neighbours():
    def run(target):
        def f(x):
            return x * np.exp(x) - target

        return secant_root(f, np.ones_like(target), 2 * np.ones_like(target), 1e-9 * target).x

    first = np.array([0.3, 5.0, 70.0])
    second = np.array([0.3, np.nan, 70.0])
    assert run(first)[[0, 2]].tobytes() == run(second)[[0, 2]].tobytes()


def test_newton_solves_systems_point_by_point():
    rng = np.random.default_rng(5)
    matrix = np.eye(3) + 0.2 * rng.normal(size=(200, 3, 3))
    root = rng.uniform(0.5, 2, (200, 3))
    target = np.einsum("nij,nj->ni", matrix, root) + 0.1 * root**3

    def f(x):
        return np.einsum("nij,...nj->...ni", matrix, x) + 0.1 * x**3 - target

    found = newton_root(f, np.ones((200, 3)), 1e-12)
    assert found.converged.all()
    np.testing.assert_allclose(f(found.x), 0, atol=1e-14)
    alone = newton_root(
        lambda x: np.einsum("ij,...j->...i", matrix[7], x) + 0.1 * x**3 - target[7],
        np.ones(3),
        1e-12,
    )
    np.testing.assert_allclose(alone.x, found.x[7], rtol=1e-14)


def test_newton_says_where_there_is_no_root_or_no_domain():
    def f(x):
        with np.errstate(invalid="ignore"):
            return np.stack([x[..., 0] ** 2 + np.array([-2.0, 1.0, 0.0]), np.log(x[..., 1])], -1)

    start = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, -1.0]])
    found = newton_root(f, start, 1e-12)
    assert found.converged.tolist() == [True, False, False]
    assert found.x[0] == pytest.approx([np.sqrt(2), 1.0], rel=1e-12, abs=0)
    assert found.outside.tolist() == [False, False, True]


class Cubic:
    """x^3 = target, which can be restricted to some points; counts the points it is asked for."""

    def __init__(self, target, asked):
        self.target, self.asked = target, asked

    def __call__(self, x):
        self.asked.append(x.size)
        return x**3 - self.target

    def taken(self, where):
        return Cubic(self.target[where], self.asked)


def test_finished_points_are_left_behind_without_a_change_of_bits():
    target = np.where(np.arange(1000) % 250 == 7, np.nan, np.linspace(1.0, 1.2, 1000))
    target[500] = 1e4
    target = target.reshape(50, 20)
    asked = []
    x0, x1, tolerance = np.ones_like(target), 1.1 * np.ones_like(target), 1e-9 * target
    root = secant_root(Cubic(target, asked), x0, x1, tolerance)
    assert asked[-1] == 1
    assert sum(asked) < 12 * 1000
    alone = secant_root(lambda x: x**3 - target, x0, x1, tolerance)
    for ours, theirs in zip(root, alone, strict=True):
        assert ours.tobytes() == theirs.tobytes()
    good = np.isfinite(target)
    assert (root.converged == good).all()
    np.testing.assert_allclose(root.x[good], np.cbrt(target[good]), rtol=1e-13)


def test_enough_is_where_the_search_ends():
    asked = []
    target = np.full(5, 2.0)
    first = secant_root(Cubic(target, asked), np.ones(5), 1.5 * np.ones(5), np.full(5, 1e-3))
    thorough = len(asked)
    asked.clear()
    second = secant_root(
        Cubic(target, asked), np.ones(5), 1.5 * np.ones(5), np.full(5, 1e-3), enough=1.0
    )
    assert len(asked) < thorough
    assert second.converged.all()
    assert (first.residual < second.residual).all()
