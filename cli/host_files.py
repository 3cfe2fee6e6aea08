"""The files that go into a host application: its own, what all hosts share, and the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from vst_core import hosts
from vst_core.catalog import describe

__all__ = ["host_files"]


def host_files(source: Path, shared: str) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a host's package by its name, with its content.

    Args:
        source: The folder of the host's own code.
        shared: Where in it the files of `vst_core.hosts` go; a checkout has a link there.
    """
    for path in source.rglob("*"):
        own = source / shared not in path.parents and "__pycache__" not in path.parts
        if path.is_file() and own:
            yield path.relative_to(source).as_posix(), path.read_bytes()
    for path in Path(hosts.__file__).parent.glob("*.py"):
        yield f"{shared}/{path.name}", path.read_bytes()
    table = json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"
    yield f"{shared}/table.json", table.encode()
