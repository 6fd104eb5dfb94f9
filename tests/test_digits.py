"""The digits a branching ratio claims, against the reference at 50 digits."""

import flavours
import numpy as np
import pytest

import fssm
from fssm import reference
from fssm.precision import check_precision
from fssm.result import MIN_DIGITS


def texture(size, **changes):
    """All x_ij of one size, with signs and phases that do not cancel."""
    x = size * np.array([[0, 0.7, -1], [0.4, 0, 0.9], [1, 0.8j, 0]])
    fields = dict(flavours.SLIDES, m1=900, m2=1500, tan_beta_d=6.0, x_texture=x)
    return fssm.Point(**{**fields, **changes})


def rotated(size, seed):
    """Couplings diagonal up to ``size``, in a basis that hides it."""
    p, eye = flavours.parameters(seed), np.eye(3)
    mix = eye + size * (1 - eye)
    soft = {name: p[name] * mix for name in ("m_l_sq", "m_e_sq")}
    p = dict(p, y=p["y"] * mix, t=p["t"] * mix, **soft)
    left, right = flavours.random_unitary(seed), flavours.random_unitary(seed + 1)
    return flavours.point(flavours.rotate_leptons(p, left, right))


HEAVY = np.diag([1e6, 9e6, 4e8])
POINTS = {
    "x = 1e-1": texture(1e-1),
    "x = 1e-2": texture(1e-2),
    "x = 1e-3": texture(1e-3),
    "x = 1e-4": texture(1e-4, threshold="none"),
    "x = 1e-6": texture(1e-6),
    "heavy stau": texture(1e-2, m_l=None, m_l_sq_matrix=HEAVY),
    "not degenerate": texture(1e-3, m_e=None, m_e_sq_matrix=HEAVY + 1e4 * np.ones((3, 3))),
    "given Y'": texture(1e-3, tan_beta_d=None, y_prime_muon=0.3),
    "rotated 1e-1": rotated(1e-1, 1),
    "rotated 1e-4": rotated(1e-4, 2),
    "rotated 1e-7": rotated(1e-7, 3),
}


@pytest.mark.parametrize("name", POINTS)
def test_no_branching_ratio_claims_digits_it_does_not_have(name):
    result = fssm.evaluate(POINTS[name])
    exact = reference.evaluate(POINTS[name], 50)
    few = False
    for decay, items in result.flavour.branching_ratios.items():
        truth = exact.branching_ratio[decay]
        error = float(abs(items.one_loop - truth) / truth)
        assert items.digits == 0 or error < 10.0**-items.digits
        # Measured: the estimate is pessimistic by 0.6 to 6 digits, typically 3. Errors below 1e-13
        # are luck, another on each machine.
        assert items.digits > min(-np.log10(error + 1e-13) - 7, 8) or error > 1e-9
        few = few or items.digits < MIN_DIGITS
        if error > 1e-6:
            assert items.digits < MIN_DIGITS
    assert bool(result.flags["imprecise_branching_ratio"]) == few
    assert not result.unphysical


def test_the_flag_is_raised_where_it_must_and_not_where_it_need_not():
    flags = {name: fssm.evaluate(p).flag_names() for name, p in POINTS.items()}
    assert "imprecise_branching_ratio" in flags["x = 1e-6"]
    assert "imprecise_branching_ratio" in flags["rotated 1e-7"]
    assert "imprecise_branching_ratio" not in flags["x = 1e-1"]
    assert "imprecise_branching_ratio" not in flags["rotated 1e-1"]


def test_the_precision_of_a_flavour_point():
    check = check_precision(fssm.evaluate(POINTS["x = 1e-1"]), 30)
    errors = {row.name: row.error for row in check.rows}
    assert {"m_slepton_6", "m_sneutrino_3", "m_lepton_1", "edm_electron", "a_tau"} <= set(errors)
    for name, error in errors.items():
        assert error < (1e-8 if "gamma" in name else 1e-11), name
