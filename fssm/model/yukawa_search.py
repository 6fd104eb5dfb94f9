"""The real Y' that gives the muon its mass, |m_l + dm(Y')| = m_mu: the nearest to zero.

It is positive where Y = 0. Where the trilinears vanish as well, dm is odd in Y' and its sign a
convention; else -Y' is another solution, with trilinears of the other sign.

dm is almost linear in Y', and ends where a smuon becomes tachyonic. A secant that starts at the
root of the tangent at Y' = 0 finds the root of nearly every point. Where it does not, or where
the mass has bent away from the tangent on the way, the range of couplings is searched from zero
outwards for the first bracket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from fssm.base import abs_sq, choose, conjugate, quiet_nan, real_part, taken
from fssm.model.vertices import mass_mismatch, soft_sleptons
from fssm.model.yukawa import MASS_TOLERANCE, POLE_MARGIN
from fssm.numerics.roots import Root, bracketed_root, secant_root

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, Element, RealArray
    from fssm.model.muon_shift import MuonInputs

# Of the tolerance: the muon mass to 3e-15, where little but rounding is left to gain.
ENOUGH = 3e-5
# Where the search starts, in units of the tree-level coupling, of the largest one without a
# tachyon, or of 1: there dm is linear.
_START = 1e-3
# A root further out than this, in units of the root of the tangent at Y' = 0, may have another one
# before it.
_BENT = 1.5
# So may a root this close to the coupling that makes a smuon tachyonic, in units of that: there
# the mass bends most, and may pass the muon's with the one sign before it does with the other.
_NEAR_EDGE = 0.9
# A change of sign within this relative distance is a root, where rounding of the mass hides it.
_ROUNDING = 1e-8
# Roots +-Y' that are as large to this accuracy are the same but for a sign.
_TIE = 1e-9
# Couplings to look at on the way outwards, of the largest one without a tachyon.
_NODES = np.concatenate(
    [[1e-13], np.geomspace(0.003, 0.5, 11), 1 - np.geomspace(0.4, 1e-9, 14), [1.0]]
)
# Points of a search of the range at a time.
_BLOCK = 300
# No coupling beyond this is looked for.
LARGEST = 1e4


class Mass(Protocol):
    """The muon mass m_l + dm (...), GeV, as a function of Y' (...); NaN for tachyons."""

    def __call__(self, y_prime: RealArray) -> AnyArray:
        """The mass."""

    def taken(self, where: AnyArray) -> Mass:
        """Some of the points only, by a mask or by position, with one axis of points."""


class Range(NamedTuple):
    """Couplings between which no smuon is tachyonic; NaN where there are none."""

    low: RealArray
    high: RealArray

    @property
    def holds_zero(self) -> BoolArray:
        """Where Y' = 0 is one of them."""
        return np.asarray((self.low < 0) & (self.high > 0))

    @property
    def exists(self) -> BoolArray:
        """Where there are any."""
        return np.asarray(self.low < self.high)


class Start(NamedTuple):
    """What the search begins with.

    ``small`` is a coupling at which the mass is linear; beyond ``largest`` there is a tachyon, or
    |1 + Delta| < 0.05 at any root. ``kind`` is 0 where the mass vanishes with Y', so that the
    sign of Y' is a convention; 1 next to trilinears, for which the positive root counts, as their
    phase is relative to it; 2 next to a Y of its own, for which the nearest one counts.
    """

    small: RealArray
    largest: RealArray
    kind: RealArray


class Tangent(NamedTuple):
    """The mass at Y' = 0 extended linearly: its root, a number with the phase of the mass there.

    ``tied`` is 1 where the two roots of a mass of kind 2 are about as near to zero.
    """

    root: Element
    reference: Element
    tied: Element


