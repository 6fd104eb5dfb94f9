"""Odd values end in InvalidInput that names the argument, in every public function."""

import concurrent.futures
import copy
import pickle

import numpy as np
import odd_calls
import odd_values
import pytest

import fssm
from fssm import arguments, constants, inverse, simplified
from fssm.base import InvalidInput
from fssm.constraints import running

# Arguments that are known by another name, or by that of what they lead to.
OTHER_NAMES = {
    ("a_muon_set", "name"): "data_set",
    ("trident_set", "name"): "data_set",
    ("largest_ratio", "data"): "data_set",
    **{
        (f"from_mapping[{path}]", "value"): path.split(".")[-1]
        for path in (
            "vevs",
            "vevs.tan_beta",
            "vevs.v_u",
            "flavour",
            "flavour.y_prime_lepton",
            "yukawa.threshold",
        )
    },
    ("plotting.save", "name"): "figure",
    ("quark_masses", "m_quark"): "quark",
    **{(f"Couplings.{name}", "value"): name for name in odd_calls.COUPLINGS._fields},
    ("plotting.save", "formats"): "format",
    ("universal_point", "m_susy"): "mu",
    ("m_quark[up]", "mass"): "m_quark",
    ("m_quark[top]", "mass"): "m_quark",
}
# What is a number, or several, or text: for these a function may do what it does.
PLAIN = {
    "None", "zero", "minus one", "minus zero", "nan", "inf", "minus inf", "tiny", "huge", "half",
    "huge integer", "longest integer", "text", "number as text", "text of another class", "no text",
    "nul", "surrogate", "empty list", "list of an empty list", "tuple", "triple", "empty array",
    "empty rows", "empty matrices", "seven numbers", "masked", "row", "range", "33 dimensions",
    "63 dimensions", "64 dimensions", "ragged", "real of another class", "whole of another class",
    "list of text", "1j", "complex nan", "numpy complex", "long double", "dictionary",
    "empty dictionary", "looped dictionary", "endless list", "deep list", "masked one", "true",
    "numpy true",
}  # fmt: skip
# These compute or search for every number that they can use.
SLOW = {
    "tan_beta_limit", "largest_y_prime", "fssm_m_susy", "fssm_y_prime", "landau_bound", "mssm",
    "mssm_couplings", "fssm_couplings", "standard_model", "run", "landau_pole", "evaluate",
    "leptoquark_coupling", "dark_photon_epsilon", "z_prime_coupling", "alp_decay_constant",
    "emcee_sampler", "nautilus_sampler", "minuit", "residual_symmetry", "reference.evaluate",
}  # fmt: skip
NUMBERS = {
    "zero", "half", "tuple", "triple", "seven numbers", "masked", "row", "range", "tiny",
    "real of another class", "whole of another class", "minus one", "minus zero", "true",
    "numpy true", "text of another class", "None",
}  # fmt: skip


def refused(call, argument, value):
    """The message, or None where the value is taken; any other error or warning fails."""
    try:
        call(**{argument: value})
    except fssm.FSSMError as error:
        return str(error)
    return None


def check(call):
    for argument in call.arguments:
        for name, make in odd_values.ZOO.items():
            if name in NUMBERS and call.name in SLOW:
                continue
            message = refused(call, argument, make())
            if name in PLAIN:
                continue
            own = OTHER_NAMES.get((call.name, argument), argument)
            assert message is not None, (argument, name)
            assert own in message, (argument, name, message)


@pytest.mark.parametrize("call", odd_calls.CALLS, ids=lambda call: call.name)
def test_odd_values_are_refused_by_name(call):
    check(call)


@pytest.mark.parametrize(
    "name", ["slha_write.save", "Document.write", "wcxf.save", "plotting.save"]
)
def test_odd_names_of_files_are_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (call,) = (call for call in odd_calls.writing(tmp_path) if call.name == name)
    check(call)


@pytest.mark.parametrize("call", odd_calls.figures(), ids=lambda call: call.name)
def test_odd_options_of_figures_are_refused(call):
    # Every kind of type once; whatever a figure could draw is drawn elsewhere.
    kinds = ("bytes", "truths", "objects", "dates", "set", "generator", "function", "raising")
    for argument in call.arguments:
        for name in kinds:
            message = refused(call, argument, odd_values.ZOO[name]())
            assert message is not None, (argument, name)
            assert argument in message, (argument, name, message)


def raised():
    with pytest.raises(InvalidInput) as caught:
        fssm.Point(**{**odd_calls.HERE, "m_l": np.array([1.0, -2.0, 3.0])})
    return caught.value


def fail(_):
    return fssm.Point(**{**odd_calls.HERE, "m_l": np.array([1.0, -2.0, 3.0])})


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
)
def test_a_copied_error_keeps_its_points(copied):
    error = raised()
    error.add_note("of a scan")
    again = copied(error)
    assert type(again) is InvalidInput
    assert str(again) == str(error) == "[slepton] m_l = -2.0 GeV: must be positive (index (1,))"
    assert again.points.tolist() == error.points.tolist() == [False, True, False]
    assert (again.field, again.unit, again.value) == ("[slepton] m_l", "GeV", -2.0)
    assert again.__notes__ == ["of a scan"]


