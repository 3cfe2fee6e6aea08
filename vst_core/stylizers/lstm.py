"""The LSTM video network: what it remembers of earlier frames takes the place of motion."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.devices import place
from vst_core.guidance import Guidance, Stylized
from vst_core.nets import FoldedRecurrent, PlainRecurrent, RecurrentState, itn_input
from vst_core.styles import StyleCard
from vst_core.styles.loading import load_recurrent
from vst_core.stylizers.feed_forward import check_size, margin_of
from vst_core.stylizers.stylizer import START, StylizerSettings, StylizerState

__all__ = ["LstmStylizer"]

_KEPT = torch.float16


class LstmStylizer:
    """Two streams and a convolutional LSTM (Agria 2020, section 5.5); no flow.

    It remembers its last picture, the hidden state and the cells, the latter two as half floats
    in a run as in a file, so that a run that goes on from a file gives the same bytes.

    Args:
        settings: With one style, a card.

    Raises:
        WeightsError: Its weights are absent or damaged.
    """

    def __init__(self, settings: StylizerSettings) -> None:
        ((card, _),) = settings.styles
        assert isinstance(card, StyleCard)  # the catalog says that it takes nothing else
        self._device, self._precision = settings.device, settings.precision
        self._preroll = settings.preroll
        form = FoldedRecurrent if self._device.type == "cpu" else PlainRecurrent
        self._net = form(place(load_recurrent(card), self._device), precision=self._precision)

    @torch.inference_mode()
    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Stylize one frame; without a memory it starts a shot. Guidance is not used.

        A shot starts as if it had stood still before: what the network remembers has settled
        before anybody looks.
        """
        del guidance
        check_size(frame)
        stylized = self._step(frame, state.memory, state.weight)
        for _ in range(0 if state.memory else self._preroll):
            stylized = self._step(frame, stylized.memory, state.weight)
        return stylized

    def _step(self, frame: Tensor, memory: Mapping[str, Tensor], weight: Tensor | None) -> Stylized:
        margin, home = margin_of(frame), frame.device

        def seen(picture: Tensor) -> Tensor:
            placed = itn_input(picture.to(self._device)).to(self._precision)
            return F.pad(placed, [margin] * 4, mode="reflect")

        now = seen(frame)
        if memory:
            before = seen(memory["picture"])
            state = RecurrentState(
                hidden=memory["hidden"].to(self._device).float(),
                cell=memory["cell"].to(self._device).float(),
            )
        else:
            before, state = torch.zeros_like(now), None
        if weight is not None:
            weight = F.pad(weight.to(self._device), [margin] * 4, mode="reflect")
        output, kept = self._net(now, before, state, margin=margin, weight=weight)
        picture = output.to(home)
        kept_tensors = {"hidden": kept.hidden, "cell": kept.cell}
        halves = {name: value.to(home, _KEPT) for name, value in kept_tensors.items()}
        return Stylized(picture=picture, memory={"picture": picture, **halves})
