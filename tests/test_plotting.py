"""The figures: they build, say what they show, and draw the library's numbers."""

import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from fssm.base import FSSMError, InvalidInput
from fssm.comparison import compare
from fssm.constants import a_muon_set, lepton_moment_sets
from fssm.constraints.running import fssm_couplings, landau_pole, mssm_couplings
from fssm.constraints.tridents import CCFR, NUTEV_LIKE, survival, trident_limit
from fssm.evaluation import evaluate
from fssm.inverse import (
    dark_photon_epsilon,
    fssm_m_susy,
    fssm_y_prime,
    leptoquark_coupling,
    universal_point,
    z_prime_coupling,
)
from fssm.observables.approximations import headline_fssm
from fssm.plotting import FIGURES, save
from fssm.plotting.planes import slides_universal
from fssm.simplified import (
    alp,
    dark_photon,
    dark_photon_heavy,
    dark_photon_light,
    l_mu_l_tau_heavy,
    mssm,
    mssm_point,
    s1_leptoquark_log,
)

SMALL = 12
BANDS = sorted(set(FIGURES) - {"ratio", "landau"})


@pytest.fixture(scope="module")
def figure():
    """Each figure once, at a small resolution."""
    made = {}

    def make(name):
        if name not in made:
            made[name] = FIGURES[name].function(n=SMALL)
        return made[name]

    return make


def line(figure, gid, panel=0):
    (found,) = [x for x in figure.axes[panel].lines if x.get_gid() == gid]
    return np.asarray(found.get_xdata(), float), np.asarray(found.get_ydata(), float)


def contour(figure, gid):
    (found,) = [c for c in figure.axes[0].collections if c.get_gid() == gid]
    vertices = np.concatenate([path.vertices for path in found.get_paths()])
    assert len(vertices) > 3
    return vertices.T


def texts(figure):
    for axes in figure.axes:
        yield from (t.get_text() for t in axes.texts)
        if axes.get_legend():
            yield axes.get_legend().get_title().get_text()
            yield from (t.get_text() for t in axes.get_legend().get_texts())


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_written_in_both_formats_and_twice_the_same(name, tmp_path):
    paths = save(name, tmp_path / "new", n=SMALL)
    assert [p.name for p in paths] == [f"{name}.pdf", f"{name}.png"]
    assert paths[0].read_bytes().startswith(b"%PDF")
    assert b"/FontFile2" in paths[0].read_bytes()
    assert paths[1].read_bytes().startswith(b"\x89PNG")
    again = save(name, tmp_path / "again", n=SMALL)
    assert [p.read_bytes() for p in paths] == [p.read_bytes() for p in again]


@pytest.mark.parametrize("name", FIGURES)
def test_axes_are_labelled_with_units_and_nothing_is_cut(name, figure):
    made = figure(name)
    assert made.get_size_inches()[0] == pytest.approx(3.4)
    pure = ("coupling", "mixing", "exact", "lambda", r"\tan\beta", "slepton mass / gaugino mass")
    for axes in made.axes:
        assert axes.get_ylabel()
        assert axes.get_title() == ""
        for label in (axes.get_xlabel(), axes.get_ylabel()):
            assert not label or "[" in label or any(word in label for word in pure), label
    assert made.axes[-1].get_xlabel()
    whole, needed = made.bbox, made.get_tightbbox().transformed(made.dpi_scale_trans)
    assert whole.x0 <= needed.x0 + 1
    assert whole.y0 <= needed.y0 + 1
    assert needed.x1 <= whole.x1 + 1
    assert needed.y1 <= whole.y1 + 1


@pytest.mark.parametrize("name", FIGURES)
def test_words_inside_a_panel_stay_inside_and_apart(name):
    made = FIGURES[name].function()
    renderer = FigureCanvasAgg(made).get_renderer()
    for axes in made.axes:
        boxes = [t.get_window_extent(renderer) for t in axes.texts if t.get_rotation() == 0]
        for i, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[i + 1 :])
        for text in axes.texts:
            box = text.get_window_extent(renderer)
            assert axes.bbox.padded(1).containsx(box.x0), text.get_text()
            assert axes.bbox.padded(1).containsx(box.x1), text.get_text()
            assert axes.bbox.padded(1).containsy(box.y0), text.get_text()
            assert axes.bbox.padded(1).containsy(box.y1), text.get_text()


@pytest.mark.parametrize("name", BANDS)
def test_data_sets_are_named_with_their_values(name, figure):
    words = " ".join(texts(figure(name)))
    assert "38(63)" in words
    assert "(amu-2025)" in words
    assert "251(59)" in words
    assert "(amu-2021)" in words


