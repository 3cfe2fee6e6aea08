"""A style in the form of Nuke's Cattery: networks, gizmos, a list and icons.

Nuke itself makes the `.cat` files from the networks, so a small program for `nuke -t` comes along.
A `.cat` takes channels of Nuke's own layers only: the frame before it and the trust travel in some
that a picture has no other use for; the gizmo packs them.
"""

from __future__ import annotations

import json
from pathlib import Path

from vst_core.atomic import atomic_path, make_folder
from vst_core.styles import StyleCard, find_card
from vst_core.stylizers.exporting import export_network

from .style_icons import icon

__all__ = ["CHANNELS", "export_style"]

_COLORS = ("rgba.red", "rgba.green", "rgba.blue")
_PREVIOUS = ("forward.u", "forward.v", "depth.Z")
CHANNELS = {
    "itn": _COLORS,
    "vtn": (*_COLORS, *_PREVIOUS, "backward.u", "backward.v", "mask.a"),
}
"""Method -> the channels of its `.cat`, in the network's order."""

_ENDINGS = {"itn": "", "vtn": "_Temporal"}
_ICONS = {"": 26, "@2x": 52}


def export_style(style: str, out: Path) -> Path:
    """Write a style's folder.

    Args:
        style: Its name, or the path of a card.
        out: Gets the folder ``VST_<Style>``; made if need be.

    Returns:
        The folder.

    Raises:
        UsageError: No such style.
        InputError: The card cannot be read.
        OutputError: The folder cannot be written.
    """
    card = find_card(style)
    name = "VST_" + "".join(part.capitalize() for part in card.name.split("-"))
    folder = out / name
    make_folder(folder)
    for method, ending in _ENDINGS.items():
        export_network(style, method, folder / f"{name}{ending}.pt")
        _write(folder / f"{name}{ending}.gizmo", _GIZMOS[method](f"{name}{ending}", card).encode())
    for ending, size in _ICONS.items() if card.preview else ():
        _write(folder / f"{name}{ending}.png", icon(card, size))
    _write(folder / "cat.json", _list(name, card))
    _write(folder / "make_cats.py", _maker(name).encode())
    return folder


def _write(path: Path, data: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def _list(name: str, card: StyleCard) -> bytes:
    cats = [
        {"filepath": f"{name}{ending}.gizmo", "name": f"{name}{ending}", "icon": f"{name}.png"}
        for ending in _ENDINGS.values()
    ]
    content = {
        "minimum_nuke_version_required": 13.1,
        "version": 1,
        "category": "Stylize",
        "description": card.title,
        "cats": cats,
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _maker(name: str) -> str:
    rows = [(f"{name}{ending}", ", ".join(CHANNELS[method])) for method, ending in _ENDINGS.items()]
    return f'''# SPDX-License-Identifier: Apache-2.0
"""Make the .cat files of this folder in Nuke: nuke -t make_cats.py"""

import os

import nuke

HERE = os.path.dirname(os.path.abspath(__file__)).replace("\\\\", "/")

for name, channels in {rows!r}:
    maker = nuke.createNode("CatFileCreator", inpanel=False)
    maker["torchScriptFile"].setValue(HERE + "/" + name + ".pt")
    maker["catFile"].setValue(HERE + "/" + name + ".cat")
    maker["channelsIn"].setValue(channels)
    maker["channelsOut"].setValue({", ".join(_COLORS)!r})
    maker["modelId"].setValue(name)
    maker["outputScale"].setValue(1)
    maker["createCatFile"].execute()
'''


def _head(name: str, card: StyleCard, words: str) -> str:
    title = card.title.replace('"', "")
    return f"""Gizmo {{
 tile_color 0x5c3d99ff
 addUserKnob {{20 vst l "VST"}}
 addUserKnob {{26 about l "" T "{title}. {words}"}}
 addUserKnob {{6 useGPUIfAvailable l "Use GPU if available" t "Paint on this machine's graphics card." +STARTLINE}}
 useGPUIfAvailable true
 addUserKnob {{6 halfPrecision l "Optimize for speed and memory" t "Compute with half floats." +STARTLINE}}
 name {name}
}}
"""  # noqa: E501


def _inference(name: str) -> str:
    search = f'"\\[lsearch -inline \\[plugins -all {name}.cat] *.cat]"'
    return f""" Inference {{
  useGPUIfAvailable {{{{parent.useGPUIfAvailable}}}}
  halfPrecision {{{{parent.halfPrecision}}}}
  modelFile {search}
  serialiseKnob {{}}
  name Inference1
 }}
 Colorspace {{
  colorspace_in sRGB
  name ToLinear
 }}
"""


def _input(name: str, number: int) -> str:
    return f" Input {{\n  inputs 0\n  name {name}\n  number {number}\n }}\n"


def _copy(name: str, *pairs: tuple[str, str]) -> str:
    lines = [
        f"  from{place} {source}\n  to{place} {target}\n"
        for place, (source, target) in enumerate(pairs)
    ]
    return f" Copy {{\n  inputs 2\n{''.join(lines)}  name {name}\n }}\n"


_TO_DISPLAY = " Colorspace {\n  colorspace_out sRGB\n  name ToDisplay%s\n }\n"
_SAME = tuple((one, one) for one in _COLORS)
_END = " Output {\n  name Output1\n }\nend_group\n"


def _frame_gizmo(name: str, card: StyleCard) -> str:
    """Picture -> display -> network -> linear -> the colors of the picture."""
    return "".join([
        _head(name, card, "Every frame by itself; colors above 1 are cut off."),
        _input("img", 0),
        "set N1 [stack 0]\n",
        _TO_DISPLAY % "",
        _inference(name),
        "push $N1\n",
        _copy("Result", *_SAME),
        _END,
    ])  # fmt: skip


def _temporal_gizmo(name: str, card: StyleCard) -> str:
    """As for a frame, with the previous result, the motion to it and the trust in it packed."""
    words = (
        "previous: this node's result of the frame before, rendered; vectors: backward.u/v, as of "
        "VectorGenerator; trust: alpha 1 where they are right. Colors above 1 are cut off."
    )
    return "".join([
        _head(name, card, words),
        _input("trust", 3),
        _input("vectors", 2),
        _input("previous", 1),
        _TO_DISPLAY % "Previous",
        _input("img", 0),
        "set N1 [stack 0]\n",
        _TO_DISPLAY % "",
        _copy("PackPrevious", *zip(_COLORS, _PREVIOUS, strict=True)),
        _copy("PackVectors", ("backward.u", "backward.u"), ("backward.v", "backward.v")),
        _copy("PackTrust", ("rgba.alpha", "mask.a")),
        _inference(name),
        "push $N1\n",
        _copy("Result", *_SAME),
        _END,
    ])  # fmt: skip


_GIZMOS = {"itn": _frame_gizmo, "vtn": _temporal_gizmo}
