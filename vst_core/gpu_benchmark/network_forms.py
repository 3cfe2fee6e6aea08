"""The forms in which a network can run, by name, between pictures with their margin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.devices import place
from vst_core.nets import FoldedNet, PlainNet, StreamedNet
from vst_core.styles import find_card
from vst_core.styles.loading import load_network
from vst_core.stylizers.feed_forward import MARGIN

__all__ = ["FORMS", "Net", "open_form", "padded"]

Net = Callable[[Tensor], Tensor]
"""From B x channels x H x W, `padded`, float32, to B x 3 x h x w in [0, 1], float32."""

_FORMS: Mapping[str, type[PlainNet | StreamedNet | FoldedNet]] = MappingProxyType(
    {"streamed": StreamedNet, "plain": PlainNet, "processor": FoldedNet}
)
FORMS = ("streamed", "plain")
"""Those for a device that is no processor."""


def open_form(
    form: str, style: str, method: str, *, precision: torch.dtype, device: torch.device
) -> Net:
    """Return the network of a style in a form, on a device."""
    net = place(load_network([(find_card(style), 1.0)], method=method), device)
    made = _FORMS[form](net, precision=precision)
    return lambda x: made(x.to(made.takes), margin=MARGIN)


def padded(joined: Tensor) -> Tensor:
    """Return a network's input with its margin, as the feed-forward methods give it."""
    return F.pad(joined, [MARGIN] * 4, mode="reflect")
