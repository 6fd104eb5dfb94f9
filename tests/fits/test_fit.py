"""Likelihood and priors against formulas and numerical integrals."""

import copy
from statistics import NormalDist

import numpy as np
import pytest
from fit_files import TREE, fit_of, flavour_fit
from hypothesis import given
from hypothesis import strategies as st
from scan_files import toml_of

import fssm
from fssm import InvalidInput
from fssm.constants import a_muon_set, limit
from fssm.fits import Fit
from fssm.scans.config import ScanConfig


def point(m, y, **fields):
    return fssm.Point(
        tan_beta=50, tan_beta_u=50, mu=m, mu_tilde=m, theta_u=0.7, theta_d=0.7, m1=m, m2=m,
        m_l=m, m_e=m, y_prime_muon=y, **fields,
    )  # fmt: skip


THETA = [[2500.0, 0.7], [1000.0, 0.3], [6000.0, 1.2]]


def test_log_likelihood_is_that_of_the_pull():
    a = fssm.evaluate(point(*np.transpose(THETA))).a_muon.total
    for name in ("amu-2021", "amu-2023", "amu-2025"):
        data = a_muon_set(name)
        expected = -(((a - data.value) / data.uncertainty) ** 2) / 2
        found = fit_of(likelihood={"a_muon": name}).log_likelihood(THETA)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=0)
    sigma = np.hypot(59e-11, 20e-11)
    found = fit_of(likelihood={"theory_uncertainty": 20e-11}).log_likelihood(THETA)
    np.testing.assert_allclose(found, -(((a - 251e-11) / sigma) ** 2) / 2, rtol=1e-10, atol=0)


def test_limits_are_halves_of_gaussians_with_the_confidence_below_the_limit():
    with_limit, without = flavour_fit(limits=["tau_mu_gamma"]), flavour_fit()
    assert with_limit.names == ("m_susy", "x", "y_prime_muon")
    theta = np.array([[2500, 1e-3, 0.7], [2500, 2e-2, 0.7]])
    x = np.zeros((2, 3, 3))
    x[:, 0, 1] = x[:, 2, 1] = theta[:, 1]
    result = fssm.evaluate(point(theta[:, 0], theta[:, 2], x_texture=x))
    ratio = result.flavour.branching_ratios["tau_mu_gamma"].total / 4.2e-8
    found = with_limit.log_likelihood(theta) - without.log_likelihood(theta)
    np.testing.assert_allclose(found, -((1.6448536 * ratio) ** 2) / 2, rtol=1e-6, atol=1e-14)
    # 90% of the half-Gaussian lie below the limit.
    sigma = 1 / NormalDist().inv_cdf(0.95)
    assert 2 * NormalDist(0, sigma).cdf(1.0) - 1 == pytest.approx(0.9, rel=1e-12, abs=0)
    muon = limit("edm_muon")
    assert muon.confidence == 0.95
    other = flavour_fit(limits=["mu_e_gamma", "meg-2016", "edm_muon"])
    ratio = result.flavour.branching_ratios["mu_e_gamma"].total
    expected = without.log_likelihood(theta)
    expected = expected - (1.6448536**2) / 2 * ratio**2 * (1.5e-13**-2 + 4.2e-13**-2)
    np.testing.assert_allclose(other.log_likelihood(theta), expected, rtol=1e-6, atol=0)


def test_strong_coupling_and_unphysical_points_have_no_likelihood():
    theta = np.array([[2500.0, 0.7], [2500.0, 0.9]])
    assert np.isfinite(fit_of().log_likelihood(theta)).all()
    weak = fit_of(likelihood={"max_yukawa": 0.8}).log_likelihood(theta)
    assert np.isfinite(weak).tolist() == [True, False]
    assert weak[1] == -np.inf
    strong = fit_of(yukawa={"y_prime_muon": {"from": 0.1, "to": 9}})
    assert np.isfinite(strong.log_likelihood([[9000.0, 3.5], [9000.0, 3.6]])).tolist() == [
        True,
        False,
    ]
    # A negative slepton mass, unusable input, is no error within a fit either.
    lighter = fit_of(slepton={"m_e": "m_susy - 1000"})
    assert np.isfinite(lighter.log_likelihood([[2500.0, 0.7], [900.0, 0.7]])).tolist() == [
        True,
        False,
    ]


