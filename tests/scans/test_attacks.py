"""Scans that someone tried to break, each with what once went wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from fit_files import flavour_fit
from scan_files import bytes_of, changed, part_files, scan_tree, toml_of

import fssm
from fssm import InvalidInput
from fssm.cli import main
from fssm.scans.config import ScanConfig
from fssm.scans.folder import MANIFEST, prepare_folder
from fssm.scans.rows import result_names
from fssm.scans.sampling import axis_values


@pytest.mark.parametrize("name", ["a_muon", "point", "flag_invalid_input", "file", "fssm"])
def test_no_name_hides_a_column_of_results(tmp_path, name):
    for section, value in (("parameters", {"from": 0, "to": 1}), ("columns", "2 * mu")):
        with pytest.raises(InvalidInput, match=rf"\[{section}\] {name}: is the name of a column"):
            fssm.scan(changed(section, name, value), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["\N{MICRO SIGN}", "lambda", "pi", "two words", ""])
def test_names_that_a_formula_could_not_read(name):
    for section, value in (("parameters", {"from": 0, "to": 1}), ("columns", "2 * mu")):
        with pytest.raises(InvalidInput, match="is not usable as a name"):
            ScanConfig.from_mapping(changed(section, name, value))


def test_an_experiment_means_all_its_limits_and_none_twice():
    both = flavour_fit(limits=["babar-2010"]).config.likelihood.limits
    assert {one.observable for one in both} == {"tau_e_gamma", "tau_mu_gamma"}
    once = flavour_fit(limits=["mu_e_gamma", "meg2-2025"]).config.likelihood.limits
    assert [one.name for one in once] == ["meg2-2025"]


def test_a_scan_with_few_usable_points_is_no_error(tmp_path):
    tree = scan_tree(points=20_000, chunk=None, sampling="sobol")
    tree["slepton"]["m_e"] = "m_l - 2990"
    table = fssm.scan(tree, tmp_path)
    usable = ~table["flag_invalid_input"]
    assert 0 < usable.sum() < 200
    tree["slepton"]["m_e"] = "m_l - 3001"
    with pytest.raises(InvalidInput, match=r"\[slepton\] m_e = -.*; none of 16384 points tried is"):
        fssm.scan(tree, tmp_path / "none")
    grid = scan_tree(sampling="grid", points=None)
    grid["vevs"]["tan_beta_d"] = 8
    grid["higgsino"] |= {"mu": 1000, "mu_tilde": 1200}
    grid["gaugino"]["m1"] = 1000
    grid["slepton"]["m_l"] = {"values": [-1.0] * 2999 + [1000.0]}
    assert "a_muon" in result_names(ScanConfig.from_mapping(grid))


def test_a_part_under_another_name_is_noticed(tmp_path):
    fssm.scan(scan_tree(), tmp_path)
    first, second = part_files(tmp_path)[:2]
    first.write_bytes(second.read_bytes())
    with pytest.raises(InvalidInput, match=r"it holds part \w+; delete it and it is computed"):
        fssm.read_scan(tmp_path)["mu"]
    done = CliRunner().invoke(main, ["scan", "--verify", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stdout == f"{tmp_path}: 6 of 7 parts are what was written, to the bit\n"
    assert f"{first.name}: cannot be read as a part" in done.stderr
    assert "delete it and it is computed again" in done.stderr
    first.unlink()
    assert fssm.scan(scan_tree(), tmp_path).status.complete


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree | {"digest": "0"},
        lambda tree: tree | {"fssm": "9"},
        lambda tree: tree | {"scan": tree["scan"] | {"cuts": {"keep": "mu > 1"}}},
    ],
)
def test_a_manifest_edited_by_hand_is_refused(tmp_path, change):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    tree = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps(change(tree)))
    with pytest.raises(InvalidInput, match="is damaged: its digest is not that of its content"):
        fssm.read_scan(tmp_path)
    (tmp_path / MANIFEST).write_text("[" * 100_000)
    with pytest.raises(InvalidInput, match="is damaged"):
        fssm.read_scan(tmp_path)


def test_the_second_of_two_scans_at_once_is_refused(tmp_path, monkeypatch):
    fssm.scan(scan_tree(), tmp_path, shard=(1, 7))
    # Both have looked before either has written.
    monkeypatch.setattr("fssm.scans.folder.os.path.lexists", lambda _: False)
    same = prepare_folder(ScanConfig.from_mapping(scan_tree()), tmp_path)
    assert same.look()[0].number.tolist() == [0]
    with pytest.raises(InvalidInput, match=r"holds another scan: \[scan\] seed 5 -> 6"):
        prepare_folder(ScanConfig.from_mapping(scan_tree(seed=6)), tmp_path)


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("scan", "points", 16**5000),
        ("scan", "seed", 16**5000),
        ("gaugino", "m2", 16**5000),
        ("gaugino", "m2", ["m1", 16**500]),
        ("gaugino", "m2", ["m1", [1, 2]]),
        ("gaugino", "m2", ["m1", True]),
        ("gaugino", "m2", ["m1", 1, 2]),
        ("gaugino", "m1", {"from": 1, "to": 16**5000}),
        ("likelihood", "max_yukawa", 16**500),
        ("likelihood", "a_muon", 3),
        ("likelihood", "a_muon", []),
        ("likelihood", "a_muon", {"x": 1}),
        ("likelihood", "limits", 16**5000),
        ("likelihood", "limits", [1j]),
        ("flavour", "x_texture", [["mu", 0, 0], [0, 0, 0], [0, [1, 16**500], 0]]),
        ("flavour", "x_texture", [["mu", 0, 0], [0, True, 0], [0, 0, 0]]),
        ("flavour", "x_texture", [["mu", 0, 0], [0, 0, 0]]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_of_no_use_are_errors(tmp_path, section, name, value):
    options = {"detail": "full"} if section == "flavour" else {}
    with pytest.raises(InvalidInput, match=rf"^\[{section}\] {name}") as error:
        fssm.scan(changed(section, name, value, **options), tmp_path / "out")
    assert "\n" not in str(error.value)


def test_a_number_without_bounds_is_named_in_a_known_folder_too(tmp_path):
    fssm.scan(scan_tree(), tmp_path)
    for section, name in (("vevs", "tan_beta"), ("scan", "seed"), ("columns", "x")):
        with pytest.raises(InvalidInput, match=rf"^\[{section}\] {name}"):
            fssm.scan(changed(section, name, 16**5000), tmp_path)


def test_sizes_that_do_not_fit_are_errors():
    tree = scan_tree(sampling="grid", points=None)
    for section, name in (("vevs", "tan_beta_d"), ("higgsino", "mu"), ("slepton", "m_l")):
        tree[section][name] = {"values": [1000.0]}
    tree["gaugino"]["m1"]["points"] = 10**17
    with pytest.raises(InvalidInput, match=r"m1.points = 1000.*: .* to 9007199254740992"):
        ScanConfig.from_mapping(tree)
    # Each axis alone would do, all of them together would not.
    tree["gaugino"]["m1"]["points"] = 10**9
    tree["slepton"]["m_l"] = {"from": 500, "to": 1000, "points": 10**9}
    with pytest.raises(InvalidInput, match=r"points = 1000000000000000000: must be .* to 900"):
        ScanConfig.from_mapping(tree)
    tree["slepton"]["m_l"] = {"values": [1000.0] * (10**6 + 1)}
    with pytest.raises(InvalidInput, match=r"m_l.values: 1,000,001 numbers: must be at most"):
        ScanConfig.from_mapping(tree)
    tree["slepton"]["m_l"] = {"values": [1000.0]}
    tree["gaugino"]["m1"]["points"] = 1
    with pytest.raises(InvalidInput, match=r"points = 1: one point cannot be at both"):
        ScanConfig.from_mapping(tree)


def test_a_huge_scan_begins_at_once(tmp_path):
    tree = scan_tree(points=10**11, chunk=10**5)
    folder = prepare_folder(ScanConfig.from_mapping(tree), tmp_path)
    assert folder.config.parts == 10**6
    assert len(folder.look()[0].number) == 0


def test_a_grid_of_many_axes():
    tree = scan_tree(sampling="grid", points=None)
    tree["parameters"] = {f"x{i}": {"values": [1.0]} for i in range(70)}
    for section, name in (("vevs", "tan_beta_d"), ("higgsino", "mu"), ("slepton", "m_l")):
        tree[section][name] = {"values": [7.0, 8.0]}
    tree["gaugino"]["m1"]["points"] = 2
    values = axis_values(ScanConfig.from_mapping(tree), slice(13, 14))
    assert (values["x69"], values["mu"], values["m_l"], values["m1"]) == (1.0, 8.0, 8.0, 200.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"workers": 0}, "workers = 0: must be a whole number from 1"),
        ({"workers": "2"}, "workers = '2': must be a whole number from 1"),
        ({"shard": (1.0, 2)}, "shard = '1.0/2': must be i/n"),
    ],
)
def test_arguments_of_no_use_are_errors(tmp_path, arguments, message):
    with pytest.raises(InvalidInput, match=message):
        fssm.scan(scan_tree(), tmp_path / "out", **arguments)
    with pytest.raises(InvalidInput, match="folder: must have a name"):
        fssm.scan(scan_tree(), "")


def test_a_wrong_cut_leaves_no_folder_behind(tmp_path):
    tree = scan_tree()
    tree["cuts"] = {"keep": "m_l"}
    with pytest.raises(InvalidInput, match=r"\[cuts\] keep = 'm_l': must be a condition"):
        fssm.scan(tree, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("redirected", ["2>&-", ">&-", "> /dev/full"])
def test_closed_and_full_outputs(tmp_path, redirected):
    (tmp_path / "scan.toml").write_text(toml_of(scan_tree()))
    scan = f"{sys.executable} -m fssm scan"
    command = f"{scan} scan.toml -o out {redirected}; {scan} --status out {redirected}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert len(bytes_of(tmp_path / "out")) == 8


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_does_not_hang(tmp_path, second):
    (tmp_path / "scan.toml").write_text(toml_of(scan_tree(points=300_000, chunk=2000)))
    command = [sys.executable, "-m", "fssm", "scan", "scan.toml", "-o", "out", "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "out").glob("part-*"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.05)
    os.kill(process.pid, second)
    err = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert err.startswith("fssm: interrupted")
    assert err.count("\n") == 1


@pytest.mark.parametrize("delay", [0.02, 0.1, 0.3, 0.6])
def test_an_interrupt_during_the_start_prints_no_traceback(tmp_path, delay):
    (tmp_path / "scan.toml").write_text(toml_of(scan_tree(points=300_000, chunk=2000)))
    code = "from fssm.__main__ import run; run()"
    command = [sys.executable, "-c", code, "scan", "scan.toml", "-o", "out", "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    # The interpreter's own start is not ours to guard.
    while b"numpy" not in _maps(process.pid) and process.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    err = process.communicate(timeout=30)[1]
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in err
    fssm.scan(scan_tree(), tmp_path / "after")


def _maps(pid):
    try:
        return Path(f"/proc/{pid}/maps").read_bytes()
    except OSError:
        return b""


def test_ranges_end_where_they_say():
    config = ScanConfig.from_mapping(scan_tree())
    rng = np.random.default_rng(0)
    for axis in config.axes:
        values = axis.at(np.append(1 - rng.uniform(0, 1e-15, 1000), [0.0, 1.0]))
        assert values.max() == axis.high
        assert values.min() == axis.low
