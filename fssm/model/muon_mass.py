"""The muon Yukawa coupling, or tan(beta_d), that the muon mass implies; one generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan, taken
from fssm.model.lagrangian import lagrangian
from fssm.model.muon_shift import (
    ExactShift,
    MuonInputs,
    aligned,
    exact_shift_of,
    muon_inputs,
    muon_shift,
)
from fssm.model.spectrum import scalars
from fssm.model.threshold import shift_of
from fssm.model.vertices import lepton_mass, mass_mismatch
from fssm.model.yukawa import MASS_TOLERANCE, Search, Yukawa, describe, name_failures
from fssm.model.yukawa_search import (
    ENOUGH,
    Found,
    coupling_range,
    start_of_search,
    tangent,
    thorough_search,
)
from fssm.numerics.roots import inside_domain, secant_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.muon_shift import LinearShift
    from fssm.model.point import Point
    from fssm.model.states import States
    from fssm.model.yukawa_search import Mass

    YukawaSearch = Callable[[Mass, MuonInputs, tuple[int, ...]], Found]

# Longest first step of the search for v_d', as a factor of its tree-level value.
_LONGEST = 4e3


class MuonSolution(NamedTuple):
    """What the muon mass implies, each array (...).

    ``unknown`` is "y_prime_muon", "tan_beta_d", or None where both were given and nothing was
    solved; ``trial`` its value at the root, or at the start of a search without success.
    ``inputs`` are the muon's parameters there and ``shift`` the dm, GeV. ``states`` are the inos,
    where they were needed.
    """

    unknown: str | None
    trial: AnyArray
    inputs: MuonInputs
    shift: AnyArray
    search: Search | None
    states: States | None


class _MassOfYukawa(NamedTuple):
    """The mass as a function of Y'; the states of the inos are prepared in ``prepared``."""

    start: MuonInputs
    prepared: LinearShift | ExactShift

    def __call__(self, y_prime: RealArray) -> AnyArray:
        inputs = self.start.with_yukawa(y_prime)
        with quiet_nan():
            shift = self.prepared.at(inputs)
            return np.asarray(lepton_mass(inputs.ino, inputs.lepton) + shift)

    def taken(self, where: AnyArray) -> _MassOfYukawa:
        return _MassOfYukawa(self.start.taken(where), self.prepared.taken(where))


class _ForTangent(NamedTuple):
    """x is v_d'/v_u, so that every x has other inos."""

    point: Point
    phase: AnyArray

    def inputs(self, x: RealArray) -> MuonInputs:
        return muon_inputs(self.lagrangian(x), len(self.point.shape))

    def lagrangian(self, x: RealArray) -> Lagrangian:
        # v_d' <= 0 means that the loop alone already makes the muon too heavy.
        with quiet_nan():
            return lagrangian(self.point, tan_beta_d=1 / (x * np.asarray(self.point.tan_beta)))

    def shift(self, inputs: MuonInputs) -> AnyArray:
        tan_beta_d = inputs.ino.v_d / inputs.ino.v_d_prime
        lag = lagrangian(self.point, tan_beta_d=tan_beta_d)
        return muon_shift(self.point, lag, inputs).at(inputs)

    def taken(self, where: BoolArray) -> _ForTangent:
        return _ForTangent(self.point.taken(where), taken(self.phase, where))


def solve(point: Point) -> tuple[Lagrangian, Yukawa]:
    """Fix what the muon mass fixes, and say how well; one generation.

    With Y' left out, the real Y' of smallest modulus (positive for Y = 0) solves
    |m_l + dm(Y')| = m_mu; with tan_beta_d left out, v_d' > 0 does. Points without a usable
    solution carry a flag and NaN in the Lagrangian; their ``delta`` is that of the failed
    solution, or of small Y' where there was none. With both given nothing is solved.
    """
    solution = solve_muon(point)
    lag = _lagrangian_at(point, solution.unknown, solution.trial)
    described = describe(lag, point.threshold or "exact", shift_of(point)(lag), solution.search)
    unusable = described.unusable()
    if solution.search is not None and unusable.any():
        described = name_failures(described, scalars(lag), solution.search)
        usable = np.where(unusable, np.nan, solution.trial)
        lag = _lagrangian_at(point, solution.unknown, usable)
    return lag, described


def _lagrangian_at(point: Point, unknown: str | None, x: AnyArray) -> Lagrangian:
    if unknown is None:
        return lagrangian(point)
    if unknown == "tan_beta_d":
        return _ForTangent(point, x).lagrangian(x)
    y = np.asarray(0.0 if point.y_muon is None else point.y_muon)
    pair = np.stack(np.broadcast_arrays(y, x), axis=-1)
    return lagrangian(point, yukawa=pair[..., None, None])


