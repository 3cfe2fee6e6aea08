"""Frame ranges, numbered file names, and which file each frame of a job comes from.

The vocabulary is fileseq's, with one difference: in a range, ``1-100:2`` means every second
frame (as in Open Job Description), the same as ``1-100x2``.

Files:

- `find`: from what an artist typed to the frames of a job
- `frame_files`: what sequences lie in a folder, and which of their files are empty
- `movie_frames`: movies among the inputs: one file with many frames, numbered from 1
- `numbering`: which of the numbers in a file's name is the frame's
- `pattern`: a file name with a place for the frame number
- `ranges`: frames in the order in which they were asked for
- `rates`: frames a second, as people write them
- `sequence`: the frames to make, and the file that each one comes from
- `views`: Nuke's `%V` and `%v`, which leave the view open
"""

from vst_core.frames.find import find_sequence
from vst_core.frames.frame_files import FoundSequence, holds_something, sequences_in
from vst_core.frames.movie_frames import MOVIE_SUFFIXES, movie_file, movie_sequence
from vst_core.frames.pattern import FramePattern
from vst_core.frames.ranges import FrameRange
from vst_core.frames.rates import parse_rate
from vst_core.frames.sequence import FrameSequence, Missing
from vst_core.frames.views import names_view, no_view_named, with_view

__all__ = [
    "MOVIE_SUFFIXES",
    "FoundSequence",
    "FramePattern",
    "FrameRange",
    "FrameSequence",
    "Missing",
    "find_sequence",
    "holds_something",
    "movie_file",
    "movie_sequence",
    "names_view",
    "no_view_named",
    "parse_rate",
    "sequences_in",
    "with_view",
]
