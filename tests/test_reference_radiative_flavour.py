"""Three generations of the mpmath reference whose masses come mostly, or only, from loops."""

import mpmath as mp
import numpy as np
import pytest
from radiative_points import BASE, evaluate

import fssm
from fssm import reference
from fssm.constants import measured
from fssm.reference import texture
from fssm.reference.model import model_of

X = np.array([[0, 1 - 0.5j, 0.3], [0.7j, 0, -0.8], [1.1, 0.4 + 0.9j, 0.5]])
TURNED = dict(BASE, mu=2500 * np.exp(1j), mu_tilde=2500 * np.exp(1j))
CLOSE = mp.mpf(10) ** -30
MASSES = ("m_electron", "m_muon", "m_tau")


pytestmark = pytest.mark.usefixtures("many_digits")


def tree(result, v_d, v_d_prime):
    return (v_d * result.yukawa[0] + v_d_prime * result.yukawa[1]) / mp.sqrt(2)


def vevs(result):
    """v_d, v_d', v at tan_beta = tan_beta_u = 50."""
    v = 2 ** mp.mpf("-0.25") / mp.sqrt(mp.mpf(measured("g_f").value))
    cot = 1 / mp.mpf(50)
    direction = [1, cot, cot, cot / result.tan_beta_d]
    return *(v * x / mp.norm(direction) for x in direction[2:]), v


def numbers(result):
    return [*result.m_lepton, *result.a, *result.edm, *result.branching_ratio.values()]


@pytest.mark.parametrize("t", [1, 1000, 1e6, np.inf])
@pytest.mark.parametrize("base", [BASE, TURNED], ids=["real", "complex"])
def test_a_texture_has_the_lepton_masses(t, base):
    result = evaluate(**base, tan_beta_d=t / 50, x_texture=X)
    v_d, v_d_prime, _ = vevs(result)
    mass = tree(result, v_d, v_d_prime) + result.mass_shift
    for value, name in zip(sorted(mp.svd_c(mass, compute_uv=False)), MASSES, strict=True):
        assert abs(value / measured(name).value - 1) < CLOSE
    primed = result.yukawa[1]
    # r_e, r, r_tau > 0: with the texture's own signs, whatever that of 1 + Delta.
    for entry in (primed[0, 0], primed[1, 1], result.yukawa[0][2, 2], primed[2, 2]):
        assert mp.re(entry) > 0
        assert mp.im(entry) == 0
    m_e, m_mu = (measured(name).value for name in MASSES[:2])
    ratio = primed[1, 2] / primed[0, 1]
    assert abs(ratio / (X[1, 2] * m_mu / (X[0, 1] * m_e)) - 1) < 1e-14
    if base is BASE and t > 500:
        assert mp.re(mass[1, 1]) < 0


@pytest.mark.parametrize("mode", ["exact", "leading", "given"])
def test_a_vanishing_v_d_prime_is_the_limit_of_a_small_one(mode):
    given = dict(epsilon_l=-1.8e-3, epsilon_tau=1e-3) if mode == "given" else {}
    fields = dict(TURNED, x_texture=X, threshold=mode, **given)
    small, none = (evaluate(20, **fields, tan_beta_d=t) for t in (1e9, np.inf))
    # |Delta| = 1e8 here.
    for name in ("m_lepton", "a", "slepton"):
        for x, y in zip(getattr(small, name), getattr(none, name), strict=True):
            assert abs(x / y - 1) < 1e-6
    for name, ratio in none.branching_ratio.items():
        assert abs(small.branching_ratio[name] / ratio - 1) < 1e-6
    for x, y, a, m in zip(small.edm, none.edm, none.a, none.m_lepton, strict=True):
        # Phases of the dipole and of the mass cancel where both come from the same loops.
        assert abs(x - y) < 1e-6 * measured("hbar_c").value * abs(a) / (2 * m)
    assert mp.isinf(none.tan_beta_d)


@pytest.mark.parametrize("t", [505, 508, 1000, 1e6, np.inf])
def test_a_texture_of_zeros_is_the_muon_alone(t):
    texture = evaluate(**BASE, tan_beta_d=t / 50, x_texture=np.zeros((3, 3)))
    muon = evaluate(**BASE, tan_beta_d=t / 50)
    assert abs(texture.yukawa[1][1, 1] / muon.y_prime_muon - 1) < CLOSE
    assert abs(texture.a[1] / muon.a_one_loop - 1) < CLOSE


@pytest.mark.parametrize("t", [1000, np.inf])
def test_given_matrices_with_the_exact_threshold_agree_with_the_muon_alone(t):
    fields = dict(TURNED, tan_beta_d=t / 50)
    solved = evaluate(**fields, x_texture=np.zeros((3, 3)))
    point = fssm.Point(**fields, y_prime_lepton=np.eye(3), y_lepton=np.eye(3), threshold="exact")
    for name, matrix in zip(("y_lepton", "y_prime_lepton"), solved.yukawa, strict=True):
        # More digits than a Point would keep.
        object.__setattr__(point, name, np.array(matrix.tolist(), object))
    again, muon = reference.evaluate(point, 30), evaluate(**fields)
    for mass, name in zip(again.m_lepton, MASSES, strict=True):
        assert abs(mass / measured(name).value - 1) < CLOSE
    assert abs(again.a[1] / muon.a_one_loop - 1) < CLOSE
    assert abs(again.edm[1] / muon.edm - 1) < CLOSE


def test_starting_values_where_v_d_prime_vanishes():
    first = evaluate(**BASE, tan_beta_d=np.inf, x_texture=X)
    v = vevs(first)[2]
    # r in units of v: Y' = sqrt2 r Delta M/v, with x_emu m_e as the (e, mu) entry.
    m_e = measured("m_electron").value
    r = v * first.yukawa[1][0, 1] / (mp.sqrt(2) * m_e * mp.mpmathify(X[0, 1]))
    assert abs(mp.im(r)) < CLOSE * abs(r)
    near = [1.05 * float(mp.re(r)), 0.95 * float(mp.re(r)), 1]
    again = evaluate(**BASE, tan_beta_d=np.inf, x_texture=X, near=near)
    for x, y in zip(numbers(again), numbers(first), strict=True):
        assert abs(x / y - 1) < CLOSE


@pytest.mark.parametrize(("t", "unit"), [(1000, "v_d'"), (np.inf, "v")])
def test_the_unit_of_r(t, unit):
    point = fssm.Point(**BASE, tan_beta_d=t / 50, x_texture=X, threshold="leading")
    model = model_of(point)
    texture.Unknowns(point, model, mp.ones(3, 1)).assign([mp.mpf(3), mp.mpf(7), mp.mpf(2)])
    vev = model.v if unit == "v" else model.v_d[1]
    m_e = mp.mpf(measured("m_electron").value)
    assert abs(model.y[1][1, 0] * vev / (mp.sqrt(2) * 7 * m_e) - mp.mpmathify(X[1, 0])) < CLOSE


@pytest.mark.parametrize("y_prime", [0.01, 0.33])
def test_tan_beta_d_from_a_given_y_prime(y_prime):
    fields = dict(BASE, mu=-2500, mu_tilde=-2500)
    result = evaluate(**fields, y_prime_muon=y_prime, x_texture=np.zeros((3, 3)))
    muon = evaluate(**fields, y_prime_muon=y_prime)
    assert abs(result.tan_beta_d / muon.tan_beta_d - 1) < CLOSE
    assert abs(result.a[1] / muon.a_one_loop - 1) < CLOSE
