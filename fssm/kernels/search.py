"""Steps of the compiled path with the exact threshold: dm, and the Y' that gives the muon its mass.

As model.yukawa_search, but for the points that are doubtful at the end: these go to numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.kernels.compile import separate
from fssm.kernels.lanes import LANES, copier, filler, get_real, in_sequence, put_real
from fssm.kernels.layout import Stored
from fssm.model.vertices import (
    bare_sleptons,
    chargino_shift,
    lepton_mass,
    mass_mismatch,
    mass_shift,
    neutralino_shift,
    sleptons,
    soft_sleptons,
)
from fssm.model.yukawa import MASS_TOLERANCE
from fssm.model.yukawa_search import ENOUGH, second_coupling, tangent
from fssm.numerics.roots import MAX_ITERATIONS, SecantState, secant_step, start_secant

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.kernels.lanes import Access


class Parts(NamedTuple):
    """What the search reads and where it writes.

    Readers of the inputs, the lepton's with Y' from row ``at``; the states with and without the
    up-type vevs; rows of m_mu, of the start, of dm (a number), of the root of the tangent and
    whether it is tied, and working rows from ``working`` on.
    """

    access: Access
    inos: Callable[..., Any]
    lepton: Callable[..., Any]
    neutral: list[tuple[Stored, Stored]]
    charged: list[tuple[Stored, Stored]]
    smuons: tuple[Stored, Stored]
    at: int
    m_muon: int
    small: int
    largest: int
    kind: int
    shift: int
    tangent: int
    tied: int
    working: int


class Outcome(NamedTuple):
    """Working rows that are results: |f| at the best point, and domain left."""

    f_best: int
    left_domain: int


def working_rows(width: int) -> int:
    """How many rows the search needs: two sums, neutral sum, four masses, state of the secant."""
    return 7 * width + len(SecantState._fields)


def _state(parts: Parts) -> int:
    """The first row of the state of the secant."""
    return parts.working + 7 * parts.access.width


def outcome(parts: Parts) -> Outcome:
    """Where the results are."""
    state = _state(parts)
    place = SecantState._fields.index
    return Outcome(state + place("f_best"), state + place("left_domain"))


def search(parts: Parts) -> Any:
    """Find Y', leave it in row ``at`` (``small`` where there is none) and dm in row ``shift``."""
    evaluate, to_zero = _evaluation(parts), filler(parts.at, parts.at + 1)
    note_small, note_constant, begin = _tangent(parts)
    trial, advance, finish = _secant(parts)
    running = _total(_state(parts) + SecantState._fields.index("running"))
    own = _total(parts.kind)
    charged, at_small = _charged_sums(parts), copier(parts.small, parts.at)

    @separate
    def run(w: Any) -> None:
        charged(w)
        at_small(w)
        # The sum over all loops is needed at a small Y', at zero if any point asks for it, at every
        # trial, and at the end for dm: one place, so that it is compiled once.
        first, ended = 1 if own(w) > 0.0 else 0, False
        for k in range(MAX_ITERATIONS + 3):
            evaluate(w)
            if ended:
                break
            if k == 0:
                note_small(w)
            if k < first:
                to_zero(w)
                continue
            if k > first:
                advance(w)
            else:
                note_constant(w)
                begin(w)
            ended = running(w) == 0.0 or k == MAX_ITERATIONS + first
            if ended:
                finish(w)
            else:
                trial(w)

    return run


def _total(row: int) -> Any:
    """The sum of a row over all lanes."""

    @separate
    def total(w: Any) -> Any:
        found = 0.0
        for lane in range(LANES):
            found += get_real(w, row, lane)
        return found

    return total


def mass_shift_steps(parts: Parts) -> list[Any]:
    """dm in row ``shift`` for the Y' that the reader of the lepton gives."""
    return [_charged_sums(parts), _evaluation(parts)]


def _charged_sums(parts: Parts) -> Any:
    """The charginos' part of dm is linear in Y and Y': its two coefficients."""
    get, put, width = parts.access.get, parts.access.put, parts.access.width
    inos, lepton, unprimed = parts.inos, parts.lepton, parts.working
    primed = unprimed + width

    def step(full: Stored, bare: Stored) -> Any:
        read, read_bare = full.read, bare.read

        @separate
        def add(w: Any) -> None:
            for lane in range(LANES):
                scale_sq = soft_sleptons(inos(w, lane), lepton(w, lane)).neutral
                here = chargino_shift(read(w, lane), scale_sq)
                there = chargino_shift(read_bare(w, lane), scale_sq)
                change = here.unprimed - there.unprimed, here.primed - there.primed
                put(w, unprimed, lane, get(w, unprimed, lane) + change[0])
                put(w, primed, lane, get(w, primed, lane) + change[1])

        return add

    empty = filler(unprimed, unprimed + 2 * width)
    return in_sequence([empty, *(step(full, bare) for full, bare in parts.charged)])


def _evaluation(parts: Parts) -> Any:
    """dm and the mass for the Y' of now."""
    get, put, width = parts.access.get, parts.access.put, parts.access.width
    inos, lepton, total = parts.inos, parts.lepton, parts.working + 2 * width
    write_full, write_bare = parts.smuons[0].write, parts.smuons[1].write
    unprimed, primed, mass_row = parts.working, parts.working + width, total + width
    shift = parts.shift

    @separate
    def smuons(w: Any) -> None:
        for lane in range(LANES):
            i, s = inos(w, lane), lepton(w, lane)
            soft, mass = soft_sleptons(i, s), lepton_mass(i, s)
            write_full(w, lane, sleptons(soft, s, mass))
            write_bare(w, lane, bare_sleptons(soft, mass))

    @separate
    def close(w: Any) -> None:
        for lane in range(LANES):
            i, s = inos(w, lane), lepton(w, lane)
            dm = mass_shift(s, get(w, total, lane), get(w, unprimed, lane), get(w, primed, lane))
            put(w, shift, lane, dm)
            put(w, mass_row, lane, lepton_mass(i, s) + dm)

    adds = (_neutral_difference(parts, total, *pair) for pair in parts.neutral)
    return in_sequence([smuons, filler(total, total + width), *adds, close])


