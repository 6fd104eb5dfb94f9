"""Largest differences between the routes to the same numbers, by regime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rich import box
from rich.table import Table

import fssm
from benchmarks.sample import KINDS, regimes
from fssm.base import quiet_nan
from fssm.model.lagrangian import lagrangian
from fssm.model.muon_shift import exact_shift_of, muon_inputs
from fssm.model.vertices import lepton_mass
from fssm.result import AMuonResult

if TYPE_CHECKING:
    from benchmarks.sample import Fields
    from fssm.result import Result

# Heaviest over lightest mass up to which 1e-12 is asked for; beyond it 1e-8.
SPAN = 1e3
# Of the points for three generations, which take a hundred times longer.
SHARE = 20


class Numbers(NamedTuple):
    """What routes have in common, each (points,)."""

    neutralino: Any
    chargino: Any
    y_prime: Any
    delta: Any
    flags: dict[str, Any]


class Scales(NamedTuple):
    """Where numbers are compared: |chi0| + |chi+-|, condition of the mass, few decades or many."""

    size: Any
    condition: Any
    near: Any
    usable: Any


def numbers(result: Result | AMuonResult) -> Numbers:
    """Of any result."""
    yukawa: Any = result if isinstance(result, AMuonResult) else result.yukawa
    a = result.a_muon
    return Numbers(a.neutralino, a.chargino, yukawa.y_prime_muon, yukawa.delta, result.flags)


def scales(fields: Fields, result: AMuonResult) -> Scales:
    """From the batch result with masses, and the terms of the muon mass.

    The condition is (|m_l| + |dm0| + |dm+-|)/|m_l + dm|, dm0 and dm+- of neutralinos and charginos:
    how much of a relative error of these terms the mass, and with it a solved Y', inherits.
    """
    masses: Any = result.masses
    everything = np.concatenate([*masses[:3], masses.sneutrino[..., None]], axis=-1)
    point = fssm.Point(**{**fields, "y_prime_muon": result.y_prime_muon})
    inputs = muon_inputs(lagrangian(point), 1)
    with quiet_nan():
        exact = exact_shift_of(inputs)
        tree, whole = lepton_mass(inputs.ino, inputs.lepton), exact.at(inputs)
        neutral = exact._replace(unprimed=0 * exact.unprimed, primed=0 * exact.primed).at(inputs)
    terms = np.abs(tree) + np.abs(neutral) + np.abs(whole - neutral)
    return Scales(
        np.abs(result.a_muon.neutralino) + np.abs(result.a_muon.chargino),
        terms / np.abs(tree + whole),
        everything.max(-1) <= SPAN * everything.min(-1),
        ~result.unphysical,
    )


class Difference(NamedTuple):
    """Largest differences of two routes, a_mu also of all but one in 1000 points; flags."""

    a_muon: float
    mostly: float
    by_condition: float
    y_prime: float
    delta: float
    far: float
    flags: int


def difference(ours: Numbers, theirs: Numbers, at: Scales) -> Difference:
    """a_mu by sector in units of ``size``; Y' relative, Delta over 1 + |Delta|, by condition."""
    pairs = (ours.neutralino, theirs.neutralino), (ours.chargino, theirs.chargino)
    a = np.max([np.abs(x - y) for x, y in pairs], axis=0) / at.size
    with np.errstate(invalid="ignore"):
        y = np.abs(theirs.y_prime / ours.y_prime - 1) / at.condition
        delta = np.abs(theirs.delta - ours.delta) / (1 + np.abs(ours.delta)) / at.condition
        # Without a tree-level mass both are infinite.
        delta = np.where(np.isinf(ours.delta) & np.isinf(theirs.delta), 0.0, delta)
    near, far = at.usable & at.near, at.usable & ~at.near
    common = [name for name in ours.flags if name in theirs.flags]
    flags = sum(int((ours.flags[n] != theirs.flags[n]).sum()) for n in common)
    values = (a / at.condition, near), (y, near), (delta, near), (a, far)
    mostly = float(np.quantile(a[near], 0.999)) if near.any() else 0.0
    return Difference(largest(a, near), mostly, *(largest(*pair) for pair in values), flags)


