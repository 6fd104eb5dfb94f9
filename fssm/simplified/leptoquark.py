"""The scalar leptoquark S1 = (3bar, 1, 1/3) with both chiralities of couplings.

L = qbar_L^c lam_L l_L S1^* + ubar_R^c lam_R e_R S1^* + h.c. (W. Altmannshofer 2022; I. Dorsner
et al., arXiv:1603.04993), in the mass basis of up quarks and charged leptons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from fssm.arguments import together
from fssm.base import InvalidInput, per_point, real_part
from fssm.constants import measured
from fssm.model.schema import nearest
from fssm.observables.dipole import scalar_fermion_dipole
from fssm.observables.lepton_dipoles import lepton_dipoles, lepton_mass, lepton_masses
from fssm.simplified.inputs import given, known, lepton_index, not_negative

if TYPE_CHECKING:
    from fssm.base import AnyArray, NumberLike, RealArray, RealLike
    from fssm.observables.lepton_dipoles import LeptonDipoles

_MODEL = "leptoquark"
UP_QUARKS = ("up", "charm", "top")
COLOURS = 3
# Fractions of the lepton's charge that the quark and the leptoquark carry in the loop.
Q_QUARK, Q_LEPTOQUARK = 2 / 3, 1 / 3


def coupling_matrix(**entries: NumberLike) -> AnyArray:
    """Couplings (..., quark, lepton) from ``top_muon=0.1`` and so on; the others vanish.

    >>> coupling_matrix(top_muon=0.1)[2]
    array([0. , 0.1, 0. ])
    """
    values = [given(_MODEL, name, value, kind="complex") for name, value in entries.items()]
    together(_MODEL, **dict(zip(entries, values, strict=True)))
    shape = np.broadcast_shapes(*(value.shape for value in values))
    matrix = np.zeros((*shape, 3, 3), dtype=np.result_type(float, *values))
    for name, value in zip(entries, values, strict=True):
        quark, _, lepton = name.partition("_")
        if quark not in UP_QUARKS:
            problem = f"unknown quark; {nearest(quark, UP_QUARKS)}, as in top_muon"
            raise InvalidInput(f"[{_MODEL}] {name}", problem)
        matrix[..., UP_QUARKS.index(quark), lepton_index(_MODEL, lepton)] = value
    return matrix


def s1_leptoquark(
    lam_left: NumberLike,
    lam_right: NumberLike,
    m_leptoquark: RealLike,
    *,
    m_quark: Mapping[str, RealLike] | None = None,
) -> LeptonDipoles:
    """Exact one-loop dipoles from u, c and t in the loop, one term each.

    Parameters
    ----------
    lam_left, lam_right : complex couplings (..., 3, 3) over (up, charm, top) and (electron, muon,
        tau); see :func:`coupling_matrix`.
    m_leptoquark : GeV.
    m_quark : masses by quark, GeV, in place of m_u(2 GeV), m_c(m_c) and the mass of the top. For
        a heavy leptoquark running masses at its scale take care of the largest QCD correction.

    Notes
    -----
    The rule for a scalar and a fermion with N_c = 3, q_F = 2/3, q_S = 1/3, lL = lam_L and
    lR = lam_R^*; L. Lavoura, hep-ph/0302221.
    """
    left = given(_MODEL, "lam_left", lam_left, kind="complex", axes=2)
    right = given(_MODEL, "lam_right", lam_right, kind="complex", axes=2)
    m_sq = given(_MODEL, "m_leptoquark", m_leptoquark, unit="GeV", kind="positive") ** 2
    masses = quark_masses(m_quark)
    together(
        _MODEL, lam_left=left[..., 0, 0], lam_right=right[..., 0, 0], m_leptoquark=m_sq, **masses
    )
    terms = {
        quark: _dipole(left[..., q, :], right[..., q, :].conjugate(), masses[quark], m_sq)
        for q, quark in enumerate(UP_QUARKS)
    }
    return lepton_dipoles(terms)


def _dipole(left: AnyArray, right: AnyArray, m_quark: AnyArray, m_sq: RealArray) -> AnyArray:
    """C (..., i, j) of one quark; couplings (..., lepton)."""
    l_i, l_j = left[..., :, None], left[..., None, :]
    r_i, r_j = right[..., :, None], right[..., None, :]
    m_lepton = lepton_masses()
    m_i, m_j = m_lepton[:, None], m_lepton[None, :]
    mass = per_point(m_quark, 2)
    return scalar_fermion_dipole(
        COLOURS * mass * l_i * r_j,
        COLOURS * (m_j * l_i * l_j.conjugate() + m_i * r_i.conjugate() * r_j),
        mass**2,
        per_point(m_sq, 2),
        q_fermion=Q_QUARK,
        q_scalar=Q_LEPTOQUARK,
    )


def quark_masses(m_quark: Mapping[str, RealLike] | None = None) -> dict[str, RealArray]:
    """Masses of u, c and t, GeV, measured ones where none is given."""
    masses = {q: np.asarray(measured(f"m_{q}").value) for q in UP_QUARKS}
    own: object = {} if m_quark is None else m_quark
    if not isinstance(own, Mapping):
        problem = "must be a mapping of quarks to masses"
        raise InvalidInput(f"[{_MODEL}] m_quark", problem, value=m_quark, unit="GeV")
    for quark, mass in own.items():
        name = f"m_quark[{quark!r}]"
        masses[known(_MODEL, "quark", quark, UP_QUARKS)] = not_negative(_MODEL, name, mass)
    return masses


def s1_leptoquark_log(
    lam_left: NumberLike,
    lam_right: NumberLike,
    m_leptoquark: RealLike,
    *,
    quark: str = "top",
    lepton: str = "muon",
    m_quark: RealLike | None = None,
) -> RealArray:
    """a_l for M >> m_q as on the slides, from one pair of couplings (...).

    Re(lam_L^* lam_R) m_l m_q/(4 pi^2 M^2) [ln(M^2/m_q^2) - 7/4]; corrections are O(m_q^2/M^2)
    relative, and |lam|^2 m_l/m_q without a change of chirality in the quark line. ``m_quark`` is
    positive, in GeV: a quark without a mass has no logarithm.
    """
    lepton_index(_MODEL, lepton)
    left = given(_MODEL, "lam_left", lam_left, kind="complex")
    right = given(_MODEL, "lam_right", lam_right, kind="complex")
    m = given(_MODEL, "m_leptoquark", m_leptoquark, unit="GeV", kind="positive")
    name = known(_MODEL, "quark", quark, UP_QUARKS)
    mass = quark_masses()[name] if m_quark is None else _in_logarithm(m_quark)
    together(_MODEL, lam_left=left, lam_right=right, m_leptoquark=m, m_quark=mass)
    product = real_part(left.conjugate() * right)
    bracket = np.log(m**2 / mass**2) - 7 / 4
    return np.asarray(product * lepton_mass(lepton) * mass / (4 * np.pi**2 * m**2) * bracket)[()]


def _in_logarithm(m_quark: RealLike) -> RealArray:
    return given(_MODEL, "m_quark", m_quark, unit="GeV", kind="positive")
