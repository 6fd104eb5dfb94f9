"""The flavourful texture: Yukawa couplings that give the lepton masses, with their threshold.

Y = (sqrt2/v_d) r_tau diag(0, 0, d_tau) and Y' = (sqrt2/v_d') r Delta M, its (e, e) entry with
r_e in place of r; Delta M as in fssm.model.texture. First d, from the masses and x alone, then
(r_e, r, r_tau) from the masses of m_l + dm; or (r_e, 1/tan_beta_d, r_tau) where Y'_mumu is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath as mp

from fssm.base import FSSMError
from fssm.reference.model import (
    Matrix,
    Model,
    Number,
    input_matrix,
    model_of,
    number,
    set_vevs,
    tree_mass,
)
from fssm.reference.roots import newton, polished
from fssm.reference.threshold import shift_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fssm.model.point import Point

# Digits of the search; the root is then polished at the working precision.
_SEARCH = 50


def delta_m(point: Point, masses: Sequence[Number], diagonal: Matrix, x_scale: Number) -> Matrix:
    """Delta M of the texture, with all x_ij times ``x_scale``."""
    m_e, m_mu, m_tau = masses
    tau = point.x_normalisation == "tau"
    s_e, s_mu = (m_e * m_tau / m_mu, m_tau) if tau else (m_e, m_mu)
    unit = mp.matrix([[0, m_e, s_e], [m_e, 0, s_mu], [s_e, s_mu, s_mu]])
    matrix = input_matrix(point.x_texture, 3)
    for i in range(3):
        for j in range(3):
            matrix[i, j] *= unit[i, j] * x_scale
    matrix[0, 0], matrix[1, 1] = diagonal[0], diagonal[1]
    return matrix


def invariants(matrix: Matrix) -> Matrix:
    """Elementary symmetric polynomials of the squared singular values: smooth in the entries."""
    pairs = ((0, 1), (0, 2), (1, 2))
    minors = [
        matrix[i, p] * matrix[j, q] - matrix[i, q] * matrix[j, p]
        for i, j in pairs
        for p, q in pairs
    ]
    # By the first row, from the minors of the other two.
    det = matrix[0, 0] * minors[8] - matrix[0, 1] * minors[7] + matrix[0, 2] * minors[6]
    squares = [mp.fsum(abs(z) ** 2 for z in zs) for zs in (list(matrix), minors, [det])]
    return mp.matrix(squares)


def mass_mismatch(matrix: Matrix, masses: Sequence[Number]) -> Matrix:
    """Zero where the singular values of the matrix are the masses."""
    wanted = invariants(mp.diag(masses))
    return mp.matrix([p / w - 1 for p, w in zip(invariants(matrix), wanted, strict=True)])


def algebraic(point: Point, masses: Sequence[Number], digits: int) -> Matrix:
    """d_e, d_mu, d_tau on the branch that starts as d = m at x = 0."""

    def equations(x_scale: Number) -> Callable[[Matrix], Matrix]:
        def mismatch(ratios: Matrix) -> Matrix:
            d = mp.matrix([r * m for r, m in zip(ratios, masses, strict=True)])
            matrix = delta_m(point, masses, d, x_scale)
            matrix[2, 2] += d[2]
            return mass_mismatch(matrix, masses)

        return mismatch

    steps = 16
    try:
        with mp.workdps(_SEARCH):
            ratios = mp.ones(3, 1)
            for k in range(1, steps + 1):
                ratios, jacobian = newton(equations(mp.mpf(k) / steps), ratios)
        ratios = polished(equations(mp.mpf(1)), ratios, jacobian, mp.mpf(10) ** (-digits - 15))
    except FSSMError as error:
        raise FSSMError("x_texture: no diagonal of the texture gives the lepton masses") from error
    return mp.matrix([r * m for r, m in zip(ratios, masses, strict=True)])


class _Unknowns:
    """Lepton mass matrix m_l + dm of a texture as a function of its three unknowns."""

    def __init__(self, point: Point, model: Model, diagonal: Matrix) -> None:
        self.point, self.model, self.diagonal = point, model, diagonal
        self.mode = point.threshold or "exact"
        self.form = delta_m(point, model.m_lepton, diagonal, mp.mpf(1))
        self.given_yukawa = point.y_prime_muon is not None
        # With all vevs the inos stay the same from one set of Yukawas to the next.
        self.fixed = None if self.given_yukawa else shift_of(point, model, self.mode)
        self.loop_scale = mp.mpf(1)

    def assign(self, unknowns: Sequence[Number]) -> Matrix:
        """Set Yukawas, and vevs where Y'_mumu is given; return dm."""
        r_e, r, r_tau = unknowns
        model, root2 = self.model, mp.sqrt(2)
        if self.given_yukawa:
            set_vevs(self.point, model, r)
            r = number(self.point.y_prime_muon) * model.v_d[1] / (root2 * self.diagonal[1])
        primed = r * self.form
        primed[0, 0] = r_e * self.diagonal[0]
        model.y = [
            root2 / model.v_d[0] * mp.diag([0, 0, r_tau * self.diagonal[2]]),
            root2 / model.v_d[1] * primed,
        ]
        return (self.fixed or shift_of(self.point, model, self.mode))()

    def mismatch(self, unknowns: Matrix) -> Matrix:
        """Zero where m_l + dm has the lepton masses."""
        shift = self.assign(list(unknowns))
        return mass_mismatch(tree_mass(self.model) + self.loop_scale * shift, self.model.m_lepton)

    def start(self) -> Matrix:
        """Each unknown from its own diagonal entry, in which it is almost linear."""
        second = self._cot_beta_d() if self.given_yukawa else mp.mpf(1)
        shift, tree = self.assign([mp.mpf(1), second, mp.mpf(1)]), tree_mass(self.model)
        ratios = [(tree[k, k] + shift[k, k]) / tree[k, k] for k in range(3)]
        guess = [mp.sign(mp.re(ratio)) / abs(ratio) for ratio in ratios]
        return mp.matrix([guess[0], second if self.given_yukawa else guess[1], guess[2]])

    def _cot_beta_d(self) -> Number:
        yukawa, one = number(self.point.y_prime_muon), mp.mpf(1)

        def mismatch(cot: Number) -> Number:
            mass = self.assign([one, cot, one]) + tree_mass(self.model)
            return mp.re(mass[1, 1] * mp.conj(mp.sign(yukawa))) - abs(self.diagonal[1])

        set_vevs(self.point, self.model, one)
        first = mp.sqrt(2) * abs(self.diagonal[1] / (self.model.v_d[1] * yukawa))
        low, high = mismatch(first), mismatch(2 * first)
        return first - low * first / (high - low)


