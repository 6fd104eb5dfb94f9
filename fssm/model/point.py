"""Frozen inputs of one point, or of an array of points: what the user wrote, checked once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from fssm.arguments import path as file_name
from fssm.files import read_toml
from fssm.model.checks import check_consistency
from fssm.model.electroweak import check_electroweak
from fssm.model.schema import FIELDS, checked, flatten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from fssm.base import AnyArray, BoolArray

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
    m_electron, m_muon, m_tau : physical lepton masses; measured values by default.
    tan_beta, tan_beta_u, tan_beta_d : v_u/v_d, v_u/v_u', v_d/v_d' (inf: v_d' = 0); or
    v_u, v_u_prime, v_d, v_d_prime : the four vevs (c), 246 GeV normalisation, zeros allowed.
    mu, mu_tilde, theta_u, theta_d : Higgsino masses (c) and angles; or
    mu1, mu2, mu3, mu4 : entries (c) of W = mu1 Hu Hd + mu2 Hu' Hd' + mu3 Hu' Hd + mu4 Hu Hd'.
    m1, m2 : bino and wino mass (c).
    m_l, m_e : soft slepton masses, the same for three generations; or m_l_sq, m_e_sq (GeV^2,
        either sign); or m_l_sq_matrix, m_e_sq_matrix, hermitian (..., 3, 3), in
        Phi^dag M^2 Phi with Phi = (L~_i, E~c_i^*).
    t_muon, t_prime_muon : trilinears (c) T, T' of the smuon.
    threshold : ``"exact"`` (default), ``"leading"``, ``"given"`` or ``"none"``, the default for
        y_prime_lepton. With given Yukawa couplings it decides the phase of the lepton mass.
    epsilon_l : Delta = epsilon_l v_u/v_d' (c), with ``threshold="given"``.
    y_prime_muon : Y'_mumu (c) itself. With all vevs it is used as it is, whatever muon mass it
        implies; with tan_beta_d left out, tan_beta_d follows from the muon mass. With x_texture
        real and positive.
    y_muon : Y_mumu (c), default 0.
    y_prime_lepton, y_lepton : three generations: Y', Y (c) (..., 3, 3) in (L_i, E_j), Y = 0 by
        default. The lepton masses follow from m_l; with ``threshold="exact"``, say, from
        m_l + dm, as the couplings of a texture do; or
    x_texture, x_normalisation : (c) (..., 3, 3) the texture's coefficients, see
        fssm.model.texture; only the off-diagonal and the tau-tau ones count. The diagonal of
        Y' and Y_tau follow from the lepton masses. ``"slides"`` (default) or ``"tau"``.
    epsilon_tau : dm = epsilon_tau v_u Y/sqrt2 (c), beside epsilon_l, for three generations.
    t_lepton, t_prime_lepton : trilinears (c) T, T' (..., 3, 3), default 0.

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
    m_electron: Input = None
    m_muon: Input = None
    m_tau: Input = None
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
    epsilon_tau: Input = None
    y_prime_muon: Input = None
    y_muon: Input = None
    y_lepton: Input = None
    y_prime_lepton: Input = None
    x_texture: Input = None
    x_normalisation: str | None = None
    t_lepton: Input = None
    t_prime_lepton: Input = None
    m_l_sq_matrix: Input = None
    m_e_sq_matrix: Input = None

    def __post_init__(self) -> None:
        scheme: object = self.scheme
        if scheme is None:
            object.__setattr__(self, "scheme", "gf")
        for name in self.given():
            object.__setattr__(self, name, checked(FIELDS[name], getattr(self, name)))
        check_consistency(self)
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
        return cls.from_mapping(read_toml(file_name("path", path)))

    def given(self) -> list[str]:
        """Names of the fields that were given."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Common shape of the points; ``()`` for a single one."""
        arrays = self.arrays().items()
        leading = (array.shape[: array.ndim - FIELDS[name].axes] for name, array in arrays)
        return np.broadcast_shapes(*leading)

    @property
    def generations(self) -> int:
        """1 for a muon-only point, 3 with lepton Yukawa matrices or a texture."""
        return 1 if self.y_prime_lepton is None and self.x_texture is None else 3

    @property
    def has_all_vevs(self) -> bool:
        """Whether every vev is given, by the tangents or one by one."""
        return self.tan_beta_d is not None or self.v_d is not None

    @property
    def solves_for(self) -> str | None:
        """What the lepton masses fix: ``"y_prime_muon"``, ``"tan_beta_d"``, or None.

        None where the Yukawa couplings and all vevs are given; with a texture, "y_prime_muon"
        stands for all Yukawa couplings.
        """
        if self.y_prime_lepton is not None:
            return None
        if self.y_prime_muon is None:
            return "y_prime_muon"
        return None if self.has_all_vevs else "tan_beta_d"

    def taken(self, where: BoolArray | slice) -> Point:
        """Some of the points only, checked already: a mask (...), or a slice in C order.

        They get one axis; fields that are the same for all points stay single, as does a point
        that is alone.
        """
        shape = self.shape
        if shape == ():
            return self
        alone = np.prod(shape, dtype=int) == 1
        if isinstance(where, slice):
            steps = np.arange(np.prod(shape, dtype=int))[where]
            index: Any = (where,) if len(shape) == 1 else np.unravel_index(steps, shape)
        else:
            index = np.nonzero(where)

        def some(value: AnyArray, axes: int) -> AnyArray:
            own, leading = value.shape[value.ndim - axes :], value.shape[: value.ndim - axes]
            if leading == ():
                return value
            if set(leading) == {1} and not alone:
                return value.reshape((1, *own))
            return np.asarray(np.broadcast_to(value, shape + own)[index])

        return self._changed(some)

    def as_batch(self) -> Point:
        """The same points, with an axis of points, if only of length 1, in every number.

        numpy multiplies complex numbers, and takes powers, of an array and of a single number by
        different code with different rounding.
        """
        return self._changed(lambda value, axes: value[None] if value.ndim == axes else value)

    def _changed(self, change: Callable[[AnyArray, int], AnyArray]) -> Point:
        """With ``change`` of every array and the number of its axes behind those of the points."""
        part = object.__new__(Point)
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value = change(value, FIELDS[field.name].axes)
            object.__setattr__(part, field.name, value)
        return part

    def missing(self) -> BoolArray:
        """Points (...) with a NaN in any of their inputs."""
        missing = np.zeros(self.shape, bool)
        for name, array in self.arrays().items():
            missing = missing | np.isnan(array).any(axis=tuple(range(-FIELDS[name].axes, 0)))
        return missing

    def arrays(self) -> dict[str, AnyArray]:
        """The numerical fields that were given."""
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