def coupling_range(inputs: MuonInputs, tree_sq: RealArray | float = 0.0) -> Range:
    """Where LL RR > |RL|^2, with RL = t - Y' s a quadratic inequality; ``tree_sq`` is |m_l|^2."""
    soft = soft_sleptons(inputs.ino, inputs.lepton)
    slope = soft.source_prime / np.sqrt(2)
    constant = soft.trilinear
    if np.any(inputs.lepton.y):
        constant = constant - soft.source * inputs.lepton.y / np.sqrt(2)
    left, right = soft.left + tree_sq, soft.right + tree_sq
    with quiet_nan():
        product = np.where((left > 0) & (right > 0) & (soft.neutral > 0), left * right, np.nan)
        size, along = abs_sq(slope), real_part(conjugate(slope) * constant)
        rest = abs_sq(constant) - product
        half = np.sqrt(along * along - size * rest)
        bounded = size > 0
        low, high = ((along + sign * half) / size for sign in (-1, 1))
        free = np.where(rest < 0, np.inf, np.nan)
        return Range(np.where(bounded, low, -free), np.where(bounded, high, free))


def start_of_search(inputs: MuonInputs, reach: Range) -> Start:
    """Where to look first: small enough for dm to be linear and for smuons not to be tachyonic."""
    i, s = inputs.ino, inputs.lepton
    kind = np.where(s.y != 0, 2.0, np.where((s.t != 0) | (s.t_prime != 0), 1.0, 0.0))
    with quiet_nan():
        tree = np.sqrt(2) * inputs.m_muon / np.abs(i.v_d_prime)
        nearest = np.where(reach.holds_zero, np.minimum(-reach.low, reach.high), np.inf)
        small = _START * np.minimum(np.minimum(tree, nearest), 1.0)
        pole = tree / POLE_MARGIN
        if (kind == 2).any():
            pole = pole + np.where(s.y == 0, 0.0, np.abs(i.v_d * s.y / i.v_d_prime))
        farthest = np.where(reach.exists, np.maximum(-reach.low, reach.high), np.inf)
        largest = np.minimum(np.minimum(pole, farthest), LARGEST)
    return Start(small, largest, kind)


def tangent(constant: Element, slope: Element, kind: Element, m_muon: Element) -> Tangent:
    """The real x with |constant + slope x| = m_muon that counts, NaN if there is none."""
    along, size = real_part(conjugate(constant) * slope), abs_sq(slope)
    rest = m_muon * m_muon - abs_sq(constant)
    half = np.sqrt(along * along + size * rest)
    nearest = rest / (along + choose(along < 0, -half, half))
    positive = choose(along < 0, (half - along) / size, nearest)
    root = choose((kind < 2) & (rest > 0), positive, nearest)
    tied = choose((kind == 2) & (np.abs(rest) < _BENT * size * nearest * nearest), 1.0, 0.0)
    return Tangent(root, constant + slope * root, tied)


@dataclass(frozen=True)
class _Mismatch:
    """How much too heavy the muon is, GeV, with the sign of :func:`vertices.mass_mismatch`."""

    mass: Mass
    reference: AnyArray
    m_muon: RealArray

    def __call__(self, y_prime: RealArray) -> RealArray:
        return np.asarray(mass_mismatch(self.mass(y_prime), self.reference, self.m_muon))

    def taken(self, where: BoolArray) -> _Mismatch:
        own = taken(self.reference, where), taken(self.m_muon, where)
        return _Mismatch(self.mass.taken(where), *own)


class Found(NamedTuple):
    """Y' (...) of a search; where it is not ``converged``, the coupling to describe the failure at.

    ``outside`` marks points whose muon is too light up to the coupling that makes a smuon
    tachyonic; ``doubtful`` those that only a search of the whole range decides.
    """

    y_prime: RealArray
    converged: BoolArray
    outside: BoolArray
    doubtful: BoolArray


