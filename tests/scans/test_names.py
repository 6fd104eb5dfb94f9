"""Names that are not text, a working directory that is gone, other encodings of the terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from scan_files import bytes_of, scan_tree, toml_of

import fssm
from fssm import InvalidInput
from fssm.cli import main
from fssm.scans import Unfinished

C_LOCALE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def run(*arguments, cwd, **environment):
    command = [sys.executable, "-m", "fssm", *arguments]
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "scan.toml").write_text(toml_of(scan_tree()))
    CliRunner().invoke(main, ["init", str(tmp_path / "point.toml")])
    return tmp_path


@pytest.mark.parametrize("file_format", ["npz", "parquet"])
def test_folders_whose_names_are_no_text(tmp_path, file_format):
    tree = scan_tree(format=file_format)
    expected = bytes_of(fssm.scan(tree, tmp_path / "plain").folder.path)
    for raw in (b"s\xff", "é".encode("latin-1"), "\N{GREEK SMALL LETTER MU}".encode(), b"a\nb"):
        folder = tmp_path / os.fsdecode(raw)
        table = fssm.scan(tree, folder, workers=2 if raw == b"s\xff" else 1)
        assert bytes_of(folder) == expected
        assert len(fssm.read_scan(folder)["mu"]) == 100
        assert list(table.verify()) == [None] * 8


def test_commands_with_names_that_are_no_text(files):
    name = os.fsdecode(b"s\xff")
    for arguments in (
        ("scan", "scan.toml", "-o", name),
        ("scan", "--status", name),
        ("scan", "--status", name, "--json"),
        ("scan", "--verify", name),
        ("point", "point.toml", "--slha", f"{name}.slha"),
        ("wcxf", "point.toml", "-o", f"{name}.d"),
        ("init", f"{name}.toml"),
        ("point", f"{name}.toml"),
    ):
        done = run(*arguments, cwd=files)
        assert done.returncode == 0, done.stderr
    done = run("point", f"{name}-no", cwd=files)
    assert done.returncode == 2
    assert b"cannot be read: No such file or directory" in done.stderr


def test_a_terminal_that_knows_ascii_only(files):
    name = os.fsencode("\N{GREEK SMALL LETTER MU}")
    for arguments in (
        ("scan", "scan.toml", "-o", name),
        ("scan", "--status", name),
        ("scan", "--verify", name),
        ("init", name + b".toml"),
        ("point", name + b".toml"),
        ("point", name + b".toml", "--json"),
        ("data",),
    ):
        done = run(*arguments, cwd=files, **C_LOCALE)
        assert done.returncode == 0, done.stderr
    assert len(bytes_of(files / os.fsdecode(name))) == 8


def test_a_deleted_working_directory_is_named(files, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    for arguments in (
        ("scan", str(files / "scan.toml"), "-o", str(files / "out"), "--workers", "2"),
        ("scan", "--status", "out"),
        ("point", "point.toml"),
        ("init",),
    ):
        gone.mkdir()
        code = "import os, sys; os.rmdir(os.getcwd()); from fssm.__main__ import run; run()"
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=gone, capture_output=True, text=True)
        assert done.returncode == 2
        message = "fssm: the working directory has been deleted; change to another one\n"
        assert done.stderr == message
    assert not (files / "out").exists()
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(InvalidInput, match="working directory: has been deleted; change to"):
        fssm.scan(scan_tree(), files / "out", workers=2)
    monkeypatch.chdir(files)


def test_long_names(files, monkeypatch):
    monkeypatch.chdir(files)
    longest = "a" * 255
    assert fssm.scan(scan_tree(), longest).status.complete
    with pytest.raises(Unfinished, match="cannot be written: File name too long"):
        fssm.scan(scan_tree(), "a" * 256)
    for name in (longest, "b" * 250 + ".slha"):
        target = str(Path(longest) / name)
        done = CliRunner().invoke(main, ["point", "point.toml", "--slha", target])
        assert done.exit_code == 0, done.stderr
    # A path that has room for the folder and for no part in it, refused before computing.
    deep = Path(*["a" * 200] * 20)
    with pytest.raises(InvalidInput, match=r"folder = .*: longer than 3995 bytes, which leaves no"):
        fssm.scan(scan_tree(), deep)
    assert not Path("a" * 200).exists()


@pytest.mark.parametrize("folder", [None, 3, b"out", "a\0b", "\ud800", ["out"], ""])
def test_what_is_no_name_of_a_folder(folder):
    for use in (fssm.read_scan, lambda name: fssm.scan(scan_tree(), name)):
        with pytest.raises(InvalidInput, match="folder"):
            use(folder)


def test_a_file_in_place_of_the_folder(files):
    for use in (fssm.read_scan, lambda name: fssm.scan(scan_tree(), name)):
        with pytest.raises((InvalidInput, Unfinished), match="Not a directory"):
            use(files / "scan.toml")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"workers": 1.5}, "workers"),
        ({"workers": True}, "workers"),
        ({"workers": None}, "workers"),
        ({"executor": 3}, "executor"),
        ({"progress": 3}, "progress"),
        ({"shard": None}, "shard"),
        ({"shard": "1/2"}, "shard"),
        ({"workers": "2"}, "workers"),
        ({"shard": (True, 2)}, "shard"),
        ({"shard": (1, 2, 3)}, "shard"),
    ],
)
def test_arguments_of_other_types(tmp_path, arguments, field):
    with pytest.raises(InvalidInput, match=f"^{field}"):
        fssm.scan(scan_tree(), tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_numbers_of_numpy_and_shares_of_any_size(tmp_path):
    import numpy as np

    assert fssm.scan(scan_tree(), tmp_path, workers=np.int64(1)).status.complete
    assert fssm.scan(scan_tree(), tmp_path / "far", shard=(2**70, 2**70)).status.parts == 0
    assert fssm.scan(scan_tree(), tmp_path / "far", shard=(1, 2**70)).status.parts == 1


def test_trees_without_end():
    tree = scan_tree()
    tree["slepton"]["m_e"] = tree
    with pytest.raises(InvalidInput, match="must be nested at most 20 deep"):
        fssm.scan(tree, "out")
    for config in (None, 3, [], np_scalar()):
        with pytest.raises(InvalidInput, match="scan"):
            fssm.scan(config, "out")


def np_scalar():
    import numpy as np

    return np.array([1.0])
