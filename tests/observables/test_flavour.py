"""Three-generation observables: the table, EDM convention, widths, estimates, digits."""

import flavours
import numpy as np
import pytest
from scipy.integrate import quad

import fssm
from fssm.constants import limit, limits, measured
from fssm.observables import estimates
from fssm.observables.leptons import (
    anomalous_moment,
    electric_dipole_moment,
    leptonic_width,
    radiative_width,
)


@pytest.mark.parametrize("i", range(20))
def test_the_flavour_table(i):
    point, wanted = flavours.row(i)
    result = fssm.evaluate(point)
    inos, c = result.spectrum.inos, result.dipole.total()
    for own, table in (
        (result.lagrangian.m_lepton, "lepton_masses"),
        (np.sort(np.abs(inos.m_neutralino)), "neutralino"),
        (np.sort(inos.m_chargino), "chargino"),
        (result.spectrum.m_slepton, "slepton"),
    ):
        np.testing.assert_allclose(own, np.sort(wanted[table]), rtol=1e-11)
    size = np.array(wanted["abs_dipole"])
    # Of the largest entry of the row; measured 1e-12.
    rows = size.max(axis=1, keepdims=True)
    assert np.max(np.abs(np.abs(c) - size) / rows) < 1e-11
    diagonal = np.array(wanted["re_dipole_diag"]) + 1j * np.array(wanted["im_dipole_diag"])
    assert np.max(np.abs(np.diag(c) - diagonal) / rows[:, 0]) < 1e-11
    a = [result.flavour.a_electron, result.a_muon, result.flavour.a_tau]
    scale = 2 * result.lagrangian.m_lepton * rows[:, 0]
    assert np.max(np.abs([x.one_loop for x in a] - np.array(wanted["a"])) / scale) < 1e-11
    for name, (lighter, heavier) in dict(mu_e=(0, 1), tau_e=(0, 2), tau_mu=(1, 2)).items():
        m = result.lagrangian.m_lepton
        entries = c[lighter, heavier], c[heavier, lighter]
        width = radiative_width(*entries, m[lighter], m[heavier])
        assert width == pytest.approx(wanted["width_GeV"][name], rel=1e-7, abs=0)


SIGMA = [np.array(m) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]


def dirac():
    """Gamma matrices in the Dirac representation, gamma5 and sigma^{mn}."""
    zero, one = np.zeros((2, 2)), np.eye(2)
    gamma = [np.block([[one, zero], [zero, -one]])]
    gamma += [np.block([[zero, s], [-s, zero]]) for s in SIGMA]
    gamma5 = np.block([[zero, one], [one, zero]])
    sigma = [[0.5j * (a @ b - b @ a) for b in gamma] for a in gamma]
    return gamma, gamma5, sigma


def rest_energy(c, electric, magnetic):
    """H of a particle at rest from L = -(e/2) C ebar sigma^{mn} P_L e F_mn + h.c., in units of e.

    F_0i = E_i and F_ij = -eps_ijk B_k; on (xi, 0) spinors, where ebar e = xi^dag xi.
    """
    gamma, gamma5, sigma = dirac()
    field = np.zeros((4, 4))
    field[0, 1:], field[1:, 0] = electric, -np.array(electric)
    for i, j, k in ((1, 2, 3), (2, 3, 1), (3, 1, 2)):
        field[i, j], field[j, i] = -magnetic[k - 1], magnetic[k - 1]
    tensor = sum(sigma[m][n] * field[m, n] for m in range(4) for n in range(4))
    p_left = (np.eye(4) - gamma5) / 2
    half = -0.5 * c * gamma[0] @ tensor @ p_left
    density = half + half.conj().T
    return -density[:2, :2]


def test_electric_and_magnetic_dipoles_follow_from_the_lagrangian():
    """H = -d sigma.E - (e a/2m) sigma.B, with d = -e Im C and a = 2 m Re C of one Lagrangian."""
    c, m = 0.3 - 0.8j, 1.7
    a = anomalous_moment(np.array([[c]]), np.array([m]))[0]
    d = electric_dipole_moment(np.array([[c]]))[0] / measured("hbar_c").value
    electric, magnetic = (0.2, -0.5, 0.7), (1.1, 0.4, -0.3)
    spin_e = sum(s * x for s, x in zip(SIGMA, electric, strict=True))
    spin_b = sum(s * x for s, x in zip(SIGMA, magnetic, strict=True))
    expected = -d * spin_e - a / (2 * m) * spin_b
    np.testing.assert_allclose(rest_energy(c, electric, magnetic), expected, rtol=0, atol=1e-14)