def solve_muon(point: Point, search: YukawaSearch = thorough_search) -> MuonSolution:
    """Find Y' or tan_beta_d, as far as they are left out, without a description of the rest.

    ``search`` is that of yukawa_search for Y' with the exact threshold.
    """
    if point.solves_for == "tan_beta_d":
        return _solve_tan_beta_d(point)
    lag = lagrangian(point)
    inputs = muon_inputs(lag, len(point.shape))
    with quiet_nan():
        prepared = muon_shift(point, lag, inputs)
    states = prepared.full if isinstance(prepared, ExactShift) else None
    if point.solves_for is None:
        with quiet_nan():
            shift = prepared.at(inputs)
        return MuonSolution(None, inputs.lepton.y_prime, inputs, shift, None, states)
    mass = _MassOfYukawa(inputs, prepared)
    if isinstance(prepared, ExactShift):
        found = search(mass, inputs, point.shape)
    else:
        found = _linear_search(mass, inputs, point.shape)
    return _with_yukawa(found, inputs, prepared, states)


def search_of_muon(inputs: MuonInputs, shape: tuple[int, ...]) -> Found:
    """Y' (...) of these inputs with the exact threshold."""
    with quiet_nan():
        mass = _MassOfYukawa(inputs, exact_shift_of(inputs))
    return thorough_search(mass, inputs, shape)


def _linear_search(mass: _MassOfYukawa, inputs: MuonInputs, shape: tuple[int, ...]) -> Found:
    """Y' with a threshold that is linear in it."""
    small, _, kind = start_of_search(inputs, coupling_range(inputs))
    constant = mass(np.asarray(0.0))
    with quiet_nan():
        straight = tangent(constant, mass(np.asarray(1.0)) - constant, kind, inputs.m_muon)
    root = np.broadcast_to(straight.root, shape)
    converged, never = np.isfinite(root), np.zeros(shape, bool)
    return Found(np.where(converged, root, small), converged, never, never)


def _with_yukawa(
    found: Found, inputs: MuonInputs, prepared: LinearShift | ExactShift, states: States | None
) -> MuonSolution:
    solved = inputs.with_yukawa(found.y_prime)
    with quiet_nan():
        shift = prepared.at(solved)
    search = Search(np.isfinite(found.y_prime), found.converged, found.outside, found.doubtful)
    return MuonSolution("y_prime_muon", found.y_prime, solved, shift, search, states)


def _solve_tan_beta_d(point: Point) -> MuonSolution:
    """v_d' > 0 with the mass on the side of the tree-level one, hence the largest v_d'."""
    axes = len(point.shape)
    y_prime = aligned(np.asarray(point.y_prime_muon), axes)
    equation = _ForTangent(point, y_prime)
    start = equation.inputs(1e-3 / aligned(np.asarray(point.tan_beta), axes))
    with quiet_nan():
        tree = np.sqrt(2) * start.m_muon / (np.abs(y_prime) * start.ino.v_u)
    mismatch = _TangentMismatch(equation)
    first, f_first = inside_domain(mismatch, np.broadcast_to(tree, point.shape))
    m_muon = np.broadcast_to(equation.inputs(first).m_muon, point.shape)
    with quiet_nan():
        second = first * _second_tangent(f_first, m_muon)
    root = secant_root(mismatch, first, second, MASS_TOLERANCE * m_muon, f0=f_first, enough=ENOUGH)
    found = root.converged & (root.x > 0)
    trial = np.where(found, root.x, first)
    inputs = equation.inputs(trial)
    with quiet_nan():
        shift = equation.shift(inputs)
    search = Search(np.isfinite(root.x), found, root.outside, np.zeros_like(found))
    return MuonSolution("tan_beta_d", trial, inputs, shift, search, None)


def _second_tangent(mismatch: RealArray, m_muon: RealArray) -> RealArray:
    """Factor from the first v_d' to the second, as if the mass were proportional to it."""
    mass = mismatch + m_muon
    factor = np.minimum(np.maximum(m_muon / np.abs(mass), 2.0), _LONGEST)
    return np.where(mass > 0, factor, 2.0)


@dataclass(frozen=True)
class _TangentMismatch:
    """How much too heavy the muon is, GeV."""

    equation: _ForTangent

    def __call__(self, x: RealArray) -> RealArray:
        inputs = self.equation.inputs(x)
        with quiet_nan():
            mass = lepton_mass(inputs.ino, inputs.lepton) + self.equation.shift(inputs)
            return np.asarray(mass_mismatch(mass, self.equation.phase, inputs.m_muon))

    def taken(self, where: BoolArray) -> _TangentMismatch:
        return _TangentMismatch(self.equation.taken(where))
