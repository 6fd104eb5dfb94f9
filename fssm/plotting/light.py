"""Figures of light new physics: the Z' of L_mu - L_tau, the dark photon, axion-like particles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.arguments import number, several
from fssm.constants import DEFAULT_A_MUON, lepton_moment_sets
from fssm.constraints.tridents import (
    CCFR,
    CONFIDENCES,
    DEFAULT_CONFIDENCE,
    DUNE,
    NUTEV_LIKE,
    limits_by_confidence,
    trident_limit,
)
from fssm.inverse import dark_photon_epsilon, z_prime_coupling
from fssm.observables.leptons import pull
from fssm.plotting.bands import SLIDES_SET, band_key, draw_band, draw_plane, level_line, looks
from fssm.plotting.style import (
    BLACK,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PRIME,
    PURPLE,
    along,
    frame,
    key,
    nodes,
    note,
    panels,
    styled,
)
from fssm.simplified import (
    alp,
    dark_photon,
    dark_photon_heavy,
    dark_photon_light,
    l_mu_l_tau_heavy,
)
from fssm.simplified.inputs import single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from fssm.base import RealArray

# Of the axion-like particles with other masses.
_COLOURS = (GREEN, PURPLE, ORANGE)


@styled
def z_prime(
    *, data_set: str = DEFAULT_A_MUON, reference: str | None = SLIDES_SET, n: int = 150
) -> Figure:
    """Mass and coupling of the Z' of L_mu - L_tau: a_mu bands and the trident limit of CCFR.

    The limit is one-sided at 95%; the key has its other meanings. Below the mass from which the
    limit's formula holds it is continued as a dotted line.
    """
    drawn = looks(data_set, reference)
    figure, (axes,) = panels(height=2.5, key_lines=len(drawn) + 3)
    mass = nodes(1e-3, 100, n)
    labels = (f"$m_{{Z{PRIME}}}$ [GeV]", rf"$L_\mu - L_\tau$ coupling $g{PRIME}$")
    frame(axes, x=(1e-3, 100), y=(5e-5, 1), labels=labels)
    for look in drawn:
        draw_band(axes, mass, z_prime_coupling(mass, look.name), look)
    target = drawn[-1].data.value
    heavy = np.sqrt(target / l_mu_l_tau_heavy(1.0, mass))
    axes.plot(mass, heavy, color=BLACK, ls="dashed", lw=0.8, gid="heavy limit")
    along(axes, mass, heavy, 0.022, "heavy limit")
    _draw_tridents(axes, mass)
    model = rf"$Z{PRIME}$ of $L_\mu - L_\tau$, exact one loop"
    key(axes, model, [*band_key(drawn), *_trident_key()])
    return figure


def _trident_key() -> list[tuple[Any, str]]:
    """The lines of CCFR, and what the limit would be with another meaning of 95%."""
    from matplotlib.lines import Line2D

    m_over_g = limits_by_confidence()
    drawn, two_sided, flat = (
        CONFIDENCES[name] for name in (DEFAULT_CONFIDENCE, "two_sided", "flat_prior")
    )
    ratio = rf"$m_{{Z{PRIME}}}/g{PRIME}$"
    return [
        (Line2D([], [], color=BLACK), f"CCFR, {drawn}: {ratio} > {m_over_g[drawn]:.0f} GeV"),
        (
            Line2D([], [], ls="none"),
            f"{m_over_g[two_sided]:.0f} two-sided, {m_over_g[flat]:.0f} flat prior on "
            rf"$\sigma \geq \sigma_{{\rm SM}}$",
        ),
        (
            Line2D([], [], color=PURPLE),
            f"CCFR, $g{PRIME}$ weakened by {NUTEV_LIKE:g} (NuTeV-like)",
        ),
    ]


def _draw_tridents(axes: Axes, mass: RealArray) -> None:
    """CCFR's limit as published and in the weaker reading; where DUNE's formula would hold."""
    valid = np.geomspace(CCFR.m_valid, mass[-1], len(mass))
    limit = np.asarray(trident_limit(valid))
    axes.fill_between(valid, limit, 9.0, fc=PALE, lw=0, alpha=0.85, gid="excluded", zorder=1.5)
    below = np.geomspace(mass[0], CCFR.m_valid, len(mass))
    contact = limit[0] / valid[0] * below
    for factor, colour, name in ((1.0, BLACK, "CCFR"), (NUTEV_LIKE, PURPLE, "NuTeV-like")):
        axes.plot(valid, factor * limit, color=colour, gid=name)
        axes.plot(below, factor * contact, color=colour, ls="dotted", gid=f"{name} continued")
    along(axes, valid, limit, 18.0, f"CCFR {CONFIDENCES[DEFAULT_CONFIDENCE]}", side=-1)
    note(axes, 0.715, 0.95, "excluded", va="top", fontsize=6.5)
    along(axes, below, contact, 0.35, "contact formula, not valid", side=-1)
    place = axes.get_xaxis_transform()
    for beam, height in ((CCFR, 0.05), (DUNE, 0.13)):
        start = beam.m_valid, height
        axes.plot(*start, color=BLACK, marker="|", ms=5, transform=place, gid=f"{beam.name} valid")
        text = rf" {beam.name} formula valid $\rightarrow$"
        axes.text(*start, text, transform=place, fontsize=6, va="center")


@styled
def dark_photon_plane(
    *, data_set: str = DEFAULT_A_MUON, reference: str | None = SLIDES_SET, n: int = 150
) -> Figure:
    """Mass and mixing of a dark photon: a_mu bands, both limits, and what a_e leaves.

    Each determination of a_e gives an upper limit at two standard deviations; one that lies below
    zero by more than that has no line, and is named as such.
    """
    drawn = looks(data_set, reference)
    figure, (axes,) = panels(key_lines=len(drawn))
    mass = nodes(1e-3, 10, n)
    labels = (r"dark photon mass $m_X$ [GeV]", r"kinetic mixing $\epsilon$")
    frame(axes, x=(1e-3, 10), y=(5e-5, 0.3), labels=labels)
    _draw_electron(axes, mass)
    for look in drawn:
        draw_band(axes, mass, dark_photon_epsilon(mass, look.name), look)
    target = drawn[-1].data.value
    light = np.full(mass.shape, np.sqrt(target / dark_photon_light(1.0)))
    heavy = np.sqrt(target / dark_photon_heavy(1.0, mass))
    for y, name, at in ((light, "light limit", 0.8), (heavy, "heavy limit", 0.03)):
        axes.plot(mass, y, color=BLACK, ls="dashed", lw=0.8, gid=name)
        along(axes, mass, y, at, name, side=-1)
    note(axes, 0.98, 0.03, "direct searches not drawn", ha="right", fontsize=6)
    key(axes, r"dark photon, coupling $\epsilon e$, exact one loop", band_key(drawn))
    return figure


def _draw_electron(axes: Axes, mass: RealArray) -> None:
    at_one = dark_photon(1.0, mass).a_electron
    lines = 0
    for data in lepton_moment_sets("electron").values():
        largest = data.value + 2 * data.uncertainty
        if largest <= 0:
            zero = float(pull(np.zeros(()), data))
            text = f"{data.name}: $\\Delta a_e < 0$ at ${zero:.1f}\\sigma$"
            note(axes, 0.03, 0.95, text, va="top", fontsize=6, color=GREEN)
            continue
        limit = np.sqrt(largest / at_one)
        colour = (GREEN, ORANGE)[lines % 2]
        axes.fill_between(mass, limit, 9.0, fc=PALE, lw=0, zorder=0.5, gid=f"{data.name} excluded")
        axes.plot(mass, limit, color=colour, gid=data.name)
        along(axes, mass, limit, 0.4, rf"$\Delta a_e$ ({data.name}), $2\sigma$", color=colour)
        lines += 1


@styled
def alp_plane(
    *,
    data_set: str = DEFAULT_A_MUON,
    reference: str | None = SLIDES_SET,
    f: float = 1000.0,
    m_a: float = 0.0,
    other_m_a: Sequence[float] = (1.0, 10.0),
    n: int = 120,
) -> Figure:
    """Couplings of an axion-like particle over f: bands for a mass, central lines for others.

    The couplings to muons and to photons have opposite signs; ``f`` in GeV sets the cutoff,
    Lambda = 4 pi f, and ``m_a``, ``other_m_a`` (at most three) are masses in GeV. Below the line
    on which a_mu vanishes the muon coupling, which alone makes it negative, wins.
    """
    f, m_a = single("figure", "f", f, unit="GeV"), number("m_a", m_a, unit="GeV")
    other_m_a = several("other_m_a", other_m_a, unit="GeV")
    drawn = looks(data_set, reference)
    figure, (axes,) = panels(key_lines=len(drawn))
    c_muon, c_photon = nodes(0.1, 1000, n), nodes(1, 2e4, n)
    labels = (r"$|c_{\mu\mu}|/f$ [TeV$^{-1}$]", r"$|c_{\gamma\gamma}|/f$ [TeV$^{-1}$]")
    frame(axes, x=(0.1, 1000), y=(1, 2e4), labels=labels)

    def a_muon(mass: float) -> RealArray:
        c, c_gg = f / 1000 * c_muon[None, :], -f / 1000 * c_photon[:, None]
        return alp(f=f, m_a=mass, c_muon=c, c_photon=c_gg).a_muon

    bands = a_muon(m_a)
    for look in drawn:
        draw_plane(axes, c_muon, c_photon, bands, look)
    look_of_zero: dict[str, Any] = {"colors": GREY, "linewidths": 0.7}
    nothing = level_line(axes, c_muon, c_photon, bands, 0.0, gid="zero", **look_of_zero)
    along(axes, *nothing, 200, r"$\Delta a_\mu = 0$", side=-1, color=GREY)
    for mass, colour in zip(other_m_a, _COLOURS, strict=False):
        look_of_mass: dict[str, Any] = {"colors": colour, "linestyles": "dashdot"}
        level = drawn[-1].data.value
        line = level_line(
            axes, c_muon, c_photon, a_muon(mass), level, gid=f"m_a {mass:g}", **look_of_mass
        )
        _name_mass(axes, line, mass, colour)
    note(axes, 0.97, 0.06, r"$c_{\mu\mu}$ alone:" "\n" r"$\Delta a_\mu < 0$", ha="right")
    size = rf"$m_a = {m_a:g}$ GeV" if m_a else r"$m_a \ll m_\mu$"
    signs, cutoff = r"$c_{\mu\mu} c_{\gamma\gamma} < 0$", r"$\Lambda = 4\pi f$"
    key(axes, f"ALP, {signs}, {size}, {cutoff}, $f = {f / 1000:g}$ TeV", band_key(drawn))
    return figure


def _name_mass(axes: Axes, line: tuple[RealArray, RealArray], mass: float, colour: str) -> None:
    """Beside the lowest point of the curve, on the side where there is room."""
    x, y = line
    if len(x):
        lowest = float(x[y.argmin()])
        right = 9 * lowest < axes.get_xlim()[1]
        at, side = (6 * lowest, 1) if right else (lowest / 3, -1)
        along(axes, x, y, at, rf"$m_a = {mass:g}$ GeV", side=side, color=colour)
