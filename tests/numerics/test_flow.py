"""Flows of many points: against closed forms, scipy, and each other."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from fssm.numerics.flow import flow


def oscillator(y):
    return np.stack([y[:, 1], -(y[:, 2] ** 2) * y[:, 0], 0 * y[:, 0]], axis=-1)


def test_against_closed_forms_forwards_and_backwards():
    frequency = np.array([1.0, 3.0, 10.0])
    start = np.stack([np.ones(3), np.zeros(3), frequency], axis=-1)
    for t in (5.0, -5.0):
        ended = flow(oscillator, start, np.full(3, t))
        assert ended.finished.all()
        # Local errors of 1e-8 add up over some hundred steps.
        np.testing.assert_allclose(ended.y[:, 0], np.cos(frequency * t), atol=1e-5)
        np.testing.assert_array_equal(ended.t, t)


def test_against_scipy():
    def lorenz(y):
        a, b, c = y[..., 0], y[..., 1], y[..., 2]
        return np.stack([10 * (b - a), a * (28 - c) - b, a * b - 8 / 3 * c], axis=-1)

    start = np.array([[1.0, 2.0, 3.0], [-4.0, 1.0, 20.0]])
    ours = flow(lorenz, start, np.array([1.0, 0.5]))
    for y0, t, y in zip(start, (1.0, 0.5), ours.y, strict=True):
        theirs = solve_ivp(lambda _, y: lorenz(y), (0, t), y0, "DOP853", rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(y, theirs.y[:, -1], rtol=1e-5)


def test_an_event_ends_a_point_where_it_happens():
    start = np.array([[1.0], [2.0], [0.1]])
    ended = flow(lambda y: y, start, np.full(3, 2.0), lambda y: np.log(y[:, 0] / 5))
    np.testing.assert_array_equal(ended.stopped, [True, True, False])
    np.testing.assert_allclose(ended.t[:2], np.log([5.0, 2.5]), rtol=1e-7)
    np.testing.assert_allclose(ended.y[:2, 0], 5.0, rtol=1e-12)
    assert ended.t[2] == 2.0


@pytest.mark.parametrize("size", [3.0, 100.0])
def test_an_event_close_to_a_pole_is_found_to_rounding(size):
    # y' = y^3: 1/y^2 falls by 2 t.
    start = np.linspace(0.3, 2.0, 12)[:, None]
    ended = flow(lambda y: y**3, start, np.full(12, 50.0), lambda y: np.log(y[:, 0] / size))
    assert ended.stopped.all()
    np.testing.assert_allclose(ended.y[:, 0], size, rtol=1e-12)
    # Local errors of 1e-8.
    np.testing.assert_allclose(ended.t, (start[:, 0] ** -2 - size**-2) / 2, rtol=5e-8)


def test_points_beyond_the_event_stop_at_once_and_nan_stays_nan():
    start = np.array([[6.0], [np.nan], [1.0]])
    ended = flow(lambda y: y, start, np.ones(3), lambda y: y[:, 0] - 5)
    assert ended.t[0] == 0
    assert ended.stopped[0]
    assert np.isnan(ended.t[1])
    assert not ended.finished[1]
    assert ended.y[2, 0] == pytest.approx(np.e, rel=1e-7, abs=0)


def test_a_pole_without_an_event_is_lost_and_said_so():
    ended = flow(lambda y: y**2, np.array([[1.0], [0.1]]), np.full(2, 2.0))
    np.testing.assert_array_equal(ended.finished, [False, True])
    assert np.isnan(ended.y[0, 0])
    assert ended.y[1, 0] == pytest.approx(0.1 / 0.8, rel=1e-7, abs=0)


def test_bits_do_not_depend_on_neighbours():
    rng = np.random.default_rng(3)
    start = rng.uniform(0.5, 2.0, (20, 3))
    end = rng.uniform(-3, 3, 20)

    def event(y):
        return np.abs(y[:, 0]) - 1.9

    together = flow(oscillator, start, end, event)
    for i in range(20):
        alone = flow(oscillator, start[i : i + 1], end[i : i + 1], event)
        np.testing.assert_array_equal(alone.y[0], together.y[i])
        assert alone.t[0] == together.t[i]