def _neutral_difference(parts: Parts, total: int, full: Stored, bare: Stored) -> Any:
    """Add what one neutralino contributes with, less what it does without the up-type vevs."""
    get, put = parts.access.get, parts.access.put
    inos, lepton, read, read_there = parts.inos, parts.lepton, full.read, bare.read
    read_full, read_bare = parts.smuons[0].read, parts.smuons[1].read

    @separate
    def add(w: Any) -> None:
        for lane in range(LANES):
            s = lepton(w, lane)
            scale_sq = soft_sleptons(inos(w, lane), s).neutral
            here = neutralino_shift(s, read(w, lane), read_full(w, lane), scale_sq)
            there = neutralino_shift(s, read_there(w, lane), read_bare(w, lane), scale_sq)
            put(w, total, lane, get(w, total, lane) + (here - there))

    return add


def _tangent(parts: Parts) -> tuple[Any, Any, Any]:
    """Steps of model.yukawa_search.quick_search before its secant.

    Note the mass at the small coupling and that at zero, where it does not vanish; begin.
    """
    get, put, width = parts.access.get, parts.access.put, parts.access.width
    m_muon, small, largest, kind = parts.m_muon, parts.small, parts.largest, parts.kind
    mass_row, zero = parts.working + 3 * width, parts.access.zero
    at_small, constant, reference = (mass_row + k * width for k in (1, 2, 3))
    root_row, tied_row = parts.tangent, parts.tied
    _, write = _secant_stored(_state(parts))

    @separate
    def note_small(w: Any) -> None:
        for lane in range(LANES):
            put(w, at_small, lane, get(w, mass_row, lane))

    @separate
    def note_constant(w: Any) -> None:
        for lane in range(LANES):
            own = get_real(w, kind, lane) > 0
            put(w, constant, lane, get(w, mass_row, lane) if own else zero)

    @separate
    def begin(w: Any) -> None:
        for lane in range(LANES):
            m, x, own = (
                get_real(w, m_muon, lane),
                get_real(w, small, lane),
                get_real(w, kind, lane),
            )
            here, there = get(w, at_small, lane), get(w, constant, lane)
            straight = tangent(there, (here - there) / x, own, m)
            put_real(w, root_row, lane, straight.root)
            put_real(w, tied_row, lane, straight.tied)
            put(w, reference, lane, straight.reference)
            f = mass_mismatch(here, straight.reference, m)
            second = second_coupling(straight.root, get_real(w, largest, lane))
            write(w, lane, start_secant(x, f, second, ENOUGH * MASS_TOLERANCE * m))

    return note_small, note_constant, begin


def _secant(parts: Parts) -> tuple[Any, Any, Any]:
    """Steps of numerics.roots.secant_root: the next trial, advance, and settle for a Y'."""
    at, m_muon, small, largest = parts.at, parts.m_muon, parts.small, parts.largest
    get, width = parts.access.get, parts.access.width
    mass_row = parts.working + 3 * width
    reference = mass_row + 3 * width
    read, write = _secant_stored(_state(parts))

    @separate
    def trial(w: Any) -> None:
        for lane in range(LANES):
            s = read(w, lane)
            put_real(w, at, lane, s.trial if s.running else s.best)

    @separate
    def advance(w: Any) -> None:
        for lane in range(LANES):
            m = get_real(w, m_muon, lane)
            tolerance = MASS_TOLERANCE * m
            f = mass_mismatch(get(w, mass_row, lane), get(w, reference, lane), m)
            s, bound = read(w, lane), get_real(w, largest, lane)
            write(w, lane, secant_step(s, f, tolerance, ENOUGH * tolerance, bound))

    @separate
    def finish(w: Any) -> None:
        for lane in range(LANES):
            s = read(w, lane)
            found = abs(s.f_best) <= MASS_TOLERANCE * get_real(w, m_muon, lane)
            put_real(w, at, lane, s.best if found else get_real(w, small, lane))

    return trial, advance, finish


def _secant_stored(first: int) -> Stored:
    """The state of the secant in the rows from ``first`` on, masks as 0 and 1."""

    def read(w: Any, lane: int) -> SecantState:
        return SecantState(
            get_real(w, first, lane),
            get_real(w, first + 1, lane),
            get_real(w, first + 2, lane),
            get_real(w, first + 3, lane),
            get_real(w, first + 4, lane),
            get_real(w, first + 5, lane),
            get_real(w, first + 6, lane),
            get_real(w, first + 7, lane),
            get_real(w, first + 8, lane),
            get_real(w, first + 9, lane) > 0,
            get_real(w, first + 10, lane) > 0,
        )

    def write(w: Any, lane: int, s: SecantState) -> None:
        put_real(w, first, lane, s.old)
        put_real(w, first + 1, lane, s.f_old)
        put_real(w, first + 2, lane, s.new)
        put_real(w, first + 3, lane, s.f_new)
        put_real(w, first + 4, lane, s.below)
        put_real(w, first + 5, lane, s.above)
        put_real(w, first + 6, lane, s.best)
        put_real(w, first + 7, lane, s.f_best)
        put_real(w, first + 8, lane, s.trial)
        put_real(w, first + 9, lane, 1.0 if s.running else 0.0)
        put_real(w, first + 10, lane, 1.0 if s.left_domain else 0.0)

    return Stored(read, write)
