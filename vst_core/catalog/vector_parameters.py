"""The part of the parameter table that says where a renderer's motion vectors lie."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter

__all__ = ["VECTOR_PARAMETERS"]

VECTOR_PARAMETERS = (
    Parameter(
        name="vectors",
        label="Vector files",
        hint="Files beside the frames that hold their motion vectors: vec/%04d.exr. Empty means "
        "the frames' own files. For --flow vectors.",
        type="string",
        default="",
        path="file",
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_preset",
        label="Vectors of",
        hint="Which program wrote the motion vectors: it decides channels, signs and directions.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "Find out", "By the names of the channels."),
            Choice(
                "blender",
                "Blender",
                "The pass Vector of Cycles: to the previous and the next frame.",
            ),
            Choice("nuke", "Nuke", "The layers forward and backward, u and v, y up."),
            Choice("custom", "As said below", "By --vectors-channels and the settings after it."),
        ),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_channels",
        label="Channels",
        hint="The channels of the motion vectors, x and y: motion.x,motion.y. Four name both "
        "directions: those of --vectors-direction first.",
        type="string",
        default="",
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_direction",
        label="They point",
        hint="Where the vectors point from a pixel of the frame.",
        type="choice",
        default="backward",
        choices=(
            Choice("backward", "Backward", "To where it was in the frame before."),
            Choice("forward", "Forward", "To where it will be in the next frame."),
        ),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_scale",
        label="Scale",
        hint="What a vector is multiplied by to be in pixels, x right and y down: 1,-1 turns y "
        "over, -1,-1 inverts. Four numbers are for both directions.",
        type="string",
        default="1,1",
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_units",
        label="Units",
        hint="What the vectors are measured in.",
        type="choice",
        default="pixels",
        choices=(
            Choice("pixels", "Pixels", "Of the file."),
            Choice("normalized", "Parts of the picture", "1 is the whole width, or height."),
        ),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_frame",
        label="They lie on",
        hint="Which frame's pixels the vectors of a file belong to.",
        type="choice",
        default="same",
        choices=(
            Choice("same", "The file's own frame", "As most renderers write them."),
            Choice("previous", "The frame before", "As motion that was stored with where it ends."),
        ),
        group="motion",
        affects="frames",
    ),
    Parameter(
        name="vectors_fix",
        label="Correct the vectors",
        hint="Where the vectors do not fit the pictures, but would with another scale, sign or "
        "order of axes: take them so, instead of stopping with a message that names it.",
        type="boolean",
        default=False,
        group="motion",
        affects="frames",
    ),
)
