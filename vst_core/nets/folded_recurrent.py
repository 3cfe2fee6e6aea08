"""`RecurrentNet` arranged for inference on a CPU, as `FoldedNet` is, and as it is."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.nets.folded import FoldedNet, keepings_of
from vst_core.nets.joined import Joined
from vst_core.nets.layers import Counts
from vst_core.nets.recurrent import RecurrentNet, RecurrentState
from vst_core.nets.transform import STEP, pad_to_multiple

__all__ = ["FoldedRecurrent", "PlainRecurrent"]

_ModuleT = TypeVar("_ModuleT", bound=nn.Module)


class PlainRecurrent:
    """A network as it is, its convolutions in the wanted precision.

    Args:
        net: What it computes; it is taken over.
        precision: Of the convolutions; norms keep float32 numbers.
    """

    def __init__(self, net: RecurrentNet, *, precision: torch.dtype) -> None:
        self._net = _at(net, precision)
        self._mix = torch.ones(1, 1, device=next(net.parameters()).device)

    @torch.inference_mode()
    def __call__(
        self,
        frame: Tensor,
        previous: Tensor,
        state: RecurrentState | None,
        *,
        margin: int,
        weight: Tensor | None = None,
    ) -> tuple[Tensor, RecurrentState]:
        """Stylize.

        Args:
            frame: 1 x 3 x H x W, as for `RecurrentNet`, in the precision.
            previous: The same.
            state: Of the frame before; None where a shot starts.
            margin: What is left out at every edge of the result; more than the last layer's
                kernels reach.
            weight: 1 x 1 x H x W in [0, 1], as for `RecurrentNet`.

        Returns:
            1 x 3 x (H - 2 margin) x (W - 2 margin) in [0, 1], float32, and the state.
        """
        frame, previous = (_last(picture) for picture in (frame, previous))
        output, state = self._net(frame, previous, state, self._mix, weight)
        return output[..., margin:-margin, margin:-margin].float().contiguous(), state


class FoldedRecurrent:
    """A network without gradients; to be called like `PlainRecurrent`.

    Args:
        net: What it computes; later changes of it are not seen.
        precision: Of the convolutions; statistics, gates and cells stay float32.
    """

    def __init__(self, net: RecurrentNet, *, precision: torch.dtype) -> None:
        self._trunk = FoldedNet(net.trunk, precision=precision)
        self._precision = precision
        self._back = _at(copy.deepcopy(net.back), precision)
        self._lstm = _at(copy.deepcopy(net.lstm), precision)
        gates = self._lstm.gates
        assert gates.bias is not None
        # One by one they lie together in memory: as slices of one they take thrice as long.
        self._gates = list(zip(gates.weight.chunk(4), gates.bias.chunk(4), strict=True))
        self._mix = torch.ones(1, 1)

    @torch.inference_mode()
    def __call__(
        self,
        frame: Tensor,
        previous: Tensor,
        state: RecurrentState | None,
        *,
        margin: int,
        weight: Tensor | None = None,
    ) -> tuple[Tensor, RecurrentState]:
        """Stylize; see `PlainRecurrent`."""
        size = frame.shape[-2] - 2 * margin, frame.shape[-1] - 2 * margin
        counts = None if weight is None else Counts(pad_to_multiple(weight, STEP))
        seen = Joined.of(frame).mirrored(0, -frame.shape[-1] % STEP, 0, -frame.shape[-2] % STEP)
        keepings = keepings_of(seen.size[0], counts, roomy=True)
        ringed = self._trunk.encode(seen, keepings)
        inside = ringed[:, :, 1:-1, 1:-1]
        padded = _last(pad_to_multiple(previous.to(self._precision), STEP))
        before = self._back(padded, self._mix, counts)
        if state is None:
            nothing = torch.zeros_like(inside, dtype=torch.float32)
            state = RecurrentState(hidden=nothing, cell=nothing)
        state = self._step(torch.cat([inside, before.to(inside.dtype)], dim=1), state)
        inside.copy_(state.hidden)
        return self._trunk.decode(ringed, keepings, size=size, margin=margin), state

    def _step(self, x: Tensor, state: RecurrentState) -> RecurrentState:
        """Take `ConvLstm`'s step by exponentials alone.

        The last bits of torch's sigmoid and tanh depend on how threads share the work.
        """
        joined = torch.cat([x, state.hidden.to(x.dtype)], dim=1)
        reach = self._lstm.apart.kernel_size[0] // 2
        padded = F.pad(joined, [reach] * 4, mode="reflect")
        seen = self._lstm.apart(padded)
        into, keep, out, candidate = (
            F.conv2d(seen, weight, bias).float() for weight, bias in self._gates
        )
        cell = _sigmoid(keep) * state.cell + _sigmoid(into) * _tanh(candidate)
        return RecurrentState(hidden=_sigmoid(out) * _tanh(cell), cell=cell)


def _at(module: _ModuleT, precision: torch.dtype) -> _ModuleT:
    """Return the module with its convolutions in a precision."""
    for one in module.modules():
        if isinstance(one, nn.Conv2d):
            one.to(precision)
    return module


def _last(picture: Tensor) -> Tensor:
    return picture.contiguous(memory_format=torch.channels_last)


def _sigmoid(x: Tensor) -> Tensor:
    return (-x).exp_().add_(1).reciprocal_()


def _tanh(x: Tensor) -> Tensor:
    return _sigmoid(2 * x).mul_(2).sub_(1)
