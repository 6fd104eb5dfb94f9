"""The mpmath reference with three generations: table, symmetries, limits and solutions."""

import json
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

import fssm
from fssm import reference
from fssm.constants import measured

TABLE = Path(__file__).parent / "reference" / "flavour_points.json"
BASE = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, theta_u=np.pi / 4, theta_d=np.pi / 4,
    m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip
DECAYS = ("mu_e", "tau_e", "tau_mu")
# Yukawas, trilinears and soft masses of a general point with few binary digits (GeV).
RNG = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def _many_digits():
    """Sums and moduli of the results are not to be rounded to doubles."""
    with mp.workdps(100):
        yield


def dyadic(scale, bits=20):
    """Random complex 3x3 matrix: products with the unitary matrices below are exact."""
    unit = np.round(RNG.uniform(-1, 1, (3, 3, 2)) * 2**bits) / 2**bits
    return scale * (unit[..., 0] + 1j * unit[..., 1])


def hermitian(mean, spread):
    x = dyadic(spread)
    return mean * np.eye(3) + (x + x.conj().T) / 2


MATRICES = dict(
    y_lepton=dyadic(0.125), y_prime_lepton=dyadic(0.25), t_lepton=dyadic(16),
    t_prime_lepton=dyadic(32), m_l_sq_matrix=hermitian(2.0**22, 2.0**20),
    m_e_sq_matrix=hermitian(2.0**21, 2.0**19),
)  # fmt: skip
GENERAL = dict(
    scheme="couplings", g=0.65, g_prime=0.36, v_u=240.0, v_u_prime=50 - 8j, v_d=5 + 1j,
    v_d_prime=1.0, mu1=900 + 200j, mu2=-1300, mu3=400j, mu4=1100 - 300j, m1=700 - 600j,
    m2=1500 + 100j,
)  # fmt: skip


def mixing(first, second):
    """Unitary with entries (+-1 +- i)/2 between two generations, and i for the third."""
    u = 1j * np.eye(3)
    u[[first, second], [first, second]] = (1 + 1j) / 2
    u[[first, second], [second, first]] = (1 - 1j) / 2
    return u


def rotated(p, u, v):
    """L = u L', E = v E' in the superpotential and in Phi^dag M^2 Phi with E~c^*."""
    couplings = ("y_lepton", "y_prime_lepton", "t_lepton", "t_prime_lepton")
    return {name: u.T @ p[name] @ v for name in couplings} | dict(
        m_l_sq_matrix=u.conj().T @ p["m_l_sq_matrix"] @ u,
        m_e_sq_matrix=v.T @ p["m_e_sq_matrix"] @ v.conj(),
    )


def numbers(result):
    """Everything free of phase conventions."""
    dipole = result.dipole_neutralino + result.dipole_chargino
    return [
        *result.neutralino, *result.chargino, *result.slepton, *result.sneutrino,
        *result.m_lepton, *result.a, *result.edm, *result.branching_ratio.values(),
        *(abs(z) for z in dipole),
    ]  # fmt: skip


def plain(matrix):
    return np.array(matrix.tolist(), complex)


@pytest.fixture(scope="module")
def table():
    return json.loads(TABLE.read_text(encoding="utf-8"))


def table_point(inputs):
    def value(name):
        re, im = np.array(inputs[name])
        return re + 1j * im

    higgsino = value("M_H")
    return fssm.Point(
        scheme="couplings", g=inputs["g"], g_prime=inputs["gp"],
        v_u=inputs["vu"][0], v_u_prime=inputs["vu"][1],
        v_d=inputs["vd"][0], v_d_prime=inputs["vd"][1],
        mu1=higgsino[0, 0], mu3=higgsino[0, 1], mu4=higgsino[1, 0], mu2=higgsino[1, 1],
        m1=value("M1"), m2=value("M2"), y_lepton=value("Y"), y_prime_lepton=value("Y_prime"),
        t_lepton=value("T"), t_prime_lepton=value("T_prime"),
        m_l_sq_matrix=value("mL_sq"), m_e_sq_matrix=value("mE_sq"),
    )  # fmt: skip


