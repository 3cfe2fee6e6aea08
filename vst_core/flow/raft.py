"""RAFT (Teed and Deng 2020) by torchvision's networks.

torchvision's own `forward` encodes every picture again for each direction and enlarges the
field after every update. Here its parts are called instead, to the same result: each
frame is encoded once, kept for the next call, and only the last field is enlarged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from textwrap import shorten
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from vst_core.errors import OutOfMemory, WeightsError
from vst_core.flow.frame_view import FrameView
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.flow.torchvision_guard import import_torchvision
from vst_core.motion import resize_flow
from vst_core.weights import find_weights, shipped_file

__all__ = ["FULL_UPDATES", "RaftFlow", "open_raft_large", "open_raft_small"]

# Updates of the field. Sintel's final pass, RAFT-small, alley_1 / market_5, mean end-point
# error in px: 6: 0.27 / 11.0, 8: 0.25 / 7.9, 12: 0.24 / 5.2, 16: 0.24 / 4.4, 20: 0.24 / 4.3.
# Twelve is also torchvision's default.
FULL_UPDATES = 12
_STRIDE = 8
# The coarsest of the four correlation levels must keep 2 x 2 places.
_SMALLEST = 128
# All pairs of places are correlated, so memory grows with the square of the area: 1920 x
# 1088 takes 5.7 GB a direction. Larger frames are estimated at this many places.
_MOST_PLACES = 240 * 136
# Both directions share one batch up to this size (1024 x 440); beyond it one follows the
# other, which keeps the peak low.
_PLACES_IN_ONE_BATCH = 128 * 55


# Shipped with the package, as half floats: nothing else is looked for, so that the same job
# gives the same flow wherever it runs. RAFT-large's weights (21 MB) are fetched.
_SHIPPED = {"raft-small": Path(__file__).parent / "raft_small.toml"}


@dataclass(frozen=True)
class _Encoded:
    """What is known of one frame alone: its prepared picture, features and context."""

    picture: Tensor
    features: Tensor
    context: Tensor


class RaftFlow:
    """Flow by a RAFT network, both directions from one encoding of each frame.

    Frames are padded to multiples of 8 by repeating the border. Those with a side under
    128 are estimated enlarged (padding alone measured worse), those larger than
    1920 x 1088 reduced to about that area.

    Args:
        name: `raft-small` or `raft-large`.
        device: Where the network runs.
        weights_dir: Looked into first for the weights of `raft-large`.
        updates: How often the field is refined.

    Raises:
        WeightsError: The weights are absent or damaged.
    """

    def __init__(
        self,
        *,
        name: str,
        device: torch.device,
        weights_dir: Path | None = None,
        updates: int = FULL_UPDATES,
    ) -> None:
        self.name = name
        self._device = device
        self._updates = updates
        self._network = _thread_proof(_load(name, weights_dir)).to(device)
        self._last: _Encoded | None = None

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`.

        Raises:
            OutOfMemory: The device has too little memory for this size.
        """
        size, device = current.size, current.picture.device
        try:
            with torch.no_grad():
                forward, backward = self._estimate(previous.picture, current.picture)
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(
                f"{self.name} on {self._device} has too little memory for {size[1]} x {size[0]}",
                fix="Use --proxy 1/2, --flow dis, or --flow raft-small.",
            ) from error
        return FlowPair(
            forward=_restored(forward, size).to(device),
            backward=_restored(backward, size).to(device),
        )

    def _estimate(self, previous: Tensor, current: Tensor) -> tuple[Tensor, Tensor]:
        before = self._encode(_prepared(previous.to(self._device)))
        now = self._encode(_prepared(current.to(self._device)))
        self._last = now
        if before.features.shape[-2] * before.features.shape[-1] > _PLACES_IN_ONE_BATCH:
            forward = self._refine(before.features, now.features, before.context)
            return forward, self._refine(now.features, before.features, now.context)
        both = self._refine(
            torch.cat((before.features, now.features)),
            torch.cat((now.features, before.features)),
            torch.cat((before.context, now.context)),
        )
        forward, backward = both.chunk(2)
        return forward, backward

    def _encode(self, picture: Tensor) -> _Encoded:
        """Encode one frame, or take what is known of it from the last call.

        The pictures are compared, not their numbers or identities, so what is remembered
        never changes a result.
        """
        last = self._last
        if last is not None and _equal(last.picture, picture):
            return last
        network = self._network
        return _Encoded(picture, network.feature_encoder(picture), network.context_encoder(picture))

    def _refine(self, first: Tensor, second: Tensor, context: Tensor) -> Tensor:
        """Return the field from `first` to `second`, in the size of the prepared picture."""
        network = self._network
        hidden_size = network.update_block.hidden_state_size
        hidden, given = context[:, :hidden_size].tanh(), context[:, hidden_size:].relu()
        start = _places(first)
        reached = start
        network.corr_block.build_pyramid(first, second)
        for _ in range(self._updates):
            seen = network.corr_block.index_pyramid(centroids_coords=reached)
            hidden, step = network.update_block(hidden, given, seen, reached - start)
            reached = reached + step
        network.corr_block.corr_pyramid = []  # By far the largest thing here: let it go.
        return _enlarged(reached - start, network.mask_predictor, hidden)


