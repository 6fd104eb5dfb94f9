"""The MSSM: the four-doublet core in the limit in which two doublets decouple."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm.base import quiet_nan
from fssm.evaluation import evaluate
from fssm.model.electroweak import electroweak, input_value
from fssm.model.point import Point
from fssm.model.schema import FIELDS, checked, reject
from fssm.observables.approximations import Slides, slides_mssm

if TYPE_CHECKING:
    from fssm.base import NumberLike, RealArray, RealLike
    from fssm.result import Result


class MSSM(NamedTuple):
    """One-loop a_mu (...) of the MSSM, its spectrum and the slides' approximation of it.

    ``result`` is the whole result of the four-doublet core; ``m_neutralino`` (..., 4) and
    ``m_chargino`` (..., 2), GeV, are the masses without the doublets that decouple.
    ``epsilon_l`` = Delta/tan(beta) enters the ``resummed`` bino and wino formulas;
    ``unresummed`` has 0 in its place.
    """

    a_muon: RealArray
    m_neutralino: RealArray
    m_chargino: RealArray
    epsilon_l: RealArray
    resummed: Slides
    unresummed: Slides
    result: Result


def mssm_point(*, tan_beta: RealLike, mu: NumberLike, **fields: Any) -> Point:
    """The Point of the MSSM: H_u and H_d' are its doublets, Y' its muon Yukawa coupling.

    ``tan_beta`` may be inf: then the muon mass comes from loops alone (arXiv:1504.05500).
    v_d = v_u' = 0 and mu4 = mu; H_d and H_u' form Higgsinos of their own, with a mass mu3 beyond
    all others, that couple to nothing in a_mu (fssm.observables.coupled). ``fields`` are any
    others of Point: m1, m2, m_l, m_e, t_prime_muon, threshold, scheme and its inputs.

    Raises
    ------
    InvalidInput
        as Point does.
    """
    tangent = np.asarray(checked(replace(FIELDS["tan_beta"], infinite=True), tan_beta))
    threshold = fields.get("threshold")
    if isinstance(threshold, str) and threshold == "none" and fields.get("y_prime_muon") is None:
        problem = 'leaves the muon without a mass at tree level; take threshold = "exact"'
        reject(FIELDS["tan_beta"], tangent, np.isinf(tangent), problem)
    start = Point(
        tan_beta=1.0, tan_beta_u=1.0, tan_beta_d=tangent,
        mu1=0.0, mu2=0.0, mu3=1.0, mu4=mu, **fields,
    )  # fmt: skip
    v, sine, cosine = electroweak(start).v, 1 / np.hypot(1, 1 / tangent), 1 / np.hypot(1, tangent)
    masses = [np.abs(getattr(start, name)) for name in ("mu4", "m1", "m2")]
    return Point(
        v_u=v * sine, v_u_prime=0.0, v_d=0.0, v_d_prime=v * cosine,
        mu1=0.0, mu2=0.0, mu3=10 * (sum(masses[1:], masses[0]) + v), mu4=mu, **fields,
    )  # fmt: skip


def mssm(*, tan_beta: RealLike, mu: NumberLike, **fields: Any) -> MSSM:
    """Exact one-loop a_mu of the MSSM with soft masses m_l, m_e, beside the slides' formulas.

    Arguments as :func:`mssm_point`; the slides' common smuon mass is sqrt(m_l m_e), with the soft
    masses squared in its place where those are given. S.P. Martin and J.D. Wells,
    hep-ph/0103067.
    """
    point = mssm_point(tan_beta=tan_beta, mu=mu, **fields)
    result = evaluate(point)
    inos, lag = result.spectrum.inos, result.muon
    with quiet_nan():
        # Delta/tan(beta), finite also where both are infinite.
        yukawa_mass = lag.yukawa[..., 1, 0, 0] * lag.v_u[..., 0] / np.sqrt(2)
        epsilon_l = result.yukawa.mass_shift[..., 0, 0] / yukawa_mass
        m_smuon = np.sqrt(np.sqrt(lag.m_l_sq.real * lag.m_e_sq.real))[..., 0, 0]
    couplings = electroweak(point)
    formulas = [
        slides_mssm(
            g=couplings.g, g_prime=couplings.g_prime, m1=lag.m1, m2=lag.m2, mu=mu,
            m_smuon=m_smuon, tan_beta=tan_beta, epsilon_l=epsilon,
            m_muon=input_value(point, "m_muon"),
        )
        for epsilon in (epsilon_l, 0.0)
    ]  # fmt: skip
    return MSSM(
        a_muon=result.a_muon.one_loop,
        m_neutralino=inos.m_neutralino[..., :4],
        m_chargino=inos.m_chargino[..., :2],
        epsilon_l=epsilon_l[()],
        resummed=formulas[0],
        unresummed=formulas[1],
        result=result,
    )
