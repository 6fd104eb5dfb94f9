"""Wilson coefficient files: their form, their numbers against formulas written here, their faults.

What flavio makes of them is tested in interoperability/, where flavio is installed.
"""

import json
from dataclasses import replace
from pathlib import Path

import flavours
import numpy as np
import points
import pytest
from printed import muon_decay

import fssm
from fssm.io import wcxf
from fssm.observables.leptons import LoopSum

EXAMPLES = Path(__file__).parents[2] / "examples"
ALPHA, G_F = 0.0072973525643, 1.1663788e-5
MASSES = np.array([0.00051099895069, 0.1056583755, 1.77693])
HIGH = 91.1876
TARGETS = {
    "a_electron": ("WET-3", 1.0, {"C7_ee"}),
    "a_muon": ("WET-3", 1.0, {"C7_mumu"}),
    "a_tau": ("WET", 91.1876, {"C7_tautau"}),
    "edm_electron": ("WET-3", 2.0, {"C7_ee"}),
    "mu_e_gamma": ("WET-4", 1.0, {"Cgamma_mue", "Cgamma_emu"}),
    "tau_e_gamma": ("WET-4", 1.8, {"Cgamma_taue", "Cgamma_etau"}),
    "tau_mu_gamma": ("WET-4", 1.8, {"Cgamma_taumu", "Cgamma_mutau"}),
}
# Operators of the basis, (row of the bar, column): ebar_row sigma P_R e_column F.
OPERATORS = {
    "C7_ee": (0, 0), "C7_mumu": (1, 1), "C7_tautau": (2, 2),
    "Cgamma_mue": (0, 1), "Cgamma_emu": (1, 0), "Cgamma_taue": (0, 2),
    "Cgamma_etau": (2, 0), "Cgamma_taumu": (1, 2), "Cgamma_mutau": (2, 1),
}  # fmt: skip
MIXING = [
    [0.0, 0.02 - 0.01j, 0.1 + 0.2j],
    [0.03j, 0.0, 0.006 + 0.008j],
    [0.1 - 0.3j, -0.01 + 0.02j, 0.0],
]


def textured(**changes):
    fields = dict(flavours.SLIDES, y_prime_muon=0.7, x_texture=MIXING, m1=2500 * np.exp(0.4j))
    return fssm.Point(**{**fields, **changes})


POINTS = {
    "example": lambda: fssm.Point.from_toml(EXAMPLES / "flavour.toml"),
    "texture": lambda: textured(m_l=900.0, m_e=1700.0),
    "table": lambda: flavours.row(1)[0],
    "matrices": lambda: flavours.point(flavours.parameters(3)),
}


@pytest.fixture(params=POINTS.values(), ids=POINTS.keys(), scope="module")
def result(request):
    return fssm.evaluate(request.param())


def muon_result(**changes):
    fields = dict(flavours.SLIDES, y_prime_muon=0.7, m1=2500 * np.exp(0.4j))
    return fssm.evaluate(fssm.Point(**{**fields, **changes}))


def number(value):
    return complex(value["Re"], value["Im"]) if isinstance(value, dict) else value


def numbers(content):
    return {name: number(value) for name, value in content["values"].items()}


def factor(result, down_to):
    """1 - (4 alpha/pi) ln(M_SUSY/mass), M_SUSY the geometric mean of the charged sleptons."""
    masses = result.to_dict()["masses"]["slepton"]
    m_susy = np.prod(masses) ** (1 / len(masses))
    return 1 - 4 * ALPHA / np.pi * np.log(m_susy / down_to)


def lagrangian(content):
    """Coefficients (3, 3) of ebar_i sigma P_R e_j F in 1/GeV, prefactors of the basis written out.

    4 G_F/sqrt2 e/(16 pi^2) m of C7; nothing of Cgamma.
    """
    e = np.sqrt(4 * np.pi * ALPHA)
    matrix = np.zeros((3, 3), complex)
    for name, value in numbers(content).items():
        i, j = OPERATORS[name]
        unit = 4 * G_F / np.sqrt(2) * e / (16 * np.pi**2) * MASSES[i]
        matrix[i, j] = value * (unit if name.startswith("C7") else 1)
    return matrix


