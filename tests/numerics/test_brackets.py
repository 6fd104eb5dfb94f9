"""First crossings: cells, both directions, gaps in the curve, and one point at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fssm.numerics.brackets import first_crossing, scan

NODES = np.linspace(0.0, 10.0, 21)


def line(x, slope):
    return slope * x


@given(st.floats(0.01, 9.99))
def test_a_root_is_found_to_the_tolerance_from_either_end(root):
    for nodes in (NODES, NODES[::-1]):
        crossing = first_crossing(scan(line, nodes, 2.0), 2 * root)
        # 1e-14 asked for, and rounding of f.
        assert crossing.x == pytest.approx(root, rel=3e-14, abs=0)
        ends = sorted(nodes[[crossing.cell, crossing.cell + 1]])
        assert ends[0] <= root <= ends[1]


def test_the_first_of_several_roots_depends_on_the_direction():
    up = scan(np.sin, NODES)
    assert first_crossing(up, 0.5).x == pytest.approx(np.pi / 6, rel=1e-13, abs=0)
    down = scan(np.sin, NODES[::-1])
    assert first_crossing(down, 0.5).x == pytest.approx(2 * np.pi + 5 * np.pi / 6, rel=1e-13, abs=0)


def test_after_skips_cells():
    scanned = scan(np.sin, NODES)
    first = first_crossing(scanned, 0.5)
    second = first_crossing(scanned, 0.5, first.cell + 1)
    assert second.x == pytest.approx(5 * np.pi / 6, rel=1e-13, abs=0)
    assert first_crossing(scanned, 0.5, first.cell).x == first.x


def test_a_value_met_at_a_node_is_found_once():
    scanned = scan(line, NODES, 1.0)
    crossing = first_crossing(scanned, 3.0)
    assert crossing.x == pytest.approx(3.0, rel=1e-14, abs=0)
    assert np.isnan(first_crossing(scanned, 3.0, crossing.cell + 1).x)
    assert first_crossing(scanned, 10.0).x == pytest.approx(10.0, rel=1e-14, abs=0)


def test_no_root_is_nan_with_a_cell_beyond_the_last():
    crossing = first_crossing(scan(line, NODES, 1.0), 11.0)
    assert np.isnan(crossing.x)
    assert crossing.cell == len(NODES)


def test_a_pole_between_nan_cells_is_no_root():
    def gap(x):
        return np.where((x > 3) & (x < 6), np.nan, x - 4.6)

    assert np.isnan(first_crossing(scan(gap, NODES), 0.0).x)
    assert first_crossing(scan(gap, NODES), 2.0).x == pytest.approx(6.6, rel=1e-13, abs=0)


def test_cells_with_an_end_that_is_not_finite_hold_no_root():
    def broken(x):
        return np.select([x == 2, x == 5], [np.nan, -np.inf], x - 2.5)

    # 2.0 is NaN and 2.5 meets the value; 4.5 is above it and 5.0 at minus infinity.
    crossing = first_crossing(scan(broken, NODES), 0.0)
    assert np.isnan(crossing.x)
    assert crossing.cell == len(NODES)


def test_points_do_not_depend_on_their_neighbours():
    slopes = np.array([0.5, np.nan, 2.0, 0.0, 1.5])
    together = first_crossing(scan(line, NODES, slopes), 3.7)
    assert np.isnan(together.x[[1, 3]]).all()
    for i in (0, 2, 4):
        alone = first_crossing(scan(line, NODES, slopes[i]), 3.7)
        assert alone == (together.x[i], together.cell[i])


def test_parameters_and_targets_broadcast():
    slopes = np.array([[1.0], [2.0], [3.0]])
    targets = np.array([1.0, 2.0, 2.5, 3.0])
    scanned = scan(lambda x, a, b: a * x + b, NODES, slopes, np.zeros(4))
    crossing = first_crossing(scanned, targets)
    np.testing.assert_allclose(crossing.x, targets / slopes, rtol=1e-13)
    assert first_crossing(scan(line, NODES, np.array([])), 1.0).x.shape == (0,)


def test_a_root_at_zero_is_no_exception():
    # No relative tolerance there.
    found = first_crossing(scan(lambda x: x**3 + x, np.array([-2.0, 1.0, 3.0])), 0.0)
    assert abs(found.x) < 1e-14


def test_each_point_skips_its_own_cells():
    scanned = scan(lambda x, a: a * np.sin(x), NODES, np.ones(2))
    first = first_crossing(scanned, 0.5)
    mixed = first_crossing(scanned, 0.5, np.array([0, first.cell[1] + 1]))
    np.testing.assert_allclose(mixed.x, [np.pi / 6, 5 * np.pi / 6], rtol=1e-13)


def test_a_coarse_tolerance_is_coarse():
    scanned = scan(np.exp, np.linspace(0.0, 3.0, 4))
    coarse = first_crossing(scanned, 5.0, tolerance=1e-2).x
    assert coarse == pytest.approx(np.log(5), rel=1e-2, abs=0)
    assert coarse != first_crossing(scanned, 5.0).x
