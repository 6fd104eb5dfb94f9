"""The bits of a point: alone, in any batch and in any piece of it, and for any memory layout."""

import ast
from functools import cache
from pathlib import Path

import flavours
import numpy as np
import pytest
import test_batch

import fssm
from fssm import full
from fssm.model.schema import FIELDS

# From 50 complex or 100 real points on numpy keeps the dipole terms in another layout.
COUNT = 130
SIZES = (1, 2, 3, 7, 8, 9, 60, 129)
TEXTURES = {
    "exact": {},
    "leading": dict(threshold="leading"),
    "epsilons": dict(threshold="given", epsilon_l=-2e-3, epsilon_tau=1e-3),
    "none": dict(threshold="none"),
    "tan_beta_d": dict(tan_beta_d=None, y_prime_muon=0.3),
}
GIVEN = {"given": None, "given, exact": "exact", "given, leading": "leading"}
KINDS = ["real", "complex"]


def texture(mode, kind):
    rng = np.random.default_rng(11)

    def draw(low, high):
        phase = np.exp(1j * rng.uniform(-3, 3, COUNT)) if kind == "complex" else 1.0
        return rng.uniform(low, high, COUNT) * phase

    x = 0.5 * rng.normal(size=(COUNT, 3, 3))
    if kind == "complex":
        x = x * np.exp(1j * rng.uniform(-3, 3, x.shape))
    common = dict(
        flavours.SLIDES, m1=draw(500, 3000), m2=draw(500, 3000), mu=draw(500, 3000),
        m_l=None, m_l_sq=rng.uniform(1500, 3000, COUNT) ** 2,
        m_e=None, m_e_sq=rng.uniform(1500, 3000, COUNT) ** 2,
        tan_beta=rng.uniform(20, 60, COUNT), tan_beta_d=rng.uniform(2, 7, COUNT), x_texture=x,
    )  # fmt: skip
    return {**common, **TEXTURES[mode]}


def given(mode, kind):
    single = [
        flavours.point(flavours.parameters(900 + i, complex_phases=kind == "complex"))
        for i in range(COUNT)
    ]
    arrays = {name: np.stack([p.arrays()[name] for p in single]) for name in single[0].arrays()}
    return dict(arrays, scheme="couplings", threshold=GIVEN[mode])


def muon(mode, kind):
    return test_batch.fields(kind, mode, COUNT)


CASES = {
    **dict.fromkeys(TEXTURES, texture),
    **dict.fromkeys(GIVEN, given),
    **{f"muon, {mode}": muon for mode in test_batch.MODES},
}


@cache
def fields(case, kind):
    """The fields of many points, those left out dropped."""
    drawn = CASES[case](case.removeprefix("muon, "), kind)
    return {name: value for name, value in drawn.items() if value is not None}


def varies(name, value):
    return np.ndim(value) > FIELDS[name].axes


def select(values, where):
    return {name: v[where] if varies(name, v) else v for name, v in values.items()}


