"""What a picture's header says, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import facts

if TYPE_CHECKING:
    from vst_core.image import Window

__all__ = ["picture_content", "picture_text"]


def picture_content(path: Path) -> dict[str, Any]:
    """Return what a picture's header says, for JSON.

    Raises:
        InputError: It cannot be read.
    """
    from vst_core.image import read_header

    found = read_header(path)
    return {
        "path": str(path),
        "width": found.display_window.width,
        "height": found.display_window.height,
        "data_window": _placed(found.data_window),
        "depth": found.depth,
        "has_alpha": found.has_alpha,
        "parts": [part.name for part in found.parts],
        "layers": [layer for layer in found.layers if layer],
        "views": list(found.views),
        "painted": found.layer.name,
        "painted_view": found.layer.view,
        "notes": [found.note] if found.note else [],
    }


def picture_text(content: dict[str, Any]) -> str:
    """Return that for people."""
    x, y, width, height = content["data_window"]
    several = len(content["parts"]) > 1
    both = f" (--views {','.join(content['views'])})" if len(content["views"]) == 2 else ""
    return facts(
        [
            ("picture", content["path"]),
            ("size", f"{content['width']} x {content['height']}"),
            ("data window", f"{width} x {height} at ({x}, {y})"),
            ("colors", content["depth"] + ", with alpha" * content["has_alpha"]),
            ("parts", ", ".join(content["parts"]) if several else ""),
            ("layers", ", ".join(content["layers"])),
            ("views", ", ".join(content["views"]) + both),
            ("painted", " in ".join(filter(None, (content["painted"], content["painted_view"])))),
            *(("note", note) for note in content["notes"]),
        ]
    )


def _placed(window: Window) -> list[int]:
    return [window.x, window.y, window.width, window.height]
