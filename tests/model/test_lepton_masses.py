"""The texture and its solver, thresholds as matrices, and what cannot be solved."""

import dataclasses

import flavours
import mpmath as mp
import numpy as np
import points
import pytest
from hypothesis import assume, given, settings

import fssm
from fssm import reference
from fssm.constants import measured
from fssm.model import lepton_masses, threshold
from fssm.model.lagrangian import lagrangian
from fssm.model.matrices import lepton_matrix
from fssm.model.texture import texture_scales

M = np.array([measured(f"m_{name}").value for name in ("electron", "muon", "tau")])


def singular_values(matrix):
    """At 40 digits, ascending: of exactly the doubles in the matrix."""
    with mp.workdps(40):
        return np.sort([float(s) for s in mp.svd_c(mp.matrix(matrix.tolist()), compute_uv=False)])


def random_fields(seed, size):
    rng = np.random.default_rng(seed)

    def mass(low=500.0, high=5000.0):
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    x = size * rng.uniform(-1, 1, (3, 3))
    if seed % 2:
        x = x * np.exp(1j * rng.uniform(-3, 3, (3, 3)))
    return dict(
        tan_beta=rng.uniform(5, 60), tan_beta_u=rng.uniform(1, 60), mu=mass(), mu_tilde=mass(),
        theta_u=rng.uniform(0.2, 1.3), theta_d=rng.uniform(0.2, 1.3), m1=mass(), m2=mass(),
        m_l=mass(1000), m_e=mass(1000), x_texture=x,
    )  # fmt: skip


@given(points.seeds, points.seeds)
@settings(max_examples=40)
def test_the_texture_gives_the_lepton_masses(seed, choice):
    fields = random_fields(seed, [0.01, 0.3, 1.0][choice % 3])
    mode = ["exact", "leading", "none", "given"][choice % 4]
    extra = dict(epsilon_l=-1e-3, epsilon_tau=-8e-4) if mode == "given" else {}
    point = fssm.Point(**fields, tan_beta_d=1 + choice % 7, threshold=mode, **extra)
    lag, yukawa = lepton_masses.solve(point)
    assume(not yukawa.unusable())
    matrix = lepton_matrix(lag) + yukawa.mass_shift
    np.testing.assert_allclose(singular_values(matrix), M, rtol=1e-12)
    # Y has rank one; Y' keeps the pattern of x, one common factor apart from the electron's own.
    pair = lag.yukawa * lag.v_d[:, None, None] / np.sqrt(2)
    assert np.count_nonzero(pair[0]) == 1
    assert pair[0][2, 2] != 0
    ratios = pair[1] / np.where(point.x_texture == 0, 1, point.x_texture * texture_scales(M, None))
    others = ratios[~np.eye(3, dtype=bool)]
    np.testing.assert_allclose(others, others[0], rtol=1e-12)
    if mode == "none":
        assert others[0] == pytest.approx(1, rel=1e-12, abs=0)


def test_the_shift_of_the_result_is_that_of_its_couplings():
    point = fssm.Point(**flavours.SLIDES, tan_beta_d=7.0, x_texture=np.full((3, 3), 0.3))
    lag, yukawa = lepton_masses.solve(point)
    np.testing.assert_allclose(yukawa.mass_shift, threshold.exact_shift(lag), rtol=1e-12)


@pytest.mark.parametrize("mode", ["exact", "leading", "none"])
def test_without_mixing_each_generation_is_solved_alone(mode):
    fields = dict(flavours.SLIDES, tan_beta_d=6.0, threshold=mode, m1=900, m2=-1500, m_e=1800)
    lag, yukawa = lepton_masses.solve(fssm.Point(**fields, x_texture=np.zeros((3, 3))))
    for i in (0, 1):
        single = fssm.evaluate(fssm.Point(**fields, m_muon=M[i]))
        own = single.yukawa.y_prime_muon
        assert lag.yukawa[1, i, i] == pytest.approx(own, rel=1e-10, abs=0)
        assert yukawa.deltas[i] == pytest.approx(single.yukawa.delta, rel=1e-9, abs=1e-13)


