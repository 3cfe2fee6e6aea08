"""Which frame comes when: passes over a shot, in alternating direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Schedule"]


@dataclass(frozen=True)
class Schedule:
    """The passes over one shot.

    Attributes:
        shot: Indices, among all of the run, of the shot's frames that are painted.
        passes: How many.
    """

    shot: Sequence[int]
    passes: int

    def forwards(self, number: int) -> bool:
        """Whether a pass (from 1) goes forwards.

        The last one always does, so that finished frames appear in their order. (Ruder 2016
        begins forwards: with an odd number of passes, such as its 15, that is the same.)
        """
        return (self.passes - number) % 2 == 0

    def order(self, number: int) -> Sequence[int]:
        """Return the frames of a pass in its direction."""
        return self.shot if self.forwards(number) else self.shot[::-1]

    def neighbor(self, number: int, index: int) -> int | None:
        """Return the frame that the pass comes from; None where it begins."""
        order = self.order(number)
        place = order.index(index)
        return order[place - 1] if place else None

    def reached(self, done: dict[int, int]) -> bool:
        """Whether `done` (frame -> its last pass) is what a run can have left behind.

        That is: one pass complete, and of the next one the frames up to some point.
        """
        complete = min((done.get(index, 0) for index in self.shot), default=self.passes)
        if complete >= self.passes:
            return all(done[index] == self.passes for index in self.shot)
        ahead = [done.get(index, 0) - complete for index in self.order(complete + 1)]
        return max(ahead) <= 1 and ahead == sorted(ahead, reverse=True)
