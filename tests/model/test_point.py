"""Inputs: forms, schema, and messages that name the field, the value and the unit."""

import copy
import dataclasses
import math
import pickle

import numpy as np
import pytest

import fssm
from fssm.model.electroweak import electroweak, vevs
from fssm.model.lagrangian import lagrangian
from fssm.model.schema import FIELDS, SECTIONS


def mapping(**changes):
    """A good point; ``section__name=value`` sets, ``section__name=None`` removes."""
    sections = {
        "vevs": {"tan_beta": 50, "tan_beta_u": 50, "tan_beta_d": 7.4},
        "higgsino": {"mu": 2500, "mu_tilde": 2500, "theta_u": 0.7, "theta_d": 0.7},
        "gaugino": {"m1": 2500, "m2": 2500},
        "slepton": {"m_l": 2500, "m_e": 2500},
    }
    for path, value in changes.items():
        section, name = path.split("__")
        entries = sections.setdefault(section, {})
        if value is None:
            del entries[name]
        else:
            entries[name] = value
    return sections


FOUR_VEVS = dict(
    vevs__tan_beta=None,
    vevs__tan_beta_u=None,
    vevs__tan_beta_d=None,
    vevs__v_u=246.0,
    vevs__v_u_prime=5.0,
    vevs__v_d=8.9,
    vevs__v_d_prime=1.0,
)
INVALID = [
    (dict(vevs__tan_beata=3), ["[vevs] tan_beata", "unknown", "'tan_beta'"]),
    (dict(slepton__m1=3), ["[slepton] m1", "[gaugino]"]),
    (dict(gaugnio__m1=3), ["[gaugnio]", "'gaugino'"]),
    (dict(gaugino__m2=None), ["[gaugino] m2", "missing", "GeV"]),
    (dict(vevs__tan_beta_u=None), ["[vevs] tan_beta_u", "missing"]),
    (dict(slepton__m_e=None), ["[slepton]", "missing", "m_e", "m_e_sq"]),
    (dict(vevs__v_u=200), ["tan_beta", "v_u", "two forms"]),
    (dict(higgsino__mu4=200), ["mu", "mu4", "two forms"]),
    (dict(slepton__m_l_sq=200), ["m_l", "m_l_sq", "two forms"]),
    (dict(slepton__m_l=-3), ["[slepton] m_l = -3", "GeV", "positive"]),
    (dict(slepton__m_e=0), ["[slepton] m_e = 0", "GeV", "positive"]),
    (dict(vevs__tan_beta=-5), ["[vevs] tan_beta = -5", "positive"]),
    (dict(gaugino__m1=math.nan), ["[gaugino] m1 = nan GeV", "not a number"]),
    (dict(gaugino__m1=math.inf), ["[gaugino] m1 = inf GeV", "finite"]),
    (dict(gaugino__m1="2500"), ["[gaugino] m1 = '2500' GeV", "number"]),
    (dict(gaugino__m1=True), ["[gaugino] m1 = True GeV", "number"]),
    (dict(gaugino__m1=[1, 2, 3]), ["[gaugino] m1 = [1, 2, 3] GeV", "[re, im]"]),
    (dict(slepton__m_l=[1, 2]), ["[slepton] m_l = [1, 2] GeV", "real number"]),
    (dict(slepton__m_l=1 + 2j), ["[slepton] m_l = (1+2j) GeV", "not complex"]),
    (dict(higgsino__theta_u="pi"), ["[higgsino] theta_u = 'pi' rad"]),
    (dict(yukawa__threshold="exakt"), ["[yukawa] threshold = 'exakt'", '"exact"']),
    (dict(yukawa__threshold="given"), ["[yukawa] epsilon_l", "given"]),
    (dict(yukawa__epsilon_l=-1e-3), ["[yukawa] epsilon_l = -0.001", "given"]),
    (
        dict(yukawa__threshold="none", vevs__tan_beta_d=math.inf),
        ["[vevs] tan_beta_d = inf", "exact"],
    ),
    (dict(vevs__tan_beta=math.inf), ["[vevs] tan_beta = inf", "tan_beta_d = inf"]),
    (dict(electroweak__scheme="mz"), ["[electroweak] scheme = 'mz'", "alpha_mz"]),
    (dict(electroweak__v=246), ["[electroweak] v = 246.0 GeV", '"couplings"']),
    (dict(electroweak__alpha_mz=0.0077), ["[electroweak] alpha_mz = 0.0077", '"alpha_mz"']),
    (dict(electroweak__scheme="couplings"), ["[electroweak] v", "missing"]),
    (dict(electroweak__m_w=95), ["[electroweak] m_w = 95.0 GeV", "m_z"]),
    (
        dict(FOUR_VEVS, vevs__v_d_prime=0, yukawa__threshold="none"),
        ["[vevs] v_d_prime = 0.0 GeV", "exact"],
    ),
    (dict(vevs__tan_beta_d=None, yukawa__y_prime_muon=0), ["[yukawa] y_prime_muon", "tan_beta_d"]),
    (dict(slepton__m_l=1e160), ["[slepton] m_l = 1e+160 GeV", "1e+30"]),
    (dict(vevs__tan_beta=1e-300), ["[vevs] tan_beta = 1e-300", "1e-30"]),
    (dict(gaugino__m1=[10**400, 0]), ["[gaugino] m1", "double precision"]),
    (dict(gaugino__m1=10**400), ["[gaugino] m1", "double precision"]),
    (dict(gaugino__m3=1), ["[gaugino] m3", "'mu3' in [higgsino]"]),
    (dict(vevs__TAN_BETA=1), ["[vevs] TAN_BETA", "'tan_beta'"]),
    (dict(gaugino__m2={}), ["[gaugino] m2", "number"]),
    (dict(FOUR_VEVS, vevs__v_u=174), ["v_u", "174", "GeV", "246"]),
]


