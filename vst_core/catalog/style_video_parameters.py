"""The part of the parameter table that takes styles out of a video."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter

__all__ = ["STYLE_VIDEO_PARAMETERS"]

STYLE_VIDEO_PARAMETERS = (
    Parameter(
        name="style_video",
        label="Style video",
        hint="A movie, or a sequence as art/frame.%04d.png, whose pictures are styles: some of its "
        "frames (style_from says which) take the place of the style, one crossing over into the "
        "next along the shot. For methods that take paintings.",
        type="string",
        default="",
        path="file",
        group="style",
        affects="frames",
    ),
    Parameter(
        name="style_from",
        label="Styles from it",
        hint="Which frames of the style video are taken. segments:5@1-48 has the first at frame 1 "
        "of the shot and the last at 48; else they spread over all frames that the input has.",
        type="string",
        default="segments:5",
        choices=(
            Choice("segments:5", "Equal parts", "The middle frames of five equal parts."),
            Choice(
                "keyframes:5",
                "Key frames",
                "The frames that differ most from their neighbors (vst keyframes shows them).",
            ),
            Choice(
                "each",
                "Frame for frame",
                "Frame 1 of the video at the first frame; a shorter video begins anew.",
            ),
            Choice("each:hold", "Frame for frame, held", "A shorter video's last frame stays."),
        ),
        group="style",
        affects="frames",
    ),
)
