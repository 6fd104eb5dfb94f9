"""a_mu of the muon alone, loop by loop, as plain arithmetic on numbers or arrays alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fssm.base import abs_sq, conjugate, first_axis_sum, real_part
from fssm.model.states import states
from fssm.model.vertices import (
    chargino_flip,
    chargino_keep,
    higgs_parts,
    lepton_mass,
    neutralino_flip,
    neutralino_keep,
    sleptons,
    soft_sleptons,
)
from fssm.numerics.loops import chargino_loops_reduced, neutralino_loops_reduced, reduced_ratio
from fssm.observables.dipole import chargino_dipole, neutralino_dipole
from fssm.observables.leptons import moment

if TYPE_CHECKING:
    from fssm.base import Element, RealArray
    from fssm.model.elements import LeptonInputs
    from fssm.model.muon_mass import MuonSolution
    from fssm.model.vertices import Chargino, HiggsParts, Neutralino, Slepton, Sleptons

_TINY = np.finfo(np.float64).tiny


class MuonRows(NamedTuple):
    """a_mu (...) by sector and squared masses, GeV^2, unordered; leading axes the states.

    ``slepton_sq`` (2, ...), ``sneutrino_sq`` (...), ``neutralino_sq`` (6, ...), ``chargino_sq``
    (3, ...). Nothing is NaN for being unphysical: a tachyon has its negative square.
    """

    neutralino: RealArray
    chargino: RealArray
    slepton_sq: RealArray
    sneutrino_sq: RealArray
    neutralino_sq: RealArray
    chargino_sq: RealArray


def leg_phase(mass: Element) -> Element:
    """m/|m|, the rotation of the left-handed leg that makes the muon mass positive; 1 for m = 0."""
    return (mass + _TINY) / (np.sqrt(abs_sq(mass)) + _TINY)


def neutralino_moment(
    s: LeptonInputs, n: Neutralino, x: Sleptons, m_muon: Element, phase: Element
) -> Element:
    """a_mu of a neutralino with both smuons."""
    h = higgs_parts(s, n)
    return _smuon_moment(n, h, x.left, m_muon, phase) + _smuon_moment(n, h, x.right, m_muon, phase)


def _smuon_moment(
    n: Neutralino, h: HiggsParts, x: Slepton, m_muon: Element, phase: Element
) -> Element:
    loops = neutralino_loops_reduced(reduced_ratio(n.m_sq / x.sq))
    flip = real_part(conjugate(phase) * neutralino_flip(n, h, x))
    keep = m_muon * neutralino_keep(n, h, x)
    return moment(neutralino_dipole(flip, keep, loops, x.sq), m_muon)


def chargino_moment(
    s: LeptonInputs, c: Chargino, m_sq: Element, m_muon: Element, phase: Element
) -> Element:
    """a_mu of a chargino with the sneutrino of mass squared ``m_sq``."""
    loops = chargino_loops_reduced(reduced_ratio(c.m_sq / m_sq))
    flip = real_part(conjugate(phase) * chargino_flip(s, c))
    keep = m_muon * chargino_keep(s, c)
    return moment(chargino_dipole(flip, keep, loops, m_sq), m_muon)


def muon_rows(solution: MuonSolution) -> MuonRows:
    """Everything the batch path needs of these points, in numpy."""
    i, s, m_muon = solution.inputs
    neutral, charged = solution.states or states(i)
    mass, soft = lepton_mass(i, s), soft_sleptons(i, s)
    smuon, sneutrino = sleptons(soft, s, mass), soft.neutral
    phase = leg_phase(mass + solution.shift)
    return MuonRows(
        first_axis_sum(neutralino_moment(s, neutral, smuon, m_muon, phase)),
        first_axis_sum(chargino_moment(s, charged, sneutrino, m_muon, phase)),
        np.stack(np.broadcast_arrays(smuon.left.sq, smuon.right.sq)),
        sneutrino,
        neutral.m_sq,
        charged.m_sq,
    )
