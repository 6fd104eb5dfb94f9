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
# # An axion-like particle
#
# Couplings $c_{\mu\mu}$ to the muon and $c_{\gamma\gamma}$ to photons over the decay constant $f$
# ([arXiv:1708.00443](https://arxiv.org/abs/1708.00443)). The muon's coupling alone makes $a_\mu$
# smaller; a positive $a_\mu$ needs $c_{\mu\mu} c_{\gamma\gamma} < 0$ and large couplings.

# %%
from fssm import inverse, simplified
from fssm.plotting import FIGURES

# %matplotlib inline

# %%
FIGURES["alp"].function()

# %%
print(inverse.alp_decay_constant("amu-2021", c_muon=1.0).answer())
print(inverse.alp_decay_constant("amu-2021", c_muon=0.4, c_photon=-10.0).answer())

# %% [markdown]
# The slide's logarithm leaves out $h_2 = 1$ beside $\ln(\Lambda^2/m_\mu^2)$, and is for a light
# ALP:

# %%
couplings = {"f": 100.0, "c_photon": -30.0, "cutoff": 1000.0}
slide = simplified.alp_log(c_lepton=0.01, **couplings)
for m_a in (1e-3, 0.1, 1.0, 10.0):
    exact = simplified.alp(c_muon=0.01, m_a=m_a, **couplings)
    parts = ", ".join(f"{name} {a[1]:.3e}" for name, a in exact.a_terms.items())
    ratio = slide / exact.a_muon
    print(f"m_a = {m_a:6.3f} GeV   a_mu = {exact.a_muon:.3e} ({parts})   slide/exact {ratio:.3f}")
