"""What three generations add to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich.text import Text

from fssm.constants import lepton_moment_sets, limit, limits
from fssm.observables.flavour import DECAYS, LEPTONS
from fssm.observables.leptons import pull
from fssm.report.layout import (
    composition,
    heading,
    mass_text,
    new_table,
    number,
    pairs,
    scientific,
    small,
)

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from fssm.observables.leptons import LoopSum
    from fssm.result import Estimates, Result

_GAUGE_STATES = ("bino", "wino", "Hd", "Hd'", "Hu", "Hu'")
_SLEPTONS = ("e_L", "mu_L", "tau_L", "e_R", "mu_R", "tau_R")
_SNEUTRINOS = ("nu_e", "nu_mu", "nu_tau")
_DECAY_NAMES = {
    "mu_e_gamma": "mu -> e gamma",
    "tau_e_gamma": "tau -> e gamma",
    "tau_mu_gamma": "tau -> mu gamma",
}


def spectrum(result: Result) -> Table:
    """Masses, compositions, and what each ino contributes to a_mu."""
    inos, scalars = result.spectrum.inos, result.spectrum.scalars
    terms = result.a_muon_terms()
    table = new_table("state", "mass", "composition", "a_mu")
    table.columns[2].justify = "left"
    for i, mass in enumerate(inos.m_neutralino):
        mix = composition(inos.n[i], _GAUGE_STATES, 4)
        table.add_row(f"neutralino {i + 1}", mass_text(mass), mix, small(terms.neutralino[i].sum()))
    for i, mass in enumerate(inos.m_chargino):
        minus = composition(inos.u[i], ("wino", "Hd", "Hd'"), 2)
        plus = composition(inos.v[i], ("wino", "Hu", "Hu'"), 2)
        share = small(terms.chargino[i].sum())
        table.add_row(f"chargino {i + 1}", mass_text(mass), f"{minus} | {plus}", share)
    for i, mass in enumerate(result.spectrum.m_slepton):
        mix = composition(scalars.x[i], _SLEPTONS, 4)
        table.add_row(f"slepton {i + 1}", mass_text(mass), mix, "")
    for i, mass in enumerate(result.spectrum.m_sneutrino):
        mix = composition(scalars.z[i], _SNEUTRINOS, 3)
        table.add_row(f"sneutrino {i + 1}", mass_text(mass), mix, "")
    return table


def leptons(result: Result) -> list[RenderableType]:
    """Masses, Delta and the moduli of the Yukawa matrices, row by row."""
    moduli = ("|Y'_ie|", "|Y'_imu|", "|Y'_itau|", "|Y_itau|")
    table = new_table("L_i", "mass (GeV)", "Delta", *moduli)
    lag, yukawa = result.lagrangian, result.yukawa
    for i, name in enumerate(LEPTONS):
        entries = [number(abs(y), 4) for y in (*lag.yukawa[1, i], lag.yukawa[0, i, 2])]
        table.add_row(name, number(lag.m_lepton[i], 7), _rounded(yukawa.deltas[i]), *entries)
    return [Text(""), table]


def _rounded(delta: Any) -> str:
    """A complex number without an imaginary part that four digits do not show."""
    negligible = np.isfinite(delta) and abs(np.imag(delta)) < 5e-5 * abs(delta)
    return number(np.real(delta) if negligible else delta, 4)


def observables(result: Result) -> list[RenderableType]:
    """Moments of electron and tau, electric dipoles, decays, and the slides' formulas."""
    assert result.estimates is not None  # noqa: S101
    return [
        heading("Electron and tau", "anomalous magnetic moments"),
        _moments(result),
        _measured_moments(result),
        heading("Electric dipole moments", "in e cm, sign: see docs/conventions.md"),
        _dipoles(result),
        heading("Radiative decays", "branching ratios"),
        _decays(result),
        _limits(),
        heading("Slides' formulas", "from the exact one-loop a_mu; ratio = formula/exact one loop"),
        _estimates(result, result.estimates),
    ]


def _loop_row(items: LoopSum) -> list[str]:
    return [scientific(item) for item in items]


def _moments(result: Result) -> Table:
    table = new_table("", "neutralino", "chargino", "one loop", "QED log", "total")
    assert result.flavour is not None  # noqa: S101
    table.add_row("a_e", *_loop_row(result.flavour.a_electron))
    table.add_row("a_tau", *_loop_row(result.flavour.a_tau))
    return table


def _measured_moments(result: Result) -> RenderableType:
    assert result.flavour is not None  # noqa: S101
    lines = []
    totals = {"electron": result.flavour.a_electron.total, "tau": result.flavour.a_tau.total}
    for lepton, total in totals.items():
        for data in lepton_moment_sets(lepton).values():
            band = f"{data.value:.3g} +- {data.uncertainty:.2g}"
            text = f"{band}   pull {number(pull(total, data), 3)}"
            symbol = "a_e" if lepton == "electron" else "a_tau"
            lines.append((f"{symbol}: experiment - SM, {data.name}", text))
    return pairs(lines)


