"""iminuit, emcee and nautilus on a fit whose posterior is known by quadrature."""

import numpy as np
import pytest
from fit_files import fit_of

from fssm import FSSMError, InvalidInput, inverse
from fssm.fits import emcee_sampler, minuit, nautilus_sampler

# One parameter in a narrow range: the posterior can be integrated, and chains begin close to it.
ONE = {
    "parameters": {"m_susy": {"from": 1500, "to": 4000, "scale": "log"}},
    "yukawa": {"y_prime_muon": 0.7},
    "likelihood": {"a_muon": "amu-2021"},
}


@pytest.fixture(scope="module")
def fit():
    return fit_of(**ONE)


@pytest.fixture(scope="module")
def exact(fit):
    """Mean and standard deviation of ln m_susy, and ln of the evidence, by quadrature."""
    u = (np.arange(20_000) + 0.5) / 20_000
    theta = fit.prior_transform(u[:, None])
    weight = np.exp(fit.log_likelihood(theta))
    log_m = np.log(theta[:, 0])
    mean = np.average(log_m, weights=weight)
    return mean, np.sqrt(np.average((log_m - mean) ** 2, weights=weight)), np.log(weight.mean())


def test_minuit_finds_the_mass_that_the_inverse_problem_finds(fit):
    pytest.importorskip("iminuit")
    machine = minuit(fit)
    assert machine.parameters == ("m_susy",)
    machine.migrad()
    assert machine.valid
    theta = np.array([machine.values["m_susy"]])
    assert fit.log_likelihood(theta) == pytest.approx(0, abs=1e-6)
    # One standard deviation up and down is where -2 ln L is 1.
    machine.minos()
    for sign in ("lower", "upper"):
        end = theta + getattr(machine.merrors["m_susy"], sign)
        assert -2 * fit.log_likelihood(end) == pytest.approx(1, rel=2e-2, abs=0)
    assert inverse.fssm_m_susy(0.7, "amu-2021").central == pytest.approx(theta[0], rel=0.1, abs=0)


def test_minuit_starts_where_it_is_told_and_stays_within_the_ranges():
    pytest.importorskip("iminuit")
    fit = fit_of(likelihood={"a_muon": "amu-2025"})
    machine = minuit(fit, [3000.0, 0.5])
    assert list(machine.values) == [3000.0, 0.5]
    assert list(machine.limits) == [(500.0, 8000.0), (0.1, 1.5)]
    assert machine.fcn([3000.0, 0.5]) == -2 * fit.log_likelihood([3000.0, 0.5])
    with pytest.raises(InvalidInput, match=r"start = .*outside the ranges"):
        minuit(fit, [300.0, 0.5])
    strong = fit_of(likelihood={"max_yukawa": 0.4})
    assert minuit(strong, [3000.0, 0.5]).fcn([3000.0, 0.5]) == 1e12


def test_emcee_samples_the_posterior(fit, exact):
    pytest.importorskip("emcee")
    sampler, start = emcee_sampler(fit, walkers=200, seed=1)
    assert start.shape == (200, 1)
    sampler.run_mcmc(start, 70)
    log_m = np.log(sampler.get_chain(discard=20)[..., 0])
    # About 600 independent samples.
    assert log_m.mean() == pytest.approx(exact[0], abs=0.15 * exact[1])
    assert log_m.std() == pytest.approx(exact[1], rel=0.15, abs=0)
    again, begin = emcee_sampler(fit, walkers=200, seed=1)
    np.testing.assert_array_equal(begin, start)
    again.run_mcmc(begin, 5)
    np.testing.assert_array_equal(again.get_chain(), sampler.get_chain()[:5])


def test_emcee_needs_points_to_start_from():
    pytest.importorskip("emcee")
    with pytest.raises(FSSMError, match="0 of 400 points of the prior have a likelihood"):
        emcee_sampler(fit_of(likelihood={"max_yukawa": 0.05}), walkers=8)


def test_nautilus_finds_the_evidence(fit, exact):
    pytest.importorskip("nautilus")
    # Nautilus wants two parameters; theta_u = theta_d hardly matters.
    both = fit_of(**ONE, higgsino={"theta_u": {"from": 0.7, "to": 0.7001}, "theta_d": 0.7})
    sampler = nautilus_sampler(both, live=200, seed=3, n_batch=200)
    assert sampler.run(n_eff=500, verbose=False)
    assert sampler.log_z == pytest.approx(exact[2], abs=0.2)
    points, log_weight, _ = sampler.posterior()
    weight = np.exp(log_weight)
    assert both.names == ("m_susy", "theta_u")
    mean = np.average(np.log(points[:, 0]), weights=weight)
    assert mean == pytest.approx(exact[0], abs=0.15 * exact[1])


@pytest.mark.parametrize(
    ("make", "package"),
    [(minuit, "iminuit"), (emcee_sampler, "emcee"), (nautilus_sampler, "nautilus-sampler")],
)
def test_missing_libraries_are_named(fit, make, package, monkeypatch):
    for name in ("iminuit", "emcee", "nautilus"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    options = {"walkers": 8} if make is emcee_sampler else {}
    with pytest.raises(InvalidInput, match=f"not installed; pip install {package}, or 'fssm.fit.'"):
        make(fit, **options)
