"""The bar on a terminal: frame, frames per second, time left. The one place that needs rich."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as RichProgress

from vst_core.protocol import FrameDone, Iterated, Message, Progress, Started

from .event_text import remark, step_line, time_left

__all__ = ["FrameBar", "line_bar"]


def line_bar(console: Console) -> RichProgress:
    """Return a bar that says `what` before, and `pace` behind it."""
    return RichProgress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        TextColumn("{task.fields[pace]}"),
        console=console,
        expand=True,
        transient=True,
    )


class FrameBar:
    """A bar over the frames of a run; remarks stay above it."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bar = line_bar(self._console)
        self._task = self._bar.add_task("getting ready", total=None, pace="")
        self._done = 0

    def __enter__(self) -> FrameBar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, message: Message) -> None:
        """Move the bar, or say something above it."""
        if isinstance(message, FrameDone):
            self._done = message.index
            self._bar.update(
                self._task,
                description=f"frame {message.frame}",
                completed=message.index,
                total=message.total,
                pace=_pace(message),
            )
        elif isinstance(message, Iterated):
            part = message.iteration / message.iterations if message.passes == 1 else 0
            done = self._done + part
            self._bar.update(self._task, description=step_line(message), completed=done)
        elif isinstance(message, Progress):
            self._bar.update(
                self._task, description=message.text, completed=message.fraction, total=1
            )
        elif text := remark(message):
            self._console.print(text, markup=False)
        if isinstance(message, Started):
            self._bar.update(self._task, description="first frame", total=message.frames)


def _pace(done: FrameDone) -> str:
    left = time_left(done)
    speed = f"{done.fps:.3g} fps" if done.fps > 0 else ""
    return "  ".join(filter(None, (f"{done.index}/{done.total}", speed, left and f"{left} left")))
