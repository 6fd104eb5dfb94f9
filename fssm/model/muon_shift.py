"""Mass correction dm of the muon alone as a function of Y', prepared once for many Y'."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from fssm.base import first_axis_sum, taken
from fssm.model.elements import InoInputs, LeptonInputs, without_up_vevs
from fssm.model.matrices import ino_inputs
from fssm.model.states import States, states
from fssm.model.threshold import shift_of
from fssm.model.vertices import (
    Chargino,
    Neutralino,
    SoftSleptons,
    bare_sleptons,
    chargino_shift,
    lepton_mass,
    mass_shift,
    neutralino_shift,
    sleptons,
    soft_sleptons,
)

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point


_Ino = TypeVar("_Ino", Neutralino, Chargino)


class MuonInputs(NamedTuple):
    """Parameters of the muon alone, one by one, each (...)."""

    ino: InoInputs
    lepton: LeptonInputs
    m_muon: RealArray

    def taken(self, where: AnyArray) -> MuonInputs:
        """For some of the points only, with one axis of points."""
        ino, lepton = ((taken(array, where) for array in part) for part in self[:2])
        return MuonInputs(InoInputs(*ino), LeptonInputs(*lepton), taken(self.m_muon, where))

    def with_yukawa(self, y_prime: AnyArray) -> MuonInputs:
        """With another Y'."""
        return self._replace(lepton=self.lepton._replace(y_prime=y_prime))


class LinearShift(NamedTuple):
    """dm = Y unprimed + Y' primed, GeV: thresholds "leading", "given" and "none"."""

    unprimed: AnyArray
    primed: AnyArray

    def at(self, inputs: MuonInputs) -> AnyArray:
        """dm (...), GeV, for the Yukawa couplings of these inputs."""
        s = inputs.lepton
        if not np.any(s.y):
            return np.asarray(s.y_prime * self.primed)
        # A given threshold has no part for Y where v_d' = 0.
        own = np.where(s.y == 0, 0.0, s.y * self.unprimed)
        return np.asarray(own + s.y_prime * self.primed)

    def taken(self, where: AnyArray) -> LinearShift:
        """For some of the points only, with one axis of points."""
        return LinearShift(*(taken(array, where) for array in self))


class ExactShift(NamedTuple):
    """dm(v_u, v_u') - dm(0, 0), GeV; the states depend on no Yukawa coupling.

    The charginos' part is Y unprimed + Y' primed, at the scale of the sneutrino mass.
    """

    full: States
    bare: Neutralino
    soft: SoftSleptons
    unprimed: AnyArray
    primed: AnyArray

    def at(self, inputs: MuonInputs) -> AnyArray:
        """dm (...), GeV, for the Yukawa couplings of these inputs; NaN for tachyons."""
        s, soft, mass = inputs.lepton, self.soft, lepton_mass(inputs.ino, inputs.lepton)
        full = neutralino_shift(s, self.full.neutral, sleptons(soft, s, mass), soft.neutral)
        bare = neutralino_shift(s, self.bare, bare_sleptons(soft, mass), soft.neutral)
        return np.asarray(mass_shift(s, first_axis_sum(full - bare), self.unprimed, self.primed))

    def taken(self, where: AnyArray) -> ExactShift:
        """For some of the points only, with one axis of points."""
        neutral, charged = self.full
        full = States(_states_taken(neutral, where), _states_taken(charged, where))
        bare = _states_taken(self.bare, where)
        soft, linear = ((taken(a, where) for a in part) for part in (self.soft, self[3:]))
        return ExactShift(full, bare, SoftSleptons(*soft), *linear)


def _states_taken(states: _Ino, where: AnyArray) -> _Ino:
    return type(states)(*(taken(array, where, 1) for array in states))


def muon_inputs(lag: Lagrangian, axes: int) -> MuonInputs:
    """The parameters of a one-generation Lagrangian, each with ``axes`` axes of points."""
    lepton = LeptonInputs(
        m_l_sq=lag.m_l_sq[..., 0, 0].real,
        m_e_sq=lag.m_e_sq[..., 0, 0].real,
        y=lag.yukawa[..., 0, 0, 0],
        y_prime=lag.yukawa[..., 1, 0, 0],
        t=lag.trilinear[..., 0, 0, 0],
        t_prime=lag.trilinear[..., 1, 0, 0],
    )
    ino = InoInputs(*(aligned(array, axes) for array in ino_inputs(lag)))
    lepton = LeptonInputs(*(aligned(array, axes) for array in lepton))
    return MuonInputs(ino, lepton, aligned(lag.m_lepton[..., 0], axes))


def aligned(array: AnyArray, axes: int) -> AnyArray:
    """With unit axes in front, so that axes of states can stand before those of the points."""
    return np.reshape(array, (1,) * (axes - array.ndim) + array.shape)


def exact_shift_of(inputs: MuonInputs) -> ExactShift:
    """Diagonalise the inos with and without the up-type vevs, on a leading axis."""
    i, soft = inputs.ino, soft_sleptons(inputs.ino, inputs.lepton)
    bare = without_up_vevs(i)
    v_u, v_u_prime = np.stack([i.v_u, bare.v_u]), np.stack([i.v_u_prime, bare.v_u_prime])
    both = states(i._replace(v_u=v_u, v_u_prime=v_u_prime))
    full, without = (
        States(
            Neutralino(*(a[:, k] for a in both.neutral)), Chargino(*(a[:, k] for a in both.charged))
        )
        for k in range(2)
    )
    sums = (chargino_shift(case.charged, soft.neutral) for case in (full, without))
    unprimed, primed = (first_axis_sum(a - b) for a, b in zip(*sums, strict=True))
    return ExactShift(full, without.neutral, soft, unprimed, primed)


def muon_shift(point: Point, lag: Lagrangian, inputs: MuonInputs) -> LinearShift | ExactShift:
    """The dm that the threshold of the point asks for."""
    if (point.threshold or "exact") == "exact":
        return exact_shift_of(inputs)
    if point.threshold == "none":
        zero = np.zeros((1,) * len(point.shape))
        return LinearShift(zero, zero)
    general = shift_of(point)

    def unit(y: float, y_prime: float) -> AnyArray:
        pair = np.array([y, y_prime])[:, None, None]
        return aligned(general(replace(lag, yukawa=pair))[..., 0, 0], len(point.shape))

    # Y is mostly absent, and its part then not needed.
    absent = not np.any(lag.yukawa[..., 0, :, :])
    return LinearShift(
        np.zeros((1,) * len(point.shape)) if absent else unit(1.0, 0.0), unit(0.0, 1.0)
    )
