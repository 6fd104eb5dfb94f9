"""Mass matrices and spectra: shapes, tree-level sum rules, three generations, tachyons."""

import dataclasses

import numpy as np
import points
import pytest

from fssm.model import matrices
from fssm.model.lagrangian import lagrangian
from fssm.model.spectrum import scalars, spectrum


def lag_of(seed, **options):
    return lagrangian(points.point(points.parameters(seed, **options)))


def three_generations(lag):
    """The same muon three times, with different soft masses and Yukawa couplings."""
    scale = np.array([0.5, 1.0, 2.0])
    diagonal = np.eye(3) * scale
    return dataclasses.replace(
        lag,
        yukawa=lag.yukawa * diagonal,
        trilinear=lag.trilinear * diagonal,
        m_l_sq=lag.m_l_sq * diagonal,
        m_e_sq=lag.m_e_sq * diagonal,
        m_lepton=lag.m_lepton * scale,
    )


@pytest.mark.parametrize("complex_phases", [False, True])
def test_sum_rules_of_the_trace(complex_phases):
    lag = lag_of(1, complex_phases=complex_phases)
    spec = spectrum(lag)
    neutral, charged = matrices.neutralino_matrix(lag), matrices.chargino_matrix(lag)
    assert np.sum(spec.inos.m_neutralino**2) == pytest.approx(
        np.sum(np.abs(neutral) ** 2), rel=1e-13, abs=0
    )
    assert np.sum(spec.inos.m_chargino**2) == pytest.approx(
        np.sum(np.abs(charged) ** 2), rel=1e-13, abs=0
    )
    # Splitting of sneutrino and left slepton: m_W^2 cos(2 beta), independent of the soft mass.
    v_sq = [np.sum(np.abs(v) ** 2) for v in (lag.v_d, lag.v_u)]
    terms = matrices.d_terms(lag)
    assert terms.neutral - terms.left == pytest.approx(
        lag.g**2 * (v_sq[0] - v_sq[1]) / 4, rel=1e-9, abs=0
    )


@pytest.mark.parametrize("complex_phases", [False, True])
def test_dtype_follows_the_input(complex_phases):
    spec = spectrum(lag_of(2, complex_phases=complex_phases))
    kind = "c" if complex_phases else "f"
    assert spec.inos.n.dtype.kind == spec.inos.u.dtype.kind == spec.scalars.x.dtype.kind == kind


def test_the_general_path_serves_three_generations():
    lag = lag_of(3)
    three = scalars(three_generations(lag))
    one_by_one = []
    for scale in (0.5, 1.0, 2.0):
        single = dataclasses.replace(
            lag,
            yukawa=lag.yukawa * scale,
            trilinear=lag.trilinear * scale,
            m_l_sq=lag.m_l_sq * scale,
            m_e_sq=lag.m_e_sq * scale,
        )
        one_by_one.append(scalars(single).slepton_sq)
    assert three.slepton_sq.shape == (6,)
    assert three.sneutrino_sq.shape == (3,)
    expected = np.sort(np.concatenate(one_by_one))
    np.testing.assert_allclose(three.slepton_sq, expected, rtol=1e-13)


def test_a_tachyon_is_nan_and_flagged_never_its_modulus():
    p = points.parameters(4, complex_phases=False)
    p["t"] = np.array([0.0, 5e6])
    result = scalars(lagrangian(points.point(p)))
    assert result.tachyonic_slepton
    assert not result.tachyonic_sneutrino
    assert np.isnan(result.slepton_sq[0])
    light = points.point(p, m_l=None, m_l_sq=-1e6, t_prime_muon=0.0)
    assert scalars(lagrangian(light)).tachyonic_sneutrino
