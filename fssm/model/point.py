"""Frozen inputs of one point, or of an array of points: what the user wrote, checked once."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.base import InvalidInput
from fssm.model.electroweak import check_electroweak
from fssm.model.schema import FIELDS, FORMS, TAN_BETAS, checked, flatten, reject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fssm.base import AnyArray

    Input = AnyArray | complex | None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Point:
    """One FSSM point (0-d fields), or many (fields broadcast over their leading axes).

    Every field is a number or an array; those marked (c) may be complex. Masses and vevs
    are in GeV, angles in radians. Arrays are copied and made read-only.

    Parameters
    ----------
    scheme : ``"gf"`` (default; g_f, m_w, m_z), ``"alpha_mz"`` (alpha_mz, m_w, m_z; then
        v = 2 m_W/g = 243 GeV instead of 246, which moves a_mu by a few per cent) or
        ``"couplings"`` (v, g, g_prime).
    g_f, m_w, m_z, alpha_mz, v, g, g_prime : inputs of the scheme; measured values by default.
    m_muon : physical muon mass.
    tan_beta, tan_beta_u, tan_beta_d : v_u/v_d, v_u/v_u', v_d/v_d'; or
    v_u, v_u_prime, v_d, v_d_prime : the four vevs (c), 246 GeV normalisation, zeros allowed.
    mu, mu_tilde, theta_u, theta_d : Higgsino masses (c) and angles; or
    mu1, mu2, mu3, mu4 : entries (c) of W = mu1 Hu Hd + mu2 Hu' Hd' + mu3 Hu' Hd + mu4 Hu Hd'.
    m1, m2 : bino and wino mass (c).
    m_l, m_e : soft smuon masses; or m_l_sq, m_e_sq (GeV^2, either sign).
    t_muon, t_prime_muon : trilinears (c) T, T' of the smuon.
    threshold : ``"exact"`` (default), ``"leading"``, ``"given"`` or ``"none"``.
    epsilon_l : Delta = epsilon_l v_u/v_d' (c), with ``threshold="given"``.
    y_prime_muon : Y'_mumu (c) itself. With all vevs it is used as it is; with tan_beta_d
        left out, tan_beta_d follows from the muon mass.
    y_muon : Y_mumu (c), default 0.

    Raises
    ------
    InvalidInput
        naming the field, the value and the unit.

    Notes
    -----
    Superpotential and signs: S.P. Martin, hep-ph/9709356; model: arXiv:2104.08293.
    """

    scheme: str = "gf"
    g_f: Input = None
    m_w: Input = None
    m_z: Input = None
    alpha_mz: Input = None
    v: Input = None
    g: Input = None
    g_prime: Input = None
    m_muon: Input = None
    tan_beta: Input = None
    tan_beta_u: Input = None
    tan_beta_d: Input = None
    v_u: Input = None
    v_u_prime: Input = None
    v_d: Input = None
    v_d_prime: Input = None
    mu: Input = None
    mu_tilde: Input = None
    theta_u: Input = None
    theta_d: Input = None
    mu1: Input = None
    mu2: Input = None
    mu3: Input = None
    mu4: Input = None
    m1: Input = None
    m2: Input = None
    m_l: Input = None
    m_e: Input = None
    m_l_sq: Input = None
    m_e_sq: Input = None
    t_muon: Input = None
    t_prime_muon: Input = None
    threshold: str | None = None
    epsilon_l: Input = None
    y_prime_muon: Input = None
    y_muon: Input = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "scheme", self.scheme or "gf")
        for name in self.given():
            object.__setattr__(self, name, checked(FIELDS[name], getattr(self, name)))
        _check_forms(self)
        _check_yukawa(self)
        _check_shapes(self)
        check_electroweak(self)

    @classmethod
    def from_mapping(cls, sections: Mapping[str, Any]) -> Point:
        """Build from ``{"vevs": {"tan_beta": 50, ...}, ...}``; complex also as ``[re, im]``.

        Raises
        ------
        InvalidInput
            for unknown, missing, contradictory or unusable entries.
        """
        return cls(**flatten(sections))

    @classmethod
    def from_toml(cls, path: str | Path) -> Point:
        """Build from a TOML file with the same schema; ``"-"`` reads standard input.

        Raises
        ------
        InvalidInput
            if the file cannot be read, is not TOML, or fails the schema.
        """
        return cls.from_mapping(_read_toml(str(path)))

    def given(self) -> list[str]:
        """Names of the fields that were given."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]

    @property
    def shape(self) -> tuple[int, ...]:
        """Common shape of the points; ``()`` for a single one."""
        return np.broadcast_shapes(*(array.shape for array in self.numbers()))

    def numbers(self) -> list[AnyArray]:
        """The numerical fields that were given."""
        return list(self._arrays().values())

    def _arrays(self) -> dict[str, AnyArray]:
        values = {name: getattr(self, name) for name in self.given()}
        return {name: value for name, value in values.items() if not isinstance(value, str)}

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies go through the checks again and are as read-only as the original.
        return _rebuilt, ({name: getattr(self, name) for name in self.given()},)

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in self.given()}
        single = {k: v if isinstance(v, str) or v.ndim else v.item() for k, v in values.items()}
        return f"Point({', '.join(f'{name}={value!r}' for name, value in single.items())})"


