"""The front of the reference: precision and errors, for one and for three generations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mpmath as mp
import numpy as np

from fssm.arguments import instance, numbers, whole
from fssm.base import FSSMError, InvalidInput
from fssm.model.point import Point
from fssm.reference.flavour import FlavourReference, flavour_reference
from fssm.reference.muon import Reference, muon_reference

if TYPE_CHECKING:
    from collections.abc import Sequence


# A point takes a second with 1000 digits, and hours with more than these.
MOST_DIGITS = 10_000


def evaluate(
    point: Point, digits: int = 50, *, near: complex | Sequence[float] | None = None
) -> Reference | FlavourReference:
    """Spectrum, threshold and one-loop dipoles of a single point to ``digits`` digits.

    ``near`` is where the search for what the lepton masses fix starts, if there is more than
    one solution or none is found: Y' or tan_beta_d of a muon point; (r_e, r, r_tau) of a
    texture, see fssm.reference.texture, with 1/tan_beta_d in place of r if that is unknown.
    The result is exact either way. Without it Y' is the real solution nearest to zero, positive
    where nothing but a convention decides its sign.

    Raises
    ------
    InvalidInput
        for a batch of points, fewer than 15 digits, or a ``near`` of the wrong length.
    FSSMError
        if the point has tachyons, a muon without mass, or no solution for the lepton masses.
    """
    if instance("point", point, Point, "a Point").shape != ():
        raise InvalidInput("point", "the reference evaluates one point at a time")
    digits = whole("digits", digits, 15, MOST_DIGITS)
    if near is not None:
        _check_near(near, (3,) if point.generations == 3 else ())
    start: Any = None if near is None else np.asarray(near)
    try:
        # Squared masses and the cancellations of Delta cost up to half of the digits.
        with mp.workdps(2 * digits + 20):
            if point.generations == 3:
                return flavour_reference(point, digits, start)
            return muon_reference(point, digits, start)
    except (ZeroDivisionError, RuntimeError) as error:
        raise FSSMError(f"the reference has no answer for this point: {error}") from error


def _check_near(near: Any, shape: tuple[int, ...]) -> None:
    """Whether ``near`` is finite numbers, also those of mpmath, in this shape."""
    every = near if isinstance(near, list | tuple) else [near]
    doubles = [complex(x) if isinstance(x, mp.mpf | mp.mpc) else x for x in every]
    array = numbers("near", doubles if every is near else doubles[0], may_be_complex=True)
    if array.shape != shape:
        raise InvalidInput("near", "must be one number, or three for a texture", value=near)
    if not np.isfinite(array).all():
        raise InvalidInput("near", "must be finite", value=near)