def width(result, name):
    """Gamma(l_j -> l_i gamma) from the branching ratio."""
    g_f, m = measured("g_f").value, result.m_lepton[1 if name == "mu_e" else 2]
    y = 1 - (result.m_lepton[1 if name == "tau_mu" else 0] / m) ** 2
    # The phase space once more, as a hypergeometric function.
    ordinary = g_f**2 * m**5 / (192 * mp.pi**3) * y**5 * 2 / 5 * mp.hyp2f1(1, 3, 6, y)
    ordinary /= measured(f"br_{name}_nu_nu").value
    return float(result.branching_ratio[f"{name}_gamma"] * ordinary)


@pytest.mark.parametrize("i", [0, 1, 9, 12, 15])
def test_the_table_of_flavour_points(table, i):
    result, truth = reference.evaluate(table_point(table[i]["inputs"]), 20), table[i]["outputs"]
    # All tolerances are the rounding of the table, which was computed in doubles.
    masses = {"lepton_masses": "m_lepton"} | {n: n for n in ("neutralino", "chargino", "slepton")}
    for name, mine in masses.items():
        expected = np.sort(truth[name])
        np.testing.assert_allclose(np.array(getattr(result, mine), float), expected, rtol=1e-11)
    dipole, modulus = plain(result.dipole_neutralino + result.dipole_chargino), truth["abs_dipole"]
    error, largest = abs(abs(dipole) - modulus), np.max(modulus)
    assert np.all(error < 1e-8 * np.max(modulus, axis=1, keepdims=True))
    assert np.all(error < 1e-9 * largest)
    assert np.all(abs(dipole.diagonal().real - truth["re_dipole_diag"]) < 1e-9 * largest)
    assert np.all(abs(dipole.diagonal().imag - truth["im_dipole_diag"]) < 1e-9 * largest)
    np.testing.assert_allclose(np.array(result.a, float), truth["a"], rtol=1e-9)
    for name in DECAYS:
        assert width(result, name) == pytest.approx(truth["width_GeV"][name], rel=1e-7, abs=0)


@pytest.mark.parametrize("threshold", [None, "exact", "leading", "given"])
def test_rotations_of_l_and_e_change_nothing(threshold):
    epsilon = dict(epsilon_l=-1e-3 + 5e-4j, epsilon_tau=-2e-3) if threshold == "given" else {}
    fields = dict(GENERAL, threshold=threshold, **epsilon)
    u, v = mixing(0, 1) @ mixing(1, 2), mixing(0, 2) @ mixing(0, 1)
    turned = rotated(MATRICES, u, v)
    # The rotation is exact in double precision: no rounding of inputs is compared here.
    np.testing.assert_array_equal(rotated(turned, u.conj().T, v.conj().T)["t_lepton"],
                                  MATRICES["t_lepton"])  # fmt: skip
    one, two = (reference.evaluate(fssm.Point(**fields, **m), 30) for m in (MATRICES, turned))
    for x, y in zip(numbers(one), numbers(two), strict=True):
        assert abs(x - y) < mp.mpf(10) ** -30 * abs(x)


def test_the_leading_threshold_is_the_exact_one_for_heavy_superpartners():
    heavy = {n: 300 * x for n, x in GENERAL.items() if n.startswith("m")}
    soft = {n: 300.0**2 * MATRICES[n] for n in ("m_l_sq_matrix", "m_e_sq_matrix")}
    fields = {**GENERAL, **heavy, **MATRICES, **soft}
    exact, leading = (
        plain(reference.evaluate(fssm.Point(**fields, threshold=t), 20).mass_shift)
        for t in ("exact", "leading")
    )
    # Corrections are of order v^2/m^2 = 1e-6.
    assert np.max(abs(exact / leading - 1)) < 1e-4


