"""The numbers behind the supersymmetric planes: exact a_mu beside the slides' formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from fssm.evaluation import evaluate
from fssm.inverse import universal_point
from fssm.model.electroweak import electroweak, input_value
from fssm.model.higgsino import mu_from_angles
from fssm.observables.approximations import slides_fssm, slides_mssm
from fssm.simplified.mssm import mssm_point
from fssm.slides.formulas import tangent_of

if TYPE_CHECKING:
    from fssm.base import BoolArray, RealArray, RealLike
    from fssm.result import AMuonResult, Masses


class Plane(NamedTuple):
    """a_mu over slepton mass m (columns) and common mass M of gauginos and Higgsinos (rows).

    ``m_slepton`` (n,) and ``m_common`` (k,), GeV; ``m_chargino`` (k,) mass of the lightest
    chargino. ``exact`` and ``slides`` (k, n); NaN where the point has no physical spectrum.
    ``tachyonic`` (k, n): a smuon has m^2 <= 0.
    """

    m_slepton: RealArray
    m_common: RealArray
    m_chargino: RealArray
    exact: RealArray
    slides: RealArray
    tachyonic: BoolArray


def mssm_plane(
    m_slepton: RealArray, m_common: RealArray, *, tan_beta: float, qed_log: bool
) -> Plane:
    """MSSM with m_l = m_e = m and M1 = M2 = mu = M; epsilon_l of the slides from the threshold."""
    m, common = m_slepton[None, :], m_common[:, None]
    point = mssm_point(tan_beta=tan_beta, mu=common, m1=common, m2=common, m_l=m, m_e=m)
    result = evaluate(point, detail="masses", backend="numpy", qed_log=qed_log)
    couplings = electroweak(point)
    slides = slides_mssm(
        g=couplings.g, g_prime=couplings.g_prime, m1=common, m2=common, mu=common, m_smuon=m,
        tan_beta=tan_beta, epsilon_l=result.delta / tan_beta,
        m_muon=input_value(point, "m_muon"),
    )  # fmt: skip
    return _plane(m_slepton, m_common, result, slides.total)


def fssm_plane(
    m_slepton: RealArray, m_common: RealArray, *, y_prime: float, theta: float, qed_log: bool
) -> Plane:
    """FSSM with m_l = m_e = m, M1 = M2 = mu = mu_tilde = M and tan_beta_d from the muon mass."""
    m, common = m_slepton[None, :], m_common[:, None]
    point = universal_point(common, y_prime, m_l=m, m_e=m, theta_u=theta, theta_d=theta)
    result = evaluate(point, detail="masses", backend="numpy", qed_log=qed_log)
    couplings, tan_beta = electroweak(point), np.asarray(point.tan_beta)
    slides = slides_fssm(
        g=couplings.g, g_prime=couplings.g_prime, m1=common, m2=common,
        mu4=mu_from_angles(common, common, theta, theta).mu4, m_smuon=m, tan_beta=tan_beta,
        tan_beta_d=result.tan_beta_d, epsilon_l=result.delta / (tan_beta * result.tan_beta_d),
        m_muon=input_value(point, "m_muon"),
    )  # fmt: skip
    return _plane(m_slepton, m_common, result, slides.total)


def _plane(
    m_slepton: RealArray, m_common: RealArray, result: AMuonResult, slides: RealArray
) -> Plane:
    # Detail "masses" has them.
    masses = cast("Masses", result.masses)
    # The slepton mass moves it through tan_beta_d only, by less than a per mille.
    lightest = np.nanmedian(masses.chargino[..., 0], axis=1)
    tachyonic = result.flags["tachyonic_slepton"]
    return Plane(m_slepton, m_common, lightest, result.a_muon.total, slides, tachyonic)


def slides_universal(y_prime: RealLike, m_susy: RealLike) -> RealArray:
    """a_mu of the slides' FSSM formula for universal masses, GeV, and theta = pi/4.

    tan_beta tan_beta_d/(1 + epsilon_l ...) is Y' v/(sqrt2 m_mu), as the slides have it.
    """
    point = universal_point(m_susy, y_prime)
    couplings, m_muon = electroweak(point), input_value(point, "m_muon")
    return slides_fssm(
        g=couplings.g, g_prime=couplings.g_prime, m1=m_susy, m2=m_susy, mu4=m_susy,
        m_smuon=m_susy, tan_beta=tangent_of(y_prime, m_muon, 0.0, couplings.v),
        tan_beta_d=1.0, epsilon_l=0.0, m_muon=m_muon,
    ).total  # fmt: skip
