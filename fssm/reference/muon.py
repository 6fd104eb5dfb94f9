"""a_mu, the muon mass threshold and the approximate formulas of one point, in mpmath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mpmath as mp

from fssm.base import FSSMError
from fssm.constants import measured
from fssm.reference.dipole import Legs, dipoles, spectrum_of
from fssm.reference.loops import f_c, f_n
from fssm.reference.model import (
    Model,
    Number,
    d_terms,
    model_of,
    number,
    tan_beta_d,
    tree_mass,
)
from fssm.reference.muon_mass import solve_muon
from fssm.reference.threshold import higgsino_chains

if TYPE_CHECKING:
    from fssm.model.point import Point


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Results as mpmath numbers: masses in GeV (ascending, >= 0), Y', Delta, a_mu, formulas.

    ``delta`` = dm/m_l is infinite where the mass comes from loops alone (m_l = 0), and
    ``m_muon_implied`` = |m_l + dm|, which differs from the muon mass only where Y' and all vevs
    are given. ``edm`` is -e Im C in e cm, the sign of L = -(i/2) d mu-bar sigma gamma5 mu F.
    """

    digits: int
    neutralino: list[Number]
    chargino: list[Number]
    slepton: list[Number]
    sneutrino: list[Number]
    y_prime_muon: Number
    tan_beta_d: Number
    delta: Number
    m_muon_implied: Number
    a_neutralino: Number
    a_chargino: Number
    a_one_loop: Number
    edm: Number
    slides: Number
    mass_insertion: Number


def muon_reference(point: Point, digits: int, near: complex | None) -> Reference:
    """One generation, at the working precision of the caller."""
    model = model_of(point)
    shift = solve_muon(point, model, digits, near)
    tree = tree_mass(model)[0]
    mass = tree + shift
    if not mass:
        raise FSSMError("the muon has no mass")
    phase = mp.sign(mass)
    muon = Legs(mp.matrix([[phase]]), mp.eye(1), model.m_lepton)
    neutral, charged, inos = dipoles(model, muon)
    neutralino, chargino = (2 * model.m_lepton[0] * mp.re(c[0]) for c in (neutral, charged))
    return Reference(
        digits=digits,
        **spectrum_of(model, inos),
        y_prime_muon=model.y[1][0],
        tan_beta_d=tan_beta_d(model),
        delta=shift / tree if tree else mp.inf,
        m_muon_implied=abs(mass),
        a_neutralino=neutralino,
        a_chargino=chargino,
        a_one_loop=neutralino + chargino,
        edm=-mp.im(neutral[0] + charged[0]) * number(measured("hbar_c").value),
        slides=_slides(model, phase),
        mass_insertion=_mass_insertion(model, phase),
    )


def _slides(model: Model, phase: Number) -> Number:
    left, right = model.m_l_sq[0], model.m_e_sq[0]
    if left <= 0 or right <= 0:
        return mp.nan
    m_sq = mp.sqrt(left * right)
    chain = model.mu[1, 0] * model.v_u[0]
    gauginos = 5 * model.g**2 * model.m2 + model.g_prime**2 * model.m1
    front = model.m_lepton[0] * mp.conj(phase) * model.y[1][0] / (12 * mp.sqrt(2) * 16 * mp.pi**2)
    return mp.re(front * mp.conj(chain * gauginos)) / m_sq**2


def _mass_insertion(model: Model, phase: Number) -> Number:
    left, right, m1_sq, m2_sq = (
        model.m_l_sq[0],
        model.m_e_sq[0],
        abs(model.m1) ** 2,
        abs(model.m2) ** 2,
    )
    if left <= 0 or right <= 0:
        return mp.nan
    nu, total = left + d_terms(model)[2], mp.mpf(0)
    for m_sq, factors in higgsino_chains(model):
        chain = mp.fsum(factor * y[0] for factor, y in zip(factors, model.y, strict=True))
        coupled = mp.mpf(0)
        if m2_sq:
            wino = f_c(m2_sq / nu, m_sq / nu) - f_n(m2_sq / left, m_sq / left) / 2
            coupled += model.g**2 * mp.conj(model.m2) * wino / (m2_sq * m_sq)
        if m1_sq:
            bino = f_n(m1_sq / left, m_sq / left) / 2 - f_n(m1_sq / right, m_sq / right)
            pure = f_n(left / m1_sq, right / m1_sq) / (left * right)
            coupled += model.g_prime**2 * mp.conj(model.m1) * (bino / (m1_sq * m_sq) + pure)
        total += mp.re(chain * mp.conj(phase) * coupled)
    return model.m_lepton[0] * total / (16 * mp.pi**2 * mp.sqrt(2))
