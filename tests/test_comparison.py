"""What a comparison counts: states of a_mu, not Higgsinos that couple to nothing."""

import numpy as np
import pytest

import fssm
from fssm.report.point import notes
from fssm.simplified import mssm_point

M = 2500.0
UNIVERSAL = dict.fromkeys(("mu", "m1", "m2", "m_l", "m_e"), M)
MSSM = dict(tan_beta=20.0, mu=400.0, m1=250.0, m2=700.0, m_l=600.0, m_e=450.0)
FSSM = dict(
    tan_beta=50.0, tan_beta_u=20.0, tan_beta_d=7.0, mu=2500.0, mu_tilde=1300.0, theta_u=0.7,
    theta_d=0.4, m1=900.0, m2=1700.0, m_l=2000.0, m_e=3000.0,
)  # fmt: skip


def rotation(t):
    return np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])


def rotated(spectator, turn_d=0.0, turn_u=0.0, **changes):
    """The MSSM with Higgsinos of mass ``spectator`` beside it, in another basis of the doublets."""
    fields = {**MSSM, **changes}
    v, beta = 246.22, np.arctan(fields.pop("tan_beta"))
    to_d, to_u = rotation(turn_d), rotation(turn_u)
    (mu1, mu3), (mu4, mu2) = to_d @ np.array([[0, spectator], [fields.pop("mu"), 0]]) @ to_u.T
    v_u, v_d = to_u @ [v * np.sin(beta), 0], to_d @ [0, v * np.cos(beta)]
    y, y_prime = to_d @ [0.0, np.sqrt(2) * 0.1056583755 / (v * np.cos(beta))]
    return fssm.Point(
        **fields, mu1=mu1, mu2=mu2, mu3=mu3, mu4=mu4, y_muon=y, y_prime_muon=y_prime,
        v_u=v_u[0], v_u_prime=v_u[1], v_d=v_d[0], v_d_prime=v_d[1],
    )  # fmt: skip


def test_universal_masses_of_the_mssm_have_no_spread():
    for tan_beta in (2.0, 50.0):
        found = fssm.compare(mssm_point(**UNIVERSAL, tan_beta=tan_beta))
        assert found.expansion.mass_spread == pytest.approx(0, abs=1e-12)
        assert found.coupled.higgsino.sum() == 1
        assert found.coupled.neutralino.tolist() == [True] * 4 + [False] * 2
        assert found.coupled.chargino.tolist() == [True, True, False]
    spread = fssm.compare(mssm_point(**MSSM)).expansion.mass_spread
    assert spread == pytest.approx(700 / 250 - 1, rel=1e-12, abs=0)


# One that is lighter than all, two that have the mass of another state, and heavy ones.
SPECTATORS = (30.0, 250.0, 400.0, 700.0, 5e3, 1e9)


@pytest.mark.parametrize("turns", [(0.0, 0.0), (0.3, 1.1), (-2.0, 0.8)])
@pytest.mark.parametrize("spectator", SPECTATORS)
def test_no_size_depends_on_higgsinos_that_couple_to_nothing(spectator, turns):
    found = fssm.compare(rotated(spectator, *turns))
    far = fssm.compare(rotated(7e4))
    assert far.expansion.mass_spread == pytest.approx(700 / 250 - 1, rel=1e-12, abs=0)
    for name in ("electroweak", "mass_spread", "inverse_tan_beta", "smuon_mixing", "trilinear"):
        got, expected = getattr(found.expansion, name), getattr(far.expansion, name)
        # The inos of a point with a scale of 1e9 GeV are good to 1e-16 of that scale.
        assert got == pytest.approx(expected, rel=1e-12 + 1e-16 * spectator, abs=1e-12), name
    mixing = (part.expansion.gaugino_higgsino_mixing for part in (found, far))
    # The largest entry: where the two kinds of Higgsinos have one mass, one in any basis of them.
    loose = 0.5 if spectator == MSSM["mu"] else 1e-12 + 1e-15 * spectator
    assert next(mixing) == pytest.approx(next(mixing), rel=loose, abs=0)
    worst = np.abs(found.chargino_masses.ratio[found.coupled.chargino] - 1).max()
    expected = np.abs(far.chargino_masses.ratio[far.coupled.chargino] - 1).max()
    assert worst == pytest.approx(expected, rel=0, abs=1e-6)


def test_a_heavy_spectator_does_not_make_mu4_small():
    assert not fssm.compare(rotated(1e9)).leading_vanishes
    assert fssm.compare(rotated(1e9, mu=0.0)).leading_vanishes


