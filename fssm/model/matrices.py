"""Tree-level mass matrices; signs of S.P. Martin, hep-ph/9709356, model of arXiv:2104.08293.

All take a Lagrangian and return (..., n, n) arrays in GeV or GeV^2, real for real points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.base import per_point
from fssm.model import elements
from fssm.model.elements import InoInputs
from fssm.numerics.linalg import matmul

if TYPE_CHECKING:
    from fssm.base import AnyArray
    from fssm.model.elements import DTerms
    from fssm.model.lagrangian import Lagrangian


def ino_inputs(lag: Lagrangian) -> InoInputs:
    """The parameters of charginos and neutralinos one by one, each (...)."""
    block = lag.m_higgsino
    return InoInputs(
        g=lag.g,
        g_prime=lag.g_prime,
        v_u=lag.v_u[..., 0],
        v_u_prime=lag.v_u[..., 1],
        v_d=lag.v_d[..., 0],
        v_d_prime=lag.v_d[..., 1],
        mu1=block[..., 0, 0],
        mu2=block[..., 1, 1],
        mu3=block[..., 0, 1],
        mu4=block[..., 1, 0],
        m1=lag.m1,
        m2=lag.m2,
    )


def assemble(rows: tuple[tuple[AnyArray, ...], ...]) -> AnyArray:
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
    return assemble(elements.chargino_rows(ino_inputs(lag)))


def neutralino_matrix(lag: Lagrangian) -> AnyArray:
    """Symmetric M (..., 6, 6), GeV, basis (B~, W~3, H_d0, H_d'0, H_u0, H_u'0)."""
    return assemble(elements.neutralino_rows(ino_inputs(lag)))


def lepton_matrix(lag: Lagrangian) -> AnyArray:
    """m_l = (v_d Y_l + v_d' Y_l')/sqrt2 (..., n, n), GeV, index order (L_i, E_j)."""
    return _vev_sum(lag.v_d, lag.yukawa)


def _vev_sum(vev: AnyArray, tensor: AnyArray) -> AnyArray:
    pair = per_point(vev[..., 0], 2), per_point(vev[..., 1], 2)
    return np.asarray(elements.vev_sum(*pair, tensor[..., 0, :, :], tensor[..., 1, :, :]))


def higgsino_source(lag: Lagrangian) -> AnyArray:
    """F = M_H (v_u, v_u') (..., 2), GeV^2: F_1 = mu1 v_u + mu3 v_u', F_2 = mu4 v_u + mu2 v_u'."""
    return np.stack(elements.higgsino_source(ino_inputs(lag)), axis=-1)


def d_terms(lag: Lagrangian) -> DTerms:
    """m_Z^2 cos(2 beta) (T_3 - Q s_W^2), the same for all generations."""
    return elements.d_terms(ino_inputs(lag))


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
    left = _with_shift(lag.m_l_sq, shift.left) + matmul(m_l_conj, m_l_t)
    right = _with_shift(lag.m_e_sq, shift.right) + matmul(m_l_t, m_l_conj)
    mixing = slepton_mixing(lag) if mixing is None else mixing
    blocks = (left, np.swapaxes(mixing.conjugate(), -1, -2), mixing, right)
    ll, lr, rl, rr = np.broadcast_arrays(*blocks)
    return np.concatenate(
        [np.concatenate([ll, lr], axis=-1), np.concatenate([rl, rr], axis=-1)], axis=-2
    )
