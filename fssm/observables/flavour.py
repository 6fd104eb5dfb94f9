"""Observables of three generations: moments, electric dipoles, radiative decays; itemised."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import quiet_nan
from fssm.constants import measured
from fssm.observables.dipole import loop_total
from fssm.observables.leptons import (
    LoopSum,
    anomalous_moment,
    electric_dipole_moment,
    leptonic_width,
    loop_sum,
    radiative_width,
)

if TYPE_CHECKING:
    from fssm.base import AnyArray, RealArray, RealLike
    from fssm.observables.dipole import DipoleTerms

LEPTONS = ("electron", "muon", "tau")


class Decay(NamedTuple):
    """l_j -> l_i gamma: indices of the leptons, and the measured BR(l_j -> l_i nu nubar)."""

    i: int
    j: int
    leptonic: str


DECAYS = {
    "mu_e_gamma": Decay(0, 1, "br_mu_e_nu_nu"),
    "tau_e_gamma": Decay(0, 2, "br_tau_e_nu_nu"),
    "tau_mu_gamma": Decay(1, 2, "br_tau_mu_nu_nu"),
}


class BranchingRatio(NamedTuple):
    """One branching ratio (...), split twice at one loop, and what may be trusted of it.

    ``neutralino``, ``chargino``: that sector alone; with ``interference`` they add up to
    ``one_loop``, and so do ``to_left`` (|C_ij|^2: l_i comes out left-handed) and ``to_right``
    (|C_ji|^2). ``total`` includes the two-loop QED logarithm. ``digits``: estimated number of
    significant digits left by cancellations in double precision.
    """

    neutralino: RealArray
    chargino: RealArray
    interference: RealArray
    to_left: RealArray
    to_right: RealArray
    one_loop: RealArray
    qed_log: RealArray
    total: RealArray
    digits: RealArray


class FlavourObservables(NamedTuple):
    """Moments by lepton, ``edm`` in e cm, branching ratios by the names of DECAYS."""

    a_electron: LoopSum
    a_muon: LoopSum
    a_tau: LoopSum
    edm: dict[str, LoopSum]
    branching_ratios: dict[str, BranchingRatio]


def flavour_observables(
    dipole: DipoleTerms,
    noise: RealArray,
    m_lepton: RealArray,
    logarithms: RealArray,
    g_f: RealLike,
) -> FlavourObservables:
    """All of them from the dipole terms (1/GeV) of three generations.

    ``noise`` (..., 3, 3): rounding error of C, 1/GeV; ``m_lepton`` (..., 3), GeV; ``logarithms``
    (..., 3): two-loop QED factors minus one; ``g_f`` in GeV^-2.
    """
    neutral, charged = map(loop_total, dipole)
    moments = [anomalous_moment(c, m_lepton) for c in (neutral, charged)]
    dipoles = [electric_dipole_moment(c) for c in (neutral, charged)]
    a, d = (
        [loop_sum(n[..., i], c[..., i], logarithms[..., i]) for i in range(3)]
        for n, c in (moments, dipoles)
    )
    with quiet_nan():
        ratios = {
            name: _branching_ratio(decay, neutral, charged, noise, m_lepton, logarithms, g_f)
            for name, decay in DECAYS.items()
        }
    return FlavourObservables(a[0], a[1], a[2], dict(zip(LEPTONS, d, strict=True)), ratios)


def branching_ratio(
    decay: Decay, dipole: AnyArray, m_lepton: RealArray, g_f: RealLike
) -> RealArray:
    """BR(l_j -> l_i gamma) = Gamma/Gamma(l_j -> l_i nu nubar) BR(l_j -> l_i nu nubar), measured.

    ``dipole`` C (..., 3, 3) in 1/GeV, ``m_lepton`` (..., 3) in GeV, ``g_f`` in GeV^-2. Leptons of
    equal mass do not decay into each other: 0.
    """
    i, j = decay.i, decay.j
    m_i, m_j = m_lepton[..., i], m_lepton[..., j]
    with quiet_nan():
        width = radiative_width(dipole[..., i, j], dipole[..., j, i], m_i, m_j)
        ratio = measured(decay.leptonic).value * width / leptonic_width(m_i, m_j, g_f)
    return np.where(width == 0, 0.0, ratio)


def _branching_ratio(
    decay: Decay,
    neutral: AnyArray,
    charged: AnyArray,
    noise: RealArray,
    m_lepton: RealArray,
    logarithms: RealArray,
    g_f: RealLike,
) -> BranchingRatio:
    def ratio(c: AnyArray) -> RealArray:
        return branching_ratio(decay, c, m_lepton, g_f)

    i, j, whole = decay.i, decay.j, neutral + charged
    keep_left = np.zeros((3, 3))
    keep_left[i, j] = 1
    parts = [ratio(c) for c in (neutral, charged, whole)]
    left, right = ratio(whole * keep_left), ratio(whole * keep_left.T)
    one_loop = parts[2]
    correction = one_loop * logarithms[..., j] * (2 + logarithms[..., j])
    items = (
        parts[0],
        parts[1],
        one_loop - parts[0] - parts[1],
        left,
        right,
        one_loop,
        correction,
        one_loop + correction,
        _digits(one_loop, ratio(noise)),
    )
    return BranchingRatio(*(np.asarray(item)[()] for item in items))


def _digits(value: RealArray, noise: RealArray) -> RealArray:
    """-log10 of the relative error of a square whose amplitude has the error sqrt(noise).

    A branching ratio of exactly zero is no cancellation: nothing mixes these leptons.
    """
    most = float(np.finfo(float).precision)
    error = 2 * np.sqrt(noise / value)
    return np.where(value == 0, most, np.clip(-np.log10(error), 0.0, most))
