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
    from vst_core.training import Recipe, TrainingProgress, TrainingRun

__all__ = ["parser", "run"]


def run(options: argparse.Namespace) -> int:
    """Train, and print the paths of the cards."""
    from vst_core.training import plan_training, train

    planned = plan_training(request(options))
    kind = choose_progress(options.progress)
    if kind != "none":
        print(_announcement(planned), file=sys.stderr, flush=True)
    with PROGRESS[kind]() as listener:
        cards = train(planned, _reporter(planned.recipe, listener))
    if kind == "json":
        return 0
    for card in cards:
        print(card)
    if kind != "none":
        print(f"Try it: vst-seq in/%04d.png out/ --style {cards[0]}", file=sys.stderr)
    return 0


def _announcement(planned: TrainingRun) -> str:
    recipe, work = planned.recipe, planned.output / "work"
    begun = any((work / f"{stage}.pt").is_file() for stage in ("itn", "vtn"))
    rows = [
        ("learning", ", ".join(entry.name for entry in recipe.styles)),
        ("from", planned.start.name if planned.start else "nothing"),
        ("steps", f"{recipe.itn.steps} for itn, then {recipe.vtn.steps} for vtn"),
        ("network", f"width {recipe.width}"),
        ("device", planned.device),
        ("previews", f"{work / 'itn.jpg'}, then {work / 'vtn.jpg'}"),
        ("cards", str(planned.output)),
    ]
    last = "Going on from the last checkpoint." if begun else "Stop and go on at any time."
    return f"{facts(rows)}\n{last}"


def _reporter(recipe: Recipe, listener: Listener) -> Callable[[TrainingProgress], None]:
    stages = {"itn": 1, "vtn": 2}
    total = recipe.itn.steps + recipe.vtn.steps

    def report(progress: TrainingProgress) -> None:
        before = 0 if progress.stage == "itn" else recipe.itn.steps
        losses = ", ".join(f"{name} {value:.4g}" for name, value in progress.losses.items())
        text = (
            f"{progress.stage} ({stages[progress.stage]} of 2), step {progress.step} of "
            f"{progress.steps}: {losses}; {duration(progress.seconds_left)} left"
        )
        listener(Progress(text=text, fraction=(before + progress.step) / total))

    return report
