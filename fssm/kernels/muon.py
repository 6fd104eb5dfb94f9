"""The compiled path: all loops of the muon for sixteen points at a time.

Assembles steps, each one loop over the lanes, from the same formulas that numpy evaluates.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.kernels.compile import entry_point, separate
from fssm.kernels.inos import (
    CHARGED_SHARES,
    NEUTRAL_SHARES,
    chargino_step,
    fill_steps,
    neutralino_step,
)
from fssm.kernels.lanes import (
    LANES,
    block_copier,
    copier,
    filler,
    get_real,
    in_sequence,
    orthogonaliser,
    put_real,
)
from fssm.kernels.layout import (
    Block,
    Layout,
    chargino_stored,
    ino_reader,
    lepton_reader,
    neutralino_stored,
    sleptons_stored,
)
from fssm.kernels.search import Parts, mass_shift_steps, outcome, search, working_rows
from fssm.model.elements import InoInputs, LeptonInputs
from fssm.model.states import CHARGINO_PAIRS, NEUTRALINO_PAIRS
from fssm.model.vertices import lepton_mass, sleptons, soft_sleptons
from fssm.observables.muon import chargino_moment, leg_phase, neutralino_moment

if TYPE_CHECKING:
    from fssm.kernels.lanes import Access, Columns
    from fssm.kernels.layout import Stored

# Squared masses that go out, real rows: sleptons, sneutrino, neutralinos, charginos.
_SCALARS = ("left_sq", "right_sq", "sneutrino_sq")
_INOS = (*(f"neutral_{k}" for k in range(6)), *(f"charged_{k}" for k in range(3)))


class Kernel(NamedTuple):
    """Machine code ``run(inputs, outputs, buffer, first)`` and what is where.

    ``inputs`` (rows, points), ``outputs`` (rows, points), C order, points a multiple of LANES;
    ``first`` is the row of the buffer where the outputs start.
    """

    run: Any
    inputs: Block
    outputs: Block
    buffer_size: int


class _Place(NamedTuple):
    """The blocks of the buffer, and what reads them."""

    access: Access
    inputs: Block
    outputs: Block
    inos: Any
    lepton: Any
    smuons: Stored
    shift: int
    phase: int
    status: int


# What each kernel is handed besides the parameters, and what it gives besides the moments: dm is
# known; Y' is searched with the exact dm; the exact dm of a given Y'.
_HANDED = {"known": ["shift"], "searched": ["small", "largest", "kind"], "given": []}
_SEARCHED = ["trial", "tangent", "tied", "f_best", "left_domain"]
_FOUND = {"known": [], "searched": _SEARCHED, "given": []}


@cache
def kernel(*, is_complex: bool, mode: str) -> Kernel:
    """For real or complex points; ``mode`` "known", "searched" or "given", see _HANDED."""
    layout = Layout(is_complex=is_complex)
    inputs = layout.block((*InoInputs._fields, *LeptonInputs._fields, "m_muon"))
    known = layout.block(_HANDED[mode])
    inputs = Block(inputs.first, {**inputs.rows, **known.rows}, known.end)
    moments = layout.block(["neutralino", "chargino", *_SCALARS, *_INOS], real=True)
    found = layout.block(_FOUND[mode], real=True)
    shift = layout.block([] if mode == "known" else ["shift"])
    outputs = Block(moments.first, {**moments.rows, **found.rows, **shift.rows}, shift.end)
    trial = outputs.row("trial") if mode == "searched" else None
    lepton = lepton_reader(layout.access, inputs, trial)
    place = _Place(
        access=layout.access,
        inputs=inputs,
        outputs=outputs,
        inos=ino_reader(layout.access, inputs),
        lepton=lepton,
        smuons=_smuons(layout, ""),
        shift=(inputs if mode == "known" else outputs).row("shift"),
        phase=layout.block(["phase"]).first,
        status=layout.block(["at_work", "largest"], real=True).first,
    )
    make = _known_steps if mode == "known" else _exact_steps
    steps = make(layout, place)
    name = f"muon_{'complex' if is_complex else 'real'}_{mode}"
    run = entry_point(_run, name, {"work": in_sequence(steps)})
    return Kernel(run, inputs, outputs, layout.size * LANES)


def work(w: Any) -> None:
    """What a kernel does with sixteen points; its steps take the place of this name."""


def _run(inputs: Any, outputs: Any, w: Any, first: int) -> None:
    """Sixteen points after the other."""
    for start in range(0, inputs.shape[1], LANES):
        for row in range(inputs.shape[0]):
            for lane in range(LANES):
                put_real(w, row, lane, inputs[row, start + lane])
        work(w)
        for row in range(outputs.shape[0]):
            for lane in range(LANES):
                outputs[row, start + lane] = get_real(w, first + row, lane)


def _smuons(layout: Layout, suffix: str) -> Stored:
    real = layout.block([f"{name}{suffix}" for name in ("left", "right", "cosine")], real=True)
    layout.block([f"sine{suffix}"])
    return sleptons_stored(layout.access, real.first)


def _known_steps(layout: Layout, place: _Place) -> list[Any]:
    neutral, charged = _sectors(layout, place)
    return [
        *_diagonalise(place, (neutral, charged), bare=False),
        *_moment_steps(place, neutral.states, charged.states),
    ]


def _exact_steps(layout: Layout, place: _Place) -> list[Any]:
    sectors = neutral, charged = _sectors(layout, place)
    # The states without v_u, v_u' come first, with the same steps, and are put aside.
    aside = layout.size - neutral.first
    layout.size += aside
    bare = [_stored(layout.access, sector, sector.first + aside) for sector in sectors]
    first = layout.size
    layout.size += working_rows(layout.access.width)
    outputs, inputs = place.outputs.rows, place.inputs.rows
    parts = Parts(
        access=layout.access,
        inos=place.inos,
        lepton=place.lepton,
        neutral=list(zip(neutral.states, bare[0], strict=True)),
        charged=list(zip(charged.states, bare[1], strict=True)),
        smuons=(place.smuons, _smuons(layout, "_bare")),
        at=outputs.get("trial", -1),
        m_muon=inputs["m_muon"],
        small=inputs.get("small", -1),
        largest=inputs.get("largest", -1),
        kind=inputs.get("kind", -1),
        shift=place.shift,
        tangent=outputs.get("tangent", -1),
        tied=outputs.get("tied", -1),
        working=first,
    )
    return [
        *_diagonalise(place, sectors, bare=True),
        block_copier(neutral.first, neutral.first + aside, aside),
        *_diagonalise(place, sectors, bare=False),
        *(_search_steps(parts, outputs) if "trial" in outputs else mass_shift_steps(parts)),
        *_moment_steps(place, neutral.states, charged.states),
    ]


def _search_steps(parts: Parts, outputs: dict[str, int]) -> list[Any]:
    result = outcome(parts)
    return [
        search(parts),
        copier(result.f_best, outputs["f_best"]),
        copier(result.left_domain, outputs["left_domain"]),
    ]


class _Sector(NamedTuple):
    """Neutralinos or charginos: columns, steps from full columns to states, and these.

    The states take ``size`` blocks of rows from ``first`` on, charginos right after neutralinos.
    """

    columns: Columns
    steps: list[Any]
    states: list[Stored]
    first: int


# Numbers of a Neutralino and of a Chargino besides the mass squared.
_NUMBERS = {6: 7, 3: 3}


def _sectors(layout: Layout, place: _Place) -> tuple[_Sector, _Sector]:
    access = layout.access
    neutral = layout.columns(6, 6 + NEUTRAL_SHARES)
    charged = layout.columns(3, 3 + CHARGED_SHARES)
    made = []
    for columns, pairs, step in (
        (neutral, NEUTRALINO_PAIRS, neutralino_step),
        (charged, CHARGINO_PAIRS, chargino_step),
    ):
        sector = _Sector(columns, [], [], layout.size)
        states = _stored(access, sector, layout.size)
        layout.size += columns.size * (1 + _NUMBERS[columns.size] * access.width)
        steps = [orthogonaliser(access, columns, pairs, place.status)]
        steps += [step(access, columns, k, place.inos, state) for k, state in enumerate(states)]
        made.append(sector._replace(steps=steps, states=states))
    return made[0], made[1]


def _stored(access: Access, sector: _Sector, first: int) -> list[Stored]:
    size = sector.columns.size
    stored = neutralino_stored if size == 6 else chargino_stored
    rows = 1 + _NUMBERS[size] * access.width
    return [stored(access, first + k * rows) for k in range(size)]


def _diagonalise(place: _Place, sectors: tuple[_Sector, _Sector], *, bare: bool) -> list[Any]:
    steps = []
    for sector in sectors:
        fill = fill_steps(place.access, sector.columns, place.inos, bare=bare)
        steps += [*fill, *sector.steps]
    return steps


def _moment_steps(place: _Place, neutral: list[Stored], charged: list[Stored]) -> list[Any]:
    """a_mu of all states into the output rows, and the squared masses."""
    row = place.outputs.row
    totals = row("neutralino"), row("chargino")
    return [
        filler(totals[0], totals[1] + 1),
        _smuon_step(place),
        *(_neutral_moment(place, n, row(f"neutral_{k}")) for k, n in enumerate(neutral)),
        *(_charged_moment(place, c, row(f"charged_{k}")) for k, c in enumerate(charged)),
    ]


def _smuon_step(place: _Place) -> Any:
    """Sleptons, their squared masses, and the phase of the legs."""
    inos, lepton, write = place.inos, place.lepton, place.smuons.write
    get, put, shift, phase = place.access.get, place.access.put, place.shift, place.phase
    left, right, sneutrino = (place.outputs.row(name) for name in _SCALARS)

    @separate
    def step(w: Any) -> None:
        for lane in range(LANES):
            i, s = inos(w, lane), lepton(w, lane)
            soft, mass = soft_sleptons(i, s), lepton_mass(i, s)
            x = sleptons(soft, s, mass)
            write(w, lane, x)
            put_real(w, left, lane, x.left.sq)
            put_real(w, right, lane, x.right.sq)
            put_real(w, sneutrino, lane, soft.neutral)
            put(w, phase, lane, leg_phase(mass + get(w, shift, lane)))

    return step


def _neutral_moment(place: _Place, state: Stored, mass_row: int) -> Any:
    lepton, read, smuons, get = place.lepton, state.read, place.smuons.read, place.access.get
    total, phase, m_muon = place.outputs.row("neutralino"), place.phase, place.inputs.row("m_muon")

    @separate
    def step(w: Any) -> None:
        for lane in range(LANES):
            s, n, x = lepton(w, lane), read(w, lane), smuons(w, lane)
            m, turn = get_real(w, m_muon, lane), get(w, phase, lane)
            a_mu = neutralino_moment(s, n, x, m, turn)
            put_real(w, total, lane, get_real(w, total, lane) + a_mu)
            put_real(w, mass_row, lane, n.m_sq)

    return step


def _charged_moment(place: _Place, state: Stored, mass_row: int) -> Any:
    lepton, read, get = place.lepton, state.read, place.access.get
    total, phase, m_muon = place.outputs.row("chargino"), place.phase, place.inputs.row("m_muon")
    sneutrino = place.outputs.row("sneutrino_sq")

    @separate
    def step(w: Any) -> None:
        for lane in range(LANES):
            s, c, m_sq = lepton(w, lane), read(w, lane), get_real(w, sneutrino, lane)
            m, turn = get_real(w, m_muon, lane), get(w, phase, lane)
            a_mu = chargino_moment(s, c, m_sq, m, turn)
            put_real(w, total, lane, get_real(w, total, lane) + a_mu)
            put_real(w, mass_row, lane, c.m_sq)

    return step
