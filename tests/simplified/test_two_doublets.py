"""Two doublets with flavour: the texture's masses, its symmetries, its dipoles."""

import flavours
import numpy as np
import pytest

from fssm.base import InvalidInput
from fssm.constants import measured
from fssm.observables.estimates import mass_matrix_branching_ratios
from fssm.observables.lepton_dipoles import lepton_masses
from fssm.simplified import flavourful_dipoles, flavourful_masses, residual_symmetry

M = lepton_masses()
RANK_ONE = np.diag([0.0, 0.0, 1.0])


def coefficients(seed, size=1.0):
    rng = np.random.default_rng(seed)
    return size * rng.uniform(0.5, 1.5, (3, 3)) * rng.choice([-1, 1], (3, 3))


def test_the_texture_of_the_slides_literally():
    x = np.arange(1.0, 10.0).reshape(3, 3)
    got = flavourful_masses([1.0, 10.0, 100.0], x, 5.0)
    assert (got.rank_one == np.diag([0, 0, 100.0])).all()
    expected = [[1.0, 2.0, 3.0], [4.0, 10.0, 60.0], [7.0, 80.0, 90.0]]
    assert (got.correction == expected).all()
    assert (got.total == got.rank_one + got.correction).all()


def test_yukawas_times_vevs_are_the_masses():
    got = flavourful_masses(M, coefficients(1), [2.0, 50.0], v=246.0)
    for i, tangent in enumerate([2.0, 50.0]):
        v, v_prime = 246 * np.sin(np.arctan(tangent)), 246 * np.cos(np.arctan(tangent))
        both = (v * got.yukawa[i] + v_prime * got.yukawa_prime[i]) / np.sqrt(2)
        np.testing.assert_allclose(both, got.total, rtol=1e-13)
        # Each doublet alone gives its own part.
        np.testing.assert_allclose(v * got.yukawa[i] / np.sqrt(2), got.rank_one, rtol=1e-13)
    # 174 GeV, as on the slides, and O(1) couplings of the muon for a small v'.
    large = flavourful_masses(M, coefficients(1), 1000.0)
    assert large.yukawa_prime[1, 1] == pytest.approx(np.sqrt(2) * M[1] / 0.24622, rel=1e-4, abs=0)


@pytest.mark.parametrize("seed", range(10))
def test_light_masses_are_those_given_up_to_their_mixing(seed):
    x = coefficients(seed)
    singular = np.linalg.svd(flavourful_masses(M, x, 5.0).total, compute_uv=False)[::-1]
    # Mixing angles m_mu/m_tau and m_e/m_mu times x <= 1.5.
    assert abs(singular[2] / M[2] - 1) < 3 * M[1] / M[2]
    assert abs(singular[1] / M[1] - 1) < 3 * M[1] / M[2]
    assert abs(singular[0] / M[0] - 1) < 5 * (M[1] / M[2] + M[0] / M[1])
    none = flavourful_masses(M, np.zeros((3, 3)), 5.0).total
    assert (none == np.diag(M)).all()


def test_rank_one_couplings_leave_su2_to_the_fifth():
    got = residual_symmetry(up=[RANK_ONE], down=[RANK_ONE], lepton=[RANK_ONE])
    assert got.semisimple == 15
    assert got.by_field == dict.fromkeys(
        ("quark doublet", "up", "down", "lepton doublet", "lepton"), 3
    )
    # U(2)^5 with a U(1) each for the third generation of quarks and of leptons.
    assert got.dimension == 5 * 4 + 2
    assert got.abelian == 7


def test_generic_couplings_leave_baryon_and_lepton_number_only():
    rng = np.random.default_rng(2)
    y = {kind: list(rng.normal(size=(2, 3, 3))) for kind in ("up", "down", "lepton")}
    got = residual_symmetry(**y)
    assert got.semisimple == 0
    assert got.dimension == got.abelian == 2
    # One matrix of leptons is diagonal in some basis: three lepton numbers.
    assert residual_symmetry(**{**y, "lepton": y["lepton"][:1]}).dimension == 4
    # Quarks that mix as in the CKM matrix: baryon number.
    assert residual_symmetry(up=[y["up"][0]], down=[y["down"][0]], lepton=[np.eye(3)]).by_field == {
        "quark doublet": 0, "up": 0, "down": 0, "lepton doublet": 8, "lepton": 8,
    }  # fmt: skip


def test_no_couplings_leave_everything():
    got = residual_symmetry()
    assert (got.dimension, got.semisimple, got.abelian) == (45, 40, 5)
    assert residual_symmetry(up=[np.zeros((3, 3))]) == got
    assert residual_symmetry(up=[1e-20 * RANK_ONE]).semisimple == 3 + 3 + 3 * 8


@pytest.mark.parametrize("seed", range(10))
def test_the_texture_has_an_approximate_su2_squared_of_leptons(seed):
    # Of light leptons: what breaks it is m_mu/m_tau = 0.06 times x of 1.5 at most.
    m = flavourful_masses(M, coefficients(seed), 5.0).total
    approximate = residual_symmetry(lepton=[m], tolerance=0.2)
    assert approximate.by_field["lepton doublet"] == approximate.by_field["lepton"] == 3
    exact = residual_symmetry(lepton=[m])
    assert exact.by_field["lepton doublet"] == exact.by_field["lepton"] == 0
    quarks = 3 * 8
    assert approximate.semisimple - quarks == 6
    assert exact.semisimple - quarks == 0