def quick_search(mass: Mass, inputs: MuonInputs, shape: tuple[int, ...]) -> Found:
    """Find Y' (...), with a threshold that is not linear in it, by the secant."""
    reach = coupling_range(inputs)
    start = Start(*(np.broadcast_to(a, shape) for a in start_of_search(inputs, reach)))
    small, largest, kind = start
    m_muon = np.broadcast_to(inputs.m_muon, shape)
    with quiet_nan():
        at_small = np.broadcast_to(mass(small), shape)
        constant = np.zeros_like(at_small)
        own = kind > 0
        if own.any():
            constant[own] = mass.taken(own)(0 * small[own])
        straight = tangent(constant, (at_small - constant) / small, kind, m_muon)
        mismatch = _Mismatch(mass, straight.reference, m_muon)
        root = secant_root(
            mismatch,
            small,
            second_coupling(straight.root, largest),
            MASS_TOLERANCE * m_muon,
            f0=np.asarray(mass_mismatch(at_small, straight.reference, m_muon)),
            enough=ENOUGH,
            largest=largest,
        )
    y_prime = np.where(root.converged, root.x, small)
    doubtful = is_doubtful(y_prime, root.converged, straight.root, straight.tied, reach)
    return Found(y_prime, root.converged, root.outside, doubtful)


def second_coupling(root: Element, largest: Element) -> Element:
    """Where the tangent has its root, as far as couplings are looked for."""
    return np.minimum(np.maximum(root, -largest), largest)


def is_doubtful(
    y_prime: RealArray, converged: BoolArray, root: RealArray, tied: RealArray, reach: Range
) -> BoolArray:
    """Points (...) whose range of couplings has to be searched: no root, or maybe not the first.

    The mass may have bent back on the way to a root much further out than that of the tangent, or
    next to the tachyon.
    """
    with quiet_nan():
        near = (y_prime * root > 0) & (np.abs(y_prime) <= _BENT * np.abs(root))
        near &= (y_prime > _NEAR_EDGE * reach.low) & (y_prime < _NEAR_EDGE * reach.high)
    return np.asarray(reach.exists & (~converged | ~near | (tied > 0)))


def thorough_search(mass: Mass, inputs: MuonInputs, shape: tuple[int, ...]) -> Found:
    """As quick_search, and the doubtful points by a search of their whole range."""
    found = quick_search(mass, inputs, shape)
    doubtful = found.doubtful
    if not doubtful.any():
        return found
    some = inputs.taken(doubtful)
    better = _search_of_ranges(mass.taken(doubtful), some)
    _prefer_quick_root(better, found.y_prime[doubtful], found.converged[doubtful], some)

    def put(ours: AnyArray, theirs: AnyArray) -> AnyArray:
        whole = np.array(ours)
        whole[doubtful] = theirs
        return whole

    y_prime = np.where(np.isnan(better.x), found.y_prime[doubtful], better.x)
    return Found(
        put(found.y_prime, y_prime),
        put(found.converged, better.converged),
        put(found.outside, better.outside),
        np.zeros_like(doubtful),
    )


def _prefer_quick_root(
    better: Root, quick: RealArray, converged: BoolArray, inputs: MuonInputs
) -> None:
    """Take the quick root of points (n,) whose range has no other, or only one further out.

    Two roots of a low hump can lie between neighbouring nodes.
    """
    kind = start_of_search(inputs, coupling_range(inputs)).kind
    root = np.where(kind == 0, np.abs(quick), quick)
    with quiet_nan():
        first = ((root > 0) | (kind == 2)) & (np.abs(root) < (1 - _TIE) * np.abs(better.x))
    kept = converged & (~better.converged | first)
    better.x[kept], better.converged[kept], better.outside[kept] = root[kept], True, False


