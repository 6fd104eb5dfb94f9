"""The look that all figures share; the only module that loads matplotlib."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from fssm.arguments import whole
from fssm.base import FSSMError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from fssm.base import RealArray

P = ParamSpec("P")

STYLE = Path(__file__).with_name("fssm.mplstyle")
# M. Okabe and K. Ito's colours, told apart by every kind of eye.
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, BLACK = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000",
)  # fmt: skip
GREY, PALE = "#6F6F6F", "#D9D9D9"
# The glyph itself: a superscript of it, as ' is set, floats too high.
PRIME = "\N{PRIME}"
Y_PRIME = rf"Y{PRIME}_{{\mu\mu}}"
_WIDTH = 3.4
# Margins in inches: what labels of the axes and the key above need.
_LEFT, _RIGHT, _BOTTOM, _GAP, _LINE = 0.50, 0.09, 0.38, 0.08, 0.135


@contextmanager
def style() -> Iterator[None]:
    """The package's style for as long as the block lasts; the user's settings come back after it.

    Raises
    ------
    FSSMError
        without matplotlib.
    """
    try:
        from matplotlib import style as styles
    except ImportError as error:
        problem = "figures need matplotlib, which is not installed; pip install 'fssm[plot]'"
        raise FSSMError(problem) from error
    with styles.context(["default", STYLE]):
        yield


def styled(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """A figure made in the package's style, whole: what is drawn late has it as well."""

    @functools.wraps(function)
    def made(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            figure = function(*args, **kwargs)
            figure.draw_without_rendering()
        return figure

    return made


def panels(
    rows: int = 1, *, height: float = 2.3, key_lines: int = 2, share_x: bool = True
) -> tuple[Figure, list[Axes]]:
    """A figure one column wide with panels of ``height`` inches, with one x axis or their own.

    Above them is room for a line on the model and a key of ``key_lines``.
    """
    from matplotlib.figure import Figure as NewFigure

    top = _LINE * key_lines + 0.25
    gap = _GAP if share_x else _BOTTOM + _GAP
    whole = rows * height + (rows - 1) * gap + _BOTTOM + top
    figure = NewFigure(figsize=(_WIDTH, whole))
    axes = figure.subplots(
        rows, 1, sharex=share_x, squeeze=False,
        gridspec_kw={
            "left": _LEFT / _WIDTH, "right": 1 - _RIGHT / _WIDTH,
            "bottom": _BOTTOM / whole, "top": 1 - top / whole, "hspace": gap / height,
        },
    )  # fmt: skip
    return figure, list(axes[:, 0])


def frame(
    axes: Axes,
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    labels: tuple[str, str],
    log: str = "xy",
) -> None:
    """Ranges, names with units and logarithmic scales, before anything is drawn."""
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
    axes.set_xlim(*x)
    axes.set_ylim(*y)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    # Said here, the number of ticks does not depend on settings when the figure is drawn.
    axes.tick_params(labelsize=8)


def nodes(low: float, high: float, n: int) -> RealArray:
    """``n`` values from low to high in equal ratios.

    Raises
    ------
    InvalidInput
        for fewer than three, or more than 10 000.
    """
    return np.geomspace(low, high, whole("n", n, 3, 10_000))


def plain_ticks(axis: Axis, values: Sequence[float]) -> None:
    """Labels at these values only, as plain numbers, on a short logarithmic axis."""
    from matplotlib.ticker import FixedLocator, NullFormatter

    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def along(
    axes: Axes,
    x: RealArray,
    y: RealArray,
    at: float,
    text: str,
    *,
    side: int = 1,
    gap: float = 1.5,
    **look: Any,
) -> None:
    """Write on a curve where it passes x = ``at``, along it: above (side 1) or below (-1).

    Scales and ranges must be final. Nothing is written where the curve does not come by.
    """
    path = axes.transData.transform(np.column_stack([x, y]))
    path = path[np.isfinite(path).all(axis=1)]
    here = axes.transData.transform((at, axes.get_ylim()[0]))[0] - path[:, 0]
    passes = np.flatnonzero(here[:-1] * here[1:] <= 0)
    if not len(passes):
        return
    i = int(passes[0])
    step = path[i + 1] - path[i]
    place = path[i] + step * (here[i] / (step[0] or 1.0))
    step = path[min(i + 2, len(path) - 1)] - path[max(i - 1, 0)]
    angle = np.arctan2(*(step if step[0] >= 0 else -step)[::-1])
    normal = side * np.array([-np.sin(angle), np.cos(angle)])
    look = {"fontsize": 7, "color": BLACK, **look}
    axes.annotate(
        text, tuple(axes.transData.inverted().transform(place)),
        xytext=tuple(gap * normal), textcoords="offset points",
        rotation=float(np.degrees(angle)), rotation_mode="anchor",
        ha="center", va="bottom" if side > 0 else "top", **look,
    )  # fmt: skip


def note(axes: Axes, x: float, y: float, text: str, **look: Any) -> None:
    """Text at a place given in fractions of the panel."""
    axes.text(x, y, text, transform=axes.transAxes, **{"fontsize": 7, **look})


def key(axes: Axes, model: str, handles: Sequence[tuple[Any, str]]) -> None:
    """The model and the key, above the frame, where they hide nothing."""
    from matplotlib.legend_handler import HandlerTuple

    axes.legend(
        [handle for handle, _ in handles],
        [text for _, text in handles],
        loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.5,
        title=model, title_fontsize=8, alignment="left",
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0)},
    )  # fmt: skip
