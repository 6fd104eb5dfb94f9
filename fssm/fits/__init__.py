"""Fits: likelihood and priors of a scan file, handed to samplers and minimisers.

>>> from fssm.fits import Fit
>>> fit = Fit.from_mapping(
...     {
...         "scan": {"sampling": "random", "points": 1},
...         "parameters": {"m_susy": {"from": 500, "to": 5000, "scale": "log"}},
...         "vevs": {"tan_beta": 50, "tan_beta_u": 50},
...         "higgsino": {"mu": "m_susy", "mu_tilde": "m_susy", "theta_u": 0.785, "theta_d": 0.785},
...         "gaugino": {"m1": "m_susy", "m2": "m_susy"},
...         "slepton": {"m_l": "m_susy", "m_e": "m_susy"},
...         "yukawa": {"y_prime_muon": {"from": 0.1, "to": 1}},
...         "likelihood": {"a_muon": "amu-2021"},
...     }
... )
>>> fit.names
('m_susy', 'y_prime_muon')
>>> fit.prior_transform([0.5, 1.0]).round(6).tolist()
[1581.13883, 1.0]
>>> fit.log_likelihood([[2500, 0.7], [2500, 0.1]]).round(2).tolist()
[-0.12, -6.91]
"""

from fssm.fits.adapters import emcee_sampler, minuit, nautilus_sampler
from fssm.fits.fit import Fit

__all__ = ["Fit", "emcee_sampler", "minuit", "nautilus_sampler"]
