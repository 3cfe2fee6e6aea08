"""torchvision is imported in a fresh process, whole or with its operators missing."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

IMPORT = """
from vst_core.flow.torchvision_guard import import_torchvision
models = import_torchvision("torchvision.models.optical_flow")
assert import_torchvision("torchvision.models.optical_flow") is models
import torch, torchvision
network = models.raft_small(weights=None).eval()
picture = torch.zeros(1, 3, 128, 128)
print(network(picture, picture, num_flow_updates=1)[-1].shape)
"""

# What a CPU build of torch beside a CUDA build of torchvision does: the compiled part is
# not loaded. On a machine where it is whole, it is hidden by refusing to load it.
HIDE = """
import torch
def refuse(path):
    raise OSError("does not fit this torch")
torch.ops.load_library = refuse
"""


def run(script: str) -> str:
    command = [sys.executable, "-W", "error", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_torchvision_is_imported_as_it_is_here():
    assert "128, 128" in run(IMPORT)


def test_torchvision_is_imported_without_its_compiled_operators():
    broken = (
        HIDE + "try:\n    import torchvision\nexcept RuntimeError as error:\n    print(error)\n"
    )
    assert "torchvision::nms does not exist" in run(broken)
    assert "128, 128" in run(HIDE + IMPORT)


def test_another_failure_is_not_swallowed():
    script = (
        "import sys, types\n"
        "from vst_core.flow.torchvision_guard import import_torchvision\n"
        "sys.modules['torchvision'] = None\n"
        "try:\n    import_torchvision()\nexcept ImportError:\n    print('as it should')\n"
    )
    assert "as it should" in run(script)
