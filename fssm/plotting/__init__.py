"""The figures of the package: ``FIGURES`` lists them, ``save`` writes them.

matplotlib (extra ``plot``) is loaded when a figure is made, and pyplot never.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from fssm.arguments import folder as folder_of
from fssm.arguments import word
from fssm.atomic_files import check_names, write_named
from fssm.base import InvalidInput
from fssm.plotting import heavy, light, poles, ratios, susy
from fssm.plotting.style import style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure


class Entry(NamedTuple):
    """A function of keyword arguments, all optional, and what its figure shows."""

    function: Callable[..., Figure]
    description: str


FIGURES: dict[str, Entry] = {
    "mssm-band": Entry(susy.mssm_band, "MSSM: a_mu over slepton and chargino masses"),
    "fssm-band": Entry(susy.fssm_band, "FSSM: a_mu over slepton and chargino masses"),
    "fssm-yukawa": Entry(susy.fssm_yukawa, "FSSM: a_mu over m_SUSY and Y', with the headlines"),
    "ratio": Entry(ratios.ratio, "MSSM and FSSM: approximations over the exact a_mu"),
    "z-prime": Entry(light.z_prime, "Z' of L_mu - L_tau: a_mu and neutrino tridents"),
    "dark-photon": Entry(light.dark_photon_plane, "dark photon: a_mu, its limits, and a_e"),
    "alp": Entry(light.alp_plane, "axion-like particle: a_mu over its couplings"),
    "leptoquark": Entry(heavy.leptoquark, "S1 leptoquark: a_mu over mass and coupling"),
    "landau": Entry(poles.landau, "MSSM and FSSM: Landau poles over tan_beta and Y'"),
}

# No dates and no versions: the same figure is the same file.
_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "Creator": "fssm", "Producer": None},
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "fssm"},
}


def save(
    name: str,
    folder: str | Path,
    formats: Sequence[str] = ("pdf", "png"),
    *,
    overwrite: bool = True,
    **options: Any,
) -> list[Path]:
    """Make a figure and write it as ``folder/name.format``; ``options`` go to its function.

    Raises
    ------
    InvalidInput
        for an unknown name or format and, unless ``overwrite``, for a file that is there already.
    FSSMError
        without matplotlib.
    OSError
        if the folder or a file cannot be written.
    """
    if not isinstance(formats, list | tuple):
        raise InvalidInput("formats", f"must be a list of {', '.join(_METADATA)}", value=formats)
    for one in formats:
        word("format", one, _METADATA, f"must be one of {', '.join(_METADATA)}")
    folder = folder_of("folder", folder)
    word("figure", name, FIGURES, f"unknown; known: {', '.join(FIGURES)}")
    paths = [folder / f"{name}.{f}" for f in formats]
    check_names(paths, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    figure = FIGURES[name].function(**options)
    with style():
        for path, kind in zip(paths, formats, strict=True):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, metadata=_METADATA[kind])
            write_named(path, buffer.getvalue(), overwrite=overwrite)
    return paths