def test_given_epsilons_are_the_formulas_of_the_slides():
    """Y'_mumu and Y_tau = sqrt2 m/v_u tan/(1 + eps tan), each with its own tangent and eps."""
    eps = dict(epsilon_l=-1.8e-3, epsilon_tau=-2.1e-3)
    fields = dict(flavours.SLIDES, tan_beta=40.0, tan_beta_d=6.0)
    point = fssm.Point(**fields, threshold="given", **eps, x_texture=np.zeros((3, 3)))
    lag, _ = lepton_masses.solve(point)
    unit = np.sqrt(2) * M / lag.v_u[0]
    muon = unit[1] * 240 / (1 + eps["epsilon_l"] * 240)
    tau = unit[2] * 40 / (1 + eps["epsilon_tau"] * 40)
    assert lag.yukawa[1, 1, 1] == pytest.approx(muon, rel=1e-12, abs=0)
    assert lag.yukawa[0, 2, 2] == pytest.approx(tau, rel=1e-12, abs=0)


def test_a_given_muon_yukawa_fixes_tan_beta_d():
    x = np.array([[0, 0.4, 0.2], [0.1, 0, -0.3], [0.5, 0.2, 0.1]])
    free = fssm.evaluate(fssm.Point(**flavours.SLIDES, tan_beta_d=7.0, x_texture=x))
    own = free.yukawa.y_prime_muon
    back = fssm.evaluate(fssm.Point(**flavours.SLIDES, y_prime_muon=own, x_texture=x))
    assert back.yukawa.tan_beta_d == pytest.approx(7.0, rel=1e-10, abs=0)
    np.testing.assert_allclose(back.lagrangian.yukawa, free.lagrangian.yukawa, rtol=1e-9)
    assert back.a_muon.one_loop == pytest.approx(free.a_muon.one_loop, rel=1e-10, abs=0)


def test_given_matrices_have_the_masses_of_their_threshold():
    x = np.full((3, 3), 0.2)
    solved = fssm.evaluate(fssm.Point(**flavours.SLIDES, tan_beta_d=7.0, x_texture=x))
    y, y_prime = solved.lagrangian.yukawa
    fields = dict(flavours.SLIDES, tan_beta_d=7.0, y_lepton=y, y_prime_lepton=y_prime)
    same = fssm.evaluate(fssm.Point(**fields, threshold="exact"))
    np.testing.assert_allclose(same.lagrangian.m_lepton, M, rtol=1e-10)
    for name, decay in solved.flavour.branching_ratios.items():
        again = same.flavour.branching_ratios[name]
        assert again.one_loop == pytest.approx(decay.one_loop, rel=1e-8, abs=0)
    bare = fssm.evaluate(fssm.Point(**fields))
    tree = singular_values(lepton_matrix(solved.lagrangian))
    np.testing.assert_allclose(bare.lagrangian.m_lepton, tree, rtol=1e-12)
    np.testing.assert_allclose(bare.yukawa.mass_shift, same.yukawa.mass_shift, rtol=1e-12)


def test_the_leading_shift_is_the_limit_of_the_exact_one():
    """With soft masses that mix all generations at order one: rate v^2/m^2."""

    def error(scale):
        p = flavours.parameters(5)
        heavy = dict(
            p,
            m_higgsino=scale * p["m_higgsino"], m1=scale * p["m1"], m2=scale * p["m2"],
            m_l_sq=scale**2 * p["m_l_sq"], m_e_sq=scale**2 * p["m_e_sq"],
            t=np.zeros((2, 3, 3)), y=1e-3 * p["y"],
        )  # fmt: skip
        lag = lagrangian(flavours.point(heavy))
        exact, leading = threshold.exact_shift(lag), threshold.leading_shift(lag)
        return np.abs(exact - leading).max() / np.abs(leading).max()

    coarse, fine = error(40.0), error(80.0)
    assert coarse < 1e-3
    assert fine / coarse == pytest.approx(1 / 4, rel=0.1, abs=0)


