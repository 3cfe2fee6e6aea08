"""Parts of the running bridge, and frames for it."""

import importlib

import numpy as np
import OpenImageIO as oiio

FRAMES = range(1, 9)


def part(name):
    """Import a module of the bridge, as it is in the Nuke that runs."""
    return importlib.import_module(f"vst_nuke.{name}")


def write(path, channels, *, data=None, display=None):
    """Write half floats: name -> H x W, in the order given."""
    height, width = next(iter(channels.values())).shape
    spec = oiio.ImageSpec(width, height, len(channels), oiio.HALF)
    spec.x, spec.y = data or (0, 0)
    spec.full_width, spec.full_height = display or (width, height)
    spec.channelnames = list(channels)
    target = oiio.ImageOutput.create(str(path))
    pixels = np.ascontiguousarray(np.stack(list(channels.values()), axis=-1), np.float32)
    assert target.open(str(path), spec), target.geterror()
    assert target.write_image(pixels), target.geterror()
    target.close()
