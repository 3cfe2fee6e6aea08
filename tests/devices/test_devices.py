"""Devices and precisions by name, and what is said when one is not there."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from vst_core import devices
from vst_core.devices import (
    gpu_memory_limit,
    instruction_set,
    pick_device,
    pick_network_precision,
    pick_precision,
    place,
)
from vst_core.errors import DeviceError, UsageError

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def machine(monkeypatch):
    """Describe another machine than this one to torch's own questions."""

    def describe(*, cuda=0, mps=False, bf16=False):
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: bf16)

    return describe


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(0, False, "cpu"), (0, True, "mps"), (2, True, "cuda")]
)
def test_auto_takes_cuda_then_mps_then_the_cpu(machine, cuda, mps, expected):
    machine(cuda=cuda, mps=mps)
    assert pick_device("auto") == torch.device(expected)


def test_devices_that_are_there(machine):
    machine(cuda=2, mps=True)
    for name in ("cpu", "cuda", "cuda:1", "mps"):
        assert pick_device(name) == torch.device(name)


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "CUDA", "", "cuda:-1"])
def test_no_device_has_this_name(name):
    with pytest.raises(UsageError) as caught:
        pick_device(name)
    assert str(caught.value) == (
        f"No device is called '{name}'. Use auto, cpu, cuda, cuda:1 or mps."
    )


@pytest.mark.parametrize(
    ("name", "cuda", "found"),
    [
        ("cuda", 0, "no CUDA device"),
        ("cuda:1", 1, "1 CUDA device"),
        ("cuda:2", 2, "2 CUDA devices"),
    ],
)
def test_cuda_that_is_absent(machine, name, cuda, found):
    machine(cuda=cuda)
    with pytest.raises(DeviceError) as caught:
        pick_device(name)
    assert str(caught.value) == (
        f"'{name}' was asked for, but this machine has {found}. "
        "Use --device auto or --device cpu; `vst doctor` lists the devices."
    )
    assert caught.value.exit_code == 5


def test_mps_that_is_absent(machine):
    machine()
    with pytest.raises(DeviceError, match=r"no MPS device\. Use --device auto"):
        pick_device("mps")


@pytest.mark.parametrize(
    ("name", "device", "expected"),
    [
        ("fp32", CPU, torch.float32),
        ("bf16", CPU, torch.bfloat16),
        ("fp16", CUDA, torch.float16),
    ],
)
def test_precisions_by_name(name, device, expected):
    assert pick_precision(name, device) == expected


def test_auto_precision_is_bf16_where_it_is_native(machine):
    machine(cuda=1, bf16=True)
    assert pick_precision("auto", CUDA) == torch.bfloat16
    machine(cuda=1, bf16=False)
    assert pick_precision("auto", CUDA) == torch.float32
    assert pick_precision("auto", torch.device("mps")) == torch.float32
    assert pick_precision("auto", CPU) in (torch.bfloat16, torch.float32)


def test_trained_networks_run_in_fp16_on_cuda_alone(machine):
    machine(cuda=1, bf16=True)
    assert pick_network_precision("auto", CUDA) == torch.float16
    assert pick_network_precision("bf16", CUDA) == torch.bfloat16
    for device in (CPU, torch.device("mps")):
        assert pick_network_precision("auto", device) == pick_precision("auto", device)


def test_auto_precision_without_mkldnn_is_fp32(monkeypatch):
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert pick_precision("auto", CPU) == torch.float32


def test_refused_precisions():
    with pytest.raises(UsageError, match=r"No precision is called 'half'\. Use one of auto, fp32"):
        pick_precision("half", CPU)
    with pytest.raises(
        UsageError, match=r"fp16 is slow and coarse on a CPU\. Use --precision auto"
    ):
        pick_precision("fp16", CPU)


def test_placed_kernels_are_channels_last():
    network = nn.Conv2d(4, 8, 3)
    assert place(network, CPU) is network
    assert network.weight.is_contiguous(memory_format=torch.channels_last)


def test_a_processor_has_no_limit():
    with gpu_memory_limit(CPU, 0.001):
        assert torch.zeros(1 << 20).sum() == 0


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_card_gives_no_more_than_was_allowed():
    half = 2**29 // 4
    with gpu_memory_limit(CUDA, 1.0):
        assert torch.zeros(half, device=CUDA).sum() == 0
        with pytest.raises(torch.OutOfMemoryError):
            torch.zeros(4 * half, device=CUDA)
    assert torch.zeros(4 * half, device=CUDA).sum() == 0


@pytest.mark.parametrize(
    ("capability", "bf16", "tiles", "wanted"),
    [
        ("AVX2", False, True, "AVX2"),
        ("AVX512", True, False, "AVX512, bf16"),
        ("AVX512", True, True, "AVX512, bf16, AMX"),
    ],
)
def test_the_instructions_that_are_taken(capability, bf16, tiles, wanted, monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    monkeypatch.setattr(devices, "_has_bf16", lambda device: bf16)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: tiles)
    assert instruction_set(CPU) == wanted
    assert not instruction_set(CUDA)


FIRST_AND_SECOND = """
import sys, torch
from vst_core.devices import pick_device
pick_device("cpu")
numbers = torch.linspace(-3, 3, 2784)
sys.exit(not torch.equal(numbers.exp(), numbers.exp()))
"""


@pytest.mark.slow
def test_the_first_exponentials_of_a_process_are_those_of_later_ones():
    """Without a choice of kernels beforehand one process in ten had others, with two threads."""
    for _ in range(12):
        assert subprocess.run([sys.executable, "-c", FIRST_AND_SECOND], check=False).returncode == 0
