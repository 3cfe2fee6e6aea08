"""The part of the parameter table that only the optimizing methods read."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter

__all__ = ["OPTIMIZER_PARAMETERS"]

OPTIMIZER_PARAMETERS = (
    Parameter(
        name="features",
        label="Features",
        hint="Which network judges content and style. Results look alike; speed, memory and "
        "what has to be on the machine differ.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "Automatic", "VGG-19 where its weights are there, for a trained style "
                   "VGG-16; else lite."),
            Choice("lite", "Light (built in)", "Several times as fast, little memory, nothing "
                   "to download."),
            Choice("vgg19", "VGG-19", "The papers' network, in torchvision's weights."),
            Choice("vgg19-gatys", "VGG-19 (Gatys)", "The same with the normalized weights of "
                   "Gatys, where their file is there."),
            Choice("vgg16", "VGG-16", "A little smaller; the trained styles come from it."),
            Choice("painting", "VGG-16 (paintings)", "Tuned to tell paintings from photographs; "
                   "vst train painting-features makes it."),
        ),
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="iterations",
        label="Iterations",
        hint="How often a frame is improved, over all its sizes. More come closer to the painting "
        "and take longer; 0 takes what suits the method.",
        type="integer",
        default=0,
        minimum=0,
        maximum=100_000,
        display_minimum=0,
        display_maximum=1000,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="optimizer",
        label="Optimizer",
        hint="How the picture is improved step by step.",
        type="choice",
        default="lbfgs",
        choices=(
            Choice("lbfgs", "L-BFGS", "Needs fewer steps and comes closer."),
            Choice("adam", "Adam", "Needs less memory, and forgives coarse numbers."),
        ),
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="start",
        label="Start from",
        hint="What a frame is before its first iteration.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "What suits the method", "The frame itself, or the stylized frame "
                   "before it, moved along."),
            Choice("content", "The frame", "Keeps the drawing clear."),
            Choice("noise", "Noise", "Freest strokes; every seed gives another picture."),
            Choice("previous", "The previous frame", "The stylized frame before, moved along "
                   "with the picture: calmer."),
        ),
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="sketch",
        label="Sketch",
        hint="Part of the iterations that the light network does first, before VGG finishes the "
        "frame: as near to the painting in less time. 0 leaves all to VGG. Only for paintings, "
        "and for frames that start anew, from the frame itself.",
        type="double",
        default=0.4,
        minimum=0.0,
        maximum=0.9,
        display_minimum=0.0,
        display_maximum=0.9,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="content_weight",
        label="Content weight",
        hint="How much the drawing of the frame counts (alpha). Raise it when things can hardly "
        "be recognized.",
        type="double",
        default=1.0,
        minimum=0.0,
        maximum=1e6,
        display_minimum=0.0,
        display_maximum=10.0,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="style_weight",
        label="Style weight",
        hint="How much the strokes and colors of the painting count (beta), against the content "
        "weight.",
        type="double",
        default=20.0,
        minimum=0.0,
        maximum=1e9,
        display_minimum=0.0,
        display_maximum=200.0,
        animates=True,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="tv_weight",
        label="Smoothness",
        hint="How much fine grain is held down (total variation). A little removes speckles, "
        "much of it blurs.",
        type="double",
        default=1.0,
        minimum=0.0,
        maximum=1e9,
        display_minimum=0.0,
        display_maximum=50.0,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="style_scale",
        label="Stroke size",
        hint="Size of the painting's strokes: 1 lays the painting over the frame, 0.5 makes them "
        "half as broad. For paintings; trained styles have a size of their own.",
        type="double",
        default=1.0,
        minimum=0.05,
        maximum=10.0,
        display_minimum=0.25,
        display_maximum=2.0,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="pooling",
        label="Pooling",
        hint="How the network that judges makes pictures smaller inside.",
        type="choice",
        default="max",
        choices=(
            Choice("max", "Maximum", "As it was trained; crisp."),
            Choice("average", "Average", "As Gatys advises; a little smoother."),
        ),
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="style_layers",
        label="Style layers",
        hint="Layers of the network that style is taken from, with weights if you like: "
        "relu1_1:1,relu3_1:0.5. Empty takes the network's usual ones; deeper layers mean larger "
        "shapes.",
        type="string",
        default="",
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="content_layers",
        label="Content layers",
        hint="Layers of the network that hold the drawing, with weights if you like: relu4_2. "
        "Empty takes the network's usual one; deeper layers hold it more loosely.",
        type="string",
        default="",
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="temporal_weight",
        label="Temporal weight",
        hint="How much a frame is held to the frames before it, where the motion can be trusted. "
        "Raise it when strokes flicker, lower it when they smear.",
        type="double",
        default=200.0,
        minimum=0.0,
        maximum=1e9,
        display_minimum=0.0,
        display_maximum=2000.0,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="long_term",
        label="Look back",
        hint="Which earlier frames a frame is held to: 1,2,4 means the one before, the second and "
        "the fourth before it, so that what was hidden for a while comes back as it was. "
        "1 looks at the one before only.",
        type="string",
        default="1,2,4",
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="passes",
        label="Passes",
        hint="How often a method of several passes goes over the shot, forwards and backwards in "
        "turn.",
        type="integer",
        default=10,
        minimum=1,
        maximum=1000,
        display_minimum=1,
        display_maximum=30,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="pass_iterations",
        label="Iterations a pass",
        hint="How often a frame is improved in each pass of a method of several passes.",
        type="integer",
        default=50,
        minimum=1,
        maximum=100_000,
        display_minimum=1,
        display_maximum=200,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="blend",
        label="Blend",
        hint="How much of its neighbor, moved along, a frame takes on before each pass: 0 is "
        "nothing, 1 is half of it.",
        type="double",
        default=5.0,
        minimum=0.0,
        maximum=100.0,
        display_minimum=0.0,
        display_maximum=10.0,
        group="optimizer",
        affects="frames",
    ),
    Parameter(
        name="temporal_from",
        label="Hold from pass",
        hint="The pass from which on frames are held to their neighbors; before it the passes "
        "only blend them.",
        type="integer",
        default=5,
        minimum=1,
        maximum=1000,
        display_minimum=1,
        display_maximum=30,
        group="optimizer",
        affects="frames",
    ),
)  # fmt: skip
"""All of these decide the bytes of a frame."""
