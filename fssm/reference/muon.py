"""a_mu, the muon mass threshold and the approximate formulas of one point, in mpmath."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import mpmath as mp

from fssm.base import FSSMError, InvalidInput
from fssm.reference.loops import b0, f1c, f1n, f2c, f2n, f_c, f_n, i_loop
from fssm.reference.model import (
    Model,
    Number,
    charginos,
    cos_term,
    levels,
    model_of,
    neutralinos,
    number,
    set_vevs,
    slepton_levels,
    sneutrino_sq,
    tree_mass,
)

if TYPE_CHECKING:
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


def evaluate(point: Point, digits: int = 50, *, near: complex | None = None) -> Reference:
    """Spectrum, threshold and one-loop a_mu of a single point to ``digits`` digits.

    ``near`` is an approximate Y' or tan_beta_d, whichever the muon mass fixes, where that has
    more than one solution or is hard to find; the result is exact either way.

    Raises
    ------
    InvalidInput
        for a batch of points, or fewer than 15 digits.
    FSSMError
        if the point has tachyons or no solution for the muon mass.
    """
    if point.shape != ():
        raise InvalidInput("point", "the reference evaluates one point at a time")
    if digits < 15:
        raise InvalidInput("precision", "must be at least 15 digits", value=digits)
    try:
        # Squared masses and the cancellations of Delta cost up to half of the digits.
        with mp.workdps(2 * digits + 20):
            return _evaluate(point, digits, near)
    except (ZeroDivisionError, RuntimeError) as error:
        raise FSSMError(f"the reference has no answer for this point: {error}") from error


def _evaluate(point: Point, digits: int, near: complex | None) -> Reference:
    model = model_of(point)
    solved, shifted = _solve(point, model, near)
    tree = tree_mass(model)
    if not tree:
        raise FSSMError("the muon has no tree-level mass")
    phase = mp.sign(tree + shifted if solved else tree)
    neutralino, chargino = _a_muon(model, phase)
    return Reference(
        digits=digits,
        neutralino=[mp.sqrt(abs(h)) for h, _ in levels(neutralinos(model, model.v_u))],
        chargino=[mp.sqrt(abs(h)) for h, _ in levels(charginos(model, model.v_u))],
        slepton=[mp.sqrt(h) for h, _ in slepton_levels(model, model.v_u)],
        sneutrino=[mp.sqrt(sneutrino_sq(model))],
        y_prime_muon=model.y[1],
        tan_beta_d=model.v_d[0] / model.v_d[1] if model.v_d[1] else mp.nan,
        delta=shifted / tree,
        a_neutralino=neutralino,
        a_chargino=chargino,
        a_one_loop=neutralino + chargino,
        slides=_slides(model, phase),
        mass_insertion=_mass_insertion(model, phase),
    )


Kernel: TypeAlias = Callable[[Number, Number, Number, Number], Number]


def _neutralino_sum(model: Model, v_u: list[Number], kernel: Kernel) -> Number:
    """Sum over states of kernel(m_A^2, m_x^2, m_A n^L n^R, |n^L|^2 + |n^R|^2)."""
    matrix, root2 = neutralinos(model, v_u), mp.sqrt(2)
    inos, total = levels(matrix), mp.mpf(0)
    for m_x_sq, state in slepton_levels(model, v_u):
        left, right = mp.conj(state[0]), mp.conj(state[1])  # X_xL, X_xR
        y, g, g_prime = model.y, model.g, model.g_prime
        n_l = [g_prime / root2 * left, g / root2 * left, -y[0] * right, -y[1] * right, 0, 0]
        n_r = [root2 * g_prime * mp.conj(right), 0, *(k * mp.conj(left) for k in y), 0, 0]
        for m_a_sq, u in inos:
            flip = _dot(n_l, matrix.H * u) * _dot(n_r, u.apply(mp.conj))
            keep = abs(_dot(n_l, u.apply(mp.conj))) ** 2 + abs(_dot(n_r, u.apply(mp.conj))) ** 2
            total += kernel(abs(m_a_sq), m_x_sq, flip, keep)
    return total


def _chargino_sum(model: Model, v_u: list[Number], kernel: Kernel) -> Number:
    """Sum over states of kernel(m_A^2, m_nu^2, m_A c^L c^R, |c^L|^2 + |c^R|^2)."""
    x, total = charginos(model, v_u), mp.mpf(0)
    yukawas = [0, *model.y]
    for m_a_sq, u in levels(x):
        right = _dot(yukawas, u.apply(mp.conj))
        flip = -model.g * (x.H * u)[0] * right
        total += kernel(abs(m_a_sq), sneutrino_sq(model), flip, abs(right) ** 2)
    # |c^L|^2 = g^2 |V_A1|^2 belongs to the eigenvectors of X^dag X.
    for m_a_sq, v in levels(x.H):
        total += kernel(abs(m_a_sq), sneutrino_sq(model), mp.mpf(0), model.g**2 * abs(v[0]) ** 2)
    return total


def _dot(a: Sequence[Number], b: Any) -> Number:
    return mp.fsum(x * b[i] for i, x in enumerate(a))


def _a_muon(model: Model, phase: Number) -> tuple[Number, Number]:
    m, rotate = model.m_muon, mp.conj(phase)

    def neutral(m_a_sq: Number, m_x_sq: Number, flip: Number, keep: Number) -> Number:
        x = m_a_sq / m_x_sq
        return (mp.re(flip * rotate) * f2n(x) / 3 - m * keep * f1n(x) / 12) / m_x_sq

    def charged(m_a_sq: Number, m_x_sq: Number, flip: Number, keep: Number) -> Number:
        x = m_a_sq / m_x_sq
        # m_A F2C vanishes with m_A; its logarithm alone does not.
        flips = 2 * mp.re(flip * rotate) * f2c(x) / 3 if m_a_sq else 0
        return (flips + m * keep * f1c(x) / 12) / m_x_sq

    scale = m / (16 * mp.pi**2)
    return (
        scale * _neutralino_sum(model, model.v_u, neutral),
        scale * _chargino_sum(model, model.v_u, charged),
    )


def _exact_shift(model: Model) -> Number:
    scale_sq = model.m_l_sq

    def kernel(m_a_sq: Number, m_x_sq: Number, flip: Number, _: Number) -> Number:
        return flip * b0(m_a_sq, m_x_sq, scale_sq)

    def correction(v_u: list[Number]) -> Number:
        return _neutralino_sum(model, v_u, kernel) - _chargino_sum(model, v_u, kernel)

    return (correction(model.v_u) - correction([mp.mpf(0), mp.mpf(0)])) / (16 * mp.pi**2)


def _higgsino_chain(model: Model) -> list[tuple[Number, Number]]:
    """(mu_j^2, sum_a y_a (component of M_H v_u along mode j)_a^*) for both Higgsinos."""
    source = model.mu * mp.matrix(model.v_u)
    chain = []
    modes = levels(model.mu)
    for m_sq, u in modes:
        # A massless mode does not reach the vevs.
        if m_sq <= mp.eps * modes[-1][0]:
            continue
        along = _dot([mp.conj(s) for s in source], u)
        chain.append((m_sq, along * _dot(model.y, u.apply(mp.conj))))
    return chain


def _leading_shift(model: Model) -> Number:
    m_z_sq_cos = (model.g**2 + model.g_prime**2) * cos_term(model)
    s_w_sq = model.g_prime**2 / (model.g**2 + model.g_prime**2)
    left = model.m_l_sq + m_z_sq_cos * (s_w_sq - mp.mpf(1) / 2)
    right = model.m_e_sq - m_z_sq_cos * s_w_sq
    m1_sq, m2_sq, total = abs(model.m1) ** 2, abs(model.m2) ** 2, mp.mpf(0)
    for m_sq, chain in _higgsino_chain(model):
        if m2_sq:
            wino = i_loop(m2_sq, m_sq, sneutrino_sq(model)) + i_loop(m2_sq, m_sq, left) / 2
            total += model.g**2 * mp.conj(model.m2) * chain * wino
        if m1_sq:
            bino = i_loop(m1_sq, m_sq, right) - i_loop(m1_sq, m_sq, left) / 2
            bino -= i_loop(m1_sq, left, right)
            total += model.g_prime**2 * mp.conj(model.m1) * chain * bino
    return -total / (16 * mp.pi**2 * mp.sqrt(2))


def _shift(point: Point, model: Model) -> Number:
    mode = point.threshold or "exact"
    if mode == "exact":
        return _exact_shift(model)
    if mode == "leading":
        return _leading_shift(model)
    if mode == "none":
        return mp.mpf(0)
    return number(point.epsilon_l) * model.v_u[0] / model.v_d[1] * tree_mass(model)


def _solve(point: Point, model: Model, near: complex | None) -> tuple[bool, Number]:
    """Set Y' or the vevs of the model so that the muon mass comes out; return the shift dm."""
    if point.y_prime_muon is not None and model.v_d:
        return False, _exact_shift(model)
    solve_yukawa = point.y_prime_muon is None

    def assign(x: Number) -> Number:
        """With x = Y', or v_d/v_d' inverted."""
        if solve_yukawa:
            model.y[1] = x
        else:
            set_vevs(point, model, x)
        return _shift(point, model)

    def mismatch(x: Number) -> Number:
        mass = assign(x) + tree_mass(model)
        along = mass * mp.conj(model.v_d[1] if solve_yukawa else model.y[1])
        return mp.sign(mp.re(along)) * abs(mass) - model.m_muon

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
        start = mp.sqrt(2) * model.m_muon / (model.v_d[1] * abs(model.y[1]))
    first, second = mismatch(start), mismatch(2 * start)
    return start - first * start / (second - first)


