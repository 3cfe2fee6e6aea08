"""Frame ranges, numbered file names, and which file each frame of a job comes from.

The vocabulary is fileseq's, with one difference: in a range, ``1-100:2`` means every second
frame (as in Open Job Description), the same as ``1-100x2``.
"""

from vst_core.frames.find import find_sequence
from vst_core.frames.frame_files import FoundSequence, sequences_in
from vst_core.frames.movie_frames import MOVIE_SUFFIXES, movie_file, movie_sequence
from vst_core.frames.pattern import FramePattern
from vst_core.frames.ranges import FrameRange
from vst_core.frames.rates import parse_rate
from vst_core.frames.sequence import FrameSequence, Missing

__all__ = [
    "MOVIE_SUFFIXES",
    "FoundSequence",
    "FramePattern",
    "FrameRange",
    "FrameSequence",
    "Missing",
    "find_sequence",
    "movie_file",
    "movie_sequence",
    "parse_rate",
    "sequences_in",
]
