"""The feed-forward methods: the ITN frame by frame, the VTN with guidance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.devices import place
from vst_core.errors import InputError
from vst_core.guidance import Guidance, Stylized
from vst_core.nets import FoldedNet, PlainNet, StreamedNet, itn_input, vtn_input
from vst_core.styles.loading import open_blend
from vst_core.stylizers.stylizer import START, Look, StylizerSettings, StylizerState

__all__ = ["MARGIN", "ItnStylizer", "PairStylizer", "VtnStylizer", "check_size", "margin_of"]

_SMALLEST = 16
MARGIN = 16

_Form: TypeAlias = FoldedNet | StreamedNet | PlainNet
_FORMS: Mapping[str, type[_Form]] = {"cpu": FoldedNet, "cuda": StreamedNet}


class _Network:
    """A trunk on its device, with its convolutions in the wanted precision."""

    def __init__(self, method: str, settings: StylizerSettings) -> None:
        self.device, self.precision = settings.device, settings.precision
        styles = [style for style, _ in settings.styles]
        self._blend = open_blend(styles, method=method, scale=settings.style_scale)
        shares = tuple(weight for _, weight in settings.styles)
        self._mixed = shares, settings.painter.style_weight
        self._net = self._mix(*self._mixed)

    def at(self, look: Look) -> _Network:
        """Return the network in the mixture of a frame."""
        shares, weight = self._mixed
        wanted = (
            shares if look.shares is None else look.shares,
            weight if look.style_weight is None else look.style_weight,
        )
        if wanted != self._mixed:
            self._net, self._mixed = self._mix(*wanted), wanted
        return self

    def _mix(self, shares: tuple[float, ...], style_weight: float) -> _Form:
        form = _FORMS.get(self.device.type, PlainNet)
        net = place(self._blend.network(shares, style_weight), self.device)
        return form(net, precision=self.precision)

    @torch.inference_mode()
    def __call__(self, joined: Tensor, weight: Tensor | None = None) -> Tensor:
        """Stylize.

        Args:
            joined: 1 x channels x H x W from `itn_input` or `vtn_input`.
            weight: 1 x 1 x H x W in [0, 1], what counts as picture; all of it where None.

        Returns:
            1 x 3 x H x W in [0, 1], float32, on the device of `joined`.

        Raises:
            InputError: The frame is too small for the network's kernels.
        """
        check_size(joined)
        margin, home = margin_of(joined), joined.device
        # One name for each step's outcome: a 4K frame's channels are not kept three times.
        joined = joined.to(self.device, self._net.takes)
        joined = F.pad(joined, [margin] * 4, mode="reflect")
        if weight is not None:
            weight = F.pad(weight.to(self.device), [margin] * 4, mode="reflect")
        output: Tensor = self._net(joined, margin=margin, weight=weight)
        return output.to(home)


def check_size(frame: Tensor) -> None:
    """Refuse B x C x H x W too small for the networks' kernels.

    Raises:
        InputError: It is.
    """
    height, width = frame.shape[-2:]
    if min(height, width) < _SMALLEST:
        raise InputError(
            f"A frame of {width} x {height} is too small to stylize",
            fix=f"Give frames of at least {_SMALLEST} x {_SMALLEST} pixels.",
        )


def margin_of(frame: Tensor) -> int:
    """Return how many mirrored pixels keep a network's own padding off the frame's edge."""
    return min(MARGIN, frame.shape[-2] - 1, frame.shape[-1] - 1)


class ItnStylizer:
    """Every frame for itself (Agria 2020, chapter 4): fast, and it flickers."""

    method = "itn"

    def __init__(self, settings: StylizerSettings) -> None:
        self._network = _Network(self.method, settings)

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Stylize one frame; guidance is not used."""
        del guidance
        network = self._network.at(state.look)
        return Stylized(picture=network(itn_input(frame), state.weight))


class PairStylizer(ItnStylizer):
    """Every frame for itself, by the network that learned steadiness from pairs (Huang 2017)."""

    method = "huang"


class VtnStylizer:
    """Guided by the previous stylized frame (Agria 2020, chapter 5)."""

    def __init__(self, settings: StylizerSettings) -> None:
        self._network, self._preroll = _Network("vtn", settings), settings.preroll

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Stylize one frame; without guidance it starts a shot."""
        network = self._network.at(state.look)
        if guidance is None:
            return Stylized(picture=self._begun(network, frame, state.weight))
        joined = vtn_input(frame, guidance.warped, guidance.trust)
        return Stylized(picture=network(joined, state.weight))

    def _begun(self, network: _Network, frame: Tensor, weight: Tensor | None) -> Tensor:
        """Return the first frame of a shot, as if the shot had stood still before it.

        Where a picture is calm the network draws its strokes from those that are there already,
        so they grow from frame to frame. The pre-roll lets them grow before anybody looks.
        """
        nothing, everywhere = torch.zeros_like(frame), torch.ones_like(frame[:, :1])
        stylized = network(vtn_input(frame, nothing, nothing[:, :1]), weight)
        for _ in range(self._preroll):
            stylized = network(vtn_input(frame, stylized, everywhere), weight)
        return stylized
