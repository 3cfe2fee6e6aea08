"""A style's networks as TorchScript files for other programs."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import torch

from vst_core.atomic import atomic_path
from vst_core.nets.exported import ExportedItn, ExportedVtn
from vst_core.styles import find_card
from vst_core.styles.loading import load_network
from vst_core.stylizers.feed_forward import MARGIN

__all__ = ["EXPORTS", "export_network"]

EXPORTS = {"itn": ExportedItn, "vtn": ExportedVtn}
"""Method -> its network, with one tensor in and one out."""


def export_network(style: str, method: str, path: Path) -> None:
    """Write a style's network; see `vst_core.nets.exported` for what goes in and comes out.

    Args:
        style: The name of a style, or the path of a card.
        method: One of `EXPORTS`.
        path: Of the file, ``.pt``.

    Raises:
        InputError: No such style, or its weights are missing.
        OutputError: The file cannot be written.
    """
    net = load_network([(find_card(style), 1.0)], method=method).eval()
    with torch.no_grad(), warnings.catch_warnings():
        # torch wants programs exported in its newer format, which hosts like Nuke do not read.
        warnings.simplefilter("ignore", DeprecationWarning)
        scripted = torch.jit.script(EXPORTS[method](net, margin=MARGIN))
        frozen = torch.jit.freeze(scripted.eval())
        archive = io.BytesIO()  # a file's own name would be written into it
        torch.jit.save(frozen, archive)
    with atomic_path(path) as temporary:
        temporary.write_bytes(archive.getvalue())
