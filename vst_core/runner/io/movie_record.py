"""What vouches for a finished movie: its own hash, and the frames that it was made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from vst_core.atomic import atomic_path
from vst_core.hosts.hashes import file_hash, text_hash
from vst_core.runner.resume.frame_key import RunKey
from vst_core.runner.resume.manifest import Record

__all__ = ["MovieRecord", "content_of", "read_record", "write_record"]


@dataclass(frozen=True, kw_only=True)
class MovieRecord:
    """A movie that was made.

    Attributes:
        sha256: Of the file.
        content: Of its frames; see `content_of`.
        frames: Their numbers, for messages.
        run_key: Of the run that made it.
    """

    sha256: str
    content: str
    frames: str
    run_key: RunKey

    def vouches_for(self, path: Path) -> bool:
        """Whether a movie lies there as it was made."""
        try:
            return file_hash(path) == self.sha256
        except OSError:
            return False


def content_of(records: Sequence[Record]) -> str:
    """Return one hash of frames in their order."""
    text = "\n".join(f"{record.frame} {record.sha256}" for record in records)
    return text_hash(text)


def read_record(path: Path) -> MovieRecord | None:
    """Return what was noted; None where nothing was, or nothing that makes sense."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return MovieRecord(run_key=noted.pop("fingerprint"), **noted)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_record(path: Path, record: MovieRecord) -> None:
    """Note a movie, atomically.

    Raises:
        OutputError: It cannot be written.
    """
    with atomic_path(path) as temporary:
        noted = asdict(record)
        content = noted | {"fingerprint": dict(noted.pop("run_key"))}
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
