"""What commands write: nothing of the user's is overwritten unasked, and no half file is left."""

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from fssm import InvalidInput, evaluate, read_point
from fssm.cli import main
from fssm.io import slha_write, wcxf


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["init", "point.toml"])
    return tmp_path


def fssm(*arguments):
    return CliRunner().invoke(main, list(arguments))


# Commands that write files, by what they write first.
WRITERS = {
    "out.slha": ("point", "point.toml", "--slha", "out.slha"),
    "point.slha": ("point", "point.slha", "--slha", "point.slha"),
    "a_muon.json": ("wcxf", "point.toml"),
    "w/dipoles.json": ("wcxf", "point.toml", "-o", "w", "--mode", "high"),
    "alp.pdf": ("plot", "alp"),
    "f/alp.png": ("plot", "alp", "-o", "f"),
    "new.toml": ("init", "new.toml"),
    "scan.toml": ("init", "--scan"),
}
# Those that write files which their input is not.
NEW = [name for name in WRITERS if name != "point.slha"]


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_overwritten_without_force(here, name):
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    old = b"precious"
    if name == "point.slha":
        slha_write.save(evaluate(read_point("point.toml")), name)
        old = path.read_bytes()
    path.write_bytes(old)
    path.chmod(0o600)
    before = sorted(Path().iterdir())
    done = fssm(*WRITERS[name])
    assert done.exit_code == 2
    assert done.stderr == (
        f"fssm: {name}: exists already; --force overwrites it (in Python: overwrite=True)\n"
    )
    assert done.stdout == ""
    assert path.read_bytes() == old
    # Not even the files beside it.
    assert sorted(Path().iterdir()) == before
    done = fssm(*WRITERS[name], "--force")
    assert done.exit_code == 0, done.stderr
    assert path.read_bytes() != b"precious"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(here.rglob(".*.tmp"))


def test_a_link_is_followed_and_stays(here):
    Path("target").write_bytes(b"old")
    Path("link").symlink_to("target")
    assert fssm("point", "point.toml", "--slha", "link").exit_code == 2
    assert Path("target").read_bytes() == b"old"
    assert fssm("point", "point.toml", "--slha", "link", "--force").exit_code == 0
    assert Path("link").is_symlink()
    assert b"Block" in Path("target").read_bytes()


def test_a_fifo_is_written_through(here):
    os.mkfifo("fifo")
    read = []
    reader = threading.Thread(target=lambda: read.append(Path("fifo").read_bytes()))
    reader.start()
    done = fssm("point", "point.toml", "--slha", "fifo")
    reader.join()
    assert done.exit_code == 0
    assert read[0].startswith(b"# fssm")
    assert stat.S_ISFIFO(Path("fifo").stat().st_mode)


def test_what_the_shell_hands_over_is_written_to(here):
    command = f"{sys.executable} -m fssm point point.toml --slha >(head -1 >first) >report; sleep 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stderr.startswith("wrote /dev/fd/")
    assert Path("first").read_text().startswith("# fssm")
    assert "FSSM point" in Path("report").read_text()


@pytest.mark.parametrize("name", NEW)
def test_a_failed_write_leaves_no_file(here, monkeypatch, name):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("fssm.atomic_files.os.fsync", full)
    done = fssm(*WRITERS[name])
    assert done.exit_code == (2 if name in ("new.toml", "scan.toml") else 1)
    assert "cannot be written: No space left on device" in done.stderr
    assert not Path(name).exists()
    assert not list(here.rglob(".*.tmp"))


@pytest.mark.parametrize("name", NEW)
def test_a_folder_in_the_way_is_named(here, name):
    Path(name).mkdir(parents=True)
    done = fssm(*WRITERS[name], "--force")
    assert done.exit_code in (1, 2)
    assert "cannot be written: Is a directory" in done.stderr
    assert list(Path(name).iterdir()) == []


def test_no_file_is_written_if_one_of_them_cannot_be(here):
    Path("w/tau_mu_gamma.json").mkdir(parents=True)
    example = Path(__file__).parent.parent / "examples" / "flavour.toml"
    done = fssm("wcxf", str(example), "-o", "w")
    assert done.exit_code == 1
    assert done.stderr == "fssm: w/tau_mu_gamma.json: cannot be written: Is a directory\n"
    assert [path.name for path in Path("w").iterdir()] == ["tau_mu_gamma.json"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a" * 300, "File name too long"), ("loop", "Too many levels"), ("", "No such file")],
)
def test_names_that_no_file_has_are_named_before_anything_is_computed(here, name, reason):
    Path("loop").symlink_to("loop")
    done = fssm("point", "point.toml", "--slha", name, "--force")
    assert done.exit_code == 1
    assert f"{name or '(empty file name)'}: cannot be written: {reason}" in done.stderr
    assert done.stdout == "" or not name


def test_python_overwrites_unless_told_otherwise(here):
    plotting = pytest.importorskip("fssm.plotting")
    result = evaluate(read_point("point.toml"))
    for _ in range(2):
        slha_write.save(result, "out.slha")
        wcxf.save(result, "w")
        plotting.save("alp", "f", formats=["png"])
    for save in (
        lambda: slha_write.save(result, "out.slha", overwrite=False),
        lambda: wcxf.save(result, "w", overwrite=False),
        lambda: plotting.save("alp", "f", formats=["png"], overwrite=False),
    ):
        with pytest.raises(InvalidInput, match="exist"):
            save()


def test_an_endless_input_is_refused(here):
    with pytest.raises(InvalidInput, match="/dev/zero: is longer than 256 MiB"):
        read_point("/dev/zero")


@pytest.mark.parametrize(
    "text", ["a." * 100 + "a = 1", '"a".' * 65 + "a = 1", "x = { " + "a . " * 70 + "a = 1 }"]
)
def test_keys_of_many_parts_are_refused_before_they_are_read(here, text):
    Path("long.toml").write_text(f"[scan]\n{text}\n")
    with pytest.raises(InvalidInput, match=r"a key of more than 64 parts, line 2"):
        read_point("long.toml")
