"""The flavourful texture: Yukawa couplings that give the lepton masses, with their threshold.

Y = (sqrt2/v_d) r_tau diag(0, 0, d_tau) and Y' = (sqrt2/v_d') r Delta M, its (e, e) entry with
r_e in place of r; Delta M as in fssm.model.texture. First d, from the masses and x alone, then
(r_e, r, r_tau) from the masses of m_l + dm; or (r_e, 1/tan_beta_d, r_tau) where Y'_mumu is given.
For v_d' = 0 the masses of electron and muon come from loops alone; r and r_e then count in units
of v in place of v_d', Y' = (sqrt2/v) r Delta M. All r are positive: where 1 + Delta has a phase, or
is negative, x_ij compares the entries of m_l + dm up to that phase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath as mp

from fssm.base import FSSMError
from fssm.reference.model import (
    Matrix,
    Model,
    Number,
    cot_beta_d,
    f_terms,
    hermitian_levels,
    input_matrix,
    model_of,
    number,
    set_vevs,
    tree_mass,
)
from fssm.reference.roots import SEARCH_DIGITS, newton, polished
from fssm.reference.search import LeptonMass, first_root
from fssm.reference.threshold import shift_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fssm.model.point import Point


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
        with mp.workdps(SEARCH_DIGITS):
            ratios = mp.ones(3, 1)
            for k in range(1, steps + 1):
                ratios, jacobian = newton(equations(mp.mpf(k) / steps), ratios)
        ratios = polished(equations(mp.mpf(1)), ratios, jacobian, mp.mpf(10) ** (-digits - 15))
    except FSSMError as error:
        raise FSSMError("x_texture: no diagonal of the texture gives the lepton masses") from error
    return mp.matrix([r * m for r, m in zip(ratios, masses, strict=True)])


class Unknowns:
    """Lepton mass matrix m_l + dm of a texture as a function of its three unknowns.

    They are (r_e, r, r_tau), or (r_e, 1/tan_beta_d, r_tau) where Y'_mumu is given.
    """

    def __init__(self, point: Point, model: Model, diagonal: Matrix) -> None:
        self.point, self.model, self.diagonal = point, model, diagonal
        self.mode = point.threshold or "exact"
        self.form = delta_m(point, model.m_lepton, diagonal, mp.mpf(1))
        self.given_yukawa = point.solves_for == "tan_beta_d"
        # With all vevs the inos stay the same from one set of Yukawas to the next.
        self.fixed = None if self.given_yukawa else shift_of(point, model, self.mode)
        self.loop_scale = mp.mpf(1)

    def assign(self, unknowns: Sequence[Number]) -> Matrix:
        """Set Yukawas, and vevs where Y'_mumu is given; return dm."""
        r_e, r, r_tau = unknowns
        model, root2 = self.model, mp.sqrt(2)
        if self.given_yukawa:
            set_vevs(self.point, model, r)
            # r of the other form, over v_d': finite also where v_d' vanishes.
            primed = number(self.point.y_prime_muon) / self.diagonal[1] * self.form
            primed[0, 0] = root2 * r_e * self.diagonal[0] / model.v_d[1] if r_e else 0
        else:
            primed = root2 * r / self.vev * self.form
            primed[0, 0] = root2 * r_e * self.diagonal[0] / self.vev
        tau = root2 / model.v_d[0] * r_tau * self.diagonal[2]
        model.y = [mp.diag([0, 0, tau]), primed]
        return (self.fixed or shift_of(self.point, model, self.mode))()

    @property
    def vev(self) -> Number:
        """What r multiplies Delta M over: v_d', or v where that vanishes."""
        return self.model.v_d[1] or self.model.v

    def mismatch(self, unknowns: Matrix) -> Matrix:
        """Zero where m_l + dm has the lepton masses."""
        return mass_mismatch(self.mass(list(unknowns)), self.model.m_lepton)

    def mass(self, unknowns: Sequence[Number]) -> Matrix:
        """m_l + dm, with the loops scaled where they are switched on step by step."""
        shift = self.assign(unknowns)
        return tree_mass(self.model) + self.loop_scale * shift

    def start(self, walk: bool) -> Matrix:
        """Each unknown from its own diagonal entry with the other two at zero.

        By the linear response at small couplings, or by a walk from zero like that of the
        muon alone.
        """
        unknowns = [mp.mpf(0)] * 3
        # A given Y'_mumu fixes v_d', in units of which the electron's r is counted, first.
        for k in (1, 0, 2):
            equation = self._diagonal_equation(k, list(unknowns))
            guesses = [] if walk else equation.linear_solutions()
            found = guesses[0] if guesses else first_root(equation)
            muon_vev = k == 1 and self.given_yukawa
            unknowns[k] = cot_beta_d(self.point, found) if muon_vev else found
        return mp.matrix(unknowns)

    def _diagonal_equation(self, k: int, others: list[Number]) -> LeptonMass:
        if k == 1 and self.given_yukawa:
            return LeptonMass(
                lambda x: self.mass([0, cot_beta_d(self.point, x), 0])[1, 1],
                abs(self.diagonal[1]),
                mp.mpf(1),
                along=mp.sign(self.diagonal[1]),
            )
        fixed = others if self.given_yukawa else [mp.mpf(0)] * 3

        def mass(x: Number) -> Number:
            return self.mass([x if i == k else fixed[i] for i in range(3)])[k, k]

        return LeptonMass(mass, abs(self.diagonal[k]), self._reach(k))

    def _reach(self, k: int) -> Number:
        """Value of one unknown at which mixing would make its slepton tachyonic, estimated."""
        model = self.model
        lightest = [hermitian_levels(m)[0][0] for m in (model.m_l_sq, model.m_e_sq)]
        if min(lightest) <= 0:
            return mp.mpf(1)
        f, f_prime = f_terms(model, model.v_u)
        source, vev = (f, model.v_d[0]) if k == 2 else (f_prime, self.vev)
        room = mp.sqrt(lightest[0] * lightest[1])
        mixing = abs(source * self.diagonal[k] / vev)
        return room / mixing if mixing else mp.sqrt(min(lightest)) / abs(self.diagonal[k])


