"""Rows of the bino and the wino formula, against the exact result split by gauge coupling."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fssm.slides.row import FORMULA, make_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.observables.approximations import Slides
    from fssm.observables.leptons import LoopSum
    from fssm.slides.row import Choice, Row

# A gauge coupling this small is switched off.
_OFF = 1e-9


class Pair(NamedTuple):
    """One formula and what it approximates."""

    literal: float
    exact: float

    @property
    def ratio(self) -> float:
        """Exact over literal."""
        return self.exact / self.literal


def gaugino_pairs(
    literal: Slides, exact: Callable[[float, float], float], g: float, g_prime: float
) -> tuple[Pair, Pair]:
    """Bino and wino: ``exact`` (g, g') minus itself with that gaugino's coupling switched off."""
    whole = exact(g, g_prime)
    bino, wino = whole - exact(g, _OFF), whole - exact(_OFF, g_prime)
    return Pair(float(literal.bino), bino), Pair(float(literal.wino), wino)


def gaugino_rows(
    slide: str,
    where: str,
    near: tuple[Pair, Pair],
    far: tuple[Pair, Pair],
    neglected: str,
    a_muon: LoopSum,
    choices: tuple[Choice | None, Choice | None] = (None, None),
) -> list[Row]:
    """At the slides' point, and with all that is neglected 100 times smaller.

    The two-loop logarithm of ``a_muon`` there is a factor, the same for both parts.
    """
    factor = float(a_muon.total / a_muon.one_loop)
    return [
        make_row(
            slide, f"{name} formula {where}", literal=here.literal, exact=here.exact,
            tolerance=FORMULA, limit_ratio=deep.ratio, two_loop=factor * here.exact, choice=choice,
            reason=f"neglects {neglected}; where all are 100 times smaller the ratio is "
            f"{deep.ratio:.4f}",
        )
        for name, here, deep, choice in zip(("bino", "wino"), near, far, choices, strict=True)
    ]  # fmt: skip
