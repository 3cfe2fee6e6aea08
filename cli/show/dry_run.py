"""`--dry-run`: what a run would do, as a table, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vst_core.catalog import find_method
from vst_core.protocol import Finished, Message

from .columns import columns, facts

if TYPE_CHECKING:
    from vst_core.runner import Plan

__all__ = ["plan_events", "plan_text"]

_MOST_ROWS = 40
_ROWS_AT_AN_END = 12
_MOST_LAYERS = 8


def plan_text(plan: Plan) -> str:
    """Return the plan for people: the facts, then a row a frame (of many, the ends)."""
    rows = _rows(plan)
    if len(rows) > _MOST_ROWS and not plan.job.animated:
        left_out = len(rows) - 2 * _ROWS_AT_AN_END
        gap = ("...", f"{left_out} more", "", "")
        rows = [*rows[:_ROWS_AT_AN_END], gap, *rows[-_ROWS_AT_AN_END:]]
    table = columns([("FRAME", "FROM", "TO", ""), *rows])
    return f"{facts(_facts(plan))}\n\n{table}\n\nNothing was made: this was a dry run."


def plan_events(plan: Plan) -> tuple[Message, ...]:
    """Return the plan for programs: how a run begins, and that nothing was made."""
    return plan.started, Finished(made=0, skipped=len(plan.skipped), seconds=0.0)


def _facts(plan: Plan) -> list[tuple[str, str]]:
    job, sequence = plan.job, plan.sequence
    method = find_method(job.method)
    motion = f", motion from {job.flow}" if method.needs_flow else ""
    return [
        ("input", str(sequence)),
        ("missing", _missing(plan)),
        ("output", str(plan.destination.place)),
        ("frames", _to_do(plan)),
        ("size", _size(plan)),
        ("layer", _layer(plan)),
        ("colors", plan.understood.space),
        ("style", _style(plan)),
        ("method", f"{job.method}: {method.label}{motion}"),
        ("device", f"{plan.device}, {str(plan.precision).removeprefix('torch.')}"),
        ("cuts", job.cuts if plan.guided else ""),
        *(("note", note) for note in plan.notes),
    ]


def _missing(plan: Plan) -> str:
    from vst_core.frames import FrameRange

    if not plan.sequence.missing:
        return ""
    done = {"hold": "the frame before stands in", "skip": "left out"}[plan.job.missing]
    return f"{FrameRange(plan.sequence.missing)} ({done})"


def _to_do(plan: Plan) -> str:
    done, total = len(plan.skipped), len(plan.tasks)
    if not done:
        return f"{total} to make"
    return f"{total - done} to make, {done} there already (verified)"


def _layer(plan: Plan) -> str:
    layer = plan.understood.layer
    others = [name for name in plan.understood.layers if name not in ("", layer)]
    left = f" and {len(others) - _MOST_LAYERS} more" if len(others) > _MOST_LAYERS else ""
    return f"{layer} (others: {', '.join(others[:_MOST_LAYERS])}{left})" if others else layer


def _style(plan: Plan) -> str:
    if plan.regions is not None:
        return "; ".join(plan.regions.texts)
    if plan.style_video is not None:
        return plan.style_text
    if len(plan.cards) == 1:
        return plan.cards[0][0].name
    return ", ".join(f"{card.name} {share:.0%}" for card, share in plan.cards)


def _size(plan: Plan) -> str:
    height, width = plan.work_size
    full = f"{plan.width} x {plan.height}"
    return full if plan.job.proxy == "1" else f"{full}, painted at {width} x {height}"


def _rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    done = frozenset(plan.skipped)
    cuts = frozenset(plan.job.cut_frames)
    rows = []
    for task in plan.tasks:
        what = "there already" if task.frame in done else ""
        if not what and plan.guided and task.frame in cuts:
            what = "starts a shot"
        what = ", ".join(filter(None, (what, *_values(plan, task.frame))))
        rows.append((str(task.frame), task.source.name, task.output.name, what))
    return rows


def _values(plan: Plan, frame: int) -> list[str]:
    """Return what changes over time, as it is at a frame."""
    values, shown = plan.job.values_at(frame), []
    for name in plan.job.animated:
        if name == "style":
            mix = zip(plan.cards, values.shares, strict=True)
            shown += [f"{style.name} {share:.1%}" for (style, _), share in mix if share]
        else:
            shown.append(f"{name.replace('_', ' ')} {getattr(values, name):.3g}")
    return shown
