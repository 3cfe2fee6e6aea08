"""The part of the parameter table that gives regions of a frame styles of their own."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter

__all__ = ["REGION_PARAMETERS"]

REGION_PARAMETERS = (
    Parameter(
        name="mask",
        label="Mask",
        hint="Pictures that are white where the style goes: in/mask.%04d.png, or one picture for "
        "all frames. Several, with a style each: in/car.%04d.png=candy,in/sky.%04d.png=wave; the "
        "first lies on top. alpha is the picture's own alpha, layer:ViewLayer.IndexOB.X:3 where "
        "that channel of its file is 3, crypto:Hero,Sword* are objects by name (Cryptomatte, see "
        "vst mattes), and in/all.%04d.exr:matte.R a channel of a mask file.",
        type="string",
        default="",
        path="file",
        group="regions",
        affects="frames",
    ),
    Parameter(
        name="style_outside",
        label="Style outside",
        hint="The style where no mask is; none leaves the picture there as it was. Empty means "
        "--style where every mask names a style of its own, else none.",
        type="string",
        default="",
        group="regions",
        affects="frames",
    ),
    Parameter(
        name="segment",
        label="Make a mask",
        hint="Make the mask from the picture, where there are no files for it.",
        type="choice",
        default="none",
        choices=(
            Choice("none", "No", "Take the mask from files, if there are any."),
            Choice("grabcut", "GrabCut", "By color, from a box around the thing."),
            Choice("saliency", "Saliency", "What the eye falls on first; needs the extra segment."),
        ),
        group="regions",
        affects="frames",
    ),
    Parameter(
        name="segment_box",
        label="Box",
        hint="The box around the thing for GrabCut: left,top,width,height in pixels of the first "
        "frame. Empty finds it by saliency.",
        type="string",
        default="",
        group="regions",
        affects="frames",
    ),
    Parameter(
        name="mask_mode",
        label="Edges",
        hint="How two styles meet at the edge of a mask.",
        type="choice",
        default="soft",
        choices=(
            Choice("soft", "Soft", "Each style paints the whole picture; they fade at the edge."),
            Choice("hard", "Hard", "The same with a sharp edge, from pixel to pixel."),
            Choice("resized", "Resized", "Each region is painted enlarged: finer strokes in it."),
            Choice("blurred", "Blurred", "Each style sees all but its own region blurred."),
        ),
        group="regions",
        affects="frames",
    ),
    Parameter(
        name="mask_steady",
        label="Steady masks",
        hint="Calm masks that flicker at their edges: each is blended with the one before, moved "
        "as the picture moves, where that motion can be trusted.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "Made ones", "Masks from --segment; those from files stay as they are."),
            Choice("on", "All", "Masks from files too."),
            Choice("off", "None", "Every mask as it is."),
        ),
        group="regions",
        affects="frames",
    ),
)
