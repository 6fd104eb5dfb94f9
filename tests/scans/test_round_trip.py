"""A scan that can start can be read back: its tree, also as JSON, is the same scan."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scan_files import grid_tree, scan_tree

from fssm import InvalidInput
from fssm.scans.config import BACKENDS, DETAILS, FORMATS, SAMPLINGS, ScanConfig

MASSES = st.floats(1, 1e4) | st.integers(1, 10_000)
GRID_VALUES = st.lists(MASSES, min_size=1, max_size=4)


@st.composite
def ranges(draw, sampling):
    """A range by its ends, in either scale; on a grid with points, or by its values."""
    if sampling == "grid" and draw(st.booleans()):
        values = draw(GRID_VALUES)
        return {"values": draw(st.sampled_from([values, tuple(values), np.array(values)]))}
    low = draw(MASSES)
    table = {"from": low, "to": low + draw(st.floats(1, 1e3))}
    table |= draw(st.sampled_from([{}, {"scale": "linear"}, {"scale": "log"}]))
    return table | ({"points": draw(st.sampled_from([2, 3, 4.0]))} if sampling == "grid" else {})


def numbers(names):
    """Plain, by a formula, or complex: as such, or as [re, im] with formulas in it."""
    formulas = st.sampled_from(names).map(lambda name: f" 2 * {name} + 1")
    real = MASSES | formulas | MASSES.map(np.float64)
    complex_numbers = st.builds(complex, MASSES, MASSES)
    return real | complex_numbers | st.lists(real, min_size=2, max_size=2)


def matrices(names):
    rows = st.lists(numbers(names), min_size=3, max_size=3)
    return st.lists(rows, min_size=3, max_size=3) | st.just(np.eye(3) * (1 + 2j))


@st.composite
def options(draw, sampling):
    chosen = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "seed": st.sampled_from([0, 7, 3.0, np.int64(5)]),
                "chunk": st.sampled_from([None, 1, 16, 1e3]),
                "detail": st.sampled_from(DETAILS),
                "backend": st.sampled_from(BACKENDS),
                "qed_log": st.booleans(),
                "format": st.sampled_from((*FORMATS, "auto")),
            },
        )
    )
    points = {"points": None} if draw(st.booleans()) else {}
    if sampling != "grid":
        points = {"points": draw(st.sampled_from([1, 100, 1e6]))}
    return {"sampling": sampling, **points, **chosen}


@st.composite
def trees(draw):
    """Scans of every kind, their sections in any order."""
    sampling = draw(st.sampled_from(SAMPLINGS))
    scanned = {
        "parameters": {"m_susy": draw(ranges(sampling)), "x": draw(ranges(sampling))},
        "slepton": {"m_l": draw(ranges(sampling)), "m_e": draw(numbers(["m_susy", "m_l"]))},
        "gaugino": {"m1": draw(ranges(sampling)), "m2": draw(numbers(["m_susy", "x"]))},
        "vevs": {"tan_beta": draw(MASSES), "tan_beta_u": draw(ranges(sampling) | MASSES)},
    }
    data = {"a_muon": "amu-2021", "theory_uncertainty": 1e-10, "max_yukawa": 1}
    likelihoods = st.fixed_dictionaries({}, optional={k: st.just(v) for k, v in data.items()})
    more = st.fixed_dictionaries(
        {},
        optional={
            "flavour": st.fixed_dictionaries({"x_texture": matrices(["m_susy", "x"])}),
            "electroweak": st.just({"scheme": "alpha_mz"}),
            "columns": st.sampled_from([{}, {"pull": "a_muon / 1e-11", "twice": "2 * pull"}]),
            "cuts": st.sampled_from([{}, {"keep": "m1 > 3"}, {"keep": ["m1 > 3", "x < m1"]}]),
            "likelihood": likelihoods,
        },
    )
    sections = {"scan": draw(options(sampling)), **scanned, **draw(more)}
    return {name: sections[name] for name in draw(st.permutations(list(sections)))}


def check_reads_back(config):
    for tree in (config.tree, json.loads(json.dumps(config.tree))):
        back = ScanConfig.from_mapping(tree)
        # Text, too, so that 1 and 1.0 differ; equality alone is that of all other fields.
        assert json.dumps(back.tree) == json.dumps(config.tree)
        assert back.digest("1") == config.digest("1")
        assert back == config


@given(trees())
def test_a_configuration_is_read_back_from_its_own_tree(tree):
    check_reads_back(ScanConfig.from_mapping(tree))


@given(trees(), st.data())
def test_so_it_is_with_other_options(tree, data):
    config = ScanConfig.from_mapping(tree)
    other = {
        "seed": 9,
        "chunk": 5,
        "backend": data.draw(st.sampled_from(BACKENDS)),
        "format": data.draw(st.sampled_from(FORMATS)),
    }
    changed = config.with_options(**other)
    check_reads_back(changed)
    assert {name: getattr(changed, name) for name in other} == other
    assert changed.with_options(**{name: getattr(config, name) for name in other}) == config


def test_configurations_differ_by_what_they_say():
    first = ScanConfig.from_mapping(scan_tree())
    tree = scan_tree()
    tree["slepton"]["m_e"] = "2 * m_l"
    assert ScanConfig.from_mapping(tree) != first
    assert ScanConfig.from_mapping(scan_tree(seed=6)) != first


def test_points_of_a_grid_are_still_an_error():
    tree = grid_tree()
    config = ScanConfig.from_mapping(tree)
    assert config.points == 81
    assert "points" not in config.tree["scan"]
    problem = r"\[scan\] points = 81: a grid has as many points as its axes say; leave it out"
    with pytest.raises(InvalidInput, match=problem):
        config.with_options(points=81)
    tree["scan"]["points"] = 81
    with pytest.raises(InvalidInput, match=problem):
        ScanConfig.from_mapping(tree)


def test_other_options_are_checked_as_those_of_a_file():
    config = ScanConfig.from_mapping(scan_tree())
    assert config.with_options(points=1e3).points == 1000
    with pytest.raises(InvalidInput, match=r"\[scan\] chunk = 0"):
        config.with_options(chunk=0)
    with pytest.raises(InvalidInput, match=r"\[scan\] formt: unknown name; did you mean 'format'"):
        config.with_options(formt="npz")
