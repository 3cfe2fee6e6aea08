"""Cryptomatte (specification 1.2.0, Friedman and Jones, Psyop 2015): mattes of objects by name.

Files:

- `hashing`: from a name to the number that stands for it in pixels
- `matte_layers`: the layers of mattes in a file, and what their pixels say
- `listing`: what mattes a file has, and a picture of them in false colors
- `matte_manifest`: which name has which id, from the header or from a file beside the picture
- `selection`: from names that a person typed to ids
"""

from vst_core.cryptomatte.hashing import matte_id
from vst_core.cryptomatte.listing import Matte, false_colors, list_mattes
from vst_core.cryptomatte.matte_layers import MatteLayer, Ranks, matte_layers, read_ranks
from vst_core.cryptomatte.matte_manifest import MatteManifest
from vst_core.cryptomatte.selection import (
    MatteChoice,
    choose_mattes,
    find_matte_layer,
    mask_of,
    read_mattes,
    unknown_name,
)

__all__ = [
    "Matte",
    "MatteChoice",
    "MatteLayer",
    "MatteManifest",
    "Ranks",
    "choose_mattes",
    "false_colors",
    "find_matte_layer",
    "list_mattes",
    "mask_of",
    "matte_id",
    "matte_layers",
    "read_mattes",
    "read_ranks",
    "unknown_name",
]
