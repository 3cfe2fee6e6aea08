"""The loop over shots, for methods of several passes."""

from __future__ import annotations

from vst_core.guidance import GuidanceBuilder
from vst_core.runner.errors_at_frame import memory_guard
from vst_core.runner.io.frame_views import frame_viewer
from vst_core.runner.loop.backdrop import Backdrop, open_backdrop
from vst_core.runner.loop.open_method import OpenMethod
from vst_core.runner.loop.reporter import RunReporter
from vst_core.runner.passes.flow_cache import FlowCache
from vst_core.runner.passes.pass_folder import claim_folder, remove_folder
from vst_core.runner.passes.pass_pictures import PassPictures
from vst_core.runner.passes.shot import ShotPainter
from vst_core.runner.passes.shot_finder import Shot, ShotFinder
from vst_core.runner.plan import Plan
from vst_core.runner.resume.frame_key import frame_key

__all__ = ["MultiPass"]

_GIGABYTE = 1e9


class MultiPass:
    """The walk over a whole run: what does not change from shot to shot.

    Raises:
        WeightsError, UsageError, DeviceError: The networks cannot be opened.
        OutputError: There is no place for what lies between passes.
        OutOfMemory: There is no room for the networks.
    """

    def __init__(self, plan: Plan, reporter: RunReporter) -> None:
        self._plan, self._reporter = plan, reporter
        self._method: OpenMethod | None = None
        self._flow: FlowCache | None = None
        self._guide: GuidanceBuilder | None = None
        self._scout: GuidanceBuilder | None = None
        self._backdrop: Backdrop | None = None
        self._folder = plan.paths.passes
        if plan.resume.computed:
            claim_folder(self._folder, frame_key(plan.chain_start, 0, ""), fresh=plan.job.overwrite)
            with memory_guard(plan.job, plan.width, plan.height):
                self._open()

    def go(self) -> None:
        """Make the frames."""
        if self._method is None:
            self._skip(range(len(self._plan.tasks)))
        else:
            for shot in self._finder(self._method).shots():
                if all(index in self._plan.resume.verified for index in shot.frames):
                    self._skip(shot.frames)
                else:
                    self._make(shot, self._method)
        self._reporter.drain()

    def clean(self) -> None:
        """Remove what lay between the passes: the run is complete."""
        remove_folder(self._folder)

    def close(self) -> None:
        """Nothing goes on in the background."""

    def _open(self) -> None:
        plan = self._plan
        self._method = OpenMethod(plan, self._reporter.watch)
        self._backdrop = open_backdrop(plan, self._method)
        if not plan.guided:
            return
        source = plan.motion.open(plan.job, plan.device)
        self._flow = FlowCache(
            source,
            self._folder,
            limit=plan.job.flow_cache * _GIGABYTE,
            when_full=self._say_full,
        )
        view = frame_viewer(plan.input, canvas=plan.canvas, display=plan.display)
        # The motion that a level is measured by is that of pictures not yet at their level: it
        # must not be kept for the passes.
        self._guide, self._scout = (
            GuidanceBuilder(
                flow, trust=plan.job.trust, finds_cuts=plan.job.cuts == "auto", view=view
            )
            for flow in (self._flow, source)
        )

    def _finder(self, method: OpenMethod) -> ShotFinder:
        return ShotFinder(self._plan, method, self._scout, backdrop=self._backdrop)

    def _make(self, shot: Shot, method: OpenMethod) -> None:
        pictures = PassPictures(
            self._folder, passes=self._plan.job.passes, device=self._plan.device
        )
        ShotPainter(
            self._plan,
            self._reporter,
            method=method,
            guide=self._guide,
            backdrop=self._backdrop,
            pictures=pictures,
            shot=shot,
        ).make()
        self._reporter.drain()  # only when its frames are written nothing of it is needed any more
        pictures.remove(shot.frames)
        if self._flow is not None:
            frames = [self._plan.tasks[index].frame for index in shot.frames]
            self._flow.remove(min(frames), max(frames))

    def _skip(self, shot: range) -> None:
        for index in shot:
            self._reporter.skip(index)
        self._reporter.report()

    def _say_full(self) -> None:
        if self._plan.job.flow_cache > 0:
            self._reporter.warn(
                f"The motion on disk has reached its limit of {self._plan.job.flow_cache:g} GB, "
                "or the disk is full: the rest is computed again in every pass. "
                "A larger --flow-cache may help."
            )
