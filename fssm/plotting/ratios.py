"""Where the approximate formulas for a_mu are off: over the exact one-loop result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fssm.arguments import number
from fssm.comparison import compare
from fssm.inverse import universal_point
from fssm.plotting.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    Y_PRIME,
    along,
    frame,
    key,
    nodes,
    note,
    panels,
    plain_ticks,
    styled,
)
from fssm.simplified.inputs import single
from fssm.simplified.mssm import mssm_point

if TYPE_CHECKING:
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from fssm.base import RealArray
    from fssm.model.point import Point

_APPROXIMATIONS = {"slides": "dashed", "mass_insertion": "solid"}


@styled
def ratio(
    *, y_prime: float = 0.7, tan_beta: float = 50.0, m_gaugino: float = 2500.0, n: int = 60
) -> Figure:
    """Approximate over exact one-loop a_mu, without the two-loop logarithm.

    Above: all masses equal, for the MSSM (``tan_beta``) and the FSSM (``y_prime``). Below: the
    FSSM with sleptons lighter or heavier than gauginos of mass ``m_gaugino``, GeV, and for three
    Higgsino masses; curves end where a smuon becomes tachyonic.
    """
    from matplotlib.lines import Line2D

    y_prime, tan_beta = number("y_prime", y_prime), single("figure", "tan_beta", tan_beta)
    m_gaugino = single("figure", "m_gaugino", m_gaugino, unit="GeV")
    figure, axes = panels(2, height=1.75, key_lines=2, share_x=False)
    _universal(axes[0], y_prime, tan_beta, n)
    _split(axes[1], y_prime, m_gaugino, n)
    entries: list[tuple[Any, str]] = [
        (Line2D([], [], color=BLACK, ls="dashed"), "slides' formula over exact one loop"),
        (Line2D([], [], color=BLACK), "mass insertion over exact one loop"),
    ]
    model = rf"FSSM, ${Y_PRIME} = {y_prime:g}$; MSSM, $\tan\beta = {tan_beta:g}$"
    key(axes[0], model, entries)
    return figure


def _universal(axes: Axes, y_prime: float, tan_beta: float, n: int) -> None:
    mass = nodes(150, 10_000, n)
    labels = (r"$m_{\mathrm{SUSY}}$ [TeV], all masses equal", "approximate / exact")
    frame(axes, x=(0.15, 10), y=(0.91, 1.29), labels=labels, log="x")
    axes.axhline(1, color=GREY, lw=0.5, zorder=0)
    common = dict.fromkeys(("mu", "m1", "m2", "m_l", "m_e"), mass)
    fssm = universal_point(mass, y_prime)
    mssm = mssm_point(tan_beta=tan_beta, **common)
    for name, colour, point in (("FSSM", BLUE, fssm), ("MSSM", VERMILLION, mssm)):
        _curves(axes, mass / 1000, point, name, colour)
    plain_ticks(axes.xaxis, (0.2, 0.5, 1, 2, 5, 10))
    note(axes, 0.12, 0.6, "FSSM", color=BLUE)
    note(axes, 0.1, 0.12, "MSSM", color=VERMILLION)


def _split(axes: Axes, y_prime: float, m_gaugino: float, n: int) -> None:
    split = nodes(0.2, 5, n)
    labels = (r"slepton mass / gaugino mass", "approximate / exact")
    frame(axes, x=(0.2, 5), y=(3e-3, 300), labels=labels)
    plain_ticks(axes.xaxis, (0.2, 0.5, 1, 2, 5))
    axes.axhline(1, color=GREY, lw=0.5, zorder=0)
    m = m_gaugino * split
    for mu, name, colour in ((3, "3", VERMILLION), (1, "1", BLUE), (1 / 3, "1/3", GREEN)):
        higgsino = dict.fromkeys(("mu", "mu_tilde"), mu * m_gaugino)
        point = universal_point(m_gaugino, y_prime, m_l=m, m_e=m, **higgsino)
        slides = _curves(axes, split, point, f"split {name}", colour)
        side = -1 if mu < 1 else 1
        along(axes, split, slides, 3.2, rf"$\mu/M_2 = {name}$", side=side, color=colour)
    text = rf"FSSM, $M_1 = M_2 = {m_gaugino / 1000:g}$ TeV, $\mu = \tilde{{\mu}}$"
    note(axes, 0.97, 0.95, text, ha="right", va="top")


def _curves(axes: Axes, x: RealArray, point: Point, name: str, colour: str) -> RealArray:
    """Both approximations over the exact result; that of the slides is handed back."""
    compared = compare(point)
    for approximation, style in _APPROXIMATIONS.items():
        y = getattr(compared, approximation).ratio
        axes.plot(x, y, color=colour, ls=style, gid=f"{name} {approximation}")
    return compared.slides.ratio
