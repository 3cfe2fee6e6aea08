"""A trunk and the predictor of its norms, trained as one."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn
from torch.func import functional_call

from vst_core.nets import VTN_CHANNELS, TransformNet
from vst_core.nets.style_predictor import StylePredictor, norm_channels

__all__ = ["PredictedNet"]


class PredictedNet(nn.Module):
    """Paints every picture of a batch in a style of its own.

    Args:
        width, inner: As in `TransformNet`.
        inputs: Length of the paintings' statistics.
        hidden: As in `StylePredictor`.
    """

    def __init__(self, *, width: int, inner: tuple[int, int], inputs: int, hidden: int) -> None:
        super().__init__()
        self.trunk = TransformNet(width=width, inner=inner, channels=VTN_CHANNELS)
        self.predictor = StylePredictor(
            inputs=inputs, norms=norm_channels(self.trunk), hidden=hidden
        )

    def norms(self, statistics: Tensor, strength: Tensor) -> dict[str, Tensor]:
        """Return the trunk's norms in the styles of B paintings, name -> B x C."""
        changes = self.predictor(statistics, strength)
        own = dict(self.trunk.named_parameters())
        return {name: own[name] + change for name, change in changes.items()}

    def forward(
        self, joined: Tensor, norms: Mapping[str, Tensor], weight: Tensor | None = None
    ) -> Tensor:
        """Stylize.

        Args:
            joined: B x 7 x H x W from `vtn_input`.
            norms: From `norms`.
            weight: B x 1 x H x W, as in `TransformNet`.

        Returns:
            B x 3 x H x W in [0, 1].
        """
        picture: Tensor = functional_call(self.trunk, dict(norms), (joined, None, weight))
        return picture