@pytest.mark.parametrize("threshold", ["none", "exact", "leading"])
def test_a_diagonal_point_is_three_points_of_one_generation(threshold):
    y, y_prime = np.array([1e-5, -0.002, 0.3]), np.array([0.002 + 0.001j, 0.5, 0.1j])
    t, t_prime = np.array([1.0, -5.0, 90.0]), np.array([3.0, 20j, 40.0])
    left, right = np.array([1e6, 1.5e6, 2e6]), np.array([2.5e6, 9e5, 1.2e6])
    doublets = dict(y_lepton=y, y_prime_lepton=y_prime, t_lepton=t, t_prime_lepton=t_prime,
                    m_l_sq_matrix=left, m_e_sq_matrix=right)  # fmt: skip
    matrices = {name: np.diag(x) for name, x in doublets.items()}
    whole = reference.evaluate(fssm.Point(**GENERAL, **matrices, threshold=threshold), 30)
    trees = [
        ((5 + 1j) * mp.mpmathify(y[k]) + mp.mpmathify(y_prime[k])) / mp.sqrt(2) for k in range(3)
    ]
    implied = [abs(trees[k] + whole.mass_shift[k, k]) for k in range(3)]
    order = sorted(range(3), key=lambda k: implied[k])
    sleptons, close = [], mp.mpf(10) ** -30
    for mass, a, edm, k in zip(whole.m_lepton, whole.a, whole.edm, order, strict=True):
        fields = dict(
            GENERAL, y_muon=y[k], y_prime_muon=y_prime[k], t_muon=t[k], t_prime_muon=t_prime[k],
            m_l_sq=left[k], m_e_sq=right[k], m_muon=float(mass), threshold=threshold,
        )  # fmt: skip
        single = reference.evaluate(fssm.Point(**fields), 30)
        sleptons += single.slepton
        # The external mass of the one generation is an input and so rounded to a double.
        assert abs(single.a_one_loop / a - 1) < 1e-14
        assert abs(single.edm / edm - 1) < 1e-14
        assert abs(single.m_muon_implied / mass - 1) < close
        assert abs(single.delta * trees[k] - whole.mass_shift[k, k]) < close * abs(trees[k])
    for x, y in zip(sorted(sleptons), whole.slepton, strict=True):
        assert abs(x / y - 1) < mp.mpf(10) ** -30


X = np.array([[0, 1 - 0.5j, 0.3], [0.7j, 0, -0.8], [1.1, 0.4 + 0.9j, 0.5]])
TEXTURES = {
    "vevs": dict(BASE, tan_beta_d=7.4, x_texture=X),
    "complex": dict(BASE, tan_beta_d=7.4, x_texture=X, m1=800 + 90j, mu=1500 * np.exp(1j)),
    "given Y'": dict(BASE, y_prime_muon=0.5, x_texture=X, m_e=1700),
    "tau": dict(BASE, tan_beta_d=5, x_texture=0.2 * X, x_normalisation="tau"),
    "leading": dict(BASE, tan_beta_d=7.4, x_texture=X, threshold="leading"),
    "given": dict(
        BASE, y_prime_muon=0.7, x_texture=X, threshold="given", epsilon_l=-1e-3, epsilon_tau=1e-3
    ),
    "none": dict(BASE, tan_beta_d=7.4, x_texture=X, threshold="none"),
}


@cache
def solved(name):
    return reference.evaluate(fssm.Point(**TEXTURES[name]), 30)


def tree(result):
    """m_l at 100 digits, from Y, Y' and tan_beta_d."""
    v = 2 ** mp.mpf("-0.25") / mp.sqrt(mp.mpf(measured("g_f").value))
    cot = 1 / mp.mpf(50)
    direction = [1, cot, cot, cot / result.tan_beta_d]
    v_d, v_d_prime = (v * x / mp.norm(direction) for x in direction[2:])
    return (v_d * result.yukawa[0] + v_d_prime * result.yukawa[1]) / mp.sqrt(2)


@pytest.mark.parametrize("name", TEXTURES)
def test_a_texture_has_the_lepton_masses(name):
    result = solved(name)
    values = sorted(mp.svd_c(tree(result) + result.mass_shift, compute_uv=False))
    for value, lepton in zip(values, ("m_electron", "m_muon", "m_tau"), strict=True):
        assert abs(value / measured(lepton).value - 1) < mp.mpf(10) ** -30
    primed = plain(result.yukawa[1])
    m_e, m_mu, m_tau = (measured(n).value for n in ("m_electron", "m_muon", "m_tau"))
    e_tau, mu_tau = (m_e * m_tau / m_mu, m_tau) if name == "tau" else (m_e, m_mu)
    x = TEXTURES[name]["x_texture"]
    wanted = [x[0, 2] * e_tau, x[1, 0] * m_e, x[1, 2] * mu_tau, x[2, 2] * mu_tau]
    ratios = np.array([primed[0, 2], primed[1, 0], primed[1, 2], primed[2, 2]]) / primed[0, 1]
    np.testing.assert_allclose(ratios, np.array(wanted) / (x[0, 1] * m_e), rtol=1e-13)


