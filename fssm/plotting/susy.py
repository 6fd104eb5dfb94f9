"""Figures of the supersymmetric models: bands of a_mu, exact against the slides' formulas."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.arguments import number
from fssm.constants import DEFAULT_A_MUON
from fssm.inverse import LARGEST_COUPLING, fssm_m_susy
from fssm.observables.approximations import headline_fssm
from fssm.plotting.bands import (
    SLIDES_SET,
    band_key,
    draw_band,
    draw_plane,
    level_line,
    looks,
)
from fssm.plotting.planes import fssm_plane, mssm_plane, slides_universal
from fssm.plotting.style import (
    BLACK,
    GREEN,
    GREY,
    Y_PRIME,
    along,
    frame,
    key,
    nodes,
    note,
    panels,
    styled,
)
from fssm.simplified.inputs import single

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from fssm.base import RealArray
    from fssm.plotting.bands import Look
    from fssm.plotting.planes import Plane

_CHARGINO = r"lightest chargino mass $m_{\tilde{\chi}^\pm_1}$"
_SLEPTON = r"slepton mass $m_{\tilde{\ell}} = m_{\tilde{e}}$"


@styled
def mssm_band(
    *,
    data_set: str = DEFAULT_A_MUON,
    reference: str | None = SLIDES_SET,
    tan_beta: float = 50.0,
    qed_log: bool = True,
    n: int = 90,
) -> Figure:
    """MSSM, slepton and chargino masses: exact bands, slides' formula for universal masses.

    ``reference`` is a second data set, drawn as an outline, or None; ``n`` nodes per axis. Exact
    is one loop, with the two-loop QED logarithm unless ``qed_log`` is False.
    """
    tan_beta = single("figure", "tan_beta", tan_beta)
    drawn = looks(data_set, reference)
    figure, (axes,) = panels(key_lines=len(drawn) + 1)
    plane = mssm_plane(nodes(100, 1500, n), nodes(100, 1560, n), tan_beta=tan_beta, qed_log=qed_log)
    labels = (f"{_SLEPTON} [GeV]", f"{_CHARGINO} [GeV]")
    frame(axes, x=(150, 1500), y=(100, 1500), labels=labels, log="")
    _draw_plane(axes, plane, drawn, 1.0)
    model = rf"MSSM, $\tan\beta = {tan_beta:g}$, $M_1 = M_2 = \mu$"
    key(axes, model, [*band_key(drawn), _formula_entry(drawn)])
    return figure


@styled
def fssm_band(
    *,
    data_set: str = DEFAULT_A_MUON,
    reference: str | None = SLIDES_SET,
    y_prime: float = 0.7,
    theta: float = np.pi / 4,
    qed_log: bool = True,
    n: int = 80,
) -> Figure:
    """FSSM, slepton and chargino masses: exact bands, slides' formula for universal masses.

    tan_beta = tan_beta_u = 50, theta_u = theta_d = ``theta``; tan_beta_d from the muon mass.
    """
    y_prime, theta = number("y_prime", y_prime), number("theta", theta, unit="rad")
    drawn = looks(data_set, reference)
    figure, (axes,) = panels(key_lines=len(drawn) + 1)
    plane = fssm_plane(
        nodes(500, 10_000, n), nodes(300, 10_000, n), y_prime=y_prime, theta=theta, qed_log=qed_log
    )
    labels = (f"{_SLEPTON} [TeV]", f"{_CHARGINO} [TeV]")
    frame(axes, x=(0.5, 8), y=(0.3, 8), labels=labels, log="")
    _draw_plane(axes, plane, drawn, 1e-3)
    model = (
        rf"FSSM, ${Y_PRIME} = {y_prime:g}$, $M_1 = M_2 = \mu = \tilde{{\mu}}$, "
        rf"$\theta_u = \theta_d = {_angle(theta)}$"
    )
    key(axes, model, [*band_key(drawn), _formula_entry(drawn)])
    return figure


def _angle(theta: float) -> str:
    """The angle as a fraction of pi."""
    fraction = Fraction(theta / np.pi).limit_denominator(100)
    top = {0: "0", 1: r"\pi"}.get(fraction.numerator, rf"{fraction.numerator}\pi")
    return top if fraction.denominator == 1 else f"{top}/{fraction.denominator}"


def _draw_plane(axes: Axes, plane: Plane, drawn: list[Look], unit: float) -> None:
    """Exact bands, the slides' formula at the central value and edges of the last data set."""
    x, y = plane.m_slepton * unit, plane.m_chargino * unit
    for look in drawn:
        draw_plane(axes, x, y, plane.exact, look)
    data = drawn[-1].data
    for shift, width in ((0, 1.2), (-1, 0.7), (1, 0.7)):
        level = data.value + shift * data.uncertainty
        level_line(
            axes, x, y, np.where(plane.tachyonic, np.nan, plane.slides), level,
            gid=f"slides {shift:+d}", colors=BLACK, linestyles="dashed", linewidths=width,
        )  # fmt: skip
    if plane.tachyonic.any():
        dead = axes.contourf(x, y, plane.tachyonic.astype(float), [0.5, 1.5], colors=[GREY])
        dead.set_gid("tachyonic")
        note(axes, 0.02, 0.98, "tachyonic", rotation=90, color="white", va="top", fontsize=6)
    universal = np.interp(plane.m_slepton, plane.m_common, y)
    axes.plot(x, universal, color=GREY, ls="dotted", lw=0.9, gid="universal")
    along(axes, x, universal, 0.65 * axes.get_xlim()[1], "universal masses", side=-1)


