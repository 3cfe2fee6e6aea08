"""`vst mattes`: the objects that a file has mattes of, as `--mask` takes them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..parser import Parser
from ..show.columns import columns

if TYPE_CHECKING:
    from vst_core.cryptomatte import MatteLayer

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst mattes frame_0001.exr
  vst mattes frame_0001.exr --layer material --preview colors.png
  vst-seq in/frame_%04d.exr out/ --mask "crypto:Hero,Sword*=candy"

Names are listed as a mask takes them, quoted where they have to be.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} FRAME [--layer NAME] [--preview PNG] [--json]",
        description="List the mattes of an EXR (Cryptomatte): names, how much of the picture each\n"
        "covers, and their hashes.",
        epilog=_EXAMPLES,
    )
    made.add_argument("frame", type=Path, metavar="FRAME", help="the EXR")
    made.add_argument(
        "--layer", default="", metavar="NAME", help="only this layer, such as object or material"
    )
    made.add_argument(
        "--preview", type=Path, metavar="PNG", help="write a picture of a layer in false colors"
    )
    made.add_argument("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Print what mattes there are."""
    from vst_core.cryptomatte import false_colors, find_matte_layer, matte_layers
    from vst_core.image import write_picture

    path = options.frame.expanduser()
    first = find_matte_layer(path, options.layer)
    layers = (first,) if options.layer else matte_layers(path)
    content = {"path": str(path), "layers": [_content(path, layer) for layer in layers]}
    if options.preview:
        write_picture(options.preview.expanduser(), false_colors(path, first))
    print(json.dumps(content, indent=2) if options.json else _text(content))
    return 0


def _content(path: Path, layer: MatteLayer) -> dict[str, Any]:
    from vst_core.cryptomatte import list_mattes, mask_of, read_ranks

    mattes = list_mattes(layer, read_ranks(path, layer))
    manifest = layer.manifest
    place = "" if manifest.problem else str(manifest.file or "header")
    return {
        "name": layer.name,
        "manifest": place,
        "note": manifest.problem,
        "mattes": [
            {
                "name": matte.name,
                "hash": f"{matte.id:08x}",
                "coverage": round(matte.coverage, 6),
                "mask": mask_of(layer, matte.name),
            }
            for matte in mattes
        ],
    }


def _text(content: dict[str, Any]) -> str:
    return "\n\n".join(_of_layer(layer) for layer in content["layers"])


def _of_layer(layer: dict[str, Any]) -> str:
    from vst_core.job.matte_text import quoted_name

    note = f" ({layer['note']}: names are not known)" if layer["note"] else ""
    rows = [
        (
            quoted_name(matte["name"]) if matte["name"] else "?",
            f"{100 * matte['coverage']:6.2f} %",
            matte["hash"],
        )
        for matte in layer["mattes"]
    ]
    return "\n".join([f"{layer['name']}{note}", columns(rows, indent=2) if rows else "  nothing"])
