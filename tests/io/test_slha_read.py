"""The FSSM's own input blocks: every form of a Point to the bit, and messages that say where."""

from itertools import product

import flavours
import numpy as np
import points
import pytest

import fssm
from fssm.base import InvalidInput
from fssm.io import slha
from fssm.io.points import is_slha, read_point
from fssm.io.slha_blocks import FIELD_AT, INPUT_BLOCKS, PLACES
from fssm.io.slha_read import point_of
from fssm.io.slha_write import input_blocks
from fssm.model.schema import FIELDS

ANGLES = dict(mu=500.1, mu_tilde=-700 + 3e-17j, theta_u=0.3, theta_d=-1.1)
REST = dict(m1=300.3, m2=complex(-600.1, -0.0), m_l=801.7, m_e_sq=-1.5e5)
TANGENTS = dict(tan_beta=50.1, tan_beta_u=3.3)
MUS = dict(mu1=0.0, mu2=1j, mu3=complex(-0.0, 0.0), mu4=1e-3)
VEVS = dict(v_u=200.2, v_u_prime=30.1, v_d=complex(10, -0.1), v_d_prime=1.7)
COUPLINGS = dict(scheme="couplings", g=0.65, g_prime=0.35)
TEXTURE = np.array([[0, 0.1, 0.2], [1j, 0, 0.3], [0.5, 0.01 - 0.02j, 0.7]])
SOFT = np.array([[1e6, 2e3 + 1e3j, 0], [2e3 - 1e3j, 2e6, -5e2j], [0, 5e2j, 3e6]])

FORMS = {
    "tangents and angles": dict(TANGENTS, tan_beta_d=7.4, **ANGLES, **REST),
    "solved tangent": dict(TANGENTS, **ANGLES, **REST, y_prime_muon=0.7, threshold="leading"),
    "vevs and entries": dict(VEVS, **MUS, **REST, **COUPLINGS, t_muon=3j, t_prime_muon=-1e-300),
    "v": dict(COUPLINGS, v=246.1, **TANGENTS, tan_beta_d=1.1, **MUS, **REST, y_muon=-1e-3j),
    "alpha": dict(
        TANGENTS, tan_beta_d=9.9, **ANGLES, **REST, scheme="alpha_mz", alpha_mz=1 / 128.9,
        m_w=80.4, m_z=91.19, m_muon=0.105658, threshold="given", epsilon_l=-1.8e-3 + 1e-5j,
    ),
    "G_F": dict(TANGENTS, tan_beta_d=2.0, **ANGLES, **REST, g_f=1.16638e-5, threshold="none"),
    "texture": dict(
        TANGENTS, **ANGLES, m1=1.0, m2=2.0, m_l_sq=1e6, m_e=900.0, y_prime_muon=0.7,
        x_texture=TEXTURE, x_normalisation="tau", m_electron=5.1e-4, m_muon=0.1, m_tau=1.7,
        threshold="given", epsilon_l=1e-3, epsilon_tau=-1e-3j,
    ),
    "matrices": dict(
        TANGENTS, tan_beta_d=3.0, **MUS, m1=100.0, m2=200.0, y_prime_lepton=np.diag([1e-5, 0.1, 1]),
        y_lepton=TEXTURE, t_lepton=TEXTURE.real, t_prime_lepton=-TEXTURE, m_l_sq_matrix=SOFT,
        m_e_sq_matrix=SOFT.real, threshold="exact",
    ),
}  # fmt: skip


def text_of(point):
    return slha.Document(tuple(input_blocks(point)), (), "point.slha").dump()


def read(text, **options):
    return point_of(slha.parse(text, "point.slha"), **options)


def assert_same_bits(one, other):
    assert one.given() == other.given()
    for name in one.given():
        a, b = getattr(one, name), getattr(other, name)
        if isinstance(a, str):
            assert a == b
        else:
            assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes()), name


@pytest.mark.parametrize("form", FORMS)
def test_every_form_comes_back_to_the_bit(form):
    point = fssm.Point(**FORMS[form])
    assert_same_bits(point, read(text_of(point)))


