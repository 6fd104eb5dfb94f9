"""Lepton dipoles as Wilson coefficient files (WCxf), for flavio, wilson and their relatives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fssm import __version__
from fssm.arguments import folder as folder_of
from fssm.arguments import instance, word
from fssm.atomic_files import check_names, write_named
from fssm.base import InvalidInput, conjugate
from fssm.constants import measured
from fssm.observables.flavour import DECAYS, LEPTONS
from fssm.observables.lepton_dipoles import lepton_mass
from fssm.observables.leptons import LoopSum, qed_logarithm
from fssm.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fssm.base import RealArray, RealLike

# Where a file of mode "high" hands over to the running of whoever reads it, GeV: the upper end
# of WET in wilson and flavio, a convention of theirs and no measurement.
HIGH_SCALE = 91.1876
HIGH_STEM = "dipoles"

_LABELS = {"electron": "e", "muon": "mu", "tau": "tau"}


class _Target(NamedTuple):
    """Where an observable of flavio evaluates its coefficients: no running happens there."""

    observable: str
    eft: str
    scale: float


# flavio 2.7.1, config["renormalization scale"] and physics/{mdms,edms,taudecays,mudecays}.
_TARGETS = {
    "a_electron": _Target("a_e", "WET-3", 1.0),
    "a_muon": _Target("a_mu", "WET-3", 1.0),
    "a_tau": _Target("a_tau", "WET", 91.1876),
    "edm_electron": _Target("omega_HfF, omega_ThO, omega_YbF, d_Tl", "WET-3", 2.0),
    "mu_e_gamma": _Target("BR(mu->egamma)", "WET-4", 1.0),
    "tau_e_gamma": _Target("BR(tau->egamma)", "WET-4", 1.8),
    "tau_mu_gamma": _Target("BR(tau->mugamma)", "WET-4", 1.8),
}


def low(result: Result) -> dict[str, dict[str, Any]]:
    """One file for each observable, at the scale where flavio evaluates it: nothing runs.

    Each holds the total dipole of the observable, C_ij (1 + log) with the two-loop QED logarithm
    from M_SUSY down to the mass of the lepton, as the ``total`` of the result does; for a decay
    l_j -> l_i gamma down to m_j. A result evaluated with ``qed_log=False`` gives files without.

    Parameters
    ----------
    result : one physical point, of one or three generations.

    Returns
    -------
    dict
        WCxf contents by name of the observable: "a_electron", "a_muon", "a_tau", "edm_electron",
        "mu_e_gamma", "tau_e_gamma", "tau_mu_gamma"; of the muon alone "a_muon". Coefficients
        (``C7_ee``, ... without dimension, ``Cgamma_mue``, ... in 1/GeV) that are exactly zero
        are left out, which means the same; a file may be without any.

    Raises
    ------
    InvalidInput
        if the result is of many points, or of a_mu alone (detail "a_muon").
    Unphysical
        if the point has no physical spectrum or lepton masses; names the flags.

    Notes
    -----
    WCxf: J. Aebischer et al., arXiv:1712.05298; flavio: D. Straub, arXiv:1810.08132. The
    formulas are in docs/wcxf.md.
    """
    result = _one_physical_point(result)
    m_lepton = result.lagrangian.m_lepton
    # The lepton of an observable is the heavier one of its entries.
    logarithms = _logarithm(result, np.maximum.outer(m_lepton, m_lepton))
    values = _coefficients(result, 1 + logarithms)
    return {
        stem: _content(
            target.eft,
            target.scale,
            {name: values[name] for name in names},
            f"total dipole for {target.observable} of flavio, to be used without running",
        )
        for stem, target in _TARGETS.items()
        if (names := _names(stem)) <= values.keys()
    }


def high(result: Result) -> dict[str, Any]:
    """All dipoles in one WET file at 91.1876 GeV; wilson and flavio run them down.

    The two-loop QED logarithm is in it from M_SUSY to 91.1876 GeV, for every entry alike; what
    lies below is the running of whoever reads the file, as far down as that goes.

    Parameters
    ----------
    result : one physical point, of one or three generations.

    Returns
    -------
    dict
        One WCxf content with C7_ee, C7_mumu, C7_tautau and the six Cgamma (1/GeV), of the muon
        alone C7_mumu; what is exactly zero is left out.

    Raises
    ------
    InvalidInput, Unphysical
        as :func:`low`.
    """
    result = _one_physical_point(result)
    values = _coefficients(result, 1 + _logarithm(result, HIGH_SCALE))
    return _content("WET", HIGH_SCALE, values, "dipoles of charged leptons, to be run down")


def save(
    result: Result, folder: str | Path, mode: str = "low", *, overwrite: bool = True
) -> list[Path]:
    """Write the files of a mode as JSON, each whole or not at all; the folder is created.

    Parameters
    ----------
    result : one physical point, of one or three generations.
    folder : files of the same names in it are replaced, others left alone.
    mode : ``"low"``: the files of :func:`low` under the names of their observables; ``"high"``:
        the one of :func:`high` as ``dipoles.json``.
    overwrite : False leaves an existing file as it is.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    InvalidInput
        for an unknown mode, or as :func:`low`; unless ``overwrite``, for a file that is there.
    Unphysical
        as :func:`low`; no file is written then.
    OSError
        if the folder or a file cannot be written.
    """
    word("mode", mode, ("low", "high"), 'unknown; known: "low", "high"')
    folder = folder_of("folder", folder)
    contents = low(result) if mode == "low" else {HIGH_STEM: high(result)}
    texts = {
        folder / f"{stem}.json": json.dumps(content, indent=2, allow_nan=False) + "\n"
        for stem, content in contents.items()
    }
    check_names(texts, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        write_named(path, text.encode("utf-8"), overwrite=overwrite)
    return list(texts)


def _one_physical_point(result: object) -> Result:
    result = instance("result", result, Result, "that of evaluate(point), all details")
    if result.shape != ():
        problem = "has many points; a WCxf file holds one, evaluate that one alone"
        raise InvalidInput("result", problem, value=result.shape)
    result.require_physical()
    return result


def _logarithm(result: Result, scale: RealLike) -> RealArray:
    """Two-loop QED factor minus one from M_SUSY down to ``scale``, GeV; 0 if switched off.

    The itemised moments say whether it is on, and what it is down to the mass of one lepton.
    """
    for m_lepton, items in _moments(result):
        if items.qed_log != 0:
            return items.qed_log / items.one_loop + qed_logarithm(m_lepton, np.asarray(scale))
    return np.zeros_like(scale)


def _moments(result: Result) -> Iterator[tuple[RealArray, LoopSum]]:
    """Masses, GeV, and moments of the leptons, the muon's a first."""
    m_lepton = result.lagrangian.m_lepton
    yield m_lepton[result.lagrangian.muon], result.a_muon
    if result.flavour is not None:
        yield from zip(m_lepton, result.flavour.edm.values(), strict=True)
        yield m_lepton[0], result.flavour.a_electron
        yield m_lepton[2], result.flavour.a_tau