def _slides(model: Model, phase: Number) -> Number:
    if model.m_l_sq <= 0 or model.m_e_sq <= 0:
        return mp.nan
    m_sq = mp.sqrt(model.m_l_sq * model.m_e_sq)
    chain = model.mu[1, 0] * model.v_u[0]
    gauginos = 5 * model.g**2 * model.m2 + model.g_prime**2 * model.m1
    front = model.m_muon * mp.conj(phase) * model.y[1] / (12 * mp.sqrt(2) * 16 * mp.pi**2)
    return mp.re(front * mp.conj(chain * gauginos)) / m_sq**2


def _mass_insertion(model: Model, phase: Number) -> Number:
    if model.m_l_sq <= 0 or model.m_e_sq <= 0:
        return mp.nan
    left, right, m1_sq, m2_sq = model.m_l_sq, model.m_e_sq, abs(model.m1) ** 2, abs(model.m2) ** 2
    nu, total = sneutrino_sq(model), mp.mpf(0)
    for m_sq, chain in _higgsino_chain(model):
        coupled = mp.mpf(0)
        if m2_sq:
            wino = f_c(m2_sq / nu, m_sq / nu) - f_n(m2_sq / left, m_sq / left) / 2
            coupled += model.g**2 * mp.conj(model.m2) * wino / (m2_sq * m_sq)
        if m1_sq:
            bino = f_n(m1_sq / left, m_sq / left) / 2 - f_n(m1_sq / right, m_sq / right)
            pure = f_n(left / m1_sq, right / m1_sq) / (left * right)
            coupled += model.g_prime**2 * mp.conj(model.m1) * (bino / (m1_sq * m_sq) + pure)
        total += mp.re(chain * mp.conj(phase) * coupled)
    return model.m_muon * total / (16 * mp.pi**2 * mp.sqrt(2))
