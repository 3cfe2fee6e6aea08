"""The way in: `vst` with its table of commands, and `vst-seq`, which is `vst seq`.

To add a command: a file in `commands` with `parser(prog)` and `run(options)`, and a line
in `COMMANDS`. A command's file, and what it imports, is loaded only when it is called.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from vst_core.errors import UsageError, nearest
from vst_core.version import __version__

from .metal import let_processor_help
from .openmp import FEW_SPINS, SPINS, share_cores
from .parser import Parser
from .show.outcome import guarded

__all__ = ["COMMANDS", "Command", "main", "main_seq"]


@dataclass(frozen=True)
class Command:
    """One line of the table.

    Attributes:
        name: What is typed after `vst`: a word, or two.
        module: Its file in `commands`.
        summary: One line for the overview.
        spins: How long its threads wait for each other before they sleep (see `share_cores`).
    """

    name: str
    module: str
    summary: str
    spins: int = FEW_SPINS


COMMANDS = (
    Command("seq", "seq", "stylize an image sequence or a movie; vst-seq is short for it"),
    Command("styles", "styles", "list the styles, with figures and previews; show one"),
    Command("train", "training.train", "learn a new style from a painting", SPINS),
    Command(
        "train features",
        "training.train_features",
        "distill the light encoder from VGG-19",
        SPINS,
    ),
    Command(
        "train grams",
        "training.train_grams",
        "add a painting's Gram matrices by the light encoder to a card",
    ),
    Command(
        "train painting-features",
        "training.train_painting_features",
        "tune VGG-16 to tell paintings from photographs",
        SPINS,
    ),
    Command(
        "train predictor",
        "training.train_predictor",
        "train the network that paints in any painting",
        SPINS,
    ),
    Command("styles predict", "styles_predict", "write a style card for any painting"),
    Command("eval", "eval", "measure stylized frames: style, content, steadiness"),
    Command("flow", "flow", "see how a source of motion sees a shot; judge one against another"),
    Command("keyframes", "keyframes", "list and plot the frames of a clip that stand out"),
    Command(
        "bench",
        "benchmarks.bench",
        "measure how fast this machine stylizes, and the memory it takes",
    ),
    Command(
        "bench features",
        "benchmarks.bench_features",
        "compare an encoder with VGG-19, by the pictures that it makes",
    ),
    Command(
        "bench gpu",
        "benchmarks.bench_gpu",
        "measure what a graphics card makes of each part",
    ),
    Command(
        "bench staying",
        "benchmarks.bench_staying",
        "measure whether a method holds out for 1,000 frames",
    ),
    Command(
        "bench ruder",
        "benchmarks.bench_ruder",
        "measure what each part of Ruder's method brings",
    ),
    Command(
        "probe",
        "probe",
        "say what a movie is, its frames counted; which layers and views a picture has",
    ),
    Command("mattes", "mattes", "list the objects that an EXR has mattes of (Cryptomatte)"),
    Command("doctor", "doctor", "say what works on this machine, what is missing, how to get it"),
    Command("hosts", "hosts", "build what is installed into Blender or Nuke"),
    Command("batch", "batch", "stylize many shots, one after the other, and report"),
    Command("report", "report", "write a page with pictures about the results in a folder"),
    Command("movie", "movie", "write finished frames as a movie"),
    Command("farm", "farm", "write a job for a render farm: Open Job Description, a bundle"),
    Command("serve", "serve", "keep an engine ready for the tasks of a farm's session"),
    Command("blender", "blender", "build the add-on for Blender's video sequencer"),
    Command("describe", "describe", "print every setting, as JSON or as a page"),
    Command("nuke export", "nuke_export", "write a style for Nuke's Cattery, as TorchScript"),
)

_EXAMPLES = """\
examples:
  vst-seq shot/frame_%04d.png out/ --style candy
  vst styles show muse
  vst train --painting mine.jpg --from muse --photos photos/ --out mine/

`vst COMMAND --help` explains a command.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `vst` and return its exit code.

    Args:
        argv: What was typed after `vst`; None takes it from the process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = _find(arguments)
    if command is None:
        return guarded("vst", lambda: _overview(arguments), arguments)
    return _run(command, f"vst {command.name}", arguments[len(command.name.split()) :])


def main_seq(argv: Sequence[str] | None = None) -> int:
    """Run `vst-seq` and return its exit code; see `main`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    return _run(COMMANDS[0], "vst-seq", arguments)


def _run(command: Command, prog: str, arguments: list[str]) -> int:
    share_cores(command.spins)
    let_processor_help()

    def work() -> int:
        module = importlib.import_module(f".commands.{command.module}", __package__)
        code: int = module.run(module.parser(prog).read(arguments))
        return code

    return guarded(prog, work, arguments)


def _overview(arguments: list[str]) -> int:
    width = max(len(command.name) for command in COMMANDS)
    rows = [f"  {command.name:<{width}}  {command.summary}" for command in COMMANDS]
    parser = Parser(
        prog="vst",
        usage="vst COMMAND ...",
        description="Video style transfer, with strokes that stick to what moves.\n\n"
        + "\n".join(["commands:", *rows]),
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"vst {__version__}")
    if arguments and not arguments[0].startswith("-"):
        names = [command.name for command in COMMANDS]
        raise UsageError(f"There is no command '{arguments[0]}'", fix=nearest(arguments[0], names))
    parser.read(arguments)
    parser.print_help()
    return 0


def _find(arguments: Sequence[str]) -> Command | None:
    """Return the command that was typed; of two that fit, the one of more words."""
    named = {command.name: command for command in COMMANDS}
    return named.get(" ".join(arguments[:2])) or named.get(" ".join(arguments[:1]))


if __name__ == "__main__":
    sys.exit(main())