def test_a_texture_counts_all_yukawa_couplings():
    theta = [2500.0, 1e-4, 0.6]
    tau = fssm.evaluate(point(2500.0, 0.6, x_texture=np.eye(3) * 0)).lagrangian.yukawa
    assert abs(tau[0, 2, 2]) > 0.5
    for largest, allowed in ((0.65, True), (0.55, False)):
        fit = flavour_fit(max_yukawa=largest)
        assert np.isfinite(fit.log_likelihood(theta)) == allowed


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_prior_transform_stays_within_the_ranges_and_inverts(u):
    fit = fit_of()
    theta = fit.prior_transform(u)
    inside = (theta >= fit.bounds[:, 0] * (1 - 1e-14)) & (theta <= fit.bounds[:, 1] * (1 + 1e-14))
    assert inside.all()
    back = [np.log(theta[0] / 500) / np.log(16), (theta[1] - 0.1) / 1.4]
    np.testing.assert_allclose(back, u, rtol=0, atol=1e-14)


def test_log_prior_is_the_density_of_prior_transform():
    fit = fit_of()
    rng = np.random.default_rng(2)
    theta = fit.prior_transform(rng.uniform(size=(200_000, 2)))
    low, high = np.array([1000, 0.5]), np.array([1300, 0.8])
    share = ((theta > low) & (theta < high)).all(-1).mean()
    grid = np.stack(np.meshgrid(np.linspace(1000, 1300, 301), np.linspace(0.5, 0.8, 11)), -1)
    density = np.exp(fit.log_prior(grid))
    integral = np.trapezoid(np.trapezoid(density, dx=1.0, axis=1), dx=0.03, axis=0)
    assert share == pytest.approx(integral, rel=0.03, abs=0)
    outside = [[499, 0.5], [8001, 0.5], [1000, 0.09], [1000, 1.51], [np.nan, 0.5]]
    assert (fit.log_prior(outside) == -np.inf).all()
    assert (fit.log_posterior(outside) == -np.inf).all()
    inside = fit.log_prior(THETA) + fit.log_likelihood(THETA)
    np.testing.assert_array_equal(fit.log_posterior(THETA), inside)


def test_shapes_of_batches():
    fit = fit_of()
    u = np.random.default_rng(0).uniform(size=(3, 4, 2))
    theta = fit.prior_transform(u)
    assert theta.shape == (3, 4, 2)
    many = fit.log_likelihood(theta)
    assert many.shape == fit.log_posterior(theta).shape == (3, 4)
    one = fit.log_likelihood(theta[1, 2])
    assert one.shape == ()
    assert one == many[1, 2]
    assert fit.log_posterior(theta[1, 2]).shape == ()
    assert fit.log_likelihood(np.empty((0, 2))).shape == (0,)
    for wrong in (1.0, [1.0, 2.0, 3.0]):
        with pytest.raises(InvalidInput, match=r"must have shape \(..., 2\), for m_susy"):
            fit.log_likelihood(wrong)


def test_a_scan_of_the_same_file_has_the_column(tmp_path):
    (tmp_path / "fit.toml").write_text(toml_of(TREE))
    table = fssm.scan(tmp_path / "fit.toml", tmp_path / "out")
    fit = Fit.from_toml(tmp_path / "fit.toml")
    theta = np.stack([table[name] for name in fit.names], axis=-1)
    np.testing.assert_array_equal(table["log_likelihood"], fit.log_likelihood(theta))
    assert ScanConfig.from_mapping(TREE).digest("1") == table.config.with_options(
        chunk=fit.config.chunk, format="auto"
    ).digest("1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"likelihood": {"limits": ["tau_mu_gamma"]}},
            r"\[likelihood\] limits = .*needs three gen",
        ),
        ({"likelihood": {"theory_uncertainty": -1}}, r"\[likelihood\] theory_uncertainty = -1"),
        ({"likelihood": {"max_yukawa": "1"}}, r"\[likelihood\] max_yukawa = '1': must be a number"),
        (
            {"scan": {"detail": "full"}, "likelihood": {"limits": ["tau_mu_gamma"]}},
            r"\[likelihood\] limits: needs three generations",
        ),
        ({"scan": {"sampling": "grid", "points": None}}, r"points: missing"),
    ],
)
def test_errors_name_the_place(change, message):
    with pytest.raises(InvalidInput, match=message):
        fit_of(**change)


def test_unknown_limits_and_missing_sections():
    with pytest.raises(InvalidInput, match=r"limits = 'tau_mu_gama': unknown; did you mean"):
        flavour_fit(limits=["tau_mu_gama"])
    tree = copy.deepcopy(TREE)
    del tree["likelihood"]
    with pytest.raises(InvalidInput, match=r"\[likelihood\]: missing"):
        Fit.from_mapping(tree)
    tree = copy.deepcopy(TREE)
    tree["scan"] = {"sampling": "grid"}
    tree["parameters"]["m_susy"] = {"values": [1000, 2000]}
    tree["yukawa"]["y_prime_muon"]["points"] = 3
    with pytest.raises(InvalidInput, match=r"\[parameters\] m_susy.values: a fit needs a range"):
        Fit.from_mapping(tree)
