"""Perceptual encoders: one pass from a working picture to named activations."""

from vst_core.features.encoder import Encoder, Pooling, halvings
from vst_core.features.encoder_table import (
    ENCODERS,
    EncoderEntry,
    encoder_mark,
    load_encoder,
    pick_encoder,
)
from vst_core.features.lite import (
    LITE_LAYERS,
    LiteEncoder,
    LiteTrunk,
    lite_hash,
    lite_heads,
    load_lite,
)
from vst_core.features.vgg import Vgg

__all__ = [
    "ENCODERS",
    "LITE_LAYERS",
    "Encoder",
    "EncoderEntry",
    "LiteEncoder",
    "LiteTrunk",
    "Pooling",
    "Vgg",
    "encoder_mark",
    "halvings",
    "lite_hash",
    "lite_heads",
    "load_encoder",
    "load_lite",
    "pick_encoder",
]
