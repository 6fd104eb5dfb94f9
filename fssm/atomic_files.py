"""Files that are there whole or not at all, however the writer ends."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fssm.base import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The name of a draft tells whose it is: the file it is to become, and a random part that no two
# writers share, in whatever process or container they are.
_DRAFT = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.tmp", re.DOTALL)
# Of files named by the user: their own name with a random part could be too long for the disk.
_LABEL = "fssm"
# What the shell has opened for this process; its content is not ours to replace.
_DESCRIPTOR = re.compile(
    r"/(?:dev|proc/self)/(?:fd/(?P<number>\d{1,9})|(?P<stream>std(?:out|err)))"
)

# Of this process, for whoever ends it at once.
_open_drafts: set[Path] = set()


def draft_of(name: str) -> str | None:
    """The name that a draft is to have in the end; None if ``name`` is not that of a draft."""
    found = _DRAFT.fullmatch(name)
    return found["name"] if found else None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, force it to the disk, and only then give it its name.

    Whoever reads ``path`` finds the old content or the new, whenever the writer is killed. A link
    under this name is replaced, never followed.

    Raises
    ------
    OSError
        where the disk is full or the folder not writable; nothing is left behind.
    """
    with _draft(path, data, path.name) as draft:
        draft.replace(path)


def write_new(path: Path, data: bytes, *, label: str | None = None) -> None:
    """The same for a file that may not be there yet; FileExistsError, an OSError, if it is.

    ``label`` stands for the file's name in that of the draft.
    """
    with _draft(path, data, label or path.name) as draft:
        # Unlike a rename this fails if the name is taken.
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError as error:
            if os.path.lexists(path):
                raise _exists(path) from error
            # A file system without links; then the last one wins.
            draft.replace(path)


def write_named(path: str | Path, data: bytes, *, overwrite: bool) -> None:
    """Write a file that the user has named, whole or not at all.

    An existing file keeps its mode, and a link stays and is followed. FIFOs, character devices
    and open descriptors (/dev/stdout, /dev/fd/3) are written to, not replaced.

    Raises
    ------
    FileExistsError
        if there is such a file and it is not to be overwritten.
    OSError
        if it cannot be written; the old content stays, or no file.
    """
    path = str(path)
    if (descriptor := _descriptor(path)) is not None:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        return
    found = _found(path)
    if found is None:
        write_new(Path(os.path.realpath(path)), data, label=_LABEL)
    elif _has_content(found) and not overwrite:
        raise _exists(path)
    elif not stat.S_ISREG(found.st_mode):
        with Path(path).open("wb") as file:
            file.write(data)
    else:
        _replace(Path(os.path.realpath(path)), data, found)


def check_names(paths: Iterable[str | Path], *, overwrite: bool) -> None:
    """Refuse names that :func:`write_named` could not write, before anything is computed.

    Raises
    ------
    InvalidInput
        for the first name of an existing file, unless ``overwrite``.
    OSError
        for a folder, or a name that no file can have.
    """
    for path in map(str, paths):
        if _descriptor(path) is not None:
            continue
        found = _found(path)
        if found is not None and _has_content(found) and not overwrite:
            problem = "exists already; --force overwrites it (in Python: overwrite=True)"
            raise InvalidInput(path, problem)


def drop_drafts() -> None:
    """Remove what this process is writing, before it ends without more ado."""
    for draft in list(_open_drafts):
        with suppress(OSError):
            draft.unlink()


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, which forcing the files does not do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _found(path: str) -> os.stat_result | None:
    """What is under a name, links followed, or None; OSError for a folder or no name at all."""
    if not path:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return found


def _has_content(found: os.stat_result) -> bool:
    """Whether writing loses something: FIFOs and terminals have no content of their own."""
    return stat.S_ISREG(found.st_mode) or stat.S_ISBLK(found.st_mode)


def _replace(path: Path, data: bytes, old: os.stat_result) -> None:
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    with _draft(path, data, _LABEL) as draft:
        with suppress(OSError):
            os.chown(draft, old.st_uid, old.st_gid)
        # After chown, which may take bits away.
        draft.chmod(stat.S_IMODE(old.st_mode))
        draft.replace(path)


@contextmanager
def _draft(path: Path, data: bytes, label: str) -> Iterator[Path]:
    """A complete file beside ``path``, gone afterwards; then the folder is forced to the disk."""
    draft = path.with_name(f".{label}.{secrets.token_hex(8)}.tmp")
    # Exclusive: nothing that is there already is opened, and no link followed.
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    _open_drafts.add(draft)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
        _open_drafts.discard(draft)
    sync_folder(path.parent)


def _descriptor(path: str) -> int | None:
    found = _DESCRIPTOR.fullmatch(path)
    if found is None:
        return None
    return int(found["number"]) if found["number"] else {"stdout": 1, "stderr": 2}[found["stream"]]


def _exists(path: str | Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