@pytest.mark.parametrize(("changes", "words"), INVALID)
def test_bad_input_names_field_value_and_unit(changes, words):
    with pytest.raises(fssm.InvalidInput) as caught:
        fssm.Point.from_mapping(mapping(**changes))
    for word in words:
        assert word in str(caught.value)


def test_invalid_input_is_a_value_error_with_parts():
    with pytest.raises(ValueError, match="m_l") as caught:
        fssm.Point.from_mapping(mapping(slepton__m_l=-3))
    assert (caught.value.field, caught.value.value, caught.value.unit) == (
        "[slepton] m_l",
        -3,
        "GeV",
    )


def test_toml_and_mapping_share_one_schema(tmp_path):
    path = tmp_path / "point.toml"
    path.write_text(
        "[vevs]\ntan_beta=50\ntan_beta_u=50\ntan_beta_d=7.4\n"
        "[higgsino]\nmu=[2500, 1]\nmu_tilde=2500\ntheta_u=0.7\ntheta_d=0.7\n"
        "[gaugino]\nm1=2500\nm2=2500\n[slepton]\nm_l=2500\nm_e=2500\n"
    )
    from_file = fssm.Point.from_toml(path)
    from_mapping = fssm.Point.from_mapping(mapping(higgsino__mu=[2500, 1]))
    for name in from_file.given():
        assert getattr(from_file, name) == getattr(from_mapping, name)
    assert from_file.mu == 2500 + 1j


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"[vevs\n", "not TOML"), (b"\xff\xfe", "UTF-8"), (None, "cannot be read")],
)
def test_unusable_files(tmp_path, content, word):
    path = tmp_path / "point.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(fssm.InvalidInput, match=word):
        fssm.Point.from_toml(path)


def test_every_field_of_the_schema_is_a_field_of_the_point():
    assert {field.name for field in dataclasses.fields(fssm.Point)} == set(FIELDS)
    assert SECTIONS == (
        "electroweak",
        "vevs",
        "higgsino",
        "gaugino",
        "slepton",
        "yukawa",
        "flavour",
    )


def test_a_point_is_frozen_and_owns_its_arrays():
    masses = np.array([1000.0, 2000.0])
    point = fssm.Point.from_mapping(mapping(slepton__m_l=masses))
    masses[0] = -1
    assert point.m_l[0] == 1000
    with pytest.raises(ValueError, match="read-only"):
        point.m_l[0] = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.m_l = 5
    with pytest.raises(TypeError):
        fssm.Point("gf")
    assert point.shape == (2,)
    for twin in (copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        np.testing.assert_array_equal(twin.m_l, point.m_l)


def test_fields_must_broadcast():
    with pytest.raises(fssm.InvalidInput, match="broadcast"):
        fssm.Point.from_mapping(mapping(slepton__m_l=np.ones(3), gaugino__m1=np.ones(2)))


def test_what_is_not_a_table_of_sections():
    for bad in (None, [], "x", {1: {}}, {"vevs": 3}, {"tan_bta": 50}):
        with pytest.raises(fssm.InvalidInput):
            fssm.Point.from_mapping(bad)
    with pytest.raises(fssm.InvalidInput, match=r"tan_bta.*'tan_beta' in \[vevs\]"):
        fssm.Point.from_mapping({"tan_bta": 50})


def test_errors_travel_between_processes():
    with pytest.raises(fssm.InvalidInput) as caught:
        fssm.Point.from_mapping(mapping(slepton__m_l=-3))
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (str(twin), twin.field) == (str(caught.value), caught.value.field)
    unphysical = pickle.loads(pickle.dumps(fssm.Unphysical(("a",), "b")))
    assert (unphysical.flags, str(unphysical)) == (("a",), "b")


def test_copies_are_as_read_only_as_the_original():
    point = fssm.Point.from_mapping(mapping())
    assert not copy.deepcopy(point).m_l.flags.writeable
    assert repr(copy.copy(point)) == repr(point)
    assert "m_l=2500.0" in repr(point)


def test_numbers_of_every_python_and_numpy_kind():
    kinds = (2500, np.int32(2500), np.float32(2500), np.array(2500), [np.float64(2500), 0])
    for value in kinds:
        assert fssm.Point.from_mapping(mapping(gaugino__m1=value)).m1 == 2500
    big = fssm.Point.from_mapping(mapping(slepton__m_l=None, slepton__m_l_sq=10**20))
    assert big.m_l_sq == 1e20
    masked = np.ma.array([2500.0, 2600.0], mask=[False, True])
    assert np.isnan(fssm.Point.from_mapping(mapping(slepton__m_l=masked)).m_l).tolist() == [
        False,
        True,
    ]


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path):
    path = tmp_path / "point.toml"
    path.write_bytes(b"\xef\xbb\xbf[vevs]\ntan_beta=5\n")
    with pytest.raises(fssm.InvalidInput, match="tan_beta_u: missing"):
        fssm.Point.from_toml(path)


