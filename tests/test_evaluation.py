"""The front door: the slides' point, batches with faults, dictionaries, the logarithm."""

import json

import numpy as np
import points
import pytest
import tables

import fssm
from fssm.result import FLAGS

SLIDES = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, m1=2500, m2=2500, m_l=2500, m_e=2500,
    y_prime_muon=0.7,
)  # fmt: skip


def slides_point(theta):
    return fssm.Point(**SLIDES, theta_u=theta, theta_d=theta)


def test_the_multi_tev_point_of_the_slides():
    result = fssm.evaluate(slides_point(np.pi / 4))
    assert result.a_muon.one_loop == pytest.approx(2.45e-9, rel=3e-3, abs=0)
    assert fssm.compare(slides_point(np.pi / 4)).slides.ratio == pytest.approx(1, abs=3e-3)
    assert result.flag_names() == []


def test_theta_of_ninety_degrees_has_no_leading_term():
    comparison = fssm.compare(slides_point(np.pi / 2))
    assert comparison.slides.exact == pytest.approx(-5e-11, rel=0.02, abs=0)
    assert abs(comparison.slides.approximate) < 1e-20
    assert comparison.leading_vanishes
    assert not fssm.compare(slides_point(np.pi / 4)).leading_vanishes


def test_ratios_are_approximate_over_exact():
    comparison = fssm.compare(fssm.Point(**dict(SLIDES, m1=300.0), theta_u=0.7, theta_d=0.7))
    assert comparison.slides.ratio == comparison.slides.approximate / comparison.slides.exact
    assert abs(comparison.slides.ratio - 1) > 0.01
    expansion = comparison.expansion
    assert expansion.inverse_tan_beta == pytest.approx(1 / 50, rel=0.02, abs=0)
    assert expansion.mass_spread == pytest.approx(2500 / 300 - 1)
    assert expansion.electroweak == pytest.approx((80.37 / 300) ** 2, rel=0.02, abs=0)
    assert expansion.trilinear == 0


def batch(**changes):
    """Forty points in which something differs, complex or real."""
    rng = np.random.default_rng(21)
    fields = dict(
        tan_beta=rng.uniform(10, 50, 40), tan_beta_u=20.0, tan_beta_d=rng.uniform(2, 8, 40),
        mu1=rng.uniform(-3000, 3000, 40), mu2=900.0, mu3=-700.0, mu4=rng.uniform(300, 3000, 40),
        m1=rng.uniform(100, 2000, 40), m2=rng.uniform(100, 2000, 40),
        m_l_sq=rng.uniform(800, 3000, 40) ** 2, m_e_sq=rng.uniform(800, 3000, 40) ** 2,
    )  # fmt: skip
    return {**fields, **changes}


def leaves(tree, path=""):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, f"{path}/{key}")
    elif isinstance(tree, np.ndarray) and tree.dtype != object:
        yield path, tree


FAULTS = {
    "missing_input": ("m1", np.nan),
    "tachyonic_slepton": ("m_e_sq", -1e6),
    "tachyonic_sneutrino": ("m_l_sq", -1e6),
}
MODES = {
    "exact": {},
    "leading": dict(threshold="leading"),
    "none": dict(threshold="none"),
    "y_prime": dict(y_prime_muon=0.1),
    "tan_beta_d": dict(y_prime_muon=0.1, tan_beta_d=None),
}


@pytest.mark.parametrize("complex_phases", [False, True])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("flag", FAULTS)
def test_a_fault_leaves_every_other_bit_unchanged(flag, mode, complex_phases):
    name, bad = FAULTS[flag]
    fields = batch(**MODES[mode])
    if complex_phases:
        fields["mu4"] = fields["mu4"] * np.exp(0.3j)
    faulty = dict(fields, **{name: np.where(np.arange(40) == 17, bad, fields[name])})
    before, after = (fssm.evaluate(fssm.Point(**f)) for f in (fields, faulty))
    good = np.arange(40) != 17
    assert flag in after.flag_names()[17]
    assert np.isnan(after.a_muon.total[17])
    old, new = dict(leaves(before.to_dict())), dict(leaves(after.to_dict()))
    assert len(old) > 25
    for path, array in old.items():
        if array.ndim:
            assert array[good].tobytes() == new[path][good].tobytes(), path
    for path, array in leaves(fssm.compare(fssm.Point(**faulty)).to_dict()):
        assert array.shape[0] == 40, path