def test_the_dipole_term_of_the_electric_moment_is_the_textbook_one():
    # -(i/2) d ebar sigma gamma5 e F from -(e/2)(C P_L + C^* P_R): d = -e Im C.
    _, gamma5, _ = dirac()
    c = 0.3 - 0.8j
    p_left, p_right = (np.eye(4) - gamma5) / 2, (np.eye(4) + gamma5) / 2
    d = electric_dipole_moment(np.array([[c]]))[0] / measured("hbar_c").value
    ours = -0.5 * (c * p_left + np.conj(c) * p_right)
    np.testing.assert_allclose(
        ours, -0.5 * c.real * np.eye(4) - 0.5j * d * gamma5, rtol=0, atol=1e-15
    )


def test_hbar_c_turns_inverse_gev_into_cm():
    assert electric_dipole_moment(np.array([[-1j]]))[0] == pytest.approx(
        1.97327e-14, rel=1e-5, abs=0
    )


def test_branching_ratios_use_the_leptonic_width():
    # 1/Gamma(mu -> e nu nu) is the muon lifetime, 2.197 us, up to radiative and mass effects.
    hbar = 6.582119569e-25
    masses = [measured(f"m_{lepton}").value for lepton in ("electron", "muon", "tau")]
    lifetime = hbar / leptonic_width(*masses[:2], measured("g_f").value)
    assert lifetime == pytest.approx(2.197e-6, rel=0.005, abs=0)
    # tau -> mu over tau -> e nu nubar as measured, 0.976(3).
    mu, e = (leptonic_width(m, masses[2], measured("g_f").value) for m in (masses[1], masses[0]))
    assert mu / e == pytest.approx(0.97256, rel=1e-5, abs=0)
    assert leptonic_width(0.0, 2.0, 1.0) == pytest.approx(32 / 192 / np.pi**3, rel=1e-14, abs=0)
    for x in (1e-6, 0.0035, 0.3):
        # The same from the spectrum of the invariant mass of the neutrino pair.
        def spectrum(s, x=x):
            momentum = np.sqrt((1 + x - s) ** 2 - 4 * x)
            return 2 * momentum * ((1 - x) ** 2 + (1 + x) * s - 2 * s**2)

        integral = quad(spectrum, 0, (1 - np.sqrt(x)) ** 2, epsabs=0, epsrel=1e-12)[0]
        width = leptonic_width(np.sqrt(x), 1.0, 1.0) * 192 * np.pi**3
        assert width == pytest.approx(integral, rel=1e-10, abs=0)
    point, _ = flavours.row(1)
    result = fssm.evaluate(point)
    c, m = result.dipole.total(), result.lagrangian.m_lepton
    sizes = abs(c[0, 1]) ** 2 + abs(c[1, 0]) ** 2
    expected = 48 * np.pi**3 / 137.036 / (1.1663788e-5 * m[1]) ** 2 * sizes
    expected /= 1 - 8 * (m[0] / m[1]) ** 2
    assert result.flavour.branching_ratios["mu_e_gamma"].one_loop == pytest.approx(
        expected, rel=1e-4, abs=0
    )


def test_the_itemised_parts_add_up():
    result = fssm.evaluate(flavours.row(5)[0])
    for decay in result.flavour.branching_ratios.values():
        parts = decay.neutralino + decay.chargino + decay.interference
        assert parts == pytest.approx(decay.one_loop, rel=1e-12, abs=0)
        assert decay.to_left + decay.to_right == pytest.approx(decay.one_loop, rel=1e-12, abs=0)
        assert decay.total == decay.one_loop + decay.qed_log
        assert decay.neutralino > 0
    for d in (*result.flavour.edm.values(), result.flavour.a_tau):
        assert d.one_loop == d.neutralino + d.chargino
        assert d.total == d.one_loop + d.qed_log
    without = fssm.evaluate(flavours.row(5)[0], qed_log=False).flavour
    assert without.a_tau.total == without.a_tau.one_loop == result.flavour.a_tau.one_loop
    assert without.branching_ratios["mu_e_gamma"].qed_log == 0
    # The logarithm reduces the amplitude: -(4 alpha/pi) ln(M_SUSY/m_tau) for tau decays.
    tau = result.flavour.branching_ratios["tau_mu_gamma"]
    m_susy = np.exp(np.mean(np.log(result.spectrum.m_slepton)))
    factor = 1 - 4 / 137.036 / np.pi * np.log(m_susy / result.lagrangian.m_lepton[2])
    assert tau.total / tau.one_loop == pytest.approx(factor**2, rel=1e-6, abs=0)


