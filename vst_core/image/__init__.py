"""Image files <-> the one working picture: OpenImageIO, layers, windows, alpha, colour.

header = read_header(path)                    # windows, layers, depth; no pixels
plate = read_plate(path, canvas=canvas)       # plate.picture: 1 x 3 x H x W in [0, 1]
write_plate(out, stylized, plate)             # the input's colour, windows, metadata

Files:

- `arrays`: names for the arrays that pass between the files of this room
- `channels`: single channels of a file as plain numbers: masks, indices. No colour is involved
- `color`: colour spaces: from a file's numbers to the two bases the engine works from, and back
- `configs`: OpenColorIO configs: which one is used, and what it calls a space that somebody
  named
- `decoded`: pictures that somebody else has decoded, such as the frames of a movie, as plates
- `encoding`: handing finished pixels to the writers, and checking that they really were written
- `exr_layers`: which channels of a file make the picture: layers, and how one is chosen
- `exposure`: how strong the light of a scene-linear frame is
- `finishing`: from the stylized picture back to numbers for a file
- `formats`: the file formats that can be written, and which depths each can hold
- `header`: what an image file says about itself, before any pixel is read
- `metadata`: what the output file says about itself: the input's metadata, less what is no
  longer true
- `oiio_file`: opening image files that may be anything, and turning every failure into an
  `InputError`
- `passthrough`: carrying all other channels and parts of an EXR to the output, untouched
- `plane_files`: numbers that a program keeps for itself: any planes, exact and compact, in an
  EXR
- `plate`: A plate: one frame as the network sees it, and all that is needed to write it back
- `reading`: from an image file to a `Plate`
- `shaper`: scene-linear light <-> the network's [0, 1], invertible and the same for every frame
- `spaces`: which colour space a file is in, when nobody says: its metadata, else its format's
  custom
- `stills`: single pictures: paintings, photographs, previews, and frames to be measured
- `window`: rectangles of pixels: data windows, display windows, and the canvas of a sequence
- `writing`: from the stylized picture and its plate to an image file
"""

from vst_core.image.channels import Channel, check_channel, read_channel
from vst_core.image.configs import PINNED_CONFIG
from vst_core.image.decoded import decoded_header, decoded_plate
from vst_core.image.exposure import exposure_of, typical_light
from vst_core.image.formats import DEPTHS, FORMATS
from vst_core.image.header import Header, read_header
from vst_core.image.plane_files import plane_names, read_planes, write_planes
from vst_core.image.plate import Plate, ReadSettings, alpha_of
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
    "alpha_of",
    "check_channel",
    "check_output",
    "decoded_header",
    "decoded_plate",
    "exposure_of",
    "plane_names",
    "read_channel",
    "read_header",
    "read_picture",
    "read_pixels",
    "read_planes",
    "read_plate",
    "typical_light",
    "write_picture",
    "write_planes",
    "write_plate",
]