@pytest.mark.parametrize(("seed", "complex_phases"), [*product(range(8), [False, True])])
def test_random_points_come_back_to_the_bit(seed, complex_phases):
    one = points.point(points.parameters(seed, complex_phases=complex_phases))
    three = flavours.point(flavours.parameters(seed, complex_phases=complex_phases))
    for point in (one, three):
        assert_same_bits(point, read(text_of(point)))


def test_the_forms_have_every_field_and_every_field_has_a_place():
    assert {name for form in FORMS.values() for name in form} == set(FIELDS)
    assert set(PLACES) == set(FIELDS)
    assert len(FIELD_AT) == len(PLACES)
    assert all((place.entry is None) == (FIELDS[n].axes == 2) for n, place in PLACES.items())


def test_complex_numbers_are_those_with_an_imaginary_entry():
    text = text_of(fssm.Point(**FORMS["tangents and angles"]))
    assert read(text).mu.dtype == float
    assert read(text).m2.dtype == complex
    assert np.signbit(read(text).m2.imag)
    more = text + "Block IMFSSMXIN\n"
    with pytest.raises(InvalidInput, match="IMFSSMXIN without a block FSSMXIN"):
        read(more)


TEXT = """\
Block FSSMVEVIN
  1   50
  2   50
  3   7.4
Block FSSMMUIN
  1   500
  2   500
  3   0.7
  4   0.7
Block FSSMGAUGINOIN
  1   300
  2   600
Block FSSMSLEPTONIN
  1   800
  2   900
"""


def test_a_file_by_hand():
    point = read(TEXT.replace("Block FSSMVEVIN", "BLOCK fssmvevin # tangents"))
    fields = dict(
        tan_beta=50, tan_beta_u=50, tan_beta_d=7.4, mu=500, mu_tilde=500, theta_u=0.7, theta_d=0.7,
        m1=300, m2=600, m_l=800, m_e=900,
    )  # fmt: skip
    assert_same_bits(point, fssm.Point(**fields))
    assert read(TEXT, generations=1).generations == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  2   900", "  9   900", ["line 15", "unknown entry of FSSMSLEPTONIN", "2 m_e"]),
        ("  2   900", "  2   -900", ["line 15", "[slepton] m_e (FSSMSLEPTONIN 2)", "-900.0 GeV"]),
        ("  2   900", "  2   9 9", ["line 15", "one index and a value"]),
        ("  2   900\n", "", ["[slepton] m_e (FSSMSLEPTONIN 2)", "missing"]),
        ("  3   7.4\n", "", ["[vevs] tan_beta_d (FSSMVEVIN 3)", "missing"]),
        ("  3   7.4", "  11  246", ["line 4", "v_u (FSSMVEVIN 11)", "two forms"]),
        ("  3   7.4", "  3   1e31", ["line 4", "tan_beta_d", "1e+30"]),
        ("FSSMMUIN", "FSSMNUIN", ["line 5", "unknown block FSSMNUIN", "FSSMMUIN"]),
        ("FSSMMUIN", "FSSMMUIN Q= 100", ["line 5", "has no Q"]),
        (
            "Block FSSMMUIN",
            "Block IMFSSMVEVIN\n 1 0\nBlock FSSMMUIN",
            ["line 6", "tan_beta", "real"],
        ),
        ("Block FSSMMUIN", "Block IMFSSMVEVIN\n 9 0\nBlock FSSMMUIN", ["line 6", "real part"]),
        ("Block FSSMMUIN", "Block IMFSSMMODSEL\nBlock FSSMMUIN", ["line 5", "unknown block"]),
        ("Block FSSMMUIN", "Block FSSMMODSEL\n 1 fg\nBlock FSSMMUIN", ["line 6", "scheme", "'fg'"]),
        ("Block FSSMMUIN", "Block FSSMMODSEL\n gf\nBlock FSSMMUIN", ["line 6", "index"]),
        ("Block FSSMMUIN", "Block FSSMMODSEL\n 7 gf\nBlock FSSMMUIN", ["line 6", "1 scheme"]),
        ("Block FSSMMUIN", "Block FSSMMODSEL\n 1\nBlock FSSMMUIN", ["line 6", "unknown entry"]),
        ("Block FSSMMUIN", "Block FSSMXIN\n 1 1 1\nBlock FSSMMUIN", ["line 5", "no entry 1 2"]),
        ("Block FSSMMUIN", "Block FSSMXIN\n 4 1 1\nBlock FSSMMUIN", ["line 5", "no entry 1 1"]),
    ],
)
def test_messages_name_the_line_and_the_place(old, new, words):
    assert TEXT.count(old) == 1
    with pytest.raises(InvalidInput) as caught:
        read(TEXT.replace(old, new))
    assert str(caught.value).startswith("point.slha")
    for word in words:
        assert word in str(caught.value)


