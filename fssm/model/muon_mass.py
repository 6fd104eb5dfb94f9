"""The muon Yukawa coupling, or tan(beta_d), that the muon mass implies; one generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from fssm.base import choose, quiet_nan, taken
from fssm.model.lagrangian import lagrangian
from fssm.model.muon_shift import ExactShift, MuonInputs, aligned, muon_inputs, muon_shift
from fssm.model.spectrum import scalars
from fssm.model.threshold import exact_shift, shift_of
from fssm.model.vertices import lepton_mass, mass_mismatch
from fssm.model.yukawa import MASS_TOLERANCE, Search, Yukawa, describe, name_failures
from fssm.numerics.roots import inside_domain, secant_root

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, Element, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.muon_shift import LinearShift
    from fssm.model.point import Point
    from fssm.model.states import States

# Of the tolerance: the muon mass to 1e-15, where only rounding is left to gain.
ENOUGH = 1e-5
# Longest first step of the search, as a factor; it starts at 1/1000 of the tree-level coupling.
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


class _Equation(Protocol):
    """A one-parameter family of muons."""

    @property
    def phase(self) -> AnyArray:
        """Phase of the mass for small couplings."""

    def inputs(self, x: RealArray) -> MuonInputs:
        """The muon's parameters at x."""

    def shift(self, inputs: MuonInputs) -> AnyArray:
        """Its dm."""

    def taken(self, where: BoolArray) -> _Equation:
        """Some of the points only, with one axis of points."""


class _ForYukawa(NamedTuple):
    """x is Y'; the states of the inos are prepared in ``prepared``."""

    start: MuonInputs
    prepared: LinearShift | ExactShift
    phase: AnyArray

    def inputs(self, x: RealArray) -> MuonInputs:
        return self.start.with_yukawa(x)

    def shift(self, inputs: MuonInputs) -> AnyArray:
        return self.prepared.at(inputs)

    def taken(self, where: BoolArray) -> _ForYukawa:
        prepared, phase = self.prepared.taken(where), taken(self.phase, where)
        return _ForYukawa(self.start.taken(where), prepared, phase)


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

    With Y' left out, a real y' (positive for Y = 0) solves |m_l + dm(y')| = m_mu; with
    tan_beta_d left out, v_d' > 0 does. Points without a usable solution carry a flag and NaN in
    the Lagrangian; their ``delta`` is that of the failed solution, or of small Y' where there
    was none. With both given nothing is solved, no threshold enters, and Delta is computed for
    comparison only.
    """
    solution = solve_muon(point)
    lag = _lagrangian_at(point, solution.unknown, solution.trial)
    if solution.search is None:
        return lag, describe(lag, "y_prime_muon", exact_shift(lag), None)
    mode = point.threshold or "exact"
    described = describe(lag, mode, shift_of(point)(lag), solution.search)
    unusable = described.unusable()
    if unusable.any():
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


def solve_muon(point: Point) -> MuonSolution:
    """Find Y' or tan_beta_d, as far as they are left out, without a description of the rest."""
    if point.y_prime_muon is None:
        return _solve_yukawa(point)
    if point.tan_beta_d is None and point.v_d is None:
        return _solve_tan_beta_d(point)
    inputs = muon_inputs(lagrangian(point), len(point.shape))
    return MuonSolution(None, inputs.lepton.y_prime, inputs, np.asarray(0.0), None, None)


def start_of_search(inputs: MuonInputs) -> RealArray:
    """The Y' from which to search.

    Far below the tree-level value dm is linear in y' and no smuon is tachyonic through it.
    Next to a Y_mumu of its own the real Y' may have either sign.
    """
    with quiet_nan():
        return np.asarray(1e-3 * np.sqrt(2) * inputs.m_muon / np.abs(inputs.ino.v_d_prime))


def _solve_yukawa(point: Point) -> MuonSolution:
    lag = lagrangian(point)
    inputs = muon_inputs(lag, len(point.shape))
    with quiet_nan():
        prepared = muon_shift(point, lag, inputs)
    equation = _ForYukawa(inputs, prepared, inputs.ino.v_d_prime)
    start = start_of_search(inputs)
    solution = _root(point, equation, "y_prime_muon", start, positive=False)
    return solution._replace(states=prepared.full if isinstance(prepared, ExactShift) else None)


def _solve_tan_beta_d(point: Point) -> MuonSolution:
    axes = len(point.shape)
    y_prime = aligned(np.asarray(point.y_prime_muon), axes)
    equation = _ForTangent(point, y_prime)
    start = equation.inputs(1e-3 / aligned(np.asarray(point.tan_beta), axes))
    with quiet_nan():
        tree = np.sqrt(2) * start.m_muon / (np.abs(y_prime) * start.ino.v_u)
    return _root(point, equation, "tan_beta_d", tree, positive=True)


def _root(
    point: Point, equation: _Equation, unknown: str, start: RealArray, *, positive: bool
) -> MuonSolution:
    """Find x with |m_l(x) + dm(x)| = m_mu by the secant, from ``start``."""
    mismatch = _Mismatch(equation)
    first, f_first = inside_domain(mismatch, np.broadcast_to(start, point.shape))
    m_muon = np.broadcast_to(equation.inputs(first).m_muon, point.shape)
    with quiet_nan():
        second = first * first_step(f_first, m_muon)
    root = secant_root(
        mismatch,
        first,
        second,
        MASS_TOLERANCE * m_muon,
        f0=f_first,
        enough=ENOUGH,
    )
    if positive:
        root = root._replace(converged=root.converged & (root.x > 0))
    trial = np.where(root.converged, root.x, first)
    inputs = equation.inputs(trial)
    with quiet_nan():
        shift = equation.shift(inputs)
    search = Search(np.isfinite(root.x), root.converged, root.outside)
    return MuonSolution(unknown, trial, inputs, shift, search, None)


def first_step(mismatch: Element, m_muon: Element) -> Element:
    """Factor from the first x to the second, as if the mass were proportional to it."""
    mass = mismatch + m_muon
    factor = np.minimum(np.maximum(m_muon / np.abs(mass), 2.0), _LONGEST)
    return choose(mass > 0, factor, 2.0)


@dataclass(frozen=True)
class _Mismatch:
    """How much too heavy the muon is, GeV."""

    equation: _Equation

    def __call__(self, x: RealArray) -> RealArray:
        inputs = self.equation.inputs(x)
        with quiet_nan():
            mass = lepton_mass(inputs.ino, inputs.lepton) + self.equation.shift(inputs)
            return np.asarray(mass_mismatch(mass, self.equation.phase, inputs.m_muon))

    def taken(self, where: BoolArray) -> _Mismatch:
        return _Mismatch(self.equation.taken(where))
