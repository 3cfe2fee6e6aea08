# SPDX-License-Identifier: Apache-2.0
"""What is known about the engine at hand: its styles, its parameters, what it can do here.

Asking takes from a fraction of a second (styles) to many (doctor), so it is done in a thread.
The thread only asks; everything of Blender happens when the answer is looked at.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from .engine import Engine, EngineError, ask, find_engine

__all__ = ["Knowledge", "current", "engine_now", "forget", "learn"]

_FRESH = 3.0
_ASK_SECONDS = 60.0
_TEST_SECONDS = 180.0


@dataclass
class Knowledge:
    """What the engine has said.

    Attributes:
        program: Which engine said it.
        description: `vst describe`: the catalog, and the engine's version.
        styles: `vst styles`: the cards.
        doctor: `vst doctor`, after a test.
        error: Why something could not be asked, as one line.
        busy: Answers are on their way.
    """

    program: str = ""
    description: dict[str, Any] | None = None
    styles: list[dict[str, Any]] = field(default_factory=list)
    doctor: dict[str, Any] | None = None
    error: str = ""
    busy: bool = False

    @property
    def version(self) -> str:
        """The engine's version; empty where it was not asked."""
        return str(self.description["engine"]) if self.description else ""


_known = Knowledge()
_found: tuple[float, str, Engine | None, str] = (-_FRESH, "", None, "")


def current() -> Knowledge:
    """Return what is known now."""
    return _known


def forget() -> None:
    """Know nothing: the engine is another one, or the add-on goes."""
    global _known, _found
    _known, _found = Knowledge(), (-_FRESH, "", None, "")


def engine_now(preference: str) -> tuple[Engine | None, str]:
    """Return the engine and nothing, or nothing and why; looks at the disk now and then only."""
    global _found
    seen, asked, engine, problem = _found
    if asked != preference or time.monotonic() - seen > _FRESH:
        try:
            engine, problem = find_engine(preference), ""
        except EngineError as error:
            engine, problem = None, str(error)
        _found = (time.monotonic(), preference, engine, problem)
    return engine, problem


def learn(
    engine: Engine,
    *,
    test: bool = False,
    wait: bool = False,
) -> Knowledge:
    """Ask an engine for its styles and parameters, unless it was asked already.

    Args:
        engine: Whom to ask.
        test: Ask for the doctor's findings too, and everything anew.
        wait: Return when the answers are there.
    """
    global _known
    known = _known
    same = known.program == str(engine.program)
    if same and (known.busy or not (test or known.error)):
        return known
    known = _known = Knowledge(program=str(engine.program), busy=True, styles=known.styles)

    def work() -> None:
        try:
            known.description = ask(engine, "describe", timeout=_ASK_SECONDS)
            known.styles = ask(engine, "styles", timeout=_ASK_SECONDS)
            if test:
                known.doctor = ask(engine, "doctor", timeout=_TEST_SECONDS)
        except EngineError as error:
            known.error = str(error)
        known.busy = False

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    if wait:
        thread.join()
    return known
