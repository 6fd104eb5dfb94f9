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
    assert minuit(strong, [3000.0, 0.3]).fcn([3000.0, 0.5]) == 1e12


def test_minuit_starts_where_there_is_a_likelihood():
    pytest.importorskip("iminuit")
    # The middle of the ranges, (2000, 0.8), has none: the smaller couplings of the prior have.
    fit = fit_of(likelihood={"max_yukawa": 0.4})
    machine = minuit(fit)
    first = list(machine.values)
    assert 0.1 <= first[1] <= 0.4
    assert first == list(minuit(fit).values)
    machine.migrad()
    assert machine.valid
    assert fit.log_likelihood(list(machine.values)) == pytest.approx(0, abs=1e-6)
    # Told to begin there nevertheless: an error, and the same point as a way out.
    problem = r"start = \[3000.0, 1.0\]: has no likelihood \(above max_yukawa\); start from .* as "
    with pytest.raises(InvalidInput, match=problem) as error:
        minuit(fit, [3000.0, 1.0])
    assert str(error.value).endswith(f"such as {first}")
    heavy = fit_of(slepton={"t_muon": "where(m_susy > 2000, 2e9, 0)"})
    assert minuit(heavy, [1900.0, 0.5]).values[0] == 1900
    with pytest.raises(InvalidInput, match=r"has no likelihood \(tachyonic_slepton\); start from"):
        minuit(heavy, [2100.0, 0.5])


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


WEAK = {"likelihood": {"max_yukawa": 0.05}}
HEAVY = {"slepton": {"t_muon": 2e9}}
MISSING = {"slepton": {"m_e": "log(-m_susy)"}}
NOWHERE = {
    "iminuit": (minuit, {}, WEAK, "above max_yukawa", "5,000"),
    "iminuit, start": (minuit, {"start": [3000.0, 0.5]}, MISSING, "missing_input", "5,000"),
    "emcee": (emcee_sampler, {"walkers": 8}, WEAK, "above max_yukawa", "400"),
    "nautilus": (nautilus_sampler, {"live": 20}, HEAVY, "tachyonic_slepton", "1,000"),
}


@pytest.mark.parametrize("name", NOWHERE)
def test_a_prior_without_a_likelihood_is_an_error_with_its_reason(name):
    pytest.importorskip(name.partition(",")[0])
    make, options, changes, reason, tried = NOWHERE[name]
    problem = (
        f"^0 of {tried} points of the prior have a likelihood, . needed "
        rf"\({tried} of {tried} {reason}\); change the ranges, or \[likelihood\]$"
    )
    with pytest.raises(FSSMError, match=problem) as error:
        make(fit_of(**changes), **options)
    assert not isinstance(error.value, InvalidInput)


def test_too_few_points_to_start_from_are_counted():
    pytest.importorskip("emcee")
    # A likelihood below 510 GeV only: 0.7 per cent of the prior.
    rare = fit_of(slepton={"m_e": "where(m_susy < 510, m_susy, log(-m_susy))"})
    with pytest.raises(FSSMError, match="8 needed") as error:
        emcee_sampler(rare, walkers=8)
    found = int(str(error.value).split()[0])
    assert 1 <= found < 8
    assert f"({400 - found} of 400 missing_input)" in str(error.value)
    # One is enough for nautilus, which looks for more by itself.
    pytest.importorskip("nautilus")
    assert nautilus_sampler(rare, live=20).n_live == 20


@pytest.mark.slow
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
