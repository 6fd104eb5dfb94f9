"""The dipole matrix any model hands over: sums, units, plain dictionaries."""

import json

import numpy as np
import pytest
from printed import muon_decay

from fssm.base import InvalidInput
from fssm.constants import a_muon_set, measured
from fssm.observables.dipole import (
    Sector,
    chargino_terms,
    neutralino_terms,
    scalar_fermion_dipole,
)
from fssm.observables.flavour import LEPTONS
from fssm.observables.lepton_dipoles import (
    diagonal,
    lepton_dipoles,
    lepton_mass,
    lepton_masses,
)


def random_matrix(seed, shape=()):
    rng = np.random.default_rng(seed)
    size = (*shape, 3, 3)
    return 1e-9 * (rng.normal(size=size) + 1j * rng.normal(size=size))


def test_observables_follow_from_the_sum_of_the_terms():
    one, two = random_matrix(1), random_matrix(2, (4,))
    got = lepton_dipoles({"one": one, "two": two})
    m = lepton_masses()
    np.testing.assert_allclose(got.total, one + two, rtol=1e-15)
    for i, lepton in enumerate(LEPTONS):
        expected = 2 * m[i] * (one + two)[:, i, i].real
        np.testing.assert_allclose(getattr(got, f"a_{lepton}"), expected, rtol=1e-14)
        # d = -e Im C, 1/GeV = 1.973269804e-14 cm.
        d = -1.973269804e-14 * (one + two)[:, i, i].imag
        np.testing.assert_allclose(got.edm[:, i], d, rtol=1e-14)
    assert list(got.terms) == list(got.a_terms) == ["one", "two"]
    together = got.a_terms["one"] + got.a_terms["two"]
    scale = np.abs(got.a_terms["one"]) + np.abs(got.a_terms["two"])
    assert (np.abs(together[:, 1] - got.a_muon) <= 1e-15 * scale[:, 1]).all()


def test_branching_ratios_as_widths_over_the_muon_decay_literally():
    c = random_matrix(3)
    got = lepton_dipoles({"c": c}).branching_ratios
    m, alpha, g_f = lepton_masses(), measured("alpha").value, measured("g_f").value
    pairs = {
        "mu_e_gamma": (0, 1, 1.0),
        "tau_e_gamma": (0, 2, 0.1782),
        "tau_mu_gamma": (1, 2, 0.1739),
    }
    assert list(got) == list(pairs)
    for name, (i, j, leptonic) in pairs.items():
        sizes = abs(c[i, j]) ** 2 + abs(c[j, i]) ** 2
        expected = 48 * np.pi**3 * alpha / (g_f * m[j]) ** 2 * sizes * leptonic
        x = (m[i] / m[j]) ** 2
        expected *= (1 - x) ** 3 / muon_decay(x)
        # (1 - r)(1 + r) against 1 - r^2, and measured leptonic ratios written out here.
        assert got[name] == pytest.approx(expected, rel=1e-12, abs=0)


def test_diagonal_entries_violate_no_flavour():
    c = diagonal(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    assert c.shape == (2, 3, 3)
    assert (c[1] == np.diag([4.0, 5.0, 6.0])).all()
    got = lepton_dipoles({"c": c})
    assert all((ratio == 0).all() for ratio in got.branching_ratios.values())
    assert (got.edm == 0).all()


def test_pulls_against_named_sets():
    data = a_muon_set("amu-2021")
    c = diagonal(np.array([0.0, 1.0, 0.0]) * data.value / (2 * lepton_mass("muon")))
    got = lepton_dipoles({"c": c})
    # A difference of nearly equal numbers, of the size of the uncertainty.
    assert abs(got.pull("amu-2021")) < 1e-14
    assert got.pull() == pytest.approx((251 - 38) / 63, rel=1e-12, abs=0)
    with pytest.raises(InvalidInput, match=r"amu-1999.*amu-2021"):
        got.pull("amu-1999")


def test_a_single_point_becomes_plain_numbers():
    tree = lepton_dipoles({"c": random_matrix(4).real}).to_dict()
    assert json.loads(json.dumps(tree)) == tree
    assert np.ndim(lepton_dipoles({"c": random_matrix(4)}).a_muon) == 0


def test_a_missing_point_stays_with_itself():
    c = random_matrix(5, (2,))
    c[1] = np.nan
    got = lepton_dipoles({"c": c, "same for all": random_matrix(6)})
    alone = lepton_dipoles({"c": c[0], "same for all": random_matrix(6)})
    assert np.isnan(got.a_muon[1])
    assert got.a_muon[0] == alone.a_muon
    assert got.branching_ratios["mu_e_gamma"][0] == alone.branching_ratios["mu_e_gamma"]


@pytest.mark.parametrize("seed", range(5))
def test_scalar_and_fermion_with_all_charge_on_either_are_the_supersymmetric_loops(seed):
    rng = np.random.default_rng(seed)
    inos, scalars = 4, 2
    left, right = (
        rng.normal(size=(inos, scalars, 3)) + 1j * rng.normal(size=(inos, scalars, 3))
        for _ in range(2)
    )
    m_ino = np.array([0.0, *10 ** rng.uniform(1, 4, inos - 1)])
    scalar_sq = 10 ** rng.uniform(4, 7, scalars)
    m = lepton_masses()
    for q, terms, sign in ((1.0, chargino_terms, 1), (0.0, neutralino_terms, -1)):
        expected = terms(Sector(m_ino, scalar_sq, left, sign * right), m)
        for a, x, i, j in np.ndindex(inos, scalars, 3, 3):
            l_i, l_j, r_i, r_j = left[a, x, i], left[a, x, j], right[a, x, i], right[a, x, j]
            got = scalar_fermion_dipole(
                m_ino[a] * l_i * r_j,
                m[j] * l_i * l_j.conj() + m[i] * r_i.conj() * r_j,
                m_ino[a] ** 2, scalar_sq[x], q_fermion=q, q_scalar=1 - q,
            )  # fmt: skip
            assert got == pytest.approx(expected[i, j, a, x], rel=1e-14, abs=0)


def test_lepton_masses_are_those_of_the_tables():
    assert list(lepton_masses()) == [lepton_mass(name) for name in LEPTONS]
    assert lepton_mass("muon") == 0.1056583755