@pytest.mark.parametrize("tolerance", [1e-9, 0.2])
def test_symmetries_do_not_depend_on_the_basis(tolerance):
    rng = np.random.default_rng(4)
    turns = [flavours.random_unitary(seed) for seed in range(5)]
    y = rng.normal(size=(3, 3)) * 1e-3
    base = dict(up=[RANK_ONE], down=[RANK_ONE, y], lepton=[RANK_ONE])
    meet = {"up": (0, 1), "down": (0, 2), "lepton": (3, 4)}
    turned = {
        kind: [turns[meet[kind][0]].T @ m @ turns[meet[kind][1]] for m in matrices]
        for kind, matrices in base.items()
    }
    # Dimensions, not the basis of the algebra.
    expected = residual_symmetry(**base, tolerance=tolerance)
    assert residual_symmetry(**turned, tolerance=tolerance) == expected


def test_electron_moment_scales_with_the_mass_squared():
    got = flavourful_dipoles(251e-11, flavourful_masses(M, np.zeros((3, 3)), 5.0))
    assert got.a_muon == pytest.approx(251e-11, rel=1e-14, abs=0)
    assert got.a_electron == pytest.approx((M[0] / M[1]) ** 2 * 251e-11, rel=1e-14, abs=0)
    assert got.a_electron == pytest.approx(5.8e-14, rel=0.02, abs=0)
    assert got.a_tau == 0
    assert got.branching_ratios["mu_e_gamma"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_decays_are_the_estimates(seed):
    x = 0.3 * (coefficients(seed) + 0.5j * coefficients(seed + 50))
    masses = flavourful_masses(M, x, 20.0)
    got = flavourful_dipoles([251e-11, -38e-11], masses).branching_ratios
    for i, a in enumerate([251e-11, -38e-11]):
        expected = mass_matrix_branching_ratios(
            a, masses.correction, masses.total, m_lepton=M, g_f=measured("g_f").value
        )
        assert list(got) == list(expected._fields)
        for name, ratio in expected._asdict().items():
            assert got[name][i] == pytest.approx(ratio, rel=1e-12, abs=0)


def test_one_tau_mixing_gives_the_slides_formula_put_right():
    x = np.zeros((3, 3))
    x[1, 2] = 0.01
    got = flavourful_dipoles(251e-11, flavourful_masses(M, x, 20.0)).branching_ratios
    # 1.7e-8 as printed (1.74), (m_mu/m_tau)^2 = 1/283 of it computed, over the phase space of
    # tau -> mu nu nubar; terms of m_mu/m_tau x.
    expected = 1.7e-8 * (M[1] / M[2]) ** 2 / 0.97256
    assert got["tau_mu_gamma"] == pytest.approx(expected, rel=0.05, abs=0)


def test_arguments_broadcast():
    x = np.stack([coefficients(i) for i in range(3)])[:, None]
    got = flavourful_masses(M, x, [5, 10, 20, 40])
    assert got.total.shape == (3, 1, 3, 3)
    assert got.yukawa_prime.shape == (3, 4, 3, 3)
    single = flavourful_masses(M, x[2, 0], 10)
    assert (got.yukawa_prime[2, 1] == single.yukawa_prime).all()
    assert flavourful_dipoles(1e-9, got).a_muon.shape == (3, 1)
    assert flavourful_masses(np.ones((2, 3)), np.eye(3), 5.0).total.shape == (2, 3, 3)


EYE = np.eye(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flavourful_masses(M[:2], EYE, 5.0), r"\[two_doublets\] masses = .* GeV: .*three"),
        (lambda: flavourful_masses([1, 2, -3], EYE, 5.0), r"masses = \[1, 2, -3\] GeV: .*positive"),
        (lambda: flavourful_masses([1, 2, np.nan], EYE, 5.0), r"masses = .* GeV"),
        (lambda: flavourful_masses(["a", "b", "c"], EYE, 5.0), r"masses = .*not text"),
        (lambda: flavourful_masses([1j, 2, 3], EYE, 5.0), r"masses = .*not complex"),
        (lambda: flavourful_masses(1.0, EYE, 5.0), r"masses = 1.0 GeV: must be three"),
        (lambda: flavourful_masses(M, 1.0, 5.0), r"\[two_doublets\] x = 1.0: must be a 3x3"),
        (lambda: flavourful_masses(M, EYE, -5.0), r"\[two_doublets\] tan_beta = -5.0"),
        (lambda: flavourful_masses(M, EYE, 5.0, v="246"), r"\[two_doublets\] v = '246' GeV"),
        (
            lambda: flavourful_dipoles("x", flavourful_masses(M, EYE, 5.0)),
            r"\[two_doublets\] a_muon = 'x'",
        ),
        (lambda: residual_symmetry(up=EYE), r"(?s)\[two_doublets\] up = .*3x3 matrix"),
        (lambda: residual_symmetry(up=[np.ones((2, 3, 3))]), r"\[two_doublets\] up: .*one point"),
        (lambda: residual_symmetry(tolerance=np.nan), r"\[two_doublets\] tolerance = nan"),
        (lambda: residual_symmetry(tolerance=-1), r"\[two_doublets\] tolerance = -1.0"),
        (lambda: residual_symmetry(lepton=["Y"]), r"\[two_doublets\] lepton = 'Y'"),
        (lambda: residual_symmetry(lepton=[np.nan * EYE]), r"(?s)lepton = .*is not a number"),
    ],
)
def test_invalid_input_names_the_argument(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
