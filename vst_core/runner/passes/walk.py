"""Shot after shot, for methods of several passes."""

from __future__ import annotations

from vst_core.runner.desk import Desk
from vst_core.runner.failures import memory_guard
from vst_core.runner.fingerprint import link
from vst_core.runner.guiding import Guide, open_flow
from vst_core.runner.making import Method
from vst_core.runner.passes.cached_flow import CachedFlow
from vst_core.runner.passes.folder import claim_folder, remove_folder
from vst_core.runner.passes.pictures import PassPictures
from vst_core.runner.passes.shot import ShotMaker
from vst_core.runner.passes.shots import ShotFinder
from vst_core.runner.plan import Plan

__all__ = ["PassWalk"]

_GIGABYTE = 1e9


class PassWalk:
    """The walk over a whole run: what does not change from shot to shot.

    Raises:
        WeightsError, UsageError, DeviceError: The networks cannot be opened.
        OutputError: There is no place for what lies between passes.
        OutOfMemory: There is no room for the networks.
    """

    def __init__(self, plan: Plan, desk: Desk) -> None:
        self._plan, self._desk = plan, desk
        self._method: Method | None = None
        self._flow: CachedFlow | None = None
        self._guide: Guide | None = None
        self._folder = plan.places.passes
        if plan.resume.computed:
            claim_folder(self._folder, link(plan.origin, 0, ""), fresh=plan.job.overwrite)
            with memory_guard(plan.job, plan.width, plan.height):
                self._open()

    def go(self) -> None:
        """Make the frames."""
        if self._method is None:
            self._skip(range(len(self._plan.tasks)))
        else:
            for shot in ShotFinder(self._plan, self._method, self._guide).shots():
                if all(index in self._plan.resume.verified for index in shot):
                    self._skip(shot)
                else:
                    self._make(shot, self._method)
        self._desk.drain()

    def clean(self) -> None:
        """Remove what lay between the passes: the run is complete."""
        remove_folder(self._folder)

    def close(self) -> None:
        """Nothing goes on in the background."""

    def _open(self) -> None:
        plan = self._plan
        self._method = Method(plan, self._desk.watch)
        if not plan.guided:
            return
        self._flow = CachedFlow(
            open_flow(plan.job, plan.device),
            self._folder,
            limit=plan.job.flow_cache * _GIGABYTE,
            when_full=self._say_full,
        )
        finds_cuts = plan.job.cuts == "auto"
        self._guide = Guide(self._flow, trust=plan.job.trust, finds_cuts=finds_cuts)

    def _make(self, shot: range, method: Method) -> None:
        pictures = PassPictures(
            self._folder, passes=self._plan.job.passes, device=self._plan.device
        )
        ShotMaker(
            self._plan,
            self._desk,
            method=method,
            guide=self._guide,
            pictures=pictures,
            shot=shot,
        ).make()
        self._desk.drain()  # only when its frames are written nothing of it is needed any more
        pictures.remove(shot)
        if self._flow is not None:
            frames = [self._plan.tasks[index].frame for index in shot]
            self._flow.remove(min(frames), max(frames))

    def _skip(self, shot: range) -> None:
        for index in shot:
            self._desk.skip(index)
        self._desk.report()

    def _say_full(self) -> None:
        if self._plan.job.flow_cache > 0:
            self._desk.warn(
                f"The motion on disk has reached its limit of {self._plan.job.flow_cache:g} GB, "
                "or the disk is full: the rest is computed again in every pass. "
                "A larger --flow-cache may help."
            )
