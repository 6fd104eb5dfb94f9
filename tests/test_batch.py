"""The batch path: the same numbers as the full evaluation, in either backend, to the bit alone."""

import json

import numpy as np
import points
import pytest

import fssm
from fssm import evaluation, moment

COUNT = 60
MODES = {
    "given": dict(y_prime_muon=0.2),
    "given, none": dict(y_prime_muon=0.2, threshold="none"),
    "exact": {},
    "leading": dict(threshold="leading"),
    "epsilon": dict(threshold="given", epsilon_l=-1e-3),
    "none": dict(threshold="none"),
    "tan_beta_d": dict(y_prime_muon=0.2, tan_beta_d=None),
    "own yukawa": dict(y_muon=0.003, t_muon=3.0, t_prime_muon=20.0),
}
BACKENDS = ["numpy", "numba"]
KINDS = ["real", "complex"]


def fields(kind, mode, count=COUNT, seed=3):
    rng = np.random.default_rng(seed)

    def draw(low, high):
        return np.exp(rng.uniform(np.log(low), np.log(high), count))

    drawn = dict(
        tan_beta=draw(5, 60), tan_beta_u=draw(5, 60), tan_beta_d=draw(2, 20),
        mu1=draw(300, 3000), mu2=-draw(300, 3000), mu3=draw(300, 3000), mu4=draw(300, 3000),
        m1=draw(200, 3000), m2=draw(200, 3000),
        m_l_sq=draw(1000, 3000) ** 2, m_e_sq=draw(1000, 3000) ** 2,
    )  # fmt: skip
    if kind == "complex":
        for name in ("mu4", "m1", "m2"):
            drawn[name] = drawn[name] * np.exp(1j * rng.uniform(-np.pi, np.pi, count))
    return {**drawn, **MODES[mode]}


def evaluated(values, **options):
    options = {"detail": "masses", **options}
    return fssm.evaluate(fssm.Point(**values), **options)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_the_batch_path_has_the_numbers_and_flags_of_the_full_evaluation(mode, kind, backend):
    values = fields(kind, mode)
    full, fast = fssm.evaluate(fssm.Point(**values)), evaluated(values, backend=backend)
    assert fast.backend == backend
    scale = np.abs(full.a_muon.neutralino) + np.abs(full.a_muon.chargino)
    # Both within 3e-12 of the truth; see tests/test_batch_reference.py for the batch path's own.
    for ours, theirs in zip(fast.a_muon, full.a_muon, strict=True):
        np.testing.assert_array_less(np.abs(ours - theirs)[~full.unphysical], 5e-12 * scale.max())
        np.testing.assert_allclose((ours - theirs) / scale, 0, rtol=0, atol=5e-12)
        assert (np.isnan(ours) == full.unphysical).all()
    for name, ours, theirs in (
        ("y_prime_muon", fast.y_prime_muon, full.yukawa.y_prime_muon),
        ("tan_beta_d", fast.tan_beta_d, full.yukawa.tan_beta_d),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=0, err_msg=name)
    np.testing.assert_allclose(fast.delta, full.yukawa.delta, rtol=1e-10, atol=1e-13)
    for name, mask in fast.flags.items():
        assert (mask == full.flags[name]).all(), name
    of_leptons = {"texture_unsolved", "massless_lepton"}
    of_leptons |= {"imprecise_branching_ratio", "imprecise_lepton_masses"}
    assert set(full.flags) - set(fast.flags) == of_leptons


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", KINDS)
def test_masses_are_those_of_the_spectrum(kind, backend):
    values = fields(kind, "exact")
    full, masses = fssm.evaluate(fssm.Point(**values)), evaluated(values, backend=backend).masses
    inos = full.spectrum.inos
    heaviest = np.abs(inos.m_neutralino).max(-1, keepdims=True)
    difference = (masses.neutralino - np.abs(inos.m_neutralino)) / heaviest
    np.testing.assert_allclose(difference, 0, rtol=0, atol=1e-14)
    np.testing.assert_allclose(masses.chargino, inos.m_chargino, rtol=1e-11, atol=0)
    np.testing.assert_allclose(masses.smuon, full.spectrum.m_slepton, rtol=1e-13, atol=0)
    np.testing.assert_allclose(
        masses.sneutrino, full.spectrum.m_sneutrino[..., 0], rtol=1e-13, atol=0
    )