def together(contents):
    """The entries of the files of mode low, in one content."""
    return {"values": {k: v for content in contents.values() for k, v in content["values"].items()}}


def test_a_low_file_has_the_form_of_wcxf(result):
    contents = wcxf.low(result)
    assert list(contents) == list(TARGETS)
    for stem, (eft, scale, names) in TARGETS.items():
        content = contents[stem]
        assert list(content) == ["eft", "basis", "scale", "metadata", "values"]
        assert (content["eft"], content["basis"], content["scale"]) == (eft, "flavio", scale)
        assert set(content["values"]) == names
        assert content["metadata"]["generator"] == f"fssm {fssm.__version__}"
        assert content["metadata"]["bibliography"] == ["arXiv:2104.08293"]
        assert "flavio" in content["metadata"]["description"]
        assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_the_high_file_has_all_dipoles(result):
    content = wcxf.high(result)
    assert list(content) == ["eft", "basis", "scale", "metadata", "values"]
    assert (content["eft"], content["basis"], content["scale"]) == ("WET", "flavio", HIGH)
    assert set(content["values"]) == set(OPERATORS)
    assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_low_files_hold_the_total_dipoles(result):
    e, dipole = np.sqrt(4 * np.pi * ALPHA), result.dipole.total()
    own = result.lagrangian.m_lepton
    logs = factor(result, np.array([[own[max(i, j)] for j in range(3)] for i in range(3)]))
    found = lagrangian(together(wcxf.low(result)))
    assert found == pytest.approx(e / 2 * np.conj(dipole * logs), rel=1e-12, abs=0)


def test_the_high_file_keeps_the_logarithm_above_its_scale(result):
    e = np.sqrt(4 * np.pi * ALPHA)
    expected = e / 2 * np.conj(result.dipole.total()) * factor(result, HIGH)
    assert lagrangian(wcxf.high(result)) == pytest.approx(expected, rel=1e-12, abs=0)


def test_moments_and_decays_follow_as_in_the_result(result):
    """a = G_F m^2/(sqrt2 pi^2) Re C7, d = 2 p Im C7 and Gamma of the basis, with its masses."""
    flavour, own = result.flavour, result.lagrangian.m_lepton
    values = {stem: numbers(content) for stem, content in wcxf.low(result).items()}
    for i, lepton in enumerate(("electron", "muon", "tau")):
        (c7,) = values[f"a_{lepton}"].values()
        a = G_F * MASSES[i] ** 2 / (np.sqrt(2) * np.pi**2) * c7.real
        total = getattr(flavour, f"a_{lepton}").total
        assert a == pytest.approx(total * MASSES[i] / own[i], rel=1e-12, abs=0)
        p_over_e = 4 * G_F / np.sqrt(2) / (16 * np.pi**2) * MASSES[i]
        d = 2 * p_over_e * c7.imag * 1.973269804e-14
        assert d == pytest.approx(flavour.edm[lepton].total, rel=1e-9, abs=0)
    measured = {"mu_e_gamma": 1.0, "tau_e_gamma": 0.1782, "tau_mu_gamma": 0.1739}
    for name, (i, j) in {
        "mu_e_gamma": (0, 1),
        "tau_e_gamma": (0, 2),
        "tau_mu_gamma": (1, 2),
    }.items():
        size = sum(abs(c) ** 2 for c in values[name].values())
        width = size * own[j] ** 3 / (4 * np.pi) * (1 - (own[i] / own[j]) ** 2) ** 3
        leptonic = G_F**2 * own[j] ** 5 / (192 * np.pi**3) * muon_decay((own[i] / own[j]) ** 2)
        total = flavour.branching_ratios[name].total
        assert measured[name] * width / leptonic == pytest.approx(total, rel=1e-10, abs=0)


