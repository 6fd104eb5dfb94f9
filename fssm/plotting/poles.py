"""Where couplings diverge: Landau poles of the MSSM and of the FSSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.arguments import several
from fssm.constraints.running import GUT_SCALE, fssm_couplings, landau_pole, mssm_couplings
from fssm.inverse import LARGEST_COUPLING
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
    styled,
)
from fssm.simplified.inputs import single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SCALES = (1e3, 1e20)
# Beyond the pole of the U(1) coupling itself: curves leave through the top of the panel.
_SCALE_MAX = 1e30
_TAN_BETA = (45.0, 120.0)
_Y_PRIME = (0.5, LARGEST_COUPLING)
# What the slides allow, and what they take.
_SLIDES_TAN_BETA, _SLIDES_Y_PRIME = 70.0, 0.7


@styled
def landau(
    *,
    eps_b: Sequence[float] = (-0.005, 0.0, 0.005),
    m_mssm: float = 1000.0,
    m_fssm: float = 2500.0,
    n: int = 32,
) -> Figure:
    """First Landau pole: MSSM against tan_beta, FSSM against Y'_mumu.

    ``eps_b``: thresholds of the b quark, at most three; ``m_mssm``, ``m_fssm``: all superpartners,
    GeV. The FSSM has tan_beta = tan_beta_u = 50 and no thresholds.
    """
    from matplotlib.lines import Line2D

    m_mssm, m_fssm = (single("figure", name, m, unit="GeV")
                      for name, m in (("m_mssm", m_mssm), ("m_fssm", m_fssm)))  # fmt: skip
    eps_b = several("eps_b", eps_b)
    figure, (above, below) = panels(2, height=1.75, key_lines=2, share_x=False)
    _mssm(above, eps_b, m_mssm, n)
    _fssm(below, m_fssm, n)
    entries = [
        (Line2D([], [], color=BLACK), "first Landau pole"),
        (Line2D([], [], color=BLACK, ls="dashed"), r"first coupling beyond $\sqrt{4\pi}$"),
    ]
    key(above, "one-loop running, all superpartners at $m_{\\mathrm{SUSY}}$", entries)
    return figure


def _mssm(axes: Axes, eps_b: Sequence[float], m_susy: float, n: int) -> None:
    tan_beta = nodes(*_TAN_BETA, n)
    _panel(axes, _TAN_BETA, r"$\tan\beta$", _SLIDES_TAN_BETA)
    eps = np.array(eps_b, float)[:, None]
    start = mssm_couplings(tan_beta=tan_beta, m_susy=m_susy, eps_b=eps)
    pole = landau_pole(start, scale_max=_SCALE_MAX)
    for i, (value, colour) in enumerate(zip(eps_b, (VERMILLION, BLUE, GREEN), strict=False)):
        gid = f"eps_b {value:g}"
        axes.plot(tan_beta, pole.perturbative_up_to[i], color=colour, ls="dashed", lw=0.7,
                  gid=f"{gid} perturbative")  # fmt: skip
        axes.plot(tan_beta, pole.scale[i], color=colour, gid=gid)
        at = float(np.interp(-11.0, -np.log10(pole.scale[i]), tan_beta))
        along(axes, tan_beta, pole.scale[i], at, rf"$\epsilon_b = {value:g}$", color=colour)
    text = rf"MSSM, $m_{{\mathrm{{SUSY}}}} = {m_susy / 1000:g}$ TeV"
    note(axes, 0.97, 0.95, text, ha="right", va="top")


def _fssm(axes: Axes, m_susy: float, n: int) -> None:
    y_prime = nodes(*_Y_PRIME, n)
    _panel(axes, _Y_PRIME, f"muon Yukawa coupling ${Y_PRIME}$", _SLIDES_Y_PRIME)
    start = fssm_couplings(tan_beta=50.0, tan_beta_u=50.0, y_prime_muon=y_prime, m_susy=m_susy)
    pole = landau_pole(start, scale_max=_SCALE_MAX)
    axes.plot(y_prime, pole.scale, color=BLUE, gid="fssm")
    axes.plot(y_prime, pole.perturbative_up_to, color=BLUE, ls="dashed", lw=0.7,
              gid="fssm perturbative")  # fmt: skip
    text = (
        rf"FSSM, $m_{{\mathrm{{SUSY}}}} = {m_susy / 1000:g}$ TeV"
        "\n"
        r"$\tan\beta = \tan\beta_u = 50$"
    )
    note(axes, 0.97, 0.95, text, ha="right", va="top")


def _panel(axes: Axes, x: tuple[float, float], label: str, slides: float) -> None:
    """Frame, the scale of grand unification, and the value of the slides."""
    frame(axes, x=x, y=_SCALES, labels=(label, "scale [GeV]"), log="y")
    axes.axhline(GUT_SCALE, color=GREY, lw=0.6, ls="dotted", gid="GUT")
    axes.axvline(slides, color=GREY, lw=0.6, ls="dotted", gid="slides")
    axes.text(x[0] + 0.01 * (x[1] - x[0]), 3 * GUT_SCALE, "GUT", fontsize=6, color=GREY)
    axes.text(slides, 2e3, " slides", fontsize=6, color=GREY)
