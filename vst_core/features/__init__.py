"""Perceptual encoders: one pass from a working picture to named activations."""

from vst_core.features.vgg import VGG16_LAYERS, Vgg, load_vgg16

__all__ = ["VGG16_LAYERS", "Vgg", "load_vgg16"]