FAULTS = {"missing_input": ("m1", np.nan), "tachyonic_slepton": ("m_e_sq", -1e6),
          "tachyonic_sneutrino": ("m_l_sq", -1e6)}  # fmt: skip


def columns(result):
    loops, masses = result.a_muon._asdict(), result.masses._asdict()
    solved = {name: getattr(result, name) for name in ("y_prime_muon", "tan_beta_d", "delta")}
    return {**loops, **masses, **solved, **result.flags}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["given", "exact", "leading", "tan_beta_d"])
@pytest.mark.parametrize("flag", FAULTS)
def test_a_fault_leaves_every_other_bit_unchanged(flag, mode, kind, backend):
    values = fields(kind, mode)
    name, bad = FAULTS[flag]
    faulty = dict(values, **{name: np.where(np.arange(COUNT) == 17, bad, values[name])})
    before, after = evaluated(values, backend=backend), evaluated(faulty, backend=backend)
    assert flag in after.flag_names()[17]
    assert np.isnan(after.a_muon.total[17])
    good = np.arange(COUNT) != 17
    new = columns(after)
    for column, array in columns(before).items():
        assert array[good].tobytes() == new[column][good].tobytes(), column


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["given", "exact"])
def test_bits_depend_neither_on_the_batch_nor_on_chunks_nor_on_threads(
    mode, kind, backend, monkeypatch
):
    values = fields(kind, mode)
    whole = columns(evaluated(values, backend=backend))
    for name in ("_CHUNK", "_CHUNK_OF_THREADS"):
        monkeypatch.setattr(moment, name, {"numpy": 14, "numba": 14})
    for threads in (1, 2):
        pieces = columns(evaluated(values, backend=backend, threads=threads))
        for column, array in whole.items():
            assert array.tobytes() == pieces[column].tobytes(), column
    one = {k: v[23] if np.ndim(v) else v for k, v in values.items()}
    for column, value in columns(evaluated(one, backend=backend)).items():
        assert np.shape(value) == whole[column].shape[1:]
        assert np.asarray(value).tobytes() == whole[column][23].tobytes(), column


@pytest.mark.parametrize("backend", BACKENDS)
def test_fields_broadcast_as_everywhere(backend):
    values = dict(fields("real", "exact", 1), m_l_sq=np.linspace(1e6, 4e6, 7)[:, None, None],
                  m1=np.array([300.0, 500.0]))  # fmt: skip
    values = {k: v.item() if np.shape(v) == (1,) else v for k, v in values.items()}
    values["m1"] = values["m1"][:, None] * np.ones(3)
    result = evaluated(values, backend=backend)
    assert result.shape == result.a_muon.total.shape == (7, 2, 3)
    assert result.masses.neutralino.shape == (7, 2, 3, 6)
    corner = {k: np.broadcast_to(v, (7, 2, 3))[4, 1, 2] if np.ndim(v) else v
              for k, v in values.items()}  # fmt: skip
    alone = evaluated(corner, backend=backend)
    assert alone.a_muon.total == pytest.approx(result.a_muon.total[4, 1, 2], rel=1e-13, abs=0)
    empty = evaluated(dict(values, m1=np.empty((0, 3))), backend=backend)
    assert empty.a_muon.total.shape == (7, 0, 3)


@pytest.mark.parametrize("backend", BACKENDS)
def test_points_that_start_outside_the_domain_are_found_all_the_same(backend):
    # The trilinear term makes a smuon tachyonic for small Y', the Higgsino term takes it back.
    values = fields("real", "exact", 40, seed=11)
    values.update(t_prime_muon=np.geomspace(1e3, 2e6, 40), m_l_sq=1e6, m_e_sq=1e6)
    full, fast = fssm.evaluate(fssm.Point(**values)), evaluated(values, backend=backend)
    solved = ~full.unphysical
    assert 0 < solved.sum() < 40
    for name, mask in fast.flags.items():
        assert (mask == full.flags[name]).all(), name
    np.testing.assert_allclose(
        fast.y_prime_muon[solved], full.yukawa.y_prime_muon[solved], rtol=1e-9, atol=0
    )


