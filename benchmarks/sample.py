"""Random points for the benchmarks, as a scan would draw them: logarithmic, reproducible."""

from __future__ import annotations

from typing import Any

import numpy as np

Fields = dict[str, Any]
KINDS = {"real": False, "complex": True}


def scan_fields(count: int, *, is_complex: bool = False, seed: int = 1) -> Fields:
    """Fields of a Point over 0.1 to 3 TeV and tangents to 60, without what fixes Y'."""
    rng = np.random.default_rng(seed)

    def draw(low: float, high: float) -> Any:
        return np.exp(rng.uniform(np.log(low), np.log(high), count))

    fields: Fields = {
        "tan_beta": draw(5, 60),
        "tan_beta_u": draw(5, 60),
        "tan_beta_d": draw(2, 20),
        **{name: draw(300, 3000) for name in ("mu1", "mu2", "mu3", "mu4")},
        **{name: draw(200, 3000) for name in ("m1", "m2")},
        **{name: draw(1000, 3000) for name in ("m_l", "m_e")},
    }
    if is_complex:
        for name in ("mu4", "m1"):
            fields[name] = fields[name] * np.exp(1j * rng.uniform(-np.pi, np.pi, count))
    return fields


def regimes(count: int, *, is_complex: bool, seed: int = 7) -> dict[str, Fields]:
    """Fields of points, Y' included, where different things may go wrong."""
    rng = np.random.default_rng(seed)
    masses = ("mu1", "mu2", "mu3", "mu4", "m1", "m2", "m_l", "m_e")

    def draw(low: float, high: float) -> Any:
        return np.exp(rng.uniform(np.log(low), np.log(high), count))

    def point(**changes: Any) -> Fields:
        fields = {**scan_fields(count, seed=seed), "y_prime_muon": draw(0.01, 0.5), **changes}
        for name in ("m1", "mu4") if is_complex else ():
            fields[name] = fields[name] * np.exp(1j * rng.uniform(-np.pi, np.pi, count))
        return fields

    scale = draw(500, 5000)
    nearly = {name: scale * (1 + draw(1e-9, 1e-2)) for name in masses}
    # One of two equal Higgsinos couples to H_u and H_d', as at the slides' point.
    equal = dict.fromkeys(masses, scale) | {"mu1": 0 * scale, "mu2": 0 * scale, "mu3": -scale}
    return {
        "random": point(),
        "near-degenerate": point(**nearly),
        "degenerate": point(**equal),
        "three decades": point(**{name: draw(300, 3e5) for name in masses}),
        "tan beta tan beta_d to 2000": point(tan_beta=draw(30, 60), tan_beta_d=draw(5, 33)),
        "radiative": point(tan_beta=draw(30, 60), **_radiative(count, seed)),
    }


def _radiative(count: int, seed: int) -> Fields:
    """Masses of either sign, tan_beta_d from 20 to 1e10, every twentieth infinite."""
    rng = np.random.default_rng(seed)
    masses = {
        name: np.exp(rng.uniform(np.log(300), np.log(1e4), count)) * rng.choice([-1, 1], count)
        for name in ("mu1", "mu2", "mu3", "mu4", "m1", "m2")
    }
    tan_beta_d = np.exp(rng.uniform(np.log(20), np.log(1e10), count))
    return {**masses, "tan_beta_d": np.where(np.arange(count) % 20 == 0, np.inf, tan_beta_d)}


# How the muon Yukawa coupling comes about.
MODES: dict[str, Fields] = {
    "Y' given, none": {"y_prime_muon": 0.2, "threshold": "none"},
    "Y' given, exact": {"y_prime_muon": 0.2},
    "epsilon_l given": {"threshold": "given", "epsilon_l": -1e-3},
    "leading": {"threshold": "leading"},
    "exact": {"threshold": "exact"},
}
