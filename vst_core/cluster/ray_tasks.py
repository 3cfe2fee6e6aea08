"""Chunks as Ray's tasks, and their results in order."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from vst_core.catalog import find_method
from vst_core.cluster.chunk_run import ChunkResult, make_chunk
from vst_core.cluster.lanes import ClusterPlace, lanes_of
from vst_core.errors import DeviceError, UsageError
from vst_core.farm import frames_of
from vst_core.job import StylizeJob
from vst_core.protocol import Finished, FrameDone, Message, Started, error_of
from vst_core.runner import StopRequest, catch_signals

__all__ = ["Cluster", "open_cluster"]

_RETRIES = 5
"""How often a chunk is begun anew after its worker was lost."""
_LOOK_EVERY = 0.5  # seconds
_AUTH = "RAY_AUTH_MODE"
_MERCY = 60.0
"""Seconds that workers have to finish a frame, once a stop was asked for; a farm gives no more."""


@contextmanager
def open_cluster(text: str, *, chunk: int = 24) -> Iterator[Cluster]:
    """Join a cluster, or begin one on this machine and end it afterwards.

    Args:
        text: As `--cluster` says; see `ClusterPlace`.
        chunk: Frames a task.

    Raises:
        UsageError: The place is none, or the extra `cluster` is not installed.
        DeviceError: The cluster cannot be reached.
    """
    place = ClusterPlace.parse(text)
    if chunk < 1:
        raise UsageError(f"--chunk cannot be {chunk}", fix="Give 1 frame or more")
    _show_token(place)
    ray = _ray()
    given = {"VST_WEIGHTS", "VST_STYLES", "VST_OFFLINE", "OMP_WAIT_POLICY", "OCIO"}
    environment = {name: os.environ[name] for name in given & os.environ.keys()}
    options: dict[str, Any] = {"address": place.address}
    if not place.address:  # even where this machine belongs to a cluster
        options = {"address": "local", "num_cpus": place.workers or None}
    try:
        ray.init(
            runtime_env={"env_vars": environment},
            logging_level=logging.ERROR,
            log_to_driver=False,
            **options,
        )
    except (ConnectionError, RuntimeError, TimeoutError, OSError) as error:
        fix = "Check that it runs (ray status), that the versions of Ray are the same, and that "
        fix += "its token is known here (RAY_AUTH_TOKEN)"
        raise DeviceError(f"The cluster '{text}' cannot be reached: {error}", fix=fix) from None
    try:
        yield Cluster(ray, chunk=chunk)
    finally:
        ray.shutdown()


class Cluster:
    """A cluster that has been joined; see `open_cluster`."""

    def __init__(self, ray: Any, *, chunk: int) -> None:
        self._ray, self._chunk = ray, chunk
        self._sent: dict[StylizeJob, list[Any]] = {}

    def send(self, job: StylizeJob) -> None:
        """Hand a job's chunks to the workers, and do not wait for them.

        Raises:
            UsageError, InputError: Its frames are not there, or make no sense.
        """
        if job not in self._sent:
            self._sent[job] = self._references(job)

    def run(
        self,
        job: StylizeJob,
        on_event: Callable[[Message], None],
        *,
        stop: StopRequest | None = None,
    ) -> Finished:
        """Make a job, as `vst_core.runner.run_job` does: the same events, the same bytes.

        Frames are told of in their order, all of a chunk when it is done.

        Raises:
            VstError: As the chunk that failed raised it.
            Interrupted: It was asked to stop; workers finish the frame at hand.
        """
        stop, began = stop or StopRequest(), time.monotonic()
        with catch_signals(stop):
            self.send(job)
            told = _Told(on_event, total=len(frames_of(job)))
            references = self._sent.pop(job)
            for place in range(len(references)):
                told.take(self._first(references[place:], stop))
        return told.finished(time.monotonic() - began)

    def _references(self, job: StylizeJob) -> list[Any]:
        settings = _steady(job)
        lanes = lanes_of(settings, chunk=self._chunk)
        task = self._ray.remote(make_chunk).options(
            max_retries=_RETRIES, num_cpus=1, num_gpus=self._gpus(job)
        )
        found = []
        for lane in lanes:
            before = None
            for chunk in lane:
                before = task.remote(chunk.to_dict(), str(Path.cwd()), before)
                found.append(before)
        return found

    def _gpus(self, job: StylizeJob) -> int:
        there = self._ray.cluster_resources().get("GPU", 0) > 0
        return int(job.device.startswith("cuda") or (job.device == "auto" and there))

    def _first(self, references: Sequence[Any], stop: StopRequest) -> ChunkResult:
        """Wait for the first of some chunks."""
        while not self._ray.wait([references[0]], timeout=_LOOK_EVERY)[0]:
            if stop.signum is not None:
                self._cancel(references)
                stop.check()
        try:
            result: ChunkResult = self._ray.get(references[0])
        except self._ray.exceptions.RayError as error:
            what = f"A worker was lost {_RETRIES + 1} times: {type(error).__name__}"
            fix = "Look at the cluster's log; finished frames are kept. Run the command again"
            raise DeviceError(what, fix=fix) from None
        if result.failed:
            raise error_of(result.failed)
        return result

    def _cancel(self, references: Sequence[Any]) -> None:
        """Let workers finish the frame at hand: this machine's end with this process."""
        every = [*references, *(one for sent in self._sent.values() for one in sent)]
        for reference in every:
            self._ray.cancel(reference)
        self._ray.wait(every, num_returns=len(every), timeout=_MERCY)


