"""Loops with a light boson: quadrature at 30 digits, closed form, limits and their rates."""

import mpmath as mp
import numpy as np
import pytest

from fssm.numerics.feynman import alp_h1, alp_h2, vector_loop

FUNCTIONS = {"V": vector_loop, "h1": alp_h1, "h2": alp_h2}
# Measured worst over the grid: 1.3e-15, sums of 300 positive terms.
TOLERANCE = 1e-13


def quadrature(integrand):
    """int_0^1 of f(z, 1 - z); a decade per piece at both ends, where poles come near."""
    decades = [mp.mpf(10) ** -k for k in range(20, 0, -1)]
    ends = [mp.mpf(0), *decades, mp.mpf(1) / 2]
    left = mp.quad(lambda z: integrand(z, 1 - z), ends)
    return left + mp.quad(lambda w: integrand(1 - w, w), ends)


def truth_v(r):
    return quadrature(lambda z, w: z**2 * w / (z**2 + r * w))


def truth_h1(r):
    # As printed, with 1 - z for z.
    return 2 * quadrature(lambda z, w: w**3 / (w**2 + z * r))


def truth_h2(r):
    """The closed form, which cancels up to r^3 of its terms; arccos -> logarithm for r > 4."""
    with mp.workdps(90):
        y = mp.sqrt(r) / 2
        if r < 4:
            arc = mp.sqrt(r * (4 - r)) * mp.acos(y)
        else:
            arc = -mp.sqrt(r * (r - 4)) * mp.log(y + mp.sqrt(y**2 - 1))
        log_term = r**2 / 6 * mp.log(r) if r else 0
        return +(1 - r / 3 + log_term + (r + 2) / 3 * arc)


TRUTHS = {"V": truth_v, "h1": truth_h1, "h2": truth_h2}


def grid():
    """m/m_lepton from 1e-6 to 1e6, r = 0, and the neighbourhood of the branch point r = 4."""
    seam = [4 * (1 + sign * 10.0**-k) for k in (1, 4, 8, 12, 15) for sign in (-1, 1)]
    return np.concatenate([[0.0, 4.0], seam, np.geomspace(1e-6, 1e6, 37) ** 2])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_integrals_to_1e_13(name):
    r = grid()
    got = FUNCTIONS[name](r)
    with mp.workdps(30):
        errors = [
            abs(mp.mpf(float(g)) / TRUTHS[name](mp.mpf(x)) - 1) for x, g in zip(r, got, strict=True)
        ]
    assert max(errors) < TOLERANCE, r[int(np.argmax(errors))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_ends_of_the_domain_to_1e_13(name):
    # Two leading orders of the expansions; what is left is below 1e-20.
    r = 1e-30, 1e25, 1e30, 1.01e30, 1e60, 1e200
    with mp.workdps(40):
        small, *large = (mp.mpf(x) for x in r)
        expected = {
            "V": [mp.mpf(1) / 2 - mp.pi * mp.sqrt(small) / 2, *(1 / (3 * x) for x in large)],
            "h1": [mp.mpf(1), *(2 / x * (mp.log(x) - mp.mpf(11) / 6) for x in large)],
            "h2": [1 + 2 * mp.pi / 3 * mp.sqrt(small), *(mp.log(x) + 1.5 for x in large)],
        }[name]
        for x, truth in zip(r, expected, strict=True):
            assert abs(mp.mpf(float(FUNCTIONS[name](x))) / truth - 1) < TOLERANCE, x


def test_h2_as_an_integral_is_its_closed_form():
    with mp.workdps(30):
        for r in (mp.mpf("1e-6"), mp.mpf(3), mp.mpf(5), mp.mpf("1e6")):
            integral = quadrature(lambda z, w, r=r: (1 + z) * mp.log1p(r * w / z**2))
            assert abs((1 + 2 * integral / 3) / truth_h2(r) - 1) < mp.mpf("1e-24")


# Remainders after the leading terms, as stated: by which factor each falls when r changes by 10.
SMALL = {
    "V": (lambda r: 0.5 - np.pi / 2 * np.sqrt(r), lambda r: r * np.log(r)),
    "h1": (lambda r: 1 + r * (np.log(r) + 2), lambda r: r**1.5),
    "h2": (lambda r: 1 + 2 * np.pi / 3 * np.sqrt(r), lambda r: r),
}
LARGE = {
    "V": (lambda r: 1 / (3 * r) - (np.log(r) - 25 / 12) / r**2, lambda r: np.log(r) / r**3),
    "h1": (lambda r: 2 / r * (np.log(r) - 11 / 6), lambda r: np.log(r) / r**2),
    "h2": (lambda r: np.log(r) + 1.5, lambda r: np.log(r) / r),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    ("limits", "near", "nearer"), [(SMALL, 1e-7, 1e-8), (LARGE, 1e3, 1e4)], ids=["light", "heavy"]
)
def test_limits_are_reached_at_the_stated_rates(name, limits, near, nearer):
    limit, rate = limits[name]
    remainders = [abs(FUNCTIONS[name](r) - limit(r)) for r in (near, nearer)]
    # The next order is sqrt(r), or a constant beside the logarithm.
    expected = rate(nearer) / rate(near)
    assert remainders[1] / remainders[0] == pytest.approx(expected, rel=0.1, abs=0)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_monotonic(name):
    steps = np.diff(FUNCTIONS[name](np.geomspace(1e-12, 1e30, 4001)))
    assert (steps > 0).all() if name == "h2" else (steps < 0).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_same_bits_in_any_batch_and_any_container(name):
    function, r = FUNCTIONS[name], grid()
    together = function(r)
    assert (together == [function(x) for x in r]).all()
    assert (together[::-1] == function(r[::-1])).all()
    assert (function(r.reshape(-1, 1)) == together[:, None]).all()
    assert (function(list(r)) == together).all()
    assert function(1) == function(1.0) == function(np.array(1)) == function(np.float64(1))
    assert np.ndim(function(1)) == 0
    assert function(np.array([])).shape == (0,)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_outside_the_domain_is_nan_and_the_neighbours_are_not(name):
    got = FUNCTIONS[name]([-1.0, -1e-300, np.nan, 1.01e200, np.inf, 1.0])
    assert np.isnan(got[:5]).all()
    assert got[5] == FUNCTIONS[name](1.0)


def test_h1_against_the_published_closed_form():
    # arXiv:1708.00443; cancels as r^3.
    with mp.workdps(90):
        for ratio in grid()[2:]:
            r = mp.mpf(ratio)
            root = mp.sqrt(mp.mpc(r / (4 - r))) * mp.acos(mp.sqrt(r) / 2)
            # For r > 4 the branch that h1 -> 0 demands.
            root = mp.re(root) if r < 4 else abs(root)
            closed = 1 + 2 * r + r * (1 - r) * mp.log(r) - 2 * r * (3 - r) * root
            assert abs(mp.mpf(float(alp_h1(ratio))) / closed - 1) < TOLERANCE, ratio
