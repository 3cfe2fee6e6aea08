"""The part of the parameter table that gives regions of a frame styles of their own."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter

__all__ = ["REGION_PARAMETERS"]

REGION_PARAMETERS = (
    Parameter(
        name="mask",
        label="Mask",
        hint="Pictures that are white where the style goes: masks/mask.%04d.png, or one picture "
        "for all frames. For several regions give several, split by commas, one for each style.",
        type="string",
        default="",
        path="file",
        group="regions",
    ),
    Parameter(
        name="style_outside",
        label="Style outside",
        hint="The style outside of the mask; like the style itself. Empty leaves the picture "
        "there as it was.",
        type="string",
        default="",
        group="regions",
    ),
    Parameter(
        name="segment",
        label="Make a mask",
        hint="Make the mask from the picture, where there are no files for it.",
        type="choice",
        default="none",
        choices=(
            Choice("none", "No", "Take the mask from files, if there are any."),
            Choice("grabcut", "GrabCut", "By colour, from a box around the thing."),
            Choice("saliency", "Saliency", "What the eye falls on first; needs the extra masks."),
        ),
        group="regions",
    ),
    Parameter(
        name="segment_box",
        label="Box",
        hint="The box around the thing for GrabCut: left,top,width,height in pixels of the first "
        "frame. Empty finds it by saliency.",
        type="string",
        default="",
        group="regions",
    ),
    Parameter(
        name="mask_mode",
        label="Edges",
        hint="How two styles meet at the edge of a mask.",
        type="choice",
        default="soft",
        choices=(
            Choice("soft", "Soft", "They fade into each other; no halo."),
            Choice("hard", "Hard", "A sharp line."),
            Choice("resized", "Resized", "Inside and outside painted at sizes of their own."),
            Choice("blurred", "Blurred", "The picture outside is blurred before it is painted."),
        ),
        group="regions",
    ),
)
