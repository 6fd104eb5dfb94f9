"""Three generations: field redefinitions, diagonal points, flavour-blind limits."""

import flavours
import numpy as np
import points
import pytest
from hypothesis import assume, given, settings

import fssm
from fssm.model.yukawa import physical_matrix

# Of the largest entries of C in row and column; measured worst of 400 points 1.4e-13.
TOLERANCE = 1e-11


def assert_same(p, q, **changes):
    old, new = (fssm.evaluate(flavours.point(x, **changes)) for x in (p, q))
    assume(not old.unphysical)
    for name in ("m_slepton", "m_sneutrino"):
        np.testing.assert_allclose(
            getattr(new.spectrum, name), getattr(old.spectrum, name), rtol=1e-11
        )
    np.testing.assert_allclose(new.lagrangian.m_lepton, old.lagrangian.m_lepton, rtol=1e-10)
    before, after = old.dipole.total(), new.dipole.total()
    size = np.abs(before)
    largest = np.sqrt(size.max(0)[None, :] * size.max(1)[:, None])
    assert np.max(np.abs(np.abs(after) - size) / largest) < TOLERANCE
    diagonal = np.diag(np.abs(after - before) / largest)
    assert diagonal.max() < TOLERANCE
    for name, decay in old.flavour.branching_ratios.items():
        again = new.flavour.branching_ratios[name]
        # The digits a result claims to have are there.
        error = abs(again.one_loop / decay.one_loop - 1)
        assert error < 10.0 ** -min(decay.digits, again.digits), name
    np.testing.assert_allclose(new.yukawa.deltas, old.yukawa.deltas, rtol=1e-8)
    # The formulas for a_mu see the muon's own entries in the lepton mass basis.
    inserted = old.approximations.mass_insertion.total, new.approximations.mass_insertion.total
    assert inserted[1] == pytest.approx(inserted[0], rel=1e-8, abs=0)


@given(points.seeds, points.seeds)
def test_unitary_rotations_of_the_leptons(seed, other):
    p = flavours.parameters(seed)
    left, right = flavours.random_unitary(other), flavours.random_unitary(other + 1)
    assert_same(p, flavours.rotate_leptons(p, left, right))


@given(points.seeds, points.angles, points.angles, points.angles, points.angles)
def test_unitary_rotations_of_the_doublets(seed, a, b, c, d):
    p, u = flavours.parameters(seed), points.unitary(a, b, c, d)
    assert_same(p, flavours.rotate_doublets(p, u))
    assert_same(p, points.rotate_up(p, u))


@given(points.seeds, points.angles)
def test_r_rephasing(seed, alpha):
    p = flavours.parameters(seed)
    assert_same(p, points.rephase_r(p, alpha))


@given(points.seeds, points.seeds)
@settings(max_examples=20)
def test_lepton_masses_with_a_threshold_do_not_depend_on_the_basis(seed, other):
    p = flavours.parameters(seed)
    left, right = flavours.random_unitary(other), flavours.random_unitary(other + 1)
    rotated = flavours.rotate_leptons(p, left, right)
    for mode in ("exact", "leading"):
        assert_same(p, rotated, threshold=mode)


@given(points.seeds)
@settings(max_examples=20)
def test_lepton_rephasing_of_each_generation(seed):
    p, rng = flavours.parameters(seed), np.random.default_rng(seed)
    phases = np.exp(1j * rng.uniform(-3, 3, (2, 3)))
    assert_same(p, flavours.rotate_leptons(p, np.diag(phases[0]), np.diag(phases[1])))


def test_a_conjugate_point_has_opposite_dipoles():
    p = flavours.parameters(3)
    conjugate = {k: np.conj(v) if np.iscomplexobj(v) else v for k, v in p.items()}
    a, b = (fssm.evaluate(flavours.point(x)).flavour for x in (p, conjugate))
    assert a.a_tau.one_loop == pytest.approx(b.a_tau.one_loop, rel=1e-11, abs=0)
    for name, d in a.edm.items():
        assert d.one_loop == pytest.approx(-b.edm[name].one_loop, rel=1e-9, abs=0), name
        assert d.one_loop != 0


