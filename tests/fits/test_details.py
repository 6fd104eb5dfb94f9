"""Details of fits that larger tests would not notice."""

import numpy as np
from fit_files import fit_of, flavour_fit


def test_unphysical_points_have_no_likelihood():
    fit = fit_of(slepton={"t_muon": "where(m_susy > 2000, 1e9, 0)"})
    found = fit.log_likelihood([[2500.0, 0.7], [1500.0, 0.7]])
    assert found[0] == -np.inf
    assert np.isfinite(found[1])


def test_rejections_count_points_by_reason():
    heavy = "where(m_susy > 2000, 2e9, 0)"
    masses = "where(m_susy < 600, log(-m_susy), where(m_susy < 900, -m_susy, m_susy))"
    fit = fit_of(slepton={"t_muon": heavy, "m_e": masses}, likelihood={"max_yukawa": 1.0})
    theta = np.full((2, 3, 2), 0.5)
    theta[..., 0] = [[550, 560, 570], [700, 1500, 2500]]
    theta[1, 1, 1] = 1.2
    found = fit.rejections(theta)
    assert found == {
        "missing_input": 3, "invalid_input": 1, "tachyonic_slepton": 1, "above max_yukawa": 1
    }  # fmt: skip
    assert next(iter(found)) == "missing_input"
    assert fit.rejections(theta[1, 1]) == {"above max_yukawa": 1}
    assert fit.rejections([1500.0, 0.5]) == {}
    assert np.isneginf(fit.log_likelihood(theta)).all()
    # Input that no point can have, everywhere.
    assert fit.rejections([[700.0, 0.5], [800.0, 0.5]]) == {"invalid_input": 2}


def test_the_largest_coupling_itself_is_allowed():
    assert np.isfinite(fit_of(likelihood={"max_yukawa": 0.75}).log_likelihood([2500.0, 0.75]))


def test_a_texture_counts_y_tau():
    theta = [2500.0, 1e-4, 0.3]
    assert np.isfinite(flavour_fit(max_yukawa=0.6).log_likelihood(theta))
    assert flavour_fit(max_yukawa=0.45).log_likelihood(theta) == -np.inf


def test_the_ends_are_inside():
    fit = fit_of()
    assert np.isfinite(fit.log_prior(fit.bounds.T)).all()


def test_fit_adapters():
    from fssm.fits import emcee_sampler, minuit, nautilus_sampler

    fit = fit_of()
    np.testing.assert_allclose(list(minuit(fit).errors), [375.0, 0.07])
    (first, begin), (_other, elsewhere) = (emcee_sampler(fit, walkers=8, seed=s) for s in (1, 2))
    assert not np.any(begin == elsewhere)
    assert (
        first.random_state[1] == np.random.RandomState(1).get_state()[1]
    ).all()  # emcee rng state
    state = nautilus_sampler(fit, live=100, seed=3).rng.bit_generator.state
    assert state == np.random.default_rng(3).bit_generator.state