def test_an_error_of_another_process_keeps_its_points():
    with (
        concurrent.futures.ProcessPoolExecutor(1) as pool,
        pytest.raises(InvalidInput) as caught,
    ):
        pool.submit(fail, None).result()
    assert caught.value.points.tolist() == [False, True, False]


def test_a_word_is_a_word():
    with pytest.raises(InvalidInput, match=r"\[electroweak\] scheme = 0: must be one of"):
        fssm.Point(**odd_calls.HERE, scheme=0)
    with pytest.raises(InvalidInput, match=r"\[yukawa\] threshold = array.*must be one of"):
        fssm.Point(**odd_calls.HERE, threshold=np.array(["exact", "none"]))
    with pytest.raises(InvalidInput, match=r"detail = \['full'\]: must be one of"):
        fssm.evaluate(odd_calls.POINT, detail=["full"])
    with pytest.raises(InvalidInput, match=r"backend = array.*must be one of"):
        fssm.evaluate(odd_calls.POINT, backend=np.array(["numpy"]))
    with pytest.raises(InvalidInput, match=r"data_set = array.*known: amu-2021"):
        constants.a_muon_set(np.array(["amu-2021"]))


def test_as_many_axes_as_are_promised():
    most = np.full((1,) * arguments.MOST_AXES, 2500.0)
    point = fssm.Point(**{**odd_calls.HERE, "m_l": most})
    one = odd_calls.RESULT.a_muon.total
    for detail in ("full", "a_muon", "masses"):
        total = fssm.evaluate(point, detail=detail).a_muon.total.item()
        assert total == pytest.approx(one, rel=1e-12, abs=0)
    assert fssm.compare(point).slides.exact.shape == most.shape
    with pytest.raises(InvalidInput, match=r"\[slepton\] m_l: has 29 axes of points, and 28"):
        fssm.Point(**{**odd_calls.HERE, "m_l": most[None]})


def test_lists_that_numpy_would_read():
    twins = [1.0]
    for _ in range(60):
        twins = [twins, twins]
    for value, words in [
        (twins, "nested more than"),
        ([np.array([True]), np.array([2.0])], "not true or false"),
        ([np.ma.masked_array([1.0], [True])], "masked arrays in a list"),
        (bytearray(b"12"), "not bytes"),
        (np.longdouble("1e400"), "does not fit into double precision"),
    ]:
        with pytest.raises(InvalidInput, match=rf"m_l = .*{words}"):
            fssm.Point(**{**odd_calls.HERE, "m_l": value})


def test_no_points_are_no_poles():
    assert running.tan_beta_limit(m_susy=[]).shape == (0,)
    assert running.tan_beta_limit(m_susy=1e3, eps_b=np.zeros((0, 3))).shape == (0, 3)
    none = running.standard_model(np.zeros((0, 2)))
    assert running.landau_pole(none).scale.shape == (0, 2)
    assert running.run(none, 2e3).up.shape == (0, 2, 1, 3, 3)
    susy = dict(tan_beta=50.0, tan_beta_u=50.0)
    assert running.largest_y_prime(**susy, m_susy=[]).shape == (0,)
    assert inverse.fssm_m_susy(np.zeros((1, 0))).central.shape == (1, 0)


@pytest.mark.parametrize("wanted", [(True, 1e-9), (2e-9, 1j), (1j, 1e-9), [False, True], "2e-9"])
def test_the_wanted_moment_is_two_real_numbers(wanted):
    with pytest.raises(InvalidInput, match="wanted = "):
        inverse.z_prime_coupling(0.1, wanted)


def test_a_quark_without_a_mass():
    with pytest.raises(InvalidInput, match=r"m_quark = 0.0 GeV: must be positive"):
        simplified.s1_leptoquark_log(0.1, 0.1, 2e3, m_quark=0)
    # The exact loop has a limit: what is left does not change the chirality in the quark line.
    lam = np.eye(3)
    massless, light = (
        simplified.s1_leptoquark(lam, lam, 2e3, m_quark={"charm": m}).a_muon for m in (0, 1e-12)
    )
    assert massless == pytest.approx(light, rel=1e-8)


@pytest.mark.parametrize("theta", ["abc", b"ab", None, {}, {1.0}, [1j, 0.5], [True, 0.5]])
def test_parameters_of_a_fit_are_numbers(theta):
    for name in ("log_prior", "log_likelihood", "log_posterior", "rejections"):
        with pytest.raises(InvalidInput, match="theta"):
            getattr(odd_calls.FIT, name)(theta)
    with pytest.raises(InvalidInput, match="u"):
        odd_calls.FIT.prior_transform(theta)
