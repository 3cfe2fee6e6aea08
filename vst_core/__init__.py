"""Temporally coherent video style transfer for production pipelines.

Importing this package is light: no torch, no OpenImageIO, no side effects. Heavy
libraries are imported by the room that needs them, when it is entered.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
