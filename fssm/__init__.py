"""fssm: spectrum and lepton dipoles of supersymmetric models with four Higgs doublets.

>>> import fssm
>>> point = fssm.Point(
...     tan_beta=50, tan_beta_u=50, tan_beta_d=7.4, mu=2500, mu_tilde=2500,
...     theta_u=0.785398, theta_d=0.785398, m1=2500, m2=2500, m_l=2500, m_e=2500,
... )
>>> f"{fssm.evaluate(point).a_muon.one_loop:.3g}"
'2.43e-09'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fssm import (
        constants,
        constraints,
        fits,
        inverse,
        io,
        plotting,
        reference,
        scans,
        simplified,
        slides,
    )
    from fssm.base import FSSMError, InvalidInput, Unphysical
    from fssm.comparison import Comparison, compare
    from fssm.evaluation import evaluate
    from fssm.io.points import read_point
    from fssm.model.higgsino import angles_from_mu, mu_from_angles
    from fssm.model.point import Point
    from fssm.result import AMuonResult, Result
    from fssm.scans.reading import ScanTable, read_scan
    from fssm.scans.run import scan

__version__ = "0.3.0"

# Where each public name lives; loaded at first use, so that importing fssm costs next to nothing.
_HOMES = {
    "FSSMError": "fssm.base",
    "InvalidInput": "fssm.base",
    "Unphysical": "fssm.base",
    "Comparison": "fssm.comparison",
    "compare": "fssm.comparison",
    "AMuonResult": "fssm.result",
    "Result": "fssm.result",
    "evaluate": "fssm.evaluation",
    "angles_from_mu": "fssm.model.higgsino",
    "mu_from_angles": "fssm.model.higgsino",
    "Point": "fssm.model.point",
    "ScanTable": "fssm.scans.reading",
    "read_point": "fssm.io.points",
    "read_scan": "fssm.scans.reading",
    "scan": "fssm.scans.run",
}

__all__ = [
    "AMuonResult",
    "Comparison",
    "FSSMError",
    "InvalidInput",
    "Point",
    "Result",
    "ScanTable",
    "Unphysical",
    "angles_from_mu",
    "compare",
    "constants",
    "constraints",
    "evaluate",
    "fits",
    "inverse",
    "io",
    "mu_from_angles",
    "plotting",
    "read_point",
    "read_scan",
    "reference",
    "scan",
    "scans",
    "simplified",
    "slides",
]


_MODULES = (
    "constants",
    "constraints",
    "fits",
    "inverse",
    "io",
    "plotting",
    "reference",
    "scans",
    "simplified",
    "slides",
)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"fssm.{name}")
    if name in _HOMES:
        value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
        return value
    raise AttributeError(f"module 'fssm' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES})
