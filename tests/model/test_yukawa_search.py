"""The search for Y': against an independent one, the reference, and the matrix route on a grid."""

from collections import Counter
from functools import cache
from typing import NamedTuple

import bracketing
import numpy as np
import pytest
from scipy.optimize import brentq

import fssm
from fssm import reference
from fssm.constants import measured
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import lepton_matrix
from fssm.model.threshold import exact_shift
from fssm.result import WARNINGS

M_MUON = measured("m_muon").value
BACKENDS = ["numpy", "numba"]
SEED = 5
BASE = dict(
    tan_beta=50, tan_beta_u=50, tan_beta_d=20, mu=2500, mu_tilde=2500, theta_u=np.pi / 4,
    theta_d=np.pi / 4, m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip


def evaluated(fields, backend):
    return fssm.evaluate(fssm.Point(**fields), detail="a_muon", backend=backend)


def misses(result, solved, wanted, tolerance):
    """How many of the points wanted have another Y', or none: counts by reason."""
    flags = np.array(["+".join(set(f) - WARNINGS) for f in result.flag_names()])
    with np.errstate(invalid="ignore"):
        off = wanted & (flags == "") & ~(abs(result.y_prime_muon / solved.y_prime - 1) < tolerance)
        nearer = off & (result.y_prime_muon < solved.y_prime)
    reasons = Counter(flags[wanted & (flags != "")].tolist())
    return +(reasons + Counter({"further": np.sum(off & ~nearer), "nearer": np.sum(nearer)}))


class Comparison(NamedTuple):
    """Fields and result of random points, those wanted, and the misses among these."""

    drawn: dict
    result: fssm.result.AMuonResult
    wanted: np.ndarray
    missed: Counter


@cache
def by_brackets(count, largest):
    drawn = bracketing.draw(count, SEED)
    return drawn, bracketing.search(drawn, largest)


def compared(count, largest, tolerance, backend):
    """Random points by brackets and by the package."""
    drawn, solved = by_brackets(count, largest)
    result = evaluated(drawn, backend)
    wanted = np.isfinite(solved.y_prime) & (abs(solved.one_plus_delta) >= 0.05)
    missed = misses(result, solved, wanted, tolerance)
    found = ~result.unphysical & (result.y_prime_muon < largest)
    print(f"{backend}: {wanted.sum()} of {count} by brackets, {found.sum()} found, {missed=}")
    # Of the package's own roots only those can be new that a low hump hides from the grid.
    assert (found & ~wanted).sum() <= 2
    return Comparison(drawn, result, wanted, missed)


def check_against_the_reference(drawn, result, wanted, count):
    """At 30 digits the mass is the muon's and Y' the same to 1e-9, whatever its condition."""
    chosen = np.random.default_rng(1).choice(np.flatnonzero(wanted), count, replace=False)
    worst = 0.0
    for k in chosen:
        point = fssm.Point(**{name: array[k] for name, array in drawn.items()})
        exact = reference.evaluate(point, 30, near=result.y_prime_muon[k])
        assert abs(exact.m_muon_implied / measured("m_muon").value - 1) < 1e-28
        worst = max(worst, abs(float(result.y_prime_muon[k] / exact.y_prime_muon - 1)))
    print(f"Y' of {count} points against 30 digits: {worst:.1e}")
    assert worst < 1e-9


# The two differ by 2.3e-9 at most: rounding of the independent search, whose dm is a difference.
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_point_that_an_independent_search_solves(backend):
    drawn, result, wanted, missed = compared(2000, bracketing.PERTURBATIVE, 1e-8, backend)
    assert missed == {}
    if backend == "numpy":
        check_against_the_reference(drawn, result, wanted, 30)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_twenty_thousand_points_that_an_independent_search_solves(backend):
    drawn, result, wanted, missed = compared(20_000, bracketing.PERTURBATIVE, 1e-8, backend)
    assert missed == {}
    if backend == "numpy":
        check_against_the_reference(drawn, result, wanted, 300)


@pytest.mark.parametrize("backend", BACKENDS)
def test_couplings_beyond_sqrt_4_pi(backend):
    *_, wanted, missed = compared(2000, 20.0, 1e-7, backend)
    assert missed == {}
    assert wanted.sum() > 1500


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_couplings_of_up_to_a_hundred(backend):
    # Of 16 855 points one has a dm made of terms a million times larger: no change of sign within
    # 1e-8 of Y' is left to be seen.
    *_, missed = compared(20_000, 100.0, 1e-7, backend)
    assert set(missed) <= {"threshold_not_converged"}
    assert missed.total() <= 3


def mass(fields, y_prime):
    """m_l + dm (n,), GeV, by matrices; NaN for tachyons."""
    lag = lagrangian(fssm.Point(**fields, y_prime_muon=y_prime))
    with np.errstate(all="ignore"):
        return (lepton_matrix(lag) + exact_shift(lag))[..., 0, 0]


def roots(fields, largest=16.0):
    """All Y' up to ``largest`` at which |m_l + dm| passes the muon mass, by the matrix route."""

    def mismatch(y_prime):
        return np.abs(mass(fields, y_prime)) - M_MUON

    side = np.geomspace(1e-4, largest, 2000)
    grid = np.concatenate([-side[::-1], side])
    f = mismatch(grid)
    cells = np.flatnonzero(f[:-1] * f[1:] < 0)
    return [brentq(mismatch, grid[k], grid[k + 1], xtol=1e-15, rtol=1e-14) for k in cells]


def expected(fields):
    """The root that counts: the nearest, or the nearest positive one without Y."""
    found = sorted(roots(fields), key=lambda x: abs(x) * (1 if x > 0 else 1 + 1e-9))
    positive = [x for x in found if x > 0]
    return (found if fields.get("y_muon") else positive or found)[0]


LIGHT = dict(m_l=1000, m_e=1000, tan_beta_d=2)
CASES = {
    "mu > 0": {},
    "mu < 0": dict(mu=-2500, mu_tilde=-2500),
    "mu < 0, v_d' = 0": dict(mu=-2500, mu_tilde=-2500, tan_beta_d=np.inf),
    "one Higgsino mass < 0": dict(mu=-2500),
    "before a hump": dict(tan_beta_d=10.1),
    "before a low hump": dict(tan_beta_d=10.138),
    "before a high hump": dict(tan_beta_d=9.0),
    "Y > 0": dict(y_muon=0.04),
    "Y < 0": dict(y_muon=-0.04),
    "Y imaginary": dict(y_muon=0.01j),
    "Y makes most of the mass": dict(y_muon=0.04, tan_beta_d=1e5),
    "Y against Y'": dict(y_muon=0.002, mu=-2500),
    "Y complex, mu complex": dict(y_muon=0.01 + 0.02j, mu=2500j),
    "T'": dict(t_prime_muon=4e5),
    "T' < 0": dict(t_prime_muon=-4e5),
    "T": dict(t_muon=1.7e5),
    "positive, with a small range": dict(LIGHT, t_muon=-2.5e5),
    "negative branch": dict(LIGHT, t_muon=-2.8e5),
    "negative branch, hardly any positive range": dict(LIGHT, t_muon=-2.85e5),
    "positive branch, hardly any negative range": dict(LIGHT, t_muon=2.85e5),
    "mu complex": dict(mu=2500 * np.exp(1j)),
    "both complex": dict(mu=2500 * np.exp(2j), mu_tilde=900 * np.exp(-1j), tan_beta_d=1e4),
    "mu and T complex": dict(mu=2500 * np.exp(1j), t_muon=2e4j),
}


@pytest.mark.parametrize("name", CASES)
def test_the_root_that_counts(name):
    fields = {**BASE, **CASES[name]}
    wanted = expected(fields)
    assert (wanted < 0) == (name.startswith("negative") or name == "Y < 0")
    found = [evaluated(fields, backend).y_prime_muon for backend in BACKENDS]
    found.append(fssm.evaluate(fssm.Point(**fields)).yukawa.y_prime_muon)
    np.testing.assert_allclose(found, wanted, rtol=2e-11, atol=0)


@pytest.mark.parametrize("t_muon", [2.9e5, -2.9e5, 1e6])
def test_trilinears_that_leave_no_range(t_muon):
    # Without v_u, v_u' they alone make a smuon tachyonic, and dm has no value for any Y'.
    fields = {**BASE, **LIGHT, "t_muon": t_muon}
    assert roots(fields) == []
    assert np.isnan(mass(fields, np.linspace(-16, 16, 200))).all()
    for backend in BACKENDS:
        assert evaluated(fields, backend).flag_names() == ["tachyonic_slepton"]
    assert fssm.evaluate(fssm.Point(**fields)).flag_names() == ["tachyonic_slepton"]


NEXT_TO_A_TACHYON = dict(
    tan_beta=5.33, tan_beta_u=33.63, tan_beta_d=14040.0, theta_u=-1.117, theta_d=-2.175,
    mu=-184.4, mu_tilde=244200.0, m1=-290.6, m2=144.5, m_l=5670.0, m_e=46370.0,
)  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_mass_may_bend_back_next_to_a_tachyon(backend):
    # It starts with one sign, passes the muon's with the other, and then with the first again.
    values = mass(NEXT_TO_A_TACHYON, np.linspace(1, 12.502, 20_000)) / M_MUON
    assert values[0] < 0 < values.max()
    assert np.sum(np.diff(np.abs(values) > 1)) == 3
    result = evaluated(NEXT_TO_A_TACHYON, backend)
    assert result.y_prime_muon == pytest.approx(expected(NEXT_TO_A_TACHYON), rel=1e-8, abs=0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_rounding_of_the_mass_hides_no_root(backend):
    # Higgsinos of 6000 TeV: dm is a difference, and the muon's mass comes out to 1e-9 only.
    fields = dict(
        tan_beta=7.40, tan_beta_u=43.2, tan_beta_d=67.2, theta_u=-2.22, theta_d=1.0,
        mu=-6.659e6 * (1 + 1e-6 * np.arange(50)), mu_tilde=5.59e6, m1=-915.7, m2=-10890.0,
        m_l=20240.0, m_e=17330.0,
    )  # fmt: skip
    result = evaluated(fields, backend)
    assert not result.unphysical.any()
    assert abs(abs(mass(fields, result.y_prime_muon)) / M_MUON - 1).max() < 1e-7
    one = {**fields, "mu": fields["mu"][0]}
    exact = reference.evaluate(fssm.Point(**one), 20, near=result.y_prime_muon[0])
    assert abs(result.y_prime_muon[0] / exact.y_prime_muon - 1) < 1e-8


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_hump_may_be_hardly_high_enough(backend):
    # Until it is too low: its two roots come together between neighbours of any grid.
    count = 400
    fields = dict(
        tan_beta=41.33, tan_beta_u=36.5, tan_beta_d=4.197 * (1 + np.linspace(-0.05, 0.05, count)),
        theta_u=-1.061, theta_d=-0.1957, mu=-1447.0, mu_tilde=3215.0, m1=85.43, m2=-1104.0,
        m_l=632.4, m_e=180.3,
    )  # fmt: skip
    solved = bracketing.search({k: np.broadcast_to(v, count) for k, v in fields.items()})
    result, there = evaluated(fields, backend), np.isfinite(solved.y_prime)
    assert there.sum() > 200
    np.testing.assert_array_equal(~result.unphysical, there)
    np.testing.assert_allclose(result.y_prime_muon[there], solved.y_prime[there], rtol=1e-9)
