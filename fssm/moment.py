"""a_mu of many points: what a scan needs, chunk by chunk, by numpy or compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.base import blanked, ratio_or_inf
from fssm.chunks import in_chunks
from fssm.model.muon_mass import solve_muon
from fssm.model.states import almost_massless
from fssm.model.vertices import lepton_mass
from fssm.model.yukawa import Tachyons, mass_flags, tachyons_behind
from fssm.model.yukawa_search import quick_search
from fssm.observables.leptons import LoopSum, loop_sum, qed_logarithm
from fssm.observables.muon import muon_rows
from fssm.result import AMuonResult, Masses, named_flags, sick

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, BoolArray
    from fssm.model.muon_mass import MuonSolution
    from fssm.model.point import Point
    from fssm.observables.muon import MuonRows

    Evaluator = Callable[[Point], tuple[MuonSolution, MuonRows]]

_FLAGS = (
    "missing_input",
    "tachyonic_slepton",
    "tachyonic_sneutrino",
    "threshold_not_converged",
    "threshold_pole",
    "massless_muon",
    "not_finite",
    "radiative_mass",
    "muon_mass_mismatch",
)
# Points at a time. numpy: with fewer the calls cost more than the arithmetic, with more the arrays
# leave the cache, complex ones sooner. numba: the kernel does not care.
_CHUNK = {"numpy": 8192, "numba": 16384}
_CHUNK_OF_THREADS = {"numpy": 4096, "numba": 16384}


def by_numpy(point: Point) -> tuple[MuonSolution, MuonRows]:
    """Yukawa coupling and all loops of these points, all at once."""
    solution = solve_muon(point, quick_search)
    return solution, muon_rows(solution)


def by_numpy_thoroughly(point: Point) -> tuple[MuonSolution, MuonRows]:
    """The same for points that any other evaluator leaves unfinished."""
    solution = solve_muon(point)
    return solution, muon_rows(solution)


def _unfinished(solution: MuonSolution, rows: MuonRows, shape: tuple[int, ...]) -> BoolArray:
    """Points (...) with a search in doubt, or a chargino that is massless to rounding."""
    never = np.zeros(shape, bool)
    doubtful = never if solution.search is None else solution.search.doubtful
    return np.asarray(doubtful | almost_massless(rows.chargino_sq) | never)


def a_muon_of(
    point: Point, evaluator: Evaluator, *, qed_log: bool, masses: bool, threads: int, backend: str
) -> AMuonResult:
    """Evaluate chunk by chunk and collect; see fssm.evaluate."""

    def evaluated(some: Point, evaluate: Evaluator, size: int) -> list[AnyArray]:
        def job(where: slice) -> list[AnyArray]:
            piece = some.taken(where).as_batch()
            collected = _collected(piece, *evaluate(piece), qed_log, masses)
            return [np.broadcast_to(a, piece.shape + a.shape[1:]) for a in collected]

        return in_chunks(job, int(np.prod(some.shape, dtype=int)), size, threads)

    columns = evaluated(point, evaluator, _chunk(point, backend, threads))
    unfinished = columns.pop()
    if unfinished.any():
        left = point.taken(unfinished.reshape(point.shape))
        better = evaluated(left, by_numpy_thoroughly, _chunk(point, "numpy", threads))
        for ours, theirs in zip(columns, better[:-1], strict=True):
            ours[unfinished] = theirs
    shaped = [column.reshape(point.shape + column.shape[1:])[()] for column in columns]
    loops, solved, rest = shaped[:5], shaped[5:8], shaped[8:]
    flags = rest[: len(_FLAGS)]
    return AMuonResult(
        point=point,
        a_muon=LoopSum(*loops),
        y_prime_muon=solved[0],
        tan_beta_d=solved[1],
        delta=solved[2],
        masses=Masses(*rest[len(_FLAGS) :]) if masses else None,
        flags={name: np.asarray(flag) for name, flag in zip(_FLAGS, flags, strict=True)},
        backend=backend,
    )


def _chunk(point: Point, backend: str, threads: int) -> int:
    size = (_CHUNK if threads == 1 else _CHUNK_OF_THREADS)[backend]
    is_complex = any(np.iscomplexobj(array) for array in point.arrays().values())
    return size // 2 if is_complex else size


def _collected(
    point: Point, solution: MuonSolution, rows: MuonRows, qed_log: bool, masses: bool
) -> list[AnyArray]:
    """LoopSum, Y', tan_beta_d, Delta, flags, masses if wanted, what is unfinished; points first."""
    i, s, m_muon = solution.inputs
    delta, flags, unusable = _verdict(point, solution, rows)
    bad = sick(flags)
    slepton_sq = np.where(unusable | (rows.slepton_sq <= 0), np.nan, rows.slepton_sq)
    logarithm = np.zeros(())
    if qed_log:
        logarithm = qed_logarithm(np.sqrt(np.sqrt(slepton_sq[0] * slepton_sq[1])), m_muon)
    neutralino, chargino = (blanked(np.broadcast_to(a, bad.shape), bad) for a in rows[:2])
    y_prime, tan_beta_d = s.y_prime, ratio_or_inf(i.v_d, i.v_d_prime)
    if unusable.any():
        y_prime, tan_beta_d = (np.where(unusable, np.nan, a) for a in (y_prime, tan_beta_d))
    columns = [
        *loop_sum(neutralino, chargino, logarithm),
        y_prime,
        tan_beta_d,
        delta,
        *flags.values(),
    ]
    columns = [np.broadcast_to(column, bad.shape) for column in columns]
    columns += _masses(rows, slepton_sq, bad.shape) if masses else []
    return [*columns, _unfinished(solution, rows, bad.shape)]


