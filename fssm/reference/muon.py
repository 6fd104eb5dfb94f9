"""a_mu, the muon mass threshold and the approximate formulas of one point, in mpmath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mpmath as mp

from fssm.base import FSSMError
from fssm.reference.dipole import Legs, dipoles, spectrum_of
from fssm.reference.loops import f_c, f_n
from fssm.reference.model import (
    Model,
    Number,
    d_terms,
    model_of,
    number,
    set_vevs,
    tan_beta_d,
    tree_mass,
)
from fssm.reference.threshold import higgsino_chains, shift_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.model.point import Point


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Results as mpmath numbers: masses in GeV (ascending, >= 0), Y', Delta, a_mu, formulas."""

    digits: int
    neutralino: list[Number]
    chargino: list[Number]
    slepton: list[Number]
    sneutrino: list[Number]
    y_prime_muon: Number
    tan_beta_d: Number
    delta: Number
    a_neutralino: Number
    a_chargino: Number
    a_one_loop: Number
    slides: Number
    mass_insertion: Number


def muon_reference(point: Point, digits: int, near: complex | None) -> Reference:
    """One generation, at the working precision of the caller."""
    model = model_of(point)
    solved, shifted = _solve(point, model, near)
    tree = tree_mass(model)[0]
    if not tree:
        raise FSSMError("the muon has no tree-level mass")
    phase = mp.sign(tree + shifted if solved else tree)
    muon = Legs(mp.matrix([[phase]]), mp.eye(1), model.m_lepton)
    neutral, charged, inos = dipoles(model, muon)
    neutralino, chargino = (2 * model.m_lepton[0] * mp.re(c[0]) for c in (neutral, charged))
    return Reference(
        digits=digits,
        **spectrum_of(model, inos),
        y_prime_muon=model.y[1][0],
        tan_beta_d=tan_beta_d(model),
        delta=shifted / tree,
        a_neutralino=neutralino,
        a_chargino=chargino,
        a_one_loop=neutralino + chargino,
        slides=_slides(model, phase),
        mass_insertion=_mass_insertion(model, phase),
    )


def _solve(point: Point, model: Model, near: complex | None) -> tuple[bool, Number]:
    """Set Y' or the vevs of the model so that the muon mass comes out; return the shift dm."""
    if point.y_prime_muon is not None and model.v_d:
        return False, shift_of(point, model, "exact")()[0]
    solve_yukawa, mode = point.y_prime_muon is None, point.threshold or "exact"
    # With all vevs the inos stay the same from one Y' to the next.
    fixed = shift_of(point, model, mode) if solve_yukawa else None

    def assign(x: Number) -> Number:
        """With x = Y', or v_d/v_d' inverted."""
        if solve_yukawa:
            model.y[1] = mp.matrix([[x]])
        else:
            set_vevs(point, model, x)
        return (fixed or shift_of(point, model, mode))()[0]

    def mismatch(x: Number) -> Number:
        mass = assign(x) + tree_mass(model)[0]
        along = mass * mp.conj(model.v_d[1] if solve_yukawa else model.y[1][0])
        return mp.sign(mp.re(along)) * abs(mass) - model.m_lepton[0]

    if near is None:
        guess = _first_guess(model, assign, mismatch, solve_yukawa)
    else:
        guess = number(near) if solve_yukawa else 1 / number(near)
    try:
        pair = (guess, guess * (1 + mp.mpf("1e-6")))
        root = mp.findroot(mismatch, pair, solver="secant", maxsteps=80)
    except ValueError as error:
        raise FSSMError("the muon mass has no solution that the reference finds") from error
    return True, assign(mp.re(root))


def _first_guess(
    model: Model,
    assign: Callable[[Number], Number],
    mismatch: Callable[[Number], Number],
    solve_yukawa: bool,
) -> Number:
    """Both unknowns enter almost linearly: one secant step from two small values."""
    start = mp.mpf("1e-3")
    if not solve_yukawa:
        assign(mp.mpf(1))
        start = mp.sqrt(2) * model.m_lepton[0] / (model.v_d[1] * abs(model.y[1][0]))
    first, second = mismatch(start), mismatch(2 * start)
    return start - first * start / (second - first)


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