def test_vevs_that_miss_v_are_named_with_their_block():
    lines = TEXT.splitlines()
    vevs = ["  11  200", "  12  10", "  13  10", "  14  1"]
    with pytest.raises(InvalidInput, match=r"point.slha, line 1: .*v_d_prime\^2\) \(FSSMVEVIN\)"):
        read("\n".join([lines[0], *vevs, *lines[4:]]))


def test_options_that_mean_nothing_here():
    with pytest.raises(InvalidInput, match="scale"):
        read(TEXT, scale=1000.0)
    with pytest.raises(InvalidInput, match="generations = 3"):
        read(TEXT, generations=3)
    with pytest.raises(InvalidInput, match="generations = 2: must be 1 or 3"):
        read(TEXT, generations=2)


def test_read_point_tells_toml_from_slha(tmp_path, monkeypatch):
    toml = "# Block\n[vevs]\ntan_beta = 3\n"
    assert is_slha("\n# comment\n  bLoCk X")
    assert is_slha("DECAY 25 1")
    assert not is_slha(toml)
    assert not is_slha("")
    for name in ("a.slha", "b.SLHA2", "c.spc", "d", "e.txt"):
        (tmp_path / name).write_text(TEXT)
        assert_same_bits(read_point(tmp_path / name), read(TEXT))
    (tmp_path / "a.toml").write_text(TEXT)
    with pytest.raises(InvalidInput, match="is not TOML"):
        read_point(tmp_path / "a.toml")
    (tmp_path / "f.slha").write_text(toml)
    with pytest.raises(InvalidInput, match=r"f.slha, line 2: .*|.*before any block"):
        read_point(tmp_path / "f.slha")


class _Bytes:
    def __init__(self, text):
        self.buffer = self
        self.text = text

    def read(self, size=-1):
        return self.text.encode()[: None if size < 0 else size]


def test_read_point_reads_standard_input_and_toml(monkeypatch):
    monkeypatch.setattr("sys.stdin", _Bytes(TEXT))
    assert_same_bits(read_point("-"), read(TEXT))
    monkeypatch.setattr("sys.stdin", _Bytes(TEXT.replace("900", "-900")))
    with pytest.raises(InvalidInput, match="standard input, line 15"):
        read_point("-")
    own = "examples/multi-tev.toml"
    monkeypatch.chdir(flavours.FOLDER.parent.parent)
    assert_same_bits(read_point(own), fssm.Point.from_toml(own))
    for options in (dict(scale=1.0), dict(generations=3)):
        with pytest.raises(InvalidInput, match=next(iter(options))):
            read_point(own, **options)


def test_documentation_lists_every_input():
    page = (flavours.FOLDER.parent.parent / "docs" / "slha.md").read_text()
    for block in INPUT_BLOCKS:
        assert f"`{block}`" in page
    for name, place in PLACES.items():
        line = next(line for line in page.splitlines() if f"`{place.block}`" in line)
        wanted = f"`{name}`" if place.entry is None else f"{place.entry} `{name}`"
        assert wanted in line, wanted
