"""argparse with errors of this project's kind, and help texts that keep their lines."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import re
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any, NoReturn

from vst_core.errors import UsageError

__all__ = ["Parser"]

_WIDEST = 100
_LABEL_COLUMN = re.compile(r"\s+\S.*?\s{2,}")
_NEGATIVE = re.compile(r"-\d")


class _Help(argparse.RawDescriptionHelpFormatter):
    """Up to 100 columns wide; a help text's own lines stay lines."""

    def __init__(self, prog: str) -> None:
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        super().__init__(prog, max_help_position=26, width=width)

    def _split_lines(self, text: str, width: int) -> list[str]:
        """Wrap every line by itself; behind a label and two spaces, what follows hangs."""
        lines: list[str] = []
        for line in text.splitlines():
            label = _LABEL_COLUMN.match(line)
            hang = " " * len(label[0]) if label else re.match(r"\s*", line)[0]  # type: ignore[index]
            lines += _wrap(line, width, hang) or [""]
        return lines


class Parser(argparse.ArgumentParser):
    """A command's parser: raises `UsageError` instead of printing its usage and leaving."""

    def __init__(self, *, prog: str, usage: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print, though the reader has gone away: newer patch releases of Python do so too."""
        with contextlib.suppress(OSError):
            super()._print_message(message, file)

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse what was typed.

        Raises:
            UsageError: It cannot be understood; the message has the nearest option's name.
        """
        # Intermixed, or `in --style muse out` would lose its output.
        options, unknown = self.parse_known_intermixed_args(_negatives_joined(arguments))
        if unknown:
            raise self._unknown(unknown[0])
        return options

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong as a `UsageError`."""
        raise UsageError(message[:1].upper() + message[1:], fix=f"See {self.prog} --help.")

    def _unknown(self, text: str) -> UsageError:
        if not text.startswith("-"):
            fix = "A sequence is one pattern, such as in/frame_%04d.png; put spaces in quotes."
            return UsageError(f"'{text}' is one argument too many", fix=fix)
        flag = text.partition("=")[0]
        known = [name for action in self._actions for name in action.option_strings]
        close = difflib.get_close_matches(flag, known, n=1)
        guess = f"Did you mean {close[0]}? " if close else ""
        return UsageError(f"There is no option {flag}", fix=f"{guess}See {self.prog} --help.")


def _wrap(line: str, width: int, hang: str) -> list[str]:
    """Names of files and options stay whole, so that they can be copied."""
    return textwrap.wrap(
        line, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def _negatives_joined(arguments: Sequence[str]) -> list[str]:
    """Write `--frames -5-10` as `--frames=-5-10`: argparse takes only plain numbers for values.

    >>> _negatives_joined(["in", "--frames", "-5-10"])
    ['in', '--frames=-5-10']
    """
    joined: list[str] = []
    for text in arguments:
        before = joined[-1] if joined else ""
        if _NEGATIVE.match(text) and before.startswith("--") and "=" not in before:
            joined[-1] = f"{before}={text}"
        else:
            joined.append(text)
    return joined
