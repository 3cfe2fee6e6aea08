"""Every frame by itself, optimized (Gatys 2016): any painting, no training."""

from __future__ import annotations

from torch import Tensor

from vst_core.guidance import Guidance, Stylized
from vst_core.stylizers.painter_factory import PainterFactory
from vst_core.stylizers.stylizer import START, StylizerSettings, StylizerState
from vst_core.stylizers.temporal_targets import filled

__all__ = ["GatysStylizer"]


class GatysStylizer:
    """Starts from the frame or from noise; from the previous frame only where that is asked for.

    Raises:
        UsageError: The settings do not fit each other or the styles.
        InputError: A painting cannot be used.
        WeightsError: Weights are absent or damaged.
    """

    def __init__(self, settings: StylizerSettings) -> None:
        self._settings = settings
        self._factory = PainterFactory(settings)
        self._goes_on = settings.start == "previous"

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Paint one frame.

        With `start` previous, it begins with the previous stylized frame where that can be
        trusted, and elsewhere with the frame in its colors (Sternsdorf, 3.1).
        """
        painter = self._factory.painter(frame, state.look, state.weight)
        content = self._factory.content(frame)
        start = None
        if self._goes_on and guidance is not None:
            start = filled(guidance, content, state.weight)
        painted = painter.paint(
            content,
            start=start,
            regions=state.mattes,
            weight=state.weight,
            watch=self._settings.watch,
        )
        return Stylized(picture=painted.picture)
