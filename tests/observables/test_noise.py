"""The parts of the noise estimate that have an oracle of their own."""

import flavours
import mpmath as mp
import numpy as np
import pytest

from fssm.model.couplings import lepton_modes
from fssm.observables.dipole import Sector
from fssm.observables.noise import SAFETY, dipole_noise, leg_error

GRADED = np.array([5e-4, 0.1, 1.8])


def mass_matrices(count, *, rotated):
    rng = np.random.default_rng(3)
    for k in range(count):
        size = np.sqrt(np.outer(GRADED, GRADED)) * np.array(
            [[1, 0.1, 0.1], [0.1, 1, 0.3], [0.1, 0.3, 1]]
        )
        m = size * (rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))
        if rotated:
            m = flavours.random_unitary(k) @ m @ flavours.random_unitary(k + 1)
        yield m


def exact_legs(m):
    """A and B at 40 digits, ascending."""
    with mp.workdps(40):
        u, _, v = mp.svd_c(mp.matrix(m.tolist()))
        return u[:, ::-1], v.H[:, ::-1]


@pytest.mark.parametrize("rotated", [False, True])
def test_the_legs_are_as_good_as_the_estimate_says(rotated):
    ratios = []
    for m in mass_matrices(60, rotated=rotated):
        modes = lepton_modes(m)
        estimates = leg_error(m, modes.legs, modes.masses)
        for exact, own, estimate in zip(exact_legs(m), modes.legs, estimates, strict=True):
            with mp.workdps(40):
                overlap = exact.H * mp.matrix(own.tolist())
                angles = np.array(overlap.apply(abs).tolist(), float)
            rounding = SAFETY * np.finfo(float).eps * np.where(np.eye(3), np.inf, estimate)
            ratios.append((angles / rounding).max())
    assert max(ratios) < 1
    # Measured: 0.1 typically, so one digit is given away.
    assert np.median(ratios) > 0.02


def test_a_graded_matrix_keeps_the_electron():
    for m in mass_matrices(60, rotated=False):
        modes = lepton_modes(m)
        with mp.workdps(40):
            exact = sorted(mp.svd_c(mp.matrix(m.tolist()), compute_uv=False))
            errors = [float(abs(s / t - 1)) for s, t in zip(modes.masses, exact, strict=True)]
        # LAPACK alone: 1e-13.
        assert max(errors) < 2e-15


def test_a_large_diagonal_entry_leaks_through_the_legs():
    """The error of C_emu is at least an angle of the legs times C_mumu, whatever the loops."""
    m = flavours.random_unitary(1) @ np.diag(GRADED) @ flavours.random_unitary(2)
    modes = lepton_modes(m)
    silent = np.zeros((1, 1, 3))
    sectors = [Sector(np.array([500.0]), np.array([1e6]), silent, silent)] * 2
    noise = dipole_noise(np.diag([0.0, 1.0, 0.0]), *sectors, m, modes.legs, modes.masses)
    angle = np.finfo(float).eps * GRADED[2] / GRADED[1]
    assert 0.3 * angle < noise[0, 1] < 100 * angle
    assert 0.3 * angle < noise[1, 0] < 100 * angle
    assert noise[0, 2] == 0
