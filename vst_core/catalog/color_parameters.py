"""The part of the parameter table that says how the numbers and layers in files are read."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter

__all__ = ["COLOR_PARAMETERS"]

COLOR_PARAMETERS = (
    Parameter(
        name="layer",
        label="Layer",
        hint="Which layer of a multilayer EXR to stylize, such as ViewLayer.Combined. Empty means "
        "the main picture.",
        type="string",
        default="",
        group="color",
        affects="frames",
    ),
    Parameter(
        name="views",
        label="Views",
        hint="Two views of a stereo shot, the leading one first: left,right. They are layers or "
        "parts of the same EXR files, or files of their own whose paths have %V. The second is "
        "painted from the first, moved by their disparity or an estimate. Empty means one view.",
        type="string",
        default="",
        group="color",
        affects="frames",
    ),
    Parameter(
        name="keep_layers",
        label="Keep other layers",
        hint="Write other layers and parts of an EXR (depth, mattes, ...) into the result, "
        "untouched: none, all, or names and wildcards that commas part, such as Depth,Crypto*. "
        "Without a value: all.",
        type="string",
        default="none",
        choices=(
            Choice("none", "None", "The picture alone."),
            Choice("all", "All", "Everything in the file."),
        ),
        bare="all",
        group="color",
        affects="frames",
    ),
    Parameter(
        name="out_layer",
        label="Paint layer",
        hint="Put the paint into a layer of this name in an EXR, such as vst, beside the picture "
        "as it came. Empty means that it takes the picture's place.",
        type="string",
        default="",
        group="color",
        affects="frames",
    ),
    Parameter(
        name="colorspace",
        label="Color space",
        hint="The color space of the input files, such as ACEScg. Empty means as the file says; "
        "where it says nothing, EXR is scene-linear and other files are sRGB.",
        type="string",
        default="",
        group="color",
        affects="frames",
    ),
    Parameter(
        name="ocio",
        label="OCIO config",
        hint="Your studio's OpenColorIO config file. Empty means $OCIO, or else a built-in one.",
        type="string",
        default="",
        path="file",
        group="color",
        affects="frames",
    ),
)