def test_a_batch_is_its_points():
    fields = batch()
    many = fssm.evaluate(fssm.Point(**fields))
    for i in (0, 13, 39):
        one = fssm.evaluate(
            fssm.Point(**{k: v if np.ndim(v) == 0 else v[i] for k, v in fields.items()})
        )
        assert one.a_muon.total == pytest.approx(many.a_muon.total[i], rel=1e-11, abs=0)
        assert one.spectrum.inos.m_neutralino == pytest.approx(many.spectrum.inos.m_neutralino[i])


def test_points_broadcast_over_any_leading_axes():
    axes = dict(m_l=np.array([[2000.0], [2500.0]]), y_prime_muon=np.array([0.1, 0.3, 0.5]))
    result = fssm.evaluate(fssm.Point(**{**SLIDES, **axes}, theta_u=0.7, theta_d=0.7))
    assert result.shape == (2, 3)
    assert result.a_muon.total.shape == (2, 3)
    assert result.spectrum.inos.m_neutralino.shape[-1] == 6
    assert result.to_dict()["flags"].shape == (2, 3)


def test_every_result_has_the_shape_of_the_points():
    # The inos do not depend on m_l, the smuons do: both are given for every point.
    fields = dict(
        SLIDES, m_l=np.array([[2400.0, 2500.0, 2600.0]]), m_e=np.array([[2000.0], [3000.0]])
    )
    point = fssm.Point(**dict(fields, y_prime_muon=0.1), tan_beta_d=7.0, theta_u=0.7, theta_d=0.7)
    result = fssm.evaluate(point)
    for path, array in [*leaves(result.to_dict()), *leaves(fssm.compare(point).to_dict())]:
        assert array.shape[:2] == (2, 3), path


def test_no_number_without_a_muon_mass_or_beyond_double_precision():
    common = dict(SLIDES, tan_beta_d=7.0, theta_u=0.7, theta_d=0.7)
    massless = fssm.evaluate(fssm.Point(**dict(common, y_prime_muon=0.0)))
    assert massless.flag_names() == ["massless_muon"]
    overflow = fssm.evaluate(fssm.Point(**dict(common, y_prime_muon=1e29, tan_beta_d=1e29)))
    assert overflow.flag_names()
    assert np.isnan([massless.a_muon.total, overflow.a_muon.total]).all()


def test_a_given_yukawa_with_another_sign_of_the_mass_is_a_warning():
    point = fssm.Point(**SLIDES, tan_beta_d=12.0, theta_u=np.pi / 4, theta_d=np.pi / 4)
    result = fssm.evaluate(point)
    assert 1 + result.yukawa.delta < 0
    assert result.flag_names() == ["radiative_mass", "muon_mass_mismatch"]
    assert not result.unphysical
    assert np.isfinite(result.a_muon.total)
    result.require_physical()
    assert repr(result).startswith("Result(shape=(), 0 of 1 points unphysical")


def test_next_to_its_own_yukawa_the_solved_one_may_be_negative():
    common = dict(SLIDES, y_prime_muon=None, tan_beta_d=7.0, theta_u=0.7, theta_d=0.7)
    result = fssm.evaluate(fssm.Point(**common, y_muon=0.035))
    assert result.yukawa.y_prime_muon < 0
    assert result.yukawa.delta == pytest.approx(result.yukawa.delta_implied, abs=1e-10)
    # But a negative tan_beta_d is no solution.
    del common["tan_beta_d"]
    refused = fssm.evaluate(fssm.Point(**dict(common, y_prime_muon=0.7, y_muon=0.1)))
    assert refused.flag_names() == ["threshold_not_converged"]


def test_an_empty_batch_is_empty():
    result = fssm.evaluate(fssm.Point(**dict(SLIDES, m_l=np.empty(0)), theta_u=0.7, theta_d=0.7))
    assert result.a_muon.total.shape == (0,)