def _coefficients(result: Result, factor: RealArray) -> dict[str, complex]:
    """Every coefficient by its WCxf name, from C times ``factor`` (n, n) or ().

    L = -(q/2) C_ij ebar_j sigma P_L e_i F + h.c. with q = -|e| and D = d + i q A, the sign that
    flavio's a_l implies, is (|e|/2) C_ij^* ebar_i sigma P_R e_j F + h.c.; the operator of
    ``Cgamma_<j><i>`` is ebar_i sigma P_R e_j F.
    """
    leptons = LEPTONS if result.flavour is not None else ("muon",)
    turned = conjugate(result.dipole.total() * factor)
    half_e = np.sqrt(4 * np.pi * measured("alpha").value) / 2
    values = {}
    for i, outgoing in enumerate(leptons):
        for j, incoming in enumerate(leptons):
            name = _name(outgoing, incoming)
            unit = _c7_per_dipole(outgoing) if i == j else half_e
            values[name] = (turned[i, j] * unit).item()
    return values


def _c7_per_dipole(lepton: str) -> float:
    """C7/C_ii^* in GeV: |e|/2 over the prefactor 4 G_F/sqrt2 |e|/(16 pi^2) m of the operator.

    Measured mass and G_F, whatever those of the point: the reader multiplies by its own.
    """
    g_f = measured("g_f").value
    return float(2 * np.sqrt(2) * np.pi**2 / (g_f * lepton_mass(lepton)))


def _name(left: str, right: str) -> str:
    """The coefficient of (bar of the left-handed lepton) sigma F (right-handed lepton)."""
    bar, plain = _LABELS[left], _LABELS[right]
    return f"C7_{bar}{plain}" if left == right else f"Cgamma_{plain}{bar}"


def _names(stem: str) -> set[str]:
    """The coefficients an observable needs."""
    if stem in DECAYS:
        pair = (LEPTONS[DECAYS[stem].i], LEPTONS[DECAYS[stem].j])
        return {_name(*pair), _name(*pair[::-1])}
    lepton = stem.partition("_")[2]
    return {_name(lepton, lepton)}


def _content(
    eft: str, scale: float, values: dict[str, complex], description: str
) -> dict[str, Any]:
    return {
        "eft": eft,
        "basis": "flavio",
        "scale": scale,
        "metadata": {
            "description": description,
            "generator": f"fssm {__version__}",
            "bibliography": ["arXiv:2104.08293"],
        },
        "values": {name: _number(value) for name, value in sorted(values.items()) if value != 0},
    }


def _number(value: complex) -> float | dict[str, float]:
    """As WCxf writes it: a number where it is real, else its two parts."""
    return {"Re": value.real, "Im": value.imag} if value.imag != 0 else value.real
