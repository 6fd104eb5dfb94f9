"""The dimension-six dipole operator: the slides' estimate of scales, and the operator as printed.

H_eff = -(C/Lambda^2) H (mubar sigma^{ab} mu) F_ab (W. Altmannshofer 2022).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.arguments import together
from fssm.base import per_point, quiet_nan
from fssm.constants import measured
from fssm.model.electroweak import higgs_vev
from fssm.numerics.loops import LOOP_FACTOR
from fssm.observables.lepton_dipoles import lepton_dipoles, lepton_mass
from fssm.simplified.inputs import given, lepton_index

if TYPE_CHECKING:
    from fssm.base import NumberLike, RealArray, RealLike
    from fssm.observables.lepton_dipoles import LeptonDipoles

_MODEL = "operator"


def operator_estimate(
    coefficient: RealLike, scale: RealLike, *, lepton: str = "muon", v: RealLike | None = None
) -> RealArray:
    """a_l ~ C m_l v/Lambda^2 as on the slides; ``scale`` Lambda and ``v`` in GeV.

    C = 1 is the largest it can be, :func:`loop_coefficient` a loop without new flavour violation.

    >>> f"{operator_estimate(1.0, 1e5):.2g}"
    '2.6e-09'
    """
    c = given(_MODEL, "coefficient", coefficient)
    lam = given(_MODEL, "scale", scale, unit="GeV", kind="positive")
    together(_MODEL, coefficient=c, scale=lam)
    return np.asarray(c * _mass_times_vev(lepton, v) / lam**2)[()]


def operator_scale(
    a: RealLike, coefficient: RealLike = 1.0, *, lepton: str = "muon", v: RealLike | None = None
) -> RealArray:
    """Lambda = sqrt(C m_l v/a), GeV, the inverse; NaN where a and C differ in sign, or a = 0."""
    c, wanted = given(_MODEL, "coefficient", coefficient), given(_MODEL, "a", a)
    together(_MODEL, coefficient=c, a=wanted)
    with quiet_nan():
        square = np.asarray(c * _mass_times_vev(lepton, v) / wanted)
        return np.sqrt(np.where((square > 0) & np.isfinite(square), square, np.nan))[()]


def loop_coefficient(yukawa: RealLike | None = None, *, lepton: str = "muon") -> RealArray:
    """C = Y/(16 pi^2), with Y ~ m_l/v as on the slides unless given: 2.7e-6 for the muon."""
    lepton_index(_MODEL, lepton)
    y = lepton_mass(lepton) / higgs_vev() if yukawa is None else given(_MODEL, "yukawa", yukawa)
    return np.asarray(LOOP_FACTOR * y)[()]


def operator_dipoles(coefficient: NumberLike, scale: RealLike) -> LeptonDipoles:
    """The operator as printed, at tree level: C_ij (..., 3, 3), complex, and Lambda in GeV.

    With <H> = v/sqrt2 the dipole is sqrt2 v C/(e Lambda^2), so that a = (2 sqrt2/e) C m v/Lambda^2:
    9.3 times the estimate. The sign is the slides', a > 0 for C > 0. Axes (l_i, e^c_j).
    """
    c = given(_MODEL, "coefficient", coefficient, kind="complex", axes=2)
    lam = given(_MODEL, "scale", scale, unit="GeV", kind="positive")
    together(_MODEL, coefficient=c[..., 0, 0], scale=lam)
    charge = np.sqrt(4 * np.pi * measured("alpha").value)
    unit = np.sqrt(2) * higgs_vev() / (charge * lam**2)
    return lepton_dipoles({"operator": per_point(unit, 2) * c})


def _mass_times_vev(lepton: str, v: RealLike | None) -> RealArray:
    lepton_index(_MODEL, lepton)
    vev = higgs_vev() if v is None else given(_MODEL, "v", v, unit="GeV", kind="positive")
    return np.asarray(lepton_mass(lepton) * vev)
