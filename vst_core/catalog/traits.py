"""The methods, the flow sources and the devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vst_core.errors import UsageError, nearest

__all__ = [
    "DEVICES",
    "FLOW_SOURCES_INFO",
    "METHODS",
    "NO_FLOW",
    "Device",
    "FlowSourceInfo",
    "Method",
    "find_flow_source",
    "find_method",
]


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way to stylize, and what it asks of whoever runs it.

    Attributes:
        name: Its value for ``--method``.
        label: Its name for people.
        hint: What it does, and when to choose it.
        temporal: ``none``: every frame alone. ``causal``: uses the frame before.
            ``multi-pass``: goes over the whole shot several times.
        needs_flow: It asks a flow source how the picture moved.
        warm_up_frames: Frames to run, without writing, before a chunk that starts mid-shot.
        looks_back: It asks for frames further back than the one before.
        is_slow: A frame takes so long that everything is saved after each.
        memory: The version of what it remembers from frame to frame besides its picture; 0 =
            nothing. Saved states of another version are not used.
        accepts: The styles it takes: ``card`` (trained), ``painting``.
        reads: The parameters that it reads besides those that every method reads.
        weights: Which of a card's files it opens; empty = none, or Gram matrices.
        mixes: Styles of a family are mixed within one network; else each style paints by its
            own, and their pictures are dissolved.
        paints_regions: ``apart``: several styles are several pictures, composed by mattes.
            ``together``: one picture, each part of it towards its own style.
    """

    name: str
    label: str
    hint: str
    temporal: Literal["none", "causal", "multi-pass"]
    needs_flow: bool
    warm_up_frames: int
    looks_back: bool = False
    is_slow: bool = False
    memory: int = 0
    accepts: frozenset[str] = frozenset({"card"})
    reads: frozenset[str] = frozenset()
    weights: str = ""
    mixes: bool = True
    paints_regions: Literal["apart", "together"] = "apart"


@dataclass(frozen=True, kw_only=True)
class FlowSourceInfo:
    """A source of motion.

    Attributes:
        name: Its value for ``--flow``, up to the colon.
        syntax: How it is written in full.
        label: Its name for people.
        hint: What it does, and when to choose it.
        license: Of its code and weights.
        needs_weights: It needs a weight file.
        extra: The optional part of the installation that it needs, or nothing.
    """

    name: str
    syntax: str
    label: str
    hint: str
    license: str
    needs_weights: bool = False
    extra: str = ""

    @property
    def takes_argument(self) -> bool:
        """Whether something has to follow the name, after a colon."""
        return ":" in self.syntax


@dataclass(frozen=True)
class Device:
    """A kind of device: its value for ``--device``, its label and when to choose it."""

    name: str
    label: str
    hint: str


NO_FLOW = "none"
"""The `--flow` that knows nothing of motion."""

_ANY = frozenset({"card", "painting"})
_PREDICTED = frozenset({"style_weight", "style_scale"})
"""What a network reads whose style is predicted from a painting."""
_PAINTER = frozenset({
    "features", "iterations", "optimizer", "start", "sketch", "content_weight", "style_weight",
    "tv_weight", "style_scale", "pooling", "style_layers", "content_layers", "threads",
})  # fmt: skip
"""What every optimizing method reads. It sums over whole pictures, and a sum's last digits
depend on the number of its parts: so the threads are among it."""
_TEMPORAL = _PAINTER | {"temporal_weight", "long_term"}
_PASSES = _TEMPORAL | {"passes", "pass_iterations", "blend", "temporal_from"}

METHODS = (
    Method(
        name="vtn",
        label="Video (steady)",
        hint="Every frame sees the stylized frame before it, moved along with the picture, so "
        "brush strokes stay where they are. The choice for moving pictures.",
        temporal="causal",
        needs_flow=True,
        warm_up_frames=10,
        accepts=_ANY,
        reads=_PREDICTED | {"preroll"},
        weights="vtn",
    ),
    Method(
        name="itn",
        label="Image (frame by frame)",
        hint="Every frame is painted by itself. Fast, and right for single stills; on moving "
        "pictures the strokes flicker.",
        temporal="none",
        needs_flow=False,
        warm_up_frames=0,
        accepts=_ANY,
        reads=_PREDICTED,
        weights="itn",
    ),
    Method(
        name="huang",
        label="Image, steady (no motion)",
        hint="A small network that was taught to paint moving things alike. It needs no motion, so "
        "it is the fastest; steadier than the image network, less than the video one. For "
        "previews.",
        temporal="none",
        needs_flow=False,
        warm_up_frames=0,
        weights="huang",
        mixes=False,
    ),
    Method(
        name="lstm",
        label="Video with memory (no motion)",
        hint="Remembers what it painted instead of being told how the picture moved. For shots "
        "where motion cannot be found.",
        temporal="causal",
        needs_flow=False,
        warm_up_frames=10,
        memory=1,
        reads=frozenset({"preroll"}),
        weights="lstm",
        mixes=False,
    ),
    Method(
        name="gatys",
        label="Optimized (frame by frame)",
        hint="Every frame is painted anew until it agrees with the painting: any painting, no "
        "training, the finest strokes; slow, and on moving pictures the strokes flicker.",
        temporal="none",
        needs_flow=False,
        warm_up_frames=0,
        is_slow=True,
        accepts=_ANY,
        reads=_PAINTER,
        paints_regions="together",
    ),
    Method(
        name="ruder",
        label="Optimized video",
        hint="Any painting, no training: every frame starts from the one before it, moved along, "
        "and is held to it and to older ones, so strokes stay, also behind what passes by.",
        temporal="causal",
        needs_flow=True,
        warm_up_frames=2,
        looks_back=True,
        is_slow=True,
        accepts=_ANY,
        reads=_TEMPORAL,
        paints_regions="together",
    ),
    Method(
        name="ruder-multipass",
        label="Optimized video, several passes",
        hint="Goes over the whole shot several times, forwards and backwards: any painting, the "
        "highest quality, lively strokes up to the borders; the slowest of all.",
        temporal="multi-pass",
        needs_flow=True,
        warm_up_frames=0,
        is_slow=True,
        accepts=_ANY,
        reads=_PASSES,
        paints_regions="together",
    ),
)

