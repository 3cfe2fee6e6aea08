"""Training imports with torch, numpy, safetensors and Pillow alone."""

import subprocess
import sys

import pytest

BLOCK = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named '{{name}}'", name=name)

sys.meta_path.insert(0, Absent())
for name in {blocked}:
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{{name}} was not blocked")
"""
BLOCKED = ("cv2", "OpenImageIO", "PyOpenColorIO", "rich", "fileseq", "torchvision", "ptlflow")


@pytest.mark.slow
def test_training_and_cards_need_no_more(project):
    script = BLOCK.format(blocked=BLOCKED) + (
        "import vst_core.training, vst_core.styles\n"
        "for name in vst_core.training.recipe_names():\n"
        "    vst_core.training.load_recipe(name)\n"
        "print('ready')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.stdout == "ready\n", done.stderr
