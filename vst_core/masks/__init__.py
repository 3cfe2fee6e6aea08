"""Masks: found or made, kept steady, and parted so that every pixel has its share of styles.

A *mask* says where something is: `1 x H x W` in [0, 1], 1 = there. *Mattes* are what the masks
come to: a share for every style at every pixel, `S x 1 x H x W`, which sum to 1.
"""

from vst_core.masks.files import MaskFiles, find_masks
from vst_core.masks.partition import blur, by_style, composite, feather, harden, partition
from vst_core.masks.reading import read_masks
from vst_core.masks.segmenting import SEGMENTERS, Segmenter, SegmentSettings, open_segmenter
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