FLOW_SOURCES_INFO = (
    FlowSourceInfo(
        name="auto",
        syntax="auto",
        label="Automatic (built in)",
        hint="DIS where the motion is calm; where DIS contradicts itself, RAFT small looks too, "
        "so that fast limbs and cars keep their strokes. The choice for nearly everything.",
        license="Apache-2.0; the network's weights BSD-3-Clause",
    ),
    FlowSourceInfo(
        name="dis",
        syntax="dis",
        label="DIS (built in)",
        hint="The quickest, on any processor. Good for slow and medium motion, wrong on fast.",
        license="Apache-2.0",
    ),
    FlowSourceInfo(
        name="raft-small",
        syntax="raft-small",
        label="RAFT small",
        hint="A network that follows fast motion and fast limbs well. Best on a graphics card; "
        "on a processor it takes a few seconds a frame.",
        license="BSD-3-Clause",
    ),
    FlowSourceInfo(
        name="raft-large",
        syntax="raft-large",
        label="RAFT large",
        hint="The most exact of the built-in ones, and the slowest. Wants a graphics card.",
        license="BSD-3-Clause",
        needs_weights=True,
    ),
    FlowSourceInfo(
        name="ptlflow",
        syntax="ptlflow:<model>",
        label="Another network (ptlflow)",
        hint="Any flow network of the ptlflow collection, such as ptlflow:rpknet. Every model "
        "has its own license: some forbid commercial work.",
        license="Apache-2.0; the models have their own",
        needs_weights=True,
        extra="flow",
    ),
    FlowSourceInfo(
        name="vectors",
        syntax="vectors",
        label="Motion vectors",
        hint="What the renderer knows: the motion vectors in the frames' own EXR files, or in "
        "files beside them (--vectors); checked against the pictures before they are used.",
        license="yours",
    ),
    FlowSourceInfo(
        name="files",
        syntax="files:<forward pattern>,<backward pattern>",
        label="Flow files",
        hint="Motion that is already on disk as .flo files, such as "
        "files:flow/fwd_%04d.flo,flow/bwd_%04d.flo.",
        license="yours",
    ),
    FlowSourceInfo(
        name="none",
        syntax="none",
        label="No motion",
        hint="Nothing is known about motion, so every frame starts afresh. More flicker.",
        license="",
    ),
)

DEVICES = (
    Device("auto", "Automatic", "The fastest device that is there."),
    Device("cpu", "Processor", "Works everywhere."),
    Device("cuda", "NVIDIA graphics card", "The first one; cuda:1 is the second."),
    Device("mps", "Apple graphics", "The graphics part of an Apple processor."),
)


def find_method(name: str) -> Method:
    """Return the method called `name`.

    Raises:
        UsageError: There is none; the message has the nearest name.
    """
    for method in METHODS:
        if method.name == name:
            return method
    fix = nearest(name, (method.name for method in METHODS))
    raise UsageError(f"There is no method '{name}'", fix=fix)


def find_flow_source(text: str) -> FlowSourceInfo:
    """Return what is known about the flow source that `text` asks for.

    Raises:
        UsageError: There is none, or what it needs after its name is not there.

    >>> find_flow_source("ptlflow:rpknet").extra
    'flow'
    """
    name, colon, argument = text.partition(":")
    for source in FLOW_SOURCES_INFO:
        if source.name != name:
            continue
        given = [part.strip() for part in argument.split(",")]
        wanted = source.syntax.count("<")
        if bool(colon) != source.takes_argument or (wanted and not _all_given(given, wanted)):
            raise UsageError(f"Cannot read the flow source '{text}'", fix=f"Write {source.syntax}")
        return source
    fix = nearest(name, (source.syntax for source in FLOW_SOURCES_INFO))
    raise UsageError(f"There is no flow source '{text}'", fix=fix)


def _all_given(given: list[str], wanted: int) -> bool:
    return len(given) == wanted and all(given)