def solve_texture(point: Point, model: Model, digits: int, near: Sequence[float] | None) -> Matrix:
    """Set Yukawas (and vevs) of the model so that the lepton masses come out; return dm."""
    diagonal = algebraic(point, model.m_lepton, digits)
    exact = Unknowns(point, model, diagonal)
    if exact.mode == "none" and not exact.given_yukawa:
        return exact.assign([mp.mpf(1)] * 3)
    with mp.workdps(SEARCH_DIGITS):
        rough = Unknowns(point, model_of(point), +diagonal)
        if near is None:
            found, jacobian = _search(rough)
        else:
            found, jacobian = newton(rough.mismatch, mp.matrix([number(x) for x in near]))
    found = polished(exact.mismatch, found, jacobian, mp.mpf(10) ** (-digits - 15))
    return exact.assign(list(found))


def _search(rough: Unknowns) -> tuple[Matrix, Matrix]:
    """From the diagonal entries alone, or else with the loops switched on step by step."""
    for walk in (False, True):
        try:
            found, jacobian = newton(rough.mismatch, rough.start(walk))
        except FSSMError:
            continue
        if min(found) > 0:
            return found, jacobian
    if rough.given_yukawa or not rough.model.v_d[1]:
        raise FSSMError("no solution for the lepton masses: none near that without mixing")
    found, steps = mp.ones(3, 1), 8
    for k in range(1, steps + 1):
        rough.loop_scale = mp.mpf(k) / steps
        found, jacobian = newton(rough.mismatch, found)
    if min(found) <= 0:
        raise FSSMError("no solution for the lepton masses with positive r_e, r and r_tau")
    return found, jacobian
