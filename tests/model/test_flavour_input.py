"""Inputs of three generations: matrices in files and from Python, and what is refused."""

import copy
import pickle

import flavours
import numpy as np
import pytest

import fssm

BASE = {
    "vevs": {"tan_beta": 50, "tan_beta_u": 50, "tan_beta_d": 7.0},
    "higgsino": {"mu": 2500, "mu_tilde": 2500, "theta_u": 0.7, "theta_d": 0.7},
    "gaugino": {"m1": 2500, "m2": 2500},
    "slepton": {"m_l": 2500, "m_e": 2500},
}
ZERO = [[0, 0, 0]] * 3
UNIT = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
HERMITIAN = [[6e6, [1e5, 2e5], 0], [[1e5, -2e5], 6e6, 0], [0, 0, 6e6]]


def build(flavour, **sections):
    return fssm.Point.from_mapping({**BASE, **sections, "flavour": flavour})


INVALID = [
    (dict(), dict(y_lepton=UNIT), ["[flavour] y_lepton", "y_prime_lepton or x_texture"]),
    (
        dict(),
        dict(x_texture=ZERO, y_prime_lepton=UNIT),
        ["y_prime_lepton", "x_texture", "two forms"],
    ),
    (dict(), dict(x_texture=ZERO, y_lepton=UNIT), ["[flavour] y_lepton", "leave it out"]),
    (dict(), dict(x_texture=[[0, 0], [0, 0]]), ["[flavour] x_texture", "three rows"]),
    (dict(), dict(x_texture=[[0, 0, 0], [0, 0], [0, 0, 0]]), ["[flavour] x_texture", "three rows"]),
    (dict(), dict(x_texture=0.5), ["[flavour] x_texture = 0.5", "three rows"]),
    (dict(), dict(x_texture="0.5"), ["[flavour] x_texture = '0.5'"]),
    (dict(), dict(x_texture=[[0, 0, "a"], [0] * 3, [0] * 3]), ["[flavour] x_texture"]),
    (dict(), dict(x_texture=[[0, 0, [1, 2, 3]], [0] * 3, [0] * 3]), ["x_texture", "[re, im]"]),
    (dict(), dict(x_texture=[[0, 0, np.nan], [0] * 3, [0] * 3]), ["x_texture", "not a number"]),
    (dict(), dict(x_texture=[[0, 0, np.inf], [0] * 3, [0] * 3]), ["x_texture", "finite"]),
    (dict(), dict(x_texture=ZERO, x_normalisation="mu"), ["x_normalisation = 'mu'", '"slides"']),
    (dict(), dict(y_prime_lepton=UNIT, x_normalisation="tau"), ["x_normalisation", "x_texture"]),
    (dict(), dict(x_texture=ZERO, x_normalization="tau"), ["'x_normalisation'"]),
    (dict(), dict(t_lepton=UNIT), ["[flavour] t_lepton", "GeV", "three generations"]),
    (dict(), dict(x_texture=ZERO, m_l_sq_matrix=UNIT), ["m_l_sq_matrix", "m_l", "GeV^2"]),
    (
        dict(slepton={"m_e": 2500}),
        dict(x_texture=ZERO, m_l_sq_matrix=[[1, 2, 0], [3, 1, 0], [0, 0, 1]]),
        ["[flavour] m_l_sq_matrix", "GeV^2", "hermitian"],
    ),
    (
        dict(slepton={"m_e": 2500}),
        dict(x_texture=ZERO, m_l_sq_matrix=[[[1, 1], 0, 0], [0, 1, 0], [0, 0, 1]]),
        ["[flavour] m_l_sq_matrix", "hermitian"],
    ),
    (dict(yukawa={"y_muon": 0.1}), dict(x_texture=ZERO), ["[yukawa] y_muon = 0.1", "y_lepton"]),
    (
        dict(slepton={"m_l": 1, "m_e": 1, "t_muon": 3}),
        dict(x_texture=ZERO),
        ["[slepton] t_muon = 3.0 GeV", "t_lepton"],
    ),
    (
        dict(yukawa={"y_prime_muon": 0.1}),
        dict(x_texture=ZERO),
        ["y_prime_muon = 0.1", "tan_beta_d"],
    ),
    (dict(yukawa={"y_prime_muon": 0.1}), dict(y_prime_lepton=UNIT), ["[yukawa] y_prime_muon"]),
    (
        dict(yukawa={"threshold": "given", "epsilon_l": -1e-3}),
        dict(x_texture=ZERO),
        ["[yukawa] epsilon_tau", "given"],
    ),
    (dict(yukawa={"epsilon_tau": -1e-3}), dict(x_texture=ZERO), ["epsilon_tau = -0.001", "given"]),
    (dict(electroweak={"m_tau": 1.7}), dict(y_prime_lepton=UNIT), ["m_tau = 1.7 GeV", "masses"]),
]


