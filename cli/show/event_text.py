"""Events in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from vst_core.protocol import (
    CutFound,
    Finished,
    FrameDone,
    Iterated,
    Message,
    Progress,
    Started,
    Warned,
)

__all__ = ["duration", "frame_line", "remark", "step_line", "summary", "time_left"]


def remark(message: Message) -> str:
    """Return an event that is no frame in words for people; empty where there is nothing to say."""
    if isinstance(message, Started):
        frames = f"{message.frames} frame{'s' * (message.frames != 1)}"
        size = f"{message.width} x {message.height}"
        style = f"{message.style} by {message.method}"
        layer = f", layer {message.layer}" if message.layer else ""
        work = f"{style} on {message.device}, motion from {message.flow}"
        return f"{frames}, {size}{layer}, {work}"
    if isinstance(message, Progress):
        return f"{message.text} ({message.fraction:.0%})"
    if isinstance(message, CutFound):
        return f"A new shot begins at frame {message.frame}."
    if isinstance(message, Warned):
        return f"Note: {message.text}"
    return ""


def summary(finished: Finished, output: str) -> str:
    """Return what a run has done, in a line for people."""
    frames = f"{finished.made} frame{'s' * (finished.made != 1)}"
    pace = finished.made / finished.seconds if finished.seconds > 0 else 0.0
    speed = f" ({pace:.3g} frames per second)" if finished.made > 1 and pace else ""
    kept = f", {finished.skipped} were there already" if finished.skipped else ""
    return f"Made {frames} in {duration(finished.seconds)}{speed}{kept}: {output}"


def duration(seconds: float) -> str:
    """Return a time in two units at most.

    >>> duration(3.21), duration(75), duration(7384)
    ('3.2 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def time_left(done: FrameDone) -> str:
    """Return the time that the other frames will take; empty where that is not known."""
    frames = done.total - done.index
    return duration(frames / done.fps) if frames and done.fps > 0 else ""


def frame_line(done: FrameDone) -> str:
    """Return a finished frame in words: its place, its time, and the time left."""
    width = len(str(done.total))
    place = f"[{done.index:>{width}}/{done.total}] frame {done.frame}"
    if done.skipped:
        return f"{place}: there already"
    left = f", {time_left(done)} left" if time_left(done) else ""
    return f"{place}: {done.seconds:.2f} s, {done.fps:.3g} frames per second{left}"


def step_line(step: Iterated) -> str:
    """Return an iteration in words: frame, pass, iteration, size, and the losses by kind.

    >>> step_line(Iterated(7, 20, 200, 256, 109, 1.5, {"content relu4_2": 0.5, "range": 0.0}))
    'frame 7: iteration 20/200 at 256 x 109, loss 1.5 (content 0.5)'
    """
    place = f"pass {step.number}/{step.passes}, frame" if step.passes > 1 else "frame"
    where = f"{place} {step.frame}: iteration {step.iteration}/{step.iterations}"
    kinds = ", ".join(f"{kind} {value:.3g}" for kind, value in _by_kind(step.losses).items())
    shown = f" ({kinds})" if kinds else ""
    return f"{where} at {step.width} x {step.height}, loss {step.loss:.4g}{shown}"


def _by_kind(losses: Mapping[str, float]) -> dict[str, float]:
    """Return the mean over layers, or over earlier frames, of what people ask for first."""
    found = {}
    for kind in ("content", "style", "temporal"):
        values = [value for name, value in losses.items() if name.split()[0] == kind]
        if values:
            found[kind] = sum(values) / len(values)
    return found
