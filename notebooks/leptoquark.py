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
# # The scalar leptoquark $S_1$
#
# With couplings to left- and right-handed muons the chirality flips on the quark line: $a_\mu$ is
# enhanced by $m_q/m_\mu$.

# %%
import numpy as np

from fssm import inverse, simplified
from fssm.plotting import FIGURES

# %matplotlib inline

# %%
FIGURES["leptoquark"].function()

# %% [markdown]
# Any complex 3x3 couplings will do, and everything that follows from the dipoles comes with them:

# %%
left = simplified.coupling_matrix(top_muon=0.1, top_tau=0.05)
right = simplified.coupling_matrix(top_muon=0.1 * np.exp(0.1j), charm_muon=0.02)
s1 = simplified.s1_leptoquark(left, right, 2000.0)
print(f"a_mu = {s1.a_muon:.3e}, by quark:", {q: f"{a[1]:.2e}" for q, a in s1.a_terms.items()})
print(f"muon EDM = {s1.edm[1]:.2e} e cm")
print({name: f"{ratio:.2e}" for name, ratio in s1.branching_ratios.items()})

# %%
for m in (500.0, 1000.0, 2000.0, 10000.0):
    lam = simplified.coupling_matrix(top_muon=0.1)
    ratio = simplified.s1_leptoquark_log(0.1, 0.1, m) / simplified.s1_leptoquark(lam, lam, m).a_muon
    print(f"{m:7.0f} GeV   logarithm/exact = {ratio:.4f}")
for mass in (1000.0, 2000.0):
    print(f"{mass:.0f} GeV:", inverse.leptoquark_coupling(mass, "amu-2021").answer())
