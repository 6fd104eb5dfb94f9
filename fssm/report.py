"""The readable report of one point, as rich renderables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fssm.base import abs_sq
from fssm.comparison import compare_result
from fssm.constants import a_muon_set
from fssm.model.electroweak import electroweak
from fssm.model.lagrangian import tangent_product
from fssm.observables.leptons import pull
from fssm.result import FLAGS, WARNINGS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fssm.base import AnyArray
    from fssm.comparison import Comparison
    from fssm.precision import Check
    from fssm.result import Result

UNIT = 1e-11
# Relative mass difference below which the mixing of two states is rounding.
DEGENERATE = 1e-11
_GAUGE_STATES = ("bino", "wino", "Hd", "Hd'", "Hu", "Hu'")
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
    """Spectrum, threshold, a_mu, approximations, flags and notes of a single point."""
    comparison = compare_result(result)
    parts: list[RenderableType] = [Text(f"FSSM point  {title}", style="bold"), _scheme(result)]
    parts += [_flags(result)] if result.unphysical else []
    parts += [
        _heading("Spectrum", "mass in GeV; a_mu of each loop in 1e-11"),
        _spectrum(result),
        _heading("Muon Yukawa coupling", _mode(result)),
        _yukawa(result),
        _heading("a_mu", "in 1e-11"),
        _a_muon(result, data_set),
        _heading("Approximations", "in 1e-11; ratio = approximate/exact one loop"),
        _approximations(result, comparison),
        _heading("What they neglect", "relative size"),
        _expansion(comparison),
    ]
    messages = notes(result, comparison)
    parts += [_heading("Notes", ""), *map(_note, messages)] if messages else []
    return Group(*parts)


def _heading(title: str, detail: str) -> RenderableType:
    text = Text(f"\n{title}", style="bold cyan")
    return text.append(f"  {detail}", style="dim") if detail else text


def _note(message: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row("-", message)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _scheme(result: Result) -> RenderableType:
    scheme, (g, g_prime, v) = result.point.scheme, electroweak(result.point)
    text = f'electroweak scheme "{scheme}": v = {v:.3f} GeV, g = {g:.5f}, g\' = {g_prime:.5f}'
    return Text(text, style="dim")


def _flags(result: Result) -> RenderableType:
    lines = [f"UNPHYSICAL  {name}: {FLAGS[name]}" for name in result.flag_names()]
    return Text("\n".join(lines), style="bold red")


def _table(*columns: str, left: int = 1) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number < left else "right", no_wrap=True)
    return table


def number(value: Any, digits: int = 6) -> str:
    """A number for people: fixed digits, complex as a + bi, NaN as a dash."""
    if np.iscomplexobj(value) and np.isfinite(value):
        sign = "-" if value.imag < 0 else "+"
        return f"{value.real:.{digits}g} {sign} {abs(value.imag):.{digits}g}i"
    real = float(np.real(value)) + 0.0  # no "-0"
    return f"{real:.{digits}g}" if np.isfinite(real) else "-"


def _mass(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "-"


def _small(value: Any) -> str:
    scaled = float(value) / UNIT
    if not np.isfinite(scaled):
        return "-"
    # Below 1e-9 of the unit it is the rounding of terms that cancel.
    tiny = 1e-9 < abs(scaled) < 5e-4
    return f"{scaled:+.1e}" if tiny else f"{scaled:+.3f}"


def _composition(row: AnyArray, names: tuple[str, ...], most: int) -> str:
    weights = abs_sq(row)
    if not np.isfinite(weights).all():
        return "-"
    order = [i for i in np.argsort(-weights, kind="stable")[:most] if weights[i] >= 0.005]
    return ", ".join(f"{100 * weights[i]:.0f}% {names[i]}" for i in order)


def _spectrum(result: Result) -> Table:
    inos, scalars = result.spectrum.inos, result.spectrum.scalars
    terms = result.a_muon_terms()
    table = _table("state", "mass", "composition", "smuon 1", "smuon 2", "sneutrino")
    table.columns[2].justify = "left"
    table.columns[2].no_wrap = False
    for i, mass in enumerate(inos.m_neutralino):
        loops = [_small(a) for a in terms.neutralino[i]]
        mix = _composition(inos.n[i], _GAUGE_STATES, 4)
        table.add_row(f"neutralino {i + 1}", _mass(mass), mix, *loops, "")
    for i, mass in enumerate(inos.m_chargino):
        minus = _composition(inos.u[i], ("wino", "Hd", "Hd'"), 2)
        plus = _composition(inos.v[i], ("wino", "Hu", "Hu'"), 2)
        loop = _small(terms.chargino[i, 0])
        table.add_row(f"chargino {i + 1}", _mass(mass), f"{minus} | {plus}", "", "", loop)
    for i, mass in enumerate(result.spectrum.m_slepton):
        mix = _composition(scalars.x[i], ("L", "R"), 2)
        table.add_row(f"smuon {i + 1}", _mass(mass), mix, "", "", "")
    sneutrino = result.spectrum.m_sneutrino[0]
    table.add_row("sneutrino", _mass(sneutrino), "", "", "", "")
    return table


def _mode(result: Result) -> str:
    point, mode = result.point, result.yukawa.mode
    if mode == "y_prime_muon":
        return "Y' as given, Delta for comparison"
    solved = "Y'" if point.y_prime_muon is None else "tan_beta_d"
    return f"threshold {mode}, {solved} from the muon mass"


def _yukawa(result: Result) -> RenderableType:
    yukawa, lag = result.yukawa, result.lagrangian
    lines = [
        ("Y'", number(yukawa.y_prime_muon)),
        ("tan(beta_d)", number(yukawa.tan_beta_d)),
        ("tan(beta) tan(beta_d)", number(np.abs(tangent_product(lag)))),
        ("Delta", number(yukawa.delta)),
        ("Delta, leading formula", number(yukawa.delta_leading)),
    ]
    if yukawa.mode == "y_prime_muon":
        lines.append(("m_mu/m_l - 1, implied by Y'", number(yukawa.delta_implied)))
    return _pairs(lines)


def _pairs(lines: list[tuple[str, str]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in lines:
        grid.add_row(name, value)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _a_muon(result: Result, data_set: str) -> RenderableType:
    a, data = result.a_muon, a_muon_set(data_set)
    wanted = f"{data.value / UNIT:.0f} +- {data.uncertainty / UNIT:.0f}"
    lines = [
        ("neutralino-smuon", _small(a.neutralino)),
        ("chargino-sneutrino", _small(a.chargino)),
        ("one loop", _small(a.one_loop)),
        ("two-loop QED logarithm", _small(a.qed_log)),
        ("total", _small(a.total)),
        (f"experiment - SM, {data_set}", f"{wanted}   pull {number(pull(a.total, data), 3)}"),
    ]
    return _pairs(lines)


def _approximations(result: Result, comparison: Comparison) -> Table:
    table = _table("formula", "a_mu", "ratio")
    table.add_row("exact one loop", _small(result.a_muon.one_loop), style="bold")
    labels = ("W-H-sneutrino", "W-H-smuon_L", "B-H-smuon_L", "B-H-smuon_R", "B-smuon_L-smuon_R")
    formulas = (
        ("slides", ("bino", "wino"), result.approximations.slides, comparison.slides),
        ("mass insertion", labels, result.approximations.mass_insertion, comparison.mass_insertion),
    )
    for name, item_labels, items, whole in formulas:
        for label, value in zip(item_labels, items[:-1], strict=True):
            table.add_row(f"{name}: {label}", _small(value))
        total = f"{name}: total", _small(items.total), number(whole.ratio, 5)
        table.add_row(*total, style="bold")
    masses = comparison.neutralino_masses.ratio, comparison.chargino_masses.ratio
    worst = max(float(np.max(np.abs(r - 1))) for r in masses)
    table.add_row("masses to second order in v", "largest error", number(worst, 2))
    return table


def _expansion(comparison: Comparison) -> RenderableType:
    sizes = comparison.expansion._asdict()
    return _pairs([(label, number(sizes[name], 2)) for name, label in _EXPANSION_LABELS.items()])


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
    if abs(result.yukawa.y_prime_muon) > np.sqrt(4 * np.pi):
        found.append("Y' exceeds sqrt(4 pi): perturbation theory is not reliable.")
    if comparison.expansion.gaugino_higgsino_mixing >= 1:
        found.append(
            "A gaugino and a Higgsino mass are as close as the electroweak terms between them: "
            "masses expanded in v do not exist here (the exact spectrum does)."
        )
    masses = np.abs(result.spectrum.inos.m_neutralino)
    if np.any(np.diff(masses) < DEGENERATE * masses[:-1]):
        found.append(
            "Some neutralinos are degenerate: how these states are composed and share a_mu between "
            "them is rounding; their sum is not."
        )
    found += [FLAGS[name] for name in result.flag_names() if name in WARNINGS]
    return found


def precision_table(check: Check) -> RenderableType:
    """Double precision against the mpmath reference, one quantity a row."""
    table = _table("quantity", f"reference, {check.digits} digits", "error", left=2)
    # A hundred digits may need a second line; they must not be cut.
    table.columns[1].no_wrap, table.columns[1].overflow = False, "fold"
    for row in check.rows:
        table.add_row(row.name, row.shown, f"{row.error:.1e}")
    detail = "error of double precision, relative to the quantity; of a_mu to |chi0| + |chi+-|"
    return Group(_heading("Precision", detail), table)
