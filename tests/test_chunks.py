"""Batches in pieces: the same result as at once, whatever the pieces, in bounded memory."""

import threading
import tracemalloc

import numpy as np
import pytest
from test_batch import fields

import fssm
from fssm import full
from fssm.chunks import in_chunks, leaves, rebuilt


def test_pieces_come_together_in_order():
    def job(where):
        here = np.arange(10)[where]
        return [here, np.stack([here, -here], axis=-1), here > 3]

    for size, threads in ((1, 1), (3, 1), (3, 2), (4, 3), (100, 2)):
        first, second, third = in_chunks(job, 10, size, threads)
        assert first.tolist() == list(range(10))
        assert second.shape == (10, 2)
        assert third.dtype == bool
    assert [array.shape for array in in_chunks(job, 0, 4, 1)] == [(0,), (0, 2), (0,)]


def test_what_goes_wrong_in_a_thread_is_raised():
    def job(where):
        if where.start == 4:
            raise ZeroDivisionError
        return [np.zeros(2)]

    with pytest.raises(ZeroDivisionError):
        in_chunks(job, 10, 2, 2)
    assert threading.active_count() < 20


def test_blas_is_kept_to_one_thread_while_ours_run():
    from threadpoolctl import threadpool_info

    seen = []

    def job(where):
        seen.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return [np.zeros(where.stop - where.start)]

    in_chunks(job, 8, 2, 2)
    assert set(seen) == {1}


def points_of(kind):
    if kind == "three generations":
        x = np.full((3, 3), 0.1)
        scale = np.linspace(0.1, 1, 23)
        values = {k: v[0] if np.ndim(v) else v for k, v in fields("real", "exact").items()}
        return fssm.Point(**values, x_texture=scale[:, None, None] * x)
    return fssm.Point(**fields(kind, "exact", 23))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kind", ["real", "complex", "three generations"])
def test_the_full_evaluation_in_pieces_is_the_one_at_once(kind, threads, monkeypatch):
    point = points_of(kind)
    whole = fssm.evaluate(point)
    monkeypatch.setattr(full, "CHUNK", 5)
    pieces = fssm.evaluate(point, threads=threads)
    assert pieces.point is point
    assert (pieces.muon is pieces.lagrangian) == (kind != "three generations")
    ours, theirs = list(leaves(pieces)), list(leaves(whole))
    assert len(ours) == len(theirs) > 60
    for a, b in zip(ours, theirs, strict=True):
        assert np.broadcast_to(b, a.shape).tobytes() == a.tobytes()
    assert (pieces.flag_names() == whole.flag_names()).all()


def test_pieces_of_points_with_several_axes(monkeypatch):
    values = fields("real", "given", 1)
    values = {k: v.item() if np.ndim(v) else v for k, v in values.items()}
    values.update(m1=np.linspace(200, 900, 6)[:, None], m2=np.linspace(300, 500, 4))
    whole = fssm.evaluate(fssm.Point(**values))
    monkeypatch.setattr(full, "CHUNK", 7)
    pieces = fssm.evaluate(fssm.Point(**values))
    assert pieces.a_muon.total.shape == (6, 4)
    np.testing.assert_array_equal(pieces.a_muon.total, whole.a_muon.total)
    assert pieces.spectrum.inos.n.shape == (6, 4, 6, 6)


def test_a_tree_is_rebuilt_with_other_arrays():
    result = fssm.evaluate(points_of("real"))
    again = rebuilt(result, (array + 0 for array in leaves(result)))
    assert type(again) is type(result)
    assert again.yukawa.mode == "exact"
    np.testing.assert_array_equal(again.a_muon.total, result.a_muon.total)


def extra_bytes(run):
    run()
    tracemalloc.start()
    try:
        result = run()
        held, peak = tracemalloc.get_traced_memory()
        del result
    finally:
        tracemalloc.stop()
    return peak - held


LIMIT = 64 * 2**20


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("kind", ["real", "complex"])
def test_memory_beyond_inputs_and_results_is_bounded(kind, backend, threads):
    point = fssm.Point(**fields(kind, "exact", 40_000))

    def run():
        return fssm.evaluate(point, detail="masses", backend=backend, threads=threads)

    assert extra_bytes(run) < LIMIT


@pytest.mark.parametrize("kind", ["complex", "three generations"])
def test_memory_of_the_full_evaluation_is_bounded(kind):
    if kind == "complex":
        point = fssm.Point(**fields("complex", "given", 3_000))
    else:
        single = points_of(kind)
        values = {name: getattr(single, name) for name in single.given()}
        x = np.linspace(0.1, 1, 1_500)[:, None, None] * np.full((3, 3), 0.1)
        point = fssm.Point(**{**values, "x_texture": x, "threshold": "none"})
    assert extra_bytes(lambda: fssm.evaluate(point)) < LIMIT
