"""The largest Y' without a Landau pole, for points of the model."""

import numpy as np
import pytest

import fssm
from fssm.constraints.perturbativity import landau_bound
from fssm.constraints.running import fssm_couplings, landau_pole, largest_y_prime
from fssm.inverse import universal_point

M = 2500.0


def bound_of(m_susy, y_prime, pole_above=2e16, **fields):
    result = fssm.evaluate(universal_point(m_susy, y_prime, **fields))
    return landau_bound(result, m_susy, pole_above=pole_above)


def test_below_the_bound_there_is_none_to_state_and_above_it_is_0_96():
    assert bound_of(M, 0.7) == np.inf
    assert bound_of(M, 1.2) == pytest.approx(0.96, abs=5e-3)


def test_the_bound_separates_points_with_and_without_a_pole():
    """Y' a little below and above, with the point's own epsilon_l, by the pole itself."""
    fields = dict(tan_beta=30.0, tan_beta_u=20.0, theta_u=0.6, theta_d=0.9)
    result = fssm.evaluate(universal_point(4000.0, 1.5, **fields))
    bound = landau_bound(result, 4000.0)
    epsilon = result.yukawa.delta / (30.0 * result.yukawa.tan_beta_d)
    inputs = dict(tan_beta=30.0, tan_beta_u=20.0, m_susy=4000.0, eps_l=epsilon)
    assert bound == pytest.approx(largest_y_prime(**inputs), rel=1e-6, abs=0)
    for factor, beyond in ((0.999, False), (1.001, True)):
        found = landau_pole(fssm_couplings(**inputs, y_prime_muon=factor * bound))
        assert (found.scale < 2e16) == beyond


def test_a_lower_scale_leaves_more_room():
    near, far = bound_of(M, 3.0, 1e6), bound_of(M, 3.0)
    assert far < near < 3.0
    assert bound_of(M, 1.2, 1e6) == np.inf


def test_arrays_are_their_points_and_what_is_unknown_is_nan():
    y = np.array([[0.7, 1.2, np.nan], [1.5, 0.3, 2.0]])
    many = bound_of(M, y)
    assert many.shape == (2, 3)
    assert (np.isinf(many) == (y < 0.9)).all()
    assert np.isnan(many[0, 2])
    assert many[1, 0] == pytest.approx(bound_of(M, 1.5), rel=1e-6, abs=0)
    assert landau_bound(fssm.evaluate(universal_point(M, np.array([]))), M).shape == (0,)
    # Without v_u' there is no tan(beta_u) to run with.
    point = fssm.Point(
        v_u=246.0, v_u_prime=0.0, v_d=5.0, v_d_prime=1.0, mu1=M, mu2=M, mu3=0.0, mu4=M,
        m1=M, m2=M, m_l=M, m_e=M,
    )  # fmt: skip
    assert np.isnan(landau_bound(fssm.evaluate(point), M))
