"""One lepton, its two sleptons and its inos as plain arithmetic, on numbers or arrays alike.

The muon alone needs no matrices: what the batch path evaluates, in numpy with one array entry a
point and compiled with plain numbers, are these functions. Units GeV, GeV^2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, choose, conjugate, real_part
from fssm.model.elements import (
    d_terms,
    gauge_left,
    gauge_right,
    higgs_coupling,
    higgsino_source,
    vev_sum,
)
from fssm.numerics.jacobi import levels, rotation
from fssm.numerics.loops import LOOP_FACTOR, b0_of_ratio

if TYPE_CHECKING:
    from fssm.base import Element
    from fssm.model.elements import InoInputs, LeptonInputs


class Neutralino(NamedTuple):
    """What one state, or many, brings to the vertices: mass squared and N*_A in four parts.

    ``left`` and ``right`` are the gauge parts of n^L and n^R, ``hd`` and ``hd_prime`` the shares of
    H_d and H_d'; the ``flip_`` ones, of n^R, carry m_A. For degenerate or complex states both
    need not belong to the same N: any V, U with U^* M V^dag = diag will do, V* for the one and
    m U* for the other, because every loop is a function of M^dag M, times M^dag where the
    chirality flips. No Takagi needed.
    """

    m_sq: Element
    left: Element
    right: Element
    hd: Element
    hd_prime: Element
    flip_right: Element
    flip_hd: Element
    flip_hd_prime: Element


class Chargino(NamedTuple):
    """Mass squared > 0, c^L without its sneutrino, m_A U*_A2 and m_A U*_A3 of one state or many."""

    m_sq: Element
    left: Element
    flip_hd: Element
    flip_hd_prime: Element


class HiggsParts(NamedTuple):
    """What the Yukawa couplings add to the vertices of a neutralino; ``flipped`` with m_A."""

    plain: Element
    flipped: Element


class Slepton(NamedTuple):
    """Mass squared and X_x = (left, right) of one charged slepton."""

    sq: Element
    left: Element
    right: Element


class Sleptons(NamedTuple):
    """The state that is mostly left-handed and the one that is mostly right-handed."""

    left: Slepton
    right: Slepton


def lepton_mass(i: InoInputs, s: LeptonInputs) -> Element:
    """Tree-level m_l = (v_d Y + v_d' Y')/sqrt2."""
    return vev_sum(i.v_d, i.v_d_prime, s.y, s.y_prime)


def mass_mismatch(mass: Element, reference: Element, m_lepton: Element) -> Element:
    """|mass| - m_lepton, with a sign that keeps it monotonic through a vanishing mass.

    ``reference`` is a number with the phase of the mass on the right side of zero; 0 for no sign.
    """
    sign = choose(real_part(mass * conjugate(reference)) >= 0, 1.0, -1.0)
    return sign * np.sqrt(abs_sq(mass)) - m_lepton


class SoftSleptons(NamedTuple):
    """All of the sleptons that their Yukawa couplings leave alone, GeV^2.

    Soft masses with their D-terms; the trilinear part of the RL entry, and F^* of the rest of it.
    """

    left: Element
    right: Element
    neutral: Element
    trilinear: Element
    source: Element
    source_prime: Element


def soft_sleptons(i: InoInputs, s: LeptonInputs) -> SoftSleptons:
    """From the parameters; ``neutral`` is the sneutrino mass squared."""
    shift, source = d_terms(i), higgsino_source(i)
    return SoftSleptons(
        s.m_l_sq + shift.left,
        s.m_e_sq + shift.right,
        s.m_l_sq + shift.neutral,
        vev_sum(i.v_d, i.v_d_prime, s.t, s.t_prime),
        conjugate(source.unprimed),
        conjugate(source.primed),
    )


def sleptons(soft: SoftSleptons, s: LeptonInputs, mass: Element) -> Sleptons:
    """Charged sleptons of the full mass matrix; ``mass`` is the lepton's at tree level."""
    mixing = soft.trilinear - vev_sum(soft.source, soft.source_prime, s.y, s.y_prime)
    return _sleptons(soft, mixing, mass)


def bare_sleptons(soft: SoftSleptons, mass: Element) -> Sleptons:
    """Charged sleptons without v_u, v_u' in the mixing; the D-terms stay."""
    return _sleptons(soft, soft.trilinear, mass)


