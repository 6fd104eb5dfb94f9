# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The Z' of gauged $L_\mu - L_\tau$
#
# Exact one-loop $a_\mu$ for any mass, and neutrino tridents at CCFR
# ([arXiv:1406.2332](https://arxiv.org/abs/1406.2332),
# [1902.06765](https://arxiv.org/abs/1902.06765)).

# %%
import numpy as np

from fssm import inverse, simplified
from fssm.constraints import tridents
from fssm.plotting import FIGURES

# %matplotlib inline

# %%
FIGURES["z-prime"].function()

# %% [markdown]
# The formula of the slides for tridents holds for masses above a few GeV. There everything that
# explains the number of 2021 is excluded, also if the coupling may be twice as large. Below, the
# formula overestimates the effect: what it allows is allowed, what it forbids is undecided.

# %%
masses, couplings = np.geomspace(1e-3, 1e2, 6), np.geomspace(1e-5, 1, 400)
for name in ("amu-2021", "amu-2025"):
    plane = tridents.survival(masses, couplings, data_set=name)
    print(f"{name}: grid points within two sigma of a_mu, for m_Z' = {masses.round(3)} GeV")
    for word in ("survives", "undecided", "excluded"):
        print(f"  {word:10}", (plane.explains_2 & getattr(plane, word)).sum(axis=0))

# %%
mass = 10.0
coupling = inverse.z_prime_coupling(mass, "amu-2021").central
for beam in (tridents.CCFR, tridents.DUNE):
    ratio = tridents.trident_ratio(coupling, mass, beam)
    print(f"{beam.name}: sigma/sigma_SM = {ratio:.2f} where the Z' of {mass:.0f} GeV gives a_mu")
print(f"CCFR, 95% CL: m_Z'/g' > {mass / tridents.trident_limit(mass):.0f} GeV")

# %% [markdown]
# The heavy limit is reached as $m_\mu^2/m_{Z'}^2$ times a logarithm:

# %%
for m in (0.1, 1.0, 10.0, 100.0):
    exact = simplified.l_mu_l_tau(1e-3, m).a_muon
    print(f"{m:6.1f} GeV   limit/exact = {simplified.l_mu_l_tau_heavy(1e-3, m) / exact:.6f}")
