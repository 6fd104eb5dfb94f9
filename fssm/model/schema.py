"""The one schema of a point: names, sections, units, kinds and which names go together."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fssm.arguments import check_axes, numbers, shown, word
from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection

    from fssm.base import AnyArray

Kind = Literal["positive", "real", "complex", "hermitian", "choice"]


@dataclass(frozen=True, slots=True)
class Field:
    """One input: its section in a file, unit, and what values it may take.

    ``axes`` is 2 for a 3x3 matrix (..., 3, 3) over the generations, 0 for a number.
    ``infinite``: infinity is a value like any other.
    """

    name: str
    section: str
    unit: str
    kind: Kind
    choices: tuple[str, ...] = ()
    axes: int = 0
    infinite: bool = False

    @property
    def path(self) -> str:
        """Name as shown in messages, ``[section] name``."""
        return f"[{self.section}] {self.name}"


SCHEMES: Mapping[str, tuple[str, ...]] = {
    "gf": ("g_f", "m_w", "m_z"),
    "alpha_mz": ("alpha_mz", "m_w", "m_z"),
    "couplings": ("v", "g", "g_prime"),
}
# What the texture's x_ij multiply, see model.texture.
NORMALISATIONS = ("slides", "tau")
THRESHOLDS = ("exact", "leading", "given", "none")
TAN_BETAS = ("tan_beta", "tan_beta_u", "tan_beta_d")
VEVS = ("v_u", "v_u_prime", "v_d", "v_d_prime")
ANGLES = ("mu", "mu_tilde", "theta_u", "theta_d")
MU_MATRIX = ("mu1", "mu2", "mu3", "mu4")

# Alternatives: exactly one tuple of each row is given, and given whole.
FORMS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (TAN_BETAS, VEVS),
    (ANGLES, MU_MATRIX),
    (("m1", "m2"),),
    (("m_l",), ("m_l_sq",), ("m_l_sq_matrix",)),
    (("m_e",), ("m_e_sq",), ("m_e_sq_matrix",)),
)


def _table(section: str, kind: Kind, *, axes: int = 0, **units: str) -> list[Field]:
    return [Field(name, section, unit, kind, axes=axes) for name, unit in units.items()]


FIELDS: dict[str, Field] = {
    field.name: field
    for field in [
        Field("scheme", "electroweak", "", "choice", tuple(SCHEMES)),
        *_table("electroweak", "positive", g_f="GeV^-2", m_w="GeV", m_z="GeV", alpha_mz=""),
        *_table("electroweak", "positive", v="GeV", g="", g_prime=""),
        *_table("electroweak", "positive", m_electron="GeV", m_muon="GeV", m_tau="GeV"),
        *_table("vevs", "positive", tan_beta="", tan_beta_u=""),
        Field("tan_beta_d", "vevs", "", "positive", infinite=True),
        *_table("vevs", "complex", v_u="GeV", v_u_prime="GeV", v_d="GeV", v_d_prime="GeV"),
        *_table("higgsino", "complex", mu="GeV", mu_tilde="GeV"),
        *_table("higgsino", "real", theta_u="rad", theta_d="rad"),
        *_table("higgsino", "complex", mu1="GeV", mu2="GeV", mu3="GeV", mu4="GeV"),
        *_table("gaugino", "complex", m1="GeV", m2="GeV"),
        *_table("slepton", "positive", m_l="GeV", m_e="GeV"),
        *_table("slepton", "real", m_l_sq="GeV^2", m_e_sq="GeV^2"),
        *_table("slepton", "complex", t_muon="GeV", t_prime_muon="GeV"),
        Field("threshold", "yukawa", "", "choice", THRESHOLDS),
        *_table("yukawa", "complex", epsilon_l="", epsilon_tau="", y_prime_muon="", y_muon=""),
        *_table("flavour", "complex", axes=2, y_lepton="", y_prime_lepton="", x_texture=""),
        Field("x_normalisation", "flavour", "", "choice", NORMALISATIONS),
        *_table("flavour", "complex", axes=2, t_lepton="GeV", t_prime_lepton="GeV"),
        *_table("flavour", "hermitian", axes=2, m_l_sq_matrix="GeV^2", m_e_sq_matrix="GeV^2"),
    ]
}
SECTIONS = tuple(dict.fromkeys(field.section for field in FIELDS.values()))


# No mass scale beyond this means anything, and its fourth power must fit into a double.
LARGEST = {"GeV": 1e30, "GeV^2": 1e60}
SMALLEST_POSITIVE = 1e-30
# Matrices written with fewer digits than a double has still count as hermitian.
HERMITIAN_TOLERANCE = 1e-9


def nearest(name: str, known: Collection[str]) -> str:
    """Hint with the known name closest to a misspelt one, or else with all of them."""
    close = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


def checked(field: Field, value: object) -> AnyArray | str:
    """The value as a read-only float or complex array (or the choice), or InvalidInput."""
    if field.kind == "choice":
        return word(field.path, value, field.choices)
    may_be_complex = field.kind in ("complex", "hermitian")
    array = numbers(field.path, value, unit=field.unit, may_be_complex=may_be_complex)
    if array.shape[array.ndim - field.axes :] != (3,) * field.axes:
        problem = "must be a 3x3 matrix, rows and columns (electron, muon, tau)"
        raise InvalidInput(field.path, problem, value=value, unit=field.unit)
    check_axes(field.path, array, field.axes)
    _check_range(field, array)
    if field.kind == "hermitian":
        array = _hermitian(field, array)
    array.setflags(write=False)
    return array


def _hermitian(field: Field, array: AnyArray) -> AnyArray:
    adjoint = np.swapaxes(array.conjugate(), -1, -2)
    largest = np.abs(array).max((-2, -1), keepdims=True)
    off = np.abs(array - adjoint) > HERMITIAN_TOLERANCE * largest
    reject(field, array, off, "must be hermitian, M_ij = M_ji^*")
    return np.asarray((array + adjoint) / 2)


def _check_range(field: Field, array: AnyArray) -> None:
    # One NaN stands for one missing point of a scan and is flagged there; a lone NaN is an error.
    if array.ndim == field.axes:
        reject(field, array, np.isnan(array), "is not a number")
    limit = LARGEST.get(field.unit, 1e30)
    infinite = np.isinf(array)
    if not field.infinite:
        hint = "; v_d' = 0 is tan_beta_d = inf" if field.name == "tan_beta" else ""
        reject(field, array, infinite, f"must be finite{hint}")
    reject(field, array, (np.abs(array) > limit) & ~infinite, f"must not exceed {limit:g}")
    if field.kind == "positive":
        reject(field, array, array <= 0, "must be positive")
        small = array < SMALLEST_POSITIVE
        reject(field, array, small, f"must be at least {SMALLEST_POSITIVE:g}")


def reject(field: Field, array: AnyArray, bad: AnyArray, problem: str) -> None:
    """Raise InvalidInput with the first bad value, and its index if there are many."""
    if not np.any(bad):
        return
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f" (index {index})" if np.ndim(bad) else ""
    value = np.broadcast_to(array, np.shape(bad))[index].item()
    error = InvalidInput(field.path, problem + where, value=value, unit=field.unit)
    points = np.any(bad, axis=tuple(range(-field.axes, 0)))
    error.points = points if points.ndim else None
    raise error


def flatten(sections: Mapping[str, Any]) -> dict[str, Any]:
    """``{section: {name: value}}`` to ``{name: value}``; ``[re, im]`` lists become complex.

    Raises
    ------
    InvalidInput
        for an unknown section or name (with the nearest known one), or a name in the
        wrong section.
    """
    flat: dict[str, Any] = {}
    if not isinstance(sections, Mapping):
        raise InvalidInput("point", "must be a mapping of sections", value=sections)
    for section, entries in sections.items():
        if section not in SECTIONS:
            raise _unknown_section(section, entries)
        if not isinstance(entries, Mapping):
            raise InvalidInput(f"[{section}]", "must be a table of names and values", value=entries)
        if section == "flavour" and not entries:
            problem = "is empty; give y_prime_lepton or x_texture, or leave the section out"
            raise InvalidInput("[flavour]", problem)
        for name, value in entries.items():
            check_name(section, name, value)
            flat[name] = _from_file(FIELDS[name], value)
    return flat


def _unknown_section(section: object, entries: object) -> InvalidInput:
    name = shown(section)
    if section == "scan":
        return InvalidInput("[scan]", "this is a file for fssm scan, not a point")
    if isinstance(entries, Mapping):
        return InvalidInput(f"[{name}]", f"unknown section; {nearest(name, SECTIONS)}")
    if name in FIELDS:
        return InvalidInput(name, f"belongs to section [{FIELDS[name].section}]")
    return InvalidInput(name, f"unknown name outside any section; {_anywhere(name)}")


def _anywhere(name: str) -> str:
    close = difflib.get_close_matches(name.casefold(), FIELDS, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r} in [{FIELDS[close[0]].section}]?"
    return f"sections: {', '.join(SECTIONS)}"


def check_name(section: str, name: object, value: object) -> None:
    """Raise InvalidInput for a name that its section does not have, with the nearest one."""
    path = f"[{section}] {shown(name)}"
    if not isinstance(name, str) or name not in FIELDS:
        own = [field.name for field in FIELDS.values() if field.section == section]
        text = shown(name)
        near_own = difflib.get_close_matches(text.casefold(), own, n=1, cutoff=0.6)
        near = difflib.get_close_matches(text.casefold(), FIELDS, n=1, cutoff=0.6)
        hint = nearest(text, own) if near_own or not near else _anywhere(text)
        raise InvalidInput(path, f"unknown name; {hint}", value=value)
    if FIELDS[name].section != section:
        home = FIELDS[name]
        problem = f"belongs to section [{home.section}]"
        raise InvalidInput(path, problem, value=value, unit=home.unit)


_REAL = (int, float, np.integer, np.floating)


def _from_file(field: Field, value: object) -> object:
    if value is None:
        raise InvalidInput(field.path, "has no value; leave the name out instead")
    # Arrays of numpy hold many points, and are left to the checks of Point.
    if field.axes and not isinstance(value, np.ndarray):
        return _matrix_from_file(field, value)
    if not isinstance(value, list | tuple) or field.kind == "choice":
        return value
    parts = [x for x in value if isinstance(x, _REAL) and not isinstance(x, bool)]
    if field.kind == "complex" and len(value) == len(parts) == 2:
        try:
            return complex(float(parts[0]), float(parts[1]))
        except OverflowError as error:
            problem = "does not fit into double precision"
            raise InvalidInput(field.path, problem, value=value, unit=field.unit) from error
    allowed = "a number or [re, im]" if field.kind == "complex" else "a real number"
    many = "; many points at once go in as numpy arrays, from Python" if len(value) > 3 else ""
    raise InvalidInput(field.path, f"must be {allowed}{many}", value=value, unit=field.unit)


def _matrix_from_file(field: Field, value: object) -> AnyArray:
    """Three rows of three entries, each a number or [re, im]."""
    rows = _listed(value)
    if len(rows) != 3 or any(len(_listed(row)) != 3 for row in rows):
        problem = "must be three rows of three entries, each a number or [re, im]"
        raise InvalidInput(field.path, problem, value=value, unit=field.unit)
    matrix = np.empty((3, 3), complex)
    for i, j in np.ndindex(3, 3):
        name = f"{field.name}[{i}][{j}]"
        entry = Field(name, field.section, field.unit, "complex")
        given = _listed(rows[i])[j]
        number = _from_file(entry, given) if isinstance(given, list | tuple) else given
        matrix[i, j] = checked(entry, number)
    # As everywhere, real input stays real.
    any_pair = any(isinstance(x, list | tuple | complex) for row in rows for x in _listed(row))
    return matrix if any_pair else matrix.real


def _listed(value: object) -> list[Any]:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim else []
    return list(value) if isinstance(value, list | tuple) else []
