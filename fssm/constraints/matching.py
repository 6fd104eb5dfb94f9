"""Couplings at m_SUSY: the Standard Model run from m_Z, then tan(beta) and the thresholds.

One loop throughout: MSbar and DRbar values are not told apart, quark mixing is left out, and
all superpartners sit at m_SUSY.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.arguments import together
from fssm.base import InvalidInput, quiet_nan
from fssm.constants import measured
from fssm.constraints.betas import Couplings, standard_betas
from fssm.constraints.flow_of_couplings import evolved
from fssm.model.electroweak import over_v_u_sq
from fssm.simplified.inputs import given

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike

_MODEL = "running"
# Fermions by kind, lightest first.
KINDS = {
    "up": ("up", "charm", "top"),
    "down": ("down", "strange", "bottom"),
    "lepton": ("electron", "muon", "tau"),
}


class _Thresholds(NamedTuple):
    """epsilon of the b, the tau, the light leptons and the light down quarks."""

    b: RealArray
    tau: RealArray
    light_lepton: RealArray
    light_down: RealArray


def standard_model(scale: RealLike) -> Couplings:
    """Standard Model couplings at ``scale`` (...), GeV, from their values at m_Z.

    arXiv:1306.6879, table 1; one loop, top and Higgs included from m_Z on.
    """
    target = given(_MODEL, "scale", scale, unit="GeV", kind="positive")
    g = np.array([measured(f"g{i}_mz").value for i in (1, 2, 3)])
    yukawas = [
        np.diag([measured(f"y_{name}_mz").value for name in names])[None]
        for names in KINDS.values()
    ]
    m_z = np.asarray(measured("m_z").value)
    return evolved(Couplings(m_z, g, *yukawas), target, standard_betas)


def mssm_couplings(
    *,
    tan_beta: RealLike,
    m_susy: RealLike,
    eps_b: RealLike = 0.0,
    eps_tau: RealLike = 0.0,
    eps_l: RealLike = 0.0,
    eps_s: RealLike = 0.0,
) -> Couplings:
    """MSSM couplings (..., 1, 3, 3) at m_susy, GeV: y = y_SM (v/v_d)/(1 + eps tan_beta).

    ``eps_b`` of the b, ``eps_tau`` of the tau, ``eps_l`` of the muon and the electron, ``eps_s``
    of the strange and the down quark; up quarks have none. NaN where 1 + eps tan_beta <= 0.
    """
    tangent = given(_MODEL, "tan_beta", tan_beta, kind="positive")
    mass = given(_MODEL, "m_susy", m_susy, unit="GeV", kind="positive")
    eps, start = _thresholds(eps_b, eps_tau, eps_l, eps_s), standard_model(mass)
    together(_MODEL, tan_beta=tangent, m_susy=start.scale, **eps._asdict())
    over_v_d = np.hypot(1, tangent)
    down, lepton = _down_factors(eps, over_v_d, tangent, over_v_d, tangent)
    return _couplings(start, over_v_d / tangent, over_v_d / tangent, down, lepton, doublets=1)


def fssm_couplings(
    *,
    tan_beta: RealLike,
    tan_beta_u: RealLike,
    m_susy: RealLike,
    tan_beta_d: RealLike | None = None,
    y_prime_muon: RealLike | None = None,
    eps_b: RealLike = 0.0,
    eps_tau: RealLike = 0.0,
    eps_l: RealLike = 0.0,
    eps_s: RealLike = 0.0,
) -> Couplings:
    """FSSM couplings (..., 2, 3, 3) at m_susy, GeV; the third generation from H_u, H_d.

    The lighter ones come from H_u', H_d': Y' = y_SM (v/v_d')/(1 + eps v_u/v_d') for the muon and
    the electron with ``eps_l``, the strange and the down quark with ``eps_s``. Either
    ``tan_beta_d`` is given or ``y_prime_muon``, from which it follows; NaN where no tan_beta_d
    gives that Y' with 1 + eps_l v_u/v_d' > 0.
    """
    tangent = given(_MODEL, "tan_beta", tan_beta, kind="positive")
    tangent_u = given(_MODEL, "tan_beta_u", tan_beta_u, kind="positive")
    mass = given(_MODEL, "m_susy", m_susy, unit="GeV", kind="positive")
    eps, start = _thresholds(eps_b, eps_tau, eps_l, eps_s), standard_model(mass)
    arrays = {"tan_beta": tangent, "tan_beta_u": tangent_u, "m_susy": start.scale}
    arrays |= eps._asdict()
    for name, value in (("tan_beta_d", tan_beta_d), ("y_prime_muon", y_prime_muon)):
        if value is not None:
            arrays[name] = given(_MODEL, name, value, kind="positive")
    together(_MODEL, **arrays)
    others = over_v_u_sq(1 / tangent_u, 1 / tangent, 0.0)
    # steep = v_u/v_d'.
    if ("tan_beta_d" in arrays) == ("y_prime_muon" in arrays):
        raise InvalidInput(f"[{_MODEL}] tan_beta_d", "give either tan_beta_d or y_prime_muon")
    if "tan_beta_d" in arrays:
        steep = tangent * arrays["tan_beta_d"]
    else:
        y_muon = start.lepton[..., 0, 1, 1]
        steep = muon_tangent(arrays["y_prime_muon"], y_muon, eps.light_lepton, others)
    over_v_u = np.sqrt(over_v_u_sq(1 / tangent_u, 1 / tangent, 1 / steep))
    down, lepton = _down_factors(eps, over_v_u * tangent, tangent, over_v_u * steep, steep)
    return _couplings(start, over_v_u, over_v_u * tangent_u, down, lepton, doublets=2)


def muon_tangent(
    y_prime: RealArray, y_muon: RealArray, eps_l: RealArray, others: RealArray
) -> RealArray:
    """T = v_u/v_d' that gives Y' = y sqrt(1 + K T^2)/(1 + eps_l T), K = ``others``, in closed form.

    The root that tends to Y'/(y sqrt K) for eps_l -> 0; NaN where there is none with
    1 + eps_l T > 0.
    """
    c = y_prime**2 - y_muon**2
    b = y_prime**2 * eps_l
    with quiet_nan():
        root = np.sqrt(b**2 - (b * eps_l - y_muon**2 * others) * c)
        tangent = c / (root - b)
        valid = (c > 0) & (root > b) & (1 + eps_l * tangent > 0)
        return np.where(valid, tangent, np.nan)


def _thresholds(
    eps_b: RealLike, eps_tau: RealLike, eps_l: RealLike, eps_s: RealLike
) -> _Thresholds:
    values = {"eps_b": eps_b, "eps_tau": eps_tau, "eps_l": eps_l, "eps_s": eps_s}
    return _Thresholds(*(given(_MODEL, name, value) for name, value in values.items()))


def _down_factors(
    eps: _Thresholds, v_d: RealArray, heavy: RealArray, v_d_prime: RealArray, light: RealArray
) -> tuple[list[RealArray], list[RealArray]]:
    """Y/y_SM of down quarks and leptons, lightest first; v over the two vevs, and v_u over them."""

    def factor(over_vev: RealArray, epsilon: RealArray, tangent: RealArray) -> RealArray:
        resummed = 1 + epsilon * tangent
        with quiet_nan():
            return np.where(resummed > 0, over_vev / resummed, np.nan)

    light_down = factor(v_d_prime, eps.light_down, light)
    light_lepton = factor(v_d_prime, eps.light_lepton, light)
    return (
        [light_down, light_down, factor(v_d, eps.b, heavy)],
        [light_lepton, light_lepton, factor(v_d, eps.tau, heavy)],
    )


def _couplings(
    start: Couplings,
    over_v_u: RealArray,
    over_v_u_prime: RealArray,
    down: list[RealArray],
    lepton: list[RealArray],
    *,
    doublets: int,
) -> Couplings:
    """Multiply the masses by their factors and hand the light ones to the second doublet."""
    factors = [over_v_u_prime, over_v_u_prime, over_v_u], down, lepton
    shape = np.broadcast_shapes(start.scale.shape, *(f.shape for kind in factors for f in kind))
    third = np.array([False, False, True])
    yukawas = []
    for y, kind in zip(start[2:], factors, strict=True):
        factor = np.stack([np.broadcast_to(f, shape) for f in kind], axis=-1)
        entries = np.diagonal(y[..., 0, :, :], axis1=-2, axis2=-1) * factor
        by_doublet = [entries] if doublets == 1 else [
            np.where(third, entries, 0.0), np.where(third, 0.0, entries)
        ]  # fmt: skip
        yukawas.append(np.stack(by_doublet, axis=-2)[..., None] * np.eye(3))
    return Couplings(
        np.broadcast_to(start.scale, shape), np.broadcast_to(start.g, (*shape, 3)), *yukawas
    )
