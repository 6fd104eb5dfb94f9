"""Y' or tan_beta_d of the muon alone from its mass |m_l + dm|, of either sign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import mpmath as mp

from fssm.base import FSSMError
from fssm.reference.model import (
    Model,
    Number,
    cot_beta_d,
    d_terms,
    f_terms,
    model_of,
    number,
    set_vevs,
    tree_mass,
    vev_share,
)
from fssm.reference.roots import SEARCH_DIGITS, polished, secant
from fssm.reference.search import LeptonMass, first_root
from fssm.reference.threshold import shift_of

if TYPE_CHECKING:
    from fssm.model.point import Point


class _Unknown:
    """The muon mass m_l + dm as a function of Y', or else of v_d'/v where Y' is given."""

    def __init__(self, point: Point, model: Model) -> None:
        self.point, self.model = point, model
        self.mode = point.threshold or "exact"
        self.solves_yukawa = point.solves_for == "y_prime_muon"
        # With all vevs the inos stay the same from one Y' to the next.
        self.fixed = shift_of(point, model, self.mode) if self.solves_yukawa else None

    def assign(self, x: Number) -> Number:
        """Set the unknown of the model; return dm."""
        if self.solves_yukawa:
            self.model.y[1] = mp.matrix([[x]])
        else:
            set_vevs(self.point, self.model, cot_beta_d(self.point, x))
        return (self.fixed or shift_of(self.point, self.model, self.mode))()[0]

    def mass(self, x: Number) -> Number:
        shift = self.assign(x)
        return tree_mass(self.model)[0] + shift

    def equation(self) -> LeptonMass:
        wanted = self.model.m_lepton[0]
        if not self.solves_yukawa:
            return LeptonMass(self.mass, wanted, mp.mpf(1), along=self.model.y[1][0])
        # Next to trilinears -Y' is another solution, with another phase between the two.
        sides = (1, -1) if self.model.y[0][0] else (1,)
        return LeptonMass(self.mass, wanted, yukawa_reach(self.model), sides=sides)

    def start(self, near: complex) -> Number:
        """The unknown from the value of Y' or tan_beta_d that the caller gives."""
        value = mp.re(number(near))
        return value if self.solves_yukawa else vev_share(self.point, 1 / value)


def yukawa_reach(model: Model) -> Number:
    """Y' of one generation at which a smuon becomes tachyonic, estimated.

    Only mixing is counted; where m_l itself becomes as heavy as the smuons nothing is linear
    either.
    """
    d_left, d_right, _ = d_terms(model)
    left, right = model.m_l_sq[0] + d_left, model.m_e_sq[0] + d_right
    if left <= 0 or right <= 0:
        raise FSSMError("tachyonic slepton: the reference has no spectrum for this point")
    f, f_prime = f_terms(model, model.v_u)
    trilinear = model.t[0][0] * model.v_d[0] + model.t[1][0] * model.v_d[1]
    constant = abs(trilinear - model.y[0][0] * mp.conj(f))
    room = mp.sqrt(2 * left * right) - constant
    if room <= 0:
        raise FSSMError("tachyonic slepton without Y': no search for the muon mass from there")
    estimates = [
        reach / abs(factor)
        for reach, factor in ((room, f_prime), (mp.sqrt(2 * min(left, right)), model.v_d[1]))
        if factor
    ]
    if not estimates:
        raise FSSMError("the muon has no mass: Y' reaches neither v_d' nor the up-type vevs")
    return min(estimates)


def _first(equation: LeptonMass) -> Number:
    """The positive root nearest to zero; the negative one where there is no positive one."""
    try:
        return first_root(equation)
    except FSSMError:
        if equation.along is not None or equation.sides != (1,):
            raise
        return first_root(replace(equation, sides=(-1,)))


def solve_muon(point: Point, model: Model, digits: int, near: complex | None) -> Number:
    """Set Y' or the vevs of the model so that the muon mass comes out; return dm.

    Raises
    ------
    FSSMError
        if the muon mass has no solution.
    """
    if point.solves_for is None:
        return shift_of(point, model, point.threshold or "exact")()[0]
    with mp.workdps(SEARCH_DIGITS):
        rough = _Unknown(point, model_of(point))
        equation = rough.equation()
        start = _first(equation) if near is None else rough.start(near)
        root, slope = secant(equation.mismatch, start, start / 10**9 or equation.reach / 10**9)
    exact = _Unknown(point, model)
    equation = exact.equation()
    root = polished(
        lambda x: mp.matrix([equation.mismatch(x[0])]),
        mp.matrix([root]),
        mp.matrix([[slope]]),
        mp.mpf(10) ** (-digits - 15),
    )[0]
    if not exact.solves_yukawa and root <= 0:
        raise FSSMError("the muon mass has no solution with v_d' > 0")
    return exact.assign(root)
