# SPDX-License-Identifier: Apache-2.0
"""The engine: where it is, how it is called, and what it says of itself."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["INSTALL", "Engine", "EngineError", "ask", "clean_environment", "find_engine"]

INSTALL = (
    "python3 -m venv ~/vst",
    "~/vst/bin/pip install FOLDER_OF_VST",
)
"""How an engine is installed; then its path is ``~/vst/bin/vst-seq``."""

_PROGRAM = "vst-seq"
_NAMES = (f"{_PROGRAM}.exe", _PROGRAM) if os.name == "nt" else (_PROGRAM,)
_FOREIGN = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class EngineError(Exception):
    """There is no engine, or it cannot be talked to; one line for a person."""


@dataclass(frozen=True)
class Engine:
    """An installed engine.

    Attributes:
        program: The path of ``vst-seq``, or of ``vst``.
        found_by: What named it: the user's setting, ``VST_SEQ`` or ``PATH``.
    """

    program: Path
    found_by: str

    def command(self, name: str, *arguments: str) -> list[str]:
        """Return the command line of ``vst NAME ARGUMENTS``."""
        short = self.program.stem.endswith("-seq")
        if name == "seq" and short:
            return [str(self.program), *arguments]
        stem = self.program.stem.removesuffix("-seq") if short else self.program.stem
        return [str(self.program.with_name(stem + self.program.suffix)), name, *arguments]


def find_engine(preference: str = "", *, named_by: str = "the preferences") -> Engine:
    """Find the engine.

    Args:
        preference: What the user has set: the program, or the folder that it is in.
        named_by: Where the user sets that, for messages.

    Raises:
        EngineError: There is none; says where it was looked for.
    """
    for place, by in ((preference, named_by), (os.environ.get("VST_SEQ", ""), "VST_SEQ")):
        if place.strip():
            return Engine(_program(Path(place.strip()).expanduser(), by), by)
    found = _on_path()
    if found is None:
        raise EngineError("The engine is not installed: there is no vst-seq on PATH")
    return Engine(found, "PATH")


def clean_environment() -> dict[str, str]:
    """Return the environment without what Blender's own Python and libraries need."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in _FOREIGN
    }


def ask(engine: Engine, *arguments: str, timeout: float) -> Any:
    """Return what ``vst ARGUMENTS --json`` prints, such as ``doctor``.

    Raises:
        EngineError: It cannot be started, takes too long, or prints no JSON.
    """
    command = engine.command(arguments[0], *arguments[1:], "--json")
    try:
        done = subprocess.run(
            command,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return json.loads(done.stdout)
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be started: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise EngineError(f"{command[0]} gave no answer in {timeout:.0f} seconds") from None
    except ValueError:
        raise EngineError(_no_answer(command, done.stderr)) from None


def _on_path() -> Path | None:
    """Return the program on PATH; never one in the current folder, where Windows looks first."""
    folders = [Path(one) for one in os.get_exec_path() if Path(one).is_absolute()]
    places = (folder / name for folder in folders for name in _NAMES)
    return next((one for one in places if one.is_file() and os.access(one, os.X_OK)), None)


def _program(path: Path, by: str) -> Path:
    candidates = [path]
    if path.is_dir():
        inside = (path, path / "bin", path / "Scripts")
        candidates = [folder / name for folder in inside for name in (_PROGRAM, f"{_PROGRAM}.exe")]
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.absolute()
    what = "holds no vst-seq" if path.is_dir() else "is no program"
    verb = "name" if by.endswith("s") else "names"
    raise EngineError(f"{path}, which {by} {verb}, {what}")


def _no_answer(command: Sequence[str], stderr: bytes) -> str:
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    last = f": {' '.join(lines[-1].split())[:160]}" if lines else ""
    return f"{command[0]} does not answer as the engine does{last}"
