"""The feed-forward methods: the ITN frame by frame, the VTN with guidance."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.devices import device_memory, place
from vst_core.errors import InputError
from vst_core.guidance import Guidance, Stylized
from vst_core.memory import RoomCheck, free_memory, give_back_memory
from vst_core.nets import FoldedNet, Joined, PlainNet, StreamedNet, itn_input, vtn_input
from vst_core.styles.loading import open_blend
from vst_core.stylizers.stylizer import START, Look, StylizerSettings, StylizerState

__all__ = ["MARGIN", "ItnStylizer", "PairStylizer", "VtnStylizer", "check_size", "margin_of"]

_SMALLEST = 16
MARGIN = 16
# What all activations of the light network take, in numbers a pixel: on an H200 155 in float32 and
# 175 in bf16; folded on a processor 60 at 4096 x 2160. Of what is free, others may want much.
_NUMBERS, _NUMBERS_FOLDED = 180, 60
_SHARE, _SHARE_OF_CARD = 1 / 8, 1 / 2

_Form: TypeAlias = FoldedNet | StreamedNet | PlainNet


class _Network:
    """A trunk on its device, with its convolutions in the wanted precision."""

    def __init__(self, method: str, settings: StylizerSettings) -> None:
        self.device, self.precision = settings.device, settings.precision
        self._tiling = settings.tiling
        styles = [style for style, _ in settings.styles]
        self._blend = open_blend(styles, method=method, scale=settings.style_scale)
        shares = tuple(weight for _, weight in settings.styles)
        self._mixed = shares, settings.painter.style_weight
        self._nets: dict[type[_Form], _Form] = {}
        self._room = RoomCheck()
        self._net(self._form(roomy=True))

    def at(self, look: Look) -> _Network:
        """Return the network in the mixture of a frame."""
        shares, weight = self._mixed
        wanted = (
            shares if look.shares is None else look.shares,
            weight if look.style_weight is None else look.style_weight,
        )
        if wanted != self._mixed:
            self._nets, self._mixed = {}, wanted
        return self

    def _form(self, *, roomy: bool) -> type[_Form]:
        if not roomy or self.device.type == "cpu":
            return FoldedNet
        return StreamedNet if self.device.type == "cuda" else PlainNet

    def _net(self, form: type[_Form]) -> _Form:
        if form not in self._nets:
            net = place(self._blend.network(*self._mixed), self.device)
            self._nets[form] = form(net, precision=self.precision)
        return self._nets[form]

    @torch.inference_mode()
    def __call__(self, joined: Joined, weight: Tensor | None = None) -> Tensor:
        """Stylize.

        Args:
            joined: What `itn_input` or `vtn_input` joins, of pictures of 1 x C x H x W.
            weight: 1 x 1 x H x W in [0, 1], what counts as picture; all of it where None.

        Returns:
            1 x 3 x H x W in [0, 1], float32, on the device of `joined`.

        Raises:
            InputError: The frame is too small for the network's kernels.
            MemoryError: All of it at once, as is asked for, takes more memory than there is.
        """
        frame = joined.planes[0]
        check_size(frame)
        margin = margin_of(frame)
        seen = joined.to(self.device).mirrored(*[margin] * 4)
        if weight is not None:
            weight = F.pad(weight.to(self.device), [margin] * 4, mode="reflect")
        roomy = self._is_roomy((frame.shape[-2], frame.shape[-1]))
        net = self._net(self._form(roomy=roomy))
        if isinstance(net, FoldedNet):
            found = net(seen, margin=margin, weight=weight, roomy=roomy)
        else:
            found = net(seen.whole().to(net.takes), margin=margin, weight=weight)
        if not roomy:
            give_back_memory()
        return found.to(frame.device)

    def _is_roomy(self, size: tuple[int, int]) -> bool:
        """Whether there is memory for all activations of a picture of this height and width.

        On a processor that decides no byte, so it is asked what is free. Elsewhere it decides the
        last digits, so it is asked what there is at all.
        """
        parted = self._tiling.parts(size)
        pixels = size[0] * size[1] * self.precision.itemsize
        if parted is not None:
            if not parted and self.device.type == "cpu":
                self._room.require(pixels * _NUMBERS_FOLDED)
            return not parted
        if self.device.type == "cpu":
            needed, there = pixels * _NUMBERS_FOLDED / _SHARE, free_memory()
        else:
            needed, there = pixels * _NUMBERS / _SHARE_OF_CARD, device_memory(self.device)
        return there is None or needed <= there


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
        return Stylized(picture=network(Joined.of(frame, join=itn_input), state.weight))


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
        joined = Joined.of(frame, guidance.warped, guidance.trust, join=vtn_input)
        return Stylized(picture=network(joined, state.weight))

    def _begun(self, network: _Network, frame: Tensor, weight: Tensor | None) -> Tensor:
        """Return the first frame of a shot, as if the shot had stood still before it.

        Where a picture is calm the network draws its strokes from those that are there already,
        so they grow from frame to frame. The pre-roll lets them grow before anybody looks.
        """
        nothing = frame.new_zeros(1).expand_as(frame)
        nowhere, everywhere = nothing[:, :1], frame.new_ones(1).expand_as(frame[:, :1])
        stylized = network(Joined.of(frame, nothing, nowhere, join=vtn_input), weight)
        for _ in range(self._preroll):
            stylized = network(Joined.of(frame, stylized, everywhere, join=vtn_input), weight)
        return stylized
