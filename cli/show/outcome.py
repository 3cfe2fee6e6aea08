"""How every command ends: its exit code, and one calm line where something went wrong."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise

from vst_core.errors import Interrupted, VstError
from vst_core.protocol import Failed, encode

__all__ = ["guarded"]

_SIGINT, _SIGPIPE = 2, 13
_DEBUG = "VST_DEBUG"


def guarded(prog: str, work: Callable[[], int], arguments: Sequence[str]) -> int:
    """Do `work` and return the exit code, whatever happens.

    A `VstError` becomes one line on stderr and its own exit code; Ctrl-C is 130; a reader of
    the output that has gone away is no error to talk about; anything else is a fault of this
    program, and exits with 1. With `VST_DEBUG=1` a traceback follows.

    Args:
        prog: What begins the line.
        work: The command.
        arguments: What was typed: with `--progress json` or `openjd`, the failure goes to stdout
            too, in the words of that reader.
    """
    try:
        with warnings.catch_warnings():
            if not (sys.warnoptions or _debugging()):
                # Libraries warn their programmers; farms take the word for a failed frame.
                warnings.simplefilter("ignore")
            return _finished(work)
    except BrokenPipeError:
        _forget_stdout()
        return 128 + _SIGPIPE
    except KeyboardInterrupt:
        error: VstError = Interrupted(_SIGINT)
    except VstError as raised:
        error = raised
    except Exception as raised:
        error = _fault(raised)
    return _report(prog, error, reader=_reader(arguments))


def _finished(work: Callable[[], int]) -> int:
    try:
        code = work()
    except SystemExit as leaving:  # argparse, after --help and --version
        code = int(leaving.code or 0)
    sys.stdout.flush()
    return code


def _fault(raised: Exception) -> VstError:
    error = VstError(
        f"Something went wrong inside: {type(raised).__name__}: {raised}",
        fix=f"Set {_DEBUG}=1 to see where, and please report it.",
    )
    error.__cause__ = raised
    error.frame = getattr(raised, "frame", None)
    return error


def _report(prog: str, error: VstError, *, reader: str) -> int:
    if _debugging():
        traceback.print_exception(error.__cause__ or error)
    print(f"{prog}: {error}", file=sys.stderr)
    if reader in _FAILURES:
        try:
            print(_FAILURES[reader](error), flush=True)
        except BrokenPipeError:
            _forget_stdout()
    return error.exit_code


def _event(error: VstError) -> str:
    code, frame = error.code, error.frame
    return encode(Failed(code=code, message=str(error), exit_code=error.exit_code, frame=frame))


_FAILURES: dict[str, Callable[[VstError], str]] = {
    "json": _event,
    "openjd": lambda error: f"openjd_fail: {error}",
}
"""How programs are told of a failure on stdout, by `--progress`."""


def _reader(arguments: Sequence[str]) -> str:
    """Return what was asked for by `--progress`, from the raw arguments: they may be wrong."""
    split = [part for text in arguments for part in text.split("=", 1)]
    return next((value for name, value in pairwise(split) if name == "--progress"), "")


def _debugging() -> bool:
    return os.environ.get(_DEBUG, "") not in ("", "0")


def _forget_stdout() -> None:
    """Keep the interpreter from stumbling over the closed pipe again when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