def numbers(tree, path=""):
    """The numbers of a nested dictionary by their path; texts and names of flags left out."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key != "flags":
                yield from numbers(value, f"{path}/{key}")
    elif tree is not None and np.asarray(tree).dtype.kind in "bfc":
        yield path, np.asarray(tree)


def evaluated(values, **options):
    point = fssm.Point(**values)
    result = fssm.evaluate(point, **options)
    flags = {f"/flags/{name}": np.asarray(mask) for name, mask in result.flags.items()}
    compared = dict(numbers(fssm.compare(point).to_dict(), "compare"))
    return {**dict(numbers(result.to_dict())), **compared, **flags}


@cache
def whole(case, kind):
    result = evaluated(fields(case, kind))
    assert len(result) > 60
    return result


def assert_same_bits(part, reference, where=slice(None)):
    """Every array of a part against those points of the whole; what has no points is skipped."""
    assert part.keys() == reference.keys()
    compared = 0
    for path, array in reference.items():
        if array.shape[:1] == (COUNT,):
            wanted = array[where]
            assert part[path].shape == wanted.shape, path
            assert part[path].dtype == wanted.dtype, path
            assert part[path].tobytes() == wanted.tobytes(), path
            compared += 1
    assert compared > 60


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_alone_or_in_a_batch_of_any_size(case, kind):
    values = fields(case, kind)
    for i in range(0, COUNT, 11):
        assert_same_bits(evaluated(select(values, i)), whole(case, kind), i)
    for size in SIZES:
        for start in {1, COUNT - size}:
            where = slice(start, start + size)
            assert_same_bits(evaluated(select(values, where)), whole(case, kind), where)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", ["exact", "leading", "tan_beta_d", "given, exact", "muon, exact"])
def test_in_chunks_and_with_threads(case, kind, monkeypatch):
    monkeypatch.setattr(full, "CHUNK", 17)
    for threads in (1, 2):
        assert_same_bits(evaluated(fields(case, kind), threads=threads), whole(case, kind))


def test_in_the_chunks_of_a_long_batch():
    values = {k: np.resize(v, (1100, *v.shape[1:])) if varies(k, v) else v
              for k, v in fields("leading", "complex").items()}  # fmt: skip
    long = evaluated(values)
    for start in range(0, 1040, COUNT):
        part = {path: array[start : start + COUNT] for path, array in long.items() if array.ndim}
        assert_same_bits({**whole("leading", "complex"), **part}, whole("leading", "complex"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", ["exact", "given, leading", "muon, leading"])
def test_for_any_layout_of_the_inputs(case, kind):
    values = fields(case, kind)

    def points_innermost(v):
        return np.moveaxis(np.ascontiguousarray(np.moveaxis(v, 0, -1)), -1, 0)

    def every_third(v):
        return np.repeat(v, 3, axis=0)[1::3]

    def backwards(v):
        return v[::-1].copy()[::-1]

    for layout in (points_innermost, every_third, backwards):
        other = {k: layout(v) if varies(k, v) else v for k, v in values.items()}
        assert_same_bits(evaluated(other), whole(case, kind))
    turned = dict(values)
    for name in values:
        if FIELDS[name].axes == 2:
            turned[name] = np.swapaxes(np.swapaxes(values[name], -1, -2).copy(), -1, -2)
    assert_same_bits(evaluated(turned), whole(case, kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
@pytest.mark.parametrize("case", ["exact", "tan_beta_d", "given", "given, exact", "muon, exact"])
def test_fields_that_are_shared_or_written_out(case, kind):
    values = fields(case, kind)
    for name in values.keys() & {"m1", "x_texture", "y_prime_lepton"}:
        shared = {k: v[3] if varies(k, v) and k != name else v for k, v in values.items()}
        spread = {k: np.repeat(v[None], COUNT, 0) if k != name and varies(k, values[k]) else v
                  for k, v in shared.items()}  # fmt: skip
        together = evaluated(shared)
        assert_same_bits(evaluated(spread), together)
        for i in (0, 77):
            assert_same_bits(evaluated(select(shared, i)), together, i)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", ["exact", "given, exact", "muon, tan_beta_d"])
def test_a_grid_is_its_points(case, kind):
    values = {k: v[3] if varies(k, v) else v for k, v in fields(case, kind).items()}
    other = "m_l_sq_matrix" if "m_l_sq_matrix" in values else "m_l_sq"
    rows, columns = fields(case, kind)["m1"][:4], fields(case, kind)[other][:5]
    result = evaluated(dict(values, m1=rows[:, None], **{other: columns}))
    gridded = [path for path, array in result.items() if array.shape[:2] == (4, 5)]
    assert len(gridded) > 60
    for i, j in ((0, 0), (3, 1), (2, 4)):
        one = evaluated(dict(values, m1=rows[i], **{other: columns[j]}))
        for path in gridded:
            assert one[path].tobytes() == result[path][i, j].tobytes(), path


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("mode", test_batch.MODES)
def test_a_muon_alone_has_the_bits_it_has_among_others(mode, backend):
    values = fields(f"muon, {mode}", "complex")
    options = dict(detail="masses", backend=backend)
    many = dict(numbers(fssm.evaluate(fssm.Point(**values), **options).to_dict()))
    for i in range(COUNT):
        one = fssm.evaluate(fssm.Point(**select(values, i)), **options)
        for path, array in numbers(one.to_dict()):
            assert array.tobytes() == many[path][i].tobytes(), path


def test_comparisons_square_a_single_number_as_they_square_arrays():
    rng = np.random.default_rng(3)
    odd = [g for g in rng.uniform(0.6, 0.7, 20_000) if g**2 != g * g]
    if not odd:
        pytest.skip("here numpy squares single numbers as it squares arrays")
    values = {k: v[3] if varies(k, v) else v for k, v in fields("given", "real").items()}
    many = dict(numbers(fssm.compare(fssm.Point(**dict(values, g=np.array(odd)))).to_dict()))
    for i, g in enumerate(odd):
        for path, array in numbers(fssm.compare(fssm.Point(**dict(values, g=g))).to_dict()):
            assert array.tobytes() == many[path][i].tobytes(), path


# What adds in an order of its own; lepton_number.py has products of truth values.
UNORDERED = {"sum", "mean", "dot", "vdot", "inner", "einsum", "matmul", "tensordot", "trace",
             "cumsum", "vecdot", "matvec", "vecmat"}  # fmt: skip
PACKAGE = Path(fssm.__file__).parent
ORDERED = [
    path
    for path in (
        *sorted(PACKAGE.glob("model/*.py")),
        *sorted(PACKAGE.glob("observables/*.py")),
        *(PACKAGE / f"{name}.py" for name in ("full", "moment", "result", "comparison")),
    )
    if path.name != "lepton_number.py"
]


@pytest.mark.parametrize("path", ORDERED, ids=lambda path: path.stem)
def test_sums_have_an_order(path):
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.MatMult), "numerics.linalg.matmul has a fixed order"
        if isinstance(node, ast.Attribute):
            assert node.attr not in UNORDERED, f"line {node.lineno}: axis_sum has a fixed order"
