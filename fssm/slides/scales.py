"""Slides on the discrepancy and the scale of new physics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fssm.constants import a_muon_set
from fssm.model.electroweak import higgs_vev
from fssm.observables.lepton_dipoles import lepton_mass
from fssm.observables.leptons import pull
from fssm.simplified import loop_coefficient, operator_dipoles, operator_estimate, operator_scale
from fssm.slides import formulas
from fssm.slides.row import ESTIMATE, TWO_DIGITS, make_row

if TYPE_CHECKING:
    from fssm.slides.row import Row

_SLIDE = "(g-2)_mu and the scale of new physics"
PRINTED_A = 250e-11


def rows() -> list[Row]:
    """The significance, then the operator with and without a loop and a Yukawa coupling."""
    return [*_discrepancy(), *_operator()]


def _discrepancy() -> list[Row]:
    slide = "The anomalous magnetic moment"
    then, now = (a_muon_set(name) for name in ("amu-2021", "amu-2025"))
    sigma_then, sigma_now = (-pull(np.zeros(()), data) for data in (then, now))
    average = 251 / 59
    return [
        make_row(
            slide, "significance of 251(59)e-11", unit="sigma", printed=4.2,
            literal=average, exact=sigma_then, tolerance=TWO_DIGITS,
        ),
        make_row(
            slide, "the same with the data of 2025", unit="sigma", printed=4.2,
            literal=average, exact=sigma_now, tolerance=TWO_DIGITS,
            reason=f"the 2025 prediction (WP25) leaves {now.value / 1e-11:.0f}"
            f"({now.uncertainty / 1e-11:.0f})e-11",
        ),
    ]  # fmt: skip


def _operator() -> list[Row]:
    largest = operator_estimate(1.0, 1e5)
    small = loop_coefficient()
    tree = operator_dipoles(np.diag([0.0, 1.0, 0.0]), 1e5).a_muon
    with_root = loop_coefficient(formulas.yukawa(lepton_mass("muon"), 1.0, 0.0, higgs_vev()))
    return [
        make_row(
            _SLIDE, "a_mu = C m_mu v/Lambda^2 for C = 1, 100 TeV", printed=PRINTED_A,
            literal=largest, exact=largest, tolerance=TWO_DIGITS,
            reason="an estimate: exact is the same formula with measured inputs",
        ),
        make_row(
            _SLIDE, "the same from the operator as printed, tree level", printed=PRINTED_A,
            literal=largest, exact=tree, tolerance=TWO_DIGITS,
            reason="with <H> = v/sqrt2 the operator gives (2 sqrt2/e) C m_mu v/Lambda^2, "
            f"{tree / largest:.1f} times the estimate; C takes that up",
        ),
        make_row(
            _SLIDE, "C = Y_mu/(16 pi^2), Y_mu = m_mu/v", printed=3e-6,
            literal=small, exact=with_root, tolerance=ESTIMATE,
            reason="exact has Y_mu = sqrt2 m_mu/v",
        ),
        make_row(
            _SLIDE, "Lambda for 250e-11 with that C", unit="GeV", printed=170.0,
            literal=operator_scale(PRINTED_A, small), exact=operator_scale(PRINTED_A, small),
            tolerance=TWO_DIGITS,
        ),
    ]  # fmt: skip