def open_raft_small(argument: str, settings: FlowSettings) -> RaftFlow:
    """Open the source `raft-small`; `argument` has no meaning for it."""
    del argument
    return RaftFlow(name="raft-small", device=settings.device, weights_dir=settings.weights_dir)


def open_raft_large(argument: str, settings: FlowSettings) -> RaftFlow:
    """Open the source `raft-large`; `argument` has no meaning for it."""
    del argument
    return RaftFlow(name="raft-large", device=settings.device, weights_dir=settings.weights_dir)


def _load(name: str, weights_dir: Path | None) -> Any:
    path = _weight_file(name, weights_dir)
    models = import_torchvision("torchvision.models.optical_flow")
    network = {"raft-small": models.raft_small, "raft-large": models.raft_large}[name](weights=None)
    try:
        state = _read_state(path)
        network.load_state_dict(state)
    except (SafetensorError, UnpicklingError, RuntimeError, OSError) as error:
        raise WeightsError(
            f"'{path}' does not hold the weights of {name}: {shorten(str(error), 120)}",
            fix="Delete it and run again, or put the right file there.",
        ) from error
    return network.eval().requires_grad_(False)


def _thread_proof(network: Any) -> Any:
    """Make the same bytes with one thread as with many, on a processor.

    With a single thread torch computes plain 1 x 1 convolutions by another library, with other
    last digits. Dilated ones it does not, and to a kernel of one place dilation means nothing.
    """
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d) and module.kernel_size == (1, 1):
            module.dilation = (2, 2)
    return network


def _weight_file(name: str, weights_dir: Path | None) -> Path:
    if name in _SHIPPED:
        return shipped_file(_SHIPPED[name])
    return find_weights(name, folder=weights_dir)


def _read_state(path: Path) -> dict[str, Tensor]:
    if path.suffix == ".safetensors":
        return load_file(path)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _equal(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.equal(one, other)


def _working_size(height: int, width: int) -> tuple[int, int]:
    """Return the (height, width) to estimate at: the frame's, unless too small or too large."""
    wanted = max(1.0, _SMALLEST / min(height, width))
    allowed = math.sqrt(_MOST_PLACES / (height * width)) * _STRIDE
    scale = min(wanted, allowed)
    return (height, width) if scale == 1 else (int(height * scale), int(width * scale))


def _padding(height: int, width: int) -> tuple[int, int, int, int]:
    """Return (left, right, top, bottom) as `F.pad` wants them."""
    extra = [max(_SMALLEST, -(-side // _STRIDE) * _STRIDE) - side for side in (width, height)]
    across, down = extra
    return across // 2, across - across // 2, down // 2, down - down // 2


def _prepared(picture: Tensor) -> Tensor:
    """Return the picture as the network was trained: -1..1, of a size it can take."""
    size = _working_size(picture.shape[-2], picture.shape[-1])
    if size != (picture.shape[-2], picture.shape[-1]):
        picture = F.interpolate(picture, size=size, mode="bilinear", antialias=True)
    return F.pad(picture * 2 - 1, _padding(*size), mode="replicate")


def _restored(flow: Tensor, size: tuple[int, int]) -> Tensor:
    """Undo `_prepared` on the field of a frame of `size`."""
    height, width = _working_size(*size)
    left, _, top, _ = _padding(height, width)
    cropped = flow[..., top : top + height, left : left + width].contiguous()
    return resize_flow(cropped, size)


def _places(features: Tensor) -> Tensor:
    """Return the coordinates of every place, `B x 2 x h x w`, x first."""
    batch, _, height, width = features.shape
    rows = torch.arange(height, device=features.device, dtype=features.dtype)
    columns = torch.arange(width, device=features.device, dtype=features.dtype)
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack((x, y)).expand(batch, 2, height, width)


def _enlarged(flow: Tensor, mask_predictor: Any, hidden: Tensor) -> Tensor:
    """Return the field at 8 x the size: bilinear, or the learned convex mix (section 3.3)."""
    batch, _, height, width = flow.shape
    if mask_predictor is None:
        size = (height * _STRIDE, width * _STRIDE)
        return F.interpolate(flow, size=size, mode="bilinear", align_corners=True) * _STRIDE
    share = mask_predictor(hidden).view(batch, 1, 9, _STRIDE, _STRIDE, height, width).softmax(2)
    around = F.unfold(flow * _STRIDE, (3, 3), padding=1).view(batch, 2, 9, 1, 1, height, width)
    mixed: Tensor = (share * around).sum(2).permute(0, 1, 4, 2, 5, 3)
    return mixed.reshape(batch, 2, height * _STRIDE, width * _STRIDE)
