"""Files that are either whole or not there: temporary name, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vst_core.errors import OutputError

__all__ = [
    "LONGEST_NAME",
    "atomic_path",
    "make_folder",
    "output_error",
    "partial_files",
    "short_name",
]

LONGEST_NAME = 255
"""Bytes of a file name that every usual file system holds."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ALMOST_FULL = 64 * 1024
_LONGEST_STEM, _LONGEST_SUFFIX = 120, 32  # bytes
_DIGITS = 16  # of a hash: enough to tell the files of a folder apart


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Give a temporary path to write to; on success it replaces `path` in one step.

    The temporary file lies in the same folder under a hidden name that ends like `path`, so
    that writers which look at the suffix choose the same format. It exists when the body
    begins, and is removed when anything goes wrong. A killed process leaves it behind: see
    `partial_files`.

    Raises:
        OutputError: The folder is absent or cannot be written, or the disk is full.
    """
    path = Path(path)
    before, behind = _around(path)
    # Random, not the process id: in containers every process has the same one.
    temporary = path.with_name(f"{before}{secrets.token_hex(4)}{behind}")
    try:
        temporary.open("xb").close()
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise output_error(path, error.strerror or str(error), code=error.errno) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are absent.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(path, error.strerror or str(error), code=error.errno) from error


def partial_files(path: Path | str) -> list[Path]:
    """Return what killed writers of `path` left behind, for a resumed run to remove."""
    path = Path(path)
    before, behind = _around(path)
    try:
        inside = sorted(path.parent.iterdir())
    except OSError:
        return []
    return [p for p in inside if p.name.startswith(before) and p.name.endswith(behind)]


def short_name(text: str, most: int = _LONGEST_STEM) -> str:
    """Return a name of at most `most` bytes: itself, or its beginning and a hash of all of it.

    So what is made of any name, with something added, is still a name that a disk holds.

    Args:
        text: A file's name, or a part of it.
        most: Bytes, 32 or more; letters beyond ASCII take up to four each.

    >>> short_name("shot.####.exr")
    'shot.####.exr'
    >>> short_name("x" * 200, 32)
    'xxxxxxxxxxxxxxx~aa20c23e32018340'
    """
    whole = os.fsencode(text)
    if len(whole) <= most:
        return text
    digest = hashlib.sha256(whole).hexdigest()[:_DIGITS]
    # A letter that is cut in two is left out, so that file systems of Unicode names take it.
    begin = whole[: most - _DIGITS - 1].decode("utf-8", "ignore")
    return f"{begin}~{digest}"


def _around(path: Path) -> tuple[str, str]:
    """Return what stands before and behind the random part of a temporary name."""
    suffix = path.suffix
    if len(os.fsencode(suffix)) > _LONGEST_SUFFIX:  # no kind of file: a dot in a long name
        return f".{short_name(path.name)}.", ".part"
    return f".{short_name(path.stem)}.", f".part{suffix}"


def output_error(path: Path, detail: str, *, code: int | None = None) -> OutputError:
    """Return the error for a file that could not be written, with the likeliest way out."""
    free = _free_bytes(path.parent)
    if code in _FULL or (free is not None and free < _ALMOST_FULL):
        what = f"{path}: cannot be written, the disk is full ({detail})"
        return OutputError(what, fix="Free some space and run again: finished frames are kept.")
    if code in (errno.ENOENT, errno.ENOTDIR):
        what = f"{path}: cannot be written, {path.parent} is not a folder ({detail})"
        return OutputError(what, fix="Create the folder or choose another output.")
    what = f"{path}: cannot be written ({detail or 'no reason given'})"
    return OutputError(what, fix=f"Check that {path.parent} can be written, or choose another.")


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder, and its rename is already durable
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems refuse to sync folders; the file itself is safe.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(handle)
