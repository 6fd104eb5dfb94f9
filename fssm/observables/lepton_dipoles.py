"""What any model of new physics hands over: a dipole matrix by contribution, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import plain
from fssm.constants import DEFAULT_A_MUON, a_muon_set, measured
from fssm.observables.flavour import DECAYS, LEPTONS, branching_ratio
from fssm.observables.leptons import anomalous_moment, electric_dipole_moment, pull

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fssm.base import AnyArray, RealArray


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LeptonDipoles:
    """Dipole matrix C (..., 3, 3), 1/GeV, over (electron, muon, tau), by contribution.

    ``terms`` C of each contribution, ``total`` their sum; ``a_terms`` (..., 3) a_l of each;
    ``a_electron``, ``a_muon``, ``a_tau`` (...) the sums; ``edm`` (..., 3) in e cm, signed as in
    fssm.observables.leptons; ``branching_ratios`` (...) of the decays l_j -> l_i gamma.
    """

    terms: dict[str, AnyArray]
    total: AnyArray
    a_terms: dict[str, RealArray]
    a_electron: RealArray
    a_muon: RealArray
    a_tau: RealArray
    edm: RealArray
    branching_ratios: dict[str, RealArray]

    def __repr__(self) -> str:
        a = ", ".join(f"{name}={getattr(self, name)}" for name in ("a_electron", "a_muon", "a_tau"))
        return f"LeptonDipoles({a}, terms={list(self.terms)})"

    def pull(self, data_set: str = DEFAULT_A_MUON) -> RealArray:
        """(a_mu - measured)/uncertainty for a named data set, see ``fssm data``.

        Raises
        ------
        InvalidInput
            for an unknown name.
        """
        return pull(self.a_muon, a_muon_set(data_set))[()]

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary: numbers and lists for a single point, arrays for a batch."""
        tree = {field.name: getattr(self, field.name) for field in fields(self)}
        converted: dict[str, Any] = plain(tree, single=np.ndim(self.a_muon) == 0)
        return converted


def lepton_masses() -> RealArray:
    """The measured masses (electron, muon, tau), GeV."""
    return np.array([measured(f"m_{lepton}").value for lepton in LEPTONS])


def lepton_mass(lepton: str) -> float:
    """The measured mass of ``"electron"``, ``"muon"`` or ``"tau"``, GeV."""
    return measured(f"m_{lepton}").value


def lepton_dipoles(terms: Mapping[str, AnyArray]) -> LeptonDipoles:
    """Everything that follows from the terms of C (..., 3, 3), 1/GeV; measured masses and G_F.

    Terms are given in the lepton mass basis, L = -(e/2) C_ij ebar_j sigma^{mn} P_L e_i F_mn + h.c.
    """
    masses, g_f = lepton_masses(), measured("g_f").value
    arrays = dict(zip(terms, np.broadcast_arrays(*terms.values()), strict=True))
    total: AnyArray = sum(list(arrays.values())[1:], next(iter(arrays.values())))
    a = anomalous_moment(total, masses)
    return LeptonDipoles(
        terms=arrays,
        total=total,
        a_terms={name: anomalous_moment(c, masses) for name, c in arrays.items()},
        a_electron=a[..., 0][()],
        a_muon=a[..., 1][()],
        a_tau=a[..., 2][()],
        edm=electric_dipole_moment(total),
        branching_ratios={
            name: branching_ratio(decay, total, masses, g_f)[()] for name, decay in DECAYS.items()
        },
    )


def diagonal(entries: AnyArray) -> AnyArray:
    """C (..., 3, 3) without flavour violation from its entries (..., 3)."""
    return np.asarray(entries[..., None] * np.eye(3))
