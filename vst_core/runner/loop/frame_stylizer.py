"""Stylizes one frame: guidance from the frames before, the method, colors and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vst_core.guidance import Found, GuidanceBuilder, PreviousFrame
from vst_core.optimizer import Iteration
from vst_core.runner.io.frame_views import frame_viewer
from vst_core.runner.io.framing import counts_of, framed
from vst_core.runner.loop.backdrop import open_backdrop
from vst_core.runner.loop.open_method import OpenMethod
from vst_core.runner.loop.prefetch import LoadedFrame
from vst_core.runner.loop.succession import FrameRole, Succession, digest
from vst_core.runner.plan import Plan
from vst_core.runner.resume.state_files import FrameState
from vst_core.runner.task import FrameTask
from vst_core.stylizers import Look, StylizerState

__all__ = ["FrameResult", "FrameStylizer"]

Lead = Callable[[Found], Found]


@dataclass(frozen=True, kw_only=True)
class FrameResult:
    """A stylized frame that waits to be written.

    Attributes:
        output: 1 x 3 x H x W in [0, 1] on the CPU, at the size of the canvas.
        cut: The pictures show that a new shot begins here.
        repaired: Some values were no numbers, and the source took their place.
        shown: The frame whose paint it shows: itself, or one before; None where it shows none.
        second: The second view of a stereo job, like `output`.
    """

    output: Tensor
    cut: bool
    repaired: bool
    shown: PreviousFrame | None = None
    second: Tensor | None = None


class FrameStylizer:
    """Makes frames one after the other.

    Args:
        plan: Of the run.
        watch: Told of every iteration of an optimizing method.

    Attributes:
        state: After the last frame that was made; None before the first and in runs that
            need none. It is kept here so that the old one can go before the network runs.

    Raises:
        WeightsError: Weights are absent or damaged.
        UsageError: The flow source needs something that is not installed.
    """

    def __init__(self, plan: Plan, watch: Callable[[Iteration], None] | None = None) -> None:
        self.state: FrameState | None = None
        self._remembers, self._bars = plan.recurrent, plan.bars
        self._method = OpenMethod(plan, watch)
        self._backdrop = open_backdrop(plan, self._method)
        self._guide: GuidanceBuilder | None = None
        if plan.guided and plan.recurrent:
            self._guide = GuidanceBuilder(
                plan.motion.open(plan.job, plan.device),
                trust=plan.job.trust,
                finds_cuts=plan.job.cuts == "auto",
                lags=plan.lags,
                view=frame_viewer(plan.input, canvas=plan.canvas, display=plan.display),
            )
        self._succession = Succession(
            plan.job,
            self._guide,
            masks_decide=self._method.masks_decide,
            backdrop=self._backdrop,
        )

    def make_loaded(
        self, task: FrameTask, loaded: LoadedFrame, *, frame_key: str, lead: Lead | None = None
    ) -> FrameResult:
        """Stylize a frame that was read; see `make`."""
        return self.make(
            task.frame,
            loaded.plate.picture,
            frame_key=frame_key,
            masks=loaded.masks,
            counts=counts_of(loaded.plate, bars=self._bars),
            look=task.look,
            lead=lead,
        )

    @torch.no_grad()
    def make(
        self,
        frame: int,
        picture: Tensor,
        *,
        frame_key: str,
        masks: Tensor | None = None,
        counts: Tensor | None = None,
        look: Look | None = None,
        lead: Lead | None = None,
    ) -> FrameResult:
        """Stylize one frame with `state`, None where a shot is known to start; and set it anew.

        A frame that holds nothing, or the white of a flash, stays as it is, and one that is held
        gets the paint of the frame before; the state then goes on as if they had not been there.

        Args:
            frame: Its number.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            frame_key: The frame's, for its state.
            masks: The frame's, see `LoadedFrame`.
            counts: 1 x 1 x H x W in [0, 1], what of the canvas is picture; all of it where None.
            look: How it is to look; None = as the method was opened.
            lead: Adds to what it is painted from what another view of it says.
        """
        full, sight = self._method.sight(picture, counts)
        if self._backdrop is not None:
            sight = self._backdrop.behind(sight)
        known, own = self.state, digest(masks) if self._method.masks_decide else ""
        role = self._succession.role(
            () if known is None else known.history,
            sight,
            frame,
            masks_before="" if known is None else known.masks,
            masks=own,
        )
        del known
        if role.found is not None and lead is not None:
            role = replace(role, found=lead(role.found))
        if role.found is not None:
            state = StylizerState(look=look or Look(), weight=sight.painted_weight)
            made = self._painted(frame, full, role, masks=masks, state=state, weight=sight.weight)
            self._note(frame, frame_key, masks=own)
            return replace(made, output=framed(made.output, picture, bars=self._bars))
        self._note(frame, frame_key)
        if role.held is None:
            return FrameResult(output=picture, cut=False, repaired=False)
        output = self._method.show(role.held, full, masks)
        output = framed(output, picture, bars=self._bars)
        return FrameResult(output=output, cut=False, repaired=False, shown=role.held)

    def _painted(
        self,
        frame: int,
        full: Tensor,
        role: FrameRole,
        *,
        masks: Tensor | None,
        state: StylizerState,
        weight: Tensor | None,
    ) -> FrameResult:
        """Return a frame that is painted, and keep what the next one needs of it.

        `weight` is what of it was seen; `state` has what counts, what stands behind it included.
        """
        found = role.found
        assert found is not None  # it is painted
        history, memory = self._take_state(cut=role.cut)
        state = replace(state, memory=memory)
        stylized, repaired = self._method.paint(found.normal, found.guidance, masks, state)
        now = PreviousFrame(
            frame=frame,
            picture=found.normal,
            stylized=stylized.picture,
            layers=stylized.layers,
            level=found.level,
            weight=weight,
        )
        if self._remembers:
            self.state = FrameState(
                frame=frame, frame_key="", history=(now, *history), memory=stylized.memory
            )
        output = self._method.show(now, full, masks)
        return FrameResult(output=output, cut=role.cut, repaired=repaired, shown=now)

    def _note(self, frame: int, frame_key: str, *, masks: str | None = None) -> None:
        """Write a frame into the state: its number, its key, and its masks where it is painted."""
        if not self._remembers:
            return
        state = self.state or FrameState(frame=frame, frame_key="", history=())
        masks = state.masks if masks is None else masks
        self.state = replace(state, frame=frame, frame_key=frame_key, masks=masks)

    def _take_state(self, *, cut: bool) -> tuple[tuple[PreviousFrame, ...], Mapping[str, Tensor]]:
        """Let go of the state, and return what of it the next one keeps, and the memory."""
        before, self.state = self.state, None
        if before is None or cut:
            return (), {}
        reach = self._guide.reach if self._guide is not None else 1
        return before.history[: reach - 1], before.memory