@pytest.mark.parametrize("name", BANDS)
def test_one_data_set_alone(name):
    words = " ".join(texts(FIGURES[name].function(data_set="amu-2023", reference=None, n=SMALL)))
    assert "249(48)" in words
    assert "amu-2021" not in words
    words = " ".join(texts(FIGURES[name].function(data_set="amu-2021", n=SMALL)))
    assert words.count("251(59)") == 1


def test_users_settings_are_left_alone_and_do_not_change_a_figure(tmp_path):
    (plain,) = save("z-prime", tmp_path / "plain", formats=["png"], n=SMALL)
    with matplotlib.rc_context({"font.size": 20, "axes.grid": True, "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        (path,) = save("z-prime", tmp_path / "own", formats=["png"], n=SMALL)
        assert dict(matplotlib.rcParams) == before
    assert path.read_bytes() == plain.read_bytes()


def loaded_by(statement):
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_matplotlib_is_loaded_when_a_figure_is_made_and_pyplot_never(tmp_path):
    assert "matplotlib" not in loaded_by("import fssm.plotting")
    made = loaded_by(f"import fssm.plotting as p; p.save('alp', {str(tmp_path)!r}, n=5)")
    assert "matplotlib.figure" in made
    assert "matplotlib.pyplot" not in made


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(FSSMError, match=r"pip install 'fssm\[plot\]'"):
        save("z-prime", tmp_path)
    with pytest.raises(FSSMError, match=r"pip install 'fssm\[plot\]'"):
        FIGURES["ratio"].function()


def test_wrong_arguments_are_named(tmp_path):
    with pytest.raises(InvalidInput, match="z-prime"):
        save("zprime", tmp_path)
    with pytest.raises(InvalidInput, match="format = 'xls'"):
        save("z-prime", tmp_path, formats=["xls"])
    with pytest.raises(InvalidInput, match="amu-2025"):
        save("z-prime", tmp_path, data_set="amu-2099")
    for n in (2, 10.5, True):
        with pytest.raises(InvalidInput, match="n = "):
            save("z-prime", tmp_path, n=n)
    assert not list(tmp_path.iterdir())


CURVES = [
    ("z-prime", 0, z_prime_coupling, 1.0, {}),
    ("dark-photon", 0, dark_photon_epsilon, 1.0, {}),
    ("leptoquark", 0, leptoquark_coupling, 1e3, {"quark": "top"}),
    ("leptoquark", 1, leptoquark_coupling, 1e3, {"quark": "charm"}),
]


@pytest.mark.parametrize("data_set", ["amu-2025", "amu-2021"])
@pytest.mark.parametrize(("name", "panel", "inverse", "gev", "options"), CURVES)
def test_bands_are_those_of_the_inverse_functions(
    name, panel, inverse, gev, options, data_set, figure
):
    x, y = line(figure(name), f"{data_set} central", panel)
    band = inverse(x * gev, data_set, **options)
    np.testing.assert_allclose(y, band.central, rtol=1e-9)
    for width, interval in (("one sigma", band.one_sigma), ("two sigma", band.two_sigma)):
        for end in ("low", "high"):
            _, drawn = line(figure(name), f"{data_set} {width} {end}", panel)
            there = np.isfinite(drawn)
            np.testing.assert_allclose(drawn[there], getattr(interval, end)[there], rtol=1e-9)
            # amu-2025 is consistent with nothing: its bands have one edge only.
            open_end = end == "low" and data_set == "amu-2025"
            assert there.any() != open_end


@pytest.mark.parametrize("data_set", ["amu-2025", "amu-2021"])
def test_m_susy_in_tev_for_each_yukawa_coupling(data_set, figure):
    y_prime, m_susy = line(figure("fssm-yukawa"), f"{data_set} central")
    band = fssm_m_susy(y_prime, data_set)
    np.testing.assert_allclose(m_susy, band.central / 1000, rtol=1e-9)
    _, edge = line(figure("fssm-yukawa"), f"{data_set} two sigma low")
    np.testing.assert_allclose(edge, band.two_sigma.low / 1000, rtol=1e-9)
    _, edge = line(figure("fssm-yukawa"), f"{data_set} two sigma high")
    assert np.isfinite(edge).all() == (data_set == "amu-2021")
    # The other inverse function agrees.
    i = SMALL // 2
    back = fssm_y_prime(1000 * m_susy[i], data_set).central
    assert back == pytest.approx(y_prime[i], rel=1e-6)


def test_scalings_of_the_slides(figure):
    wanted = a_muon_set("amu-2021").value
    for gid, power in (("headline linear", 1), ("headline printed", 2)):
        y_prime, m_susy = line(figure("fssm-yukawa"), gid)
        np.testing.assert_allclose(headline_fssm(y_prime, 1000 * m_susy, power=power), wanted)
    y_prime, m_susy = line(figure("fssm-yukawa"), "slides")
    np.testing.assert_allclose(slides_universal(y_prime, 1000 * m_susy), wanted)
    # The form with tan_beta_d and Delta, from the point itself: v_u in place of v.
    compared = compare(universal_point(1000 * m_susy, y_prime))
    np.testing.assert_allclose(compared.slides.approximate, wanted, rtol=1e-3)


@pytest.mark.parametrize("data_set", ["amu-2025", "amu-2021"])
def test_contours_of_the_planes_have_the_measured_moment(data_set):
    """Contours interpolate linearly between nodes 3% apart: a per mille of a_mu."""
    wanted = a_muon_set(data_set).value

    def moment(point, m_chargino):
        result = evaluate(point, detail="masses", backend="numpy")
        np.testing.assert_allclose(result.masses.chargino[..., 0], m_chargino, rtol=2e-3)
        return result.a_muon.total

    m, m_chargino = contour(FIGURES["mssm-band"].function(n=90), f"{data_set} central")
    common = common_mass(lambda x: mssm_point(tan_beta=50.0, mu=x, m1=x, m2=x, m_l=1e3, m_e=1e3),
                         m_chargino)  # fmt: skip
    fields = {"mu": common, "m1": common, "m2": common, "m_l": m, "m_e": m}
    point = mssm_point(tan_beta=50.0, **fields)
    np.testing.assert_allclose(moment(point, m_chargino), wanted, rtol=5e-3)
    m, m_chargino = 1000 * contour(FIGURES["fssm-band"].function(n=90), f"{data_set} central")
    common = common_mass(lambda x: universal_point(x, 0.7, m_l=5e3, m_e=5e3), m_chargino)
    point = universal_point(common, 0.7, m_l=m, m_e=m)
    np.testing.assert_allclose(moment(point, m_chargino), wanted, rtol=5e-3)


def common_mass(point_of, m_chargino):
    """The mass of gauginos and Higgsinos for each mass of the lightest chargino, by a table."""
    common = np.geomspace(90, 12_000, 2000)
    result = evaluate(point_of(common), detail="masses", backend="numpy")
    return np.interp(m_chargino, result.masses.chargino[..., 0], common)


def test_dashed_contour_of_the_mssm_is_the_slides_formula():
    m, m_chargino = contour(FIGURES["mssm-band"].function(n=90), "slides +0")
    common = common_mass(lambda x: mssm_point(tan_beta=50.0, mu=x, m1=x, m2=x, m_l=1e3, m_e=1e3),
                         m_chargino)  # fmt: skip
    found = mssm(tan_beta=50.0, mu=common, m1=common, m2=common, m_l=m, m_e=m).resummed.total
    np.testing.assert_allclose(found, a_muon_set("amu-2021").value, rtol=1e-2)


def test_the_fssm_plane_marks_tachyons(figure):
    m, m_chargino = 1000 * contour(figure("fssm-band"), "tachyonic")
    inside = evaluate(universal_point(7000.0, 0.7, m_l=550.0, m_e=550.0))
    assert "tachyonic_slepton" in inside.flag_names()
    assert m.min() <= 550.0 <= m.max()
    assert m_chargino.min() <= 7000.0 <= m_chargino.max()


def test_ratios_are_those_of_the_comparison(figure):
    made = figure("ratio")
    for name, point_of in (
        ("FSSM", lambda m: universal_point(m, 0.7)),
        ("MSSM", lambda m: mssm_point(tan_beta=50.0, mu=m, m1=m, m2=m, m_l=m, m_e=m)),
    ):
        x, y = line(made, f"{name} slides")
        np.testing.assert_allclose(y, compare(point_of(1000 * x)).slides.ratio)
        x, y = line(made, f"{name} mass_insertion")
        np.testing.assert_allclose(y, compare(point_of(1000 * x)).mass_insertion.ratio)
    x, y = line(made, "split 3 slides", panel=1)
    m = 2500 * x
    point = universal_point(2500.0, 0.7, m_l=m, m_e=m, mu=7500.0, mu_tilde=7500.0)
    np.testing.assert_allclose(y, compare(point).slides.ratio)
    assert np.isnan(y).any()


def test_limits_of_light_vectors(figure):
    wanted = a_muon_set("amu-2021").value
    mass, g_prime = line(figure("z-prime"), "heavy limit")
    np.testing.assert_allclose(l_mu_l_tau_heavy(g_prime, mass), wanted)
    mass, epsilon = line(figure("dark-photon"), "heavy limit")
    np.testing.assert_allclose(dark_photon_heavy(epsilon, mass), wanted)
    mass, epsilon = line(figure("dark-photon"), "light limit")
    np.testing.assert_allclose(dark_photon_light(epsilon), wanted)
    rubidium = lepton_moment_sets("electron")["ae-2023-rb"]
    mass, epsilon = line(figure("dark-photon"), "ae-2023-rb")
    largest = rubidium.value + 2 * rubidium.uncertainty
    np.testing.assert_allclose(dark_photon(epsilon, mass).a_electron, largest)
    assert any("ae-2023-cs" in text for text in texts(figure("dark-photon")))


def test_trident_limits_are_solid_only_where_the_formula_holds(figure):
    made = figure("z-prime")
    for name, factor in (("CCFR", 1.0), ("NuTeV-like", NUTEV_LIKE)):
        mass, limit = line(made, name)
        assert mass.min() == pytest.approx(CCFR.m_valid)
        np.testing.assert_allclose(limit, factor * np.asarray(trident_limit(mass)))
        mass, beyond = line(made, f"{name} continued")
        assert mass.max() == pytest.approx(CCFR.m_valid)
        assert np.isnan(trident_limit(mass[:-1])).all()
        found = survival(mass[:-1], 1.001 * beyond[:-1], weakened_by=factor)
        assert np.diag(found.undecided).all()
        found = survival(mass[:-1], 0.999 * beyond[:-1], weakened_by=factor)
        assert np.diag(found.survives).all()


def test_the_key_says_which_confidence_the_trident_limit_has(figure):
    words = " ".join(texts(figure("z-prime")))
    assert "one-sided 95%" in words
    for m_over_g in ("> 611 GeV", "539 two-sided", "496 flat prior"):
        assert m_over_g in words


def test_the_alp_plane():
    made = FIGURES["alp"].function(n=120)
    for gid, mass, wanted in (
        ("amu-2025 central", 0.0, 38e-11),
        ("amu-2021 central", 0.0, 251e-11),
        ("m_a 10", 10.0, 251e-11),
    ):
        c_muon, c_photon = contour(made, gid)
        terms = alp(f=1000.0, m_a=mass, c_muon=c_muon, c_photon=-c_photon).a_terms
        # Interpolated between nodes 8% apart, and two large terms cancel.
        size = np.abs(terms["lepton"][..., 1])
        total = terms["lepton"][..., 1] + terms["photon"][..., 1]
        assert (np.abs(total - wanted) < 0.02 * (size + wanted)).all()
        assert (terms["lepton"][..., 1] < 0).all()


def test_logarithm_of_the_leptoquark(figure):
    for panel, quark in enumerate(("top", "charm")):
        mass, lam = line(figure("leptoquark"), f"{quark} log", panel)
        there = np.isfinite(lam)
        found = s1_leptoquark_log(lam[there], lam[there], 1000 * mass[there], quark=quark)
        np.testing.assert_allclose(found, a_muon_set("amu-2021").value)


def test_landau_poles(figure):
    made = figure("landau")
    for eps_b in (-0.005, 0.0, 0.005):
        tan_beta, scale = line(made, f"eps_b {eps_b:g}")
        assert scale.min() < 1e9 < 1e20 < scale.max()
        couplings = mssm_couplings(tan_beta=tan_beta, m_susy=1000.0, eps_b=eps_b)
        found = landau_pole(couplings, scale_max=1e30).scale
        np.testing.assert_allclose(scale, found, rtol=1e-4)
    y_prime, scale = line(made, "fssm", panel=1)
    _, perturbative = line(made, "fssm perturbative", panel=1)
    couplings = fssm_couplings(tan_beta=50.0, tan_beta_u=50.0, y_prime_muon=y_prime, m_susy=2500.0)
    found = landau_pole(couplings, scale_max=1e30)
    np.testing.assert_allclose(scale, found.scale, rtol=1e-4)
    np.testing.assert_allclose(perturbative, found.perturbative_up_to, rtol=1e-4)


def test_the_command_lists_draws_and_names_what_is_wrong(tmp_path):
    from click.testing import CliRunner

    from fssm.cli import main

    def run(*arguments):
        return CliRunner().invoke(main, ["plot", *arguments])

    assert [line.split()[0] for line in run().stdout.splitlines()] == list(FIGURES)
    drawn = run("ratio", "-o", str(tmp_path / "new"), "--data-set", "amu-2021")
    assert drawn.exit_code == 0
    assert {p.name for p in (tmp_path / "new").iterdir()} == {"ratio.pdf", "ratio.png"}
    for arguments, words in ((["rato"], "unknown"), (["ratio", "--data-set", "x"], "amu-2021")):
        wrong = run(*arguments, "-o", str(tmp_path))
        assert wrong.exit_code == 2
        assert words in wrong.stderr
        assert "Traceback" not in wrong.output
