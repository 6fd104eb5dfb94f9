"""What three generations add to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich.text import Text

from fssm.constants import lepton_moment_sets, limit, limits, measured
from fssm.model.yukawa import UNSHIFTED
from fssm.observables.flavour import DECAYS, LEPTONS
from fssm.observables.leptons import pull
from fssm.report.layout import (
    chargino_states,
    composition,
    heading,
    mass_text,
    neutralino_states,
    new_table,
    number,
    pairs,
    scientific,
    short,
    small,
)
from fssm.result import MIN_DIGITS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from fssm.observables.flavour import FlavourObservables
    from fssm.observables.leptons import LoopSum
    from fssm.result import Estimates, Result

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
    for states, shares in (
        (neutralino_states(inos), terms.neutralino),
        (chargino_states(inos), terms.chargino),
    ):
        for state, share in zip(states, shares, strict=True):
            table.add_row(*state, small(share.sum()))
    for i, mass in enumerate(result.spectrum.m_slepton):
        mix = composition(scalars.x[i], _SLEPTONS, 4)
        table.add_row(f"slepton {i + 1}", mass_text(mass), mix, "")
    for i, mass in enumerate(result.spectrum.m_sneutrino):
        mix = composition(scalars.z[i], _SNEUTRINOS, 3)
        table.add_row(f"sneutrino {i + 1}", mass_text(mass), mix, "")
    return table


def leptons(result: Result) -> list[RenderableType]:
    """Masses, Delta and the moduli of the Yukawa matrices, row by row."""
    lag, yukawa = result.lagrangian, result.yukawa
    masses = new_table("lepton", "mass (GeV)", "Delta")
    for i, name in enumerate(LEPTONS):
        masses.add_row(name, number(lag.m_lepton[i], 7), short(yukawa.deltas[i], 4))
    columns = (f"|{y}_i,{lepton}|" for y in ("Y'", "Y") for lepton in ("e", "mu", "tau"))
    moduli = new_table("i", *columns)
    for i, name in enumerate(LEPTONS):
        entries = [number(abs(y), 4) for y in (*lag.yukawa[1, i], *lag.yukawa[0, i])]
        moduli.add_row(name, *entries)
    return [Text(""), masses, Text(""), moduli]


def observables(flavour: FlavourObservables, estimates: Estimates) -> list[RenderableType]:
    """Moments of electron and tau, electric dipoles, decays, and the slides' formulas."""
    formulas = "W. Altmannshofer 2022, from the exact one-loop a_mu; ratio = formula/exact"
    return [
        heading("Electron and tau", "anomalous magnetic moments"),
        _moments(flavour),
        _measured_moments(flavour),
        heading("Electric dipole moments", "in e cm, sign: see docs/conventions.md"),
        _dipoles(flavour),
        heading("Radiative decays", "branching ratios"),
        _decays(flavour),
        heading("Limits and data", ""),
        _sources(),
        heading("Slides' formulas", formulas),
        _estimates(flavour, estimates),
    ]


def _loop_row(items: LoopSum) -> list[str]:
    return [scientific(item) for item in items]


def _moments(flavour: FlavourObservables) -> Table:
    table = new_table("", "neutralino", "chargino", "one loop", "QED log", "total")
    table.add_row("a_e", *_loop_row(flavour.a_electron))
    table.add_row("a_tau", *_loop_row(flavour.a_tau))
    return table


def _measured_moments(flavour: FlavourObservables) -> RenderableType:
    lines = []
    totals = {"electron": flavour.a_electron.total, "tau": flavour.a_tau.total}
    for lepton, total in totals.items():
        for data in lepton_moment_sets(lepton).values():
            band = f"{data.value:.3g} +- {data.uncertainty:.2g}"
            text = f"{band}   pull {number(pull(total, data), 3)}"
            symbol = "a_e" if lepton == "electron" else "a_tau"
            lines.append((f"{symbol}: experiment - SM, {data.name}", text))
    return pairs(lines)


def _dipoles(flavour: FlavourObservables) -> Table:
    columns = ("neutralino", "chargino", "one loop", "QED log", "total", "|total|/limit")
    table = new_table("", *columns)
    for lepton, items in flavour.edm.items():
        share = _of_limit(f"edm_{lepton}", abs(items.total))
        table.add_row(lepton, *_loop_row(items), share)
    return table


def _of_limit(name: str, value: Any) -> str:
    return number(value / limit(name).value, 2) if name in limits() else "no limit"


def _decays(flavour: FlavourObservables) -> Table:
    columns = ("neutralino", "chargino", "interference", "one loop", "total", "total/limit")
    table = new_table("", *columns)
    for name, items in flavour.branching_ratios.items():
        parts = (items.neutralino, items.chargino, items.interference)
        shown = [f"{float(x):.2e}" if np.isfinite(x) else "-" for x in parts]
        whole = [f"{float(x):.3e}" if np.isfinite(x) else "-" for x in (items[5], items.total)]
        table.add_row(_DECAY_NAMES[name], *shown, *whole, _of_limit(name, items.total))
    return table


def _sources() -> RenderableType:
    lines = []
    for name in (*DECAYS, "edm_electron", "edm_muon"):
        known = limit(name)
        level = f"{100 * known.confidence:.0f}% CL"
        label = _DECAY_NAMES.get(name, name.replace("edm_", "|d| of the "))
        unit = f" {known.unit}" if known.unit else ""
        lines.append((label, f"< {known.value:.2g}{unit}, {level}, {known.source}"))
    for lepton in ("electron", "tau"):
        for data in lepton_moment_sets(lepton).values():
            lines.append((data.name, data.source))
    return pairs(lines)