class _Told:
    """The events of chunks as those of one run."""

    def __init__(self, on_event: Callable[[Message], None], *, total: int) -> None:
        self._on_event, self._total = on_event, total
        self._began = time.monotonic()
        self._frames = self._made = self._skipped = 0
        self._said: set[Message] = set()

    def take(self, result: ChunkResult) -> None:
        """Tell of a chunk."""
        for event in result.events:
            self._tell(event)

    def finished(self, seconds: float) -> Finished:
        """Return the sum, and tell it."""
        finished = Finished(made=self._made, skipped=self._skipped, seconds=seconds)
        self._on_event(finished)
        return finished

    def _tell(self, event: Message) -> None:
        if isinstance(event, Finished):
            self._made += event.made
            self._skipped += event.skipped
        elif isinstance(event, FrameDone):
            self._frames += 1
            pace = self._frames / max(time.monotonic() - self._began, 1e-6)
            self._on_event(replace(event, index=self._frames, total=self._total, fps=pace))
        elif isinstance(event, Started):
            if self._frames == 0:
                self._on_event(replace(event, frames=self._total))
        elif event not in self._said:
            self._said.add(event)
            self._on_event(event)


def _steady(job: StylizeJob) -> StylizeJob:
    """Return a job whose bytes do not depend on how many threads a worker has."""
    if "threads" not in find_method(job.method).reads or job.threads:
        return job
    import torch

    return job.with_changes({"threads": torch.get_num_threads()})


def _show_token(place: ClusterPlace) -> None:
    """Let Ray ask for a token where it would not by itself; before it is loaded.

    A cluster of our own gets one that only this run knows: Ray would write one into the home
    directory, which farms may not have. One that is joined by `ray://` gets the one that is known
    here: Ray's client does not look for it unasked, and waits in vain for an answer.
    """
    if _AUTH in os.environ:
        return
    if not place.address:
        os.environ |= {_AUTH: "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    elif any(os.environ.get(name) for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")) or (
        Path(os.path.expanduser("~/.ray/auth_token")).is_file()  # noqa: PTH111  (may be no home)
    ):
        os.environ[_AUTH] = "token"


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Workers run this very Python; Ray shall not make an environment of its own by uv's.
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    try:
        import ray
        import ray.exceptions
    except ImportError:
        fix = 'pip install "vst[cluster]"'
        raise UsageError("--cluster needs Ray, which is not installed", fix=fix) from None
    return ray