def _sleptons(soft: SoftSleptons, mixing: Element, mass: Element) -> Sleptons:
    tree_sq = abs_sq(mass)
    left, right = soft.left + tree_sq, soft.right + tree_sq
    turn, sq = rotation(left, right, mixing), levels(left, right, mixing)
    return slepton_pair(sq.first, sq.second, turn.cosine, turn.sine)


def slepton_pair(left_sq: Element, right_sq: Element, cosine: Element, sine: Element) -> Sleptons:
    """From the squared masses and the rotation between chiralities and masses."""
    left = Slepton(left_sq, cosine, -conjugate(sine))
    return Sleptons(left, Slepton(right_sq, sine, cosine))


def neutralino(i: InoInputs, m_sq: Element, shares: Element, flipped: Element) -> Neutralino:
    """From the four shares (B~, W~, H_d, H_d') in V*, and those in m_A U*."""
    return Neutralino(
        m_sq,
        gauge_left(i.g, i.g_prime, shares[0], shares[1]),
        gauge_right(i.g_prime, shares[0]),
        shares[2],
        shares[3],
        gauge_right(i.g_prime, flipped[0]),
        flipped[2],
        flipped[3],
    )


def chargino(
    i: InoInputs, m_sq: Element, wino: Element, flip_hd: Element, flip_hd_prime: Element
) -> Chargino:
    """From V*_A1 and m_A U*_A2, m_A U*_A3; c^L = -g V*_A1."""
    return Chargino(m_sq, -i.g * wino, flip_hd, flip_hd_prime)


def higgs_parts(s: LeptonInputs, n: Neutralino) -> HiggsParts:
    """Y N*_Hd + Y' N*_Hd', without and with m_A."""
    plain = higgs_coupling(s.y, s.y_prime, n.hd, n.hd_prime)
    return HiggsParts(plain, higgs_coupling(s.y, s.y_prime, n.flip_hd, n.flip_hd_prime))


def neutralino_flip(n: Neutralino, h: HiggsParts, x: Slepton) -> Element:
    """m_A n^L n^R."""
    right = n.flip_right * conjugate(x.right) + h.flipped * conjugate(x.left)
    return _left(n, h, x) * right


def neutralino_keep(n: Neutralino, h: HiggsParts, x: Slepton) -> Element:
    """|n^L|^2 + |n^R|^2."""
    right = n.right * conjugate(x.right) + h.plain * conjugate(x.left)
    return abs_sq(_left(n, h, x)) + abs_sq(right)


def _left(n: Neutralino, h: HiggsParts, x: Slepton) -> Element:
    """n^L."""
    return n.left * x.left - h.plain * x.right


def chargino_flip(s: LeptonInputs, c: Chargino) -> Element:
    """m_A c^L c^R."""
    return c.left * higgs_coupling(s.y, s.y_prime, c.flip_hd, c.flip_hd_prime)


def chargino_keep(s: LeptonInputs, c: Chargino) -> Element:
    """|c^L|^2 + |c^R|^2."""
    right_sq = abs_sq(higgs_coupling(s.y, s.y_prime, c.flip_hd, c.flip_hd_prime))
    return abs_sq(c.left) + right_sq / c.m_sq


def neutralino_shift(s: LeptonInputs, n: Neutralino, x: Sleptons, scale_sq: Element) -> Element:
    """sum_x m_A n^L n^R B0(0; m_A, m_x) at the scale Q^2."""
    left = b0_of_ratio(n.m_sq / x.left.sq, np.log(x.left.sq / scale_sq))
    right = b0_of_ratio(n.m_sq / x.right.sq, np.log(x.right.sq / scale_sq))
    h = higgs_parts(s, n)
    return neutralino_flip(n, h, x.left) * left + neutralino_flip(n, h, x.right) * right


class LinearSum(NamedTuple):
    """Coefficients of Y and Y'."""

    unprimed: Element
    primed: Element


def chargino_shift(c: Chargino, m_sq: Element) -> LinearSum:
    """m_A c^L c^R B0(0; m_A, m_nu) at the scale of the sneutrino mass, linear in Y and Y'."""
    weight = c.left * b0_of_ratio(c.m_sq / m_sq, 0.0)
    return LinearSum(weight * c.flip_hd, weight * c.flip_hd_prime)


def mass_shift(s: LeptonInputs, neutral: Element, unprimed: Element, primed: Element) -> Element:
    """dm from the neutralinos' sum and the charginos' Y unprimed + Y' primed, 16 pi^2 taken out."""
    return LOOP_FACTOR * (neutral - (s.y * unprimed + s.y_prime * primed))
