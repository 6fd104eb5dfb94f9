"""Dipole terms: sums, legs, three generations; pulls and the QED logarithm."""

import dataclasses

import numpy as np
import points
import pytest

from fssm.base import InvalidInput
from fssm.constants import a_muon_set, a_muon_sets, measured
from fssm.model.couplings import couplings, lepton_modes
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import lepton_matrix
from fssm.model.spectrum import spectrum
from fssm.observables.dipole import DipoleTerms, Sector, chargino_terms, neutralino_terms
from fssm.observables.leptons import anomalous_moment, pull, qed_logarithm


def dipole_of(lag):
    spec = spectrum(lag)
    c = couplings(lag, spec, lepton_modes(lepton_matrix(lag)).legs)
    neutral = Sector(spec.inos.m_neutralino, spec.scalars.slepton_sq, c.n_left, c.n_right)
    charged = Sector(spec.inos.m_chargino, spec.scalars.sneutrino_sq, c.c_left, c.c_right)
    return DipoleTerms(
        neutralino_terms(neutral, lag.m_lepton), chargino_terms(charged, lag.m_lepton)
    )


def test_terms_are_itemised_and_add_up():
    dipole = dipole_of(lagrangian(points.point(points.parameters(11))))
    assert dipole.neutralino.shape == (1, 1, 6, 2)
    assert dipole.chargino.shape == (1, 1, 3, 1)
    total = dipole.neutralino.sum() + dipole.chargino.sum()
    assert dipole.total()[0, 0] == pytest.approx(total, rel=1e-14, abs=0)


def test_diagonal_three_generations_are_three_single_ones():
    lag = lagrangian(points.point(points.parameters(12)))
    scale = np.array([0.25, 1.0, 3.0])
    eye = np.eye(3)
    three = dataclasses.replace(
        lag,
        yukawa=lag.yukawa * eye * scale,
        trilinear=lag.trilinear * eye * scale,
        m_l_sq=lag.m_l_sq * eye,
        m_e_sq=lag.m_e_sq * eye,
        m_lepton=lag.m_lepton * scale,
    )
    matrix = dipole_of(three).total()
    for i, factor in enumerate(scale):
        single = dataclasses.replace(
            lag,
            yukawa=lag.yukawa * factor,
            trilinear=lag.trilinear * factor,
            m_lepton=lag.m_lepton * factor,
        )
        assert matrix[i, i] == pytest.approx(dipole_of(single).total()[0, 0], rel=1e-11, abs=0)
    off_diagonal = np.abs(matrix - np.diag(np.diag(matrix))).max()
    assert off_diagonal < 1e-14 * np.abs(matrix).max()


def test_legs_make_the_lepton_mass_real_and_positive():
    rng = np.random.default_rng(13)
    for n in (1, 3):
        m = rng.normal(size=(5, n, n)) + 1j * rng.normal(size=(5, n, n))
        legs = lepton_modes(m).legs
        diagonal = np.swapaxes(legs.left.conj(), -1, -2) @ m @ legs.right
        expected = np.linalg.svd(m, compute_uv=False)[:, ::-1, None] * np.eye(n)
        np.testing.assert_allclose(diagonal, expected, rtol=0, atol=1e-14)
        # The phase left to each lepton is fixed: B_ii >= 0.
        own = np.diagonal(legs.right, axis1=-2, axis2=-1)
        np.testing.assert_allclose(own, np.abs(own), rtol=0, atol=1e-15)
    assert lepton_modes(np.zeros((1, 1))).legs.left == 1


def test_anomalous_moment_and_qed_logarithm():
    assert anomalous_moment(np.array([[3.0 + 4j]]), np.array([0.1])) == pytest.approx(0.6)
    # -(4 alpha/pi) ln(1000/0.10566) = -8.5 per cent: hep-ph/9803384.
    assert qed_logarithm(1000.0, 0.10566) == pytest.approx(-0.0851, abs=2e-4)


def test_named_data_sets():
    sets = a_muon_sets()
    assert {"amu-2021", "amu-2023", "amu-2025"} <= set(sets)
    assert sets["amu-2021"].value == 251e-11
    # Averages and predictions as quoted in the sources, in 1e-11.
    assert sets["amu-2023"].value == pytest.approx((116592059 - 116591810) * 1e-11)
    assert sets["amu-2025"].value == pytest.approx((116592071.5 - 116592033) * 1e-11, abs=1e-11)
    assert sets["amu-2025"].uncertainty == pytest.approx(
        np.hypot(14.5, 62) * 1e-11, rel=0.02, abs=0
    )
    assert pull(310e-11, sets["amu-2021"]) == pytest.approx(1.0)
    assert measured("m_muon").unit == "GeV"
    with pytest.raises(InvalidInput, match="amu-2021"):
        a_muon_set("amu-1999")