def test_three_generations_and_unknown_options_are_refused():
    point = fssm.Point(**fields("real", "given", 2))
    for options, message in (
        (dict(detail="masse"), '"masses"'),
        (dict(backend="cupy"), '"numba"'),
        (dict(detail="full", backend="numba"), "a_mu and masses"),
        (dict(threads=0), "at least 1"),
        (dict(threads=True), "at least 1"),
    ):
        with pytest.raises(fssm.InvalidInput, match=message):
            fssm.evaluate(point, **options)
    x = np.zeros((3, 3))
    values = {k: v[0] if np.ndim(v) else v for k, v in fields("real", "given", 2).items()}
    del values["y_prime_muon"]
    three = fssm.Point(**values, x_texture=x)
    with pytest.raises(fssm.InvalidInput, match="muon alone"):
        fssm.evaluate(three, detail="a_muon")


def test_without_numba_auto_is_numpy_and_numba_says_what_to_install(monkeypatch):
    monkeypatch.setattr(evaluation, "find_spec", lambda name: None)
    monkeypatch.setattr(evaluation, "_WORTH_COMPILING", 0)
    point = fssm.Point(**fields("real", "given", 2))
    assert fssm.evaluate(point, detail="a_muon").backend == "numpy"
    with pytest.raises(fssm.InvalidInput, match=r"pip install 'fssm\[fast\]'"):
        fssm.evaluate(point, backend="numba")


def test_numba_alone_asks_for_a_mu_and_auto_takes_it_for_many_points(monkeypatch):
    point = fssm.Point(**fields("real", "given", 12))
    result = fssm.evaluate(point, backend="numba")
    assert result.masses is None
    assert result.backend == "numba"
    assert fssm.evaluate(point, detail="a_muon").backend == "numpy"
    monkeypatch.setattr(evaluation, "_WORTH_COMPILING", 12)
    assert fssm.evaluate(point, detail="a_muon").backend == "numba"
    assert "AMuonResult(backend='numba'" in repr(result)


def test_the_dictionary_of_a_point_is_plain():
    one = {k: v[0] if np.ndim(v) else v for k, v in fields("real", "exact").items()}
    tree = evaluated(one).to_dict()
    assert json.loads(json.dumps(tree)) == tree
    assert tree["a_muon"]["one_loop"] == pytest.approx(
        tree["a_muon"]["neutralino"] + tree["a_muon"]["chargino"]
    )
    assert len(tree["masses"]["neutralino"]) == 6
    assert tree["flags"] == []
    assert fssm.evaluate(fssm.Point(**one), detail="a_muon").to_dict()["masses"] == {}


def test_the_logarithm_is_apart_and_optional():
    values = fields("real", "given")
    with_log, without = evaluated(values), evaluated(values, qed_log=False)
    np.testing.assert_array_equal(without.a_muon.total, without.a_muon.one_loop)
    np.testing.assert_array_equal(with_log.a_muon.one_loop, without.a_muon.one_loop)
    assert (with_log.a_muon.qed_log / with_log.a_muon.one_loop < -0.05).all()


def test_unphysical_points_raise_on_request():
    values = dict(fields("real", "given"), m_e_sq=-1e6)
    with pytest.raises(fssm.Unphysical, match=r"tachyonic_slepton \(a smuon has"):
        evaluated(values).require_physical()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("seed", range(5))
def test_general_complex_points_and_their_rotations(seed, backend):
    p = points.parameters(seed)
    rotated = points.rotate_down(p, points.unitary(0.3, 1.1, -0.7, 0.2))
    rotated = points.rephase_lepton(points.rephase_r(rotated, 0.4), 0.9)
    ours, theirs = (
        fssm.evaluate(points.point(q), detail="a_muon", backend=backend) for q in (p, rotated)
    )
    scale = abs(ours.a_muon.neutralino) + abs(ours.a_muon.chargino)
    # As for the full evaluation, see test_invariance.py.
    assert abs(ours.a_muon.one_loop - theirs.a_muon.one_loop) < 1e-11 * scale
    full = fssm.evaluate(points.point(p)).a_muon.one_loop
    assert abs(ours.a_muon.one_loop - full) < 1e-11 * scale
