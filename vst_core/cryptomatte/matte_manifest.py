"""Manifests: which name has which id, from the header or from a file beside the picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["MatteManifest", "read_manifest"]


@dataclass(frozen=True, kw_only=True)
class MatteManifest:
    """The names of a layer.

    Attributes:
        ids: Name -> id.
        file: The file beside the picture that holds it; None = the header, or nothing.
        problem: Why there are no names; empty where there are.
    """

    ids: Mapping[str, int] = field(default_factory=dict)
    file: Path | None = None
    problem: str = ""


def read_manifest(picture: Path, facts: Mapping[str, str]) -> MatteManifest:
    """Read a manifest.

    Args:
        picture: The EXR, for a file beside it.
        facts: What its header says: ``manifest``, or ``manif_file``.
    """
    if facts.get("manifest"):
        return _parsed(facts["manifest"], None, "the manifest in its header")
    beside = facts.get("manif_file", "")
    if not beside:
        return MatteManifest(problem="it has no manifest")
    file = picture.parent / beside
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return MatteManifest(problem=f"its manifest {file} is missing")
    except (OSError, ValueError) as error:
        return MatteManifest(problem=f"its manifest {file} cannot be read ({error})")
    return _parsed(text, file, f"its manifest {file}")


def _parsed(text: str, file: Path | None, place: str) -> MatteManifest:
    try:
        ids = {str(name): int(number, 16) for name, number in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return MatteManifest(file=file, problem=f"{place} is damaged ({error})")
    return MatteManifest(ids=ids, file=file)
