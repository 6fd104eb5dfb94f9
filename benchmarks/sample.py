"""Random points for the benchmarks, as a scan would draw them: logarithmic, reproducible."""

from __future__ import annotations

from typing import Any

import numpy as np

Fields = dict[str, Any]


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


# How the muon Yukawa coupling comes about.
MODES: dict[str, Fields] = {
    "Y' given": {"y_prime_muon": 0.2},
    "epsilon_l given": {"threshold": "given", "epsilon_l": -1e-3},
    "leading": {"threshold": "leading"},
    "exact": {"threshold": "exact"},
}
