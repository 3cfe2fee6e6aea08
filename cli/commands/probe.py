"""`vst probe`: what a movie is, counted and decoded; what a picture has: layers and views."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vst_core.file_formats import PICTURE_SUFFIXES

from ..parser import Parser
from ..show.columns import facts as as_facts
from ..show.picture_facts import picture_content, picture_text

if TYPE_CHECKING:
    from vst_core.video import MovieFacts

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst probe clip.mp4
  vst probe clip.mp4 --json
  vst probe shot.1001.exr           its layers, its views, and which is painted

Frame 1 is the first picture that a player shows, index 0 where somebody counts from 0.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} FILE [--json]",
        description="Say what a movie is: its frames, really counted, their rate, size, turn and\n"
        "colors, and whether it has sound. Of a picture: its size, its layers and its views, and\n"
        "which of them is painted if nobody says.",
        epilog=_EXAMPLES,
    )
    made.add_argument("movie", type=Path, metavar="FILE", help="a movie or a picture")
    made.add_argument("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Print what was found out."""
    path = options.movie.expanduser()
    if path.suffix.lower() in PICTURE_SUFFIXES:
        content, text = picture_content(path), picture_text
    else:
        from vst_core.video import movie_facts

        content, text = _content(movie_facts(path)), _text
    print(json.dumps(content, indent=2) if options.json else text(content))
    return 0


def _content(found: MovieFacts) -> dict[str, Any]:
    width, height = found.size
    coding = found.colors.coding
    return {
        "path": str(found.path),
        "frames": found.frames,
        "first_frame": 1,
        "lost_frames": found.lost,
        "rate": f"{found.rate.numerator}/{found.rate.denominator}",
        "fps": float(found.rate),
        "variable_rate": not found.even,
        "seconds": float(found.seconds),
        "width": width,
        "height": height,
        "pixel_aspect": float(found.pixel_aspect),
        "rotation": found.turn.degrees,
        "mirrored": found.turn.mirrored,
        "interlaced": found.interlaced,
        "codec": found.codec,
        "bits": found.colors.layout.bits,
        "has_alpha": found.colors.layout.alpha,
        "matrix": coding.matrix if coding else "rgb",
        "full_range": found.colors.full,
        "has_sound": bool(found.sounds),
        "sounds": list(found.sounds),
        "timecode": found.timecode,
        "notes": list(found.notes),
    }


def _text(content: dict[str, Any]) -> str:
    rate = "variable, " * content["variable_rate"] + f"{content['fps']:.6g} a second"
    lost = f", and {content['lost_frames']} that are lost" * bool(content["lost_frames"])
    turned = f"{content['rotation']} degrees clockwise" if content["rotation"] else ""
    mirrored = "mirrored" * content["mirrored"]
    kind = f"{content['codec']}, {content['bits']} bits, {content['matrix']}"
    return as_facts(
        [
            ("movie", content["path"]),
            ("frames", f"1 to {content['frames']}{lost}"),
            ("rate", rate),
            ("seconds", f"{content['seconds']:.3f}"),
            ("size", f"{content['width']} x {content['height']}"),
            (
                "pixels",
                "" if content["pixel_aspect"] == 1 else f"{content['pixel_aspect']:.4g} : 1",
            ),
            ("turned", ", ".join(filter(None, (mirrored, turned)))),
            ("picture", kind + ", with alpha" * content["has_alpha"]),
            ("sound", ", ".join(content["sounds"]) or "none"),
            ("timecode", content["timecode"]),
            *(("note", note) for note in content["notes"]),
        ]
    )
