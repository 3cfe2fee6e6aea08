# SPDX-License-Identifier: Apache-2.0
"""The shipped styles: names, titles and small pictures, as they were when the folder was built."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

__all__ = ["FOLDER", "picture", "styles"]

FOLDER = Path(__file__).with_name("styles")
"""`styles.json`, name -> title, and beside it `NAME.png`; `vst hosts build` writes them."""


@lru_cache(maxsize=1)
def styles() -> dict[str, str]:
    """Return the title of each shipped style; nothing where the folder was not built."""
    try:
        content: dict[str, str] = json.loads((FOLDER / "styles.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return content


def picture(name: str) -> str:
    """Return HTML that shows a style, for a label; empty where it has no picture."""
    path = FOLDER / f"{name}.png"
    return f'<img src="{path.as_posix()}">' if path.is_file() else ""
