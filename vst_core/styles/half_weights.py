"""Trained numbers on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.hosts.hashes import known_hash
from vst_core.styles import FileEntry

__all__ = ["save_half"]


def save_half(state: Mapping[str, Tensor], path: Path) -> FileEntry:
    """Write tensors as half floats and return what a card says of the file.

    Raises:
        OutputError: The file cannot be written.
    """
    with atomic_path(path) as temporary:
        # Not safetensors' save_file: it writes files that only their owner can read.
        temporary.write_bytes(
            save({name: value.half().contiguous() for name, value in state.items()})
        )
    return FileEntry(file=path.name, sha256=known_hash(path))
