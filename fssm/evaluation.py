"""The front door: a Point goes in, spectrum, lepton masses, moments and decays come out."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from fssm.arguments import instance, truth, whole, word
from fssm.base import InvalidInput
from fssm.full import evaluate_fully
from fssm.model.point import Point
from fssm.moment import a_muon_of, by_numpy

if TYPE_CHECKING:
    from fssm.moment import Evaluator
    from fssm.result import AMuonResult, Result

_DETAILS = ("full", "a_muon", "masses")
_BACKENDS = ("auto", "numpy", "numba")
# For fewer points nobody wants to wait for a compiler; numpy needs 50 ms.
_WORTH_COMPILING = 10_000


@overload
def evaluate(
    point: Point,
    *,
    detail: Literal["full"] | None = None,
    backend: Literal["auto", "numpy"] = "auto",
    qed_log: bool = True,
    threads: int = 1,
) -> Result: ...


@overload
def evaluate(
    point: Point,
    *,
    detail: Literal["a_muon", "masses"],
    backend: Literal["auto", "numpy", "numba"] = "auto",
    qed_log: bool = True,
    threads: int = 1,
) -> AMuonResult: ...


@overload
def evaluate(
    point: Point,
    *,
    detail: None = None,
    backend: Literal["numba"],
    qed_log: bool = True,
    threads: int = 1,
) -> AMuonResult: ...


def evaluate(
    point: Point,
    *,
    detail: str | None = None,
    backend: str = "auto",
    qed_log: bool = True,
    threads: int = 1,
) -> Result | AMuonResult:
    """Spectrum, threshold, one-loop a_mu and its approximations for every point at once.

    For three generations also a_e, a_tau, electric dipole moments and radiative decays. For a
    scan ask for less: ``detail="a_muon"`` is five to eight times faster, compiled 18 to 40.

    Parameters
    ----------
    point : one point, or many through fields that broadcast.
    detail : ``"full"`` (default): everything. Of the muon alone: ``"a_muon"``: a_mu by sector,
        Y' or tan_beta_d, Delta and flags; ``"masses"``: the masses as well.
    backend : ``"numpy"``, ``"numba"`` (extra ``fast``; detail "a_muon", which is then the
        default, or "masses") or ``"auto"`` (default): numba where it is installed and there are
        10 000 points or more. The first use of a kernel compiles it, in 10 to 20 seconds, once
        for all. The two agree to rounding, not to the bit.
    qed_log : include the universal two-loop QED logarithm (hep-ph/9803384) in the total;
        it is listed apart, at M_SUSY, the geometric mean of the charged slepton masses.
    threads : number of threads that share a long batch.

    Returns
    -------
    Result or AMuonResult
        flags instead of errors: an unphysical point has NaN where a number would mislead, and
        leaves every other point as it is, to the bit. Batches are worked off in chunks, so that
        memory beyond inputs and results does not grow with their number.

    Raises
    ------
    InvalidInput
        for an unknown option, a combination that does not exist, or "numba" without numba.
    """
    instance("point", point, Point, "a Point")
    word("backend", backend, _BACKENDS)
    if detail is None:
        detail = "a_muon" if backend == "numba" else "full"
    _check_options(point, detail, backend)
    qed_log, threads = truth("qed_log", qed_log), whole("threads", threads, 1)
    if detail == "full":
        return evaluate_fully(point, qed_log=qed_log, threads=threads)
    masses = detail == "masses"
    count = int(np.prod(point.shape, dtype=int))
    name, evaluator = evaluator_of(backend_for(count) if backend == "auto" else backend)
    return a_muon_of(
        point, evaluator, qed_log=qed_log, masses=masses, threads=threads, backend=name
    )


def _check_options(point: Point, detail: str, backend: str) -> None:
    word("detail", detail, _DETAILS)
    if detail == "full" and backend == "numba":
        problem = 'computes a_mu and masses; leave detail out, or take "a_muon" or "masses"'
        raise InvalidInput("backend", problem, value=backend)
    if detail != "full" and point.generations == 3:
        problem = 'is of the muon alone; three generations need "full"'
        raise InvalidInput("detail", problem, value=detail)


def backend_for(count: int) -> str:
    """What "auto" takes for so many points: numba from 10 000 on, where it is installed."""
    worth_it = count >= _WORTH_COMPILING and find_spec("numba") is not None
    return "numba" if worth_it else "numpy"


def evaluator_of(backend: str) -> tuple[str, Evaluator]:
    """The name and the function of the backend that serves.

    Raises
    ------
    InvalidInput
        for "numba" where numba is not installed.
    """
    if backend != "numpy" and find_spec("numba") is not None:
        from fssm.kernels.backend import evaluated

        return "numba", evaluated
    if backend == "numba":
        problem = "numba is not installed; pip install 'fssm[fast]', or leave backend out"
        raise InvalidInput("backend", problem, value=backend)
    return "numpy", by_numpy