def test_the_yukawas_of_a_texture_give_its_masses_and_moments_back():
    first = solved("complex")
    fields = {n: x for n, x in TEXTURES["complex"].items() if n != "x_texture"}
    y, y_prime = (plain(matrix) for matrix in first.yukawa)
    again = reference.evaluate(
        fssm.Point(**fields, y_lepton=y, y_prime_lepton=y_prime, threshold="exact"), 20
    )
    # Y and Y' are rounded to doubles in between.
    for name in ("m_lepton", "a", "edm", "slepton"):
        pairs = zip(getattr(first, name), getattr(again, name), strict=True)
        assert max(abs(x / y - 1) for x, y in pairs) < 1e-12


@pytest.mark.parametrize(
    "known", [dict(tan_beta_d=7.4), dict(tan_beta_d=30), dict(y_prime_muon=0.7)]
)
def test_a_texture_of_zeros_is_the_muon_alone(known):
    texture = reference.evaluate(fssm.Point(**BASE, **known, x_texture=np.zeros((3, 3))), 30)
    muon = reference.evaluate(fssm.Point(**BASE, **known), 30)
    limit = mp.mpf(10) ** -30
    assert abs(texture.yukawa[1][1, 1] / muon.y_prime_muon - 1) < limit
    assert abs(texture.tan_beta_d / muon.tan_beta_d - 1) < limit
    assert abs(texture.a[1] / muon.a_one_loop - 1) < limit


def test_digits_mean_digits_with_three_generations():
    point = fssm.Point(**TEXTURES["complex"])
    coarse, fine = reference.evaluate(point, 15), solved("complex")
    for x, y in zip(numbers(coarse), numbers(fine), strict=True):
        assert abs(x / y - 1) < mp.mpf(10) ** -15


def test_starting_values_lead_to_the_same_solution():
    led = reference.evaluate(fssm.Point(**TEXTURES["leading"]), 20, near=(3, 3, 1))
    assert abs(led.yukawa[1][0, 0] / solved("leading").yukawa[1][0, 0] - 1) < mp.mpf(10) ** -20


def test_what_the_reference_refuses_with_three_generations():
    with pytest.raises(fssm.InvalidInput, match="three for a texture"):
        reference.evaluate(fssm.Point(**TEXTURES["vevs"]), 20, near=0.7)
    with pytest.raises(fssm.FSSMError, match="tachyon"):
        reference.evaluate(fssm.Point(**{**TEXTURES["vevs"], "m_l": 50, "m_e": 50}), 20)
    # The determinant of the 2-3 block cannot be both m_mu m_tau and that far from zero.
    fields = dict(BASE, tan_beta_d=5, x_texture=0.5 * np.ones((3, 3)), x_normalisation="tau")
    with pytest.raises(fssm.FSSMError, match="no diagonal of the texture"):
        reference.evaluate(fssm.Point(**fields), 20)


def test_the_given_threshold_and_the_sign_of_the_electric_moments():
    fields = dict(GENERAL, threshold="given", epsilon_l=-1e-3 + 5e-4j, epsilon_tau=-2e-3)
    result = reference.evaluate(fssm.Point(**fields, **MATRICES), 20)
    epsilon = (-1e-3 + 5e-4j) * MATRICES["y_prime_lepton"] - 2e-3 * MATRICES["y_lepton"]
    np.testing.assert_allclose(plain(result.mass_shift), epsilon * 240 / np.sqrt(2), rtol=1e-14)
    dipole = plain(result.dipole_neutralino + result.dipole_chargino)
    expected = -dipole.diagonal().imag * measured("hbar_c").value
    np.testing.assert_allclose(np.array(result.edm, float), expected, rtol=1e-14)
