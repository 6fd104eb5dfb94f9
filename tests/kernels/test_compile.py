"""Compiled functions are the plain ones, and never taken for each other."""

import subprocess
import sys
from types import FunctionType

import numpy as np
import pytest

from fssm.base import abs_sq
from fssm.kernels.compile import _digest, compiled, entry_point, separate
from fssm.numerics.loops import b0_of_ratio, neutralino_loops_reduced, reduced_ratio
from fssm.numerics.roots import secant_step, start_secant


def factory(constant):
    def scaled(x):
        return constant * abs_sq(x)

    return scaled


def outer(x):
    return inner(x) + 1.0


def inner(x):
    return 0.0 * x


def called(function, *arguments):
    return entry_point(call_with(len(arguments)), "test", {"function": function})(*arguments)


def call_with(count):
    """A function of that many arguments that calls the global name ``function``."""
    names = ", ".join(f"x{k}" for k in range(count))
    namespace = {}
    exec(f"def call({names}):\n    return function({names})\n", namespace)
    code = namespace["call"].__code__.replace(co_filename=__file__)
    return FunctionType(code, {"function": inner, "__name__": __name__}, "call")


def test_functions_of_a_factory_keep_their_constants():
    two, three = factory(2.0), factory(3.0)
    assert two.__qualname__ == three.__qualname__
    assert called(two, 5.0) == 50.0
    assert called(three, 5.0) == 75.0
    assert called(two, 3 + 4j) == 50.0


def test_the_digest_is_of_everything_that_is_compiled():
    assert _digest(factory(2.0)) == _digest(factory(2.0))
    assert _digest(factory(2.0)) != _digest(factory(3.0))
    same = FunctionType(outer.__code__, dict(outer.__globals__), "outer")
    assert _digest(same) == _digest(outer)
    changed = FunctionType(outer.__code__, {**outer.__globals__, "inner": factory(2.0)}, "outer")
    assert _digest(changed) != _digest(outer)
    assert _digest(separate(factory(4.0))) != _digest(factory(4.0))


@pytest.mark.parametrize("r", [0.0, 1e-9, 0.3, 1 / 3, 1.0, 1 + 1e-9, 3.0, 1e12, -1.0, np.nan])
def test_loop_functions_are_the_same_to_rounding(r):
    def loops(x):
        f1, f2 = neutralino_loops_reduced(reduced_ratio(x))
        return f1 + f2

    def bubble(x):
        return b0_of_ratio(x, 0.3)

    for function in (loops, bubble):
        with np.errstate(all="ignore"):
            plain = float(function(np.float64(r)))
        assert called(function, r) == pytest.approx(plain, rel=2e-15, abs=2e-15, nan_ok=True)


def test_the_secant_is_the_same():
    def root(target):
        state = start_secant(1.0, 1.0 - target, 2.0, 0.0)
        for _ in range(20):
            state = secant_step(state, state.trial**3 - target, 1e-9, 0.0, np.inf)
        return state.best

    assert called(root, 5.0) == pytest.approx(np.cbrt(5.0), rel=1e-14, abs=0)


def test_a_compiled_function_is_made_once():
    function = factory(7.0)
    assert compiled(function) is compiled(function)


SCRIPT = """
import numpy as np, sys
import fssm
values = dict(tan_beta=50, tan_beta_u=50, tan_beta_d=np.linspace(2, 9, 33), mu=2500, mu_tilde=2400,
              theta_u=0.7, theta_d=0.8, m1=900, m2=2000, m_l=2500, m_e=1500)
given, exact = fssm.Point(**values, y_prime_muon=0.3), fssm.Point(**values)
points = {"given": given, "exact": exact}
totals = {n: fssm.evaluate(points[n], backend="numba").a_muon.total for n in sys.argv[1:]}
print(*(totals[n].tobytes().hex() for n in sorted(totals)))
"""


@pytest.mark.slow
def test_kernels_from_disk_give_the_bits_of_fresh_ones(tmp_path, monkeypatch):
    """numba links by name: once, functions of one factory were taken for each other."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))

    def run(*names):
        command = [sys.executable, "-c", SCRIPT, *names]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.split()

    # Each compiled in a process of its own, then both from disk in one.
    fresh = [*run("exact"), *run("given")]
    assert list(tmp_path.rglob("*.nbi"))
    assert run("given", "exact") == run("exact", "given") == fresh
