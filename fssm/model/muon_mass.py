"""The muon Yukawa coupling, or tan(beta_d), that the muon mass implies; one generation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fssm.base import quiet_nan, real_part
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import lepton_matrix
from fssm.model.spectrum import scalars
from fssm.model.threshold import exact_shift, ino_pair, shift_of
from fssm.model.yukawa import MASS_TOLERANCE, Search, Yukawa, describe, name_failures
from fssm.numerics.roots import inside_domain, secant_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point
    from fssm.model.threshold import Shift


def solve(point: Point) -> tuple[Lagrangian, Yukawa]:
    """Fix what the muon mass fixes, and say how well; one generation.

    With Y' left out, a real y' (positive for Y = 0) solves |m_l + dm(y')| = m_mu; with
    tan_beta_d left out, v_d' > 0 does. Points without a usable solution carry a flag and NaN in
    the Lagrangian; their ``delta`` is that of the failed solution, or of small Y' where there
    was none. With both given nothing is solved, no threshold enters, and Delta is computed for
    comparison only.
    """
    if point.y_prime_muon is None:
        return _solve_yukawa(point)
    if point.tan_beta_d is None and point.v_d is None:
        return _solve_tan_beta_d(point)
    lag = lagrangian(point)
    return lag, describe(lag, "y_prime_muon", exact_shift(lag), None)


def _solve_yukawa(point: Point) -> tuple[Lagrangian, Yukawa]:
    start = lagrangian(point)
    shift = shift_of(point)
    if shift is exact_shift:
        shift = partial(exact_shift, pair=ino_pair(start))

    def with_yukawa(y_prime: AnyArray) -> Lagrangian:
        pair = np.broadcast_arrays(start.yukawa[..., 0, 0, 0], y_prime)
        return replace(start, yukawa=np.stack(pair, axis=-1)[..., None, None])

    tree = np.sqrt(2) * start.m_lepton[..., 0] / np.abs(start.v_d[..., 1])
    # Far below the tree-level value dm is linear in y' and no smuon is tachyonic through it.
    # Next to a Y_mumu of its own the real Y' may have either sign.
    phase = start.v_d[..., 1]
    return _solve_for(point, with_yukawa, shift, 1e-3 * tree, phase=phase, positive=False)


def _solve_tan_beta_d(point: Point) -> tuple[Lagrangian, Yukawa]:
    tan_beta = np.asarray(point.tan_beta)

    def with_ratio(v_d_prime_over_v_u: AnyArray) -> Lagrangian:
        # v_d' <= 0 means that the loop alone already makes the muon too heavy.
        with quiet_nan():
            return lagrangian(point, tan_beta_d=1 / (v_d_prime_over_v_u * tan_beta))

    y_prime = np.asarray(point.y_prime_muon)
    start = with_ratio(1e-3 / tan_beta)
    with quiet_nan():
        tree = np.sqrt(2) * start.m_lepton[..., 0] / (np.abs(y_prime) * start.v_u[..., 0])
    return _solve_for(point, with_ratio, shift_of(point), tree, phase=y_prime, positive=True)


def _solve_for(
    point: Point,
    lagrangian_at: Callable[[AnyArray], Lagrangian],
    shift: Shift,
    start: RealArray,
    phase: AnyArray,
    *,
    positive: bool,
) -> tuple[Lagrangian, Yukawa]:
    """Find x with |m_l(x) + dm(x)| = m_mu by the secant through ``start`` and its double."""

    def mismatch(x: RealArray) -> RealArray:
        lag = lagrangian_at(x)
        with quiet_nan():
            mass = (lepton_matrix(lag) + shift(lag))[..., 0, 0]
            # The sign keeps the function monotonic through a vanishing mass.
            sign = np.sign(real_part(mass * np.conjugate(phase)))
            return np.asarray(sign * np.abs(mass) - lag.m_lepton[..., 0])

    first = inside_domain(mismatch, np.broadcast_to(start, point.shape))
    tolerance = MASS_TOLERANCE * np.broadcast_to(lagrangian_at(first).m_lepton[..., 0], point.shape)
    root = secant_root(mismatch, first, 2 * first, tolerance)
    if positive:
        root = root._replace(converged=root.converged & (root.x > 0))
    lag = lagrangian_at(np.where(root.converged, root.x, first))
    search = Search(np.isfinite(root.x), root.converged, root.outside)
    described = describe(lag, point.threshold or "exact", shift(lag), search)
    unusable = described.unusable()
    if unusable.any():
        described = name_failures(described, scalars(lag), search)
        lag = lagrangian_at(np.where(unusable, np.nan, root.x))
    return lag, described
