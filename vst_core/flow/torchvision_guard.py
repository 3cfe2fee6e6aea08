"""Import torchvision even where its compiled part does not fit this torch.

A CPU build of torch beside a CUDA build of torchvision cannot load torchvision's compiled
operators, and then `import torchvision` stops at the first one it wants to describe:
`RuntimeError: operator torchvision::nms does not exist`. Its networks are plain Python
and work. So the two schemas that the import asks for are declared, without any code
behind them, and the import is begun again. Where torchvision is whole, nothing is done.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import torch

__all__ = ["import_torchvision"]

_ARGUMENTS = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_MISSING = ("nms", "qnms")

# A library takes its declarations along when it is collected, so it is kept here.
_declared: list[torch.library.Library] = []


def import_torchvision(module: str = "torchvision") -> ModuleType:
    """Return torchvision, or the module of it that is named.

    Raises:
        ImportError: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
    _declare_missing()
    _forget_half_import()
    return importlib.import_module(module)


def _declare_missing() -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for name in _MISSING:
        if not hasattr(torch.ops.torchvision, name):
            library.define(name + _ARGUMENTS)  # type: ignore[no-untyped-call]
    _declared.append(library)


def _forget_half_import() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
