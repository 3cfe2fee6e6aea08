"""Which device the work runs on, in which precision and memory layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from vst_core.errors import DeviceError, UsageError
from vst_core.memory import whole_memory

if TYPE_CHECKING:
    import torch
    from torch import nn

    ModuleT = TypeVar("ModuleT", bound=nn.Module)

__all__ = [
    "device_memory",
    "gpu_memory_limit",
    "instruction_set",
    "pick_device",
    "pick_network_precision",
    "pick_precision",
    "place",
    "release_card_memory",
]

_NAMES = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_PRECISIONS = ("auto", "fp32", "bf16", "fp16")


def pick_device(name: str) -> torch.device:
    """Return the device called `name`; `auto` takes CUDA, then MPS, then the CPU.

    Raises:
        UsageError: The name is no device's.
        DeviceError: The device is not on this machine.
    """
    import torch

    if not _NAMES.fullmatch(name):
        raise UsageError(f"No device is called '{name}'", fix="Use auto, cpu, cuda, cuda:1 or mps.")
    cuda, mps = torch.cuda.device_count(), torch.backends.mps.is_available()
    if name == "auto":
        name = "cuda" if cuda else "mps" if mps else "cpu"
    if name.startswith("cuda") and int(name.partition(":")[2] or 0) >= cuda:
        found = f"{cuda} CUDA device{'s' * (cuda != 1)}" if cuda else "no CUDA device"
        raise DeviceError(
            f"'{name}' was asked for, but this machine has {found}",
            fix="Use --device auto or --device cpu; `vst doctor` lists the devices.",
        )
    if name == "mps" and not mps:
        raise DeviceError("This machine has no MPS device", fix="Use --device auto.")
    _settle_kernels()
    return torch.device(name)


def _settle_kernels() -> None:
    """Let MKL choose its kernels for this processor, in one thread.

    It does so in the first exp, tanh or logarithm. Where several threads share that one, some are
    served before the choice is made: in every tenth process the first picture had other last
    digits (torch 2.13, two threads), and a run that went on did not make the same bytes.
    """
    import torch

    torch.zeros(1).exp_()


def pick_precision(name: str, device: torch.device) -> torch.dtype:
    """Return the number type of the convolutions.

    `auto` takes bf16 where the hardware multiplies it natively, else float32.

    Raises:
        UsageError: The name is unknown, or the device has no such arithmetic.
    """
    import torch

    if name not in _PRECISIONS:
        raise UsageError(
            f"No precision is called '{name}'", fix=f"Use one of {', '.join(_PRECISIONS)}."
        )
    if name == "fp16" and device.type == "cpu":
        raise UsageError("fp16 is slow and coarse on a CPU", fix="Use --precision auto or bf16.")
    if name == "auto":
        name = "bf16" if _has_bf16(device) else "fp32"
    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[name]


@contextmanager
def gpu_memory_limit(device: torch.device, gigabytes: float) -> Iterator[None]:
    """Let torch take at most so much of a card's memory in the body; what needs more fails there.

    Args:
        device: Others than CUDA's have no such limit.
        gigabytes: Of 2**30 bytes; 0 leaves all to it.
    """
    if device.type != "cuda" or not gigabytes:
        yield
        return
    import torch

    whole = torch.cuda.get_device_properties(device).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, gigabytes * 2**30 / whole), device)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, device)


def release_card_memory() -> None:
    """Give back what torch keeps of a card's memory for later: other programs may need it."""
    import torch

    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()


def pick_network_precision(name: str, device: torch.device) -> torch.dtype:
    """Return the number type in which a trained feed-forward network runs; see `pick_precision`.

    On a CUDA card `auto` takes fp16: measured on an H100 it is seven times as near to float32 as
    bf16, and twice as fast (docs/performance.md). What is trained or optimized needs the range
    of bf16.
    """
    return pick_precision("fp16" if name == "auto" and device.type == "cuda" else name, device)


def place(network: ModuleT, device: torch.device) -> ModuleT:
    """Move a network to `device`, its kernels channels last, and return it.

    Pictures that are channels last as well then pass through the convolutions two to three
    times as fast as in torch's default layout.
    """
    import torch

    network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def device_memory(device: torch.device) -> int | None:
    """Return how many bytes a device has in all; None where the system does not say."""
    import torch

    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    return whole_memory()


def instruction_set(device: torch.device) -> str:
    """Name the vector and matrix instructions that torch takes on a processor; none elsewhere.

    Such as `AVX2`, or `AVX512, bf16, AMX`. What the environment holds torch and oneDNN to counts
    (`ATEN_CPU_CAPABILITY`, `ONEDNN_MAX_CPU_ISA`).
    """
    import torch

    if device.type != "cpu":
        return ""
    names = [torch.backends.cpu.get_cpu_capability()]
    if _has_bf16(device):
        # torch tells of matrix units by the hardware alone; oneDNN without bf16 takes none.
        names += ["bf16", *(["AMX"] if torch.cpu._is_amx_tile_supported() else [])]
    return ", ".join(names)


def _has_bf16(device: torch.device) -> bool:
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu" and torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        # The only place where torch says whether a CPU has bf16 instructions.
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return False
