"""Names for the arrays that pass between the files of this room."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["AnyArray", "FloatArray"]

FloatArray: TypeAlias = NDArray[np.float32]
"""Colors or light: h x w x 3, h x w, or any shape where arithmetic is by element."""

AnyArray: TypeAlias = NDArray[Any]
"""Pixels in a file's own number type."""
