"""The files of fssm.io.wcxf in the hands of flavio and wilson: ``pytest interoperability``.

Needs flavio 2.7 and particle < 1 beside fssm; not part of the suite in tests/.
"""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import fssm
from fssm.constants import measured
from fssm.io import wcxf
from fssm.observables.flavour import DECAYS
from fssm.observables.lepton_dipoles import lepton_masses
from fssm.observables.leptons import leptonic_width

# They warn when imported, and where a warning is an error one of them ends in a segmentation fault.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import flavio
    import wilson
    from wilson import wcxf as standard
    from wilson.parameters import p as wilson_parameters
    from wilson.util import qcd

ROOT = Path(__file__).parents[1]
PAR = flavio.default_parameters.get_central_all()
SCALES = flavio.config["renormalization scale"]
LABELS = {"electron": "e", "muon": "mu", "tau": "tau"}
MOMENTS = {f"a_{lepton}": f"a_{label}" for lepton, label in LABELS.items()}
WIDTHS = {
    "mu_e_gamma": "BR(mu->egamma)",
    "tau_e_gamma": "BR(tau->egamma)",
    "tau_mu_gamma": "BR(tau->mugamma)",
}
OBSERVABLES = {**MOMENTS, **WIDTHS}
SLIDES = dict(
    tan_beta=50, tan_beta_u=50, mu=2500, mu_tilde=2500, theta_u=np.pi / 4, theta_d=np.pi / 4,
    m1=2500, m2=2500, m_l=2500, m_e=2500, y_prime_muon=0.7,
)  # fmt: skip


def textured(seed, **changes):
    """A point with complex mixing and phases, far from the limits of perturbation theory."""
    rng = np.random.default_rng(seed)
    x = 0.3 * (rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))
    x[1, 1] = 0.0
    phases = np.exp(1j * rng.uniform(-1, 1, 3))
    soft = rng.uniform(600, 2500, 5)
    fields = dict(
        SLIDES, x_texture=x, m1=soft[0] * phases[0], m2=soft[1] * phases[1],
        mu=soft[2] * phases[2], m_l=soft[3], m_e=soft[4],
    )  # fmt: skip
    return fssm.Point(**{**fields, **changes})


def given():
    """Yukawa couplings given as matrices, used without a threshold: other lepton masses."""
    solved = fssm.evaluate(textured(1))
    y, y_prime = solved.lagrangian.yukawa
    fields = dict(tan_beta_d=float(solved.yukawa.tan_beta_d), y_prime_muon=None, x_texture=None)
    return textured(1, y_lepton=y, y_prime_lepton=1.01 * y_prime, **fields)


POINTS = {
    "example": lambda: fssm.Point.from_toml(ROOT / "examples/flavour.toml"),
    "phases 1": lambda: textured(1),
    "phases 2": lambda: textured(2, theta_d=1.2, y_prime_muon=0.3),
    "phases 3": lambda: textured(3, y_prime_muon=0.2, mu_tilde=-900j),
}


@pytest.fixture(params=POINTS.values(), ids=POINTS.keys(), scope="module")
def result(request):
    found = fssm.evaluate(request.param())
    found.require_physical()
    return found


@pytest.fixture(scope="module")
def low(result, tmp_path_factory):
    """Files of mode low as wilson loads them."""
    paths = wcxf.save(result, tmp_path_factory.mktemp("low"))
    return {path.stem: loaded(path) for path in paths}


@pytest.fixture(scope="module")
def high(result, tmp_path_factory):
    """The file of mode high as wilson loads it."""
    (path,) = wcxf.save(result, tmp_path_factory.mktemp("high"), "high")
    return loaded(path)


def loaded(path):
    with path.open() as file:
        return wilson.Wilson.load_wc(file)


def predicted(observable, w):
    """What new physics adds in flavio; a_l without the Standard Model's, which would round it."""
    par = {**PAR, **dict.fromkeys(("a_e SM", "a_mu SM", "a_tau SM"), 0.0)}
    coefficients = flavio.WilsonCoefficients.from_wilson(w, par)
    return flavio.Observable[observable].prediction_par(par, coefficients)


