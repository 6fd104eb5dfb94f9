"""Gauge couplings and vevs from the electroweak input scheme and the ratios of vevs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import InvalidInput, abs_sq
from fssm.constants import measured
from fssm.model.schema import FIELDS, SCHEMES, VEVS, Field, reject

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray, RealLike
    from fssm.model.point import Point

# Vevs written with five digits are fine; 174 GeV normalisation or another scheme's v are not.
VEV_SUM_TOLERANCE = 1e-3


class Electroweak(NamedTuple):
    """SU(2) and U(1)_Y couplings and v = sqrt(sum |v_i|^2) in GeV (246 GeV normalisation)."""

    g: RealArray
    g_prime: RealArray
    v: RealArray


class Vevs(NamedTuple):
    """Vevs in GeV, last axis (H, H'): ``v_u`` = (v_u, v_u'), ``v_d`` = (v_d, v_d')."""

    v_u: AnyArray
    v_d: AnyArray


def input_value(point: Point, name: str) -> RealArray:
    """A field of the point, or the measured value where it was left out."""
    given = getattr(point, name)
    return np.asarray(measured(name).value if given is None else given)


def higgs_vev(g_f: RealLike | None = None) -> RealArray:
    """v = (sqrt2 G_F)^(-1/2), GeV, 246.22 for the measured G_F, which is the default."""
    return np.asarray(1 / np.sqrt(np.sqrt(2) * (measured("g_f").value if g_f is None else g_f)))


def electroweak(point: Point) -> Electroweak:
    """Tree-level relations m_W = g v/2, m_Z^2 = (g^2 + g'^2) v^2/4 in the point's scheme.

    ``"gf"``: v = (sqrt2 G_F)^(-1/2) = 246.22 GeV. ``"alpha_mz"``: g = e/s_W, g' = e/c_W with
    c_W = m_W/m_Z, hence v = 2 m_W/g = 243.3 GeV (243.1 GeV with the m_W = 80.385 GeV of
    GM2Calc). ``"couplings"``: as given.
    """
    if point.scheme == "couplings":
        v = np.sqrt(vev_sum_sq(point)) if point.v is None else point.v
        return Electroweak(np.asarray(point.g), np.asarray(point.g_prime), np.asarray(v))
    m_w, m_z = input_value(point, "m_w"), input_value(point, "m_z")
    if point.scheme == "alpha_mz":
        e = np.sqrt(4 * np.pi * input_value(point, "alpha_mz"))
        g = e / np.sqrt((1 - m_w / m_z) * (1 + m_w / m_z))
        return Electroweak(g, e * m_z / m_w, 2 * m_w / g)
    v = higgs_vev(input_value(point, "g_f"))
    return Electroweak(2 * m_w / v, 2 * np.sqrt((m_z - m_w) * (m_z + m_w)) / v, v)


def vev_sum_sq(point: Point) -> RealArray:
    """Sum of the squared moduli of the four given vevs, GeV^2."""
    return np.asarray(sum(abs_sq(np.asarray(getattr(point, name))) for name in VEVS))


def over_v_u_sq(inverse_u: RealArray, inverse: RealArray, inverse_d: RealLike) -> RealArray:
    """v^2/v_u^2 from v_u'/v_u, v_d/v_u and v_d'/v_u."""
    return np.asarray(1 + inverse_u**2 + inverse**2 + np.asarray(inverse_d) ** 2)


def vevs(point: Point, v: RealArray, tan_beta_d: AnyArray | None = None) -> Vevs:
    """The four vevs; ``tan_beta_d`` replaces the point's own where that is solved for."""
    if point.v_u is not None:
        four = np.broadcast_arrays(*(getattr(point, name) for name in VEVS))
        return Vevs(np.stack(four[:2], axis=-1), np.stack(four[2:], axis=-1))
    inverse_u, inverse = 1 / np.asarray(point.tan_beta_u), 1 / np.asarray(point.tan_beta)
    inverse_d = inverse / np.asarray(point.tan_beta_d if tan_beta_d is None else tan_beta_d)
    v_u = v / np.sqrt(over_v_u_sq(inverse_u, inverse, inverse_d))
    one, inverse_u, inverse, inverse_d = np.broadcast_arrays(
        np.ones_like(v_u), inverse_u, inverse, inverse_d
    )
    return Vevs(
        v_u[..., None] * np.stack([one, inverse_u], axis=-1),
        v_u[..., None] * np.stack([inverse, inverse_d], axis=-1),
    )


def check_electroweak(point: Point) -> None:
    """Raise InvalidInput for inputs of another scheme, m_W >= m_Z, or vevs that miss v."""
    _check_scheme(point)
    if point.scheme != "couplings":
        m_w, m_z = input_value(point, "m_w"), input_value(point, "m_z")
        below = f"must be below m_z, by default {measured('m_z').value} GeV"
        reject(FIELDS["m_w"], m_w, m_w >= m_z, below)
    if point.v_u is not None:
        total, v = np.sqrt(vev_sum_sq(point)), electroweak(point).v
        off = np.abs(total - v) > VEV_SUM_TOLERANCE * v
        wanted = np.broadcast_to(v, np.shape(off))[off]
        hint = "leave v out" if point.scheme == "couplings" else 'scheme = "couplings" takes any'
        problem = f"must be v = {wanted.flat[0] if wanted.size else 0:.6g} GeV of scheme "
        problem += f'"{point.scheme}" (246 GeV normalisation); {hint}'
        length = Field(f"sqrt({' + '.join(f'{n}^2' for n in VEVS)})", "vevs", "GeV", "positive")
        reject(length, total, off, problem)


def _check_scheme(point: Point) -> None:
    own = SCHEMES[point.scheme]
    for name in dict.fromkeys(name for names in SCHEMES.values() for name in names):
        if getattr(point, name) is None:
            # Four vevs fix v themselves, so "couplings" may leave it out.
            implied = name == "v" and point.v_u is not None
            if point.scheme == "couplings" and name in own and not implied:
                raise InvalidInput(FIELDS[name].path, 'missing; scheme "couplings" needs it')
        elif name not in own:
            owners = " or ".join(f'"{key}"' for key, names in SCHEMES.items() if name in names)
            given = np.asarray(getattr(point, name))
            raise InvalidInput(
                FIELDS[name].path,
                f'not an input of scheme "{point.scheme}"; it belongs to scheme {owners}',
                value=given.flat[0].item() if given.size else given,
                unit=FIELDS[name].unit,
            )
