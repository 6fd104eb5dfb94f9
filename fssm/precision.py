"""Error of the double-precision result of a single point, measured with the mpmath reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import mpmath as mp
import numpy as np

from fssm import reference
from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.observables.flavour import LEPTONS

if TYPE_CHECKING:
    from fssm.observables.flavour import FlavourObservables
    from fssm.result import Result


class Row(NamedTuple):
    """One quantity: double-precision value, reference as a decimal string, relative error."""

    name: str
    value: complex
    shown: str
    error: float


class Check(NamedTuple):
    """All rows, and the digits the reference was asked for."""

    digits: int
    rows: list[Row]

    def to_dict(self) -> dict[str, Any]:
        """``{"digits": n, "values": {name: decimal string}, "errors": {name: float}}``."""
        return {
            "digits": self.digits,
            "values": {row.name: row.shown for row in self.rows},
            "errors": {row.name: row.error for row in self.rows},
        }


def check_precision(result: Result, digits: int) -> Check:
    """Evaluate the point of ``result`` again at ``digits`` digits and compare.

    Errors of moments are relative to |neutralino| + |chargino|, which may cancel in the sum.

    Raises
    ------
    InvalidInput
        for a batch.
    FSSMError
        if the reference cannot evaluate the point (tachyons, no muon mass).
    """
    point, yukawa = result.point, result.yukawa
    if point.shape != ():
        raise InvalidInput("point", "precision is checked for one point at a time")
    # Where the muon mass has more than one solution, both must follow the same.
    solved = yukawa.y_prime_muon if point.y_prime_muon is None else yukawa.tan_beta_d
    near = None if point.generations == 3 else np.asarray(solved).item()
    exact = reference.evaluate(point, digits, near=near)
    if isinstance(exact, reference.Reference):
        return Check(digits, _muon_rows(result, exact))
    rows = _spectrum_rows(result, exact, "slepton")
    found = result.flavour
    return Check(digits, rows + (_flavour_rows(result, found, exact) if found else []))


def _muon_rows(result: Result, exact: reference.Reference) -> list[Row]:
    yukawa, formulas, digits = result.yukawa, result.approximations, exact.digits
    rows = _spectrum_rows(result, exact, "smuon")
    for name, value, truth in (
        ("y_prime_muon", yukawa.y_prime_muon, exact.y_prime_muon),
        ("delta", yukawa.delta, exact.delta),
    ):
        rows.append(_row(name, value, truth, abs(truth), digits))
    scale = abs(exact.a_neutralino) + abs(exact.a_chargino)
    for name in ("neutralino", "chargino", "one_loop"):
        truth = getattr(exact, f"a_{name}")
        rows.append(_row(f"a_{name}", getattr(result.a_muon, name), truth, scale, digits))
    for name, value, truth in (
        ("slides", formulas.slides.total, exact.slides),
        ("mass_insertion", formulas.mass_insertion.total, exact.mass_insertion),
    ):
        rows.append(_row(name, value, truth, abs(truth), digits))
    return rows


def _flavour_rows(
    result: Result, flavour: FlavourObservables, exact: reference.FlavourReference
) -> list[Row]:
    digits, rows = exact.digits, []
    for name, value, truth in _numbered("m_lepton", result.lagrangian.m_lepton, exact.m_lepton):
        rows.append(_row(name, value, truth, abs(truth), digits))
    moments = (flavour.a_electron, flavour.a_muon, flavour.a_tau)
    for i, (lepton, a) in enumerate(zip(LEPTONS, moments, strict=True)):
        parts = exact.dipole_neutralino[i, i], exact.dipole_chargino[i, i]
        size = sum(abs(c) for c in parts)
        scale = 2 * exact.m_lepton[i] * size
        rows.append(_row(f"a_{lepton}", a.one_loop, exact.a[i], scale, digits))
        scale = size * measured("hbar_c").value
        d = flavour.edm[lepton].one_loop
        rows.append(_row(f"edm_{lepton}", d, exact.edm[i], scale, digits))
    for name, decay in flavour.branching_ratios.items():
        truth = exact.branching_ratio[name]
        # What the reference itself has only as rounding is zero, and the error an absolute one.
        vanishes = truth < mp.mpf(10) ** (-2 * digits)
        truth, scale = (mp.mpf(0), mp.mpf(1)) if vanishes else (truth, abs(truth))
        rows.append(_row(name, decay.one_loop, truth, scale, digits))
    return rows


def _spectrum_rows(
    result: Result, exact: reference.Reference | reference.FlavourReference, slepton: str
) -> list[Row]:
    inos, spectrum = result.spectrum.inos, result.spectrum
    neutral = [(f"m_sneutrino_{i + 1}", m) for i, m in enumerate(spectrum.m_sneutrino)]
    if len(neutral) == 1:
        neutral = [("m_sneutrino", spectrum.m_sneutrino[0])]
    sneutrinos = zip(neutral, exact.sneutrino, strict=True)
    pairs = [
        *_numbered("m_neutralino", np.abs(inos.m_neutralino), exact.neutralino),
        *_numbered("m_chargino", inos.m_chargino, exact.chargino),
        *_numbered(f"m_{slepton}", spectrum.m_slepton, exact.slepton),
        *((name, value, truth) for (name, value), truth in sneutrinos),
    ]
    heaviest, rows = max(exact.neutralino[-1], exact.chargino[-1]), []
    for name, value, truth in pairs:
        # A state that is massless in double precision has no relative error of its own.
        massless = truth < 1e-12 * heaviest
        rows.append(_row(name, value, truth, heaviest if massless else abs(truth), exact.digits))
    return rows


def _numbered(name: str, values: Any, truths: Any) -> list[tuple[str, Any, Any]]:
    return [
        (f"{name}_{i}", value, truth)
        for i, (value, truth) in enumerate(zip(values, truths, strict=True), start=1)
    ]


def _row(name: str, value: Any, truth: Any, scale: Any, digits: int) -> Row:
    plain = np.asarray(value).item()
    # Without a tree-level mass Delta is infinite in either.
    same = mp.isinf(truth) and np.isinf(plain)
    difference = mp.mpf(0) if same else abs(mp.mpmathify(plain) - truth)
    error = difference / scale if scale and not mp.isinf(scale) else mp.mpf(difference)
    # Below the digits asked for it is the reference's own rounding.
    error = 0 if error < mp.mpf(10) ** -digits else error
    shown = mp.nstr(mp.re(truth), digits, min_fixed=-3)
    if mp.im(truth) != 0:
        sign = "-" if mp.im(truth) < 0 else "+"
        shown += f" {sign} {mp.nstr(abs(mp.im(truth)), digits, min_fixed=-3)}i"
    return Row(name, plain, shown, float(error))
