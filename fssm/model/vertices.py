"""One lepton, its two sleptons and its inos as plain arithmetic, on numbers or arrays alike.

The muon alone needs no matrices: what the batch path evaluates, in numpy with one array entry a
point and compiled with plain numbers, are these functions. Units GeV, GeV^2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, conjugate
from fssm.model.elements import (
    d_terms,
    gauge_left,
    gauge_right,
    higgs_coupling,
    slepton_mixing,
    vev_sum,
    without_up_vevs,
)
from fssm.numerics.jacobi import levels, rotation
from fssm.numerics.loops import b0_of_ratio

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
    """Mass squared, c^L without its sneutrino, and m_A U*_A2, m_A U*_A3 of one state or of many."""

    m_sq: Element
    left: Element
    flip_hd: Element
    flip_hd_prime: Element


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


def sneutrino_sq(i: InoInputs, s: LeptonInputs) -> Element:
    """Sneutrino mass squared: soft mass plus D-term."""
    return s.m_l_sq + d_terms(i).neutral


def sleptons(i: InoInputs, s: LeptonInputs) -> Sleptons:
    """Charged sleptons of the full mass matrix."""
    return _sleptons(i, s, slepton_mixing(i, s))


def bare_sleptons(i: InoInputs, s: LeptonInputs) -> Sleptons:
    """Charged sleptons without v_u, v_u' in the mixing; the D-terms stay."""
    return _sleptons(i, s, slepton_mixing(without_up_vevs(i), s))


def _sleptons(i: InoInputs, s: LeptonInputs, mixing: Element) -> Sleptons:
    shift, tree_sq = d_terms(i), abs_sq(lepton_mass(i, s))
    left = s.m_l_sq + shift.left + tree_sq
    right = s.m_e_sq + shift.right + tree_sq
    cosine, sine = rotation(left, right, mixing)
    sq = levels(left, right, mixing)
    return Sleptons(Slepton(sq.first, cosine, -conjugate(sine)), Slepton(sq.second, sine, cosine))


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


def neutralino_flip(s: LeptonInputs, n: Neutralino, x: Slepton) -> Element:
    """m_A n^L n^R."""
    higgs = higgs_coupling(s.y, s.y_prime, n.flip_hd, n.flip_hd_prime)
    right = n.flip_right * conjugate(x.right) + higgs * conjugate(x.left)
    return _left(s, n, x) * right


def neutralino_keep(s: LeptonInputs, n: Neutralino, x: Slepton) -> Element:
    """|n^L|^2 + |n^R|^2."""
    higgs = higgs_coupling(s.y, s.y_prime, n.hd, n.hd_prime)
    right = n.right * conjugate(x.right) + higgs * conjugate(x.left)
    return abs_sq(_left(s, n, x)) + abs_sq(right)


def _left(s: LeptonInputs, n: Neutralino, x: Slepton) -> Element:
    """n^L."""
    return n.left * x.left - higgs_coupling(s.y, s.y_prime, n.hd, n.hd_prime) * x.right


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
    return neutralino_flip(s, n, x.left) * left + neutralino_flip(s, n, x.right) * right


def chargino_shift(s: LeptonInputs, c: Chargino, m_sq: Element) -> Element:
    """m_A c^L c^R B0(0; m_A, m_nu) at the scale of the sneutrino mass."""
    return chargino_flip(s, c) * b0_of_ratio(c.m_sq / m_sq, 0.0)
