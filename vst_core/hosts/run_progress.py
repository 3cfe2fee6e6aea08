# SPDX-License-Identifier: Apache-2.0
"""How far the engine is, from its messages: a fraction and a line."""

from __future__ import annotations

from .messages import FrameDone, Iterated, Message, Progress, Started

__all__ = ["RunProgress"]


class RunProgress:
    """Follows one run of the engine.

    A method that optimizes tells of its iterations, and one of several passes goes over the
    frames several times before the first of them is finished: both move the fraction on.
    """

    def __init__(self) -> None:
        self._frames = 0
        self._done = 0
        self._pass = 0
        self._seen: list[int] = []

    def hear(self, message: Message, fraction: float, text: str) -> tuple[float, str]:
        """Return the fraction and the line after a message; those given where it says nothing.

        >>> pace = RunProgress()
        >>> pace.hear(FrameDone(1, 1, 4, 0.5, 2.0, "a.png"), 0.0, "")
        (0.25, 'Frame 1 of 4, 2 s left')
        """
        if isinstance(message, Started):
            self._frames = message.frames
        elif isinstance(message, FrameDone):
            self._done = message.index
            return max(fraction, message.index / message.total), _frame(message)
        elif isinstance(message, Iterated):
            return max(fraction, self._iterated(message)), self._iteration(message)
        elif isinstance(message, Progress):
            return fraction, message.text
        return fraction, text

    def _iterated(self, message: Iterated) -> float:
        if message.number != self._pass:
            self._pass, self._seen = message.number, []
        if message.frame not in self._seen:
            self._seen.append(message.frame)
        frames = max(self._frames, 1)
        if message.passes == 1:
            frames_done = float(self._done)
        else:
            frames_done = (message.number - 1) * frames + len(self._seen) - 1.0
        part = message.iteration / max(message.iterations, 1)
        return min((frames_done + part) / (frames * message.passes), 1.0)

    def _iteration(self, message: Iterated) -> str:
        place = len(self._seen) if message.passes > 1 else self._done + 1
        begin = (
            f"Pass {message.number} of {message.passes}, frame" if message.passes > 1 else "Frame"
        )
        return (
            f"{begin} {place} of {max(self._frames, place)}, "
            f"iteration {message.iteration} of {message.iterations}"
        )


def _frame(done: FrameDone) -> str:
    text = f"Frame {done.index} of {done.total}"
    left = (done.total - done.index) / done.fps if done.fps > 0 else 0
    if left < 1:
        return text
    minutes, seconds = divmod(round(left), 60)
    return f"{text}, {minutes} min {seconds:02d} s left" if minutes else f"{text}, {seconds} s left"
