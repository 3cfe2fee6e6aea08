"""Masks: found or made, kept steady, and parted so that every pixel has its share of styles.

A *mask* says where something is: `1 x H x W` in [0, 1], 1 = there. *Mattes* are what the masks
come to: a share for every style at every pixel, `S x 1 x H x W`, which sum to 1.

Files:

- `grabcut`: GrabCut (Rother et al. 2004): a thing and its surroundings, told apart by their
  colors
- `mask_files`: which file holds which mask of which frame
- `mask_reading`: from files to masks over the canvas
- `matte_check`: mattes by name, looked for in every file of a shot before any work
- `partition`: from masks that may overlap to mattes that sum to 1, and from pictures to their
  composite
- `refining`: masks found at a small size, brought to the picture's own along its edges
- `saliency`: U2-Net (Qin et al. 2020), the small one: what the eye falls on first
- `segmenter`: what finds masks in pictures: the protocol and its settings
- `segmenter_table`: the ways to make masks from pictures, by name
- `shapes`: whether a mask fits its picture
- `steadying`: masks that flicker, calmed along the motion
"""

from vst_core.masks.mask_files import MaskFiles, find_masks
from vst_core.masks.mask_reading import read_masks
from vst_core.masks.partition import blur, by_style, composite, feather, harden, partition
from vst_core.masks.segmenter import Segmenter, SegmentSettings
from vst_core.masks.segmenter_table import SEGMENTERS, open_segmenter
from vst_core.masks.steadying import steady

__all__ = [
    "SEGMENTERS",
    "MaskFiles",
    "SegmentSettings",
    "Segmenter",
    "blur",
    "by_style",
    "composite",
    "feather",
    "find_masks",
    "harden",
    "open_segmenter",
    "partition",
    "read_masks",
    "steady",
]
