"""Events in words for people."""

from __future__ import annotations

from vst_core.protocol import CutFound, Finished, FrameDone, Message, Progress, Started, Warned

__all__ = ["duration", "frame_line", "remark", "summary", "time_left"]


def remark(message: Message) -> str:
    """Return an event that is no frame in words for people; empty where there is nothing to say."""
    if isinstance(message, Started):
        frames = f"{message.frames} frame{'s' * (message.frames != 1)}"
        size = f"{message.width} x {message.height}"
        style = f"{message.style} by {message.method}"
        return f"{frames}, {size}, {style} on {message.device}, motion from {message.flow}"
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
