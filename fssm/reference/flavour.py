"""Spectrum, dipole matrix and its observables of one three-generation point, in mpmath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mpmath as mp

from fssm.constants import measured
from fssm.reference.dipole import Legs, dipoles, legs_of, spectrum_of
from fssm.reference.model import (
    Matrix,
    Number,
    input_value,
    model_of,
    number,
    tan_beta_d,
    tree_mass,
)
from fssm.reference.texture import solve_texture
from fssm.reference.threshold import shift_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fssm.model.point import Point

# Name, generations of the lighter and the heavier lepton, leptonic branching ratio.
_DECAYS = (
    ("mu_e_gamma", 0, 1, "br_mu_e_nu_nu"),
    ("tau_e_gamma", 0, 2, "br_tau_e_nu_nu"),
    ("tau_mu_gamma", 1, 2, "br_tau_mu_nu_nu"),
)


@dataclass(frozen=True, kw_only=True)
class FlavourReference:
    """Results as mpmath numbers: masses in GeV (ascending, >= 0), dipole matrices in 1/GeV.

    ``yukawa`` is [Y, Y'], ``mass_shift`` the dm of the threshold (with Yukawas given and no
    threshold asked for the exact one, for comparison). ``edm`` is -e Im C_ii in e cm.
    """

    digits: int
    neutralino: list[Number]
    chargino: list[Number]
    slepton: list[Number]
    sneutrino: list[Number]
    m_lepton: list[Number]
    yukawa: list[Matrix]
    tan_beta_d: Number
    mass_shift: Matrix
    dipole_neutralino: Matrix
    dipole_chargino: Matrix
    a: list[Number]
    edm: list[Number]
    branching_ratio: dict[str, Number]


def flavour_reference(point: Point, digits: int, near: Sequence[float] | None) -> FlavourReference:
    """Three generations, at the working precision of the caller."""
    model = model_of(point)
    if point.x_texture is not None:
        shift = solve_texture(point, model, digits, near)
        physical = tree_mass(model) + shift
    else:
        shift = shift_of(point, model, point.threshold or "exact")()
        physical = tree_mass(model) + (shift if point.threshold else mp.zeros(3))
    legs = legs_of(physical)
    neutral, charged, inos = dipoles(model, legs)
    total = neutral + charged
    hbar_c = number(measured("hbar_c").value)
    return FlavourReference(
        digits=digits,
        **spectrum_of(model, inos),
        m_lepton=list(legs.masses),
        yukawa=model.y,
        tan_beta_d=tan_beta_d(model),
        mass_shift=shift,
        dipole_neutralino=neutral,
        dipole_chargino=charged,
        a=[2 * m * mp.re(total[i, i]) for i, m in enumerate(legs.masses)],
        edm=[-mp.im(total[i, i]) * hbar_c for i in range(3)],
        branching_ratio=_branching_ratios(point, legs, total),
    )


def _branching_ratios(point: Point, legs: Legs, dipole: Matrix) -> dict[str, Number]:
    """Gamma(l_j -> l_i gamma)/Gamma(l_j -> l_i nu nu) times the measured BR of the latter."""
    alpha, g_f = number(measured("alpha").value), input_value(point, "g_f")
    ratios = {}
    for name, i, j, leptonic in _DECAYS:
        m_i, m_j = legs.masses[i], legs.masses[j]
        if m_i == m_j:
            ratios[name] = mp.mpf(0) if m_j else mp.nan
            continue
        squares = abs(dipole[i, j]) ** 2 + abs(dipole[j, i]) ** 2
        radiative = alpha * m_j**3 / 4 * squares * (1 - (m_i / m_j) ** 2) ** 3
        x = (m_i / m_j) ** 2
        shape = 1 - 8 * x + 8 * x**3 - x**4 - (12 * x**2 * mp.log(x) if x else 0)
        ordinary = g_f**2 * m_j**5 / (192 * mp.pi**3) * shape
        ratios[name] = radiative / ordinary * number(measured(leptonic).value)
    return ratios
