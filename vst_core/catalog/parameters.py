"""The parameter table: the one place where settings, their defaults and their words stand."""

from __future__ import annotations

from dataclasses import dataclass

from vst_core.catalog.color_parameters import COLOR_PARAMETERS
from vst_core.catalog.machine_parameters import MACHINE_PARAMETERS
from vst_core.catalog.movie_parameters import MOVIE_PARAMETERS
from vst_core.catalog.optimizer_parameters import OPTIMIZER_PARAMETERS
from vst_core.catalog.parameter import Choice, Parameter
from vst_core.catalog.region_parameters import REGION_PARAMETERS
from vst_core.catalog.style_video_parameters import STYLE_VIDEO_PARAMETERS
from vst_core.catalog.traits import FLOW_SOURCES_INFO, METHODS
from vst_core.catalog.vector_parameters import VECTOR_PARAMETERS
from vst_core.errors import UsageError, nearest
from vst_core.file_formats import DEPTHS, FILE_FORMATS, Depth

__all__ = ["CLIPS", "GROUPS", "PARAMETERS", "Clip", "Group", "find_parameter"]


@dataclass(frozen=True)
class Clip:
    """A place that pictures come from or go to: OpenFX's word for inputs and outputs."""

    name: str
    label: str
    hint: str


@dataclass(frozen=True)
class Group:
    """Parameters that belong together: a heading in a help text, a panel in a host."""

    name: str
    label: str
    hint: str


CLIPS = (
    Clip(
        "input",
        "Input frames",
        "The pictures to stylize: in/shot.%04d.exr (or ####, @@@@, $F4), a folder that holds "
        "one sequence, a movie (frame 1 is its first), or a single picture. Quote $F4 for the "
        "shell.",
    ),
    Clip(
        "output",
        "Output folder, frames or movie",
        "The folder for the finished frames, whose names, numbers and padding stay those of the "
        "input; or their names: out/shot.%04d.exr (####, @@@@, $F4), or out.exr for a single "
        "picture; or a movie: result.mov, .mp4 or .mkv.",
    ),
)

GROUPS = (
    Group("style", "Style", "What the result looks like."),
    Group("frames", "Frames", "Which frames are made."),
    Group("motion", "Motion", "How the strokes follow the picture."),
    Group(
        "optimizer",
        "Optimization",
        "For optimizing; style weight and stroke size also for a painting by vtn or itn.",
    ),
    Group("regions", "Regions", "Styles of their own for parts of the picture."),
    Group("color", "Color and layers", "How the numbers in the files are read."),
    Group("output", "Output files", "What the finished files are."),
    Group("machine", "Machine", "What the work runs on; the look stays the same."),
)


def _hint_of(depth: Depth) -> str:
    """Return which formats hold a depth, and what there is to say of it."""
    formats = ", ".join(one.label for one in depth.formats)
    return f"{formats}. {depth.hint}".rstrip()


