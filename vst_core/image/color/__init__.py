"""Color spaces: from the numbers of a file to the two bases the engine works from, and back.

space = find_space("ACEScg", config_name())
base = file_to_base(rgb, space)               # h x w x 3, scene-linear Rec.709
rgb = base_to_file(base, space)

Files:

- `configs`: OpenColorIO configs: which one is used, and what it calls a space that somebody
  named
- `curves`: transfer curves: from a file's code values to linear light, and back
- `icc`: ICC profiles: what the numbers of a JPEG, PNG, TIFF or WebP mean
- `labels`: labels made of numbers and short names: CICP, chromaticities, color interop ids
- `named`: the space that a person or a file named: looked up in a config, and sorted
- `ocio`: OpenColorIO: conversions by a config, and how its spaces get to the two bases
- `primaries`: from the light of any red, green, blue and white to Rec.709's, by one matrix
- `space`: a color space: how it gets to its base, and what is written about it
"""

from vst_core.image.color.configs import PINNED_CONFIG, check_config, config_name
from vst_core.image.color.icc import IccTransform, read_profile
from vst_core.image.color.labels import (
    space_of_chromaticities,
    space_of_cicp,
    space_of_id,
    space_of_numbers,
)
from vst_core.image.color.named import find_space, knows_space
from vst_core.image.color.ocio import OcioTransform
from vst_core.image.color.space import (
    CINEON,
    LINEAR,
    SRGB,
    UNLABELLED,
    Coded,
    ColorSpace,
    Label,
    Unchanged,
    base_to_file,
    display_to_scene,
    file_to_base,
    scene_to_display,
)

__all__ = [
    "CINEON",
    "LINEAR",
    "PINNED_CONFIG",
    "SRGB",
    "UNLABELLED",
    "Coded",
    "ColorSpace",
    "IccTransform",
    "Label",
    "OcioTransform",
    "Unchanged",
    "base_to_file",
    "check_config",
    "config_name",
    "display_to_scene",
    "file_to_base",
    "find_space",
    "knows_space",
    "read_profile",
    "scene_to_display",
    "space_of_chromaticities",
    "space_of_cicp",
    "space_of_id",
    "space_of_numbers",
]
