"""Sums over the loops of one point: dipole matrix and whatever else has the same couplings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import mpmath as mp

from fssm.reference.loops import f1c, f1n, f2c, f2n
from fssm.reference.model import (
    Levels,
    Matrix,
    Model,
    Number,
    charginos,
    levels,
    neutralinos,
    slepton_levels,
    sneutrino_levels,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


@dataclass(frozen=True)
class Inos:
    """Levels of M M^dag, X X^dag and X^dag X; kets are (m^2, u^*, M^dag u) of the neutralinos.

    ``winos`` are the entries (X^dag u)_1, one for each level of X X^dag.
    """

    kets: list[tuple[Number, Matrix, Matrix]]
    winos: list[Number]
    neutral: Levels
    minus: Levels
    plus: Levels


def inos_of(model: Model, v_u: list[Number]) -> Inos:
    """Inos for the given up-type vevs; they do not depend on the Yukawa couplings."""
    neutralino, chargino = neutralinos(model, v_u), charginos(model, v_u)
    neutral, minus, plus = levels(neutralino), levels(chargino), levels(chargino.H)
    kets = [(abs(h), u.conjugate(), neutralino.H * u) for h, u in neutral]
    return Inos(kets, [(chargino.H * u)[0] for _, u in minus], neutral, minus, plus)


def spectrum_of(model: Model, inos: Inos) -> dict[str, list[Number]]:
    """Masses in GeV, ascending, >= 0, by the names the results give them."""
    return {
        "neutralino": [mp.sqrt(abs(h)) for h, _ in inos.neutral],
        "chargino": [mp.sqrt(abs(h)) for h, _ in inos.minus],
        "slepton": [mp.sqrt(h) for h, _ in slepton_levels(model, model.v_u)],
        "sneutrino": [mp.sqrt(h) for h, _ in sneutrino_levels(model)],
    }


class Term(NamedTuple):
    """One ino level with one scalar; vectors over i of m_A n^L_i, n^L_i, n^R_i (or c^L, c^R)."""

    m_a_sq: Number
    m_x_sq: Number
    mass_left: Sequence[Number]
    left: Sequence[Number]
    right: Sequence[Number]


def neutralino_terms(model: Model, inos: Inos, v_u: list[Number]) -> Iterator[Term]:
    """All neutralino and charged slepton pairs, sleptons with the up-type vevs v_u."""
    n, g, g_prime, root2 = model.m_l_sq.rows, model.g, model.g_prime, mp.sqrt(2)
    for m_x_sq, state in slepton_levels(model, v_u):
        x_left, x_right = state[:n].conjugate(), state[n:].conjugate()
        to_right = [y * x_right for y in model.y]  # sum_j Y_ij X_{x,j+3}
        to_left = [y.T * x_left.conjugate() for y in model.y]  # sum_i Y_ij X*_{x,i}
        n_l = [
            [g_prime / root2 * x, g / root2 * x, -to_right[0][i], -to_right[1][i]]
            for i, x in enumerate(x_left)
        ]
        n_r = [
            [root2 * g_prime * mp.conj(x), 0, to_left[0][j], to_left[1][j]]
            for j, x in enumerate(x_right)
        ]
        for m_a_sq, bra, flipped in inos.kets:
            yield Term(
                m_a_sq,
                m_x_sq,
                [dot(row, flipped) for row in n_l],
                [dot(row, bra) for row in n_l],
                [dot(row, bra) for row in n_r],
            )


def chargino_terms(model: Model, inos: Inos) -> Iterator[Term]:
    """All chargino and sneutrino pairs, c^R with the levels of X X^dag, c^L with X^dag X."""
    none = [mp.mpf(0)] * model.m_l_sq.rows
    for m_x_sq, state in sneutrino_levels(model):
        to_state = [y.T * state for y in model.y]  # sum_i Y_ij Z*_{x,i}
        bra = state.conjugate()
        for (m_a_sq, u), flipped in zip(inos.minus, inos.winos, strict=True):
            mass_left = [-model.g * flipped * z for z in bra]
            lower = [mp.conj(u[1]), mp.conj(u[2])]
            right = [dot(lower, [y[j] for y in to_state]) for j in range(len(none))]
            yield Term(abs(m_a_sq), m_x_sq, mass_left, none, right)
        # |c^L|^2 = g^2 |V_A1|^2 belongs to the eigenvectors of X^dag X.
        for m_a_sq, v in inos.plus:
            yield Term(abs(m_a_sq), m_x_sq, none, [-model.g * v[0] * z for z in bra], none)


def dot(a: Sequence[Number], b: Sequence[Number]) -> Number:
    """Sum of a_i b_i over the entries of a."""
    return mp.fsum(x * b[i] for i, x in enumerate(a))


def add_outer(total: Matrix, weight: Number, a: Sequence[Number], b: Sequence[Number]) -> None:
    """total_ij += weight a_i b_j, in place."""
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            total[i, j] += weight * x * y


@dataclass(frozen=True)
class Legs:
    """External leptons: A^dag (mass matrix) B = diag(masses), A = left, B = right."""

    left: Matrix
    right: Matrix
    masses: Sequence[Number]


def legs_of(mass: Matrix) -> Legs:
    """Masses, ascending, and both rotations of a lepton mass matrix."""
    rows, columns = levels(mass), levels(mass.H)
    n, largest = mass.rows, rows[-1][0]
    left, right, masses = mp.zeros(n), mp.zeros(n), []
    for k, (h, a) in enumerate(rows):
        # Below rounding the two sides of a massless lepton are independent of each other.
        massless = h <= 100 * mp.eps * largest
        m = mp.mpf(0) if massless else mp.sqrt(h)
        b = columns[k][1] if massless else mass.H * a / m
        masses.append(m)
        left[:, k], right[:, k] = a, b
    return Legs(left, right, masses)


def _dipole(
    terms: Iterable[Term],
    legs: Legs,
    flip: Callable[[Number], Number],
    keep: Callable[[Number], Number],
) -> Matrix:
    """Sum of m_A n^L_i n^R_j flip + (m_j n^L_i n^L*_j + m_i n^R*_i n^R_j) keep, each /m_x^2."""
    n = len(legs.masses)
    flips, lefts, rights = mp.zeros(n), mp.zeros(n), mp.zeros(n)
    for term in terms:
        x = term.m_a_sq / term.m_x_sq
        # m_A F2C vanishes with m_A; its logarithm alone does not.
        if term.m_a_sq and any(term.mass_left):
            add_outer(flips, flip(x) / term.m_x_sq, term.mass_left, term.right)
        weight = keep(x) / term.m_x_sq
        add_outer(lefts, weight, term.left, [mp.conj(z) for z in term.left])
        add_outer(rights, weight, [mp.conj(z) for z in term.right], term.right)
    a, b, mass = legs.left, legs.right, mp.diag(legs.masses)
    total = a.H * flips * b + a.H * lefts * a * mass + mass * b.H * rights * b
    return total / (32 * mp.pi**2)


def dipoles(model: Model, legs: Legs) -> tuple[Matrix, Matrix, Inos]:
    """C_ij (1/GeV) of the neutralinos and of the charginos in the mass basis, and the inos."""
    inos = inos_of(model, model.v_u)
    neutral = _dipole(
        neutralino_terms(model, inos, model.v_u), legs, lambda x: f2n(x) / 3, lambda x: -f1n(x) / 12
    )
    charged = _dipole(
        chargino_terms(model, inos), legs, lambda x: 2 * f2c(x) / 3, lambda x: f1c(x) / 12
    )
    return neutral, charged, inos
