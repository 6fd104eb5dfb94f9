"""The other systems of the slides, each at one loop with the slides' limit beside it.

Every exact function returns the lepton dipoles it gives, by contribution: a_l, electric dipole
moments and radiative decays follow from those, as they do in the four-doublet model.

>>> from fssm import simplified
>>> f"{simplified.l_mu_l_tau(g_prime=5e-4, m_z_prime=0.02).a_muon:.3g}"
'2.03e-09'
"""

from fssm.simplified.alp import alp, alp_log
from fssm.simplified.eft import (
    loop_coefficient,
    operator_dipoles,
    operator_estimate,
    operator_scale,
)
from fssm.simplified.leptoquark import coupling_matrix, s1_leptoquark, s1_leptoquark_log
from fssm.simplified.mssm import MSSM, mssm, mssm_point
from fssm.simplified.two_doublets import (
    FlavourfulMasses,
    ResidualSymmetry,
    flavourful_dipoles,
    flavourful_masses,
    residual_symmetry,
)
from fssm.simplified.vector import (
    dark_photon,
    dark_photon_heavy,
    dark_photon_light,
    l_mu_l_tau,
    l_mu_l_tau_heavy,
)

__all__ = [
    "MSSM",
    "FlavourfulMasses",
    "ResidualSymmetry",
    "alp",
    "alp_log",
    "coupling_matrix",
    "dark_photon",
    "dark_photon_heavy",
    "dark_photon_light",
    "flavourful_dipoles",
    "flavourful_masses",
    "l_mu_l_tau",
    "l_mu_l_tau_heavy",
    "loop_coefficient",
    "mssm",
    "mssm_point",
    "operator_dipoles",
    "operator_estimate",
    "operator_scale",
    "residual_symmetry",
    "s1_leptoquark",
    "s1_leptoquark_log",
]
