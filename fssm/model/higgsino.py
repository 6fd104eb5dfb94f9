"""The Higgsino mass block M_H = [[mu1, mu3], [mu4, mu2]] and its angles, both ways."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.arguments import together
from fssm.base import axis_sum, per_point
from fssm.model.schema import ANGLES, FIELDS, MU_MATRIX, checked
from fssm.numerics.linalg import svd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fssm.base import AnyArray, RealArray
    from fssm.model.lagrangian import Lagrangian


class MuParameters(NamedTuple):
    """W = mu1 H_u H_d + mu2 H_u' H_d' + mu3 H_u' H_d + mu4 H_u H_d', in GeV."""

    mu1: AnyArray
    mu2: AnyArray
    mu3: AnyArray
    mu4: AnyArray


class HiggsinoAngles(NamedTuple):
    """R(theta_d) M_H R(theta_u) = diag(mu, mu_tilde), R(t) = [[cos, sin], [-sin, cos]]."""

    mu: AnyArray
    mu_tilde: AnyArray
    theta_u: RealArray
    theta_d: RealArray


class HiggsinoModes(NamedTuple):
    """Singular modes j of M_H seen from the vevs: M_H v_u = sum_j ``source[..., j, :]``.

    ``m`` (..., 2): masses |mu_j| >= 0 in GeV, ascending; ``source`` (..., 2, 2): axis -1 is
    the doublet (H_d, H_d'). In the real case source[j, 1] = mu_j W_j of the mass insertion
    formulas. The sum over degenerate modes does not depend on their basis.
    """

    m: RealArray
    source: AnyArray


class YukawaChain(NamedTuple):
    """Squared masses (..., 2) of the two Higgsino modes and sum_a y_a source*_ja (..., 2, n, n).

    In GeV^2. The chain ties the Yukawa couplings to the up-type vevs through mode j.
    """

    m_sq: RealArray
    chain: AnyArray


def mu_from_angles(
    mu: ArrayLike, mu_tilde: ArrayLike, theta_u: ArrayLike, theta_d: ArrayLike
) -> MuParameters:
    """The four mu parameters (GeV) from masses (GeV, may be complex) and angles (rad).

    M_H = R(theta_d)^T diag(mu, mu_tilde) R(theta_u)^T, arXiv:2104.08293.

    Raises
    ------
    InvalidInput
        for whatever is no field of a Point.

    Examples
    --------
    >>> mu_from_angles(2500.0, 2500.0, 0.0, 0.0).mu4.item()
    0.0
    """
    given = zip(ANGLES, (mu, mu_tilde, theta_u, theta_d), strict=True)
    arrays = {name: np.asarray(checked(FIELDS[name], value)) for name, value in given}
    together("higgsino", **arrays)
    return rotated_mu(*arrays.values())


def rotated_mu(
    m: AnyArray, m_tilde: AnyArray, theta_u: RealArray, theta_d: RealArray
) -> MuParameters:
    """The same for arrays that are checked already."""
    s_u, c_u = np.sin(theta_u), np.cos(theta_u)
    s_d, c_d = np.sin(theta_d), np.cos(theta_d)
    return MuParameters(
        mu1=m * c_d * c_u - m_tilde * s_d * s_u,
        mu2=-m * s_d * s_u + m_tilde * c_d * c_u,
        mu3=-m * c_d * s_u - m_tilde * s_d * c_u,
        mu4=m * s_d * c_u + m_tilde * c_d * s_u,
    )


def angles_from_mu(
    mu1: ArrayLike, mu2: ArrayLike, mu3: ArrayLike, mu4: ArrayLike
) -> HiggsinoAngles:
    """Masses (GeV) and angles (rad) from the four real mu parameters (GeV).

    Branch: mu >= |mu_tilde|, the sign of mu_tilde is that of det M_H; theta_u + theta_d and
    theta_u - theta_d lie in (-pi, pi]. Where |mu| = |mu_tilde| only one of the two sums is
    determined; the other is set to zero.

    Raises
    ------
    InvalidInput
        for complex parameters: two rotations cannot make a complex M_H diagonal; and for
        whatever is no field of a Point.

    Examples
    --------
    >>> angles = angles_from_mu(*mu_from_angles(3.0, -2.0, 0.3, 0.4))
    >>> [round(float(x), 12) for x in angles]
    [3.0, -2.0, 0.3, 0.4]
    """
    given = zip(MU_MATRIX, (mu1, mu2, mu3, mu4), strict=True)
    arrays = {n: np.asarray(checked(replace(FIELDS[n], kind="real"), x)) for n, x in given}
    together("higgsino", **arrays)
    m1, m2, m3, m4 = arrays.values()
    # M_H = S R(-sigma) + D R(delta) sigma_z with S, D = (mu +- mu_tilde)/2,
    # sigma = theta_d + theta_u, delta = theta_u - theta_d; S, D >= 0 is the branch.
    half_sum = np.hypot(m1 + m2, m4 - m3) / 2
    half_difference = np.hypot(m1 - m2, m4 + m3) / 2
    # Adding 0.0 turns -0.0 into 0.0, so that a vanishing component keeps the angle at 0, not pi.
    sigma = np.arctan2(m4 - m3, m1 + m2 + 0.0)
    delta = np.arctan2(0.0 - m4 - m3, m1 - m2 + 0.0)
    return HiggsinoAngles(
        mu=half_sum + half_difference,
        mu_tilde=half_sum - half_difference,
        theta_u=(sigma + delta) / 2,
        theta_d=(sigma - delta) / 2,
    )


def higgsino_modes(m_higgsino: AnyArray, v_u: AnyArray) -> HiggsinoModes:
    """Split M_H v_u (..., 2), GeV^2, into the contributions of the two Higgsino masses."""
    parts = svd(m_higgsino)
    # M_H = U^T diag V: row j of V meets the vevs, row j of U the doublets (H_d, H_d').
    overlap = axis_sum(parts.v * v_u[..., None, :], -1)
    return HiggsinoModes(parts.s, (parts.s * overlap)[..., None] * parts.u)


def yukawa_chain(lag: Lagrangian) -> YukawaChain:
    """The Higgsino modes weighted with the Yukawa couplings."""
    modes = higgsino_modes(lag.m_higgsino, lag.v_u)
    source = per_point(modes.source.conjugate(), 2)
    chain = axis_sum(source * lag.yukawa[..., None, :, :, :], -3)
    return YukawaChain(modes.m**2, chain)