def test_a_generic_point_counts_all_its_states():
    point = fssm.Point(**FSSM)
    result, found = fssm.evaluate(point), fssm.compare(point)
    assert all(states.all() for states in found.coupled)
    assert found.expansion.mass_spread == pytest.approx(3000 / 900 - 1, rel=1e-12, abs=0)
    lightest = np.abs(result.spectrum.inos.m_neutralino).min()
    m_w_sq = (result.muon.g * 246.2196) ** 2 / 4
    assert found.expansion.electroweak == pytest.approx(m_w_sq / lightest**2, rel=1e-5, abs=0)


@pytest.mark.parametrize(("theta_u", "theta_d"), [(0.7, 0.4), (0.0, 0.0), (0.0, np.pi / 2)])
def test_a_light_higgsino_that_couples_counts(theta_u, theta_d):
    light = fssm.Point(**{**FSSM, "mu_tilde": 150.0, "theta_u": theta_u, "theta_d": theta_d})
    found = fssm.compare(light)
    assert found.expansion.mass_spread == pytest.approx(3000 / 150 - 1, rel=1e-9, abs=0)
    assert found.expansion.electroweak == pytest.approx((80.37 / 150) ** 2, rel=0.1, abs=0)


def test_a_small_coupling_is_a_coupling():
    """By a vev or a Yukawa coupling of the other doublet alone."""
    start = mssm_point(**UNIVERSAL, tan_beta=50.0)
    fields = {
        name: getattr(start, name) for name in ("v_u", "v_u_prime", "v_d", "v_d_prime", "mu4")
    }
    fields |= dict(mu1=0.0, mu2=0.0, mu3=5000.0, m1=M, m2=M, m_l=M, m_e=M)
    assert fssm.compare(fssm.Point(**fields)).expansion.mass_spread == pytest.approx(0, abs=1e-12)
    for change in ({"v_d": 1e-3}, {"v_u_prime": 1e-3}, {"y_muon": 1e-5}):
        found = fssm.compare(fssm.Point(**{**fields, **change}))
        assert found.expansion.mass_spread == pytest.approx(1, rel=1e-9, abs=0), change
        assert all(states.all() for states in found.coupled), change


def test_another_lepton_that_couples_makes_a_state_count():
    """With three generations the tau's coupling to H_d is one, the muon's alone is not."""
    start = mssm_point(**UNIVERSAL, tan_beta=50.0)
    fields = {
        name: getattr(start, name) for name in ("v_u", "v_u_prime", "v_d", "v_d_prime", "mu4")
    }
    fields |= dict(mu1=0.0, mu2=0.0, mu3=5000.0, m1=M, m2=M, m_l=M, m_e=M)
    y_prime = np.diag([1e-3, 0.03, 0.5])
    for y, expected in ((np.zeros((3, 3)), 0.0), (np.diag([0, 0, 0.1]), 1.0)):
        point = fssm.Point(**fields, y_lepton=y, y_prime_lepton=y_prime)
        assert fssm.compare(point).expansion.mass_spread == pytest.approx(expected, abs=1e-9)


def test_batches_are_their_points():
    tan_beta, mu = np.array([[5.0], [50.0]]), np.array([200.0, 700.0, np.nan])
    many = fssm.compare(mssm_point(**{**MSSM, "tan_beta": tan_beta, "mu": mu}))
    assert many.coupled.neutralino.shape == (2, 3, 6)
    assert many.coupled.higgsino.shape == (2, 3, 2)
    assert np.isnan(many.expansion.mass_spread[:, 2]).all()
    one = fssm.compare(mssm_point(**{**MSSM, "tan_beta": 50.0, "mu": 700.0}))
    for name in ("electroweak", "mass_spread"):
        expected = getattr(one.expansion, name)
        assert getattr(many.expansion, name)[1, 1] == pytest.approx(expected, rel=1e-12, abs=0)
    tree = one.to_dict()["coupled"]
    assert tree["chargino"] == [True, True, False]


def notes_of(point):
    return " ".join(notes(fssm.evaluate(point), fssm.compare(point)))


def test_the_notes_name_what_is_no_part_of_a_mu():
    words = notes_of(mssm_point(**MSSM))
    assert "No part of a_mu: neutralino 5, neutralino 6, chargino 3." in words
    # The two of them have masses +mu3 and -mu3, and share no a_mu.
    assert "degenerate" not in words
    light = notes_of(rotated(30.0, 0.3, 1.1))
    assert "No part of a_mu: neutralino 1, neutralino 2, chargino 1." in light
    assert "No part" not in notes_of(fssm.Point(**FSSM))


def test_the_note_on_degenerate_neutralinos_is_about_those_that_couple():
    alike = dict.fromkeys(("mu", "mu_tilde", "m1", "m2"), M)
    assert "neutralinos are degenerate" in notes_of(
        fssm.Point(**{**FSSM, **alike, "theta_u": np.pi / 4, "theta_d": np.pi / 4})
    )
