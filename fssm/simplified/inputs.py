"""Arguments of the simplified models, checked as the fields of a Point are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from fssm.arguments import number, shown, word
from fssm.model.schema import Field, checked, nearest, reject
from fssm.observables.flavour import LEPTONS

if TYPE_CHECKING:
    from fssm.base import AnyArray, NumberLike
    from fssm.model.schema import Kind


def given(
    model: str, name: str, value: NumberLike, *, unit: str = "", kind: Kind = "real", axes: int = 0
) -> AnyArray:
    """The argument as a read-only array.

    Raises
    ------
    InvalidInput
        naming the model, the argument, the value and the unit.
    """
    return cast("AnyArray", checked(Field(name, model, unit, kind, axes=axes), value))


def not_negative(model: str, name: str, value: NumberLike, *, unit: str = "GeV") -> AnyArray:
    """As :func:`given`, a real number >= 0, by default a mass in GeV."""
    array = given(model, name, value, unit=unit)
    reject(Field(name, model, unit, "real"), array, array < 0, "must not be negative")
    return array


def single(model: str, name: str, value: float, *, unit: str = "") -> float:
    """As :func:`given`, one positive number, not an array of them."""
    array = given(model, name, value, unit=unit, kind="positive")
    return number(f"[{model}] {name}", array, unit=unit)


def lepton_index(model: str, lepton: str) -> int:
    """0, 1, 2 for ``"electron"``, ``"muon"``, ``"tau"``; InvalidInput for anything else."""
    return LEPTONS.index(known(model, "lepton", lepton, LEPTONS))


def known(model: str, name: str, value: str, words: tuple[str, ...]) -> str:
    """The argument, one of some words; InvalidInput with the nearest of them if it is not."""
    problem = f"unknown {name}; {nearest(shown(value), words)}"
    return word(f"[{model}] {name}", value, words, problem)


def by_lepton(values: list[AnyArray]) -> AnyArray:
    """Numbers of the three leptons, one array each, as (..., 3)."""
    return np.stack(np.broadcast_arrays(*values), axis=-1)
