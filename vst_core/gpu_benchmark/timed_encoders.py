"""Encoders to time with: with their weights where these are here, else with random ones."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from vst_core.features import ENCODERS, Encoder, Vgg, load_encoder
from vst_core.weights import has_weights

__all__ = ["encoder_to_time"]


def encoder_to_time(name: str, folder: Path | None) -> tuple[Encoder, str]:
    """Return an encoder, and what its weights are: `trained` or `random`.

    Random ones take the same time; nothing is downloaded for a measurement.

    Args:
        name: A key of `ENCODERS`.
        folder: Searched first for weights.
    """
    entry = ENCODERS[name]
    if not entry.stages or has_weights(name, folder=folder):
        return load_encoder(name, folder=folder), "trained"
    network = Vgg(
        entry.stages,
        name=name,
        style_layers=entry.style_layers,
        content_layer=entry.content_layer,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return network, "random"
