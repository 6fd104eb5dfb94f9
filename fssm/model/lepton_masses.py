"""Lepton Yukawa couplings and masses of three generations."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fssm.base import quiet_nan, real_part
from fssm.model.couplings import lepton_modes
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import higgsino_source, lepton_matrix
from fssm.model.muon_mass import search_of_muon
from fssm.model.muon_shift import muon_inputs
from fssm.model.spectrum import scalars
from fssm.model.texture import TOLERANCE, Factors, mass_mismatch, texture, yukawa_of
from fssm.model.threshold import exact_shift, ino_pair, shift_of
from fssm.model.yukawa import POLE_MARGIN, UNSHIFTED, Search, Yukawa, describe, name_failures
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
# Of the largest coupling without a tachyon, or of 1: there dm is linear.
SMALL = 1e-3


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
    scales = _linear_factors(start, pattern, shift)
    if (point.threshold or "exact") == "exact":
        scales = scales._replace(primed=_muon_factor(point, start, pattern, scales.primed))

    def resolve(x: AnyArray) -> Lagrangian:
        factors = Factors(*(scale * x[..., i] for i, scale in enumerate(scales)))
        return replace(start, yukawa=yukawa_of(pattern, factors))

    return _solve_for(point, resolve, shift, np.ones((*point.shape, 3)), pattern)


def _linear_factors(start: Lagrangian, pattern: Texture, shift: Shift) -> Factors:
    """The factors sqrt2/|v_d (1 + Delta)|, from the dm of small couplings, in which it is linear.

    Finite also for v_d' = 0. Not less than at the pole, where only the search itself decides.
    """
    entries = np.stack([pattern.primed[..., 0, 0], pattern.primed[..., 1, 1], pattern.tau], -1)
    vev = np.stack([start.v_d[..., 1], start.v_d[..., 1], start.v_d[..., 0]], -1)
    with quiet_nan():
        small = _small_coupling(start)
        parts = np.abs(pattern.primed).max((-2, -1)), np.abs(pattern.tau)
        primed, tau = (small / part for part in parts)
        lag = replace(start, yukawa=yukawa_of(pattern, Factors(primed, primed, tau)))
        loop = _diagonal(shift(lag)) - _diagonal(shift(start))
        slope = loop / (np.stack(np.broadcast_arrays(primed, primed, tau), -1) * entries)
        whole = np.sqrt(2) / np.maximum(np.abs(vev + np.sqrt(2) * slope), POLE_MARGIN * np.abs(vev))
    return Factors(*np.moveaxis(whole, -1, 0))


def _muon_factor(point: Point, start: Lagrangian, pattern: Texture, linear: RealArray) -> RealArray:
    """The factor of a muon without flavour mixing, whose Y' need not be near its tangent."""
    own = slice(start.muon, start.muon + 1)
    one = replace(
        start,
        yukawa=np.zeros((2, 1, 1)),
        trilinear=start.trilinear[..., own, own],
        m_l_sq=start.m_l_sq[..., own, own],
        m_e_sq=start.m_e_sq[..., own, own],
        m_lepton=start.m_lepton[..., own],
    )
    found = search_of_muon(muon_inputs(one, len(point.shape)), point.shape)
    with quiet_nan():
        factor = np.abs(found.y_prime / pattern.primed[..., start.muon, start.muon])
    return np.where(found.converged, factor, linear)


def _small_coupling(start: Lagrangian) -> RealArray:
    """A coupling (...) on which dm depends linearly."""
    soft = [np.linalg.eigvalsh(m_sq)[..., 0] for m_sq in (start.m_l_sq, start.m_e_sq)]
    source = np.abs(higgsino_source(start)).max(-1)
    edge = np.sqrt(2 * np.abs(soft[0] * soft[1])) / np.maximum(source, 1.0)
    return np.asarray(SMALL * np.minimum(edge, 1.0))


def _diagonal(matrix: AnyArray) -> AnyArray:
    return np.diagonal(matrix, axis1=-2, axis2=-1)


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
            light, tau = (np.sqrt(2) / bare.v_d[..., i] for i in (1, 0))
            factors = Factors(light * x[..., 0], y_prime / d_muon, tau * x[..., 2])
        return replace(bare, yukawa=yukawa_of(pattern, factors))

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
