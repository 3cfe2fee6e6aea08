"""Image files <-> the one working picture: OpenImageIO, layers, windows, alpha, colour.

header = read_header(path)                    # windows, layers, depth; no pixels
plate = read_plate(path, canvas=canvas)       # plate.picture: 1 x 3 x H x W in [0, 1]
write_plate(out, stylized, plate)             # the input's colour, windows, metadata
"""

from vst_core.image.channels import Channel, check_channel, read_channel
from vst_core.image.configs import PINNED_CONFIG
from vst_core.image.decoded import decoded_header, decoded_plate
from vst_core.image.formats import DEPTHS, FORMATS
from vst_core.image.header import Header, read_header
from vst_core.image.planes import read_planes, write_planes
from vst_core.image.plate import Plate, ReadSettings
from vst_core.image.reading import read_pixels, read_plate
from vst_core.image.stills import read_picture, write_picture
from vst_core.image.window import Window
from vst_core.image.writing import WriteSettings, check_output, write_plate

__all__ = [
    "DEPTHS",
    "FORMATS",
    "PINNED_CONFIG",
    "Channel",
    "Header",
    "Plate",
    "ReadSettings",
    "Window",
    "WriteSettings",
    "check_channel",
    "check_output",
    "decoded_header",
    "decoded_plate",
    "read_channel",
    "read_header",
    "read_picture",
    "read_pixels",
    "read_planes",
    "read_plate",
    "write_picture",
    "write_planes",
    "write_plate",
]