def _verdict(
    point: Point, solution: MuonSolution, rows: MuonRows
) -> tuple[AnyArray, dict[str, BoolArray], BoolArray]:
    """Delta, the flags, and where nothing usable was found."""
    inputs, search = solution.inputs, solution.search
    tree = lepton_mass(inputs.ino, inputs.lepton)
    delta, implied = ratio_or_inf(solution.shift, tree), np.abs(tree + solution.shift)
    mass = mass_flags(delta[..., None], search, implied, inputs.m_muon)
    never = np.zeros(point.shape, bool)
    met = Tachyons(np.any(rows.slepton_sq <= 0, axis=0) | never, (rows.sneutrino_sq <= 0) | never)
    unusable = (mass.not_converged | mass.pole) | never
    if search is not None:
        behind = tachyons_behind(mass.not_converged, met, search)
        met = Tachyons(*(np.where(unusable, *pair) for pair in zip(behind, met, strict=True)))
    raised = {
        "tachyonic_slepton": met.slepton,
        "tachyonic_sneutrino": met.sneutrino,
        "threshold_not_converged": mass.not_converged | never,
        "threshold_pole": mass.pole | never,
        "massless_muon": (implied == 0) & ~unusable,
    }
    finite = np.isfinite(rows.neutralino + rows.chargino) & ~unusable
    missing = np.broadcast_to(point.missing(), point.shape)
    flags = named_flags(raised, missing, finite)
    flags["radiative_mass"] = (mass.radiative | never) & ~missing
    flags["muon_mass_mismatch"] = (mass.mismatch | never) & ~missing
    return delta, flags, unusable


def _masses(rows: MuonRows, slepton_sq: AnyArray, shape: tuple[int, ...]) -> list[AnyArray]:
    """The columns of result.Masses."""
    states = (rows.neutralino_sq, rows.chargino_sq, slepton_sq)
    ordered = (np.sort(np.moveaxis(np.sqrt(sq), 0, -1), axis=-1) for sq in states)
    sneutrino = np.sqrt(np.where(rows.sneutrino_sq > 0, rows.sneutrino_sq, np.nan))
    return [
        *(np.broadcast_to(m, shape + m.shape[-1:]) for m in ordered),
        np.broadcast_to(sneutrino, shape),
    ]