M = np.array([measured(f"m_{name}").value for name in ("electron", "muon", "tau")])
# Of tau -> mu nu nubar, which the slides leave out.
PHASE_SPACE = 0.97256


def entry(**values):
    x = np.zeros((3, 3))
    for key, value in values.items():
        x["emt".index(key[0]), "emt".index(key[1])] = value
    return x


def test_the_formulas_of_the_slides_give_the_numbers_of_the_slides():
    a = 251e-11
    e = estimates.a_electron_estimate(a, m_electron=M[0], m_muon=M[1])
    tau = estimates.a_tau_estimate(a, 15.0, m_tau=M[2], m_muon=M[1])
    # Printed with two digits, not always rounded to the nearest.
    assert e == pytest.approx(5.8e-14, rel=0.02, abs=0)
    assert tau == pytest.approx(4.7e-8, rel=0.02, abs=0)

    def printed(**x):
        return estimates.slides_branching_ratios(a, entry(**x), m_lepton=M, v=246.22)

    for x in (dict(tm=0.01), dict(mt=0.01)):
        assert printed(**x).tau_mu_gamma == pytest.approx(1.7e-8, rel=0.035, abs=0)
        assert printed(**x).tau_e_gamma == printed(**x).mu_e_gamma == 0
    for x in (dict(te=1.0), dict(et=1.0)):
        assert printed(**x).tau_e_gamma == pytest.approx(4.1e-9, rel=0.035, abs=0)
    for x in (dict(et=0.1, tm=0.1), dict(mt=0.1, te=0.1)):
        assert printed(**x).mu_e_gamma == pytest.approx(8.2e-15, rel=0.035, abs=0)


def test_the_corrected_estimate_is_the_printed_one_times_the_mass_ratio():
    inputs = dict(m_lepton=M, v=246.22)

    def ratios(x, **normalisation):
        corrected = estimates.corrected_branching_ratios(2.5e-9, x, **inputs, **normalisation)
        printed = estimates.slides_branching_ratios(2.5e-9, x, **inputs)
        return [c / p if p else None for c, p in zip(corrected, printed, strict=True)]

    x, factor = entry(tm=1e-4, et=1e-4), (M[1] / M[2]) ** 2
    expected = [1, factor, factor / PHASE_SPACE]
    # Up to (m_mu/m_tau)^2 = 0.0035, twice for mu -> e gamma.
    assert ratios(x) == pytest.approx(expected, rel=0.008, abs=0)
    in_units_of_the_tau = ratios(x, normalisation="tau")
    expected = [factor**-2, 1, 1 / PHASE_SPACE]
    assert in_units_of_the_tau == pytest.approx(expected, rel=0.008, abs=0)
    # x_emu x_mutau adds to x_etau; the printed formula leaves it out.
    doubled = ratios(entry(em=-1.0, mt=1e-3, et=1e-3))
    assert doubled[1] == pytest.approx(4 * factor, rel=0.02, abs=0)


@pytest.mark.parametrize("threshold", ["exact", "none"])
@pytest.mark.parametrize("x", [dict(et=1.0, tm=1.0), dict(mt=1.0, te=1.0)])
def test_the_texture_at_the_anomaly(threshold, x):
    """BR(mu -> e gamma) = 8.4e-11 at x x = 1 and a_mu = 2.5e-9; tau decays (m_mu/m_tau)^2 smaller.

    Of the slides' formula that is 1/283, and 1/275 with the phase space of tau -> mu nu nubar.
    """
    fields = dict(flavours.SLIDES, y_prime_muon=0.7)
    point = fssm.Point(**fields, threshold=threshold, x_texture=entry(**x))
    result = fssm.evaluate(point)
    decays, own = result.flavour.branching_ratios, result.estimates
    scaled = decays["mu_e_gamma"].one_loop * (2.5e-9 / result.a_muon.one_loop) ** 2
    assert scaled == pytest.approx(8.4e-11, rel=0.01, abs=0)
    for name, phase_space in (("tau_e_gamma", 1.0), ("tau_mu_gamma", PHASE_SPACE)):
        exact = decays[name].one_loop
        assert getattr(own.slides, name) / exact == pytest.approx(
            (M[2] / M[1]) ** 2 * phase_space, rel=0.01, abs=0
        )
        assert getattr(own.corrected, name) / exact == pytest.approx(1, rel=0.015, abs=0)
    assert own.slides.mu_e_gamma / decays["mu_e_gamma"].one_loop == pytest.approx(
        1, rel=0.03, abs=0
    )


