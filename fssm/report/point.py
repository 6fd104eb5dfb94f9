"""The readable report of one point, as rich renderables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group
from rich.text import Text

from fssm.comparison import compare_result
from fssm.constants import a_muon_set
from fssm.model.electroweak import electroweak, input_value
from fssm.model.lagrangian import tangent_product
from fssm.model.yukawa import UNSHIFTED
from fssm.observables.leptons import pull
from fssm.report import flavour
from fssm.report.layout import (
    UNIT,
    chargino_states,
    composition,
    heading,
    mass_text,
    neutralino_states,
    new_table,
    note,
    number,
    pairs,
    short,
    small,
)
from fssm.result import WARNINGS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from fssm.comparison import Comparison
    from fssm.precision import Check
    from fssm.result import Result

# Relative mass difference below which the mixing of two states is rounding.
DEGENERATE = 1e-11
_EXPANSION_LABELS = {
    "electroweak": "(m_W/m_lightest)^2",
    "inverse_tan_beta": "1/tan(beta)",
    "inverse_tan_beta_tan_beta_d": "1/(tan(beta) tan(beta_d))",
    "higgsino_yukawa": "Y'^2/(g^2 tan(beta) tan(beta_d))",
    "smuon_mixing": "smuon mixing LR/(m_L m_R)",
    "trilinear": "trilinear/Higgsino term in LR",
    "mass_spread": "mass spread (slides only)",
    "gaugino_higgsino_mixing": "gaugino-Higgsino mixing",
    "threshold": "Delta exact - leading",
}


def report(result: Result, *, title: str, data_set: str) -> RenderableType:
    """Spectrum, threshold, a_mu, approximations, flags and notes of a single point.

    With three generations also the other moments, electric dipoles and radiative decays.
    """
    comparison, three = compare_result(result), result.flavour is not None
    parts: list[RenderableType] = [Text(f"FSSM point  {title}", style="bold"), _scheme(result)]
    parts += [_flags(result)] if result.unphysical else []
    parts += [
        heading("Spectrum", f"mass in GeV; a_mu of each {'state' if three else 'loop'} in 1e-11"),
        flavour.spectrum(result) if three else _spectrum(result),
        heading("Lepton Yukawa couplings" if three else "Muon Yukawa coupling", _mode(result)),
        _yukawa(result),
        *(flavour.leptons(result) if three else []),
        heading("a_mu", "in 1e-11"),
        _a_muon(result, data_set),
        *_flavour(result),
        heading("Approximations", "in 1e-11; ratio = approximate/exact one loop"),
        _approximations(result, comparison),
        heading("What they neglect", "relative size"),
        _expansion(comparison),
    ]
    messages = notes(result, comparison)
    parts += [heading("Notes", ""), *map(note, messages)] if messages else []
    return Group(*parts)


def _flavour(result: Result) -> list[RenderableType]:
    if result.flavour is None or result.estimates is None:
        return []
    return flavour.observables(result.flavour, result.estimates)


def _scheme(result: Result) -> RenderableType:
    scheme, (g, g_prime, v) = result.point.scheme, electroweak(result.point)
    text = f'electroweak scheme "{scheme}": v = {v:.3f} GeV, g = {g:.5f}, g\' = {g_prime:.5f}'
    return Text(text, style="dim")


def _flags(result: Result) -> RenderableType:
    names = (name for name in result.flag_names() if name not in WARNINGS)
    lines = [f"UNPHYSICAL  {name}: {result.reason(name)}" for name in names]
    return Text("\n".join(lines), style="bold red")


def _spectrum(result: Result) -> Table:
    inos, scalars = result.spectrum.inos, result.spectrum.scalars
    terms = result.a_muon_terms()
    table = new_table("state", "mass", "composition", "smuon 1", "smuon 2", "sneutrino")
    table.columns[2].justify = "left"
    table.columns[2].no_wrap = False
    for state, loops in zip(neutralino_states(inos), terms.neutralino, strict=True):
        table.add_row(*state, *map(small, loops), "")
    for state, loops in zip(chargino_states(inos), terms.chargino, strict=True):
        table.add_row(*state, "", "", small(loops[0]))
    for i, mass in enumerate(result.spectrum.m_slepton):
        mix = composition(scalars.x[i], ("L", "R"), 2)
        table.add_row(f"smuon {i + 1}", mass_text(mass), mix, "", "", "")
    sneutrino = result.spectrum.m_sneutrino[0]
    table.add_row("sneutrino", mass_text(sneutrino), "", "", "", "")
    return table


def _mode(result: Result) -> str:
    point, mode = result.point, result.yukawa.mode
    if mode == UNSHIFTED:
        return "Y, Y' as given, Delta for comparison"
    if point.y_prime_lepton is not None:
        return f"Y, Y' as given, lepton masses with threshold {mode}"
    if point.solves_for is None:
        return f"threshold {mode}, Y' as given"
    texture = ""
    if point.x_texture is not None:
        texture = f"x in units of {'m_tau' if point.x_normalisation == 'tau' else 'm_mu'}, "
    solved = "Y'" if point.y_prime_muon is None else "tan_beta_d"
    masses = "the muon mass" if result.flavour is None else "the lepton masses"
    return f"{texture}threshold {mode}, {solved} from {masses}"


def _yukawa(result: Result) -> RenderableType:
    yukawa, lag = result.yukawa, result.lagrangian
    lines = [
        ("Y'", number(yukawa.y_prime_muon))
        if result.flavour is None
        else ("Y'_mumu", short(yukawa.y_prime_muon, 6)),
        ("tan(beta_d)", number(yukawa.tan_beta_d)),
        ("tan(beta) tan(beta_d)", number(np.abs(tangent_product(lag)))),
        ("Delta", number(yukawa.delta)),
        ("Delta, leading formula", number(yukawa.delta_leading)),
    ]
    if result.point.solves_for is None:
        measured_mass = input_value(result.point, "m_muon")
        implied = f"{number(yukawa.m_muon_implied)} GeV, measured {number(measured_mass)} GeV"
        lines.append(("muon mass, implied by Y'", implied))
    return pairs(lines)


def _a_muon(result: Result, data_set: str) -> RenderableType:
    a, data = result.a_muon, a_muon_set(data_set)
    wanted = f"{data.value / UNIT:.0f} +- {data.uncertainty / UNIT:.0f}"
    lines = [
        (f"neutralino-{'smuon' if result.flavour is None else 'slepton'}", small(a.neutralino)),
        ("chargino-sneutrino", small(a.chargino)),
        ("one loop", small(a.one_loop)),
        ("two-loop QED logarithm", small(a.qed_log)),
        ("total", small(a.total)),
        (f"experiment - SM, {data_set}", f"{wanted}   pull {number(pull(a.total, data), 3)}"),
    ]
    return pairs(lines)


def _approximations(result: Result, comparison: Comparison) -> Table:
    table = new_table("formula", "a_mu", "ratio")
    table.add_row("exact one loop", small(result.a_muon.one_loop), style="bold")
    labels = ("W-H-sneutrino", "W-H-smuon_L", "B-H-smuon_L", "B-H-smuon_R", "B-smuon_L-smuon_R")
    formulas = (
        ("slides", ("bino", "wino"), result.approximations.slides, comparison.slides),
        ("mass insertion", labels, result.approximations.mass_insertion, comparison.mass_insertion),
    )
    for name, item_labels, items, whole in formulas:
        for label, value in zip(item_labels, items[:-1], strict=True):
            table.add_row(f"{name}: {label}", small(value))
        total = f"{name}: total", small(items.total), number(whole.ratio, 5)
        table.add_row(*total, style="bold")
    masses = comparison.neutralino_masses.ratio, comparison.chargino_masses.ratio
    worst = max(float(np.max(np.abs(r - 1))) for r in masses)
    table.add_row("masses to second order in v", "largest error", number(worst, 2))
    return table


def _expansion(comparison: Comparison) -> RenderableType:
    sizes = comparison.expansion._asdict()
    # Below this it is the rounding of a zero; an infinite one says that there is no expansion.
    shown = {name: 0.0 if abs(size) < 1e-14 else size for name, size in sizes.items()}
    shown = {name: size if np.isfinite(size) else np.nan for name, size in shown.items()}
    return pairs([(label, number(shown[name], 2)) for name, label in _EXPANSION_LABELS.items()])


def notes(result: Result, comparison: Comparison) -> list[str]:
    """What a user should know about this point beyond its numbers."""
    found = []
    mu4 = result.lagrangian.m_higgsino[..., 1, 0]
    if comparison.leading_vanishes:
        found.append(
            f"mu4 = {number(mu4, 2)} GeV vanishes, and with it the leading (slides) formula; "
            "theta_u = theta_d = pi/2 is no Higgsino mixing in this sense, O(1) mixing is pi/4."
        )
    if result.point.scheme == "alpha_mz":
        found.append(
            f"v = {electroweak(result.point).v:.1f} GeV in this scheme, 246.2 GeV from G_F: a_mu "
            "moves by 1 to 3 per cent between the two, and by more where 1 + Delta is small."
        )
    if np.abs(result.lagrangian.yukawa).max() > np.sqrt(4 * np.pi):
        which = "Y'" if result.flavour is None else "An entry of Y or Y'"
        found.append(f"{which} exceeds sqrt(4 pi): perturbation theory is not reliable.")
    if comparison.expansion.gaugino_higgsino_mixing >= 1:
        found.append(
            "A gaugino and a Higgsino mass are as close as the electroweak terms between them: "
            "masses expanded in v do not exist here (the exact spectrum does)."
        )
    found += _states(result, comparison)
    found += flavour.notes(result)
    # What this one says, flavour.notes says with numbers.
    shown = WARNINGS - {"imprecise_branching_ratio"}
    reasons = [result.reason(name) for name in result.flag_names() if name in shown]
    found += [f"{reason[0].upper()}{reason[1:]}." for reason in reasons]
    if result.yukawa.mode == "none" and np.real(1 + result.yukawa.delta_leading) < 0:
        found.append(
            "Without a threshold the muon has the phase of m_l; by the leading formula loops "
            'overturn it, and a_mu has the other sign. threshold = "exact" takes them into account.'
        )
    return found


def _states(result: Result, comparison: Comparison) -> list[str]:
    """Neutralinos that are degenerate, and states that are no part of a_mu."""
    found, coupled = [], comparison.coupled
    # A real point has states of mass +m and -m, which differ.
    masses = np.sort(result.spectrum.inos.m_neutralino[coupled.neutralino])
    if np.any(np.diff(masses) < DEGENERATE * np.abs(masses[:-1])):
        found.append(
            "Some neutralinos are degenerate: how these states are composed and share a_mu between "
            "them is rounding; their sum is not."
        )
    idle = [
        f"{kind} {i + 1}"
        for kind, which in (("neutralino", coupled.neutralino), ("chargino", coupled.chargino))
        for i in np.flatnonzero(~which)
    ]
    if idle:
        found.append(
            f"No part of a_mu: {', '.join(idle)}. These Higgsinos couple neither to leptons nor, "
            "by vevs, to gauginos; the sizes of what is neglected leave them out."
        )
    return found


def precision_table(check: Check) -> RenderableType:
    """Double precision against the mpmath reference, one quantity a row."""
    table = new_table("quantity", f"reference, {check.digits} digits", "error", left=2)
    # A hundred digits may need a second line; they must not be cut.
    table.columns[1].no_wrap, table.columns[1].overflow = False, "fold"
    for row in check.rows:
        table.add_row(row.name, row.shown, f"{row.error:.1e}")
    detail = "error of double precision, relative to the quantity; of a_mu to |chi0| + |chi+-|"
    return Group(heading("Precision", detail), table)
