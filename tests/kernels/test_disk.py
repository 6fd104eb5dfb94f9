"""Whatever lies in numba's cache: the same bits, and at most one line about it."""

import errno
import io
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from fssm.kernels import disk
from fssm.kernels.compile import entry_point


def run(x):
    return part(x)


def part(x):
    raise NotImplementedError


def tripled(x):
    return 3.0 * x


def halved(x):
    return 0.5 * x


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder for numba's cache, in a process that has not told of anything yet."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(disk, "_told", False)
    return tmp_path


def machine(function=tripled):
    """As another process would have it: from disk if it is there."""
    return entry_point(run, f"test_disk_{function.__name__}", {"part": function})


def used(function=tripled):
    made = machine(function)
    assert made(7.0) == function(7.0)
    return sum(made.stats.cache_hits.values()), sum(made.stats.cache_misses.values())


FOUND, COMPILED = (1, 0), (0, 1)


def the(folder, suffix):
    (path,) = folder.rglob(f"*tripled*.{suffix}")
    return path


def test_a_whole_cache_is_used(folder, capsys):
    assert used() == COMPILED
    assert used() == FOUND
    assert capsys.readouterr() == ("", "")


def index(folder, overloads):
    """An index file as numba writes it, of this version and source, with other entries."""
    content = the(folder, "nbi").read_bytes()
    version = pickle.loads(content)
    stamp, _ = pickle.loads(content[len(pickle.dumps(version, -1)) :])
    return pickle.dumps(version, -1) + pickle.dumps((stamp, overloads))


def replaced(path, content):
    """A damage: the file with other content, or a folder in its place for None."""
    path.unlink()
    if content is None:
        path.mkdir()
        (path / "file").touch()
    else:
        path.write_bytes(content)


CONTENTS = {
    "empty": lambda old: b"",
    "first half": lambda old: old[: len(old) // 2],
    "all but a byte": lambda old: old[:-1],
    "text": lambda old: b"not a pickle\n",
    "zeros": lambda old: bytes(len(old)),
    "another bit": lambda old: old[:-99] + bytes([old[-99] ^ 1]) + old[-98:],
    "a number": lambda old: pickle.dumps(1),
    "a pair": lambda old: pickle.dumps(("a", "b")),
    "a list": lambda old: pickle.dumps([1, 2, 3]),
    "an exception": lambda old: pickle.dumps(ValueError("x")),
    "unknown class": lambda old: b"cno_such_module\nClass\n.",
    "nothing": lambda old: pickle.dumps(None),
}  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_file_is_replaced(folder, capsys, suffix, content):
    used()
    path = the(folder, suffix)
    replaced(path, content(path.read_bytes()))
    assert used() == COMPILED
    told = capsys.readouterr()
    assert told.out == ""
    # Of another version numba itself says nothing, nor of a file that is missing.
    assert told.err.count("\n") <= 1
    if told.err:
        assert told.err.startswith(f"fssm: numba's cache in '{path.parent}' could not be used (")
        assert told.err.endswith("); compiled again\n")
    else:
        assert suffix == "nbi" or content is CONTENTS["nothing"]
    assert used() == FOUND
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("overloads", [None, 1, [], {}, "x", {"x": "y"}])
def test_an_index_of_other_things_is_replaced(folder, overloads):
    used()
    replaced(the(folder, "nbi"), index(folder, overloads))
    assert used() == COMPILED
    assert used() == FOUND


@pytest.mark.parametrize("name", [1, None, "", ".", "..", "missing.nbc", "\0", "/", ("a",)])
def test_an_index_that_leads_nowhere_does_no_harm(folder, name):
    used()
    content = the(folder, "nbi").read_bytes()
    version = pickle.loads(content)
    _, overloads = pickle.loads(content[len(pickle.dumps(version, -1)) :])
    replaced(the(folder, "nbi"), index(folder, dict.fromkeys(overloads, name)))
    assert used() == COMPILED


def test_machine_code_of_another_function_is_not_run(folder, capsys):
    used()
    used(halved)
    (other,) = folder.rglob("*halved*.nbc")
    shutil.copy(other, the(folder, "nbc"))
    assert used() == COMPILED
    assert "(ValueError: a file is damaged); compiled again\n" in capsys.readouterr().err
    assert used() == FOUND


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_folder_in_place_of_a_file(folder, capsys, suffix):
    used()
    path = the(folder, suffix)
    replaced(path, None)
    for _ in range(2):
        assert used() == COMPILED
    told = capsys.readouterr().err
    # Each process would say so; this one says so once.
    assert told.count("\n") == 1
    assert "IsADirectoryError" in told
    assert (path / "file").exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO])
def test_a_full_or_locked_disk_does_not_stop_anything(folder, capsys, monkeypatch, code):
    def full(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("numba.core.caching.os.replace", full)
    assert used() == COMPILED
    assert used() == COMPILED
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "could not be written (" in told
    assert f"[Errno {code}] {os.strerror(code)}); compiled again\n" in told


def test_a_file_in_place_of_the_folder(tmp_path, capsys, monkeypatch, folder):
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file"))
    made = machine()
    assert made(7.0) == 21.0
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"NUMBA_CACHE_DIR = '{tmp_path / 'file'}' could not be used; numba's cache is in" in told
    for path in Path(made.stats.cache_path).glob("*test_disk_tripled*"):
        path.unlink()


def test_a_new_folder_is_made(folder, monkeypatch, capsys):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder / "a" / "b"))
    assert used() == COMPILED
    assert used() == FOUND
    assert capsys.readouterr().err == ""


def test_no_folder_at_all(folder, capsys, monkeypatch):
    def nowhere(*_, **__):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr("numba.core.caching.os.makedirs", nowhere)
    assert used() == (0, 1)
    assert machine().stats.cache_path is None
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("fssm: numba finds no folder for its cache (RuntimeError: cannot cache")


def test_a_closed_error_stream(folder, monkeypatch, capsys):
    used()
    for stream in (None, io.StringIO()):
        replaced(the(folder, "nbi"), b"")
        if stream is not None:
            stream.close()
        monkeypatch.setattr(disk, "_told", False)
        monkeypatch.setattr(sys, "stderr", stream)
        assert used() == COMPILED
    assert capsys.readouterr().out == ""


SCRIPT = """
import fssm, numpy as np
values = dict(tan_beta=50, tan_beta_u=50, tan_beta_d=np.linspace(2, 9, 33), mu=2500, mu_tilde=2400,
              theta_u=0.7, theta_d=0.8, m1=900, m2=2000, m_l=2500, m_e=1500)
print(fssm.evaluate(fssm.Point(**values), backend="numba").a_muon.total.tobytes().hex())
"""


@pytest.mark.slow
def test_damaged_kernels_are_compiled_to_the_same_bits(tmp_path):
    def lines():
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        command = [sys.executable, "-c", SCRIPT]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        return done.stdout, done.stderr.splitlines()

    fresh, told = lines()
    assert told == []
    for path in tmp_path.rglob("*.nb?"):
        path.write_bytes(b"")
    again, told = lines()
    assert again == fresh
    assert len(told) == 1
    assert told[0].endswith("could not be used (EOFError: Ran out of input); compiled again")
    assert lines() == (fresh, [])
