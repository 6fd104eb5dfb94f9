"""Whether the Y'_mumu of a point of the FSSM has a Landau pole below the GUT scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.arguments import fits, instance
from fssm.base import InvalidInput, quiet_nan
from fssm.constraints.running import GUT_SCALE, fssm_couplings, landau_pole, largest_y_prime
from fssm.model.lagrangian import tangent_product
from fssm.result import Result
from fssm.simplified.inputs import given, single

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike


def landau_bound(result: Result, m_susy: RealLike, *, pole_above: float = GUT_SCALE) -> RealArray:
    """Largest Y'_mumu (...) without a pole below ``pole_above``, GeV, of points that exceed it.

    inf for points without such a pole, which is found without a search; NaN where there are no
    couplings at ``m_susy`` or a tangent is infinite. Tangents and epsilon_l = Delta/(tan_beta
    tan_beta_d) are those of the point, all superpartners sit at ``m_susy`` (...), GeV, and other
    thresholds are left out.
    """
    instance("result", result, Result, "that of evaluate(point), all details")
    mass = given("running", "m_susy", m_susy, unit="GeV", kind="positive")
    pole_above = single("running", "pole_above", pole_above, unit="GeV")
    lag, shape = result.lagrangian, result.shape
    if not fits(mass, shape):
        problem = f"must broadcast to the shape {shape} of the points, not {mass.shape}"
        raise InvalidInput("[running] m_susy", problem)
    with quiet_nan():
        numbers = {
            "tan_beta": np.abs(lag.v_u[..., 0] / lag.v_d[..., 0]),
            "tan_beta_u": np.abs(lag.v_u[..., 0] / lag.v_u[..., 1]),
            "m_susy": mass,
            "eps_l": np.real(result.yukawa.delta / tangent_product(lag)),
            "y_prime_muon": np.abs(result.yukawa.y_prime_muon),
        }
    arrays = {name: np.broadcast_to(array, shape).ravel() for name, array in numbers.items()}
    known = np.all([np.isfinite(array) for array in arrays.values()], axis=0)
    bound = np.full(known.shape, np.nan)
    if known.any():
        found = landau_pole(fssm_couplings(**_chosen(arrays, known))).scale
        bound[known] = np.where(np.isnan(found), np.nan, np.inf)
        beyond = known.copy()
        beyond[known] = found < pole_above
        if beyond.any():
            own = _chosen(arrays, beyond)
            bound[beyond] = largest_y_prime(
                tan_beta=own["tan_beta"], tan_beta_u=own["tan_beta_u"], m_susy=own["m_susy"],
                eps_l=own["eps_l"], pole_above=pole_above,
            )  # fmt: skip
    return bound.reshape(shape)[()]


def _chosen(arrays: dict[str, RealArray], which: RealArray) -> dict[str, RealArray]:
    return {name: array[which] for name, array in arrays.items()}
