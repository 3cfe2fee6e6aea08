# SPDX-License-Identifier: Apache-2.0
"""What one run of the engine over a job has told so far, and the frames that it made."""

from __future__ import annotations

from pathlib import Path

from .engine import EngineError
from .job_file import Pictures
from .messages import Finished, FrameDone, Message, Warned
from .run_progress import RunProgress

__all__ = ["JobProgress"]


class JobProgress:
    """Follows a run.

    Attributes:
        fraction: The part done, 0 to 1.
        text: What the engine is at, as one line.
        remarks: What a person should know in the end.
    """

    def __init__(self) -> None:
        self.fraction, self.text = 0.0, "Starting the engine"
        self.remarks: list[str] = []
        self._made: dict[int, str] = {}
        self._finished, self._pace = False, RunProgress()

    def hear(self, message: Message) -> None:
        """Take note of a message."""
        if isinstance(message, FrameDone):
            self._made[message.frame] = Path(message.path).name
        if isinstance(message, Warned):
            self.remarks.append(message.text)
        self._finished = self._finished or isinstance(message, Finished)
        self.fraction, self.text = self._pace.hear(message, self.fraction, self.text)

    def files(self, pictures: Pictures) -> list[str]:
        """Return the name of each picture's frame, in order; the run is over.

        A picture that was left out is held by the one before it.

        Raises:
            EngineError: The engine did not say that it finished.
        """
        if not self._finished or not self._made:
            raise EngineError("The engine ended without finishing the job")
        if not pictures.numbers:
            return list(self._made.values())[:1]
        names = [self._made.get(number, "") for number in pictures.numbers]
        held = next(name for name in names if name)
        for place, name in enumerate(names):
            held = name or held
            names[place] = held
        return names
