"""An axion-like particle with couplings to leptons and photons.

L = c_ll (d^m a/(2 f)) (lbar gamma_m gamma_5 l) + (alpha/4 pi) c_gg (a/f) F F~ (W. Altmannshofer
2022; M. Bauer, M. Neubert and A. Thamm, arXiv:1708.00443).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.arguments import together
from fssm.constants import measured
from fssm.numerics.feynman import alp_h1, alp_h2
from fssm.numerics.loops import LOOP_FACTOR
from fssm.observables.lepton_dipoles import diagonal, lepton_dipoles, lepton_mass, lepton_masses
from fssm.simplified.inputs import by_lepton, given, lepton_index, not_negative

if TYPE_CHECKING:
    from fssm.base import RealArray, RealLike
    from fssm.observables.lepton_dipoles import LeptonDipoles

_MODEL = "alp"


def alp(
    *,
    f: RealLike,
    m_a: RealLike = 0.0,
    c_electron: RealLike = 0.0,
    c_muon: RealLike = 0.0,
    c_tau: RealLike = 0.0,
    c_photon: RealLike = 0.0,
    cutoff: RealLike | None = None,
    scheme_constant: RealLike = 0.0,
) -> LeptonDipoles:
    """Exact one-loop dipoles by term: the lepton's own coupling twice, and with the photon's.

    Parameters
    ----------
    f, m_a : decay constant and mass, GeV.
    c_electron, c_muon, c_tau, c_photon : c_ll and c_gg of the Lagrangian above.
    cutoff : Lambda, GeV, of the logarithm of the photon term; 4 pi f by default.
    scheme_constant : delta_2 + 3 of arXiv:1708.00443, a matching constant beside
        ln(Lambda^2/m^2); 0, their choice (delta_2 = -3, Levi-Civita tensor in four dimensions),
        by default.

    Notes
    -----
    a = -m^2/(16 pi^2 f^2) [c_ll^2 h1(x) + (2 alpha/pi) c_gg c_ll (ln(Lambda^2/m^2) +
    scheme_constant - h2(x))], x = m_a^2/m^2. The first term is never positive. Couplings that
    violate lepton flavour are not included.
    """
    numbers = {"c_electron": c_electron, "c_muon": c_muon, "c_tau": c_tau, "c_photon": c_photon,
               "scheme_constant": scheme_constant}  # fmt: skip
    v = {name: given(_MODEL, name, value) for name, value in numbers.items()}
    v["f"] = given(_MODEL, "f", f, unit="GeV", kind="positive")
    v["m_a"], v["cutoff"] = not_negative(_MODEL, "m_a", m_a), _cutoff(cutoff, v["f"])
    together(_MODEL, **v)
    m, c = lepton_masses(), by_lepton([v["c_electron"], v["c_muon"], v["c_tau"]])
    c_gg, constant, decay, mass, scale = (
        v[name][..., None] for name in ("c_photon", "scheme_constant", "f", "m_a", "cutoff")
    )
    x = (mass / m) ** 2
    logarithm = np.log(scale**2 / m**2) + constant - alp_h2(x)
    twice = _dipole(c**2 * alp_h1(x), decay, m)
    photon = _dipole(_photon_coupling(c_gg, c) * logarithm, decay, m)
    return lepton_dipoles({"lepton": diagonal(twice), "photon": diagonal(photon)})


def alp_log(
    *,
    f: RealLike,
    c_lepton: RealLike,
    c_photon: RealLike,
    cutoff: RealLike | None = None,
    lepton: str = "muon",
) -> RealArray:
    """a_l for m_a << m_l as on the slides: h1 -> 1, and the logarithm without -h2 -> -1.

    -m^2/(16 pi^2 f^2) [c_ll^2 + (2 alpha/pi) c_gg c_ll ln(Lambda^2/m^2)].
    """
    lepton_index(_MODEL, lepton)
    m = lepton_mass(lepton)
    c, c_gg = given(_MODEL, "c_lepton", c_lepton), given(_MODEL, "c_photon", c_photon)
    decay = given(_MODEL, "f", f, unit="GeV", kind="positive")
    scale = _cutoff(cutoff, decay)
    together(_MODEL, f=decay, c_lepton=c, c_photon=c_gg, cutoff=scale)
    logarithm = np.log(scale**2 / m**2)
    return 2 * m * _dipole(c**2 + _photon_coupling(c_gg, c) * logarithm, decay, m)


def _dipole(bracket: RealArray, f: RealArray, m: RealLike) -> RealArray:
    """C = a/(2 m) for a = -m^2/(16 pi^2 f^2) times the bracket."""
    # + 0.0: no negative zero for a lepton without couplings.
    return np.asarray(-LOOP_FACTOR * np.asarray(m) / (2 * f**2) * bracket + 0.0)[()]


def _photon_coupling(c_photon: RealArray, c_lepton: RealArray) -> RealArray:
    return np.asarray(2 * measured("alpha").value / np.pi * c_photon * c_lepton)


def _cutoff(cutoff: RealLike | None, f: RealArray) -> RealArray:
    if cutoff is None:
        return 4 * np.pi * f
    return given(_MODEL, "cutoff", cutoff, unit="GeV", kind="positive")
