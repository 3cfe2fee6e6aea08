"""The network of the paper, run as most would run it: what the engine is held against."""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from torch import Tensor

from vst_core.nets import TransformNet, vtn_input

__all__ = ["PaperNetwork"]

_WIDTH = 32
_CHANNELS = 7


class PaperNetwork:
    """The VTN in the paper's width, as most would run it: eager, float32, NCHW.

    Its numbers are random, which changes no time. Its norms are this project's; torch's own
    took 4 % longer on the CPU where this was measured, so nothing is won by them here. Its
    memory comes and goes as the C library has it, which costs it a third of its time there:
    our runs ask for memory that stays (`vst_core.memory.kept_memory`).
    """

    def __init__(self, pictures: Sequence[Tensor], device: torch.device) -> None:
        self._device, self._threads = device, torch.get_num_threads()
        self._net = TransformNet(width=_WIDTH, channels=_CHANNELS).eval().to(device)
        self._mix = torch.ones(1, 1, device=device)
        self._inputs = [
            vtn_input(picture, picture, torch.ones_like(picture[:, :1])) for picture in pictures
        ]

    @torch.inference_mode()
    def seconds(self) -> float:
        """Run it over the frames, already in memory, and return its seconds a frame."""
        torch.set_num_threads(self._threads)
        start = time.perf_counter()
        for joined in self._inputs:
            self._net(joined.to(self._device), self._mix).cpu()
        return (time.perf_counter() - start) / len(self._inputs)
