"""The slide's claim of a muon Yukawa coupling of order one without Landau poles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.constraints.running import (
    GUT_SCALE,
    fssm_couplings,
    landau_pole,
    largest_y_prime,
)
from fssm.slides.four_doublets import M_SUSY, TAN_BETA, Y_PRIME, reference
from fssm.slides.row import ESTIMATE, ONE_DIGIT, enters_a_muon_only, make_row

if TYPE_CHECKING:
    from fssm.slides.row import Row


def rows() -> list[Row]:
    """Y'_mumu = 0.7 and the largest one."""
    slide = "Muon and smuon masses"
    here = reference()
    tan_d = float(here.yukawa.tan_beta_d)
    inputs = {"tan_beta": TAN_BETA, "tan_beta_u": TAN_BETA, "m_susy": M_SUSY}
    eps_l = float(here.yukawa.delta) / (TAN_BETA * tan_d)
    pole = landau_pole(fssm_couplings(y_prime_muon=Y_PRIME, eps_l=eps_l, **inputs))
    largest = float(largest_y_prime(eps_l=eps_l, **inputs))
    return [
        make_row(
            slide, "Y'_mumu = 0.7 without poles: perturbative up to, at most the GUT scale",
            unit="GeV", literal=GUT_SCALE, exact=min(float(pole.perturbative_up_to), GUT_SCALE),
            tolerance=ONE_DIGIT,
            reason="no pole below 1e20 GeV" if np.isinf(pole.scale)
            else f"pole at {pole.scale:.1e} GeV",
        ),
        make_row(
            slide, "Y'_mumu can be O(1): largest without a pole below 2e16 GeV", printed=1.0,
            exact=largest, tolerance=ESTIMATE,
            reason=f"tan(beta) = tan(beta_u) = 50, m_SUSY = 2.5 TeV, epsilon_l = {eps_l:.2e}; "
            f"{enters_a_muon_only(here.a_muon)}",
        ),
    ]  # fmt: skip
