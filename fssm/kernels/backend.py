"""Points in, kernel, results out: the compiled path in the form that numpy's has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.kernels.lanes import LANES
from fssm.kernels.muon import kernel
from fssm.model.lagrangian import lagrangian
from fssm.model.muon_mass import MuonSolution, solve_muon
from fssm.model.muon_shift import muon_inputs
from fssm.model.yukawa import MASS_TOLERANCE, Search
from fssm.model.yukawa_search import coupling_range, is_doubtful, start_of_search
from fssm.numerics.turns import without_turn
from fssm.observables.muon import MuonRows

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.kernels.layout import Block
    from fssm.model.muon_shift import MuonInputs
    from fssm.model.point import Point


def evaluated(point: Point) -> tuple[MuonSolution, MuonRows]:
    """Yukawa coupling and all loops of these points, all at once.

    Charginos without a mass are beyond the kernels: their points have NaN.
    """
    exact = (point.threshold or "exact") == "exact"
    if exact and point.solves_for == "y_prime_muon":
        return _searched(point)
    if exact and point.solves_for is None:
        inputs = muon_inputs(lagrangian(point), len(point.shape))
        out = _run(inputs, {}, point.shape, mode="given")
        given = inputs.lepton.y_prime
        return MuonSolution(None, given, inputs, out["shift"], None, None), _rows(out)
    solution = solve_muon(point)
    out = _run(solution.inputs, {"shift": solution.shift}, point.shape, mode="known")
    return solution, _rows(out)


def _searched(point: Point) -> tuple[MuonSolution, MuonRows]:
    """With Y' from the exact threshold by the quick search."""
    inputs, shape = muon_inputs(lagrangian(point), len(point.shape)), point.shape
    reach = coupling_range(inputs)
    start = start_of_search(inputs, reach)
    out = _run(inputs, start._asdict(), shape, mode="searched")
    converged = np.abs(out["f_best"]) <= MASS_TOLERANCE * inputs.m_muon
    doubtful = is_doubtful(out["trial"], converged, out["tangent"], out["tied"], reach)
    outside = (out["left_domain"] > 0) & ~converged
    search = Search(np.isfinite(out["trial"]), converged, outside, doubtful)
    solved = inputs.with_yukawa(out["trial"])
    solution = MuonSolution("y_prime_muon", out["trial"], solved, out["shift"], search, None)
    return solution, _rows(out)


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
