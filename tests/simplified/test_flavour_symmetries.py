"""Flavour symmetries of complex couplings: approximate algebras, bases, what does not count."""

import flavours
import numpy as np
import pytest

from fssm.observables.lepton_dipoles import lepton_masses
from fssm.simplified import flavourful_dipoles, flavourful_masses, residual_symmetry
from fssm.simplified.two_doublets import FLAVOUR_FIELDS

M = lepton_masses()
# Up, down and charged leptons, GeV, heaviest last.
MASSES = dict(up=(0.00216, 1.273, 172.57), down=(0.0047, 0.0935, 4.18), lepton=tuple(M))


def coefficients(seed, size=()):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 1.5, (*size, 3, 3)) * np.exp(1j * rng.uniform(-3, 3, (*size, 3, 3)))


def texture(seed, kind="lepton"):
    return flavourful_masses(MASSES[kind], coefficients(seed), 10.0)


def test_the_complex_texture_leaves_only_baryon_and_lepton_number():
    kinds = {kind: texture(4, kind) for kind in MASSES}
    rank_one = residual_symmetry(**{k: [t.yukawa] for k, t in kinds.items()})
    assert (rank_one.dimension, rank_one.semisimple) == (22, 15)
    found = residual_symmetry(**{k: [t.yukawa, t.yukawa_prime] for k, t in kinds.items()})
    assert (found.dimension, found.semisimple, found.abelian) == (2, 0, 2)
    assert found.by_field == dict.fromkeys(FLAVOUR_FIELDS, 0)


@pytest.mark.parametrize("seed", range(4))
def test_approximate_generators_count_although_their_algebra_closes_approximately_only(seed):
    t = texture(seed)
    # Broken by m_mu/m_tau x; commutators leave the algebra by as much.
    for matrices in ([t.rank_one, t.correction], [t.total]):
        near = residual_symmetry(lepton=matrices, tolerance=0.2)
        assert near.by_field["lepton"] == near.by_field["lepton doublet"] == 3
        # Quarks rotate freely: three SU(3) and three phases.
        assert near.semisimple == 24 + 6
        exact = residual_symmetry(lepton=matrices)
        assert exact.by_field["lepton"] == exact.by_field["lepton doublet"] == 0


@pytest.mark.parametrize("names", [["yukawa"], ["yukawa_prime"], ["yukawa", "yukawa_prime"]])
def test_complex_bases_do_not_matter(names):
    quark, up, down, doublet, singlet = (flavours.random_unitary(seed) for seed in range(5))
    legs = dict(up=(quark, up), down=(quark, down), lepton=(doublet, singlet))
    plain = {kind: [getattr(texture(6, kind), n) for n in names] for kind in MASSES}
    turned = {
        kind: [legs[kind][0].T @ matrix @ legs[kind][1] for matrix in plain[kind]]
        for kind in MASSES
    }
    assert residual_symmetry(**turned) == residual_symmetry(**plain)


def test_the_quarks_of_the_standard_model_share_their_doublet():
    # Different masses in different bases: baryon number, and one number for each lepton.
    up, down = np.diag([1.0, 2.0, 3.0]), flavours.random_unitary(9) @ np.diag([1.0, 2.0, 3.0])
    found = residual_symmetry(up=[up], down=[down], lepton=[np.diag([1.0, 2.0, 3.0])])
    assert (found.dimension, found.semisimple) == (4, 0)
    # Aligned, each family has its own number; the doublet is on the left of both matrices.
    aligned = residual_symmetry(up=[up], down=[np.diag([1.0, 2.0, 3.0])], lepton=[up])
    assert (aligned.dimension, aligned.semisimple) == (6, 0)
    mixed_right = residual_symmetry(up=[up], down=[up @ flavours.random_unitary(9)], lepton=[up])
    assert mixed_right == aligned


def test_equal_masses_leave_one_su3_that_turns_both_fields():
    found = residual_symmetry(lepton=[flavours.random_unitary(3)])
    # U(3)^3 of the quarks and the diagonal U(3).
    assert (found.dimension, found.semisimple) == (27 + 9, 24 + 8)
    assert found.by_field["lepton"] == found.by_field["lepton doublet"] == 8


def test_only_ratios_of_couplings_count_and_the_tolerance_is_one_of_them():
    y = np.diag([0.0, 1e-3, 1.0])
    assert residual_symmetry(lepton=[y]).by_field["lepton"] == 0
    assert residual_symmetry(lepton=[y], tolerance=1e-2).by_field["lepton"] == 3
    assert residual_symmetry(lepton=[1e-9 * y]) == residual_symmetry(lepton=[y])


def test_the_first_two_coefficients_of_the_diagonal_do_not_count():
    x = coefficients(1)
    y = x.copy()
    y[0, 0], y[1, 1] = 7.0, -3j
    a, b = (flavourful_masses(M, z, 10.0).correction for z in (x, y))
    np.testing.assert_array_equal(a, b)
    y[2, 2] = 0
    assert flavourful_masses(M, y, 10.0).correction[2, 2] == 0


def test_dipoles_of_arrays_are_those_of_points_and_linear_in_the_moment():
    x = coefficients(8, (4,))
    many = flavourful_dipoles([[1e-9], [2e-9], [3e-9]], flavourful_masses(M, x, 10.0))
    assert many.total.shape == (3, 4, 3, 3)
    for i in range(4):
        one = flavourful_dipoles(2e-9, flavourful_masses(M, x[i], 10.0))
        np.testing.assert_allclose(many.total[1, i], one.total, rtol=1e-12)
    for ratio in many.branching_ratios.values():
        np.testing.assert_allclose(ratio[1], 4 * ratio[0], rtol=1e-13)
    assert flavourful_dipoles([], texture(8)).a_muon.shape == (0,)


def test_the_third_coefficient_gives_the_tau_a_moment():
    tau = flavourful_masses(M, np.diag([0, 0, 0.01]), 10.0)
    # Delta M_tautau = 0.01 m_mu.
    expected = 0.01 * M[2] / M[1] * 2.5e-9
    assert flavourful_dipoles(2.5e-9, tau).a_tau == pytest.approx(expected, rel=1e-13, abs=0)