def test_itemised_terms_add_up():
    result = fssm.evaluate(points.point(points.parameters(22)))
    terms = result.a_muon_terms()
    assert terms.neutralino.shape == (6, 2)
    assert terms.neutralino.sum() == pytest.approx(result.a_muon.neutralino, rel=1e-12, abs=0)
    assert terms.chargino.sum() == pytest.approx(result.a_muon.chargino, rel=1e-12, abs=0)
    inserted = result.approximations.mass_insertion
    assert inserted.total == pytest.approx(sum(inserted[:5]), rel=1e-12, abs=0)


def test_the_qed_logarithm_is_apart_and_optional():
    point = slides_point(np.pi / 4)
    with_log, without = fssm.evaluate(point), fssm.evaluate(point, qed_log=False)
    assert with_log.a_muon.one_loop == without.a_muon.one_loop == without.a_muon.total
    m_susy = np.sqrt(np.prod(with_log.spectrum.m_slepton))
    factor = -4 / 137.036 / np.pi * np.log(m_susy / 0.10566)
    assert with_log.a_muon.qed_log == pytest.approx(factor * without.a_muon.total, rel=1e-4, abs=0)
    assert with_log.a_muon.total == with_log.a_muon.one_loop + with_log.a_muon.qed_log


def test_the_dictionary_of_a_point_is_plain_and_complete():
    tree = fssm.evaluate(slides_point(np.pi / 4)).to_dict()
    json.dumps(tree)
    assert len(tree["masses"]["neutralino"]) == 6
    assert tree["masses"]["neutralino"] == sorted(tree["masses"]["neutralino"])
    assert [len(tree["masses"][k]) for k in ("chargino", "slepton", "sneutrino")] == [3, 2, 1]
    assert {"y_prime_muon", "delta"} <= set(tree["yukawa"])
    assert set(tree["a_muon"]) == {"neutralino", "chargino", "one_loop", "qed_log", "total"}
    assert {"slides", "mass_insertion"} == set(tree["approximations"])
    assert "total" in tree["approximations"]["slides"]
    assert tree["flags"] == []


def test_a_given_yukawa_is_used_as_it_is_and_delta_is_reported():
    result = fssm.evaluate(tables.fssm_point())
    np.testing.assert_array_equal(result.yukawa.y_prime_muon, tables.FSSM["y_prime_muon"])
    lag = result.lagrangian
    tree = (lag.v_d * lag.yukawa[..., 0, 0]).sum(-1) / np.sqrt(2)
    np.testing.assert_allclose(
        result.yukawa.delta_implied, tables.FSSM["m_muon"] / tree - 1, rtol=0, atol=1e-14
    )


def test_feeding_the_solution_back_gives_the_same_a_muon():
    fields = dict(batch(), m_l_sq=2e6, m_e_sq=3e6)
    solved = fssm.evaluate(fssm.Point(**fields))
    again = fssm.evaluate(fssm.Point(**fields, y_prime_muon=solved.yukawa.y_prime_muon))
    np.testing.assert_allclose(again.a_muon.total, solved.a_muon.total, rtol=1e-10)
    np.testing.assert_allclose(again.yukawa.delta, again.yukawa.delta_implied, rtol=0, atol=1e-10)


def test_flags_are_documented_and_an_error_names_them():
    result = fssm.evaluate(
        fssm.Point(**dict(SLIDES, m_l=200.0, m_e=200.0, tan_beta_d=7.0), theta_u=0.7, theta_d=0.7)
    )
    assert set(result.flags) == set(FLAGS)
    assert result.unphysical
    with pytest.raises(fssm.Unphysical, match="tachyonic_slepton"):
        result.require_physical()
    # Also what would still be finite: the charginos and the formulas know nothing of tachyons.
    numbers = [*result.a_muon, *result.approximations.slides, *result.approximations.mass_insertion]
    assert np.isnan(numbers).all()
    assert np.isfinite(result.spectrum.inos.m_neutralino).all()
    many = fssm.evaluate(
        fssm.Point(
            **dict(SLIDES, m_l=np.array([2500.0, 200.0]), m_e=200.0), theta_u=0.7, theta_d=0.7
        )
    )
    with pytest.raises(fssm.Unphysical, match=r"1 of 2 points unphysical, the first at \[1\]"):
        many.require_physical()
    fssm.evaluate(slides_point(0.7)).require_physical()
