"""Field redefinitions must not move masses or a_mu: the signs and conjugations of everything."""

import numpy as np
import points
import pytest
from hypothesis import assume, given, settings

import fssm

# Relative to the largest term of the sum; measured 7e-12, all masses equal.
TOLERANCE = 1e-11


def observables(parameters, **changes):
    result = fssm.evaluate(points.point(parameters, **changes))
    masses = np.concatenate(
        [
            np.abs(result.spectrum.inos.m_neutralino),
            result.spectrum.inos.m_chargino,
            result.spectrum.m_slepton,
            result.spectrum.m_sneutrino,
        ]
    )
    return masses, result


def assert_same(before, after):
    (masses, old), (new_masses, new) = before, after
    assume(not old.unphysical)
    np.testing.assert_allclose(new_masses, masses, rtol=1e-11)
    terms = old.a_muon_terms()
    size = max(np.abs(terms.neutralino).max(), np.abs(terms.chargino).max())
    assert abs(new.a_muon.neutralino - old.a_muon.neutralino) < TOLERANCE * size
    assert abs(new.a_muon.chargino - old.a_muon.chargino) < TOLERANCE * size
    inserted = old.approximations.mass_insertion, new.approximations.mass_insertion
    assert inserted[1].total == pytest.approx(inserted[0].total, rel=1e-9, abs=0)
    assert new.yukawa.delta == pytest.approx(old.yukawa.delta, rel=1e-9, abs=0)
    assert new.yukawa.delta_leading == pytest.approx(old.yukawa.delta_leading, rel=1e-9, abs=0)


@given(points.seeds, points.angles, points.angles, points.angles, points.angles)
def test_unitary_rotations_of_the_down_type_doublets(seed, a, b, c, d):
    p = points.parameters(seed)
    rotated = points.rotate_down(p, points.unitary(a, b, c, d))
    assert_same(observables(p), observables(rotated))


@given(points.seeds, points.angles, points.angles, points.angles, points.angles)
def test_unitary_rotations_of_the_up_type_doublets(seed, a, b, c, d):
    p = points.parameters(seed)
    rotated = points.rotate_up(p, points.unitary(a, b, c, d))
    assert_same(observables(p), observables(rotated))


@given(points.seeds, points.angles, points.angles)
def test_r_and_lepton_rephasing(seed, alpha, beta):
    p = points.parameters(seed)
    rephased = points.rephase_lepton(points.rephase_r(p, alpha), beta)
    assert_same(observables(p), observables(rephased))


@given(points.seeds)
def test_sign_flips_of_real_points(seed):
    """Each doublet, the lepton, and both gauginos with the vevs (R symmetry by i, squared)."""
    p = points.parameters(seed, complex_phases=False)
    before = observables(p)
    for flip in (np.diag([-1.0, 1.0]), np.diag([1.0, -1.0])):
        assert_same(before, observables(points.rotate_down(p, flip)))
        assert_same(before, observables(points.rotate_up(p, flip)))
    assert_same(before, observables(dict(p, y=-p["y"], t=-p["t"])))
    # Flipping M1, M2, T and every mu together is the R symmetry by 90 degrees times H_u -> -H_u.
    flipped = dict(p, m1=-p["m1"], m2=-p["m2"], t=-p["t"], m_higgsino=-p["m_higgsino"])
    assert_same(before, observables(flipped))


@given(points.seeds, points.angles)
@settings(max_examples=25)
def test_the_solved_yukawa_does_not_depend_on_the_phase_convention(seed, alpha):
    """Threshold "exact": with T = 0 the Yukawa's size and a_mu are rephasing invariant."""
    p = dict(points.parameters(seed), t=np.zeros(2))
    changes = dict(y_prime_muon=None, y_muon=None, threshold="exact")
    before = observables(p, **changes)
    after = observables(points.rephase_r(p, alpha), **changes)
    assert_same(before, after)
    assert after[1].yukawa.y_prime_muon == pytest.approx(
        before[1].yukawa.y_prime_muon, rel=1e-10, abs=0
    )


def test_a_complex_conjugate_point_has_the_same_a_muon():
    p = points.parameters(33)
    conjugate = {k: np.conj(v) if np.iscomplexobj(v) else v for k, v in p.items()}
    (m, a), (m_bar, b) = observables(p), observables(conjugate)
    np.testing.assert_allclose(m, m_bar, rtol=1e-12)
    assert a.a_muon.one_loop == pytest.approx(b.a_muon.one_loop, rel=1e-11, abs=0)


def test_a_real_point_written_as_complex_is_the_same_point():
    p = points.parameters(34, complex_phases=False)
    as_complex = {
        k: np.asarray(v).astype(complex) if k not in ("m_l", "m_e") else v for k, v in p.items()
    }
    real, imaginary = observables(p)[1], observables(as_complex)[1]
    assert imaginary.spectrum.inos.n.dtype == complex
    assert imaginary.a_muon.one_loop == pytest.approx(real.a_muon.one_loop, rel=1e-11, abs=0)
    np.testing.assert_allclose(
        imaginary.spectrum.inos.m_neutralino, np.abs(real.spectrum.inos.m_neutralino), rtol=1e-11
    )