def largest(array: Any, where: Any) -> float:
    """Largest entry; 0 if there is none."""
    return float(array[where].max()) if where.any() else 0.0


def some(fields: Fields, count: int) -> Fields:
    """The first points of a batch."""
    return {name: v[:count] if np.ndim(v) else v for name, v in fields.items()}


def three_generations(fields: Fields, y_prime: Any) -> Result:
    """The same muon beside an electron and a tau with couplings of their own, as matrices."""
    y, y_lepton = np.zeros((len(y_prime), 3, 3), y_prime.dtype), np.zeros((len(y_prime), 3, 3))
    y[:, 0, 0], y[:, 1, 1] = y_prime / 207, y_prime
    y_lepton[:, 2, 2] = 0.01 * fields["tan_beta"]
    own = {n: v for n, v in fields.items() if n not in ("y_prime_muon", "threshold")}
    point = fssm.Point(**own, y_lepton=y_lepton, y_prime_lepton=y, threshold="exact")
    return fssm.evaluate(point)


def compared(fields: Fields) -> dict[str, Difference]:
    """All routes of a batch against the batch path in numpy."""
    point = fssm.Point(**fields)
    base = fssm.evaluate(point, detail="masses", backend="numpy")
    at, ours = scales(fields, base), numbers(base)
    found = {
        "numba": difference(ours, numbers(fssm.evaluate(point, backend="numba")), at),
        "full": difference(ours, numbers(fssm.evaluate(point)), at),
    }
    count = len(at.size) // SHARE
    # A given coupling that implies another mass has other moments with three generations.
    good = np.flatnonzero(at.usable & ~base.flags["muon_mass_mismatch"])[:count]
    chosen = {name: np.asarray(v)[good] if np.ndim(v) else v for name, v in fields.items()}
    three = three_generations(chosen, np.asarray(base.y_prime_muon)[good])
    muon = Numbers(*(array[good] for array in ours[:4]), {})
    part = Scales(*(array[good] for array in at))
    # Staus may be tachyonic where smuons are not.
    part = part._replace(usable=~three.unphysical)
    found["3 gen"] = difference(muon, numbers(three)._replace(flags={}), part)
    return found


def table(count: int) -> Table:
    """Routes against the batch path in numpy, Y' solved for and handed back as given."""
    title = (
        f"routes - numpy, {count} points of each kind; three generations {count // SHARE}\n"
        "a_mu of |chi0| + |chi+-|; /k: over the condition of the muon mass; masses within three "
        "decades, and beyond; T = tan beta tan beta_d"
    )
    printed = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for head in ("regime", "points", "Y'", "route"):
        printed.add_column(head, no_wrap=True)
    for head in ("a_mu", "99.9 %", "a_mu/k", "Y'/k", "Delta/k", "beyond", "flags"):
        printed.add_column(head, justify="right")
    for kind, is_complex in KINDS.items():
        for regime, fields in regimes(count, is_complex=is_complex, seed=9).items():
            solved = {**fields, "y_prime_muon": None}
            y_prime = fssm.evaluate(fssm.Point(**solved), detail="a_muon").y_prime_muon
            given = {**fields, "y_prime_muon": np.where(np.isfinite(y_prime), y_prime, 0.1)}
            for how, one in (("solved", solved), ("given", given)):
                for route, found in compared(one).items():
                    cells = [f"{x:.1e}" for x in found[:6]]
                    printed.add_row(
                        regime.replace("tan beta tan beta_d", "T"),
                        kind,
                        how,
                        route,
                        *cells,
                        str(found.flags),
                    )
    return printed
