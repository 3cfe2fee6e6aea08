"""The LSTM video network (Agria 2020, section 5.5, figure 5.3): memory in place of flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.nets.layers import ConditionalNorm, Counts, PaddedConv, instance_statistics
from vst_core.nets.transform import STEP, TransformNet, pad_to_multiple

__all__ = ["ConvLstm", "RecurrentNet", "RecurrentState", "ResponseNorm"]

_KERNEL = 5
_BEGIN_SCALE, _BEGIN_OPEN, _BEGIN_KEPT = 0.1, 3.0, -1.0
_EPSILON = 1e-6


@dataclass(frozen=True, kw_only=True)
class RecurrentState:
    """What the network remembers: B x C x H/4 x W/4 each, of the padded picture.

    Attributes:
        hidden: What it gave for the frame before.
        cell: What it keeps.
    """

    hidden: Tensor
    cell: Tensor


class ResponseNorm(nn.Module):
    """Filter response norm and its threshold (Singh and Krishnan 2020, eq. 1 to 6).

    It divides by the size of the responses and takes no mean away: unlike after instance norm,
    a picture that has drifted in color or contrast still looks different.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.offset = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.threshold = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor, mix: Tensor, counts: Counts | None = None) -> Tensor:
        """Normalize and cut off B x C x H x W; `mix` is there to be called as other norms are."""
        del mix
        size = self._mean_square(x, None if counts is None else counts.at(x))
        gain = (self.gain * torch.rsqrt(size + _EPSILON)).to(x.dtype)
        normed = torch.addcmul(self.offset.to(x.dtype), x, gain)
        return torch.maximum(normed, self.threshold.to(x.dtype))

    def _mean_square(self, x: Tensor, weight: Tensor | None) -> Tensor:
        """Return B x C x 1 x 1; on a CPU the same for any number of threads."""
        if not self.training and len(x) == 1 and x.device.type == "cpu":
            mean, variance = instance_statistics(x, weight)
            return (variance + mean.square()).view(1, -1, 1, 1)
        squares = x.float().square()
        if weight is None:
            return squares.mean(dim=(2, 3), keepdim=True)
        summed = (squares * weight).sum(dim=(2, 3), keepdim=True)
        return summed / weight.sum(dim=(2, 3), keepdim=True)


class _PreviousStream(nn.Module):
    """Two layers that halve the previous stylized frame; `back` in the figure's lower half."""

    def __init__(self, outputs: int, *, styles: int, response: bool) -> None:
        super().__init__()
        middle = outputs // 2
        self.response = response
        self.down1 = PaddedConv(3, middle, kernel=_KERNEL, stride=2)
        self.down2 = PaddedConv(middle, outputs, kernel=3, stride=2)
        self.norm1, self.norm2 = (
            ResponseNorm(count) if response else ConditionalNorm(count, styles=styles)
            for count in (middle, outputs)
        )

    def forward(self, x: Tensor, mix: Tensor, counts: Counts | None) -> Tensor:
        """Map B x 3 x H x W to B x outputs x H/4 x W/4."""
        y = self._active(self.norm1(self.down1(x), mix, counts))
        return self._active(self.norm2(self.down2(y), mix, counts))

    def _active(self, x: Tensor) -> Tensor:
        return x if self.response else F.relu(x)


