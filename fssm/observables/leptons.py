"""From a dipole matrix to observables, and pulls against named data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.base import real_part
from fssm.constants import Measurement, measured

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray


def anomalous_moment(dipole: AnyArray, m_lepton: RealArray) -> RealArray:
    """a_i = 2 m_i Re C_ii (dimensionless) from C (..., n, n) in 1/GeV and m (..., n) in GeV."""
    return moment(np.diagonal(dipole, axis1=-2, axis2=-1), m_lepton)


def moment(coefficient: AnyArray, m_lepton: RealArray) -> RealArray:
    """2 m Re C, entry by entry: a sum of dipole terms or each of them."""
    return np.asarray(2 * m_lepton * real_part(coefficient))


def qed_logarithm(m_susy: RealArray, m_lepton: RealArray) -> RealArray:
    """Universal two-loop factor minus one: -(4 alpha/pi) ln(M_SUSY/m), masses in GeV.

    Degrassi and Giudice, hep-ph/9803384, eq. (18).
    """
    return np.asarray(-4 * measured("alpha").value / np.pi * np.log(m_susy / m_lepton))


def pull(value: RealArray, data: Measurement) -> RealArray:
    """(value - measured)/uncertainty; the uncertainty of the data set, none of the prediction."""
    return np.asarray((value - data.value) / data.uncertainty)