def test_a_bad_value_in_an_array_is_located():
    with pytest.raises(fssm.InvalidInput, match=r"m_l = -1.0 GeV.*index \(2,\)"):
        fssm.Point.from_mapping(mapping(slepton__m_l=np.array([1, 2, -1.0])))


def test_electroweak_schemes():
    gf = electroweak(fssm.Point.from_mapping(mapping()))
    assert gf.v == pytest.approx(246.22, abs=0.005)
    assert gf.g * gf.v / 2 == pytest.approx(80.3692, rel=1e-15, abs=0)
    assert np.hypot(gf.g, gf.g_prime) * gf.v / 2 == pytest.approx(91.1876, rel=1e-14, abs=0)
    alpha = electroweak(fssm.Point.from_mapping(mapping(electroweak__scheme="alpha_mz")))
    assert alpha.v == pytest.approx(243.26, abs=0.01)
    gm2calc = mapping(electroweak__scheme="alpha_mz", electroweak__m_w=80.385)
    assert electroweak(fssm.Point.from_mapping(gm2calc)).v == pytest.approx(243.1, abs=0.05)
    e = alpha.g * alpha.g_prime / np.hypot(alpha.g, alpha.g_prime)
    assert e**2 / (4 * np.pi) == pytest.approx(0.00775531608, rel=1e-14, abs=0)
    assert alpha.g * alpha.v / 2 == pytest.approx(80.3692, rel=1e-14, abs=0)


def test_vevs_follow_their_ratios():
    v_u, v_d = vevs(fssm.Point.from_mapping(mapping()), np.asarray(246.0))
    assert np.sqrt(np.sum(v_u**2) + np.sum(v_d**2)) == pytest.approx(246, rel=1e-15, abs=0)
    assert v_u[0] / v_d[0] == pytest.approx(50, rel=1e-14, abs=0)
    assert v_u[0] / v_u[1] == pytest.approx(50, rel=1e-14, abs=0)
    assert v_d[0] / v_d[1] == pytest.approx(7.4, rel=1e-14, abs=0)


def test_mass_and_mass_squared_are_the_same_input():
    by_mass = lagrangian(fssm.Point.from_mapping(mapping()))
    changes = dict(slepton__m_l=None, slepton__m_l_sq=2500.0**2)
    by_square = lagrangian(fssm.Point.from_mapping(mapping(**changes)))
    assert by_mass.m_l_sq == by_square.m_l_sq


FLAT = dict(
    tan_beta=50, tan_beta_u=50, tan_beta_d=7.4, mu=2500, mu_tilde=2500, theta_u=0.7, theta_d=0.7,
    m1=2500, m2=2500, m_l=2500, m_e=2500,
)  # fmt: skip


def test_a_batch_keeps_its_shape_and_a_single_point_gets_an_axis():
    single = fssm.Point(**FLAT)
    assert single.as_batch().shape == (1,)
    assert single.as_batch().m1.shape == (1,)
    many = fssm.Point(**dict(FLAT, m1=np.full((4, 1), 500.0), m2=np.full(3, 600.0)))
    batch = many.as_batch()
    assert batch.shape == (4, 3)
    assert (batch.m_l.shape, batch.m1.shape, batch.m2.shape) == ((1,), (4, 1), (3,))
    assert batch.scheme == "gf"


def test_a_part_of_a_batch_shares_what_the_batch_shares():
    many = fssm.Point(**dict(FLAT, m1=np.arange(500.0, 512.0).reshape(4, 3))).as_batch()
    for where in (slice(5, 8), np.arange(12).reshape(4, 3) % 5 == 1):
        part = many.taken(where)
        assert (part.shape, part.m_l.shape) == ((3,), (1,))
    np.testing.assert_array_equal(part.m1, [501.0, 506.0, 511.0])
    alone = fssm.Point(**FLAT).as_batch()
    assert alone.taken(np.array([True])).shape == (1,)
    assert alone.taken(np.array([False])).shape == (0,)