def _dipoles(result: Result) -> Table:
    assert result.flavour is not None  # noqa: S101
    columns = ("neutralino", "chargino", "one loop", "QED log", "total", "limit", "|d|/limit")
    table = new_table("", *columns)
    for lepton, items in result.flavour.edm.items():
        bound = _bound(f"edm_{lepton}", abs(items.total))
        table.add_row(lepton, *_loop_row(items), *bound)
    return table


def _bound(name: str, value: Any) -> tuple[str, str]:
    if name not in limits():
        return "-", "-"
    known = limit(name)
    return f"{known.value:.1e}", number(value / known.value, 2)


def _decays(result: Result) -> Table:
    assert result.flavour is not None  # noqa: S101
    columns = ("neutralino", "chargino", "interference", "one loop", "total", "limit", "BR/limit")
    table = new_table("", *columns)
    for name, items in result.flavour.branching_ratios.items():
        parts = (items.neutralino, items.chargino, items.interference)
        shown = [f"{float(x):.2e}" if np.isfinite(x) else "-" for x in parts]
        whole = [f"{float(x):.3e}" if np.isfinite(x) else "-" for x in (items[5], items.total)]
        table.add_row(_DECAY_NAMES[name], *shown, *whole, *_bound(name, items.total))
    return table


def _limits() -> RenderableType:
    sources = []
    for name in (*DECAYS, "edm_electron", "edm_muon"):
        known = limit(name)
        level = f"{100 * known.confidence:.0f}% CL"
        sources.append((f"limit {_DECAY_NAMES.get(name, name)}", f"{known.source}, {level}"))
    return pairs(sources)


def _estimates(result: Result, estimates: Estimates) -> Table:
    assert result.flavour is not None  # noqa: S101
    table = new_table("", "exact", "as printed", "ratio", "corrected", "ratio")
    for label, exact, formula in (
        ("a_e", result.flavour.a_electron.one_loop, estimates.a_electron),
        ("a_tau, if x_tautau = O(1)", result.flavour.a_tau.one_loop, estimates.a_tau),
    ):
        ratio = number(formula / exact, 4)
        table.add_row(label, scientific(exact), scientific(formula), ratio, "", "")
    for name, items in result.flavour.branching_ratios.items():
        cells = [scientific(items.one_loop)]
        for formulas in (estimates.slides, estimates.corrected):
            value = getattr(formulas, name)
            cells += [scientific(value), number(value / items.one_loop, 4)]
        table.add_row(f"BR({_DECAY_NAMES[name]})", *cells)
    return table


def notes(result: Result) -> list[str]:
    """What the printed formulas leave out, with both numbers; digits lost; strange masses."""
    if result.flavour is None or result.estimates is None or result.unphysical:
        return []
    return [*_normalisation(result, result.estimates), *_lost_digits(result), *_masses(result)]


def _normalisation(result: Result, estimates: Estimates) -> list[str]:
    assert result.flavour is not None  # noqa: S101
    if result.point.x_normalisation == "tau":
        return [
            "x_ij with a tau is normalised to m_tau, for which the printed formulas of tau decays "
            "hold; the printed formula of mu -> e gamma belongs to the normalisation to m_mu."
        ]
    masses, found = result.lagrangian.m_lepton, []
    for name in ("tau_mu_gamma", "tau_e_gamma"):
        printed = getattr(estimates.slides, name)
        exact = result.flavour.branching_ratios[name].one_loop
        if np.isfinite(printed) and printed > 0:
            found.append(
                f"BR({_DECAY_NAMES[name]}): printed {printed:.3e}, exact {exact:.3e}, 1/"
                f"{printed / exact:.0f} of it: for Delta M_ij = x_ij m_mu (or m_e) the printed "
                f"formula lacks (m_mu/m_tau)^2 = 1/{(masses[2] / masses[1]) ** 2:.0f}; it holds "
                "for x normalised to m_tau."
            )
    return found


def _lost_digits(result: Result) -> list[str]:
    assert result.flavour is not None  # noqa: S101
    if not result.flags["imprecise_branching_ratio"]:
        return []
    few = {k: b for k, b in result.flavour.branching_ratios.items() if b.digits < 6}
    listed = "; ".join(
        f"BR({_DECAY_NAMES[k]}) = {b.one_loop:.1e} to {int(b.digits)} digits"
        for k, b in few.items()
    )
    return [f"Cancellations in double precision: {listed}; --precision gives them all."]


def _masses(result: Result) -> list[str]:
    """Given Yukawa couplings may be anything: say so where the masses are not the measured ones."""
    if result.point.y_prime_lepton is None:
        return []
    from fssm.constants import measured

    wanted = np.array([measured(f"m_{name}").value for name in LEPTONS])
    off = np.max(np.abs(result.lagrangian.m_lepton / wanted - 1))
    if off < 0.01:
        return []
    return [
        f"The lepton masses of these Yukawa couplings differ from the measured ones by up to "
        f"{100 * off:.2g}%; moments and branching ratios use them as they are."
    ]
