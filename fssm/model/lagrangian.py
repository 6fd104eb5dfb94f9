"""The tree-level parameters of a point in one form, whatever way they were given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan, spread
from fssm.model.electroweak import electroweak, input_value, vevs
from fssm.model.higgsino import MuParameters, rotated_mu

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.point import Point


@dataclass(frozen=True, kw_only=True, eq=False)
class Lagrangian:
    """Leading axes are points and broadcast; n generations (1: the muon alone; or 3).

    Shapes and units: ``g``, ``g_prime`` (...); ``v_u``, ``v_d`` (..., 2) over (H, H'), GeV;
    ``m_higgsino`` (..., 2, 2) rows (H_d, H_d'), columns (H_u, H_u'), GeV; ``m1``, ``m2``
    (...), GeV; ``yukawa`` (..., 2, n, n) = (Y, Y')[L_i, E_j]; ``trilinear`` (..., 2, n, n)
    = (T, T'), GeV; ``m_l_sq``, ``m_e_sq`` (..., n, n), GeV^2; ``m_lepton`` (..., n) physical
    lepton masses, GeV.
    """

    g: RealArray
    g_prime: RealArray
    v_u: AnyArray
    v_d: AnyArray
    m_higgsino: AnyArray
    m1: AnyArray
    m2: AnyArray
    yukawa: AnyArray
    trilinear: AnyArray
    m_l_sq: AnyArray
    m_e_sq: AnyArray
    m_lepton: RealArray

    @property
    def generations(self) -> int:
        """Length of the generation axis."""
        return int(self.m_l_sq.shape[-1])

    @property
    def muon(self) -> int:
        """Index of the muon on the generation axis."""
        return 0 if self.generations == 1 else 1


# Axes of each field behind those of the points.
_PHYSICS_AXES = {
    "v_u": 1,
    "v_d": 1,
    "m_higgsino": 2,
    "yukawa": 3,
    "trilinear": 3,
    "m_l_sq": 2,
    "m_e_sq": 2,
    "m_lepton": 1,
}


def spread_lagrangian(lag: Lagrangian, shape: tuple[int, ...]) -> Lagrangian:
    """With every field broadcast to the shape of the points."""
    own = {f.name: _PHYSICS_AXES.get(f.name, 0) for f in fields(Lagrangian)}
    return Lagrangian(**{name: spread(getattr(lag, name), shape, n) for name, n in own.items()})


class _Names(NamedTuple):
    """Point fields of the couplings to (H_d, H_d') and of the lepton masses."""

    yukawa: tuple[str, str]
    trilinear: tuple[str, str]
    mass: tuple[str, ...]


_MUON = _Names(("y_muon", "y_prime_muon"), ("t_muon", "t_prime_muon"), ("m_muon",))
_LEPTONS = _Names(
    ("y_lepton", "y_prime_lepton"),
    ("t_lepton", "t_prime_lepton"),
    ("m_electron", "m_muon", "m_tau"),
)


def lagrangian(
    point: Point, *, yukawa: AnyArray | None = None, tan_beta_d: AnyArray | None = None
) -> Lagrangian:
    """Resolve a point; ``yukawa`` (..., 2, n, n), ``tan_beta_d`` fill what lepton masses fix."""
    gauge = electroweak(point)
    v_u, v_d = vevs(point, gauge.v, tan_beta_d)
    names = _MUON if point.generations == 1 else _LEPTONS
    return Lagrangian(
        g=gauge.g,
        g_prime=gauge.g_prime,
        v_u=v_u,
        v_d=v_d,
        m_higgsino=_higgsino_matrix(point),
        m1=np.asarray(point.m1),
        m2=np.asarray(point.m2),
        yukawa=_doublets(point, *names.yukawa) if yukawa is None else yukawa,
        trilinear=_doublets(point, *names.trilinear),
        m_l_sq=_soft_mass_sq(point, point.m_l, point.m_l_sq, point.m_l_sq_matrix),
        m_e_sq=_soft_mass_sq(point, point.m_e, point.m_e_sq, point.m_e_sq_matrix),
        m_lepton=_stacked([input_value(point, name) for name in names.mass], -1),
    )


def tangent_product(lag: Lagrangian) -> AnyArray:
    """tan(beta) tan(beta_d) = v_u/v_d' (...), finite also where v_d = 0; infinite for v_d' = 0."""
    with quiet_nan():
        return np.asarray(lag.v_u[..., 0] / lag.v_d[..., 1])


def _higgsino_matrix(point: Point) -> AnyArray:
    if point.mu1 is None:
        angles = (point.mu, point.mu_tilde, point.theta_u, point.theta_d)
        mu = rotated_mu(*map(np.asarray, angles))
    else:
        mu = MuParameters(*map(np.asarray, (point.mu1, point.mu2, point.mu3, point.mu4)))
    mu1, mu2, mu3, mu4 = np.broadcast_arrays(*mu)
    return np.stack([np.stack([mu1, mu3], axis=-1), np.stack([mu4, mu2], axis=-1)], axis=-2)


def _doublets(point: Point, *names: str) -> AnyArray:
    """Couplings to (H_d, H_d') as (..., 2, n, n), zero where left out."""
    n = point.generations
    values = [np.asarray(0.0 if (x := getattr(point, name)) is None else x) for name in names]
    if n == 1:
        return _stacked(values, -1)[..., None, None]
    return _stacked([np.broadcast_to(x, (*x.shape[:-2], n, n)) for x in values], -3)


def _soft_mass_sq(point: Point, mass: object, mass_sq: object, matrix: object) -> AnyArray:
    if matrix is not None:
        return np.asarray(matrix)
    squared = np.asarray(mass_sq) if mass is None else np.asarray(mass) ** 2
    return np.asarray(squared[..., None, None] * np.eye(point.generations))


def _stacked(arrays: list[AnyArray], axis: int) -> AnyArray:
    return np.stack(np.broadcast_arrays(*arrays), axis=axis)
