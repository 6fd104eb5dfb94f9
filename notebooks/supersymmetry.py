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
# # Supersymmetry: the MSSM and four Higgs doublets
#
# One-loop $a_\mu$ through the mixing matrices against the formulas of the slides (W.
# Altmannshofer, "New Physics Models for $(g-2)_\mu$", 2022;
# [arXiv:2104.08293](https://arxiv.org/abs/2104.08293)). Masses in GeV.

# %%
import numpy as np

import fssm
from fssm import inverse, simplified
from fssm.plotting import FIGURES

# %matplotlib inline

# %% [markdown]
# ## The MSSM
#
# With $\tan\beta = 50$ superpartners have to be lighter than 1 TeV to give the $251(59) \times
# 10^{-11}$ of 2021. The slides take all masses equal: their formula, drawn dashed, knows no
# difference between sleptons and charginos, and off the diagonal it has the wrong slope.

# %%
FIGURES["mssm-band"].function()

# %%
mssm = simplified.mssm(tan_beta=50, mu=500, m1=500, m2=500, m_l=500, m_e=500)
print(f"exact one loop           {mssm.a_muon:.3e}")
print(f"slides, epsilon_l = 0    {mssm.unresummed.total:.3e}")
print(f"slides, resummed         {mssm.resummed.total:.3e}   epsilon_l = {mssm.epsilon_l:.2e}")
print("neutralinos [GeV]       ", np.abs(mssm.m_neutralino).round(1))

# %% [markdown]
# ## Four doublets
#
# $Y'_{\mu\mu}$ replaces $\tan\beta$: with 0.7 and O(1) Higgsino mixing the band moves to several
# TeV.

# %%
FIGURES["fssm-band"].function()

# %% [markdown]
# $a_\mu$ is linear in $Y'$, as the slides' formulas are, and not quadratic, as their headline
# says.

# %%
FIGURES["fssm-yukawa"].function()

# %%
for name in ("amu-2021", "amu-2025"):
    print(inverse.fssm_m_susy(0.7, name).answer())
    print(inverse.fssm_y_prime(2500.0, name).answer())

# %% [markdown]
# "O(1) mixing" means angles of $\pi/4$. With the $\pi/2$ of the plot's caption $\mu_4 = 0$, and
# nothing helps:

# %%
print(inverse.fssm_y_prime(2500.0, "amu-2021", theta_u=np.pi / 2, theta_d=np.pi / 2).answer())

# %% [markdown]
# ## Where the approximations are off
#
# For equal masses both are good above 500 GeV. For unequal masses the slides' formula is off by
# factors, mass insertion (which has all masses apart) is not. `fssm.compare` says at each point
# what is neglected, and how large it is.

# %%
FIGURES["ratio"].function()

# %%
point = inverse.universal_point(2500.0, 0.7, m_l=1000.0)
comparison = fssm.compare(point)
print(f"slides/exact         {comparison.slides.ratio:.3f}")
print(f"mass insertion/exact {comparison.mass_insertion.ratio:.3f}")
for name, size in comparison.expansion._asdict().items():
    print(f"  {name:28} {size:.2g}")
