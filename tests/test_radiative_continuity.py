"""a_mu and Y' along curves of points: smooth, but for the pole of the muon mass."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fssm

COUNT = 24


def along_phases(phi, t=1000.0):
    """All masses 2.5 TeV, mu = mu~ with phases (n,)."""
    mu = 2500 * np.exp(1j * np.asarray(phi))
    return points(mu, np.full(np.shape(phi), t))


def along_tangents(w, phi):
    """500/T = sinh(w), T = tan(beta) tan(beta_d): infinite at w = 0, 500 at 0.88, 1 at 6.9."""
    with np.errstate(divide="ignore"):
        t = 500 / np.sinh(np.where(np.asarray(w) < 1e-20, 0.0, w))
    mu = {0.0: 2500.0, np.pi: -2500.0}.get(phi, 2500 * np.exp(1j * phi))
    return points(np.full(np.shape(w), mu), t)


def points(mu, t):
    return fssm.Point(
        tan_beta=50, tan_beta_u=50, tan_beta_d=t / 50, mu=mu, mu_tilde=mu, theta_u=np.pi / 4,
        theta_d=np.pi / 4, m1=2500, m2=2500, m_l=2500, m_e=2500,
    )  # fmt: skip


# Curve, its ends, and the largest |f''|/|f|, with a factor of two or more to spare. On the real
# axis the pole, where |1 + Delta| < 0.05 is refused, lies between two curves.
END = np.arcsinh(500)
CURVES = {
    "phase of mu": (along_phases, 0.0, np.pi, 10.0),
    "T, phi = 0.7": (partial(along_tangents, phi=0.7), 0.0, END, 20.0),
    "T, phi = 2.5": (partial(along_tangents, phi=2.5), 0.0, END, 10.0),
    "T, mu < 0": (partial(along_tangents, phi=np.pi), 0.0, END, 10.0),
    "T, mu > 0, above the pole": (partial(along_tangents, phi=0.0), 0.0, 0.75, 1000.0),
    "T, mu > 0, below the pole": (partial(along_tangents, phi=0.0), 0.8815, END, 4000.0),
}


# |C| m_mu/Y' at these masses: a_mu vanishes where its phase is 90 degrees.
SIZE = 3.5e-9


class Values(NamedTuple):
    """a_mu and Y' (n,)."""

    a: np.ndarray
    y_prime: np.ndarray


def values(point, **options):
    result = fssm.evaluate(point, **options)
    assert not result.unphysical.any()
    assert not result.flags["muon_mass_mismatch"].any()
    y_prime = result.y_prime_muon if options else result.yukawa.y_prime_muon
    return Values(result.a_muon.one_loop, y_prime)


ROUTES = {"full": values, "batch": partial(values, detail="a_muon", backend="numpy")}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", CURVES)
@given(start=st.floats(0, 1), size=st.floats(-4, -1.5))
def test_no_jumps(name, route, start, size):
    """|f(x + h) - 2 f(x + h/2) + f(x)| < h^2 max|f''|/4, which a jump of f exceeds."""
    curve, low, high, bound = CURVES[name]
    h = 10.0**size
    x = low + (high - h - low) * (np.arange(COUNT) + start) / COUNT
    found = ROUTES[route](curve(np.concatenate([x, x + h / 2, x + h])))
    for f, unit in ((found.a, SIZE), (found.y_prime, 1.0)):
        first, middle, last = f.reshape(3, -1)
        allowed = (bound * h**2 / 4 + 1e-10) * unit * found.y_prime.reshape(3, -1).max(0)
        assert (abs(first - 2 * middle + last) < allowed).all()


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("phi", [0.0, 0.7, np.pi])
def test_v_d_prime_of_zero_is_the_limit(phi, route):
    found = ROUTES[route](along_tangents(np.array([0.0, 1e-9, 1e-6]), phi))
    for f in (found.a, found.y_prime):
        np.testing.assert_allclose(f[1:], f[0], rtol=2e-6)


def test_the_pole_is_a_jump_of_the_sign():
    before, after = (values(along_tangents(np.array([w]), 0.0)) for w in (0.75, 0.8815))
    assert before.a < -SIZE * before.y_prime / 2
    assert after.a > SIZE * after.y_prime / 2
