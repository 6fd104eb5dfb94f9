"""The mpmath reference: against the tables, and the fast path against it."""

import mpmath as mp
import numpy as np
import points
import pytest
import tables

import fssm
from fssm import reference
from fssm.precision import check_precision

BASE = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, theta_u=np.pi / 4, theta_d=np.pi / 4,
    m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip
CASES = {
    "slides": dict(BASE, y_prime_muon=0.7),
    "solved": dict(BASE, tan_beta_d=7.4),
    "complex": dict(BASE, tan_beta_d=5, m1=800 + 90j, mu=1500 * np.exp(1j), t_prime_muon=30 + 4j),
    "complex tan_beta_d": dict(
        BASE, y_prime_muon=0.7, m1=2500 * np.exp(0.3j), mu=2500 * np.exp(1j)
    ),
    "leading": dict(BASE, tan_beta_d=5, m2=-300, threshold="leading"),
    "given": dict(BASE, tan_beta_d=5, m2=-300, threshold="given", epsilon_l=-1e-3),
    "none": dict(BASE, tan_beta_d=5, threshold="none"),
    "all terms": dict(
        BASE, tan_beta_d=5, m2=-300, y_prime_muon=0.3 + 0.1j, y_muon=0.001, t_muon=3,
        scheme="alpha_mz", m_l=300, m_e=700, mu=700,
    ),
    "massless bino": dict(BASE, tan_beta_d=5, m1=0, m2=700),
}  # fmt: skip


def row(point, i):
    values = {name: getattr(point, name) for name in point.given()}
    picked = {k: v if isinstance(v, str) or v.ndim == 0 else v[i] for k, v in values.items()}
    return fssm.Point(**picked)


@pytest.mark.parametrize("i", [0, 17, 140, 262, 268, 277, 280])
def test_the_reference_reproduces_the_mssm_table_to_its_last_digit(i):
    t = tables.MSSM
    exact = reference.evaluate(row(tables.mssm_point("primed", "res"), i), 20)
    scale = abs(t["amu_chi0_res"][i]) + abs(t["amu_chipm_res"][i])
    # The table was read into doubles: its own rounding is all that may remain.
    assert abs(exact.a_neutralino - t["amu_chi0_res"][i]) < 3e-15 * scale
    assert abs(exact.a_chargino - t["amu_chipm_res"][i]) < 3e-15 * scale
    assert abs(exact.slepton[0] / t["msmu1_res"][i] - 1) < 3e-16


@pytest.mark.parametrize("i", [0, 5, 12, 30])
def test_the_reference_reproduces_the_fssm_table(i):
    t = tables.FSSM
    exact = reference.evaluate(row(tables.fssm_point(), i), 20)
    scale = abs(t["a_neutralino"][i]) + abs(t["a_chargino"][i])
    # Inputs rounded to doubles move the result by a few 1e-16 each.
    assert abs(exact.a_one_loop - t["a_total"][i]) < 1e-13 * scale
    if np.isfinite(t["delta_exact"][i]):
        delta = reference.evaluate(row(tables.fssm_point("exact"), i), 20).delta
        assert abs(delta / t["delta_exact"][i] - 1) < 1e-12


@pytest.mark.parametrize("name", CASES)
def test_double_precision_against_fifty_digits(name):
    rows = check_precision(fssm.evaluate(fssm.Point(**CASES[name])), 30).rows
    assert len(rows) >= 17
    for line in rows:
        # Measured worst 2e-13 (a_mu after solving for tan_beta_d with 1 + Delta = 0.3).
        assert line.error < 1e-12, line


@pytest.mark.parametrize("seed", range(6))
def test_general_complex_points_against_the_reference(seed):
    rows = check_precision(fssm.evaluate(points.point(points.parameters(seed))), 30).rows
    assert max(line.error for line in rows) < 1e-11


@pytest.mark.parametrize(
    "changes", [dict(y_muon=0.01j), dict(mu_tilde=0, threshold="leading"), dict(m2=0), dict(mu=0)]
)
def test_points_that_are_hard_to_solve(changes):
    check = check_precision(fssm.evaluate(fssm.Point(**{**BASE, "tan_beta_d": 8, **changes})), 20)
    # A neutralino of 1 GeV next to 2500 GeV keeps 3 digits less than the others.
    assert max(line.error for line in check.rows) < 1e-11


def test_digits_mean_digits():
    point = fssm.Point(**CASES["solved"])
    coarse, fine = reference.evaluate(point, 20), reference.evaluate(point, 45)
    assert abs(coarse.a_one_loop / fine.a_one_loop - 1) < mp.mpf(10) ** -20
    assert abs(coarse.y_prime_muon / fine.y_prime_muon - 1) < mp.mpf(10) ** -20


def test_what_the_reference_refuses():
    with pytest.raises(fssm.InvalidInput, match="one point"):
        reference.evaluate(fssm.Point(**dict(BASE, tan_beta_d=np.array([3.0, 4.0]))))
    with pytest.raises(fssm.InvalidInput, match=r"digits = 5: .*at least 15"):
        reference.evaluate(fssm.Point(**CASES["slides"]), 5)
    with pytest.raises(fssm.FSSMError, match="tachyon"):
        reference.evaluate(fssm.Point(**dict(CASES["slides"], m_l=100, m_e=100)), 20)
