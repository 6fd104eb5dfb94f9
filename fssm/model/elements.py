"""Formulas of one lepton as plain arithmetic, on numbers or on arrays of any shape alike.

What matrices.py and couplings.py assemble for n generations, and what the batch path evaluates
for the muon alone, in numpy or compiled, is built from these. Signs of S.P. Martin,
hep-ph/9709356; model of arXiv:2104.08293.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, conjugate

if TYPE_CHECKING:
    from fssm.base import Element

_SQRT2 = float(np.sqrt(2))


class InoInputs(NamedTuple):
    """What charginos and neutralinos depend on; GeV. v_u... (c), mu... (c), m1, m2 (c)."""

    g: Element
    g_prime: Element
    v_u: Element
    v_u_prime: Element
    v_d: Element
    v_d_prime: Element
    mu1: Element
    mu2: Element
    mu3: Element
    mu4: Element
    m1: Element
    m2: Element


class LeptonInputs(NamedTuple):
    """What the charged sleptons of one generation depend on besides; GeV, GeV^2."""

    m_l_sq: Element
    m_e_sq: Element
    y: Element
    y_prime: Element
    t: Element
    t_prime: Element


class Source(NamedTuple):
    """F = M_H (v_u, v_u'), GeV^2: F_1 = mu1 v_u + mu3 v_u', F_2 = mu4 v_u + mu2 v_u'."""

    unprimed: Element
    primed: Element


class DTerms(NamedTuple):
    """D-terms (...), GeV^2, of the charged left and right sleptons and of the sneutrino."""

    left: Element
    right: Element
    neutral: Element


def without_up_vevs(i: InoInputs) -> InoInputs:
    """The same parameters with v_u = v_u' = 0."""
    none = 0 * i.v_u
    return InoInputs(
        i.g, i.g_prime, none, none, i.v_d, i.v_d_prime, i.mu1, i.mu2, i.mu3, i.mu4, i.m1, i.m2
    )


def chargino_rows(i: InoInputs) -> tuple[tuple[Element, ...], ...]:
    """X in L = -psi^-T X psi^+: rows (W~-, H_d-, H_d'-), columns (W~+, H_u+, H_u'+); GeV."""
    weak = i.g / _SQRT2
    return (
        (i.m2, weak * conjugate(i.v_u), weak * conjugate(i.v_u_prime)),
        (weak * conjugate(i.v_d), i.mu1, i.mu3),
        (weak * conjugate(i.v_d_prime), i.mu4, i.mu2),
    )


def neutralino_rows(i: InoInputs) -> tuple[tuple[Element, ...], ...]:
    """Symmetric M, basis (B~, W~3, H_d0, H_d'0, H_u0, H_u'0); GeV."""
    half, half_prime = i.g / 2, i.g_prime / 2
    d, d_prime = conjugate(i.v_d), conjugate(i.v_d_prime)
    u, u_prime = conjugate(i.v_u), conjugate(i.v_u_prime)
    bd, bd_prime, bu, bu_prime = (
        -half_prime * d,
        -half_prime * d_prime,
        half_prime * u,
        half_prime * u_prime,
    )
    wd, wd_prime, wu, wu_prime = half * d, half * d_prime, -half * u, -half * u_prime
    zero = 0 * i.m1
    return (
        (i.m1, zero, bd, bd_prime, bu, bu_prime),
        (zero, i.m2, wd, wd_prime, wu, wu_prime),
        (bd, wd, zero, zero, -i.mu1, -i.mu3),
        (bd_prime, wd_prime, zero, zero, -i.mu4, -i.mu2),
        (bu, wu, -i.mu1, -i.mu4, zero, zero),
        (bu_prime, wu_prime, -i.mu3, -i.mu2, zero, zero),
    )


def vev_sum(v: Element, v_prime: Element, tensor: Element, tensor_prime: Element) -> Element:
    """(v t + v' t')/sqrt2, such as m_l = (v_d Y + v_d' Y')/sqrt2."""
    return (v * tensor + v_prime * tensor_prime) / _SQRT2


def higgsino_source(i: InoInputs) -> Source:
    """F_1 = mu1 v_u + mu3 v_u', F_2 = mu4 v_u + mu2 v_u'; GeV^2."""
    return Source(
        i.mu1 * i.v_u + i.mu3 * i.v_u_prime,
        i.mu4 * i.v_u + i.mu2 * i.v_u_prime,
    )


def d_terms(i: InoInputs) -> DTerms:
    """m_Z^2 cos(2 beta) (T_3 - Q s_W^2), the same for all generations."""
    down = abs_sq(i.v_d) + abs_sq(i.v_d_prime)
    unit = (down - abs_sq(i.v_u) - abs_sq(i.v_u_prime)) / 8
    g_sq, g_prime_sq = i.g * i.g, i.g_prime * i.g_prime
    return DTerms((g_prime_sq - g_sq) * unit, -2 * g_prime_sq * unit, (g_sq + g_prime_sq) * unit)


def gauge_left(g: Element, g_prime: Element, bino: Element, wino: Element) -> Element:
    """(g N*_W + g' N*_B)/sqrt2, the gauge part of n^L."""
    return (g * wino + g_prime * bino) / _SQRT2


def gauge_right(g_prime: Element, bino: Element) -> Element:
    """sqrt2 g' N*_B, the gauge part of n^R."""
    return _SQRT2 * g_prime * bino


def higgs_coupling(y: Element, y_prime: Element, h: Element, h_prime: Element) -> Element:
    """Y h + Y' h', h and h' the shares of H_d and H_d' in an ino."""
    return y * h + y_prime * h_prime
