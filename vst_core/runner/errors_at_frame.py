"""Errors at a frame: its number, and for lack of memory the setting that helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vst_core.catalog import find_method
from vst_core.errors import Interrupted, OutOfMemory, VstError
from vst_core.job import StylizeJob, Tiling
from vst_core.protocol import Failed

__all__ = ["at_frame", "failed", "memory_guard"]

# The libraries' own words; besides these there are torch.OutOfMemoryError and MemoryError.
_MEMORY_WORDS = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "insufficient memory",
    "failed to allocate",
    "bad_alloc",
)
_FIRST_TILE, _SMALLEST_TILE = 1024, 256


def failed(error: BaseException) -> Failed:
    """Return the event for an error that ended a run.

    The runner raises and sends no `Failed` itself: whoever shows the run has to report errors
    from before it too, and does both with this.
    """
    frame: int | None = getattr(error, "frame", None)
    if isinstance(error, VstError):
        return Failed(code=error.code, message=str(error), exit_code=error.exit_code, frame=frame)
    text = f"{type(error).__name__}: {error}"
    return Failed(code=VstError.code, message=" ".join(text.split()), exit_code=1, frame=frame)


@contextmanager
def at_frame(frame: int, place: str = "") -> Iterator[None]:
    """Say in every error of the body, and in its attribute `frame`, at which frame it happened.

    Args:
        frame: Its number.
        place: What of it, such as `pass 3`.
    """
    try:
        yield
    except Interrupted:
        raise
    except VstError as error:
        where = f"Frame {frame}, {place}" if place else f"Frame {frame}"
        named = type(error)(f"{where}: {error.what}", fix=error.fix)
        named.frame = frame
        raise named from error
    except Exception as error:
        error.frame = frame  # type: ignore[attr-defined]
        raise


@contextmanager
def memory_guard(job: StylizeJob, width: int, height: int) -> Iterator[None]:
    """Turn every library's way to say "out of memory" into one error that names a way out.

    Args:
        job: What runs; only settings that are not in use yet are advised.
        width: Of the working picture.
        height: Of the working picture.

    Raises:
        OutOfMemory: The body ran out of memory.
    """
    try:
        yield
    except VstError:
        raise
    except Exception as error:
        if not _is_memory_error(error):
            raise
        what = f"Not enough memory for frames of {width} x {height}"
        raise OutOfMemory(what, fix=_advice(job, max(width, height))) from error


def _is_memory_error(error: Exception) -> bool:
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = str(error).lower()
    return any(word in words for word in _MEMORY_WORDS)


def _smaller_tile(job: StylizeJob, longest: int) -> int | None:
    """Return a tile that takes less memory than a job's; None where there is none."""
    tile = Tiling.parse(str(job.tile)).side or longest
    smaller = _FIRST_TILE if tile == longest else max(_SMALLEST_TILE, tile // 2)
    # The networks take the same for any tile that is smaller than the frame.
    helps = smaller < tile and (tile >= longest or find_method(job.method).is_slow)
    return smaller if helps else None


def _advice(job: StylizeJob, longest: int) -> str:
    smaller = {"1": "1/2", "1/2": "1/4"}.get(job.proxy)
    reads = find_method(job.method).reads
    tile = _smaller_tile(job, longest)
    ways = [
        f"--proxy {smaller} (a quarter of the memory)" if smaller else "",
        f"--tile {tile}" if tile else "",
        "--features lite" if "features" in reads and job.features != "lite" else "",
        "--precision bf16" if job.precision == "fp32" else "",
        "--read-ahead 0" if job.read_ahead > 0 else "",
        "--flow dis" if job.flow.startswith(("raft", "ptlflow")) else "",
    ]
    if job.gpu_memory:
        ways.append(f"more than --gpu-memory {job.gpu_memory:g}")
    named = [way for way in ways if way]
    return f"Use {' or '.join(named)}." if named else "Use smaller frames or a larger machine."
