# SPDX-License-Identifier: Apache-2.0
"""Work beside Nuke's interface, which stays usable meanwhile.

Nuke's objects belong to its main thread; only progress bars may be used from others, and
`executeInMainThread`, which hands a call over to it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import nuke

from .watching import Watching

__all__ = ["in_background"]

_going_on: set[str] = set()


def in_background(
    name: str, title: str, work: Callable[[Watching], Any], then: Callable[[Any], None]
) -> bool:
    """Do something in a thread of its own.

    Args:
        name: Of the work; the same is not done twice at a time.
        title: Of its progress bar.
        work: Asks Nuke for nothing.
        then: Called in Nuke's main thread, with what the work gave or the error that ended it.

    Returns:
        Whether it was begun.
    """
    if name in _going_on:
        return False
    _going_on.add(name)

    def arrive(outcome: Any) -> None:
        _going_on.discard(name)
        then(outcome)

    def run() -> None:
        try:
            outcome = work(Watching(title))
        except Exception as error:  # whatever it is: `then` is the one to tell of it
            outcome = error
        nuke.executeInMainThread(arrive, args=(outcome,))

    # Nuke must not wait for it at its end; `callbacks` ends the engine then.
    threading.Thread(target=run, name=title, daemon=True).start()
    return True
