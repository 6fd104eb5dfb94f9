"""Points in, kernel, results out: the compiled path in the form that numpy's has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.kernels.lanes import LANES
from fssm.kernels.muon import kernel
from fssm.model.lagrangian import lagrangian
from fssm.model.muon_mass import MuonSolution, solve_muon
from fssm.model.muon_shift import muon_inputs
from fssm.model.states import almost_massless
from fssm.model.yukawa import MASS_TOLERANCE, Search
from fssm.model.yukawa_search import coupling_range, is_doubtful, start_of_search
from fssm.numerics.turns import without_turn
from fssm.observables.muon import MuonRows, muon_rows

if TYPE_CHECKING:
    from fssm.base import AnyArray, BoolArray, RealArray
    from fssm.kernels.layout import Block
    from fssm.model.muon_shift import MuonInputs
    from fssm.model.point import Point


def evaluated(point: Point) -> tuple[MuonSolution, MuonRows]:
    """Yukawa coupling and all loops of these points, all at once.

    What the kernels do not do, a search in doubt or a chargino without a mass, goes to numpy.
    """
    exact = (point.threshold or "exact") == "exact"
    if point.solves_for == "tan_beta_d" or not exact:
        solution = solve_muon(point)
        out = _run(solution.inputs, {"shift": solution.shift}, point.shape, mode="known")
        lost = np.zeros(point.shape, bool)
    elif point.solves_for is None:
        inputs = muon_inputs(lagrangian(point), len(point.shape))
        out = _run(inputs, {}, point.shape, mode="given")
        solution = MuonSolution(None, inputs.lepton.y_prime, inputs, out["shift"], None, None)
        lost = np.zeros(point.shape, bool)
    else:
        out, solution, lost = _searched(point)
    rows = _rows(out)
    lost = lost | almost_massless(rows.chargino_sq)
    return _by_numpy_where(lost, point, solution, rows) if lost.any() else (solution, rows)


def _searched(point: Point) -> tuple[dict[str, AnyArray], MuonSolution, BoolArray]:
    """With Y' from the exact threshold; points whose root is in doubt are marked."""
    inputs, shape = muon_inputs(lagrangian(point), len(point.shape)), point.shape
    first, small = start_of_search(inputs, coupling_range(inputs))
    out = _run(inputs, {"first": first, "small": small}, shape, mode="searched")
    converged = np.abs(out["f_best"]) <= MASS_TOLERANCE * inputs.m_muon
    search = Search(
        np.isfinite(np.broadcast_to(small, shape)),
        converged,
        (out["left_domain"] > 0) & ~converged,
    )
    solved = inputs.with_yukawa(out["trial"])
    found = MuonSolution("y_prime_muon", out["trial"], solved, out["shift"], search, None)
    return out, found, is_doubtful(out["trial"], converged, out["f_first"], inputs, shape)


def _by_numpy_where(
    lost: BoolArray, point: Point, found: MuonSolution, rows: MuonRows
) -> tuple[MuonSolution, MuonRows]:
    """Put what numpy finds in the place of some of the points."""
    solution = solve_muon(point.taken(lost))
    if point.shape == ():
        return solution, muon_rows(solution)
    pairs: list[tuple[AnyArray, AnyArray]] = list(zip(rows, muon_rows(solution), strict=True))
    if found.search is not None and solution.search is not None:
        pairs += [(found.trial, solution.trial), *zip(found.search, solution.search, strict=True)]
    pairs += [(found.shift, solution.shift)] if found.shift.shape == point.shape else []
    for ours, theirs in pairs:
        ours[..., lost] = theirs
    return found, rows


def _run(
    inputs: MuonInputs, known: dict[str, AnyArray], shape: tuple[int, ...], *, mode: str
) -> dict[str, AnyArray]:
    """The kernel's outputs by name, each of the shape of the points."""
    given = {**inputs.ino._asdict(), **inputs.lepton._asdict(), "m_muon": inputs.m_muon, **known}
    is_complex = any(np.iscomplexobj(array) for array in given.values())
    machine = kernel(is_complex=is_complex, mode=mode)
    count = int(np.prod(shape, dtype=int))
    packed = _packed(machine.inputs, given, shape, count)
    out = np.empty((machine.outputs.end - machine.outputs.first, packed.shape[1]))
    with without_turn():
        machine.run(packed, out, np.zeros(machine.buffer_size), machine.outputs.first)
    rows = machine.outputs.rows
    result: dict[str, AnyArray] = {
        name: out[row - machine.outputs.first, :count].reshape(shape) for name, row in rows.items()
    }
    if mode != "known" and is_complex:
        imaginary = out[rows["shift"] + 1 - machine.outputs.first, :count].reshape(shape)
        result["shift"] = result["shift"] + 1j * imaginary
    return result


def _packed(
    block: Block, given: dict[str, AnyArray], shape: tuple[int, ...], count: int
) -> RealArray:
    """One row a quantity, complex ones two, filled up to whole groups of lanes."""
    padded = max(-(-count // LANES), 1) * LANES
    packed = np.zeros((block.end, padded))
    for name, row in block.rows.items():
        value = np.broadcast_to(given[name], shape).ravel()
        packed[row, :count] = value.real
        if np.iscomplexobj(value):
            packed[row + 1, :count] = value.imag
    packed[:, count:] = packed[:, count - 1 : count] if count else 1.0
    return packed


def _rows(out: dict[str, AnyArray]) -> MuonRows:
    return MuonRows(
        out["neutralino"],
        out["chargino"],
        np.stack([out["left_sq"], out["right_sq"]]),
        out["sneutrino_sq"],
        np.stack([out[f"neutral_{k}"] for k in range(6)]),
        np.stack([out[f"charged_{k}"] for k in range(3)]),
    )
