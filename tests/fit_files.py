"""The fit that tests share: one scale and Y' of the multi-TeV point."""

import copy

from fssm.fits import Fit

TREE = {
    "scan": {"sampling": "random", "points": 50, "backend": "numpy"},
    "parameters": {"m_susy": {"from": 500, "to": 8000, "scale": "log"}},
    "vevs": {"tan_beta": 50, "tan_beta_u": 50},
    "higgsino": {"mu": "m_susy", "mu_tilde": "m_susy", "theta_u": 0.7, "theta_d": 0.7},
    "gaugino": {"m1": "m_susy", "m2": "m_susy"},
    "slepton": {"m_l": "m_susy", "m_e": "m_susy"},
    "yukawa": {"y_prime_muon": {"from": 0.1, "to": 1.5}},
    "likelihood": {"a_muon": "amu-2021"},
}


def fit_of(**changes):
    tree = copy.deepcopy(TREE)
    for section, entries in changes.items():
        tree.setdefault(section, {}).update(entries)
    return Fit.from_mapping(tree)


def flavour_fit(**likelihood):
    """The same with x_emu = x_taumu, for three generations."""
    return fit_of(
        scan={"detail": "full"},
        parameters={"x": {"from": 1e-6, "to": 1e-1, "scale": "log"}},
        flavour={"x_texture": [[0, "x", 0], [0, 0, 0], [0, "x", 0]]},
        likelihood=likelihood,
    )