@pytest.mark.parametrize("threshold", ["exact", "none"])
def test_x_tautau_is_known_to_the_corrected_estimate_and_found_in_given_matrices(threshold):
    # 1 + Delta = 0.32 here: x is that of the masses, not of the couplings.
    x = entry(tt=2.0, tm=0.3, mt=0.3, et=0.3)
    fields = dict(flavours.SLIDES, threshold=threshold)
    texture = fssm.evaluate(fssm.Point(**fields, y_prime_muon=0.7, x_texture=x))
    pair, vev_ratio = texture.lagrangian.yukawa, float(texture.yukawa.tan_beta_d)
    given = dict(fields, tan_beta_d=vev_ratio, y_lepton=pair[0], y_prime_lepton=pair[1])
    outright = fssm.evaluate(fssm.Point(**given))
    for result in (texture, outright):
        for name in ("tau_e_gamma", "tau_mu_gamma"):
            exact = result.flavour.branching_ratios[name].one_loop
            assert getattr(result.estimates.corrected, name) / exact == pytest.approx(1, abs=0.02)
    off_diagonal = outright.estimates.x - np.diag(np.diag(outright.estimates.x))
    np.testing.assert_allclose(off_diagonal, x - np.diag(np.diag(x)), atol=2e-3)
    assert outright.estimates.x[2, 2] == pytest.approx(2, rel=0.01, abs=0)


def test_the_formulas_for_tau_decays_hold_for_x_in_units_of_the_tau_mass():
    fields = dict(flavours.SLIDES, y_prime_muon=0.7, x_normalisation="tau")
    result = fssm.evaluate(fssm.Point(**fields, x_texture=entry(tm=0.01, te=0.01)))
    for name, phase_space in (("tau_e_gamma", 1.0), ("tau_mu_gamma", PHASE_SPACE)):
        exact = result.flavour.branching_ratios[name].one_loop
        assert getattr(result.estimates.slides, name) / exact == pytest.approx(
            phase_space, rel=0.01, abs=0
        )


def test_estimates_of_given_matrices_need_the_basis_of_the_tau():
    texture = fssm.evaluate(
        fssm.Point(**flavours.SLIDES, tan_beta_d=7.0, threshold="none", x_texture=entry(tm=0.3))
    )
    pair = texture.lagrangian.yukawa
    given = dict(flavours.SLIDES, tan_beta_d=7.0, y_lepton=pair[0], y_prime_lepton=pair[1])
    same = fssm.evaluate(fssm.Point(**given))
    np.testing.assert_allclose(same.estimates.x[[2, 1], [1, 2]], [0.3, 0], rtol=1e-10)
    assert same.estimates.x[2, 2] == 0
    for a, b in zip(same.estimates.corrected, texture.estimates.corrected, strict=True):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-40)
    q = flavours.random_unitary(1)
    rotated = fssm.Point(**{**given, "y_lepton": q @ pair[0], "y_prime_lepton": q @ pair[1]})
    unknown = fssm.evaluate(rotated).estimates
    assert np.isnan([*unknown.slides, *unknown.corrected]).all()


def test_the_chirality_of_the_outgoing_lepton():
    """Delta M_taumu couples L_tau to E_mu: the muon of tau -> mu gamma is right-handed."""
    fields = dict(flavours.SLIDES, tan_beta_d=5.0)
    right = fssm.evaluate(fssm.Point(**fields, x_texture=entry(tm=0.1)))
    left = fssm.evaluate(fssm.Point(**fields, x_texture=entry(mt=0.1)))
    for result, large, small in ((right, "to_right", "to_left"), (left, "to_left", "to_right")):
        decay = result.flavour.branching_ratios["tau_mu_gamma"]
        assert getattr(decay, large) > 50 * getattr(decay, small)


