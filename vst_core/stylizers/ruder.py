"""Video by optimization, frame after frame or in several passes (Ruder 2016)."""

from __future__ import annotations

from torch import Tensor

from vst_core.guidance import Guidance, Stylized
from vst_core.stylizers.painter_factory import PainterFactory
from vst_core.stylizers.stylizer import START, StylizerSettings, StylizerState
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

    def __init__(self, settings: StylizerSettings) -> None:
        self._settings = settings
        self._factory = PainterFactory(settings)
        self._iterations = settings.painter.iterations or _FIRST_ITERATIONS

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Paint one frame, from the warped previous one where there is one.

        With `start` content or noise every frame begins with that, and only the losses hold it
        to the frames before.
        """
        content = self._factory.content(frame)
        painter = self._factory.painter(frame, state.look, state.weight)
        iterations, watch = self._iterations, self._settings.watch
        if guidance is None:
            painted = painter.paint(
                content,
                regions=state.mattes,
                weight=state.weight,
                iterations=iterations,
                watch=watch,
            )
            return Stylized(picture=painted.picture)
        begins = self._settings.start in ("auto", "previous")
        painted = painter.paint(
            content,
            start=filled(guidance, content, state.weight) if begins else None,
            regions=state.mattes,
            weight=state.weight,
            temporal=temporal_targets(guidance, self._settings.temporal.weight),
            iterations=max(1, iterations // 2),
            watch=watch,
        )
        return Stylized(picture=painted.picture)


class MultiPassStylizer:
    """Several times over the shot, in alternating direction (Ruder 2016, section 4.4).

    In the first pass every frame is painted by itself; each later pass begins with a blend of
    the frame and its neighbor and goes on from there. The temporal loss comes late, as in the
    paper, when the passes have brought the frames near to each other; its weight is that of
    the single pass, where the paper halves it. Long-term losses are not used, as in the paper.

    Raises:
        UsageError: The settings do not fit each other or the styles.
        InputError: A painting cannot be used.
        WeightsError: Weights are absent or damaged.
    """

    def __init__(self, settings: StylizerSettings) -> None:
        self._settings, self._temporal = settings, settings.temporal
        self._factory = PainterFactory(settings)

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Paint one frame of a pass; without guidance, or a pass before, it is the first."""
        content = self._factory.content(frame)
        painter = self._factory.painter(frame, state.look, state.weight)
        iterations, watch = self._temporal.pass_iterations, self._settings.watch
        if guidance is None or guidance.previous_pass is None:
            painted = painter.paint(
                content,
                regions=state.mattes,
                weight=state.weight,
                iterations=iterations,
                watch=watch,
            )
            return Stylized(picture=painted.picture)
        before, delta = guidance.previous_pass, self._temporal.blend
        late = guidance.pass_number >= self._temporal.from_pass
        painted = painter.paint(
            content,
            start=blended(before, guidance.warped, guidance.trust, delta=delta),
            regions=state.mattes,
            weight=state.weight,
            temporal=temporal_targets(guidance, self._temporal.weight if late else 0.0),
            iterations=iterations,
            watch=watch,
        )
        return Stylized(picture=painted.picture)
