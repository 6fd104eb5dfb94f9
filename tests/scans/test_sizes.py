"""The work of a scan is bounded, and what is too large is refused before it begins."""

import numpy as np
import pytest
from scan_files import changed, grid_tree, part_files, scan_tree

import fssm
from fssm import InvalidInput
from fssm.scans.config import ScanConfig
from fssm.scans.folder import missing_parts, prepare_folder
from fssm.scans.sampling import axis_values
from fssm.scans.sizes import MOST_PARTS, bytes_of_point, default_chunk


def config_of(tree):
    return ScanConfig.from_mapping(tree)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"points": 2**53, "chunk": None},
            r"points = 9007199254740992: makes 137,438,953,472 part files of 65,536 points, and a "
            "folder can hold 1,000,000; split it into several scans",
        ),
        (
            {"points": 10**8, "chunk": 10},
            "points = 100000000: makes 10,000,000 part files of 10 points.* at least 100 points",
        ),
        (
            {"points": 10**9, "chunk": 10**9},
            "chunk = 1000000000: needs about 708 GiB of memory for each part; take at most",
        ),
        (
            {"points": 10**7, "chunk": 10**6, "detail": "full"},
            "chunk = 1000000: needs about 9 GiB of memory for each part; take at most 4",
        ),
        ({"points": 2.0**53 + 2}, r"points = 9007199254740994: must be a whole number from 1 to"),
        ({"points": float("inf")}, "points = inf: must be a whole number"),
        ({"chunk": float("nan")}, "chunk = nan: must be a whole number"),
    ],
)
def test_too_many_parts_and_too_large_parts_are_refused(options, message):
    with pytest.raises(InvalidInput, match=rf"^\[scan\] {message}"):
        config_of(scan_tree(**options))


def test_the_way_round_works():
    assert config_of(scan_tree(points=10**8, chunk=100)).parts == MOST_PARTS
    most = 4 * 2**30 // bytes_of_point("a_muon", 4)
    assert config_of(scan_tree(points=10**9, chunk=most)).parts > 1
    with pytest.raises(InvalidInput, match="chunk"):
        config_of(scan_tree(points=10**9, chunk=most + 1))
    # What is never filled needs no memory.
    assert config_of(scan_tree(points=100, chunk=10**9)).parts == 1


def test_many_ranges_make_small_parts():
    assert default_chunk(10**9, "a_muon", 4) == 65536
    assert default_chunk(10**9, "a_muon", 10**5) == 4 * 2**30 // bytes_of_point("a_muon", 10**5)
    assert default_chunk(10**9, "a_muon", 10**9) == 1
    tree = scan_tree(sampling="sobol")
    tree["parameters"] = {f"x{i}": {"from": 0, "to": 1} for i in range(21198)}
    with pytest.raises(InvalidInput, match=r"sampling = 'sobol': 21,202 ranges, of at most 21,201"):
        config_of(tree)


def test_a_long_axis_is_never_built(tmp_path):
    tree = grid_tree(1, chunk=5)
    for section, name in (("vevs", "tan_beta_d"), ("higgsino", "mu"), ("gaugino", "m1")):
        tree[section][name] = 700
    tree["higgsino"]["mu_tilde"] = 900
    tree["slepton"]["m_l"] = {"from": 500, "to": 3000, "points": 5 * 10**6}
    table = fssm.scan(tree, tmp_path, shard=(10**6, 10**6))
    assert table["m_l"].tolist() == np.linspace(500, 3000, 5 * 10**6)[-5:].tolist()


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize(
    ("low", "high", "count"),
    [(500, 3000, 7), (1, 1e12, 1000), (0.1, 0.3, 3), (2, 5, 2), (7, 7, 1), (1e-300, 1e-299, 10)],
)
def test_values_of_a_grid_are_those_of_numpy(scale, low, high, count):
    tree = grid_tree()
    tree["slepton"]["m_l"] = {"from": low, "to": high, "points": count, "scale": scale}
    (axis,) = (one for one in config_of(tree).axes if one.name == "m_l")
    expected = (np.geomspace if scale == "log" else np.linspace)(low, high, count)
    index = np.arange(count)
    assert axis.on_grid(index).tolist() == expected.tolist()
    for some in (index[::-1], index[count // 2 :], index[:1]):
        assert axis.on_grid(some).tolist() == expected[some].tolist()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"from": -1e308, "to": 1e308}, "x.to = 1e.308: .* their difference is no double"),
        ({"from": 5e-324, "to": 1}, "x.from = 5e-324: is too small .* take 0 or 2.23e-308"),
        ({"from": -1e-310, "to": 1}, "x.from = -1e-310: is too small"),
        ({"from": 0, "to": 1e-320}, "x.to = 1e-320: is too small"),
        ({"from": 5e-324, "to": 1, "scale": "log"}, "x.from = 5e-324: is too small"),
        ({"from": 1e-300, "to": 1e300, "scale": "log"}, "x.to = 1e.300: .* their ratio is no doub"),
        ({"from": 0, "to": 1, "scale": "log"}, "x.from = 0.0: must be positive"),
        ({"from": -1, "to": 1, "scale": "log"}, "x.from = -1.0: must be positive"),
        ({"from": 10**400, "to": 1}, "x.from = .*: has more digits than a double can hold"),
    ],
)
def test_ranges_that_no_double_can_hold_are_refused(given, message):
    with pytest.raises(InvalidInput, match=rf"^\[parameters\] {message}"):
        config_of(changed("parameters", "x", given))