def diagonal_parameters(seed):
    p = flavours.parameters(seed)
    eye = np.eye(3)
    return dict(
        p, y=p["y"] * eye, t=p["t"] * eye, m_l_sq=p["m_l_sq"] * eye, m_e_sq=p["m_e_sq"] * eye
    )


@pytest.mark.parametrize("threshold", ["none", "exact"])
@given(points.seeds)
def test_a_diagonal_point_is_three_points_of_one_generation(threshold, seed):
    p = diagonal_parameters(seed)
    three = fssm.evaluate(flavours.point(p, threshold=threshold))
    assume(not three.unphysical)
    matrix = physical_matrix(three.lagrangian, three.yukawa)
    order = np.argsort(np.abs(np.diagonal(matrix)))
    for lepton, i in enumerate(order):
        fields = dict(
            m_l=None, m_e=None, m_l_sq=p["m_l_sq"][i, i].real, m_e_sq=p["m_e_sq"][i, i].real,
            y_muon=p["y"][0, i, i], y_prime_muon=p["y"][1, i, i],
            t_muon=p["t"][0, i, i], t_prime_muon=p["t"][1, i, i],
            m_muon=three.lagrangian.m_lepton[lepton], threshold=threshold,
        )  # fmt: skip
        single = fssm.evaluate(points.point(p, **fields))
        parts = np.array([single.a_muon.neutralino, single.a_muon.chargino])
        c = [terms.sum((-2, -1))[lepton, lepton] for terms in three.dipole]
        own = 2 * three.lagrangian.m_lepton[lepton] * np.real(c)
        # 1e-13 of the terms of the sum, measured 2e-14: their cancellation is the point's own.
        terms = single.a_muon_terms()
        size = max(np.abs(terms.neutralino).max(), np.abs(terms.chargino).max())
        assert np.abs(own - parts).max() < 1e-13 * size
        if threshold == "exact":
            delta = three.yukawa.deltas[lepton]
            assert delta == pytest.approx(single.yukawa.delta, rel=1e-10, abs=0)
    off_diagonal = three.dipole.total() * (1 - np.eye(3))
    assert np.abs(off_diagonal).max() < 1e-13 * np.abs(three.dipole.total()).max()


def test_a_real_point_written_as_complex_is_the_same_point():
    p = flavours.parameters(34, complex_phases=False)
    real_names = ("m_l", "m_e")
    as_complex = {k: v if k in real_names else np.asarray(v).astype(complex) for k, v in p.items()}
    a, b = (fssm.evaluate(flavours.point(x)) for x in (p, as_complex))
    assert a.dipole.total().dtype.kind == "f"
    assert b.dipole.total().dtype.kind == "c"
    np.testing.assert_allclose(np.abs(b.dipole.total()), np.abs(a.dipole.total()), rtol=1e-9)


def test_the_flavour_blind_limit_follows_the_ratios_of_the_slides():
    # C proportional to m_l: a_e = (m_e/m_mu)^2 a_mu if Y' makes both masses and Higgsino-Higgsino
    # terms, of order Y'^2/(g^2 tan(beta) tan(beta_d)), are small.
    point = fssm.Point(**flavours.SLIDES, tan_beta_d=2.0, x_texture=np.zeros((3, 3)))
    result = fssm.evaluate(point)
    estimate, exact = result.estimates.a_electron, result.flavour.a_electron.one_loop
    assert estimate / exact == pytest.approx(1, abs=1e-3)
    # The tau mass comes from H_d, without tan(beta_d): a_tau is (m_tau/m_mu)^2 a_mu/tan_beta_d
    # where both Higgsino couplings mu1 and mu4 are alike.
    mu = dict.fromkeys(("mu", "mu_tilde", "theta_u", "theta_d"))
    alike = dict(flavours.SLIDES, **mu, mu1=2500, mu4=2500, mu2=300, mu3=-300)
    result = fssm.evaluate(fssm.Point(**alike, tan_beta_d=2.0, x_texture=np.zeros((3, 3))))
    ratio = result.estimates.a_tau / result.flavour.a_tau.one_loop
    assert ratio == pytest.approx(1, abs=0.2)
