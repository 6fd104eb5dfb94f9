"""Bands of a_mu: where a model gives a measured value, within one and two standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.arguments import word
from fssm.constants import a_muon_set, a_muon_sets
from fssm.observables.leptons import pull
from fssm.plotting.style import BLUE, VERMILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fssm.base import RealArray
    from fssm.constants import Measurement
    from fssm.inverse import Band, Interval

# The data set of the slides, drawn beside another one.
SLIDES_SET = "amu-2021"
# Opacity within two and within one standard deviation.
_SHADES = {"two sigma": 0.22, "one sigma": 0.33}


class Look(NamedTuple):
    """How one data set is drawn: filled, or as hatched outline on top of another one."""

    data: Measurement
    colour: str
    filled: bool

    @property
    def name(self) -> str:
        """The name of the data set, which begins the name (gid) of everything drawn for it."""
        return self.data.name


def looks(data_set: str, reference: str | None) -> list[Look]:
    """The data set filled, and the reference as outline unless it is the same or None.

    Raises
    ------
    InvalidInput
        for an unknown data set.
    """
    found = [Look(a_muon_set(data_set), BLUE, True)]
    if reference is not None:
        word("reference", reference, a_muon_sets(), f"unknown; known: {', '.join(a_muon_sets())}")
    if reference is not None and reference != data_set:
        found.append(Look(a_muon_set(reference), VERMILLION, False))
    return found


def band_key(drawn: list[Look]) -> list[tuple[Any, str]]:
    """Entries of the key: the data sets with their values."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    entries: list[tuple[Any, str]] = []
    for look in drawn:
        value, sigma = (f"{1e11 * x:.0f}" for x in (look.data.value, look.data.uncertainty))
        text = rf"$\Delta a_\mu = {value}({sigma})\times 10^{{-11}}$ ({look.name})"
        line = Line2D([], [], color=look.colour)
        if look.filled:
            patches = [Patch(fc=look.colour, alpha=a, lw=0) for a in _stacked()]
            entries.append(((*patches, line), rf"{text}, $1\sigma$, $2\sigma$"))
        else:
            hatched = Patch(fc="none", ec=look.colour, hatch="//////", lw=0.6)
            outline = Patch(fc="none", ec=look.colour, lw=0.6)
            entries.append(((hatched, outline, line), rf"{text}, $1\sigma$, $2\sigma$"))
    return entries


def _stacked() -> tuple[float, float]:
    """Opacity of one sigma on top of two sigma, and of two sigma alone."""
    two, one = _SHADES["two sigma"], _SHADES["one sigma"]
    return 1 - (1 - two) * (1 - one), two


def draw_band(axes: Axes, x: RealArray, band: Band, look: Look) -> None:
    """Band of the quantity on the y axis over x (n,), to the edge of the panel where it is open."""
    bottom, top = axes.get_ylim()
    for width, interval in (("two sigma", band.two_sigma), ("one sigma", band.one_sigma)):
        hatch = "//////" if width == "one sigma" else None
        style: dict[str, Any] = {"fc": "none", "ec": look.colour, "hatch": hatch}
        if look.filled:
            style = {"fc": look.colour, "alpha": _SHADES[width]}
        # Open ends lie beyond the panel, or they would draw an edge within it.
        low, high = (
            np.clip(interval.low, 1e-3 * bottom, None),
            np.clip(interval.high, None, 9 * top),
        )
        axes.fill_between(x, low, high, gid=f"{look.name} {width}", lw=0, **style)
        for end, value in zip(("low", "high"), edges(band, interval), strict=True):
            gid = f"{look.name} {width} {end}"
            axes.plot(x, value, color=look.colour, lw=0.5, gid=gid)
    axes.plot(x, band.central, color=look.colour, gid=f"{look.name} central")


def edges(band: Band, interval: Interval) -> tuple[RealArray, RealArray]:
    """Both ends of an interval where they are real: NaN at 0, at inf and at the search's end."""
    far = np.asarray(band.searched.high)
    low, high = (
        np.where((end == 0) | np.isinf(end) | np.isclose(end, far, rtol=1e-9), np.nan, end)
        for end in interval
    )
    return low, high


def draw_plane(axes: Axes, x: RealArray, y: RealArray, a_muon: RealArray, look: Look) -> None:
    """Bands in a plane, a_muon (len(y), len(x)), as contours; NaN is left blank."""
    off = np.ma.masked_invalid(pull(a_muon, look.data))
    for width, n in (("two sigma", 2.0), ("one sigma", 1.0)):
        style: dict[str, Any] = {"colors": [look.colour], "alpha": _SHADES[width]}
        if not look.filled:
            style = {"colors": "none", "hatches": ["//////" if n == 1 else None]}
        filled = axes.contourf(x, y, off, levels=[-n, n], **style)
        filled.set_gid(f"{look.name} {width}")
        if not look.filled:
            filled.set_edgecolor(look.colour)
            filled.set_linewidth(0.0)
        rims = axes.contour(x, y, off, [-n, n], colors=[look.colour], linewidths=0.5)
        rims.set(linestyle="solid", gid=f"{look.name} {width} edges")
    level_line(axes, x, y, a_muon, look.data.value, gid=f"{look.name} central", colors=look.colour)


def level_line(
    axes: Axes, x: RealArray, y: RealArray, z: RealArray, level: float, *, gid: str, **look: Any
) -> tuple[RealArray, RealArray]:
    """The contour of z at one level; its longest piece as x and y, empty if there is none."""
    drawn = axes.contour(x, y, np.ma.masked_invalid(z), [level], **look)
    drawn.set_gid(gid)
    pieces = [np.asarray(piece) for piece in drawn.allsegs[0]]
    longest = max(pieces, key=len, default=np.empty((0, 2)))
    return longest[:, 0], longest[:, 1]
