"""Video by optimisation, frame after frame or in several passes (Ruder 2016)."""

from __future__ import annotations

from torch import Tensor

from vst_core.guidance import Guidance
from vst_core.stylizers.painter_factory import PainterFactory
from vst_core.stylizers.stylizer import StylizerSettings
from vst_core.stylizers.temporal_targets import blended, filled, temporal_targets

__all__ = ["MultiPassStylizer", "RuderStylizer"]

_FIRST_ITERATIONS = 200


class RuderStylizer:
    """One frame after the other, held to those before (Ruder 2016, sections 4.1 to 4.3).

    The first frame of a shot is painted as Gatys does, with all iterations; the others, which
    start nearly finished, with half of them (the paper: 2000 and 1000).

    Raises:
        UsageError: The settings do not fit each other or the styles.
        InputError: A painting cannot be used.
        WeightsError: Weights are absent or damaged.
    """

    recurrent = True

    def __init__(self, settings: StylizerSettings) -> None:
        self._settings = settings
        self._painters_of = PainterFactory(settings)
        self._iterations = settings.painter.iterations or _FIRST_ITERATIONS

    def stylize(
        self,
        frame: Tensor,
        guidance: Guidance | None,
        mattes: Tensor | None = None,
        *,
        weight: Tensor | None = None,
    ) -> Tensor:
        """Paint one frame, from the warped previous one where there is one.

        With `start` content or noise every frame begins with that, and only the losses hold it
        to the frames before.
        """
        content = self._painters_of.content(frame)
        painter = self._painters_of.painter(frame)
        if guidance is None:
            return painter.paint(
                content,
                regions=mattes,
                weight=weight,
                iterations=self._iterations,
                watch=self._settings.watch,
            ).picture
        start = None
        if self._settings.start in ("auto", "previous"):
            start = filled(guidance, content)
        return painter.paint(
            content,
            start=start,
            regions=mattes,
            weight=weight,
            temporal=temporal_targets(guidance, self._settings.temporal.weight),
            iterations=max(1, self._iterations // 2),
            watch=self._settings.watch,
        ).picture


class MultiPassStylizer:
    """Several times over the shot, in alternating direction (Ruder 2016, section 4.4).

    In the first pass every frame is painted by itself; each later pass begins with a blend of
    the frame and its neighbour and goes on from there. The temporal loss comes late, as in the
    paper, when the passes have brought the frames near to each other; its weight is that of
    the single pass, where the paper halves it. Long-term losses are not used, as in the paper.

    Raises:
        UsageError: The settings do not fit each other or the styles.
        InputError: A painting cannot be used.
        WeightsError: Weights are absent or damaged.
    """

    recurrent = True

    def __init__(self, settings: StylizerSettings) -> None:
        self._settings, self._temporal = settings, settings.temporal
        self._painters_of = PainterFactory(settings)

    def stylize(
        self,
        frame: Tensor,
        guidance: Guidance | None,
        mattes: Tensor | None = None,
        *,
        weight: Tensor | None = None,
    ) -> Tensor:
        """Paint one frame of a pass; without guidance, or a pass before, it is the first."""
        content = self._painters_of.content(frame)
        painter = self._painters_of.painter(frame)
        iterations, watch = self._temporal.pass_iterations, self._settings.watch
        if guidance is None or guidance.last is None:
            return painter.paint(
                content, regions=mattes, weight=weight, iterations=iterations, watch=watch
            ).picture
        start = blended(guidance.last, guidance.warped, guidance.trust, delta=self._temporal.blend)
        late = guidance.number >= self._temporal.from_pass
        return painter.paint(
            content,
            start=start,
            regions=mattes,
            weight=weight,
            temporal=temporal_targets(guidance, self._temporal.weight if late else 0.0),
            iterations=iterations,
            watch=watch,
        ).picture
