"""The part of the parameter table that says on what a machine works, and how much it may take."""

from __future__ import annotations

from vst_core.catalog.parameter import Choice, Parameter
from vst_core.catalog.traits import DEVICES

__all__ = ["MACHINE_PARAMETERS"]

MACHINE_PARAMETERS = (
    Parameter(
        name="device",
        label="Device",
        hint="What computes: auto takes the fastest there is; cuda:1 is the second NVIDIA card.",
        type="string",
        default="auto",
        choices=tuple(Choice(device.name, device.label, device.hint) for device in DEVICES),
        group="machine",
        affects="frames",
    ),
    Parameter(
        name="precision",
        label="Precision",
        hint="How exactly the network computes. The lower ones are faster and need less memory; "
        "the eye hardly sees a difference.",
        type="choice",
        default="auto",
        choices=(
            Choice("auto", "Automatic", "The fastest that the device does well."),
            Choice("fp32", "32 bits", "Exact, slowest."),
            Choice("bf16", "16 bits (bfloat)", "Fast on new processors and cards."),
            Choice("fp16", "16 bits (half)", "Fast on graphics cards."),
        ),
        group="machine",
        affects="frames",
    ),
    Parameter(
        name="tile",
        label="Tile",
        hint="Work at pictures larger than so many pixels in parts, such as 1024: the same picture "
        "with far less memory, in more time (the networks in strips, for a fifth more; the "
        "optimizing methods in tiles of about that size, for twice as much).",
        type="string",
        default="auto",
        choices=(
            Choice("auto", "Automatic", "As the memory is: in parts what would fill much of it."),
            Choice("off", "Off", "Everything as a whole."),
        ),
        group="machine",
        affects="frames",
    ),
    Parameter(
        name="seed",
        label="Seed",
        hint="Seed of all random numbers. The same job with the same seed gives the same files.",
        type="integer",
        default=0,
        minimum=0,
        maximum=2**31 - 1,
        display_minimum=0,
        display_maximum=100,
        group="machine",
        affects="frames",
    ),
    Parameter(
        name="weights_dir",
        label="Weights folder",
        hint="A folder to look into first for weight files. After it come $VST_WEIGHTS and the "
        "user's cache folder.",
        type="string",
        default="",
        path="folder",
        group="machine",
        affects="nothing",
    ),
    Parameter(
        name="read_ahead",
        label="Read ahead",
        hint="How many frames to read in advance, so that nothing waits for the disk. 0 reads "
        "only when needed; every frame more takes memory.",
        type="integer",
        default=3,
        minimum=0,
        maximum=32,
        display_minimum=0,
        display_maximum=8,
        group="machine",
        affects="nothing",
    ),
    Parameter(
        name="flow_cache",
        label="Motion on disk",
        hint="How many gigabytes of motion may be kept on disk by methods that go over a shot "
        "several times. 0 keeps none and computes it again.",
        type="double",
        default=10.0,
        minimum=0.0,
        maximum=100_000.0,
        display_minimum=0.0,
        display_maximum=100.0,
        group="machine",
        affects="nothing",
    ),
    Parameter(
        name="threads",
        label="Threads",
        hint="How many processor cores to use. 0 means all.",
        type="integer",
        default=0,
        minimum=0,
        maximum=1024,
        display_minimum=0,
        display_maximum=64,
        group="machine",
        affects="frames",
    ),
    Parameter(
        name="gpu_memory",
        label="Graphics memory",
        hint="How many gigabytes of a card's memory may be used, where other programs need the "
        "rest. 0 means all. Only --device cuda.",
        type="double",
        default=0.0,
        minimum=0.0,
        maximum=10_000.0,
        display_minimum=0.0,
        display_maximum=48.0,
        group="machine",
        affects="nothing",
    ),
)
