"""Parts of the running bridge, and frames for it."""

import importlib
import sys
import tempfile
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

FRAMES = range(1, 9)

BEGIN = "<!-- knobs: python tests/nuke_bridge/bridge_parts.py writes them -->\n\n"
END = "\n<!-- end of the knobs -->"


def part(name):
    """Import a module of the bridge, as it is in the Nuke that runs."""
    return importlib.import_module(f"vst_nuke.{name}")


def write(path, channels, *, data=None, display=None):
    """Write half floats: name -> H x W, in the order given."""
    height, width = next(iter(channels.values())).shape
    spec = oiio.ImageSpec(width, height, len(channels), oiio.HALF)
    spec.x, spec.y = data or (0, 0)
    spec.full_width, spec.full_height = display or (width, height)
    spec.channelnames = list(channels)
    target = oiio.ImageOutput.create(str(path))
    pixels = np.ascontiguousarray(np.stack(list(channels.values()), axis=-1), np.float32)
    assert target.open(str(path), spec), target.geterror()
    assert target.write_image(pixels), target.geterror()
    target.close()


def _shown(default):
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default is None else default


def knobs_as_markdown(groups):
    """Return the table of the node's knobs, as the manual has it."""
    lines = ["| knob | what it does | default |", "|---|---|---|"]
    for title, rows in groups:
        lines += [f"| **{title}** | | |"] if title else []
        for row in rows:
            if not row.hidden and row.kind != "Text_Knob":
                shown = _shown(row.default)
                words = row.tooltip.replace("|", "\\|").replace("<", "&lt;")
                animated = " Can be animated." if row.animates and row.limits else ""
                lines.append(f"| {row.label} | {words}{animated} | {shown} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":  # brings the manual's table up to date
    from vst_cli.nuke_folder import build

    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, str(build(root / "nuke_bridge", Path(folder))))
        table = knobs_as_markdown(part("knob_table").groups())
    page = root / "docs" / "nuke.md"
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    page.write_text(head + BEGIN + table + END + rest.partition(END)[2], encoding="utf-8")
