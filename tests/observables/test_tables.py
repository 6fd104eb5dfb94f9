"""Every row of the reference tables: masses and both parts of a_mu."""

import numpy as np
import pytest
import tables

import fssm

# Of |chi0| + |chi+-|. Measured worst: 8e-13 (nearly degenerate smuons at 9 TeV), elsewhere 1e-13.
A_MUON = 1e-11
# Where masses span over three decades the two smuon terms cancel by a factor of up to 1e3, and
# a relative 1e-16 of a smuon mass^2 becomes 1e-12 and more of the sum.
A_MUON_HIERARCHICAL = 1e-9
MASS = 1e-12


def assert_a_muon(result, neutralino, chargino):
    masses = np.concatenate(
        [np.abs(result.spectrum.inos.m_neutralino), result.spectrum.m_slepton], axis=-1
    )
    hierarchical = masses.max(-1) > 1e3 * masses.min(-1)
    tolerance = np.where(hierarchical, A_MUON_HIERARCHICAL, A_MUON)
    scale = np.abs(neutralino) + np.abs(chargino)
    assert (np.abs(result.a_muon.neutralino - neutralino) <= tolerance * scale).all()
    assert (np.abs(result.a_muon.chargino - chargino) <= tolerance * scale).all()


@pytest.mark.parametrize("embedding", ["primed", "unprimed"])
@pytest.mark.parametrize("yukawa", ["tree", "res"])
def test_the_mssm_limit(embedding, yukawa):
    t = tables.MSSM
    result = fssm.evaluate(tables.mssm_point(embedding, yukawa))
    assert result.shape == (281,)
    assert not result.unphysical.any()
    assert_a_muon(result, t[f"amu_chi0_{yukawa}"], t[f"amu_chipm_{yukawa}"])
    spectrum = result.spectrum
    for i in (0, 1):
        np.testing.assert_allclose(spectrum.m_slepton[:, i], t[f"msmu{i + 1}_{yukawa}"], rtol=MASS)
    np.testing.assert_allclose(spectrum.m_sneutrino[:, 0], t["msnu"], rtol=MASS)
    # The spectator Higgsinos add one Dirac neutralino and one chargino of 4321 GeV.
    mssm = np.stack([t[f"mchi{i}"] for i in range(1, 5)], axis=-1)
    expected = np.concatenate([mssm, np.tile([4321.0, -4321.0], (281, 1))], axis=-1)
    got = np.sort(spectrum.inos.m_neutralino, axis=-1)
    np.testing.assert_allclose(got, np.sort(expected, axis=-1), rtol=MASS)
    charged = np.stack([t["mcha1"], t["mcha2"], np.full(281, 4321.0)], axis=-1)
    np.testing.assert_allclose(spectrum.inos.m_chargino, np.sort(charged, axis=-1), rtol=MASS)


def test_the_mass_insertion_columns():
    result = fssm.evaluate(tables.mssm_point("primed", "tree"))
    names = dict(
        wh_nu="WHnu", wh_mu_l="WHmuL", bh_mu_l="BHmuL", bh_mu_r="BHmuR", b_mu_l_mu_r="BmuLmuR"
    )
    for ours, theirs in names.items():
        got = getattr(result.approximations.mass_insertion, ours)
        np.testing.assert_allclose(got, tables.MSSM[f"appr_{theirs}"], rtol=1e-13)


def test_the_four_doublet_points():
    t = tables.FSSM
    result = fssm.evaluate(tables.fssm_point())
    assert result.shape == (50,)
    assert_a_muon(result, t["a_neutralino"], t["a_chargino"])
    inos = result.spectrum.inos
    for i in range(6):
        np.testing.assert_allclose(inos.m_neutralino[:, i], t[f"neutralino_{i + 1}"], rtol=MASS)
    for i in range(3):
        np.testing.assert_allclose(inos.m_chargino[:, i], t[f"chargino_{i + 1}"], rtol=MASS)
    for i in range(2):
        np.testing.assert_allclose(result.spectrum.m_slepton[:, i], t[f"smuon_{i + 1}"], rtol=MASS)
    np.testing.assert_allclose(result.spectrum.m_sneutrino[:, 0], t["sneutrino"], rtol=MASS)
