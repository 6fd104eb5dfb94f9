"""Figure of heavy new physics without supersymmetry: the scalar leptoquark S1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.base import InvalidInput, quiet_nan
from fssm.constants import DEFAULT_A_MUON
from fssm.inverse import LARGEST_COUPLING, leptoquark_coupling
from fssm.plotting.bands import SLIDES_SET, band_key, draw_band, looks
from fssm.plotting.style import BLACK, frame, key, nodes, note, panels, styled
from fssm.simplified import s1_leptoquark_log
from fssm.simplified.inputs import known
from fssm.simplified.leptoquark import UP_QUARKS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def leptoquark(
    *,
    data_set: str = DEFAULT_A_MUON,
    reference: str | None = SLIDES_SET,
    quarks: tuple[str, ...] = ("top", "charm"),
    n: int = 120,
) -> Figure:
    """Mass and coupling of S1, equal left and right, to one quark each: bands and slides' limit."""
    if not isinstance(quarks, list | tuple) or not quarks:
        raise InvalidInput("quarks", f"must be some of {', '.join(UP_QUARKS)}", value=quarks)
    for quark in quarks:
        known("figure", "quarks", quark, UP_QUARKS)
    drawn = looks(data_set, reference)
    figure, panel = panels(len(quarks), height=1.75, key_lines=len(drawn))
    mass = nodes(300, 100_000, n)
    for axes, quark in zip(panel, quarks, strict=True):
        x_label = r"$m_{\mathrm{LQ}}$ [TeV]" if axes is panel[-1] else ""
        labels = (x_label, r"$\sqrt{|\lambda_L \lambda_R|}$")
        frame(axes, x=(0.3, 100), y=(3e-3, LARGEST_COUPLING), labels=labels)
        for look in drawn:
            draw_band(axes, mass / 1000, leptoquark_coupling(mass, look.name, quark=quark), look)
        with quiet_nan():
            limit = np.sqrt(drawn[-1].data.value / s1_leptoquark_log(1.0, 1.0, mass, quark=quark))
        axes.plot(mass / 1000, limit, color=BLACK, ls="dashed", lw=0.8, gid=f"{quark} log")
        note(axes, 0.97, 0.06, f"{quark} quark", ha="right", fontsize=8)
    panel[0].text(0.46, 0.13, "slides' logarithm", fontsize=7)
    model = r"$S_1$ leptoquark, $\lambda_L = \lambda_R$, exact one loop"
    key(panel[0], model, band_key(drawn))
    return figure
