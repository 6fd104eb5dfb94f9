"""Which inputs of a point go together: forms, thresholds, one or three generations."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fssm.base import InvalidInput
from fssm.model.electroweak import input_value
from fssm.model.schema import FIELDS, FORMS, TAN_BETAS, reject

if TYPE_CHECKING:
    from fssm.model.point import Point

# Inputs of the muon alone, and the three-generation ones that say the same.
_MUON_ONLY = {
    "y_muon": "y_lepton",
    "t_muon": "t_lepton",
    "t_prime_muon": "t_prime_lepton",
}


def check_consistency(point: Point) -> None:
    """Raise InvalidInput for missing, contradictory or unused inputs and clashing shapes."""
    _check_forms(point)
    _check_flavour(point)
    _check_threshold(point)
    _check_yukawa(point)
    _check_shapes(point)


def _check_forms(point: Point) -> None:
    given = set(point.given())
    for forms in FORMS:
        used = [form for form in forms if given.intersection(form)]
        section = FIELDS[forms[0][0]].section
        if not used:
            wanted = " or ".join(", ".join(map(_with_unit, form)) for form in forms)
            raise InvalidInput(f"[{section}] {forms[0][0]}", f"missing; give {wanted}")
        if len(used) > 1:
            first, second = (next(name for name in form if name in given) for form in used[:2])
            problem = f"given beside {first}: these are two forms of the same input, give one"
            raise _unused(point, second, problem)
        missing = [name for name in used[0] if name not in given]
        if used[0] == TAN_BETAS and "y_prime_muon" in given and missing == ["tan_beta_d"]:
            continue
        if missing:
            together = ", ".join(map(_with_unit, used[0]))
            problem = f"missing; {together} go together"
            if "tan_beta_d" in missing and point.y_prime_lepton is None:
                problem += "; tan_beta_d is solved for if y_prime_muon is given"
            raise InvalidInput(FIELDS[missing[0]].path, problem)


def _unused(point: Point, name: str, problem: str) -> InvalidInput:
    """The error for an input that nothing would look at."""
    value, field = getattr(point, name), FIELDS[name]
    if isinstance(value, str) or value.ndim == 0:
        shown = value if isinstance(value, str) else value.item()
        return InvalidInput(field.path, problem, value=shown, unit=field.unit)
    unit = f", {field.unit}" if field.unit else ""
    return InvalidInput(field.path, f"array of shape {value.shape}{unit}: {problem}")


def _check_flavour(point: Point) -> None:
    given = set(point.given())
    if point.generations == 1:
        section = [name for name in point.given() if FIELDS[name].section == "flavour"]
        if section:
            problem = "needs three generations: give y_prime_lepton or x_texture in [flavour]"
            raise _unused(point, section[0], problem)
        for name in ("m_electron", "m_tau"):
            if name in given:
                raise _unused(point, name, "used only with x_texture: this is a muon-only point")
        return
    for name, instead in _MUON_ONLY.items():
        if name in given:
            raise _unused(point, name, f"of the muon alone; with [flavour] give {instead}")
    _check_lepton_yukawas(point, given)


def _check_lepton_yukawas(point: Point, given: set[str]) -> None:
    if {"x_texture", "y_prime_lepton"} <= given:
        problem = "given beside x_texture: these are two forms of the same input, give one"
        raise _unused(point, "y_prime_lepton", problem)
    if "x_texture" in given:
        if "y_lepton" in given:
            raise _unused(point, "y_lepton", "follows from x_texture; leave it out")
        if "v_d" in given:
            vev = np.asarray(point.v_d)
            problem = "leaves no room for x_texture; give y_lepton and y_prime_lepton"
            reject(FIELDS["v_d"], vev, vev == 0, problem)
        _check_masses(point)
        return
    needless = "the lepton masses follow from y_lepton and y_prime_lepton; leave it out"
    for name in ("m_electron", "m_muon", "m_tau"):
        if name in given:
            raise _unused(point, name, needless)
    if "x_normalisation" in given:
        raise _unused(point, "x_normalisation", "used only with x_texture")
    if "y_prime_muon" in given:
        raise _unused(point, "y_prime_muon", "of the muon alone; it is in y_prime_lepton")


def _check_masses(point: Point) -> None:
    names = ("m_electron", "m_muon", "m_tau")
    masses = [input_value(point, name) for name in names]
    for (lighter, heavier), name in zip(pairwise(masses), pairwise(names), strict=True):
        given = name[0] if getattr(point, name[0]) is not None else name[1]
        problem = f"lepton masses must ascend, {name[0]} < {name[1]}"
        reject(FIELDS[given], np.asarray(getattr(point, given)), lighter >= heavier, problem)


def _check_threshold(point: Point) -> None:
    needs = [("epsilon_l", True), ("epsilon_tau", point.generations == 3)]
    for name, needed in needs:
        value = getattr(point, name)
        if point.threshold == "given" and needed and value is None:
            raise InvalidInput(f"[yukawa] {name}", 'missing; threshold = "given" needs it')
        if value is not None and not (point.threshold == "given" and needed):
            only = " and three generations" if name == "epsilon_tau" else ""
            raise _unused(point, name, f'used only with threshold = "given"{only}')


def _check_yukawa(point: Point) -> None:
    if point.y_prime_muon is not None and point.x_texture is not None and point.has_all_vevs:
        problem = "fixed by the texture and the vevs; leave it out, or else tan_beta_d"
        raise _unused(point, "y_prime_muon", problem)
    if point.solves_for == "y_prime_muon" and point.threshold == "none":
        _check_tree_level_mass(point)
    if point.solves_for == "tan_beta_d":
        yukawa = np.asarray(point.y_prime_muon)
        problem = "leaves no tan_beta_d that gives the muon its mass"
        reject(FIELDS["y_prime_muon"], yukawa, yukawa == 0, problem)
        if point.x_texture is not None:
            problem = "must be real and positive with x_texture: phases are those of x_ij"
            bad = (np.imag(yukawa) != 0) | (np.real(yukawa) < 0)
            reject(FIELDS["y_prime_muon"], yukawa, bad, problem)


def _check_tree_level_mass(point: Point) -> None:
    """Without a threshold the muon has no other mass than that from v_d'."""
    for name, vanishing in (("v_d_prime", 0.0), ("tan_beta_d", np.inf)):
        given = getattr(point, name)
        if given is not None:
            problem = 'leaves the muon without a mass at tree level; take threshold = "exact"'
            reject(FIELDS[name], given, given == vanishing, problem)


def _check_shapes(point: Point) -> None:
    try:
        _ = point.shape
    except ValueError as error:
        shapes = {k: v.shape for k, v in point.arrays().items() if v.ndim}
        raise InvalidInput("point", f"fields do not broadcast together: {shapes}") from error


def _with_unit(name: str) -> str:
    unit = FIELDS[name].unit + (", three generations" if FIELDS[name].axes else "")
    return f"{name} ({unit})" if unit else name
