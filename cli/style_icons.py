"""The styles' own results as small pictures, for hosts that show them."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from vst_core.styles import StyleCard

__all__ = ["icon"]


def icon(card: StyleCard, size: int) -> bytes:
    """Return a card's preview as a square PNG of `size` pixels; its middle is kept.

    Raises:
        OSError: The card has no preview, or it cannot be read.
    """
    with Image.open(card.folder / card.preview) as preview:
        small = ImageOps.fit(preview.convert("RGB"), (size, size), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "PNG", optimize=True)
    return stream.getvalue()