def _formula_entry(drawn: list[Look]) -> tuple[Any, str]:
    from matplotlib.lines import Line2D

    text = rf"slides' formula, {drawn[-1].name}, central and $\pm 1\sigma$"
    return Line2D([], [], color=BLACK, ls="dashed"), text


@styled
def fssm_yukawa(
    *,
    data_set: str = DEFAULT_A_MUON,
    reference: str | None = SLIDES_SET,
    qed_log: bool = True,
    n: int = 40,
) -> Figure:
    """FSSM, common mass and Y': exact bands, slides' formula, headline as printed and linear.

    tan_beta = tan_beta_u = 50 and theta_u = theta_d = pi/4; tan_beta_d from the muon mass.
    """
    drawn = looks(data_set, reference)
    figure, (axes,) = panels(key_lines=len(drawn))
    y_prime = nodes(0.02, LARGEST_COUPLING, n)
    labels = (f"muon Yukawa coupling ${Y_PRIME}$", r"$m_{\mathrm{SUSY}}$ [TeV]")
    frame(axes, x=(0.02, LARGEST_COUPLING), y=(0.2, 20), labels=labels)
    for look in drawn:
        band = fssm_m_susy(y_prime, look.name, qed_log=qed_log)
        draw_band(axes, y_prime, band.scaled(1e-3, unit="TeV"), look)
    _draw_scalings(axes, y_prime, drawn[-1].data.value)
    model = r"FSSM, all masses $m_{\mathrm{SUSY}}$, $\tan\beta = 50$, $\theta_u = \theta_d = \pi/4$"
    key(axes, model, band_key(drawn))
    return figure


def _draw_scalings(axes: Axes, y_prime: RealArray, a_muon: float) -> None:
    """What the slides say m_SUSY must be for this a_mu: all fall as 1/m_SUSY^2."""
    formula, linear, printed = (
        np.sqrt(at_one_tev / a_muon)
        for at_one_tev in (
            slides_universal(y_prime, 1000.0),
            headline_fssm(y_prime, 1000.0),
            headline_fssm(y_prime, 1000.0, power=2),
        )
    )
    for m_susy, gid, colour, style in (
        (formula, "slides", BLACK, "dashed"),
        (linear, "headline linear", GREEN, (0, (1, 2))),
        (printed, "headline printed", GREEN, "dashdot"),
    ):
        axes.plot(y_prime, m_susy, color=colour, ls=style, gid=gid)
    along(axes, y_prime, printed, 0.14, "headline as printed", color=GREEN, side=-1)
    along(axes, y_prime, formula, 1.4, "slides' formula,\nheadline linear", side=-1, gap=14)