@pytest.mark.parametrize(("sections", "flavour", "words"), INVALID)
def test_bad_input_names_field_value_and_unit(sections, flavour, words):
    with pytest.raises(fssm.InvalidInput) as caught:
        build(flavour, **sections)
    for word in words:
        assert word in str(caught.value)
    assert len(str(caught.value)) < 300


def test_truth_values_are_no_numbers():
    for value in ([[0, 0, True], [0] * 3, [0] * 3], np.eye(3, dtype=bool)):
        with pytest.raises(fssm.InvalidInput, match="x_texture"):
            build(dict(x_texture=value))
    for fields in (dict(x_texture=[[0, 0, True], [0] * 3, [0] * 3]), dict(m_l=[True, 2500.0])):
        with pytest.raises(fssm.InvalidInput, match="not true or false"):
            fssm.Point(**{**flavours.SLIDES, "tan_beta_d": 5.0, **fields})


def test_lepton_masses_ascend():
    for name, value in (("m_electron", 1.0), ("m_tau", 0.01), ("m_muon", 2.0)):
        with pytest.raises(fssm.InvalidInput, match=rf"{name} = {value} GeV: lepton masses must"):
            build(dict(x_texture=ZERO), electroweak={name: value})


def test_a_muon_only_point_takes_no_other_masses():
    for name in ("m_electron", "m_tau"):
        with pytest.raises(fssm.InvalidInput, match=name):
            fssm.Point.from_mapping({**BASE, "electroweak": {name: 0.1}})
    yukawa = {"threshold": "given", "epsilon_l": -1e-3, "epsilon_tau": -1e-3}
    with pytest.raises(fssm.InvalidInput, match="three generations"):
        fssm.Point.from_mapping({**BASE, "yukawa": yukawa})


def test_matrices_in_files_and_from_python(tmp_path):
    path = tmp_path / "point.toml"
    lines = [f"[{k}]\n" + "".join(f"{n} = {x}\n" for n, x in v.items()) for k, v in BASE.items()]
    text = "".join(lines) + "[flavour]\nx_texture = [[0, [1, 2], 0], [0, 0, 0.5], [0, 0, 0]]\n"
    path.write_text(text)
    from_file = fssm.Point.from_toml(path)
    x = np.array([[0, 1 + 2j, 0], [0, 0, 0.5], [0, 0, 0]])
    np.testing.assert_array_equal(from_file.x_texture, x)
    flat = {name: value for section in BASE.values() for name, value in section.items()}
    point = fssm.Point(**flat, x_texture=x)
    assert point.generations == 3
    assert point.shape == ()
    with pytest.raises(ValueError, match="read-only"):
        point.x_texture[0, 0] = 1
    for other in (copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        np.testing.assert_array_equal(other.x_texture, x)
    soft = build(dict(x_texture=ZERO, m_l_sq_matrix=HERMITIAN), slepton={"m_e": 2500})
    assert soft.m_l_sq_matrix[0, 1] == 1e5 + 2e5j


def test_many_matrices_broadcast_with_many_numbers():
    x = np.zeros((4, 1, 3, 3))
    x[:, 0, 2, 1] = [0.0, 0.1, 0.2, 0.3]
    point = fssm.Point(
        **dict(flavours.SLIDES, m_l=np.array([2400.0, 2500.0])), tan_beta_d=5.0, x_texture=x
    )
    assert point.shape == (4, 2)
    result = fssm.evaluate(point)
    assert result.dipole.total().shape == (4, 2, 3, 3)
    assert result.flavour.branching_ratios["tau_mu_gamma"].total.shape == (4, 2)
    fields = dict(flavours.SLIDES, m_l=2500.0, tan_beta_d=5.0)
    one = fssm.evaluate(fssm.Point(**fields, x_texture=x[2, 0]))
    many = result.flavour.branching_ratios["tau_mu_gamma"].total[2, 1]
    assert one.flavour.branching_ratios["tau_mu_gamma"].total == pytest.approx(
        many, rel=1e-10, abs=0
    )
