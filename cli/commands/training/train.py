"""`vst train`: from a painting and a folder of photographs to a style card."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from vst_core.protocol import Progress

from ...show.columns import facts
from ...show.event_text import duration
from ...show.progress import PROGRESS, Listener, choose_progress
from ...train_options import parser, request

# Nothing here may need more than torch, numpy, safetensors and Pillow: machines that train
# are often bare.
if TYPE_CHECKING:
    from vst_core.training import TrainingProgress, TrainingRun

__all__ = ["parser", "run"]


def run(options: argparse.Namespace) -> int:
    """Train, and print the paths of the cards."""
    from vst_core.training import plan_training, run_training

    planned = plan_training(request(options))
    kind = choose_progress(options.progress)
    if kind != "none":
        print(_announcement(planned), file=sys.stderr, flush=True)
    with PROGRESS[kind]() as listener:
        cards = run_training(planned, _reporter(planned, listener))
    if kind == "json":
        return 0
    for card in cards:
        print(card)
    if kind != "none":
        only = list(_stages(planned))
        method = f" --method {only[0]}" if len(only) == 1 else ""
        print(f"Try it: vst-seq in/%04d.png out/ --style {cards[0]}{method}", file=sys.stderr)
    return 0


def _announcement(planned: TrainingRun) -> str:
    work, stages = planned.output / "work", _stages(planned)
    begun = any((work / f"{stage}.pt").is_file() for stage in stages)
    steps = ", then ".join(f"{count} for {stage}" for stage, count in stages.items())
    length = steps if planned.seconds is None else f"as many as {planned.seconds:g} seconds allow"
    rows = [
        ("learning", ", ".join(entry.name for entry in planned.recipe.styles)),
        ("from", planned.start.name if planned.start else "nothing"),
        ("steps", length),
        ("network", f"width {planned.recipe.width}"),
        ("device", planned.device),
        ("previews", ", then ".join(str(work / f"{stage}.jpg") for stage in stages)),
        ("cards", str(planned.output)),
    ]
    last = "Going on from the last checkpoint." if begun else "Stop and go on at any time."
    return f"{facts(rows)}\n{last}"


def _stages(planned: TrainingRun) -> dict[str, int]:
    """Return the stages of a run in order, with their steps."""
    recipe = planned.recipe
    for name, settings in (("lstm", recipe.lstm), ("huang", recipe.huang)):
        if settings is not None:
            return {name: settings.steps}
    return {"itn": recipe.itn.steps, "vtn": recipe.vtn.steps}


def _reporter(planned: TrainingRun, listener: Listener) -> Callable[[TrainingProgress], None]:
    stages = _stages(planned)
    names, total = list(stages), sum(stages.values())

    def report(progress: TrainingProgress) -> None:
        place = names.index(progress.stage)
        before = sum(list(stages.values())[:place])
        losses = ", ".join(f"{name} {value:.4g}" for name, value in progress.losses.items())
        of = f" of {progress.steps}" if planned.seconds is None else ""
        text = (
            f"{progress.stage} ({place + 1} of {len(names)}), step {progress.step}{of}: {losses}; "
            f"{duration(progress.seconds_left)} left"
        )
        fraction = (before + progress.step) / total
        if planned.seconds is not None:
            fraction = max(fraction, min(1.0, 1 - progress.seconds_left / planned.seconds))
        listener(Progress(text=text, fraction=fraction))

    return report
