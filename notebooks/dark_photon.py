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
# # Dark photon
#
# A vector boson with coupling $\epsilon e$ to electric charge; the exact integral joins the two
# limits of the slides.

# %%
import numpy as np

from fssm import inverse, simplified
from fssm.plotting import FIGURES

# %matplotlib inline

# %%
FIGURES["dark-photon"].function()

# %% [markdown]
# The electron's moment excludes the light part of the band; direct searches, not drawn here,
# exclude all of the band of 2021 (visible and invisible decays).

# %%
band = inverse.dark_photon_epsilon(np.array([0.001, 0.01, 0.1, 1.0]), "amu-2021")
for sentence in band.answer():
    print(sentence)

# %%
for m in (1e-6, 1e-3, 0.1, 1.0, 100.0):
    d = simplified.dark_photon(1e-3, m)
    light = simplified.dark_photon_light(1e-3) / d.a_muon
    heavy = simplified.dark_photon_heavy(1e-3, m) / d.a_muon
    print(f"m_X = {m:8.0e} GeV   a_mu = {d.a_muon:.3e}   limits/exact {light:9.3g} {heavy:9.3g}")
