"""Many three-generation points at once: a fault of one point is nobody else's."""

import flavours
import numpy as np
import pytest
import test_evaluation

import fssm


def fields(mode, *, complex_phases):
    rng = np.random.default_rng(7)
    x = 0.5 * rng.normal(size=(12, 3, 3))
    if complex_phases:
        x = x * np.exp(1j * rng.uniform(-3, 3, x.shape))
    common = dict(
        flavours.SLIDES, m_l=None, m_l_sq=rng.uniform(1500, 3000, 12) ** 2,
        m_e=None, m_e_sq=rng.uniform(1500, 3000, 12) ** 2, m1=rng.uniform(500, 3000, 12),
        tan_beta_d=rng.uniform(2, 7, 12), x_texture=x,
    )  # fmt: skip
    if mode == "tan_beta_d":
        return dict(common, tan_beta_d=None, y_prime_muon=rng.uniform(0.1, 0.5, 12))
    if mode == "given":
        pair = fssm.evaluate(fssm.Point(**common)).lagrangian.yukawa
        given = dict(y_lepton=pair[:, 0], y_prime_lepton=pair[:, 1], threshold="exact")
        return dict(common, x_texture=None, **given)
    return dict(common, threshold=mode)


def spoiled(good, fault):
    where = np.arange(12) == 5
    if fault == "tachyonic_slepton":
        return dict(good, m_e_sq=np.where(where, -1e6, good["m_e_sq"]))
    if fault == "tachyonic_sneutrino":
        return dict(good, m_l_sq=np.where(where, -1e6, good["m_l_sq"]))
    name = "y_prime_lepton" if good["x_texture"] is None else "x_texture"
    matrix = good[name].copy()
    matrix[5, 2, 1] = np.nan if fault == "missing_input" else 1e3
    return dict(good, **{name: matrix})


@pytest.mark.parametrize("complex_phases", [False, True])
@pytest.mark.parametrize("mode", ["exact", "leading", "none", "tan_beta_d", "given"])
@pytest.mark.parametrize(
    "fault", ["missing_input", "tachyonic_slepton", "tachyonic_sneutrino", "texture_unsolved"]
)
def test_a_fault_leaves_every_other_bit_unchanged(fault, mode, complex_phases):
    good = fields(mode, complex_phases=complex_phases)
    if fault == "texture_unsolved" and mode == "given":
        return
    before, after = (fssm.evaluate(fssm.Point(**f)) for f in (good, spoiled(good, fault)))
    assert fault in after.flag_names()[5]
    assert np.isnan(after.a_muon.total[5])
    assert np.isnan(after.flavour.branching_ratios["mu_e_gamma"].total[5])
    others = np.arange(12) != 5
    assert not before.unphysical[others].any()
    old, new = (dict(test_evaluation.leaves(r.to_dict())) for r in (before, after))
    assert len(old) > 80
    for path, array in old.items():
        if array.ndim and array.shape[0] == 12:
            assert array[others].tobytes() == new[path][others].tobytes(), path
    for path, array in test_evaluation.leaves(fssm.compare(fssm.Point(**good)).to_dict()):
        assert array.shape[0] == 12, path


def test_a_batch_is_its_points():
    good = fields("exact", complex_phases=True)
    many = fssm.evaluate(fssm.Point(**good))
    for i in (0, 11):
        picked = {k: v[i] if np.ndim(v) else v for k, v in good.items() if k != "x_texture"}
        one = fssm.evaluate(fssm.Point(**picked, x_texture=good["x_texture"][i]))
        assert one.a_muon.total == pytest.approx(many.a_muon.total[i], rel=1e-11, abs=0)
        for name, decay in one.flavour.branching_ratios.items():
            other = many.flavour.branching_ratios[name].one_loop[i]
            assert decay.one_loop == pytest.approx(other, rel=1e-8, abs=0)


def test_every_result_has_the_shape_of_the_points():
    x, m_l = np.full((4, 1, 3, 3), 0.1), np.array([2400.0, 2500.0])
    texture = fssm.Point(**dict(flavours.SLIDES, m_l=m_l), tan_beta_d=5.0, x_texture=x)
    y_prime = np.array([0.1, 0.2, 0.3, 0.4]).reshape(4, 1, 1, 1) * np.eye(3)
    given = fssm.Point(**dict(flavours.SLIDES, m_l=m_l), tan_beta_d=5.0, y_prime_lepton=y_prime)
    fields = dict(flavours.SLIDES, m_l=m_l, m1=np.linspace(800, 900, 4)[:, None])
    shared = fssm.Point(**fields, tan_beta_d=5.0, y_prime_lepton=y_prime[0, 0])
    for point in (texture, given, shared):
        for path, array in test_evaluation.leaves(fssm.evaluate(point).to_dict()):
            assert array.shape[:2] == (4, 2), path


def test_an_empty_batch_is_empty():
    point = fssm.Point(**flavours.SLIDES, tan_beta_d=5.0, x_texture=np.empty((0, 3, 3)))
    result = fssm.evaluate(point)
    assert result.flavour.branching_ratios["mu_e_gamma"].total.shape == (0,)
