"""A made-up stereo shot: two planes that drift, seen by two eyes, with its exact disparity."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from OpenImageIO import ImageOutput, ImageSpec, TypeDesc

from vst_core.motion import moving_frames, warp

HEIGHT, WIDTH = 96, 160
FAR, NEAR = 3, 11
"""Pixels that the two planes lie apart in the two views."""


@cache
def _textures():
    return tuple(
        next(moving_frames(width=WIDTH + 64, height=HEIGHT, count=1, seed=seed)) for seed in (1, 2)
    )


def views(number):
    """Return left and right, 3 x h x w in [0, 1], and the disparity on each, 2 x h x w, y down.

    A textured disc slides before a textured ground; in the right view the ground is 3 pixels
    further to the left, the disc 11.
    """
    ground, thing = _textures()
    left, on_left = _seen(ground, thing, number, eye=0)
    right, on_right = _seen(ground, thing, number, eye=1)
    return left, right, -_apart(on_left), _apart(on_right)


def _seen(ground, thing, number, *, eye):
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    disc = ((x - (60 + 2 * number - NEAR * eye)) ** 2 + (y - 48) ** 2 < 26**2).float()

    def moved(texture, shift):
        flow = torch.zeros(1, 2, HEIGHT, WIDTH + 64)
        flow[:, 0] = 24 + shift
        return warp(texture, flow)[0, :, :, :WIDTH]

    back, front = moved(ground, number + FAR * eye), moved(thing, -2 * number + NEAR * eye)
    return back * (1 - disc) + front * disc, disc


def _apart(disc):
    across = FAR + (NEAR - FAR) * disc
    return torch.stack([across, torch.zeros_like(across)])


def write_parts(path, parts):
    """Write an EXR: a list of (attributes, {channel: h x w}, type) a part."""
    specs = []
    for attributes, planes, kind in parts:
        height, width = next(iter(planes.values())).shape
        spec = ImageSpec(width, height, len(planes), kind)
        spec.channelnames = tuple(planes)
        spec.channelformats = tuple(TypeDesc("float" if "dispar" in n else kind) for n in planes)
        for name, value in attributes.items():
            if isinstance(value, tuple):
                spec.attribute(name, TypeDesc(f"string[{len(value)}]"), value)
            else:
                spec.attribute(name, value)
        specs.append(spec)
    output = ImageOutput.create(str(path))
    assert output.open(str(path), specs) if len(specs) > 1 else output.open(str(path), specs[0])
    for index, (_, planes, _) in enumerate(parts):
        if index:
            assert output.open(str(path), specs[index], "AppendSubimage")
        assert output.write_image(np.stack(list(planes.values()), axis=2).astype(np.float32))
    output.close()


def linear(picture):
    """Return display-referred sRGB as scene-linear light."""
    return torch.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)


def colors(picture, prefix=""):
    """Return channel -> h x w of a picture in scene-linear light."""
    return dict(zip((f"{prefix}{one}" for one in "RGB"), linear(picture).numpy(), strict=True))


def pointing(disparity, layer):
    """Return channel -> h x w of a disparity as Nuke writes it: y up."""
    return {f"{layer}.x": disparity[0].numpy(), f"{layer}.y": -disparity[1].numpy()}


def one_part(path, number, *, disparity=True, named=True):
    """Write both views as channels of one part: R, G, B and right.R, right.G, right.B."""
    left, right, on_left, on_right = views(number)
    planes = {**colors(left, "" if named else "left."), **colors(right, "right.")}
    planes |= {"depth.Z": np.full((HEIGHT, WIDTH), number, np.float32)}
    if disparity:
        planes |= {**pointing(on_left, "disparityL"), **pointing(on_right, "disparityR")}
    attributes = {"multiView": ("left", "right")} if named else {}
    write_parts(path, [(attributes, planes, "half")])


def two_parts(path, number):
    """Write a part for each view, with the attribute view."""
    left, right, *_ = views(number)
    noise = np.random.default_rng(number).random((HEIGHT, WIDTH), np.float32)
    write_parts(
        path,
        [
            ({"oiio:subimagename": "main.left", "view": "left"}, colors(left), "half"),
            ({"oiio:subimagename": "main.right", "view": "right"}, colors(right), "half"),
            ({"oiio:subimagename": "depth", "view": "left"}, {"Z": noise}, "float"),
        ],
    )
