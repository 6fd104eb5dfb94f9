"""The real x nearest to zero at which one lepton mass, |mass(x)|, has the value wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import mpmath as mp

from fssm.base import FSSMError
from fssm.reference.roots import secant

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.reference.model import Number

    Node: TypeAlias = tuple[Number, Number]  # x and the mismatch there

# Steps from zero to ``reach``; the walk goes on to twice that, as edges are estimates.
_STEPS = 32
# Up to this mismatch |mass|^2/wanted^2 - 1 the linear solution is the beginning of the exact one.
_LINEAR = 0.1


@dataclass(frozen=True)
class LeptonMass:
    """The equation |mass(x)| = wanted, and where to look for x.

    ``mass`` raises FSSMError where there is a tachyon. ``reach`` is the scale of x at which it
    ceases to be linear; the walk stops at twice that. ``sides`` are the signs of x allowed.
    With ``along`` only solutions with Re(mass along^*) > 0 count.
    """

    mass: Callable[[Number], Number]
    wanted: Number
    reach: Number
    sides: tuple[int, ...] = (1,)
    along: Number | None = None

    def mismatch(self, x: Number) -> Number:
        """|mass|^2/wanted^2 - 1: smooth where the mass changes its sign, unlike its modulus."""
        mass = self.mass(x)
        return self._direction(mass) * abs(mass) ** 2 / self.wanted**2 - 1

    def linear_solutions(self) -> list[Number]:
        """Solutions on the allowed sides if the mass were linear in x, the nearest first."""
        step = self.reach * mp.mpf("1e-6")
        start = self.mass(mp.mpf(0))
        slope = (self.mass(step) - start) / step
        if not slope:
            return []
        middle = -mp.re(start * mp.conj(slope)) / abs(slope) ** 2
        square = middle**2 - (abs(start) ** 2 - self.wanted**2) / abs(slope) ** 2
        if square < 0:
            return []
        solutions = []
        for x in (middle + mp.sqrt(square), middle - mp.sqrt(square)):
            if mp.sign(x) in self.sides and self._direction(start + slope * x) > 0:
                solutions.append(x)
        return sorted(solutions, key=distance)

    def _direction(self, mass: Number) -> int:
        return 1 if self.along is None or mp.re(mass * mp.conj(self.along)) > 0 else -1


def distance(x: Number) -> Number:
    """|x|, a trifle more for negative x: of two that differ by rounding the positive is taken."""
    return abs(x) * (1 if x > 0 else 1 + mp.mpf("1e-9"))


def first_root(lepton: LeptonMass) -> Number:
    """The solution nearest to zero, to about 15 digits.

    Raises
    ------
    FSSMError
        if there is none before the sleptons become tachyonic.
    """
    roots = _nearly_linear_roots(lepton) or _walked_roots(lepton)
    if not roots:
        raise FSSMError("no solution for the lepton mass that the reference finds")
    return min(roots, key=distance)


def _nearly_linear_roots(lepton: LeptonMass) -> list[Number]:
    """Solutions close to the linear ones; none if the nearest of those is not close to one."""
    roots: list[Number] = []
    for guess in lepton.linear_solutions():
        try:
            close = abs(lepton.mismatch(guess)) < _LINEAR
            root = secant(lepton.mismatch, guess, guess / 1000)[0] if close else None
        except FSSMError:
            root = None
        if root is None or abs(root - guess) > abs(guess) / 4:
            return roots
        roots.append(root)
    return roots


@dataclass
class _Walk:
    """Steps away from zero on one side, shorter and shorter before a tachyon."""

    step: Number
    nodes: list[Node] = field(default_factory=list)

    def advance(self, lepton: LeptonMass) -> bool:
        """One more node, if there is room for it."""
        shortest = lepton.reach / _STEPS / 2**16
        while abs(self.step) > shortest:
            x = self.nodes[-1][0] + self.step
            if abs(x) > 2 * lepton.reach:
                break
            try:
                self.nodes.append((x, lepton.mismatch(x)))
            except FSSMError:
                self.step /= 2
            else:
                return True
        self.step = mp.mpf(0)
        return False


def _walked_roots(lepton: LeptonMass) -> list[Number]:
    """The first solution on each side at which the walks from zero arrive at the same time."""
    origin = (mp.mpf(0), lepton.mismatch(mp.mpf(0)))
    walks = [_Walk(side * lepton.reach / _STEPS, [origin]) for side in lepton.sides]
    moved, first = True, True
    while moved:
        advanced = [walk.advance(lepton) for walk in walks]
        triples = [walk.nodes[-3:] for walk, new in zip(walks, advanced, strict=True) if new]
        if first and advanced == [True, True]:
            # The turning point next to zero is seen from both sides only.
            triples.append([walks[1].nodes[-1], origin, walks[0].nodes[-1]])
        brackets = [_bracket(lepton, nodes) for nodes in triples]
        found = [_bracketed(lepton, *bracket) for bracket in brackets if bracket]
        roots = [root for root in found if root is not None]
        if roots:
            return roots
        moved, first = any(advanced), False
    return []


def _bracket(lepton: LeptonMass, nodes: list[Node]) -> tuple[Node, Node] | None:
    """Two nodes with a change of sign between them, also across a turning point."""
    if nodes[-1][1] * nodes[-2][1] <= 0:
        return nodes[-2], nodes[-1]
    if len(nodes) < 3:
        return None
    before, middle, after = nodes
    for _ in range(12):
        if abs(middle[1]) > min(abs(before[1]), abs(after[1])):
            return None
        x = _vertex(before, middle, after)
        if x is None:
            return None
        new, beyond = (x, lepton.mismatch(x)), (x - middle[0]) * (after[0] - middle[0]) > 0
        if new[1] * middle[1] <= 0:
            around = (middle, after) if beyond else (before, middle)
            return min(around, key=lambda node: abs(node[0])), new
        if abs(new[1]) > mp.mpf("0.99") * abs(middle[1]):
            return None
        before, middle, after = (middle, new, after) if beyond else (before, new, middle)
    return None


def _vertex(*nodes: Node) -> Number | None:
    """Where the parabola through three nodes turns; None without curvature."""
    (x0, f0), (x1, f1), (x2, f2) = nodes
    left, right = (x1 - x0) * (f1 - f2), (x1 - x2) * (f1 - f0)
    if left == right:
        return None
    return x1 - ((x1 - x0) * left - (x1 - x2) * right) / (2 * (left - right))


def _bracketed(lepton: LeptonMass, low: Node, high: Node) -> Number | None:
    """The root between two nodes, by false position with halved weights (Illinois)."""
    (a, f_a), (b, f_b) = low, high
    for _ in range(60):
        if not f_b or abs(b - a) < mp.mpf("1e-16") * abs(b):
            break
        x = b - f_b * (b - a) / (f_b - f_a)
        f_x = lepton.mismatch(x)
        if f_x * f_b <= 0:
            a, f_a = b, f_b
        else:
            f_a /= 2
        small = abs(x - b) < mp.mpf("1e-15") * abs(x)
        b, f_b = x, f_x
        if small:
            break
    # With ``along`` the mismatch may also jump.
    return b if abs(f_b) < mp.mpf("1e-6") else None
