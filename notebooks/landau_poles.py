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
# # Landau poles
#
# One-loop supersymmetric running of gauge and Yukawa couplings from $m_\mathrm{SUSY}$ on,
# Standard Model running below, with thresholds $\epsilon_b$, $\epsilon_\tau$, $\epsilon_\ell$.

# %%
import numpy as np

from fssm.constraints import running
from fssm.plotting import FIGURES

# %matplotlib inline

# %%
FIGURES["landau"].function()

# %% [markdown]
# ## How large may $\tan\beta$ be in the MSSM?
#
# The slides say 70. The bottom and the tau Yukawa coupling reach their poles together there, and
# $\epsilon_b$ moves the former.

# %%
eps_b = np.array([-0.01, -0.005, 0.0, 0.005, 0.01])
for m_susy in (1000.0, 2500.0):
    limits = running.tan_beta_limit(m_susy=m_susy, pole_above=1e16, eps_b=eps_b)
    for eps, limit in zip(eps_b, limits, strict=True):
        print(f"m_SUSY = {m_susy:.0f} GeV, eps_b = {eps:+.3f}: tan(beta) < {limit:.1f}")

# %% [markdown]
# ## How large may $Y'_{\mu\mu}$ be?
#
# $Y' = 0.7$ is perturbative up to the GUT scale and beyond; the largest one without a pole below
# is 0.96.

# %%
slides = {"tan_beta": 50.0, "tan_beta_u": 50.0, "m_susy": 2500.0, "eps_l": -1.8e-3}
for y in (0.5, 0.7, 0.9, 1.0, 1.2):
    pole = running.landau_pole(running.fssm_couplings(y_prime_muon=y, **slides))
    where = (
        f"{pole.coupling} has a pole at {pole.scale:.1e} GeV"
        if pole.coupling
        else "no pole below 1e20 GeV"
    )
    upto = min(pole.perturbative_up_to, running.SCALE_MAX)
    print(f"Y' = {y}: {where}, perturbative up to {upto:.1e} GeV")
print(f"largest without a pole below 2e16 GeV: {running.largest_y_prime(**slides):.3f}")
