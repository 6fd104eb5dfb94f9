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
# # What $a_\mu$ says about $(m_\text{SUSY}, Y', \theta)$
#
# One common superpartner mass, the muon's coupling $Y'$ to the fourth doublet and one Higgsino
# mixing angle, as in `examples/fit.toml`. The same posterior with the discrepancy of 2021, which
# the slides explain, and with that of 2025, which is compatible with nothing to explain.

# %%
import tomllib
from pathlib import Path

import corner
import matplotlib.pyplot as plt
import numpy as np
from scipy.stats.qmc import Sobol

from fssm.constants import a_muon_set
from fssm.fits import Fit, emcee_sampler, minuit
from fssm.plotting.style import style

# %matplotlib inline

# %%
root = Path.cwd() if (Path.cwd() / "examples").exists() else Path.cwd().parent
tree = tomllib.loads((root / "examples" / "fit.toml").read_text())


def fit_to(data_set):
    """The fit of the file with this determination of a_mu."""
    return Fit.from_mapping({**tree, "likelihood": {**tree["likelihood"], "a_muon": data_set}})


fits = {name: fit_to(name) for name in ("amu-2021", "amu-2025")}

# %% [markdown]
# The likelihood is that of one number, so it has a valley, not a point: $a_\mu$ fixes one
# combination of the three. A minimiser lands somewhere in it.

# %%
for name, fit in fits.items():
    best = minuit(fit).migrad()
    at = ", ".join(f"{k} = {v:.4g}" for k, v in zip(fit.names, best.values, strict=True))
    value = a_muon_set(name).value
    print(f"{name}: a_mu = {value * 1e11:.0f}e-11 is reached at {at}, -2 ln L = {best.fval:.1e}")

# %% [markdown]
# With three parameters and a microscopic cost a point, the prior itself is a good proposal:
# Sobol' points of the prior, weighted by their likelihood.

# %%
cube = Sobol(3, rng=np.random.default_rng(1)).random_base2(15)
theta = fits["amu-2021"].prior_transform(cube)
weights = {name: np.exp(fit.log_likelihood(theta)) for name, fit in fits.items()}
for name, weight in weights.items():
    print(f"{name}: {weight.sum() ** 2 / (weight**2).sum():.0f} effective points of {len(theta)}")

# %%
labels = [r"$\log_{10} m_\mathrm{SUSY}/\mathrm{GeV}$", r"$\theta$", r"$Y'_{\mu\mu}$"]
colours = {"amu-2021": "#c1272d", "amu-2025": "#0000a7"}
ranges = [(np.log10(500), 4.0), (0, np.pi / 2), (0.05, 1.0)]
shown = np.column_stack([np.log10(theta[:, 0]), theta[:, 1:]])
with style():
    figure = plt.figure(figsize=(6, 6))
    for name, weight in weights.items():
        corner.corner(
            shown, weights=weight / weight.sum(), fig=figure, labels=labels, range=ranges,
            color=colours[name], bins=30, levels=(0.9,), smooth=1.2,
            plot_datapoints=False, plot_density=False,
        )  # fmt: skip
    for i, axes in enumerate(figure.axes[::4]):
        # Both histograms have the same area; corner leaves room for the last one only.
        heights = [np.histogram(shown[:, i], 30, ranges[i], weights=w)[0] for w in weights.values()]
        top = max((height / height.sum()).max() for height in heights)
        axes.set_ylim(0, 1.1 * top)
    for i, (name, colour) in enumerate(colours.items()):
        figure.text(0.62, 0.88 - 0.04 * i, name, color=colour)

# %% [markdown]
# The contours hold 90% of the posterior.
# In 2021 the mass is bounded from above, since $a_\mu \propto Y'\,\tan\beta/m^2$ with $Y' < 1$, and
# small masses need a small $Y'$ or little mixing. In 2025 large masses are as good as any.

# %%
quantiles = {}
for name, weight in weights.items():
    order = np.argsort(theta[:, 0])
    share = np.cumsum(weight[order]) / weight.sum()
    quantiles[name] = np.interp([0.05, 0.5, 0.95], share, theta[order, 0])
    low, median, high = quantiles[name]
    print(f"{name}: m_SUSY = {median:.0f} GeV, 90% from {low:.0f} to {high:.0f} GeV")

# %% [markdown]
# A Markov chain of the same posterior agrees with it, within what its correlated samples allow:

# %%
sampler, start = emcee_sampler(fits["amu-2021"], walkers=200, seed=1)
sampler.run_mcmc(start, 280)
chain = sampler.get_chain(discard=100, flat=True)[:, 0]
low, median, high = np.quantile(chain, [0.05, 0.5, 0.95])
print(f"emcee, amu-2021: m_SUSY = {median:.0f} GeV, 90% from {low:.0f} to {high:.0f} GeV")
