"""What Apple's Metal cannot do."""

from __future__ import annotations

import os
import sys

__all__ = ["let_processor_help"]


def let_processor_help() -> None:
    """Let torch do on the processor what it cannot do by Metal; call it before torch is loaded.

    Else an operator that Metal lacks ends a run. What is set in the environment stands.
    """
    if sys.platform == "darwin":
        os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
