"""One-loop beta functions of gauge and Yukawa couplings, supersymmetric and Standard Model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import conjugate, per_point
from fssm.numerics.loops import LOOP_FACTOR

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray

# 16 pi^2 dg_i/dt = b_i g_i^3, by the number of doublets of one hypercharge.
B_SUPERSYMMETRIC = {1: (33 / 5, 1.0, -3.0), 2: (36 / 5, 2.0, -3.0)}
B_STANDARD = (41 / 10, -19 / 6, -7.0)
# 2 C_a, twice the quadratic Casimirs of each superfield, over (g1, g2, g3).
_CASIMIRS = {
    "Q": (1 / 30, 3 / 2, 8 / 3),
    "U": (8 / 15, 0.0, 8 / 3),
    "D": (2 / 15, 0.0, 8 / 3),
    "L": (3 / 10, 3 / 2, 0.0),
    "E": (6 / 5, 0.0, 0.0),
    "H": (3 / 10, 3 / 2, 0.0),
}
# The anomalous dimensions are proportional to 1 there, so that those of the three legs add up.
_SUPERSYMMETRIC_GAUGE = {
    coupling: tuple(sum(_CASIMIRS[field][i] for field in fields) for i in range(3))
    for coupling, fields in (("up", "QUH"), ("down", "QDH"), ("lepton", "LEH"))
}
_STANDARD_GAUGE = {
    "up": (17 / 20, 9 / 4, 8.0),
    "down": (1 / 4, 9 / 4, 8.0),
    "lepton": (9 / 4, 9 / 4, 0.0),
}


class Couplings(NamedTuple):
    """Running couplings at one scale.

    ``scale`` (...) in GeV; ``g`` (..., 3) = (g1, g2, g3), g1 in GUT normalisation, g1 =
    sqrt(5/3) g'; ``up``, ``down``, ``lepton`` (..., a, 3, 3), Yukawa matrices (doublet field,
    singlet) by Higgs doublet: a = 1 in the MSSM, (H, H') in the FSSM.
    """

    scale: RealArray
    g: RealArray
    up: AnyArray
    down: AnyArray
    lepton: AnyArray


def supersymmetric_betas(c: Couplings) -> Couplings:
    """d/d ln(scale) of all couplings, ``scale`` 0; one or two doublets of each hypercharge.

    S.P. Martin and M.T. Vaughn, hep-ph/9311340 at one loop, with several Higgs doublets.
    """
    b = np.asarray(B_SUPERSYMMETRIC[c.up.shape[-3]])
    up, down, lepton = c.up, c.down, c.lepton
    q = _summed(up, _dagger(up)) + _summed(down, _dagger(down))
    u, d = 2 * _summed(_dagger(up), up), 2 * _summed(_dagger(down), down)
    left, e = _summed(lepton, _dagger(lepton)), 2 * _summed(_dagger(lepton), lepton)
    h_up, h_down = 3 * _traces(up), 3 * _traces(down) + _traces(lepton)
    gauge = {name: _weighted(c.g, sizes) for name, sizes in _SUPERSYMMETRIC_GAUGE.items()}
    return Couplings(
        np.zeros_like(c.scale),
        LOOP_FACTOR * b * c.g**3,
        LOOP_FACTOR * _yukawa(up, q, u, h_up, gauge["up"]),
        LOOP_FACTOR * _yukawa(down, q, d, h_down, gauge["down"]),
        LOOP_FACTOR * _yukawa(lepton, left, e, h_down, gauge["lepton"]),
    )


def standard_betas(c: Couplings) -> Couplings:
    """The same for the Standard Model, a = 1; H. Arason et al., Phys. Rev. D 46 (1992) 3945."""
    up, down, lepton = c.up, c.down, c.lepton
    up_sq, down_sq, lepton_sq = (y @ _dagger(y) for y in (up, down, lepton))
    trace = np.trace(3 * up_sq + 3 * down_sq + lepton_sq, axis1=-2, axis2=-1).real[..., None, None]

    def beta(y: AnyArray, vertex: AnyArray, name: str) -> AnyArray:
        gauge = per_point(_weighted(c.g, _STANDARD_GAUGE[name]), 3)
        return np.asarray(LOOP_FACTOR * (1.5 * vertex @ y + (trace - gauge) * y))

    return Couplings(
        np.zeros_like(c.scale),
        LOOP_FACTOR * np.asarray(B_STANDARD) * c.g**3,
        beta(up, up_sq - down_sq, "up"),
        beta(down, down_sq - up_sq, "down"),
        beta(lepton, lepton_sq, "lepton"),
    )


def _yukawa(
    y: AnyArray, left: AnyArray, right: AnyArray, higgs: AnyArray, gauge: RealArray
) -> AnyArray:
    """gamma_L Y^a + Y^a gamma_R + gamma_H^{ab} Y^b, the gauge part of all three apart."""
    mixed = np.einsum("...ab,...bij->...aij", higgs, y)
    return np.asarray(
        left[..., None, :, :] @ y + y @ right[..., None, :, :] + mixed - per_point(gauge, 3) * y
    )


def _dagger(y: AnyArray) -> AnyArray:
    return conjugate(np.swapaxes(y, -1, -2))


def _summed(first: AnyArray, second: AnyArray) -> AnyArray:
    """Sum over the doublets of products of matrices."""
    product = first @ second
    return np.asarray(sum((product[..., a, :, :] for a in range(1, product.shape[-3])),
                          product[..., 0, :, :]))  # fmt: skip


def _traces(y: AnyArray) -> AnyArray:
    """Tr(Y^a Y^b^dag), (..., a, b)."""
    return np.asarray(np.einsum("...aij,...bij->...ab", y, conjugate(y)))


def _weighted(g: RealArray, weights: tuple[float, ...]) -> RealArray:
    return np.asarray(weights[0] * g[..., 0] ** 2 + weights[1] * g[..., 1] ** 2
                      + weights[2] * g[..., 2] ** 2)  # fmt: skip
