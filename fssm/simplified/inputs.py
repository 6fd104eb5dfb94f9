"""Arguments of the simplified models, checked as the fields of a Point are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from fssm.base import InvalidInput
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


def together(model: str, **arrays: AnyArray) -> None:
    """Check that arguments (...) broadcast; InvalidInput with their shapes if they do not."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise InvalidInput(f"[{model}]", f"shapes do not broadcast: {shapes}") from error


def lepton_index(model: str, lepton: str) -> int:
    """0, 1, 2 for ``"electron"``, ``"muon"``, ``"tau"``; InvalidInput for anything else."""
    if not isinstance(lepton, str) or lepton not in LEPTONS:
        problem = f"unknown lepton; {nearest(str(lepton), LEPTONS)}"
        raise InvalidInput(f"[{model}] lepton", problem, value=lepton)
    return LEPTONS.index(lepton)


def by_lepton(values: list[AnyArray]) -> AnyArray:
    """Numbers of the three leptons, one array each, as (..., 3)."""
    return np.stack(np.broadcast_arrays(*values), axis=-1)
