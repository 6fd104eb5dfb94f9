"""Files whole or not at all, and nobody else's file touched."""

import errno
import os
import stat
import subprocess
import sys
import threading

import pytest

from fssm import InvalidInput, atomic_files
from fssm.atomic_files import check_names, draft_of, write_named, write_new, write_whole


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def drafts(tmp_path, monkeypatch):
    """Names of the drafts that were there while something was forced to the disk."""
    seen = []
    real = os.fsync

    def look(handle):
        seen.extend(path.name for path in tmp_path.glob(".*.tmp"))
        real(handle)

    monkeypatch.setattr(atomic_files.os, "fsync", look)
    return seen


def test_no_two_writers_share_a_draft(tmp_path, drafts):
    for _ in range(20):
        write_whole(tmp_path / "part", b"1")
    assert len(set(drafts)) == 20
    assert {draft_of(name) for name in drafts} == {"part"}
    assert names(tmp_path) == ["part"]


@pytest.mark.parametrize(
    ("name", "of"),
    [
        (f".part.{'0' * 16}.tmp", "part"),
        (f".a.b\n.{'f' * 16}.tmp", "a.b\n"),
        (f"part.{'0' * 16}.tmp", None),
        (f".part.{'g' * 16}.tmp", None),
        (f".part.{'0' * 15}.tmp", None),
        (f".part.{'0' * 16}.tmp2", None),
        (f"..{'0' * 16}.tmp", None),
        (".thesis.tmp", None),
    ],
)
def test_a_draft_is_known_by_its_name(name, of):
    assert draft_of(name) == of


def test_a_name_that_is_taken_is_neither_opened_nor_followed(tmp_path, monkeypatch):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    monkeypatch.setattr(atomic_files.secrets, "token_hex", lambda n: "0" * (2 * n))
    planted = tmp_path / f".part.{'0' * 16}.tmp"
    for plant in (lambda: planted.symlink_to(victim), lambda: planted.write_bytes(b"theirs")):
        plant()
        with pytest.raises(FileExistsError):
            write_whole(tmp_path / "part", b"1")
        assert victim.read_bytes() == b"precious"
        assert os.path.lexists(planted)
        planted.unlink()
    # Under the final name a link is replaced.
    (tmp_path / "part").symlink_to(victim)
    write_whole(tmp_path / "part", b"1")
    assert not (tmp_path / "part").is_symlink()
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("place", ["os.fsync", "os.link", "Path.replace"])
def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch, place):
    old = tmp_path / "old"
    old.write_bytes(b"old")
    monkeypatch.setattr(atomic_files.os, "link", full)
    if place != "os.link":
        monkeypatch.setattr(f"fssm.atomic_files.{place}", full)
    else:
        monkeypatch.setattr("fssm.atomic_files.Path.replace", full)
    for write in (
        lambda: write_whole(old, b"new"),
        lambda: write_new(tmp_path / "new", b"new"),
        lambda: write_named(old, b"new", overwrite=True),
        lambda: write_named(tmp_path / "new", b"new", overwrite=False),
    ):
        with pytest.raises(OSError, match="No space left"):
            write()
        assert names(tmp_path) == ["old"]
        assert old.read_bytes() == b"old"


def test_new_files_never_replace(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_new(path, b"first")
    for patch in (False, True):
        # Also on a file system without links.
        if patch:
            monkeypatch.setattr(atomic_files.os, "link", full)
        with pytest.raises(FileExistsError):
            write_new(path, b"second")
        assert path.read_bytes() == b"first"
    write_new(tmp_path / "other", b"third")
    assert (tmp_path / "other").read_bytes() == b"third"
    assert names(tmp_path) == ["file", "other"]


def test_named_files_keep_mode_and_links(tmp_path):
    target, link, dangling = (tmp_path / n for n in ("target", "link", "dangling"))
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to("target")
    dangling.symlink_to("made")
    for path in (target, link):
        with pytest.raises(FileExistsError):
            write_named(path, b"new", overwrite=False)
        assert target.read_bytes() == b"old"
    write_named(link, b"new", overwrite=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    write_named(dangling, b"new", overwrite=False)
    assert dangling.is_symlink()
    assert (tmp_path / "made").read_bytes() == b"new"
    with pytest.raises(IsADirectoryError):
        write_named(tmp_path, b"new", overwrite=True)
    assert names(tmp_path) == ["dangling", "link", "made", "target"]


def test_new_files_have_the_mode_that_the_user_asks_for(tmp_path):
    for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
        before = os.umask(mask)
        try:
            path = tmp_path / str(mask)
            write_named(path, b"new", overwrite=False)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_fifo_is_written_through(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    read = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    write_named(path, b"new" * 100_000, overwrite=False)
    reader.join()
    assert read == [b"new" * 100_000]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_device_is_written_through(tmp_path):
    path = tmp_path / "null"
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        path.write_bytes(b"")
    except PermissionError:
        pytest.skip("no permission to make a device")
    for overwrite in (False, True):
        write_named(path, b"new", overwrite=overwrite)
        assert stat.S_ISCHR(path.stat().st_mode)
    assert names(tmp_path) == ["null"]


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_what_the_shell_has_opened_is_written_to(tmp_path, name):
    code = (
        "import sys; from fssm.atomic_files import *; print('before', flush=True); "
        f"name = '{name}'; check_names([name], overwrite=False); "
        "write_named(name, b'new\\n', overwrite=False); print('after')"
    )
    out = tmp_path / "out"
    with out.open("w") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert out.read_text() == "before\nnew\nafter\n"
    piped = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert piped.stdout == b"before\nnew\nafter\n"


def test_the_names_that_are_taken(tmp_path):
    path, link = tmp_path / "file", tmp_path / "link"
    free = [path, tmp_path / "no" / "folder", "/dev/null", "a" * 5]
    check_names(free, overwrite=False)
    path.write_bytes(b"")
    link.symlink_to(path)
    for taken in (path, link):
        problem = rf"{taken.name}: exists already; --force overwrites it \(in Python: overwrite"
        with pytest.raises(InvalidInput, match=problem):
            check_names(["/dev/null", taken], overwrite=False)
        check_names([taken], overwrite=True)
    for overwrite in (False, True):
        with pytest.raises(IsADirectoryError):
            check_names([tmp_path], overwrite=overwrite)
        with pytest.raises(OSError, match="File name too long"):
            check_names(["a" * 300], overwrite=overwrite)
    with pytest.raises(FileNotFoundError):
        write_named("", b"", overwrite=True)


def test_long_names_have_short_drafts(tmp_path):
    path = tmp_path / ("a" * 255)
    for text in (b"1", b"2"):
        write_named(path, text, overwrite=True)
        assert path.read_bytes() == text


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everything")
def test_a_file_without_write_permission_stays(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError):
        write_named(path, b"new", overwrite=True)
    assert path.read_bytes() == b"old"