class ConvLstm(nn.Module):
    """A convolutional LSTM (Shi 2015, eq. 3, without peepholes), its kernels separable.

    Every channel is convolved by itself, and the gates are sums over the channels: full kernels
    would make the file three times as large.

    Args:
        inputs: Channels in, of which the first `hidden` are passed through at the start.
        hidden: Channels of the state.
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.inputs, self.hidden = inputs, hidden
        channels = inputs + hidden
        self.apart = nn.Conv2d(channels, channels, _KERNEL, groups=channels, bias=False)
        self.gates = nn.Conv2d(channels, 4 * hidden, 1)
        self._begin()

    @torch.no_grad()
    def _begin(self) -> None:
        """Let the first input channels through and hold little, whatever else comes in.

        How long it remembers decides whether it lets go of what moves: small trainings that began
        with forget gates at 0.98 did so within 25 frames (docs/quality.md).
        """
        self.apart.weight.mul_(0.1)
        self.apart.weight[:, :, _KERNEL // 2, _KERNEL // 2] += 1
        self.gates.weight.mul_(0.1)
        candidate = self.gates.weight[3 * self.hidden :]
        candidate.zero_()
        rows = torch.arange(self.hidden)
        candidate[rows, rows] = _BEGIN_SCALE
        assert self.gates.bias is not None
        open_, kept = (
            torch.full((self.hidden,), _BEGIN_OPEN),
            torch.full((self.hidden,), _BEGIN_KEPT),
        )
        self.gates.bias.copy_(torch.cat([open_, kept, open_, torch.zeros(self.hidden)]))

    def forward(self, x: Tensor, state: RecurrentState) -> RecurrentState:
        """Take a step.

        Args:
            x: B x inputs x h x w.
            state: Of the frame before.
        """
        joined = torch.cat([x, state.hidden.to(x.dtype)], dim=1)
        padded = F.pad(joined, [_KERNEL // 2] * 4, mode="reflect")
        into, keep, out, candidate = self.gates(self.apart(padded)).float().chunk(4, dim=1)
        cell = torch.sigmoid(keep) * state.cell + torch.sigmoid(into) * torch.tanh(candidate)
        return RecurrentState(hidden=torch.sigmoid(out) * torch.tanh(cell), cell=cell)

    def recurrent_norm(self, *, rounds: int = 5) -> Tensor:
        """Return a bound of the spectral norm of what leads from hidden state to gates.

        Of the sums over channels by power iteration; a channel's own convolution lengthens
        nothing by more than the sum of its kernel's magnitudes. With gradients.
        """
        lengthening = self.apart.weight[self.inputs :].abs().sum(dim=(1, 2, 3))
        matrix = self.gates.weight[:, self.inputs :, 0, 0] * lengthening
        with torch.no_grad():
            right = torch.ones_like(matrix[0])
            for _ in range(rounds):
                left = F.normalize(matrix @ right, dim=0)
                right = F.normalize(matrix.T @ left, dim=0)
        return left @ matrix @ right


class RecurrentNet(nn.Module):
    """Two streams, one for the frame and one for the previous stylized frame, and an LSTM.

    The frame's stream is the ITN of table 4.1 up to its residual blocks. The LSTM joins it with
    the other, and the ITN's upper half makes the picture of what the LSTM gives. It begins as
    that ITN: instance norm, which follows, takes no heed of the scale at which values pass.

    Args:
        width, inner: As in `TransformNet`.
        response: The previous frame's stream has filter response norms, not instance norms.
    """

    def __init__(
        self, *, width: int = 16, inner: tuple[int, int] | None = None, response: bool = False
    ) -> None:
        super().__init__()
        self.trunk = TransformNet(width=width, inner=inner)
        back, wide = self.trunk.inner
        self.back = _PreviousStream(back, styles=1, response=response)
        self.lstm = ConvLstm(wide + back, wide)

    @classmethod
    def of_state(
        cls, state: Mapping[str, Tensor], *, width: int, inner: tuple[int, int] | None = None
    ) -> RecurrentNet:
        """Return a network of the kind whose numbers `state` has, without them."""
        return cls(width=width, inner=inner, response="back.norm1.threshold" in state)

    def forward(
        self,
        frame: Tensor,
        previous: Tensor,
        state: RecurrentState | None,
        mix: Tensor,
        weight: Tensor | None = None,
    ) -> tuple[Tensor, RecurrentState]:
        """Stylize.

        Args:
            frame: B x 3 x H x W from `itn_input`; any H, W >= 16.
            previous: B x 3 x H x W, the previous output through `itn_input`; 0 for none.
            state: Of the frame before; None where a shot starts.
            mix: B x 1, ones.
            weight: B x 1 x H x W in [0, 1], what of the picture counts in the norms'
                statistics; all of it where None.

        Returns:
            B x 3 x H x W in [0, 1], and the state for the next frame.
        """
        height, width = frame.shape[-2:]
        counts = None if weight is None else Counts(pad_to_multiple(weight, STEP))
        seen = self.trunk.encode(pad_to_multiple(frame, STEP), mix, counts)
        before = self.back(pad_to_multiple(previous, STEP), mix, counts)
        if state is None:
            nothing = torch.zeros_like(seen, dtype=torch.float32)
            state = RecurrentState(hidden=nothing, cell=nothing)
        state = self.lstm(torch.cat([seen, before.to(seen.dtype)], dim=1), state)
        picture = self.trunk.decode(state.hidden.to(seen.dtype), mix, counts)
        return picture[..., :height, :width], state
