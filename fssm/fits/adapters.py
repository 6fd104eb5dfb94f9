"""A fit in the form that iminuit, emcee and nautilus want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import FSSMError, InvalidInput, optional

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike
    from fssm.fits.fit import Fit

# What a minimiser sees where there is no likelihood: far worse than any point that has one.
_FORBIDDEN = 1e12
_TRIES = 50


def minuit(fit: Fit, start: RealLike | None = None) -> Any:
    """An iminuit.Minuit of -2 ln L with the fit's names, ranges and first steps; not yet run.

    ``start`` (n,): where to begin; by default the middle of the ranges. errordef is 1, so that
    errors are one standard deviation. Call ``.migrad()``, ``.minos()`` and so on.

    Raises
    ------
    InvalidInput
        if iminuit is not installed, or ``start`` lies outside the ranges.
    """
    module = optional("iminuit", "fit")
    first = fit.prior_transform(np.full(len(fit.names), 0.5)) if start is None else start
    first = np.asarray(first, float)
    if not np.isfinite(fit.log_prior(first)):
        raise InvalidInput("start", "outside the ranges of the fit", value=first.tolist())

    def cost(theta: RealArray) -> float:
        value = float(fit.log_likelihood(theta))
        return -2 * value if np.isfinite(value) else _FORBIDDEN

    machine = module.Minuit(cost, first, name=fit.names)
    machine.errordef = module.Minuit.LEAST_SQUARES
    machine.limits = [tuple(ends) for ends in fit.bounds]
    machine.errors = 0.05 * (fit.bounds[:, 1] - fit.bounds[:, 0])
    return machine


def emcee_sampler(
    fit: Fit, *, walkers: int, seed: int = 0, **options: Any
) -> tuple[Any, RealArray]:
    """An emcee.EnsembleSampler of the posterior, and where its walkers (walkers, n) start.

    The walkers start at points of the prior that have a likelihood. All of them are evaluated at
    once. ``options`` go to the sampler.

    Raises
    ------
    InvalidInput
        if emcee is not installed.
    FSSMError
        if the prior has too few points with a likelihood to start from.
    """
    module = optional("emcee", "fit")
    sampler = module.EnsembleSampler(
        walkers, len(fit.names), fit.log_posterior, vectorize=True, **options
    )
    rng = np.random.default_rng(seed)
    # emcee draws from numpy's old generator, which it can be given the state of.
    sampler.random_state = np.random.RandomState(seed).get_state()
    found = np.empty((0, len(fit.names)))
    for _ in range(_TRIES):
        tried = fit.prior_transform(rng.uniform(size=(walkers, len(fit.names))))
        found = np.concatenate([found, tried[np.isfinite(fit.log_posterior(tried))]])
        if len(found) >= walkers:
            return sampler, found[:walkers]
    raise FSSMError(f"{len(found)} of {_TRIES * walkers} points of the prior have a likelihood")


def nautilus_sampler(fit: Fit, *, live: int = 1000, seed: int = 0, **options: Any) -> Any:
    """A nautilus.Sampler of the posterior and the evidence; call ``.run()``.

    ``live``: number of live points. ``options`` go to the sampler.

    Raises
    ------
    InvalidInput
        if nautilus is not installed.
    """
    module = optional("nautilus", "fit", "nautilus-sampler")
    return module.Sampler(
        fit.prior_transform,
        fit.log_likelihood,
        n_dim=len(fit.names),
        n_live=live,
        vectorized=True,
        pass_dict=False,
        seed=seed,
        **options,
    )
