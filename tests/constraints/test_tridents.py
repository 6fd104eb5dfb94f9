"""Neutrino tridents: the slides' formula, limits as its inverse, what survives."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fssm.base import InvalidInput
from fssm.constants import Measurement, a_muon_set, trident_set
from fssm.constraints.tridents import (
    BEAMS,
    CCFR,
    CONFIDENCES,
    DUNE,
    NUTEV_LIKE,
    TWO_SIGMA,
    flat_prior_ratio,
    largest_ratio,
    limits_by_confidence,
    survival,
    trident_limit,
    trident_ratio,
)
from fssm.inverse import z_prime_coupling
from fssm.simplified import l_mu_l_tau

# (sqrt2 G_F)^(-1/2)
V = (np.sqrt(2) * 1.1663788e-5) ** -0.5


def slides(c, g, m, s_sq=0.23129, v=V):
    """[c + (1 + 4 s^2 + 2 v^2 g^2/M^2)^2]/[c + (1 + 4 s^2)^2] as printed."""
    return (c + (1 + 4 * s_sq + 2 * v**2 * g**2 / m**2) ** 2) / (c + (1 + 4 * s_sq) ** 2)


@pytest.mark.parametrize(("beam", "c"), [(CCFR, 1.13), (DUNE, 1.54)])
def test_the_formula_of_the_slides_literally(beam, c):
    g, m = np.geomspace(1e-4, 1, 5)[:, None], np.array([3.0, 10.0, 1e3])
    np.testing.assert_allclose(trident_ratio(g, m, beam), slides(c, g, m), rtol=1e-13)
    given_both = trident_ratio(0.01, 5, beam, sin_sq_theta_w=0.25, v=246)
    assert given_both == pytest.approx(slides(c, 0.01, 5, 0.25, 246), rel=1e-14, abs=0)


@pytest.mark.parametrize("beam", BEAMS.values(), ids=BEAMS)
def test_without_a_coupling_the_standard_model_remains(beam):
    assert trident_ratio(0.0, 5.0, beam) == 1
    assert (trident_ratio([0.01, -0.01], 5.0, beam) > 1).all()
    assert trident_ratio(1e-3, 1e20, beam) == 1


@given(st.floats(3.0, 1e4), st.floats(0.7, 4.0), st.sampled_from([CCFR, DUNE]))
def test_the_limit_inverts_the_ratio(mass, deviations, beam):
    limit = trident_limit(mass, beam, deviations=deviations)
    expected = 0.82 + deviations * 0.28
    assert trident_ratio(limit, mass, beam) == pytest.approx(expected, rel=1e-13, abs=0)


def test_limits_of_the_slides_data():
    assert trident_set("ccfr-1991").value == 0.82
    # 0.82 + 1.645 0.28 = 1.28; 1.38 for two standard deviations. arXiv:1406.2332: g'/m < 1/550 GeV
    assert trident_ratio(trident_limit(5.0), 5.0) == pytest.approx(1.28, abs=2e-3)
    two = trident_limit(5.0, deviations=TWO_SIGMA)
    assert trident_ratio(two, 5.0) == pytest.approx(1.38, rel=1e-13, abs=0)
    assert 5.0 / two == pytest.approx(550, rel=0.05, abs=0)
    assert trident_limit(10.0) == pytest.approx(2 * trident_limit(5.0), rel=1e-15, abs=0)
    assert NUTEV_LIKE == 2
    weaker = trident_limit(5.0, weakened_by=NUTEV_LIKE)
    assert weaker == pytest.approx(2 * trident_limit(5.0), rel=1e-15, abs=0)
    # Below one even with the uncertainty: nothing is allowed.
    assert trident_limit(5.0, deviations=0.5) == 0


PRINTED = {"one_sided": 611, "two_sided": 539, "flat_prior": 496}


def test_each_meaning_of_the_confidence_has_its_limit():
    assert set(PRINTED) == set(CONFIDENCES)
    for confidence, m_over_g in PRINTED.items():
        assert round(float(5.0 / trident_limit(5.0, confidence=confidence))) == m_over_g
    assert round(float(5.0 / trident_limit(5.0, deviations=TWO_SIGMA))) == 531
    assert trident_limit(5.0) == trident_limit(5.0, confidence="one_sided")
    shown = limits_by_confidence()
    assert [round(m) for m in shown.values()] == [611, 539, 496, 531]
    # As printed in docs/limits.md.
    ratios = [largest_ratio(confidence=name) for name in PRINTED]
    np.testing.assert_allclose(ratios, [1.281, 1.369, 1.443], atol=5e-4)
    # Two-sided: 2.5% above, by integration.
    tail = mp.quad(lambda x: mp.npdf(x, 0.82, 0.28), [ratios[1], 2.5, mp.inf])
    assert float(tail) == pytest.approx(0.025, rel=1e-12, abs=0)


def measurement(value, sigma):
    return Measurement(name="test", value=value, uncertainty=sigma, unit="", source="", year=2000)


@pytest.mark.parametrize(
    ("value", "sigma"), [(0.82, 0.28), (1.0, 0.3), (1.58, 0.57), (0.2, 0.1), (-3.0, 0.1)]
)
def test_the_flat_prior_by_integration_of_the_truncated_normal_distribution(value, sigma):
    bound = flat_prior_ratio(measurement(value, sigma))
    assert bound > 1
    with mp.workdps(30):
        # The tail falls within sigma^2/(1 - value) where the measurement is far below 1.
        width = min(sigma, sigma**2 / abs(1 - value)) if value != 1 else sigma

        def area(low, high):
            nodes = mp.linspace(low, high, 9)
            return mp.quad(lambda x: mp.exp(-(((x - value) / sigma) ** 2) / 2), nodes)

        top = max(mp.mpf(value), 1) + 40 * width
        share = area(mp.mpf(bound), top) / area(mp.mpf(1), top)
    assert float(share) == pytest.approx(0.05, rel=1e-9, abs=0)


def test_the_flat_prior_is_weaker_only_where_the_data_fluctuate_downwards():
    # Far above the Standard Model the cut at 1 does not matter: the one-sided limit.
    far = measurement(3.0, 0.2)
    assert flat_prior_ratio(far) == pytest.approx(3 + 1.6448536269514722 * 0.2, rel=1e-12, abs=0)
    bounds = [flat_prior_ratio(measurement(value, 0.28)) for value in (0.2, 0.82, 1.0, 1.5)]
    assert (np.diff(bounds) > 0).all()
    # Never below the Standard Model, where the one-sided limit allows nothing at all.
    assert bounds[0] > 1 > 0.2 + 1.645 * 0.28


def test_below_the_validity_of_the_limit_nothing_is_said():
    mass = [2.999, 3.0, np.nan, 100]
    for got in (trident_ratio(0.01, mass), trident_limit(mass)):
        assert (np.isnan(got) == [True, False, True, False]).all()
    assert np.isfinite(trident_ratio(0.01, 0.3, DUNE))
    assert np.isnan(trident_limit(0.299, DUNE))


def test_shapes():
    assert trident_ratio(np.ones((3, 1)), [4, 5, 6, 7]).shape == (3, 4)
    assert np.ndim(trident_limit(5)) == 0
    assert trident_limit(np.array([])).shape == (0,)
    assert trident_limit(np.ma.masked_greater([5.0, 9.0], 6)).shape == (2,)
    assert np.isnan(trident_limit(np.ma.masked_greater([5.0, 9.0], 6))[1])


M = np.geomspace(1e-3, 1e3, 121)
G = np.geomspace(1e-5, 3, 201)


def test_for_the_slides_value_no_heavy_z_prime_survives():
    got = survival(M, G, data_set="amu-2021")
    assert got.a_muon.shape == got.survives.shape == (201, 121)
    # Every mass where the formula holds has a coupling that explains a_mu, and it is excluded.
    assert got.explains_2[:, (M > 3) & (M < 700)].any(axis=0).all()
    assert not (got.explains_2 & got.tested & got.survives).any()
    # At tens of MeV the formula overestimates the effect and cannot tell.
    assert (got.explains_1 & got.undecided)[:, (M > 0.01) & (M < 0.1)].any(axis=0).all()


def test_for_the_average_of_2025_there_is_room():
    got = survival(M, G, data_set="amu-2025")
    assert (got.explains_1 & got.tested & got.survives).any(axis=0)[M > 3].all()


def test_the_arrays_are_consistent():
    for data_set in ("amu-2021", "amu-2025"):
        got = survival(M, G, data_set=data_set)
        assert (got.excluded | got.survives | got.undecided).all()
        assert (got.excluded + got.survives.astype(int) + got.undecided == 1).all()
        assert (got.tested == (M >= 3)).all()
        assert not (got.explains_1 & ~got.explains_2).any()
        limit = trident_limit(M)
        for column in (M < 3), (M >= 3):
            excluded = got.excluded[:, column]
            assert (excluded == (G[:, None] > limit[column])).all()
        data = a_muon_set(data_set)
        a = l_mu_l_tau(G[:, None], M).a_muon
        assert (got.explains_2 == (np.abs(a - data.value) <= 2 * data.uncertainty)).all()


def test_survival_agrees_with_the_search_for_the_coupling():
    band = z_prime_coupling(M, "amu-2021")
    got = survival(M, G, data_set="amu-2021")
    inside = (band.one_sigma.low <= G[:, None]) & (G[:, None] <= band.one_sigma.high)
    assert (got.explains_1 == inside).all()


def test_what_survives_depends_on_the_confidence():
    # 10 GeV/550 GeV lies between the limits of 611 and 496 GeV.
    for confidence, survives in (("one_sided", False), ("two_sided", True), ("flat_prior", True)):
        assert survival(10.0, 10 / 550, confidence=confidence).survives.tolist() == [[survives]]
    strict, two, weak = (
        survival(M, G, **how)
        for how in ({}, {"deviations": TWO_SIGMA}, {"confidence": "flat_prior"})
    )
    assert (strict.survives <= two.survives).all()
    assert (two.survives <= weak.survives).all()


def test_nutev_like_limits_exclude_less_and_a_missing_mass_does_not_survive():
    strict, weak = (survival(M, G, weakened_by=w) for w in (1.0, NUTEV_LIKE))
    assert weak.excluded.sum() < strict.excluded.sum()
    assert not (weak.excluded & ~strict.excluded).any()
    missing = survival([np.nan, 5.0], [1e-4])
    for name in ("explains_1", "explains_2", "tested", "excluded", "survives", "undecided"):
        assert not getattr(missing, name)[0, 0]
    assert missing.survives[0, 1]
    assert survival(5.0, 0.01).survives.shape == (1, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trident_ratio(0.01, 0.0), r"\[tridents\] m_z_prime = 0.0 GeV: must be positive"),
        (lambda: trident_ratio("g", 5.0), r"\[tridents\] g_prime = 'g'"),
        (lambda: trident_ratio(1j, 5.0), r"\[tridents\] g_prime = 1j: must be a real number"),
        (lambda: trident_ratio(0.01, 5, sin_sq_theta_w=-1), r"sin_sq_theta_w = -1.0"),
        (lambda: trident_ratio(0.01, 5, v="246"), r"\[tridents\] v = '246' GeV"),
        (lambda: trident_limit(5.0, data="ccfr"), r"data_set = 'ccfr': .*ccfr-1991"),
        (lambda: trident_limit(5.0, deviations=0), r"\[tridents\] deviations = 0.0: .*positive"),
        (lambda: trident_limit(5.0, deviations="2"), r"\[tridents\] deviations = '2'"),
        (lambda: trident_limit(5.0, deviations=np.nan), r"\[tridents\] deviations = nan"),
        (lambda: trident_limit(5.0, confidence="90"), r"confidence = '90': .*flat_prior"),
        (
            lambda: trident_limit(5.0, confidence="two_sided", deviations=2.0),
            r"\[tridents\] deviations = 2.0: give either",
        ),
        (lambda: trident_limit(5.0, weakened_by=-2), r"\[tridents\] weakened_by = -2.0"),
        (lambda: survival(M, -G), r"\[tridents\] g_prime = .*must be positive"),
        (lambda: survival(M, G, data_set="x"), r"data_set = 'x': .*amu-2021"),
    ],
)
def test_invalid_input_names_the_argument(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
