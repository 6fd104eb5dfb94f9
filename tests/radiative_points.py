"""Random points of the muon alone whose mass comes mostly from loops, as fields of Point."""

from __future__ import annotations

from typing import Any

import numpy as np

import fssm
from fssm import reference

Fields = dict[str, Any]
MASSES = ("mu", "mu_tilde", "m1", "m2")
# All masses 2.5 TeV; tan_beta_d is left to the test.
BASE: Fields = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, theta_u=np.pi / 4, theta_d=np.pi / 4,
    m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip


def draw(rng: np.random.Generator, *, is_complex: bool, infinite: bool) -> Fields:
    """Masses over 0.3 to 10 TeV, tan_beta tan_beta_d over 50 to 1e12 or infinite."""

    def log_uniform(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    def factor() -> Any:
        return np.exp(1j * rng.uniform(-np.pi, np.pi)) if is_complex else rng.choice([-1.0, 1.0])

    tan_beta = log_uniform(5, 60)
    return dict(
        tan_beta=tan_beta,
        tan_beta_u=log_uniform(5, 60),
        tan_beta_d=np.inf if infinite else log_uniform(50, 1e12) / tan_beta,
        theta_u=rng.uniform(0.2, 1.4),
        theta_d=rng.uniform(0.2, 1.4),
        m_l=log_uniform(300, 1e4),
        m_e=log_uniform(300, 1e4),
        **{name: log_uniform(300, 1e4) * factor() for name in MASSES},
    )


def is_radiative(fields: Fields) -> bool:
    """By the leading threshold: |Delta| > 1, no pole at 1 + Delta = 0, no smuon near a tachyon."""
    try:
        rough = reference.evaluate(fssm.Point(**fields, threshold="leading"), 15)
    except fssm.FSSMError:
        return False
    return bool(
        abs(rough.delta) > 1
        and abs(1 + rough.delta) > 0.2
        and rough.slepton[0] > 0.5 * min(fields["m_l"], fields["m_e"])
        and abs(rough.y_prime_muon) < 3
    )


def radiative_points(count: int, seed: int = 0) -> list[Fields]:
    """``count`` points, every other one complex, every fourth pair with v_d' = 0."""
    rng = np.random.default_rng(seed)
    points: list[Fields] = []
    while len(points) < count:
        k = len(points)
        fields = draw(rng, is_complex=k % 2 == 1, infinite=k // 2 % 4 == 3)
        if is_radiative(fields):
            points.append(fields)
    return points


def evaluate(digits: int = 30, near: Any = None, **fields: Any) -> Any:
    """The reference at a point, with these digits."""
    return reference.evaluate(fssm.Point(**fields), digits, near=near)