PARAMETERS = (
    Parameter(
        name="style",
        label="Style",
        hint="The name of a style (vst styles lists them), a mix such as muse:0.7,candy:0.3, the "
        "path of a style card (.toml) that you trained yourself, of any painting (.jpg), or a "
        "frame of a movie (art.mp4#12). Over time: muse@1,the-scream@48, a.jpg@1,b.jpg@48. "
        "A name with signs such as , : @ stands in double quotes.",
        type="string",
        default="candy",
        animates=True,
        group="style",
        affects="frames",
    ),
    *STYLE_VIDEO_PARAMETERS,
    Parameter(
        name="strength",
        label="Strength",
        hint="How much of the painting shows: 1 is all of it, 0 leaves the picture as it was. "
        "Over time: 0@1,1@24.",
        type="double",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        display_minimum=0.0,
        display_maximum=1.0,
        animates=True,
        group="style",
        affects="frames",
    ),
    Parameter(
        name="proxy",
        label="Work size",
        hint="Paint at a smaller size and bring the result back up: faster, with broader strokes.",
        type="choice",
        default="1",
        choices=(
            Choice("1", "Full", "Finest strokes."),
            Choice("1/2", "Half", "Strokes twice as broad, about four times as fast."),
            Choice("1/4", "Quarter", "Very broad strokes; good for a quick look."),
        ),
        group="style",
        affects="frames",
    ),
    Parameter(
        name="original_colors",
        label="Keep original colors",
        hint="Take only light and dark from the painting; the colors stay the picture's own.",
        type="boolean",
        default=False,
        group="style",
        affects="frames",
    ),
    Parameter(
        name="colors_by",
        label="Colors kept by",
        hint="How the picture's own colors are kept, if they are.",
        type="choice",
        default="luminance",
        choices=(
            Choice("luminance", "Light and dark", "Every point keeps its color."),
            Choice("statistics", "Palette", "The painting takes on the picture's range of colors."),
        ),
        group="style",
        affects="frames",
    ),
    Parameter(
        name="frames",
        label="Frames",
        hint="Which frames to make: 1-100, every second one as 1-100x2 (or 1-100:2), single ones "
        "as 1,5,9-12. Empty means all that are there.",
        type="string",
        default="",
        group="frames",
        affects="nothing",
    ),
    Parameter(
        name="missing",
        label="Missing frames",
        hint="What to do when a frame has no file.",
        type="choice",
        default="error",
        choices=(
            Choice("error", "Stop", "Name all of them before any work starts."),
            Choice("hold", "Hold", "Use the frame before in its place."),
            Choice("skip", "Skip", "Leave it out of the result too."),
            Choice("wait", "Wait", "Until it is there: a render is still writing it."),
        ),
        group="frames",
        affects="nothing",
    ),
    Parameter(
        name="cuts",
        label="Cuts",
        hint="Where a new shot begins, so that nothing of the old one bleeds in: auto finds the "
        "cuts, off means one single shot, or list the first frame of each new shot: 10,57.",
        type="string",
        default="auto",
        choices=(
            Choice("auto", "Find them", "A frame unlike the one before starts a new shot."),
            Choice("off", "None", "All frames are one shot."),
        ),
        group="frames",
        affects="frames",
    ),
    Parameter(
        name="state_in",
        label="State from",
        hint="Go on from the state that a run over the frames before wrote with --state-out: the "
        "same files as in one run over all.",
        type="string",
        default="",
        path="file",
        group="frames",
        affects="frames",
    ),
    Parameter(
        name="state_out",
        label="State to",
        hint="Write the state after the last frame, for a run over the frames behind it.",
        type="string",
        default="",
        path="file",
        group="frames",
        affects="nothing",
    ),
    Parameter(
        name="warm_up",
        label="Warm-up frames",
        hint="How many frames before the first one are painted without being written, so that a "
        "chunk does not begin as a shot does: a number, or auto for what the method needs.",
        type="string",
        default="0",
        choices=(
            Choice("0", "None", "The first frame starts a shot."),
            Choice("auto", "As many as the method needs", "vst describe lists how many."),
        ),
        group="frames",
        affects="frames",
    ),
    Parameter(
        name="method",
        label="Method",
        hint="Whether frames know of each other.",
        type="choice",
        default="vtn",
        choices=tuple(Choice(method.name, method.label, method.hint) for method in METHODS),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="flow",
        label="Motion from",
        hint="Where the motion between frames comes from. Change it to raft-small or raft-large "
        "when strokes still slip off fast-moving things, or give the renderer's own motion.",
        type="string",
        default="auto",
        choices=tuple(Choice(one.syntax, one.label, one.hint) for one in FLOW_SOURCES_INFO),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="trust",
        label="Trust test",
        hint="How it is decided where the motion is wrong and fresh paint is needed, such as "
        "behind a moving thing. Each way is named after the paper that it comes from.",
        type="choice",
        default="ruder2016",
        choices=(
            Choice("ruder2016", "Ruder 2016", "Distrust edges of motion too; soft borders."),
            Choice("ruder2018", "Ruder 2018", "Keep edges of motion; wide, hard borders."),
        ),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="preroll",
        label="Pre-roll",
        hint="How often the first frame of a shot is painted over itself before it counts, so "
        "that strokes in skies and other calm areas are there from the start. With 0 they grow "
        "over the first frames, and a shot takes as long as one with 8 frames less. Only vtn.",
        type="integer",
        default=8,
        minimum=0,
        maximum=64,
        display_minimum=0,
        display_maximum=16,
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="boil",
        label="Boil",
        hint="How much the paint lives where nothing moves: 0 holds it still, so that the same "
        "picture, as on twos or in a held drawing, is painted the same; 1 lays fresh paint in "
        "new places with every frame.",
        type="double",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        display_minimum=0.0,
        display_maximum=1.0,
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="denoise_guide",
        label="Denoise",
        hint="Take film grain and render noise out of what is painted and of what motion is found "
        "in, so that they do not flicker as strokes. Frames without noise stay as they are.",
        type="boolean",
        default=False,
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="grain",
        label="Grain",
        hint="What becomes of the grain that was taken out.",
        type="choice",
        default="drop",
        choices=(
            Choice("drop", "Leave out", "The paint is without grain."),
            Choice("keep", "Put back", "The frame's own grain lies on the paint."),
        ),
        group="motion",
        affects="frames",
    ),
    *VECTOR_PARAMETERS,
    *OPTIMIZER_PARAMETERS,
    *REGION_PARAMETERS,
    *COLOR_PARAMETERS,
    Parameter(
        name="format",
        label="File format",
        hint="What kind of files to write. EXR keeps highlights above white; PNG is for screens.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "As the input", "The same kind as the input files."),
            *(Choice(one.option, one.label, one.hint) for one in FILE_FORMATS),
        ),
        group="output",
        affects="result",
    ),
    Parameter(
        name="depth",
        label="Bit depth",
        hint="How many bits a value in the files has. Not every file format has every depth.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "As the input", "The input's, or the nearest that the format has."),
            *(Choice(one.name, one.label, _hint_of(one)) for one in DEPTHS),
        ),
        group="output",
        affects="frames",
    ),
    *MOVIE_PARAMETERS,
    Parameter(
        name="overwrite",
        label="Start over",
        hint="Make every frame again. Otherwise finished frames of the same job are kept and the "
        "work goes on where it stopped.",
        type="boolean",
        default=False,
        group="output",
        affects="nothing",
    ),
    Parameter(
        name="preview",
        label="Preview",
        hint="A picture file (.png, .jpg) that shows the frame at hand, written anew every few "
        "seconds. Empty writes none.",
        type="string",
        default="",
        path="file",
        group="output",
        affects="nothing",
    ),
    *MACHINE_PARAMETERS,
)


def find_parameter(name: str) -> Parameter:
    """Return the parameter called `name`.

    Raises:
        UsageError: There is none; the message has the nearest name.
    """
    for parameter in PARAMETERS:
        if parameter.name == name:
            return parameter
    fix = nearest(name, (parameter.name for parameter in PARAMETERS))
    raise UsageError(f"There is no parameter '{name}'", fix=fix)