def _rebuilt(fields_given: dict[str, Any]) -> Point:
    return Point(**fields_given)


def _read_toml(path: str) -> dict[str, Any]:
    import tomllib

    name = "standard input" if path == "-" else path or "(empty file name)"
    try:
        if path != "-":
            raw = Path(path).read_bytes()
        elif sys.stdin is None:
            raise InvalidInput(name, "is closed")
        else:
            raw = sys.stdin.buffer.read()
        # The byte order mark some editors write is not part of the text.
        return tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise InvalidInput(name, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(name, f"is not UTF-8 text: {error.reason}") from error
    except InvalidInput:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidInput(name, f"is not TOML: {error}") from error


def _check_forms(point: Point) -> None:
    given = set(point.given())
    for forms in FORMS:
        used = [form for form in forms if given.intersection(form)]
        section = FIELDS[forms[0][0]].section
        if not used:
            wanted = " or ".join(", ".join(map(_with_unit, form)) for form in forms)
            raise InvalidInput(f"[{section}] {forms[0][0]}", f"missing; give {wanted}")
        if len(used) > 1:
            first, second = (next(name for name in form if name in given) for form in used)
            field, value = FIELDS[second], np.asarray(getattr(point, second))
            raise InvalidInput(
                field.path,
                f"given beside {first}: these are two forms of the same input, give one",
                value=value.tolist() if value.ndim == 0 else f"array of shape {value.shape}",
                unit=field.unit,
            )
        missing = [name for name in used[0] if name not in given]
        if used[0] == TAN_BETAS and "y_prime_muon" in given and missing == ["tan_beta_d"]:
            continue
        if missing:
            together = ", ".join(map(_with_unit, used[0]))
            problem = f"missing; {together} go together"
            if "tan_beta_d" in missing:
                problem += "; tan_beta_d is solved for if y_prime_muon is given"
            raise InvalidInput(FIELDS[missing[0]].path, problem)


def _check_yukawa(point: Point) -> None:
    fixed = point.y_prime_muon is not None
    all_vevs = point.tan_beta_d is not None or point.v_d is not None
    if fixed and all_vevs and point.threshold is not None:
        raise InvalidInput(
            "[yukawa] threshold",
            "y_prime_muon with all vevs fixes the Yukawa coupling; leave threshold out",
            value=point.threshold,
        )
    if point.threshold == "given" and point.epsilon_l is None:
        raise InvalidInput("[yukawa] epsilon_l", 'missing; threshold = "given" needs it')
    if point.threshold != "given" and point.epsilon_l is not None:
        raise InvalidInput(
            "[yukawa] epsilon_l",
            'used only with threshold = "given"',
            value=np.asarray(point.epsilon_l).tolist(),
        )
    if not fixed and point.v_d_prime is not None:
        vev = np.asarray(point.v_d_prime)
        problem = "leaves no Y' that gives the muon its mass; give y_prime_muon (and y_muon)"
        reject(FIELDS["v_d_prime"], vev, vev == 0, problem)
    if fixed and not all_vevs:
        yukawa = np.asarray(point.y_prime_muon)
        problem = "leaves no tan_beta_d that gives the muon its mass"
        reject(FIELDS["y_prime_muon"], yukawa, yukawa == 0, problem)


def _check_shapes(point: Point) -> None:
    try:
        _ = point.shape
    except ValueError as error:
        shapes = {k: v.shape for k, v in point._arrays().items() if v.ndim}
        raise InvalidInput("point", f"fields do not broadcast together: {shapes}") from error


def _with_unit(name: str) -> str:
    unit = FIELDS[name].unit
    return f"{name} ({unit})" if unit else name
