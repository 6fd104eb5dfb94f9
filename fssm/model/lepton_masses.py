"""Lepton Yukawa couplings and masses of three generations."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fssm.base import quiet_nan, real_part
from fssm.model.couplings import lepton_modes
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import lepton_matrix
from fssm.model.spectrum import scalars
from fssm.model.texture import TOLERANCE, Factors, mass_mismatch, texture, yukawa_of
from fssm.model.threshold import exact_shift, ino_pair, shift_of
from fssm.model.yukawa import UNSHIFTED, Search, Yukawa, describe, name_failures
from fssm.numerics.roots import inside_domain, newton_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian
    from fssm.model.point import Point
    from fssm.model.texture import Texture
    from fssm.model.threshold import Shift

    Resolve = Callable[[AnyArray], Lagrangian]

# Relative mismatch of a lepton mass up to which couplings are usable: where dm is a cancellation
# between very different masses, its rounding keeps the solution from the full accuracy.
USABLE = 1e-8


def solve(point: Point) -> tuple[Lagrangian, Yukawa]:
    """Lepton masses from given Yukawa couplings, or a texture's couplings from lepton masses.

    Given Y, Y': the lepton masses are the singular values of m_l, or of m_l + dm where a
    threshold is asked for. Texture: the three factors of :class:`~fssm.model.texture.Factors`,
    or tan_beta_d in place of the muon's where Y'_mumu is given, make the singular values of
    m_l + dm the lepton masses. Points without a solution carry a flag and NaN.
    """
    if point.x_texture is None:
        return _given(point)
    if point.tan_beta_d is None and point.v_d is None:
        return _solve_tan_beta_d(point)
    return _solve_factors(point)


def _given(point: Point) -> tuple[Lagrangian, Yukawa]:
    lag = lagrangian(point)
    tree, m_measured = lepton_matrix(lag), lag.m_lepton[..., lag.muon]
    if point.threshold in (None, "none"):
        masses, mode, shift = lepton_modes(tree).masses, UNSHIFTED, exact_shift(lag)
    else:
        mode, shift = point.threshold, shift_of(point)(lag)
        masses = lepton_modes(tree + shift).masses
    lag = replace(lag, m_lepton=masses)
    return lag, describe(lag, mode, shift, None, m_measured)


def _solve_factors(point: Point) -> tuple[Lagrangian, Yukawa]:
    start = lagrangian(point, yukawa=np.zeros((2, 3, 3)))
    pattern = texture(point, start.m_lepton)
    shift = shift_of(point)
    if shift is exact_shift:
        shift = partial(exact_shift, pair=ino_pair(start))

    def resolve(x: AnyArray) -> Lagrangian:
        factors = Factors(x[..., 0], x[..., 1], x[..., 2])
        return replace(start, yukawa=yukawa_of(pattern, factors, start.v_d))

    return _solve_for(point, resolve, shift, np.ones((*point.shape, 3)), pattern)


def _solve_tan_beta_d(point: Point) -> tuple[Lagrangian, Yukawa]:
    tan_beta, y_prime = np.asarray(point.tan_beta), np.asarray(point.y_prime_muon)
    start = lagrangian(point, yukawa=np.zeros((2, 3, 3)), tan_beta_d=np.asarray(1.0))
    pattern = texture(point, start.m_lepton)
    d_muon = pattern.primed[..., 1, 1]
    # v_d' in units of its tree-level value; v_u hardly depends on it.
    unit = np.sqrt(2) * start.m_lepton[..., 1] / (np.abs(y_prime) * start.v_u[..., 0])

    def resolve(x: AnyArray) -> Lagrangian:
        with quiet_nan():
            tan_beta_d = 1 / (unit * x[..., 1] * tan_beta)
            bare = lagrangian(point, yukawa=np.zeros((2, 3, 3)), tan_beta_d=tan_beta_d)
            primed = y_prime * bare.v_d[..., 1] / (np.sqrt(2) * d_muon)
        factors = Factors(x[..., 0], primed, x[..., 2])
        return replace(bare, yukawa=yukawa_of(pattern, factors, bare.v_d))

    shift = shift_of(point)
    first = _first_vev(resolve, shift, np.ones((*point.shape, 3)))
    return _solve_for(point, resolve, shift, first, pattern)


def _first_vev(resolve: Resolve, shift: Shift, ones: RealArray) -> RealArray:
    """v_d' for which tree and loop add up: at fixed Y' the loop does not depend on it."""
    lag = resolve(ones)
    with quiet_nan():
        delta = real_part((shift(lag) / lepton_matrix(lag))[..., 1, 1])
    vev = np.where(delta < 1, 1 - delta, 1.0)
    return np.stack([vev, vev, np.ones_like(vev)], axis=-1)


def _solve_for(
    point: Point, resolve: Resolve, shift: Shift, first: RealArray, pattern: Texture
) -> tuple[Lagrangian, Yukawa]:
    def mismatch(x: RealArray) -> RealArray:
        lag = resolve(x)
        with quiet_nan():
            return mass_mismatch(lepton_matrix(lag) + shift(lag), lag.m_lepton)

    with quiet_nan():
        first = inside_domain(mismatch, first, vector=True).x
        root = newton_root(mismatch, first, TOLERANCE)
    found = (root.residual <= USABLE) & pattern.solved & (root.x[..., 1] > 0)
    # Where nothing was found, couplings at the start tell whether a tachyon was the reason.
    lag = resolve(np.where(found[..., None], root.x, first))
    attempted = np.isfinite(root.residual) | root.outside
    search = Search(attempted, found, root.outside, np.zeros_like(found))
    described = describe(lag, point.threshold or "exact", shift(lag), search)
    described = replace(
        described,
        texture_unsolved=~pattern.solved & ~point.missing(),
        imprecise_masses=found & ~root.converged,
    )
    unusable = described.unusable()
    if unusable.any():
        described = name_failures(described, scalars(lag), search)
        lag = resolve(np.where(unusable[..., None], np.nan, root.x))
    return lag, described
