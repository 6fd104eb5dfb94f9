"""Conversions of the Higgsino block, both ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fssm
from fssm.model.higgsino import higgsino_modes

masses = st.floats(min_value=-1e4, max_value=1e4, allow_nan=False)
angle = st.floats(min_value=-7, max_value=7, allow_nan=False)


def block(mu):
    return np.array([[mu.mu1, mu.mu3], [mu.mu4, mu.mu2]])


def rotation(t):
    return np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])


@given(masses, masses, angle, angle)
def test_angles_diagonalise_the_block(mu, mu_tilde, theta_u, theta_d):
    m = block(fssm.mu_from_angles(mu, mu_tilde, theta_u, theta_d))
    diagonal = rotation(theta_d) @ m @ rotation(theta_u)
    np.testing.assert_allclose(diagonal, np.diag([mu, mu_tilde]), rtol=0, atol=1e-11)


@given(masses, masses, masses, masses)
def test_the_way_back_reproduces_the_block_on_the_stated_branch(mu1, mu2, mu3, mu4):
    angles = fssm.angles_from_mu(mu1, mu2, mu3, mu4)
    back = fssm.mu_from_angles(*angles)
    np.testing.assert_allclose(back, (mu1, mu2, mu3, mu4), rtol=0, atol=1e-11)
    assert angles.mu >= abs(angles.mu_tilde)
    determinant = mu1 * mu2 - mu3 * mu4
    assert angles.mu * angles.mu_tilde == pytest.approx(determinant, abs=1e-7)


def test_slides_formula_for_mu4_and_the_degenerate_case():
    mu = fssm.mu_from_angles(3.0, 5.0, 0.2, 0.9)
    expected = 3 * np.sin(0.9) * np.cos(0.2) + 5 * np.cos(0.9) * np.sin(0.2)
    assert mu.mu4 == pytest.approx(expected, rel=1e-15, abs=0)
    angles = fssm.angles_from_mu(*fssm.mu_from_angles(2.0, 2.0, 0.3, 0.5))
    assert angles.theta_u == pytest.approx(0.4)
    assert angles.theta_d == pytest.approx(0.4)


def test_complex_blocks_have_no_angles():
    with pytest.raises(fssm.InvalidInput, match=r"mu3.*complex"):
        fssm.angles_from_mu(1.0, 2.0, 1j, 3.0)


def test_modes_add_up_and_carry_the_masses():
    rng = np.random.default_rng(7)
    m = rng.normal(size=(20, 2, 2)) + 1j * rng.normal(size=(20, 2, 2))
    v_u = rng.normal(size=(20, 2)) + 1j * rng.normal(size=(20, 2))
    modes = higgsino_modes(m, v_u)
    total = np.einsum("nab,nb->na", m, v_u)
    np.testing.assert_allclose(modes.source.sum(-2), total, rtol=1e-12)
    np.testing.assert_allclose(modes.m, np.linalg.svd(m, compute_uv=False)[:, ::-1], rtol=1e-12)
