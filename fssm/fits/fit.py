"""Likelihood and priors as functions of the scanned quantities, for many points at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.arguments import check_axes, numbers
from fssm.arguments import path as file_name
from fssm.base import InvalidInput
from fssm.scans.config import ScanConfig
from fssm.scans.flags import FLAG, most_frequent_first, unusable_flags
from fssm.scans.rows import evaluated, flag_columns, log_likelihood, result_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fssm.base import RealArray, RealLike
    from fssm.scans.rows import Evaluated

_STRONG = "above max_yukawa"


@dataclass(frozen=True)
class Fit:
    """The fit that a scan file with a section [likelihood] describes.

    Parameters theta (..., n) are in the order and units of ``names``; priors are uniform between
    the ends of each range, in the quantity or, with scale = "log", in its logarithm.
    """

    config: ScanConfig

    @classmethod
    def from_toml(cls, path: str | Path) -> Fit:
        """Read a scan file.

        Raises
        ------
        InvalidInput
            as a scan does, for a missing [likelihood], and for ranges given by values.
        """
        return cls._checked(ScanConfig.from_toml(file_name("path", path)))

    @classmethod
    def from_mapping(cls, tree: Mapping[str, Any]) -> Fit:
        """The same from nested dictionaries."""
        return cls._checked(ScanConfig.from_mapping(tree))

    @classmethod
    def _checked(cls, config: ScanConfig) -> Fit:
        if config.likelihood is None:
            raise InvalidInput("[likelihood]", 'missing; give at least a_muon = "amu-2025"')
        for axis in config.axes:
            if axis.values is not None:
                raise InvalidInput(f"{axis.field}.values", "a fit needs a range, from and to")
        result_names(config)
        return cls(config)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return self.config.names

    @property
    def bounds(self) -> RealArray:
        """Lower and upper end of each parameter (n, 2)."""
        return np.array([(axis.low, axis.high) for axis in self.config.axes])

    def prior_transform(self, u: RealLike) -> RealArray:
        """Parameters (..., n) for u (..., n) uniform from 0 to 1."""
        cube = self._split(u, "u")
        return np.stack([a.at(c) for a, c in zip(self.config.axes, cube, strict=True)], -1)

    def log_prior(self, theta: RealLike) -> RealArray:
        """Logarithm of the prior density (...), normalised; -inf outside the ranges."""
        total: Any = 0.0
        for axis, value in zip(self.config.axes, self._split(theta, "theta"), strict=True):
            inside = (value >= axis.low) & (value <= axis.high)
            safe = np.where(inside, value, axis.low)
            width = axis.high - axis.low
            density = 1 / width
            if axis.scale == "log":
                density = 1 / (safe * np.log(axis.high / axis.low))
            total = total + np.where(inside, np.log(density), -np.inf)
        return np.asarray(total)

    def log_likelihood(self, theta: RealLike) -> RealArray:
        """ln L (...) up to a constant; -inf for points without a physical spectrum."""
        values = log_likelihood(self.config, self._evaluated(theta))
        return np.asarray(values.reshape(np.shape(theta)[:-1]))[()]

    def rejections(self, theta: RealLike) -> dict[str, int]:
        """Why points theta (..., n) have no likelihood: how many for each reason, most first.

        A reason is a flag, or "above max_yukawa"; a point may have several flags.
        """
        done = self._evaluated(theta)
        flags = flag_columns(done)
        masks = {name: flags[FLAG + name] for name in unusable_flags(flags)}
        physical = ~np.any(list(masks.values()), axis=0)
        masks[_STRONG] = physical & np.isneginf(log_likelihood(self.config, done))
        return most_frequent_first({name: mask.sum() for name, mask in masks.items()})

    def log_posterior(self, theta: RealLike) -> RealArray:
        """log_prior + log_likelihood (...), the latter only where the former is finite."""
        theta = numbers("theta", theta)
        total = np.atleast_1d(self.log_prior(theta))
        inside = np.isfinite(total)
        points = theta.reshape(*total.shape, len(self.names))[inside]
        total[inside] += self.log_likelihood(points)
        return total.reshape(theta.shape[:-1])[()]

    def _evaluated(self, theta: RealLike) -> Evaluated:
        columns = self._split(theta, "theta")
        flat = {n: c.ravel() for n, c in zip(self.names, columns, strict=True)}
        return evaluated(self.config, flat)

    def _split(self, array: RealLike, what: str) -> list[RealArray]:
        values = numbers(what, array)
        check_axes(what, values, 1)
        if values.ndim == 0 or values.shape[-1] != len(self.names):
            problem = f"must have shape (..., {len(self.names)}), for {', '.join(self.names)}"
            raise InvalidInput(what, problem, value=list(values.shape))
        return [values[..., i] for i in range(len(self.names))]