def solve_texture(point: Point, model: Model, digits: int, near: Sequence[float] | None) -> Matrix:
    """Set Yukawas (and vevs) of the model so that the lepton masses come out; return dm."""
    diagonal = algebraic(point, model.m_lepton, digits)
    exact = _Unknowns(point, model, diagonal)
    if exact.mode == "none" and not exact.given_yukawa:
        return exact.assign([mp.mpf(1)] * 3)
    with mp.workdps(_SEARCH):
        rough = _Unknowns(point, model_of(point), +diagonal)
        found, jacobian = _search(rough, near)
    found = polished(exact.mismatch, found, jacobian, mp.mpf(10) ** (-digits - 15))
    return exact.assign(list(found))


def _search(rough: _Unknowns, near: Sequence[float] | None) -> tuple[Matrix, Matrix]:
    if near is not None:
        return newton(rough.mismatch, mp.matrix([number(x) for x in near]))
    try:
        return newton(rough.mismatch, rough.start())
    except FSSMError:
        if rough.given_yukawa:
            raise
    # Step by step from r = 1 without loops.
    found, steps = mp.ones(3, 1), 8
    for k in range(1, steps + 1):
        rough.loop_scale = mp.mpf(k) / steps
        found, jacobian = newton(rough.mismatch, found)
    return found, jacobian
