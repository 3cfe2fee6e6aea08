"""U2-Net (Qin et al. 2020), the small one: what the eye falls on first.

Needs the extra: `pip install "vst[segment]"`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vst_core.errors import UsageError, WeightsError
from vst_core.image.arrays import FloatArray
from vst_core.masks.refining import hwc, refine, shrunk
from vst_core.resizing import resize_picture
from vst_core.weights import find_weights

__all__ = ["Saliency"]

_SIDE = 320
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


class Saliency:
    """The network on the processor: 320 x 320, whatever the picture's shape.

    Raises:
        UsageError: onnxruntime is not installed.
        WeightsError: The weights are absent or damaged.
    """

    def __init__(self, weights_dir: Path | None = None) -> None:
        self._session = _open(weights_dir)
        self._input = self._session.get_inputs()[0].name

    def segment(self, picture: Tensor, before: Tensor | None) -> Tensor:
        """Return the mask of a picture; the frame before is not looked at."""
        del before
        _, guide = shrunk(picture, 1)
        mask = torch.from_numpy(refine(self.find(picture), guide))[None, None]
        return mask.to(picture.device)

    def find(self, picture: Tensor) -> FloatArray:
        """Return the network's mask, 320 x 320 in [0, 1], of a picture 1 x 3 x H x W.

        The authors stretch every mask so that it reaches from 0 to 1; here it stays as the
        network gives it, because a stretch that changes from frame to frame flickers.
        """
        small = hwc(resize_picture(picture, (_SIDE, _SIDE)))
        small = small / max(float(small.max()), 1e-6)
        planes = ((small - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
        given = self._session.run(None, {self._input: np.ascontiguousarray(planes, np.float32)})
        found: FloatArray = np.nan_to_num(given[0][0, 0], nan=0.0).clip(0.0, 1.0)
        return found


def _open(weights_dir: Path | None) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise UsageError(
            f"Masks by saliency need onnxruntime, which cannot be imported ({error})",
            fix='Install it: pip install "vst[segment]". Or name mask files (--mask), or a box: '
            "--segment grabcut --segment-box x,y,width,height",
        ) from error
    path = find_weights("u2netp", folder=weights_dir)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # the same bytes everywhere
    try:
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except Exception as error:  # the library's own classes, by version
        raise WeightsError(f"'{path}' cannot be used ({error})", fix="Delete it.") from error
