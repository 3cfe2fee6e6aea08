"""The socket in a folder that only its owner can enter."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
from pathlib import Path
from types import TracebackType

from vst_core.errors import OutputError, UsageError

__all__ = ["MeetingPlace", "make_private", "visit"]

_NAME = "engine.socket"
_LOOK_EVERY = 1.0
_LONGEST = 100
"""Bytes of a socket's path; systems have 104 or 108."""


class MeetingPlace:
    """A socket to which one visitor after the other comes, each of this user.

    Args:
        folder: From `make_private`.

    Raises:
        OutputError: An engine is there already, or there is no room for one.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        if (there := visit(folder)) is not None:
            there.close()
            fix = "Name another folder, or end it: vst serve stop FOLDER"
            raise OutputError(f"An engine listens in {folder} already", fix=fix)
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        self._socket = _new_socket()
        try:
            self._socket.bind(str(self._path))
        except OSError as error:
            fix = "Name a folder on a local disk"
            raise OutputError(f"No engine can listen in {folder}: {error}", fix=fix) from None
        self._path.chmod(0o600)
        self._socket.listen()
        self._socket.settimeout(_LOOK_EVERY)

    def __enter__(self) -> MeetingPlace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def visitor(self) -> socket.socket | None:
        """Return who comes within a second; None where nobody does, or another user."""
        try:
            connection, _ = self._socket.accept()
        except TimeoutError:
            return None
        if _user_of(connection) not in (None, os.getuid()):
            connection.close()
            return None
        connection.settimeout(None)
        return connection


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter.

    Raises:
        OutputError: It cannot be made, or is another user's, or open to others.
        UsageError: Its name is too long for a socket, or this system has none.
    """
    if not hasattr(socket, "AF_UNIX"):
        fix = "Run tasks without it: they are the same, and load the engine each"
        raise UsageError("An engine that stays needs a Unix system", fix=fix)
    if len(os.fsencode(folder / _NAME)) > _LONGEST:
        raise UsageError(f"The folder's name is too long for a socket: {folder}", fix="Shorten it")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fix = "Name a folder that you can write to"
        raise OutputError(f"Cannot make {folder}: {error.strerror}", fix=fix) from None
    if not _is_private(folder):
        fix = "Name one that is not there yet, or give it the mode 0700"
        raise OutputError(f"Others can enter {folder}", fix=fix)


def visit(folder: Path) -> socket.socket | None:
    """Return a connection to the engine that listens in a folder; None where there is none.

    One in a folder that others can enter is none: it may be theirs.
    """
    if not hasattr(socket, "AF_UNIX") or not _is_private(folder):
        return None
    connection = _new_socket()
    try:
        connection.connect(str(folder / _NAME))
    except OSError:
        connection.close()
        return None
    return connection


def _new_socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return own and not stat.S_IMODE(found.st_mode) & 0o077


def _user_of(connection: socket.socket) -> int | None:
    """Return whose process is at the other end; None where the system does not say (macOS)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    form = "3i"  # process, user, group
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(form))
    return int(struct.unpack(form, found)[1])
