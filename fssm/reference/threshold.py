"""One-loop correction dm to the lepton mass matrix, as a function of the Yukawa couplings."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import mpmath as mp

from fssm.reference.dipole import (
    Inos,
    Term,
    add_outer,
    chargino_terms,
    dot,
    inos_of,
    neutralino_terms,
)
from fssm.reference.loops import b0, i_loop
from fssm.reference.model import (
    Matrix,
    Model,
    Number,
    d_terms,
    hermitian_levels,
    levels,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fssm.model.point import Point

    Shift: TypeAlias = Callable[[], Matrix]


def shift_of(point: Point, model: Model, mode: str) -> Shift:
    """dm for the Yukawa couplings the model has when called; the vevs are those of now."""
    if mode == "exact":
        return _exact(model)
    if mode == "leading":
        return _leading(model)
    if mode == "given":
        return _given(point, model)
    return lambda: mp.zeros(model.m_l_sq.rows)


def _given(point: Point, model: Model) -> Shift:
    epsilon, scale = number(point.epsilon_l), model.v_u[0] / mp.sqrt(2)
    if point.generations == 3:
        epsilon_tau = number(point.epsilon_tau)
        return lambda: (epsilon * model.y[1] + epsilon_tau * model.y[0]) * scale

    def shift() -> Matrix:
        # Delta m_l with Delta = epsilon v_u/v_d': without Y this stays finite as v_d' -> 0.
        tree = model.v_d[0] * model.y[0]
        other = tree / model.v_d[1] if any(tree) else tree
        return epsilon * scale * (model.y[1] + other)

    return shift


def _exact(model: Model) -> Shift:
    states = [(v_u, inos_of(model, v_u)) for v_u in (model.v_u, [mp.mpf(0), mp.mpf(0)])]

    def shift() -> Matrix:
        with_vevs, without = (_self_energy(model, inos, v_u) for v_u, inos in states)
        return (with_vevs - without) / (16 * mp.pi**2)

    return shift


def _self_energy(model: Model, inos: Inos, v_u: list[Number]) -> Matrix:
    # The common scale drops out with the pole in the difference.
    neutral = _b0_sum(model, neutralino_terms(model, inos, v_u))
    return neutral - _b0_sum(model, chargino_terms(model, inos))


def _b0_sum(model: Model, terms: Iterable[Term]) -> Matrix:
    total = mp.zeros(model.m_l_sq.rows)
    for term in terms:
        if any(term.mass_left):
            weight = b0(term.m_a_sq, term.m_x_sq, mp.mpf(1))
            add_outer(total, weight, term.mass_left, term.right)
    return total


def higgsino_chains(model: Model) -> list[tuple[Number, list[Number]]]:
    """mu_j^2 and the factors of (Y, Y'), component of M_H v_u along mode j, conjugate."""
    source = model.mu * mp.matrix(model.v_u)
    modes = levels(model.mu)
    chains = []
    for m_sq, u in modes:
        # A massless mode does not reach the vevs.
        if m_sq > mp.eps * modes[-1][0]:
            along = dot([mp.conj(s) for s in source], u)
            chains.append((m_sq, [along * mp.conj(x) for x in u]))
    return chains


def _leading(model: Model) -> Shift:
    left, right = hermitian_levels(model.m_l_sq), hermitian_levels(model.m_e_sq)
    to_left, to_right = (_columns(basis) for basis in (left, right))
    weights = _leading_weights(model, [h for h, _ in left], [h for h, _ in right])

    def shift() -> Matrix:
        # L~ = W L~', E~c^* = R E~c'^* diagonalise the soft masses: Y_ij L_i E_j -> W^T Y R^*.
        total = mp.zeros(len(left))
        for y, weight in zip(model.y, weights, strict=True):
            rotated = to_left.T * y * to_right.conjugate()
            for a in range(len(left)):
                for b in range(len(right)):
                    total[a, b] += weight[a, b] * rotated[a, b]
        return to_left.conjugate() * total * to_right.T

    return shift


def _columns(basis: list[tuple[Number, Matrix]]) -> Matrix:
    matrix = mp.zeros(len(basis))
    for k, (_, vector) in enumerate(basis):
        matrix[:, k] = vector
    return matrix


def _leading_weights(model: Model, left: list[Number], right: list[Number]) -> list[Matrix]:
    """dm_ab/Y_ab and dm_ab/Y'_ab, from the eigenvalues of the soft masses squared."""
    d_left, d_right, d_nu = d_terms(model)
    m1_sq, m2_sq = abs(model.m1) ** 2, abs(model.m2) ** 2
    weights = [mp.zeros(len(left)), mp.zeros(len(left))]
    for m_sq, chain in higgsino_chains(model):
        for a, soft_left in enumerate(left):
            m_l, m_nu, wino, bino_left = soft_left + d_left, soft_left + d_nu, mp.mpf(0), mp.mpf(0)
            if m2_sq:
                wino = i_loop(m2_sq, m_sq, m_nu) + i_loop(m2_sq, m_sq, m_l) / 2
            if m1_sq:
                bino_left = i_loop(m1_sq, m_sq, m_l) / 2
            for b, soft_right in enumerate(right):
                m_r, bino = soft_right + d_right, mp.mpf(0)
                if m1_sq:
                    bino = i_loop(m1_sq, m_sq, m_r) - bino_left - i_loop(m1_sq, m_l, m_r)
                gauginos = model.g**2 * mp.conj(model.m2) * wino
                gauginos += model.g_prime**2 * mp.conj(model.m1) * bino
                for weight, factor in zip(weights, chain, strict=True):
                    weight[a, b] -= gauginos * factor / (16 * mp.pi**2 * mp.sqrt(2))
    return weights