@pytest.mark.parametrize(
    "given",
    [
        {"from": -8e307, "to": 8e307},
        {"from": 1e-150, "to": 1e150, "scale": "log"},
        {"from": 2.3e-308, "to": 1, "scale": "log"},
        {"from": 0, "to": 2.3e-308},
    ],
)
def test_wide_ranges_that_can_be_held_are_filled(given):
    values = axis_values(config_of(changed("parameters", "x", given)), slice(0, 64))["x"]
    assert len(set(values.tolist())) == 64
    assert np.isfinite(values).all()
    assert (values >= given["from"]).all()
    assert (values <= given["to"]).all()


def test_sobol_numbers_far_from_the_start_are_those_of_scipy():
    from scipy.stats.qmc import Sobol

    tree = scan_tree(points=2**30, chunk=2**16, sampling="sobol", seed=11)
    tree["parameters"] = {"x": {"from": 0, "to": 1}}
    config = config_of(tree)
    place = config.names.index("x")
    for start in (1, 2, 3, 64, 65535, 65536, 10**6 + 1):
        theirs = Sobol(len(config.axes), scramble=True, rng=np.random.default_rng(11))
        theirs.fast_forward(start)
        ours = axis_values(config, slice(start, start + 16))["x"]
        assert ours.tolist() == theirs.random(16)[:, place].tolist()
    # The last of all, where one step after the other takes seconds.
    assert len(set(axis_values(config, slice(2**30 - 64, 2**30))["x"].tolist())) == 64


def test_a_scipy_that_keeps_its_state_elsewhere():
    from fssm.scans.sampling import _jump

    class Other:
        taken = 0

        def fast_forward(self, count):
            self.taken = count

    other = Other()
    _jump(other, 10**6)
    assert other.taken == 10**6
    _jump(other, 0)
    assert other.taken == 10**6


@pytest.mark.parametrize("last", [True, False])
def test_points_of_parts(tmp_path, last):
    config = config_of(scan_tree())
    parts = np.array([0, 2, 6] if last else [0, 2, 5])
    counted = sum(config.slice_of(p).stop - config.slice_of(p).start for p in parts.tolist())
    assert config.points_in(parts) == counted == (36 if last else 48)
    assert config.points_in([]) == 0
    folder = prepare_folder(config, tmp_path)
    assert missing_parts(config, folder.look()[0], (7, 7)).tolist() == [6]


def test_the_digest_is_computed_once(tmp_path, monkeypatch):
    from fssm.scans import config

    counted = []
    real = config.json.dumps
    monkeypatch.setattr(config.json, "dumps", lambda *a, **k: counted.append(1) or real(*a, **k))
    counts = []
    for chunk in (50, 1):
        counted.clear()
        fssm.scan(scan_tree(chunk=chunk), tmp_path / str(chunk))
        # One seal for each part.
        counts.append(len(counted) - len(part_files(tmp_path / str(chunk))))
    assert counts[0] == counts[1]
