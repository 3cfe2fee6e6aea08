"""What the commands share that train on folders of pictures: options, checks, progress."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from vst_core.errors import InputError, UsageError
from vst_core.protocol import Progress

from .parser import Parser
from .show.event_text import duration
from .show.progress import PROGRESS, Listener, choose_progress
from .train_options import whole

if TYPE_CHECKING:
    from vst_core.training import TrainingProgress

__all__ = [
    "add_numbers_and_machine",
    "check_folders",
    "given_numbers",
    "make_card",
    "step_reporter",
]

_Run = TypeVar("_Run")


def add_numbers_and_machine(made: Parser, *, weights: str) -> None:
    """Add --steps, --seed, --device, --weights-dir and --progress.

    Args:
        made: The command's parser.
        weights: Whose weights are looked for.
    """
    add = made.add_argument
    add("--steps", type=whole(1), metavar="N", help="instead of the recipe's")
    add("--seed", type=whole(0), metavar="N", help="instead of the recipe's")
    add("--device", default="auto", help="auto, cpu, cuda, cuda:1 (default auto)")
    add("--weights-dir", type=Path, metavar="FOLDER", help=f"look here first for {weights}")
    add(
        "--progress",
        choices=tuple(PROGRESS),
        help="how to report progress (default: bar in a terminal, else plain)",
    )


def check_folders(given: Mapping[str, Sequence[Path | None]]) -> None:
    """Refuse folders that are not named or not there.

    Args:
        given: Option -> what was given to it.

    Raises:
        UsageError, InputError: See above.
    """
    for flag, folders in given.items():
        for folder in folders or [None]:
            if folder is None:
                fix = f"Name a folder of pictures: {flag} DIR"
                raise UsageError(f"{flag} is not given", fix=fix)
            if not folder.is_dir():
                raise InputError(f"There is no folder {folder}", fix=f"Give another to {flag}.")


def given_numbers(options: argparse.Namespace) -> dict[str, Any]:
    """Return those of --steps and --seed that were given, for a recipe."""
    numbers = {"steps": options.steps, "seed": options.seed}
    return {name: value for name, value in numbers.items() if value is not None}


def make_card(
    train: Callable[[_Run, Callable[[TrainingProgress], None]], Path],
    planned: _Run,
    *,
    announcement: str,
    progress: str | None,
) -> int:
    """Say what will be trained, train it, print the path of the card, and return the exit code."""
    kind = choose_progress(progress)
    if kind != "none":
        print(announcement, file=sys.stderr, flush=True)
    with PROGRESS[kind]() as listener:
        card = train(planned, step_reporter(listener))
    if kind != "json":
        print(card)
    return 0


def step_reporter(listener: Listener) -> Callable[[TrainingProgress], None]:
    """Return what tells a listener of a training's progress."""

    def report(progress: TrainingProgress) -> None:
        losses = ", ".join(f"{name} {value:.3g}" for name, value in progress.losses.items())
        text = (
            f"step {progress.step} of {progress.steps}: {losses}; "
            f"{duration(progress.seconds_left)} left"
        )
        listener(Progress(text=text, fraction=progress.step / progress.steps))

    return report