def test_off_diagonal_soft_masses_make_off_diagonal_shifts():
    p = dict(flavours.parameters(5), y=np.array([0.05, 0.1])[:, None, None] * np.eye(3))
    lag = lagrangian(flavours.point(p))
    shift = threshold.leading_shift(lag)
    assert np.abs(shift[0, 1]) > 1e-3 * np.abs(shift[0, 0])
    diagonal = dataclasses.replace(
        lag, m_l_sq=lag.m_l_sq * np.eye(3), m_e_sq=lag.m_e_sq * np.eye(3)
    )
    clean = threshold.leading_shift(diagonal)
    assert np.abs(clean * (1 - np.eye(3))).max() < 1e-14 * np.abs(clean).max()


@pytest.mark.parametrize(
    ("x", "flag"),
    [
        (np.full((3, 3), 0.5), []),
        (np.diag([0.0, 0.0, 5.0]), []),
        (np.array([[0, 0, 0], [0, 0, 30.0], [0, 30.0, 0]]), ["texture_unsolved"]),
        (np.array([[0, 300.0, 0], [300.0, 0, 0], [0, 0, 0]]), ["texture_unsolved"]),
    ],
)
def test_the_solver_says_when_there_is_no_diagonal(x, flag):
    result = fssm.evaluate(fssm.Point(**flavours.SLIDES, tan_beta_d=3.0, x_texture=x))
    assert result.flag_names() == flag
    assert np.isnan(result.a_muon.total) == bool(flag)
    assert np.isnan(result.flavour.branching_ratios["mu_e_gamma"].total) == bool(flag)


def test_only_the_branch_that_starts_at_the_masses_counts():
    # Beyond its end another diagonal has the same masses, with a determinant of the other sign.
    fields = dict(flavours.SLIDES, tan_beta_d=3.0, threshold="none", x_normalisation="tau")
    result = fssm.evaluate(fssm.Point(**fields, x_texture=np.full((3, 3), 0.5)))
    assert "texture_unsolved" in result.flag_names()


BRANCHES = [
    ("tau", [[1.05, -0.46, -0.41], [0.91, 0.92, -0.44], [0.27, 0.29, -1.25]]),
    ("tau", [[0.34, -0.32, -0.38], [0.12, 0.08, 0.36], [0.14, 0.36, 0.02]]),
    (
        "slides",
        [
            [-2 + 3.2j, 1.3 - 3.4j, -2 - 1.4j],
            [1, 1.7 + 1.2j, 0.8 - 4.2j],
            [0.3 + 0.1j, 0.3 + 3.6j, -2.1 + 0.5j],
        ],
    ),
    ("slides", [[-3.88, -14.04, -7.52], [8.71, -6.28, 7.89], [-9.19, 2.99, -4.17]]),
    ("slides", [[-2.12, -5.46, -6.98], [-6.78, -4.7, -5.1], [1.71, -6.6, 4.53]]),
]


@pytest.mark.parametrize(("normalisation", "x"), BRANCHES)
def test_large_x_stay_on_the_branch(normalisation, x):
    """Points with more than one diagonal, or far from the masses; the reference follows x too."""
    fields = dict(flavours.SLIDES, tan_beta_d=5.0, threshold="none")
    point = fssm.Point(**fields, x_texture=np.array(x), x_normalisation=normalisation)
    result, exact = fssm.evaluate(point), reference.evaluate(point, 15)
    assert not result.unphysical
    moments = [result.flavour.a_electron, result.a_muon, result.flavour.a_tau]
    own, true = [a.one_loop for a in moments], [float(a) for a in exact.a]
    assert own == pytest.approx(true, rel=1e-10, abs=0)


def test_a_first_guess_with_a_tachyon_does_not_hide_the_solution():
    x = np.array([[0.758, -0.902, -0.509], [-1.148, 1.5, 1.236], [-1.004, -0.534, 0.498]])
    soft = np.array(
        [[3.287e6, -1.623e6, 7.353e5], [-1.623e6, 2.399e6, 3.512e5], [7.353e5, 3.512e5, 1.459e6]]
    )
    point = fssm.Point(
        tan_beta=61.2, tan_beta_u=0.505, tan_beta_d=0.297, mu1=-600.5, mu2=110.5, mu3=-3271.3,
        mu4=-860.9, m1=-1079.7, m2=-2467.2, m_l_sq_matrix=soft, m_e_sq=9.945e5, x_texture=x,
    )  # fmt: skip
    result = fssm.evaluate(point)
    assert not result.unphysical
    assert result.yukawa.deltas[2] == pytest.approx(-0.232, abs=0.005)


