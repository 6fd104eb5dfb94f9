"""Tree-level mass matrices; signs of S.P. Martin, hep-ph/9709356, model of arXiv:2104.08293.

All take a Lagrangian and return (..., n, n) arrays in GeV or GeV^2, real for real points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, per_point

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian


def _assemble(rows: list[list[AnyArray]]) -> AnyArray:
    """A matrix from its entries, each with the shape of the points."""
    n = len(rows)
    entries = np.broadcast_arrays(*(entry for row in rows for entry in row))
    matrix = np.empty((*entries[0].shape, n, n), np.result_type(*entries))
    for position, entry in enumerate(entries):
        matrix[..., position // n, position % n] = entry
    return matrix


def chargino_matrix(lag: Lagrangian) -> AnyArray:
    """X (..., 3, 3), GeV, in L = -psi^-T X psi^+ + h.c.

    Rows (W~-, H_d-, H_d'-), columns (W~+, H_u+, H_u'+).
    """
    down = per_point(lag.g, 1) * np.conjugate(lag.v_d) / np.sqrt(2)
    up = per_point(lag.g, 1) * np.conjugate(lag.v_u) / np.sqrt(2)
    block = lag.m_higgsino
    return _assemble(
        [
            [lag.m2, up[..., 0], up[..., 1]],
            [down[..., 0], block[..., 0, 0], block[..., 0, 1]],
            [down[..., 1], block[..., 1, 0], block[..., 1, 1]],
        ]
    )


def neutralino_matrix(lag: Lagrangian) -> AnyArray:
    """Symmetric M (..., 6, 6), GeV, basis (B~, W~3, H_d0, H_d'0, H_u0, H_u'0)."""
    vevs = np.concatenate(np.broadcast_arrays(-lag.v_d, lag.v_u), axis=-1).conjugate() / 2
    bino = per_point(lag.g_prime, 1) * vevs
    wino = -per_point(lag.g, 1) * vevs
    points = np.broadcast_shapes(
        bino.shape[:-1], wino.shape[:-1], lag.m_higgsino.shape[:-2], lag.m1.shape, lag.m2.shape
    )
    matrix = np.zeros((*points, 6, 6), np.result_type(bino, lag.m_higgsino, lag.m1, lag.m2))
    matrix[..., 0, 0], matrix[..., 1, 1] = lag.m1, lag.m2
    matrix[..., 0, 2:] = matrix[..., 2:, 0] = bino
    matrix[..., 1, 2:] = matrix[..., 2:, 1] = wino
    matrix[..., 2:4, 4:] = -lag.m_higgsino
    matrix[..., 4:, 2:4] = -np.swapaxes(lag.m_higgsino, -1, -2)
    return matrix


def lepton_matrix(lag: Lagrangian) -> AnyArray:
    """m_l = (v_d Y_l + v_d' Y_l')/sqrt2 (..., n, n), GeV, index order (L_i, E_j)."""
    return _vev_sum(lag.v_d, lag.yukawa)


def _vev_sum(vev: AnyArray, tensor: AnyArray) -> AnyArray:
    unprimed = per_point(vev[..., 0], 2) * tensor[..., 0, :, :]
    primed = per_point(vev[..., 1], 2) * tensor[..., 1, :, :]
    return np.asarray((unprimed + primed) / np.sqrt(2))


def higgsino_source(lag: Lagrangian) -> AnyArray:
    """F = M_H (v_u, v_u') (..., 2), GeV^2: F_1 = mu1 v_u + mu3 v_u', F_2 = mu4 v_u + mu2 v_u'."""
    return np.asarray(np.sum(lag.m_higgsino * lag.v_u[..., None, :], axis=-1))


def d_term_sq(lag: Lagrangian) -> RealArray:
    """(|v_d|^2 + |v_d'|^2 - |v_u|^2 - |v_u'|^2)/8 (...), GeV^2; times g^2, g'^2 the D-terms."""
    return np.asarray((abs_sq(lag.v_d).sum(-1) - abs_sq(lag.v_u).sum(-1)) / 8)


class DTerms(NamedTuple):
    """D-terms (...), GeV^2, of the charged left and right sleptons and of the sneutrino."""

    left: RealArray
    right: RealArray
    neutral: RealArray


def d_terms(lag: Lagrangian) -> DTerms:
    """m_Z^2 cos(2 beta) (T_3 - Q s_W^2), the same for all generations."""
    unit = d_term_sq(lag)
    g_sq, g_prime_sq = lag.g**2, lag.g_prime**2
    return DTerms((g_prime_sq - g_sq) * unit, -2 * g_prime_sq * unit, (g_sq + g_prime_sq) * unit)


def sneutrino_matrix(lag: Lagrangian) -> AnyArray:
    """Sneutrino mass matrix (..., n, n), GeV^2: soft mass plus D-term."""
    return _with_shift(lag.m_l_sq, d_terms(lag).neutral)


def _with_shift(soft: AnyArray, shift: AnyArray) -> AnyArray:
    return soft + per_point(shift, 2) * np.eye(soft.shape[-1])


def slepton_mixing(lag: Lagrangian) -> AnyArray:
    """RL block (..., n, n), GeV^2: trilinear and Higgsino terms, transposed to (E_j, L_i)."""
    source = higgsino_source(lag).conjugate()
    left_right = _vev_sum(lag.v_d, lag.trilinear) - _vev_sum(source, lag.yukawa)
    return np.swapaxes(left_right, -1, -2)


def slepton_matrix(lag: Lagrangian, mixing: AnyArray | None = None) -> AnyArray:
    """Hermitian M^2 (..., 2n, 2n), GeV^2, in Phi^dag M^2 Phi with Phi = (L~_i, E~c_i^*).

    ``mixing`` (..., n, n) replaces the RL block.
    """
    m_l = lepton_matrix(lag)
    m_l_conj, m_l_t = m_l.conjugate(), np.swapaxes(m_l, -1, -2)
    shift = d_terms(lag)
    left = _with_shift(lag.m_l_sq, shift.left) + m_l_conj @ m_l_t
    right = _with_shift(lag.m_e_sq, shift.right) + m_l_t @ m_l_conj
    mixing = slepton_mixing(lag) if mixing is None else mixing
    blocks = (left, np.swapaxes(mixing.conjugate(), -1, -2), mixing, right)
    ll, lr, rl, rr = np.broadcast_arrays(*blocks)
    return np.concatenate(
        [np.concatenate([ll, lr], axis=-1), np.concatenate([rl, rr], axis=-1)], axis=-2
    )