def ours(result, name):
    """The total of the result."""
    flavour = result.flavour
    source = flavour.branching_ratios[name] if name in DECAYS else getattr(flavour, name)
    return source.total


def like_flavio(result, name):
    """Our total turned into flavio's prescription, masses, G_F and lifetimes."""
    own, theirs = result.lagrangian.m_lepton, np.array([PAR[f"m_{n}"] for n in LABELS.values()])
    g_f = PAR["GF"] / measured("g_f").value
    if name not in DECAYS:
        i = list(MOMENTS).index(name)
        return ours(result, name) * g_f * theirs[i] ** 2 / (own[i] * lepton_masses()[i])
    i, j, leptonic = DECAYS[name]
    width = ours(result, name) / measured(leptonic).value
    width *= leptonic_width(own[i], own[j], measured("g_f").value)

    def phase_space(m):
        return (m[j] - m[i] ** 2 / m[j]) ** 3

    lifetime = PAR["tau_tau" if j == 2 else "tau_mu"]
    return lifetime * width * phase_space(theirs) / phase_space(own)


# The file format.


@pytest.mark.parametrize("mode", ["low", "high"])
def test_the_files_are_valid(result, tmp_path, mode):
    for path in wcxf.save(result, tmp_path, mode):
        with path.open() as file:
            content = standard.WC.load(file)
        content.validate()
        assert content.basis == "flavio"
        assert content.metadata["generator"] == f"fssm {fssm.__version__}"
        assert all(np.isfinite(value) for value in content.dict.values())


def test_the_scales_are_those_of_flavio():
    found = {stem: content["scale"] for stem, content in wcxf.low(evaluated_example()).items()}
    assert found == {
        "a_electron": SCALES["e g-2"],
        "a_muon": SCALES["mudecays"],
        "a_tau": SCALES["tau g-2"],
        "edm_electron": 2,
        "mu_e_gamma": SCALES["mudecays"],
        "tau_e_gamma": SCALES["taudecays"],
        "tau_mu_gamma": SCALES["taudecays"],
    }


def evaluated_example():
    return fssm.evaluate(POINTS["example"]())