def test_masses_met_to_fewer_digits_say_so():
    # Left sleptons of 1e7 GeV: the rounding of dm is more than 1e-12 of the electron mass.
    fields = dict(flavours.SLIDES, m_l=1e7, tan_beta_d=5.0, x_texture=np.zeros((3, 3)))
    result = fssm.evaluate(fssm.Point(**fields))
    assert result.flag_names() == ["imprecise_lepton_masses"]
    matrix = lepton_matrix(result.lagrangian) + result.yukawa.mass_shift
    np.testing.assert_allclose(singular_values(matrix), M, rtol=1e-8)


def test_the_phase_of_a_given_muon_yukawa_is_no_input_of_a_texture():
    for value in (-0.3, 0.3j):
        with pytest.raises(fssm.InvalidInput, match="real and positive"):
            fssm.Point(**flavours.SLIDES, y_prime_muon=value, x_texture=np.zeros((3, 3)))


def test_an_impossible_tan_beta_d_is_flagged():
    # The loop alone makes the muon heavier than it is, whatever v_d' > 0.
    fields = dict(flavours.SLIDES, m2=-2500, y_prime_muon=0.7, x_texture=np.zeros((3, 3)))
    result = fssm.evaluate(fssm.Point(**fields))
    assert "threshold_not_converged" in result.flag_names()
    assert np.isnan(result.yukawa.tan_beta_d)
    assert np.isnan(result.a_muon.total)


def test_pole_and_sign_of_any_generation_are_flagged():
    fields = dict(flavours.SLIDES, tan_beta_d=7.0, threshold="given", x_texture=np.zeros((3, 3)))
    cases = {
        (-1e-3, -1e-3): [],
        (-1 / 350, -1e-3): ["threshold_pole"],
        (-2 / 350, -1e-3): ["radiative_mass"],
        (-1e-3, -1 / 50): ["threshold_pole"],
        (-1e-3, -2 / 50): ["radiative_mass"],
    }
    for (eps_l, eps_tau), flags in cases.items():
        result = fssm.evaluate(fssm.Point(**fields, epsilon_l=eps_l, epsilon_tau=eps_tau))
        found = set(result.flag_names()) - {"imprecise_branching_ratio"}
        # At the pole the sign of 1 + Delta is rounding.
        assert set(flags) <= found <= {*flags, *(["radiative_mass"] if flags else [])}
        assert np.isnan(result.a_muon.total) == ("threshold_pole" in flags)


def test_a_tachyon_of_another_generation_is_flagged():
    soft = np.diag([4e6, 4e6, -1e6])
    fields = dict(flavours.SLIDES, m_e=None, m_e_sq_matrix=soft, x_texture=np.zeros((3, 3)))
    for extra in (dict(tan_beta_d=7.0), dict(tan_beta_d=7.0, threshold="none")):
        result = fssm.evaluate(fssm.Point(**fields, **extra))
        assert "tachyonic_slepton" in result.flag_names()
        assert np.isnan(result.a_muon.total)


def test_a_massless_lepton_is_flagged():
    y_prime = np.diag([0.0, 0.2, 0.1])
    result = fssm.evaluate(fssm.Point(**flavours.SLIDES, tan_beta_d=5.0, y_prime_lepton=y_prime))
    assert "massless_lepton" in result.flag_names()
    assert np.isnan(result.flavour.edm["electron"].total)


def test_scales_of_both_normalisations():
    slides, tau = (texture_scales(M, name) for name in ("slides", "tau"))
    np.testing.assert_allclose(slides[0], M[0])
    np.testing.assert_allclose(slides[1:, 1:], M[1])
    np.testing.assert_allclose(tau[:2, :2], slides[:2, :2])
    np.testing.assert_allclose(tau[1:, 2], M[2])
    assert tau[0, 2] == tau[2, 0] == pytest.approx(M[0] * M[2] / M[1])