def _estimates(flavour: FlavourObservables, estimates: Estimates) -> Table:
    table = new_table("", "exact", "as printed", "ratio", "corrected", "ratio")
    for label, exact, formula in (
        ("a_e", flavour.a_electron.one_loop, estimates.a_electron),
        ("a_tau, if x_tautau = O(1)", flavour.a_tau.one_loop, estimates.a_tau),
    ):
        ratio = _ratio(formula, exact)
        table.add_row(label, scientific(exact), scientific(formula), ratio, "", "")
    for name, items in flavour.branching_ratios.items():
        cells = [scientific(items.one_loop)]
        for formulas in (estimates.slides, estimates.corrected):
            value = getattr(formulas, name)
            cells += [scientific(value), _ratio(value, items.one_loop, items.digits)]
        table.add_row(f"BR({_DECAY_NAMES[name]})", *cells)
    return table


def _ratio(formula: Any, exact: Any, digits: Any = 16.0) -> str:
    """A ratio where there is something to compare: no zero, no rounding noise."""
    if not (digits >= 1 and exact != 0 and np.isfinite(exact) and np.isfinite(formula)):
        return "-"
    return number(formula / exact, 4)


def notes(result: Result) -> list[str]:
    """What the printed formulas leave out, with both numbers; digits lost; strange masses."""
    flavour, estimates = result.flavour, result.estimates
    if flavour is None or estimates is None or result.unphysical:
        return []
    compared = _compared(flavour, estimates)
    found = [_printed(result, estimates, compared), _other_sources(compared)]
    found += [_lost_digits(flavour), _masses(result)]
    return [message for message in found if message]


def _compared(flavour: FlavourObservables, estimates: Estimates) -> dict[str, tuple[float, ...]]:
    """Printed, corrected and exact branching ratios where there is something to compare."""
    pair = (estimates.slides, estimates.corrected)
    return {
        name: (*(float(getattr(e, name)) for e in pair), float(decay.one_loop))
        for name, decay in flavour.branching_ratios.items()
        if decay.digits >= 1 and decay.one_loop > 0 and getattr(estimates.slides, name) > 0
    }


def _printed(result: Result, estimates: Estimates, compared: dict[str, tuple[float, ...]]) -> str:
    """The finding about the printed formulas of tau decays, with the numbers of this point."""
    if np.isnan(estimates.x).any():
        return (
            "Y is more than a tau mass in this basis: there are no x_ij for the slides' formulas "
            "of branching ratios."
        )
    masses = result.lagrangian.m_lepton
    factor = f"(m_tau/m_mu)^2 = {(masses[2] / masses[1]) ** 2:.0f}"
    if result.point.x_normalisation == "tau":
        return (
            "x_ij with a tau multiply m_tau, for which the printed formulas of tau decays hold; "
            f"that of mu -> e gamma belongs to x_ij m_mu and is {factor} squared too small here."
        )
    listed = [
        f"BR({_DECAY_NAMES[name]}) printed {printed:.3e}, exact {exact:.3e}, "
        f"printed/exact {printed / exact:.3g}"
        for name, (printed, _, exact) in compared.items()
        if name != "mu_e_gamma"
    ]
    if not listed:
        return ""
    return (
        f"For Delta M_ij = x_ij m_mu (or m_e) the printed formulas of tau decays are {factor} "
        f"times too large; they hold for x normalised to m_tau. Here {'; '.join(listed)}; terms of "
        "relative order m_mu/m_tau and the phase space of tau -> mu nu nubar (0.97), which the "
        "corrected formulas have, come on top."
    )


def _other_sources(compared: dict[str, tuple[float, ...]]) -> str:
    off = [name for name, (_, right, exact) in compared.items() if not 0.8 < right / exact < 1.25]
    if not off:
        return ""
    listed = ", ".join(f"BR({_DECAY_NAMES[name]})" for name in off)
    return (
        f"{listed}: also the corrected formula is off. It knows only the texture of Y' and loops "
        "that are blind to flavour: no unequal or mixing soft masses, no trilinears."
    )


def _lost_digits(flavour: FlavourObservables) -> str:
    few = {k: b for k, b in flavour.branching_ratios.items() if b.digits < MIN_DIGITS}
    if not few:
        return ""
    listed = "; ".join(
        f"BR({_DECAY_NAMES[name]}) = {decay.one_loop:.1e} to {int(decay.digits)} digits"
        for name, decay in few.items()
    )
    return f"Cancellations in double precision: {listed}; --precision 30 gives them all."


def _masses(result: Result) -> str:
    """Given Yukawa couplings may be anything: say so where the masses are not the measured ones."""
    if result.point.y_prime_lepton is None:
        return ""
    wanted = np.array([measured(f"m_{name}").value for name in LEPTONS])
    off = result.lagrangian.m_lepton / wanted
    if np.abs(off - 1).max() < 0.01:
        return ""
    listed = ", ".join(f"{ratio:.3g}" for ratio in off)
    remedy = ""
    if result.yukawa.mode == UNSHIFTED:
        remedy = ' They are those of m_l alone; threshold = "exact" adds the loop correction dm.'
    return (
        f"The masses of these Yukawa couplings are {listed} times the measured ones, and enter "
        f"moments and branching ratios as they are.{remedy}"
    )