def test_a_flagged_point_has_no_number_left():
    point = fssm.Point(**dict(flavours.SLIDES, m_e=10.0), tan_beta_d=5.0, x_texture=entry(tm=0.1))
    for qed_log in (True, False):
        result = fssm.evaluate(point, qed_log=qed_log)
        assert result.unphysical
        found = result.flavour
        items = [found.a_electron, found.a_muon, found.a_tau, *found.edm.values()]
        items += [decay[:-1] for decay in found.branching_ratios.values()]
        for item in items:
            assert np.isnan(item).all()
        own = result.estimates
        numbers = [own.a_electron, own.a_tau, *own.slides, *own.corrected]
        assert np.isnan(numbers).all()


def test_a_branching_ratio_of_exactly_zero_is_not_imprecise():
    y_prime = np.diag([3e-3, 0.3, 0.2])
    fields = dict(flavours.SLIDES, tan_beta_d=5.0, m_e=2000.0, m_l_sq=None)
    soft = dict(m_l=None, m_l_sq_matrix=np.diag([4e6, 5e6, 6e6]))
    result = fssm.evaluate(fssm.Point(**{**fields, **soft}, y_prime_lepton=y_prime))
    assert all(decay.one_loop == 0 for decay in result.flavour.branching_ratios.values())
    assert not result.flags["imprecise_branching_ratio"]


@pytest.mark.parametrize("rotate", [False, True])
def test_leptons_that_nothing_connects_do_not_mix(rotate):
    """Only mu and tau mix: the electron number is exact, in whatever order the fields stand."""
    x = entry(tm=0.1, mt=0.3)
    result = fssm.evaluate(fssm.Point(**flavours.SLIDES, tan_beta_d=5.0, x_texture=x))
    if rotate:
        order = [2, 0, 1]
        pair = result.lagrangian.yukawa[:, order][:, :, [1, 2, 0]]
        given = dict(flavours.SLIDES, tan_beta_d=5.0, threshold="exact")
        result = fssm.evaluate(fssm.Point(**given, y_lepton=pair[0], y_prime_lepton=pair[1]))
    decays = result.flavour.branching_ratios
    assert decays["mu_e_gamma"].one_loop == decays["tau_e_gamma"].one_loop == 0
    assert decays["tau_mu_gamma"].one_loop > 1e-9
    assert result.flag_names() == []


def test_a_chain_of_parameters_connects_leptons():
    # Only through soft masses: electron to tau on the left, tau to muon on the right.
    soft_l, soft_e = 4e6 * np.eye(3), 5e6 * np.eye(3)
    soft_l[0, 2] = soft_l[2, 0] = soft_e[1, 2] = soft_e[2, 1] = 1e5
    fields = dict(flavours.SLIDES, tan_beta_d=5.0, m_l=None, m_e=None)
    soft = dict(m_l_sq_matrix=soft_l, m_e_sq_matrix=soft_e)
    result = fssm.evaluate(fssm.Point(**fields, **soft, x_texture=np.zeros((3, 3))))
    decay = result.flavour.branching_ratios["mu_e_gamma"]
    assert decay.to_left > 0
    assert decay.digits > 6


def test_limits_have_sources():
    names = {"mu_e_gamma", "tau_e_gamma", "tau_mu_gamma", "edm_electron", "edm_muon"}
    assert set(limits()) == names
    assert limit("mu_e_gamma").value == 1.5e-13
    assert limit("tau_mu_gamma").value == 4.2e-8
    for known in (known for group in limits().values() for known in group):
        assert "arXiv" in known.source
        assert 0.9 <= known.confidence <= 0.95
    tree = fssm.evaluate(flavours.row(0)[0]).to_dict()["limits"]
    assert names | {"a_electron", "a_tau"} == set(tree)
    results = [fssm.evaluate(flavours.row(i)[0]) for i in (1, 3, 5)]
    electric = [result.flavour.edm["muon"].total for result in results]
    assert min(electric) < 0
    ratios = [result.to_dict()["limits"]["edm_muon"]["ratio"] for result in results]
    assert ratios == pytest.approx(np.abs(electric) / 1.8e-19, rel=1e-12, abs=0)
