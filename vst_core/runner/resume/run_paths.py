"""Where a run keeps its own files: a hidden folder beside the results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vst_core.atomic import short_name
from vst_core.frames import FramePattern, FrameRange
from vst_core.hosts.hashes import text_hash

__all__ = ["RunPaths", "name_pattern"]

_LONGEST_RANGE = 48


def name_pattern(pattern: FramePattern, *, suffix: str | None = None) -> str:
    """Return file names with `#` for the number, such as `shot.####.exr`.

    Args:
        pattern: The names.
        suffix: Another extension; None keeps theirs.
    """
    name = f"{pattern.head}{'#' * pattern.width}{pattern.tail}"
    if suffix is None:
        return name
    stem = name.rpartition(".")[0] if "." in pattern.tail else name
    return f"{stem}.{suffix.lstrip('.')}"


@dataclass(frozen=True, kw_only=True)
class RunPaths:
    """The hidden folder, and the names in it that belong to a run.

    Attributes:
        folder: The output folder's `.vst`.
        names: From `name_pattern`, of the output.
        frames: The frames of the run as a text.
    """

    folder: Path
    names: str
    frames: str

    @classmethod
    def of(cls, output: Path, names: str, frames: tuple[int, ...]) -> RunPaths:
        """Return the places of a run over `frames`."""
        return cls(folder=output / ".vst", names=names, frames=str(FrameRange(frames)))

    @property
    def manifest(self) -> Path:
        """This run's manifest."""
        return self.folder / f"{self._stem}.jsonl"

    @property
    def states(self) -> tuple[Path, Path]:
        """The two files that this run saves its state to, in turn."""
        first, second = (self.folder / f"{self._stem}.state-{n}.safetensors" for n in (1, 2))
        return first, second

    @property
    def style_sheet(self) -> Path:
        """A picture of the frames of a style video that this run paints in."""
        return self.folder / f"{self._stem}.styles.jpg"

    @property
    def passes(self) -> Path:
        """The folder of what lies between the passes of this run."""
        return self.folder / f"{self._stem}.passes"

    def all_manifests(self) -> list[Path]:
        """Return the manifests of every run over this sequence, this one's first."""
        found = self._matching(".jsonl")
        return sorted(found, key=lambda path: (path != self.manifest, path.name))

    def all_states(self) -> list[Path]:
        """Return the saved states of every run over this sequence."""
        return sorted(self._matching(".safetensors"))

    @property
    def _stem(self) -> str:
        text = self.frames
        if len(text) > _LONGEST_RANGE:
            digest = text_hash(text)[:12]
            text = f"{text[:24].rpartition(',')[0] or text[:24]}-and-more-{digest}"
        return f"{short_name(self.names)}.{text}"

    def _matching(self, end: str) -> list[Path]:
        try:
            inside = list(self.folder.iterdir())
        except OSError:
            return []
        start = f"{short_name(self.names)}."
        return [path for path in inside if path.name.startswith(start) and path.name.endswith(end)]
