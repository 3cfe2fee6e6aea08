"""Image files <-> the one working picture: OpenImageIO, layers, windows, alpha, color.

header = read_header(path)                    # windows, layers, depth; no pixels
plate = read_plate(path, canvas=canvas)       # plate.picture: 1 x 3 x H x W in [0, 1]
write_plate(out, stylized, plate)             # the input's color, windows, metadata

Files:

- `arrays`: names for the arrays that pass between the files of this room
- `blocks`: the pixels of a part: the one place that reads them, and asks whether they were read
- `carrying/`: what of the input's other layers comes to the output, and how
- `channel_sampling`: channels of a file at the size of the work: motion vectors, depth, indices.
  Nothing is mixed
- `channels`: single channels of a file as plain numbers: masks, indices. No color is involved
- `color/`: color spaces: from a file's numbers to the two bases the engine works from, and back
- `decoded`: pictures that somebody else has decoded, such as the frames of a movie, as plates
- `encoding`: handing finished pixels to the writers, and checking that they really were written
- `exr_layers`: which channels of a file make the picture: layers, and how one is chosen
- `exposure`: how strong the light of a scene-linear frame is
- `finishing`: from the stylized picture back to numbers for a file
- `formats`: which format and depth a file is written in, and numbers brought to that depth
- `header`: what an image file says about itself, before any pixel is read
- `inspection/`: what a file's own bytes say, where the library says nothing or too little
- `metadata`: what the output file says about itself: the input's metadata, less what is no
  longer true
- `oiio_file`: opening image files that may be anything, and turning every failure into an
  `InputError`
- `plane_files`: numbers that a program keeps for itself: any planes, exact and compact, in an
  EXR
- `plate`: A plate: one frame as the network sees it, and all that is needed to write it back
- `png_chunks`: what a PNG says about its colors in chunks that OpenImageIO passes over
- `reading`: from an image file to a `Plate`
- `shaper`: scene-linear light <-> the network's [0, 1], invertible and the same for every frame
- `spaces`: which color space a file is in, when nobody says: its labels, else its format's
  custom
- `stills`: single pictures: paintings, photographs, previews, and frames to be measured
- `upright`: stills that lie on their side, as their Exif orientation says: seen upright
- `window`: rectangles of pixels: data windows, display windows, and the canvas of a sequence
- `writing`: from the stylized picture and its plate to an image file
"""

from vst_core.image.carrying.kept_layers import KeptLayers
from vst_core.image.channel_sampling import sample_channels
from vst_core.image.channels import (
    Channel,
    channel_windows,
    check_channel,
    read_channel,
    read_channels,
)
from vst_core.image.color import PINNED_CONFIG, check_config
from vst_core.image.decoded import decoded_header, decoded_plate
from vst_core.image.exposure import exposure_of, typical_light
from vst_core.image.header import Header, read_header
from vst_core.image.plane_files import plane_names, read_planes, write_planes
from vst_core.image.plate import Plate, ReadSettings, alpha_of
from vst_core.image.reading import read_pixels, read_plate
from vst_core.image.stills import opaque_picture, read_picture, write_picture
from vst_core.image.window import Window
from vst_core.image.writing import WriteSettings, check_output, write_plate

__all__ = [
    "PINNED_CONFIG",
    "Channel",
    "Header",
    "KeptLayers",
    "Plate",
    "ReadSettings",
    "Window",
    "WriteSettings",
    "alpha_of",
    "channel_windows",
    "check_channel",
    "check_config",
    "check_output",
    "decoded_header",
    "decoded_plate",
    "exposure_of",
    "opaque_picture",
    "plane_names",
    "read_channel",
    "read_channels",
    "read_header",
    "read_picture",
    "read_pixels",
    "read_planes",
    "read_plate",
    "sample_channels",
    "typical_light",
    "write_picture",
    "write_planes",
    "write_plate",
]
