"""Where the points of a scan lie."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scan_files import scan_tree

from fssm.scans.config import ScanConfig
from fssm.scans.sampling import axis_values


def values_of(where, **options):
    return axis_values(ScanConfig.from_mapping(scan_tree(**options)), where)


@pytest.mark.parametrize("sampling", ["random", "sobol"])
@given(cuts=st.lists(st.integers(1, 99), max_size=4, unique=True))
def test_points_do_not_depend_on_the_parts(sampling, cuts):
    whole = values_of(slice(0, 100), sampling=sampling)
    ends = [0, *sorted(cuts), 100]
    pieces = [values_of(slice(a, b), sampling=sampling) for a, b in pairwise(ends)]
    for name, column in whole.items():
        assert np.concatenate([piece[name] for piece in pieces]).tolist() == column.tolist()


@pytest.mark.parametrize("sampling", ["random", "sobol"])
def test_ranges_are_filled_evenly_in_their_scale(sampling):
    columns = values_of(slice(0, 2**14), sampling=sampling, points=2**14)
    uniform = {
        "m1": (columns["m1"] - 200) / 2800,
        "mu": np.log(columns["mu"] / 500) / np.log(10),
        "tan_beta_d": (columns["tan_beta_d"] - 2) / 10,
    }
    for u in uniform.values():
        assert 0 <= u.min() < 0.001
        assert 0.999 < u.max() <= 1
        # Counts in 16 bins: Poisson for random points, one to a few for Sobol' ones.
        counts = np.histogram(u, 16, (0, 1))[0] - 2**10
        assert abs(counts).max() < (5 * 32 if sampling == "random" else 2)
    pairs = np.corrcoef(list(uniform.values()))
    assert abs(pairs - np.eye(3)).max() < 0.04


def test_seeds_give_other_points():
    for sampling in ("random", "sobol"):
        first, second = (values_of(slice(0, 9), sampling=sampling, seed=s)["mu"] for s in (1, 2))
        assert not np.any(first == second)


def test_a_grid_is_the_product_of_its_axes_the_last_one_fastest():
    tree = scan_tree(sampling="grid", points=None)
    tree["vevs"]["tan_beta_d"] = {"values": [3, 7]}
    tree["higgsino"]["mu"] = {"from": 100, "to": 10000, "scale": "log", "points": 3}
    tree["gaugino"]["m1"] = {"from": 5, "to": 5, "points": 1}
    tree["slepton"]["m_l"] = {"from": 500, "to": 1000, "points": 2}
    config = ScanConfig.from_mapping(tree)
    assert config.points == 12
    columns = axis_values(config, slice(0, 12))
    assert columns["tan_beta_d"].tolist() == [3.0] * 6 + [7.0] * 6
    assert columns["mu"].tolist() == pytest.approx([100, 100, 1000, 1000, 10000, 10000] * 2)
    assert columns["m1"].tolist() == [5.0] * 12
    assert columns["m_l"].tolist() == [500.0, 1000.0] * 6
    assert axis_values(config, slice(7, 8))["mu"].tolist() == columns["mu"][7:8].tolist()
