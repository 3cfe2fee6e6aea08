"""`vst movie`: finished frames as a movie."""

from __future__ import annotations

import argparse
import sys

from ..parser import Parser
from ..show.progress import PROGRESS

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst movie out/ result.mov
  vst movie out/ result.mp4 --like clip.mp4     rate, sound and timecode as there
  vst movie out/shot.%04d.exr result.mp4 --fps 25 --overwrite
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} FRAMES MOVIE [--like CLIP] [options]",
        description="Write finished frames as a movie, as they are: what is left to do when\n"
        "a farm has made a movie's frames in chunks.",
        epilog=_EXAMPLES,
    )
    made.add_argument("frames", metavar="FRAMES", help="a folder, or a pattern")
    made.add_argument("movie", metavar="MOVIE", help="a .mov, .mp4, .m4v or .mkv file")
    made.add_argument("--like", default="", metavar="CLIP", help="the movie they were made of")
    made.add_argument("--fps", default="", help="frames a second (as CLIP, the frames, or 24)")
    made.add_argument("--codec", default="auto", help="as for vst-seq (auto)")
    made.add_argument("--overwrite", action="store_true", help="replace a movie of this name")
    return made


def run(options: argparse.Namespace) -> int:
    """Write the movie, and say what it is."""
    from vst_core.job import StylizeJob

    job = StylizeJob(
        input=options.frames,
        output=options.movie,
        fps=options.fps,
        codec=options.codec,
        overwrite=options.overwrite,
    )
    with PROGRESS["plain"]():  # farms take half a minute without a word for a frame that is stuck
        from vst_core.runner import join_frames

        made = join_frames(job, like=options.like)
    for note in made.notes:
        print(f"Note: {note}", file=sys.stderr)
    print(f"{made.path}: {made.frames} frame{'s' * (made.frames != 1)}")
    return 0
