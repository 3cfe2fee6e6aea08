"""EXR files with any channels, written for a test."""

import numpy as np
from OpenImageIO import ImageOutput, ImageSpec


def write_exr(path, planes, *, origin=(0, 0), display=None):
    """Write named planes (h x w) at a place within a display window (x, y, width, height)."""
    height, width = next(iter(planes.values())).shape
    spec = ImageSpec(width, height, len(planes), "float")
    spec.channelnames = tuple(planes)
    spec.x, spec.y = origin
    x, y, spec.full_width, spec.full_height = display or (0, 0, width, height)
    spec.full_x, spec.full_y = x, y
    output = ImageOutput.create(str(path))
    assert output.open(str(path), spec)
    assert output.write_image(np.stack(list(planes.values()), axis=2).astype(np.float32))
    output.close()
