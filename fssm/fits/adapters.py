"""A fit in the form that iminuit, emcee and nautilus want."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.arguments import instance, numbers, whole
from fssm.base import FSSMError, InvalidInput, optional
from fssm.fits.fit import Fit
from fssm.scans.flags import listed, most_frequent_first

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike

# What a minimiser sees where there is no likelihood: far worse than any point that has one.
_FORBIDDEN = 1e12
# How often points of the prior are drawn in search of some with a likelihood; for a minimiser,
# how many at once.
_TRIES = 50
_BATCH = 100
# Walkers or live points.
_MOST = 10_000_000


def _checked(fit: object) -> None:
    instance("fit", fit, Fit, "a Fit")


def _seed(seed: int) -> int:
    """A seed of numpy's old generator, which emcee and nautilus draw from: 32 bits."""
    return whole("seed", seed, 0, 2**32 - 1)


def minuit(fit: Fit, start: RealLike | None = None) -> Any:
    """An iminuit.Minuit of -2 ln L with the fit's names, ranges and first steps; not yet run.

    ``start`` (n,): where to begin, a point with a likelihood: around one without, -2 ln L is a
    constant and has no slope to follow. By default the middle of the ranges or, if that has no
    likelihood, a point drawn from the prior that has one. errordef is 1, so that errors are one
    standard deviation. Call ``.migrad()``, ``.minos()`` and so on.

    Raises
    ------
    InvalidInput
        if iminuit is not installed, or ``start`` lies outside the ranges or has no likelihood; a
        point that has one is named.
    FSSMError
        if neither the start nor any point drawn from the prior has a likelihood, with the reasons.
    """
    _checked(fit)
    module = optional("iminuit", "fit")
    first = _start(fit, start)

    def cost(theta: RealArray) -> float:
        value = float(fit.log_likelihood(theta))
        return -2 * value if np.isfinite(value) else _FORBIDDEN

    machine = module.Minuit(cost, first, name=fit.names)
    machine.errordef = module.Minuit.LEAST_SQUARES
    machine.limits = [tuple(ends) for ends in fit.bounds]
    machine.errors = 0.05 * (fit.bounds[:, 1] - fit.bounds[:, 0])
    return machine


def _start(fit: Fit, given: RealLike | None) -> RealArray:
    middle = fit.prior_transform(np.full(len(fit.names), 0.5))
    first = middle if given is None else numbers("start", given)
    if first.shape != middle.shape:
        problem = f"must be {len(middle)} numbers, for {', '.join(fit.names)}"
        raise InvalidInput("start", problem, value=given)
    if not np.isfinite(fit.log_prior(first)):
        raise InvalidInput("start", "outside the ranges of the fit", value=first.tolist())
    if np.isfinite(fit.log_likelihood(first)):
        return first
    other: RealArray = _drawn(fit, np.random.default_rng(0), wanted=1, batch=_BATCH)[0]
    if given is None:
        return other
    problem = (
        f"has no likelihood ({', '.join(fit.rejections(first))}); "
        f"start from a point that has one, such as {other.tolist()}"
    )
    raise InvalidInput("start", problem, value=first.tolist())


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
        if the prior has too few points with a likelihood to start from, with the reasons.
    """
    _checked(fit)
    walkers, seed = whole("walkers", walkers, 1, _MOST), _seed(seed)
    module = optional("emcee", "fit")
    sampler = module.EnsembleSampler(
        walkers, len(fit.names), fit.log_posterior, vectorize=True, **options
    )
    rng = np.random.default_rng(seed)
    # emcee draws from numpy's old generator, which it can be given the state of.
    sampler.random_state = np.random.RandomState(seed).get_state()
    return sampler, _drawn(fit, rng, wanted=walkers, batch=walkers)


def _drawn(fit: Fit, rng: np.random.Generator, *, wanted: int, batch: int) -> RealArray:
    """Points (wanted, n) of the prior that have a likelihood, drawn ``batch`` at a time."""
    found: list[RealArray] = []
    tries: list[RealArray] = []
    for _ in range(_TRIES):
        tried = fit.prior_transform(rng.uniform(size=(batch, len(fit.names))))
        found += list(tried[np.isfinite(fit.log_posterior(tried))])
        if len(found) >= wanted:
            return np.array(found[:wanted])
        tries.append(tried)
    reasons: Counter[str] = Counter()
    for tried in tries:
        reasons.update(fit.rejections(tried))
    total = _TRIES * batch
    raise FSSMError(
        f"{len(found):,} of {total:,} points of the prior have a likelihood, {wanted:,} needed "
        f"({listed(most_frequent_first(reasons), total)}); change the ranges, or [likelihood]"
    )


def nautilus_sampler(fit: Fit, *, live: int = 1000, seed: int = 0, **options: Any) -> Any:
    """A nautilus.Sampler of the posterior and the evidence; call ``.run()``.

    ``live``: number of live points. ``options`` go to the sampler.

    Raises
    ------
    InvalidInput
        if nautilus is not installed.
    FSSMError
        if no point drawn from the prior has a likelihood, with the reasons.
    """
    _checked(fit)
    live, seed = whole("live", live, 1, _MOST), _seed(seed)
    module = optional("nautilus", "fit", "nautilus-sampler")
    sampler = module.Sampler(
        fit.prior_transform,
        fit.log_likelihood,
        n_dim=len(fit.names),
        n_live=live,
        vectorized=True,
        pass_dict=False,
        seed=seed,
        **options,
    )
    # Without a single point that has a likelihood, nautilus would draw from the prior for ever.
    _drawn(fit, np.random.default_rng(seed), wanted=1, batch=live)
    return sampler