def _search_of_ranges(mass: Mass, inputs: MuonInputs) -> Root:
    """The search of the range of points (n,), some at a time, each at all nodes at once."""
    count = len(inputs.lepton.y)
    blocks = [np.arange(k, min(k + _BLOCK, count)) for k in range(0, count, _BLOCK)]
    parts = [_search_of_range(mass.taken(some), inputs.taken(some)) for some in blocks]
    return Root(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _search_of_range(mass: Mass, inputs: MuonInputs) -> Root:
    """The root nearest to zero of points (n,), by brackets from zero outwards to either side.

    Without a root, x is NaN, or the largest coupling where no tachyon is the reason.
    """
    with quiet_nan():
        low, high = _true_edge(inputs, 0), _true_edge(inputs, 1)
        reach, zero = Range(low, high), np.zeros_like(low)
        m_muon = np.broadcast_to(inputs.m_muon, low.shape)
        _, largest, kind = start_of_search(inputs, reach)
        nearest = np.where(reach.holds_zero, zero, np.where(low > 0, low, high))
        farthest = np.where(reach.holds_zero | (low > 0), high, low)
        root = _ray(mass, nearest, farthest, m_muon, largest)
        both = reach.holds_zero & ((kind == 2) | ((kind == 1) & ~root.converged))
        if not both.any():
            return root
        other = _ray(mass.taken(both), zero[both], low[both], m_muon[both], largest[both])
    nearer = np.abs(other.x) < (1 - _TIE) * np.abs(root.x[both])
    better = np.zeros_like(both)
    better[both] = other.converged & (~root.converged[both] | nearer)
    for ours, theirs in zip(root, other, strict=True):
        ours[better] = theirs[better[both]]
    return root


def _true_edge(inputs: MuonInputs, end: int) -> RealArray:
    """The lower (0) or upper (1) end (n,) of the range with |m_l|^2 in the smuon masses."""
    i, s = inputs.ino, inputs.lepton
    tree_sq: RealArray | float = 0.0
    for _ in range(3):
        edge = coupling_range(inputs, tree_sq)[end]
        tree_sq = abs_sq(i.v_d * s.y + i.v_d_prime * edge) / 2
        tree_sq = np.where(np.isfinite(tree_sq), tree_sq, 0.0)
    return np.asarray(edge)


def _ray(
    mass: Mass, begin: RealArray, edge: RealArray, m_muon: RealArray, largest: RealArray
) -> Root:
    """The first root between two couplings (n,) each, by a bracket between neighbouring nodes."""
    end = np.clip(edge, -largest, largest)
    x = begin + _NODES[:, None] * (end - begin)
    everyone = np.tile(np.arange(x.shape[1]), len(_NODES))
    f = np.sqrt(abs_sq(mass.taken(everyone)(x.ravel()))).reshape(x.shape) - m_muon
    crosses = f[:-1] * f[1:] <= 0
    found, cell = np.asarray(crosses.any(axis=0)), crosses.argmax(axis=0)
    last = np.where(np.isnan(f[-1]), f[-2], f[-1])
    too_light, bounded = ~found & (last < 0), np.abs(end) < np.abs(edge)
    ends, values = ([a[cell + k, everyone[: len(end)]] for k in (0, 1)] for a in (x, f))
    root = _refined(_Mismatch(mass, np.zeros_like(begin), m_muon), ends, values, found)
    root_or_end = np.where(too_light & bounded, end, root.x)
    return root._replace(x=root_or_end, outside=too_light & ~bounded)


def _refined(
    mismatch: _Mismatch, ends: list[RealArray], values: list[RealArray], found: BoolArray
) -> Root:
    """Roots within the brackets, NaN without one.

    Where m_l + dm is a difference of much larger terms, it may have no value within the tolerance;
    a change of sign is then the root.
    """
    x, residual = (np.full(found.shape, np.nan) for _ in range(2))
    converged = np.zeros_like(found)
    if found.any():
        some = mismatch.taken(found)
        root = bracketed_root(
            some,
            (ends[0][found], ends[1][found]),
            (values[0][found], values[1][found]),
            MASS_TOLERANCE * some.m_muon,
            enough=ENOUGH,
        )
        converged[found] = root.converged | _changes_sign(some, root)
        x[found], residual[found] = root.x, root.residual
    return Root(x, residual, converged, np.zeros_like(found))


def _changes_sign(mismatch: _Mismatch, root: Root) -> BoolArray:
    """Of the points (n,) of a search that did not converge, those with a root at its end."""
    changes = np.zeros_like(root.converged)
    lost = ~root.converged
    if lost.any():
        some = mismatch.taken(lost)
        ends = (some(root.x[lost] * (1 + shift)) for shift in (-_ROUNDING, _ROUNDING))
        changes[lost] = np.prod(list(ends), axis=0) < 0
    return changes