def test_nothing_runs_in_mode_low(low, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("flavio ran the coefficients")

    monkeypatch.setattr(wilson.classes, "WETrunner", refuse)
    for name, observable in OBSERVABLES.items():
        assert predicted(observable, low[name]) != 0
    assert predicted("omega_HfF", low["edm_electron"]) != 0


def test_chiralities_are_those_of_the_basis(result):
    """The operators as wilson spells them, ebar_L sigma e_R F; branching ratios cannot tell."""
    leptons = ("e", r"\mu", r"\tau")
    sectors = standard.Basis["WET", "flavio"].sectors
    spelt = {name: d["tex"] for entries in sectors.values() for name, d in entries.items()}
    values = standard.WC(**wcxf.high(result)).dict
    dipole = result.dipole.total() * qed_factor(result, wcxf.HIGH_SCALE)
    assert len(values) == 9
    for name, value in values.items():
        prefactor, bar, plain = re.fullmatch(
            r"(.*)\\bar (\S+)_L \\sigma\^{\\mu \\nu} (\S+)_R\\, F_{\\mu \\nu}", spelt[name]
        ).groups()
        i, j = leptons.index(bar), leptons.index(plain)
        unit = np.sqrt(np.pi * measured("alpha").value)
        if i == j:
            assert prefactor == rf"\frac{{4G_F}}{{\sqrt{{2}}}} \frac{{e}}{{16\pi^2}} m_{bar} "
            unit = 2 * np.sqrt(2) * np.pi**2 / (measured("g_f").value * lepton_masses()[i])
        assert value == pytest.approx(unit * np.conj(dipole[i, j]), rel=1e-12, abs=0)


# Mode low: closure.


@pytest.mark.parametrize("name", OBSERVABLES)
def test_flavio_gives_our_numbers_with_its_inputs(result, low, name):
    found = predicted(OBSERVABLES[name], low[name])
    assert found == pytest.approx(like_flavio(result, name), rel=1e-9, abs=0)


def test_masses_of_a_point_do_not_matter_to_the_dipole(tmp_path):
    """Like with like also where given matrices have lepton masses far from the measured ones."""
    result = fssm.evaluate(given())
    assert np.max(np.abs(result.lagrangian.m_lepton / lepton_masses() - 1)) > 1
    files = {path.stem: loaded(path) for path in wcxf.save(result, tmp_path)}
    for name, observable in OBSERVABLES.items():
        expected = like_flavio(result, name)
        assert predicted(observable, files[name]) == pytest.approx(expected, rel=1e-9, abs=0)


# flavio/fssm - 1, each with its own inputs; docs/wcxf.md says why.
PLAIN = {
    "a_electron": 0.0,
    "a_muon": 0.0,
    "a_tau": -7.88e-5,
    "mu_e_gamma": 0.004217,
    "tau_e_gamma": 0.00200,
    "tau_mu_gamma": -0.001393,
}


@pytest.mark.parametrize("name", OBSERVABLES)
def test_plain_numbers_differ_as_documented(result, low, name):
    difference = predicted(OBSERVABLES[name], low[name]) / ours(result, name) - 1
    assert difference == pytest.approx(PLAIN[name], rel=2e-3, abs=1e-8)


def test_the_electric_dipole_moment(result, low):
    """flavio: omega = alpha_de d_e with d_e = 2 p Im C7 in units of its e at 2 GeV."""
    alpha = flavio.physics.running.running.get_alpha_e(PAR, 2, nf_out=3)
    found = predicted("omega_HfF", low["edm_electron"]) / PAR["alpha_de(HfF)"]
    found /= np.sqrt(4 * np.pi * alpha)
    expected = result.flavour.edm["electron"].total / measured("hbar_c").value
    masses = PAR["m_e"] / lepton_masses()[0] * PAR["GF"] / measured("g_f").value
    assert found == pytest.approx(expected * masses, rel=1e-9, abs=0)
    assert np.sqrt(alpha / measured("alpha").value) - 1 == pytest.approx(0.0131, rel=1e-2, abs=0)


def test_the_public_prediction_adds_the_standard_model(result, low):
    standard_model = flavio.sm_prediction("a_mu")
    difference = flavio.np_prediction("a_mu", low["a_muon"]) - standard_model
    assert difference == pytest.approx(like_flavio(result, "a_muon"), rel=1e-8, abs=0)


def test_the_muon_alone(tmp_path):
    result = fssm.evaluate(fssm.Point(**{**SLIDES, "m1": 2500j}))
    (path,) = wcxf.save(result, tmp_path)
    found = predicted("a_mu", loaded(path))
    assert found == pytest.approx(result.a_muon.total, rel=1e-9, abs=0)
    (path,) = wcxf.save(result, tmp_path, "high")
    assert predicted("a_mu", loaded(path)) == pytest.approx(1.0165 * found, rel=2e-3, abs=0)


def test_no_dipole_is_the_standard_model(tmp_path):
    result = evaluated_example()
    for terms in result.dipole:
        terms[...] = 0.0
    for mode in ("low", "high"):
        files = {path.stem: loaded(path) for path in wcxf.save(result, tmp_path, mode)}
        for name, observable in OBSERVABLES.items():
            w = files["dipoles" if mode == "high" else name]
            assert flavio.np_prediction(observable, w) == flavio.sm_prediction(observable)
            assert predicted(observable, w) == 0


def test_conserved_lepton_number_forbids_decays(tmp_path):
    point = fssm.Point(**SLIDES, x_texture=np.diag([0.0, 0.0, 0.3]))
    files = {path.stem: loaded(path) for path in wcxf.save(fssm.evaluate(point), tmp_path)}
    assert [flavio.np_prediction(WIDTHS[name], files[name]) for name in WIDTHS] == [0, 0, 0]
    assert predicted("a_mu", files["a_muon"]) > 1e-9


# Mode high: what wilson adds, and what it leaves out.

EFTS = {"a_electron": "WET-3", "a_muon": "WET-3", "a_tau": "WET", "edm_electron": "WET-3"}


def heavier(name):
    """Index of the lepton whose mass ends the logarithm."""
    return DECAYS[name].j if name in DECAYS else list(LABELS).index(name.split("_")[1])


def running(scale, eft):
    """The factor by which wilson's running changes a lepton dipole from 91.1876 GeV to ``scale``.

    1 - (4 alpha/pi) L for 5, 4 and 3 flavours, with its fixed alpha = 1/127.9. It expands around
    the running of alpha_s, L = (2 pi/beta_0)(1/alpha_s(high) - 1/alpha_s(low)): with beta_0 of
    one loop and alpha_s of three, longer than the logarithm itself, by 7 to 32%.
    """
    ends = {"WET": [], "WET-4": [4.2, scale], "WET-3": [4.2, 1.3, scale]}[eft]
    factor, start = 1.0, wcxf.HIGH_SCALE
    for flavours, stop in zip((5, 4, 3), ends, strict=False):
        inverse = [
            1 / qcd.alpha_s(mu, flavours, wilson_parameters["alpha_s"]) for mu in (start, stop)
        ]
        log = 2 * np.pi / (11 - 2 * flavours / 3) * (inverse[0] - inverse[1])
        factor *= 1 - 4 * wilson_parameters["alpha_e"] / np.pi * log
        start = stop
    return factor


def qed_factor(result, down_to):
    m_susy = np.exp(np.mean(np.log(result.spectrum.m_slepton)))
    return 1 - 4 * measured("alpha").value / np.pi * np.log(m_susy / down_to)


def high_to_low(result, name):
    """Expected flavio(high)/flavio(low)."""
    scale = wcxf.low(result)[name]["scale"]
    ratio = qed_factor(result, wcxf.HIGH_SCALE) * running(scale, EFTS.get(name, "WET-4"))
    ratio /= qed_factor(result, result.lagrangian.m_lepton[heavier(name)])
    return ratio**2 if name in DECAYS else ratio


@pytest.mark.parametrize("name", OBSERVABLES)
def test_high_differs_from_low_by_the_running_alone(result, low, high, name):
    found = predicted(OBSERVABLES[name], high) / predicted(OBSERVABLES[name], low[name])
    assert found == pytest.approx(high_to_low(result, name), rel=1e-8, abs=0)


def test_high_and_the_electric_dipole_moment(result, low, high):
    found = predicted("omega_HfF", high) / predicted("omega_HfF", low["edm_electron"])
    assert found == pytest.approx(high_to_low(result, "edm_electron"), rel=1e-8, abs=0)


# flavio(high)/flavio(low) - 1: it stops at its scale, above the mass of the lepton.
STOPS = {
    "a_electron": 0.075,
    "a_muon": 0.0165,
    "a_tau": 0.039,
    "mu_e_gamma": 0.0335,
    "tau_e_gamma": -0.0092,
    "tau_mu_gamma": -0.0092,
}


@pytest.mark.parametrize("name", OBSERVABLES)
def test_high_closes_as_documented(low, high, name):
    """M_SUSY of the points is 0.6 to 2.5 TeV, which moves the closure by less than a per mille."""
    found = predicted(OBSERVABLES[name], high) / predicted(OBSERVABLES[name], low[name]) - 1
    assert found == pytest.approx(STOPS[name], rel=0, abs=1e-3)


@pytest.mark.parametrize("name", OBSERVABLES)
def test_high_closes_once_the_missing_logarithm_is_added(result, low, high, name):
    """From flavio's scale to the lepton, alpha(0); the rest is wilson's alpha and longer L."""
    scale = wcxf.low(result)[name]["scale"]
    log = np.log(scale / result.lagrangian.m_lepton[heavier(name)])
    missing = 1 - 4 * measured("alpha").value / np.pi * log
    found = predicted(OBSERVABLES[name], high) / predicted(OBSERVABLES[name], low[name])
    power = 2 if name in DECAYS else 1
    assert found * missing**power == pytest.approx(1, rel=0, abs=0.006 * power)


# The documentation.


def test_the_snippets_of_the_documentation_run(tmp_path, monkeypatch):
    text = (ROOT / "docs/wcxf.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert snippets
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for snippet in snippets:
        exec(compile(snippet, "docs/wcxf.md", "exec"), {})
