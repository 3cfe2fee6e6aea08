# SPDX-License-Identifier: Apache-2.0
r"""The node: a Group whose inside writes its input, and reads its result.

::

    Source --+-- Layers -- WriteInput          mask -- Matte -- WriteMask
             |
             +----------------- 0 \
             +-- Result (B)        Shown -- Output
    ReadResult -- Result (A) -- 1 /

`Result` copies red, green and blue of the painted frames into the input, so that alpha, all other
layers, the metadata and both windows are the input's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nuke

from .knob_table import PREFIX
from .knobs import add_knobs, value_of

__all__ = [
    "all_nodes", "create", "is_ours", "is_there", "reset_range", "say", "set_layers", "show",
    "show_input", "shown", "sources",
]  # fmt: skip

_CLASS = "VST_Stylize"
_EXR = (
    ("datatype", "16 bit half"),
    ("compression", "Zip (1 scanline)"),
    ("metadata", "all metadata"),
    ("autocrop", False),
    ("interleave", "channels, layers and views"),
)
"""Of a Write, once its file type is exr: the data window stays, and all is one part."""


def create() -> Any:
    """Make a node below the selected one, over the frames of its input."""
    group: Any = nuke.createNode("Group", inpanel=False)
    group.setName(f"{_CLASS}1")
    add_knobs(group)
    group["label"].setValue(f"[value {PREFIX}status]")
    with group:
        _build()
    reset_range(group)
    return group


def reset_range(node: Any) -> None:
    """Take the frame range of the input, or of the script where nothing is connected."""
    owner = node.input(0) or nuke.root()
    node[f"{PREFIX}first"].setValue(int(owner.firstFrame()))
    node[f"{PREFIX}last"].setValue(int(owner.lastFrame()))


def is_ours(node: Any) -> bool:
    """Return whether a node is such a node."""
    return f"{PREFIX}node" in node.knobs()


def is_there(node: Any) -> bool:
    """Return whether a node has not been deleted, nor its script closed."""
    try:
        node.name()
    except ValueError:  # "A PythonObject is not attached to a node"
        return False
    return True


def all_nodes() -> list[Any]:
    """Return all such nodes of the script, those in groups too."""
    return [one for one in nuke.allNodes("Group", recurseGroups=True) if is_ours(one)]


def sources(node: Any) -> list[Any | None]:
    """Return the nodes that are connected: the picture's and the mask's."""
    return [node.input(0), node.input(1)]


def say(node: Any, text: str) -> None:
    """Write a line onto the node."""
    node[f"{PREFIX}status"].setValue(text)


def show(node: Any, files: Sequence[Path], frames: Sequence[int], painted: str) -> None:
    """Let the node show its result in these frames, and its input in all others.

    Args:
        node: The node.
        files: The painted frames, in order; their names count up as the frames do.
        frames: Their numbers.
        painted: What they were made of.
    """
    number = f"{frames[0]:04d}"
    head, _, tail = files[0].name.rpartition(number)
    read = node.node("ReadResult")
    _set(read["file"], (files[0].parent / f"{head}%04d{tail}").as_posix())
    for knob, value in (("first", frames[0]), ("origfirst", frames[0]),
                        ("last", frames[-1]), ("origlast", frames[-1])):  # fmt: skip
        _set(read[knob], value)
    between = f"frame >= {frames[0]} && frame <= {frames[-1]}"
    if shown(node) != painted:
        node.node("Shown")["which"].setExpression(between)
    _set(node[f"{PREFIX}painted"], painted)


def show_input(node: Any) -> None:
    """Let the node show its input."""
    node.node("Shown")["which"].setExpression("0")
    node[f"{PREFIX}painted"].setValue("")


def set_layers(node: Any, layers: Sequence[str]) -> None:
    """Say which layers are written besides the picture, three at most."""
    keep = node.node("Layers")
    for place in range(3):
        layer = layers[place] if place < len(layers) else "none"
        keep[f"channels{place + 2}"].setValue(layer)


def shown(node: Any) -> str:
    """Return what the result that the node shows was made of; empty where it shows none."""
    return str(value_of(node, "painted"))


def _set(knob: Any, value: Any) -> None:
    """Set a knob that holds something else: a script that is only opened stays unchanged."""
    if knob.value() != value:
        knob.setValue(value)


def _build() -> None:
    source = nuke.nodes.Input(name="Source")
    mask = nuke.nodes.Input(name="mask")
    layers = nuke.nodes.Remove(name="Layers", operation="keep", channels="rgba", inputs=[source])
    matte = nuke.nodes.Remove(name="Matte", operation="keep", channels="alpha", inputs=[mask])
    _writer("WriteInput", layers)
    _writer("WriteMask", matte)
    read = nuke.nodes.Read(name="ReadResult", raw=True, on_error="error")
    result = nuke.nodes.Copy(name="Result", inputs=[source, read])
    for place, channel in enumerate(("rgba.red", "rgba.green", "rgba.blue")):
        result[f"from{place}"].setValue(channel)
        result[f"to{place}"].setValue(channel)
    switch = nuke.nodes.Switch(name="Shown", inputs=[source, result])
    switch["which"].setExpression("0")
    nuke.nodes.Output(name="Output", inputs=[switch])


def _writer(name: str, above: Any) -> None:
    """A Write that is off but while the node is painted: "Render All" is not meant for it."""
    write = nuke.nodes.Write(
        name=name, channels="all", raw=True, file_type="exr", disable=True, inputs=[above]
    )
    for knob, value in _EXR:
        if knob in write.knobs():  # releases differ
            write[knob].setValue(value)