def dirac():
    """Gamma matrices, Dirac representation."""
    one, zero = np.eye(2), np.zeros((2, 2))
    pauli = [[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]
    spatial = [np.block([[zero, np.array(s)], [-np.array(s), zero]]) for s in pauli]
    gamma = [np.block([[one, zero], [zero, -one]]).astype(complex), *spatial]
    gamma5 = 1j * gamma[0] @ gamma[1] @ gamma[2] @ gamma[3]
    return gamma, gamma5


def test_the_operators_add_up_to_our_lagrangian(result):
    """Over flavour x spinor, for some F: L = -(q/2) C_ij ebar_j sigma P_L e_i F + h.c., q = -|e|.

    The charge of the lepton is negative for D = d + i q A, by which flavio's a_l has its sign.
    """
    gamma, gamma5 = dirac()
    rng = np.random.default_rng(5)
    field = np.triu(rng.normal(size=(4, 4)), 1)
    field = field - field.T
    sigma_f = sum(
        0.5j * (gamma[m] @ gamma[n] - gamma[n] @ gamma[m]) * field[m, n]
        for m in range(4)
        for n in range(4)
    )
    p_left, p_right = (np.eye(4) - gamma5) / 2, (np.eye(4) + gamma5) / 2
    q = -np.sqrt(4 * np.pi * ALPHA)
    ours = np.kron((-q / 2 * result.dipole.total()).T, gamma[0] @ sigma_f @ p_left)
    theirs = np.kron(lagrangian(wcxf.high(result)), gamma[0] @ sigma_f @ p_right)
    theirs /= factor(result, HIGH)
    ours, theirs = (density + density.conj().T for density in (ours, theirs))
    assert theirs == pytest.approx(ours, rel=1e-12, abs=0)


def test_without_the_logarithm_there_is_none():
    result = fssm.evaluate(textured(), qed_log=False)
    e = np.sqrt(4 * np.pi * ALPHA)
    expected = e / 2 * np.conj(result.dipole.total())
    for content in (wcxf.high(result), together(wcxf.low(result))):
        assert lagrangian(content) == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.parametrize(
    "hidden",
    [("a_muon",), ("a_muon", "edm"), ("a_muon", "edm", "a_electron"), ("a_muon", "a_tau")],
)
def test_a_lepton_without_a_moment_does_not_hide_the_logarithm(hidden):
    result = fssm.evaluate(textured())
    nothing = LoopSum(*(np.float64(0.0) for _ in LoopSum._fields))
    changes = {name: nothing for name in hidden if name != "edm"}
    if "edm" in hidden:
        changes["edm"] = dict.fromkeys(result.flavour.edm, nothing)
    flavour = result.flavour._replace(**changes)
    result = replace(result, a_muon=nothing, flavour=flavour)
    expected = np.sqrt(np.pi * ALPHA) * np.conj(result.dipole.total()) * factor(result, HIGH)
    assert lagrangian(wcxf.high(result)) == pytest.approx(expected, rel=1e-12, abs=0)


def test_conserved_lepton_number_leaves_entries_out_and_real_numbers_plain():
    point = fssm.Point(**flavours.SLIDES, y_prime_muon=0.7, x_texture=np.diag([0.0, 0.0, 0.3]))
    result = fssm.evaluate(point)
    contents = wcxf.low(result)
    assert list(contents) == list(TARGETS)
    assert [contents[name]["values"] for name in list(TARGETS)[4:]] == [{}, {}, {}]
    values = wcxf.high(result)["values"]
    assert set(values) == {"C7_ee", "C7_mumu", "C7_tautau"}
    assert {type(value) for value in values.values()} == {float}


@pytest.mark.parametrize("complex_phases", [False, True])
def test_the_muon_alone(complex_phases):
    result = fssm.evaluate(points.point(points.parameters(7, complex_phases=complex_phases)))
    result.require_physical()
    contents = {**wcxf.low(result), "dipoles": wcxf.high(result)}
    assert list(contents) == ["a_muon", "dipoles"]
    unit = np.sqrt(np.pi * ALPHA) * np.conj(result.dipole.total()[0, 0])
    for content, scale in zip(
        contents.values(), (result.lagrangian.m_lepton[0], HIGH), strict=True
    ):
        assert list(content["values"]) == ["C7_mumu"]
        assert isinstance(content["values"]["C7_mumu"], dict if complex_phases else float)
        expected = unit * factor(result, scale)
        assert lagrangian(content)[1, 1] == pytest.approx(expected, rel=1e-12, abs=0)


def test_the_muon_alone_is_the_muon_of_three_without_mixing():
    point = fssm.Point(**flavours.SLIDES, y_prime_muon=0.7, x_texture=np.zeros((3, 3)))
    three, one = fssm.evaluate(point), muon_result(m1=2500)
    found = [numbers(wcxf.low(r)["a_muon"])["C7_mumu"] for r in (one, three)]
    assert found[0] == pytest.approx(found[1], rel=1e-3, abs=0)


def test_masses_are_those_of_the_reader():
    """Other lepton masses of a point change C7 through C only: L is what a file hands over."""
    result = fssm.evaluate(flavours.row(1)[0])
    assert abs(result.lagrangian.m_lepton[0] / MASSES[0] - 1) > 1e-5
    unit = 2 * np.sqrt(2) * np.pi**2 / (G_F * MASSES[0])
    expected = unit * np.conj(result.dipole.total()[0, 0]) * factor(result, HIGH)
    assert numbers(wcxf.high(result))["C7_ee"] == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(("mode", "stems"), [("low", list(TARGETS)), ("high", ["dipoles"])])
def test_save_writes_what_the_functions_return(tmp_path, mode, stems):
    result = fssm.evaluate(textured())
    contents = wcxf.low(result) if mode == "low" else {"dipoles": wcxf.high(result)}
    folder = tmp_path / "not" / "there"
    paths = wcxf.save(result, str(folder), mode)
    assert paths == [folder / f"{stem}.json" for stem in stems]
    assert sorted(folder.iterdir()) == sorted(paths)
    for path in paths:
        assert json.loads(path.read_text(encoding="utf-8")) == contents[path.stem]
        assert path.read_text(encoding="utf-8").endswith("}\n")


def test_save_replaces_its_files_and_leaves_others(tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    wcxf.save(muon_result(), tmp_path)
    first = (tmp_path / "a_muon.json").read_text()
    assert wcxf.save(muon_result(m_l=1000.0), tmp_path) == [tmp_path / "a_muon.json"]
    assert (tmp_path / "a_muon.json").read_text() != first
    assert (tmp_path / "mine.txt").read_text() == "kept"


def batch():
    return fssm.evaluate(
        fssm.Point(**dict(flavours.SLIDES, y_prime_muon=0.7, m_l=[1000.0, 2000.0]))
    )


def of_a_muon_alone():
    return fssm.evaluate(fssm.Point(**flavours.SLIDES, y_prime_muon=0.7), detail="a_muon")


@pytest.mark.parametrize("write", [wcxf.low, wcxf.high])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (batch, r"result = \(2,\): has many points; a WCxf file holds one"),
        (of_a_muon_alone, r"result = 'AMuonResult': must be that of evaluate\(point\)"),
        (dict, "result = 'dict': must be"),
    ],
)
def test_what_is_not_one_result_is_refused(write, make, words):
    result = make()
    with pytest.raises(fssm.InvalidInput, match=words):
        write(result)


@pytest.mark.parametrize("mode", ["low", "high"])
def test_an_unphysical_point_writes_nothing(tmp_path, mode):
    result = fssm.evaluate(fssm.Point.from_toml(EXAMPLES / "unphysical.toml"))
    with pytest.raises(fssm.Unphysical, match="unphysical point: "):
        wcxf.save(result, tmp_path / "new", mode)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_mode_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(fssm.InvalidInput, match='mode = \'medium\': unknown; known: "low", "high"'):
        wcxf.save(muon_result(), tmp_path / "new", "medium")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        wcxf.save(muon_result(), tmp_path / "file")


def test_warnings_do_not_keep_a_point_back():
    result = fssm.evaluate(textured())
    raised = {**result.flags, "imprecise_branching_ratio": np.array(True)}
    result = replace(result, flags=raised)
    assert set(wcxf.high(result)["values"]) == set(OPERATORS)
