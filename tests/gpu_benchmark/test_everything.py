"""The whole benchmark, rehearsed on a processor, where little else is installed."""

import json
import subprocess
import sys
from itertools import chain

import pytest

from vst_core.evaluation import moving_frames
from vst_core.gpu_benchmark import GpuSettings, measure_gpu
from vst_core.gpu_benchmark.timed_encoders import encoder_to_time

BARE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"cv2", "OpenImageIO", "PyOpenColorIO", "av", "fileseq",
                                      "rich", "jinja2", "ptlflow"}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Absent())
from cli.main import main
sys.exit(main(sys.argv[1:]))
"""
ROWS = [
    "machine", "agreement", "network", "flow", "both", "between", "iteration", "training", "itn",
]  # fmt: skip
SMALL = {
    "--device": "cpu", "--sizes": "48x32", "--small": "48x32", "--side": "40", "--crop": "96",
    "--styles": "muse", "--rows": ",".join(ROWS), "--seconds": "3600",
}  # fmt: skip


@pytest.mark.slow
def test_it_runs_on_a_bare_machine_and_every_row_has_figures(project, tmp_path):
    out = tmp_path / "gpu.json"
    command = [sys.executable, "-c", BARE, "bench", "gpu", *chain(*SMALL.items()), "--out", out]
    done = subprocess.run(
        list(map(str, command)), cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(out.read_text(encoding="utf-8"))["rows"]}
    assert [row["name"] for row in rows.values() if row["error"]] == []
    assert list(dict.fromkeys(name.split()[0] for name in rows)) == ROWS
    assert set(rows) == {line.split("  ")[0] for line in done.stdout.splitlines()[2:]}


def test_what_there_is_after_every_row_is_told():
    told = []
    settings = GpuSettings(device="cpu", seconds=0.001)
    found = measure_gpu(settings, tell=told.append)
    assert [len(figures.rows) for figures in told] == list(range(1, len(found.rows) + 1))
    machine, *others = found.rows
    assert machine.figures["torch"]
    assert all("not begun" in row.error for row in others)


def test_without_weights_an_encoder_is_timed_with_random_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("VST_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    encoder, weights = encoder_to_time("vgg16", None)
    assert weights == "random"
    picture = next(iter(moving_frames(width=64, height=64, count=1)))
    deep = encoder(picture, ["relu4_3"])["relu4_3"]
    assert 0.01 < float(deep.mean()) < 100  # neither died away nor blown up
    assert encoder_to_time("lite", None)[1] == "trained"
