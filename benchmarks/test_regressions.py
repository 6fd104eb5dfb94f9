"""pytest-benchmark cases: ``pytest benchmarks --benchmark-autosave``, then ``--benchmark-compare``.

Not part of the tests: what they say is only worth something beside an earlier run on the same
machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fssm
from benchmarks.throughput import Job, floor_job
from fssm.model.lagrangian import lagrangian
from fssm.model.muon_shift import exact_shift_of, muon_inputs
from fssm.model.states import charginos, neutralinos
from fssm.numerics.loops import neutralino_loops

COUNT = 8192


@pytest.mark.parametrize("kind", ["real", "complex"])
def test_lapack_floor(benchmark: Any, kind: str) -> None:
    benchmark(floor_job(kind))


@pytest.mark.parametrize("mode", ["Y' given, none", "Y' given, exact", "leading", "exact"])
@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_batch(benchmark: Any, backend: str, kind: str, mode: str) -> None:
    job = Job(backend, kind, mode)
    point = job.point(COUNT)
    job.run(point)
    benchmark(job.run, point)


@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("build", [neutralinos, charginos])
def test_states(benchmark: Any, build: Any, kind: str) -> None:
    point = Job("numpy", kind, "exact").point(COUNT)
    benchmark(build, muon_inputs(lagrangian(point), 1).ino)


def test_mass_shift(benchmark: Any) -> None:
    inputs = muon_inputs(lagrangian(Job("numpy", "real", "Y' given, none").point(COUNT)), 1)
    shift = exact_shift_of(inputs)
    benchmark(shift.at, inputs)


def test_loop_functions(benchmark: Any) -> None:
    benchmark(neutralino_loops, np.geomspace(1e-6, 1e6, 6 * COUNT).reshape(6, COUNT))


def test_single_point(benchmark: Any) -> None:
    point = Job("numpy", "real", "exact").point(1)
    benchmark(fssm.evaluate, point)
