"""Approximate formulas for a_mu, from crude to fine, each a function of its own, itemised.

Complex parameters enter as in the exact result: conjugated, with the phase of the external
legs taken out. ``yukawa_mass`` arguments carry m_mu y v/sqrt2 = m_mu^2 tan/(1 + Delta).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, axis_sum, per_point, quiet_nan, real_part
from fssm.model.higgsino import yukawa_chain
from fssm.model.matrices import sneutrino_matrix
from fssm.numerics.loops import LOOP_FACTOR, f_c_reduced, f_n_reduced

if TYPE_CHECKING:
    from collections.abc import Callable

    from fssm.base import AnyArray, NumberLike, RealArray, RealLike
    from fssm.model.couplings import Legs
    from fssm.model.lagrangian import Lagrangian


class Slides(NamedTuple):
    """Bino and wino estimate for universal masses, and their sum."""

    bino: RealArray
    wino: RealArray
    total: RealArray


class MassInsertion(NamedTuple):
    """One term per diagram: gauginos W, B, Higgsino H, and the scalars in the loop."""

    wh_nu: RealArray
    wh_mu_l: RealArray
    bh_mu_l: RealArray
    bh_mu_r: RealArray
    b_mu_l_mu_r: RealArray
    total: RealArray

    @property
    def neutralino(self) -> RealArray:
        """The four diagrams with a neutralino."""
        return self.wh_mu_l + self.bh_mu_l + self.bh_mu_r + self.b_mu_l_mu_r

    @property
    def chargino(self) -> RealArray:
        """The one diagram with a chargino."""
        return self.wh_nu


def _universal(
    g_sq: RealLike, m_gaugino: NumberLike, mu: NumberLike, m_sq: RealLike, yukawa_mass: NumberLike
) -> RealArray:
    chain = np.asarray(yukawa_mass) * np.conjugate(np.asarray(mu) * m_gaugino)
    return np.asarray(LOOP_FACTOR * g_sq * real_part(chain) / np.asarray(m_sq) ** 2)


def _slides(
    g: RealLike,
    g_prime: RealLike,
    m1: NumberLike,
    m2: NumberLike,
    mu: NumberLike,
    m_sq: RealLike,
    yukawa_mass: NumberLike,
) -> Slides:
    bino = _universal(np.asarray(g_prime) ** 2, m1, mu, m_sq, yukawa_mass) / 12
    wino = _universal(np.asarray(g) ** 2, m2, mu, m_sq, yukawa_mass) * 5 / 12
    with quiet_nan():
        return Slides(bino, wino, bino + wino)


def resummed(tangent: RealLike, epsilon: NumberLike) -> AnyArray:
    """tan/(1 + epsilon tan), tan = tan(beta) or tan(beta) tan(beta_d): the threshold's effect.

    1/epsilon for an infinite tangent, where the muon mass comes from the loop alone.
    """
    with quiet_nan():
        return np.asarray(1 / (1 / np.asarray(tangent) + np.asarray(epsilon)))


def slides_mssm(
    *,
    g: RealLike,
    g_prime: RealLike,
    m1: NumberLike,
    m2: NumberLike,
    mu: NumberLike,
    m_smuon: RealLike,
    tan_beta: RealLike,
    epsilon_l: NumberLike,
    m_muon: RealLike,
) -> Slides:
    """a_mu of the MSSM as on the slides (W. Altmannshofer 2022; arXiv:2104.08293); GeV.

    g^2/(16 pi^2) m_mu^2/m^2 (mu M/m^2) n tan(beta)/(1 + epsilon_l tan(beta)), n = 1/12 for
    the bino with g', 5/12 for the wino with g.
    """
    tangent = resummed(tan_beta, epsilon_l)
    m_sq = np.asarray(m_smuon) ** 2
    return _slides(g, g_prime, m1, m2, mu, m_sq, np.asarray(m_muon) ** 2 * tangent)


def slides_fssm(
    *,
    g: RealLike,
    g_prime: RealLike,
    m1: NumberLike,
    m2: NumberLike,
    mu4: NumberLike,
    m_smuon: RealLike,
    tan_beta: RealLike,
    tan_beta_d: RealLike,
    epsilon_l: NumberLike,
    m_muon: RealLike,
) -> Slides:
    """a_mu of the FSSM as on the slides: mu -> mu4 and tan(beta) -> tan(beta) tan(beta_d); GeV.

    mu4 = mu sin(theta_d) cos(theta_u) + mu_tilde cos(theta_d) sin(theta_u).
    """
    return slides_mssm(
        g=g,
        g_prime=g_prime,
        m1=m1,
        m2=m2,
        mu=mu4,
        m_smuon=m_smuon,
        tan_beta=np.asarray(tan_beta) * tan_beta_d,
        epsilon_l=epsilon_l,
        m_muon=m_muon,
    )


def slides(lag: Lagrangian, legs: Legs) -> Slides:
    """The slides' FSSM formula at a point; m^2 = m_L m_R of the soft masses.

    tan(beta) tan(beta_d)/(1 + epsilon_l ...) enters as Y' v_u/(sqrt2 m_mu), its own origin.
    """
    with quiet_nan():
        m_sq = np.sqrt(_positive(lag.m_l_sq) * _positive(lag.m_e_sq))
    yukawa = legs.left[..., 0, 0].conjugate() * lag.yukawa[..., 1, 0, 0]
    yukawa_mass = lag.m_lepton[..., 0] * yukawa * lag.v_u[..., 0].conjugate() / np.sqrt(2)
    mu4 = lag.m_higgsino[..., 1, 0]
    return _slides(lag.g, lag.g_prime, lag.m1, lag.m2, mu4, m_sq, yukawa_mass)


def _positive(m_sq: AnyArray) -> RealArray:
    """The mass squared of one generation; NaN where the formulas have no such mass to expand in."""
    value = real_part(m_sq[..., 0, 0])
    return np.where(value > 0, value, np.nan)


def mass_insertion(lag: Lagrangian, legs: Legs) -> MassInsertion:
    """Leading order in the vevs and in 1/tan(beta), all soft masses apart (arXiv:1303.4256).

    Higgsino mode j enters with mu_j W_j (model.higgsino); smuons with their soft masses, the
    sneutrino, which does not mix, with its physical mass. Neglected: O(v^2/m^2),
    O(1/tan beta), O(1/(tan beta tan beta_d)), O(Y'^2/(g^2 tan beta tan beta_d)), trilinears.
    """
    m_sq, chains = yukawa_chain(lag)
    left, right, sneutrino = (
        _positive(m_sq)[..., None] for m_sq in (lag.m_l_sq, lag.m_e_sq, sneutrino_matrix(lag))
    )
    phase = legs.left[..., 0, 0].conjugate()
    chain = (
        per_point(LOOP_FACTOR * lag.m_lepton[..., 0] * phase / np.sqrt(2), 1) * chains[..., 0, 0]
    )
    wino = real_part(per_point(lag.g**2 * np.conjugate(lag.m2), 1) * chain)
    bino = real_part(per_point(lag.g_prime**2 * np.conjugate(lag.m1), 1) * chain)
    m1_sq, m2_sq = abs_sq(lag.m1)[..., None], abs_sq(lag.m2)[..., None]
    with quiet_nan():
        wh_nu = _summed(f_c_reduced, wino, m2_sq, m_sq, sneutrino)
        wh_mu_l = -_summed(f_n_reduced, wino, m2_sq, m_sq, left) / 2
        bh_mu_l = _summed(f_n_reduced, bino, m1_sq, m_sq, left) / 2
        bh_mu_r = -_summed(f_n_reduced, bino, m1_sq, m_sq, right)
        pure = f_n_reduced(left / m1_sq, right / m1_sq) / m1_sq**2
        b_mu_l_mu_r = axis_sum(np.where(bino == 0, 0.0, bino * pure), -1)
    items = (wh_nu, wh_mu_l, bh_mu_l, bh_mu_r, b_mu_l_mu_r)
    return MassInsertion(*items, sum(items[1:], items[0]))


def _summed(
    function: Callable[[RealArray, RealArray], RealArray],
    chain: RealArray,
    gaugino_sq: RealArray,
    higgsino_sq: RealArray,
    scalar_sq: RealArray,
) -> RealArray:
    """Sum over the Higgsino modes of chain f(gaugino^2/m^2, Higgsino^2/m^2)/m^4."""
    loops = function(gaugino_sq / scalar_sq, higgsino_sq / scalar_sq) / scalar_sq**2
    # A massless gaugino or Higgsino drops out, whatever its loop integral.
    return axis_sum(np.where(chain == 0, 0.0, chain * loops), -1)


def headline_mssm(tan_beta: RealLike, m_susy: RealLike, *, power: int = 1) -> RealArray:
    """260e-11 (tan_beta/50)^power (500 GeV/m_susy)^2; the slides print power 2.

    The formulas above it on the slides, and the exact result, are linear in tan_beta.
    """
    return 260e-11 * (np.asarray(tan_beta) / 50) ** power * (500 / np.asarray(m_susy)) ** 2


def headline_fssm(y_prime: RealLike, m_susy: RealLike, *, power: int = 1) -> RealArray:
    """240e-11 (Y'/0.7)^power (2.5 TeV/m_susy)^2, m_susy in GeV; the slides print power 2.

    The formulas above it on the slides, and the exact result, are linear in Y'.
    """
    return 240e-11 * (np.asarray(y_prime) / 0.7) ** power * (2500 / np.asarray(m_susy)) ** 2
