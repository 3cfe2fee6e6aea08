"""Brightness and color over many frames in chunks: they may breathe, and must not drift."""

import numpy as np
import pytest
from PIL import Image

from vst_core.job import StylizeJob
from vst_core.runner import run_job

CYCLE = [*range(16), *range(14, 0, -1)]
"""The example shot forth and back: so many frames until the same picture comes again."""
CYCLES, CHUNK, SIZE = 9, 45, (64, 36)
MOST = 2.0
"""8-bit steps by which the mean of a channel may be elsewhere at the end than at the beginning."""


@pytest.fixture(scope="module")
def clip(project, tmp_path_factory):
    """Frames that come again and again."""
    folder = tmp_path_factory.mktemp("clip")
    paths = sorted((project / "tests/shot").glob("*.png"))
    small = [Image.open(path).convert("RGB").resize(SIZE) for path in paths]
    for number in range(1, CYCLES * len(CYCLE) + 1):
        small[CYCLE[(number - 1) % len(CYCLE)]].save(folder / f"f.{number:04d}.png")
    return folder


def means(folder):
    """The mean of each channel over each cycle, 0 to 255: cycles x 3."""
    paths = sorted(folder.glob("*.png"))
    each = [np.asarray(Image.open(path).convert("RGB"), float).mean((0, 1)) for path in paths]
    return np.array(each).reshape(CYCLES, len(CYCLE), 3).mean(1)


def bar(values, row):
    return "  ".join(f"{name} {value:6.2f}" for name, value in zip("RGB", values[row], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("seam", ["hand-over", "warm-up"])
def test_the_mean_of_each_channel_stays(clip, tmp_path, capsys, seam):
    state, count = "", CYCLES * len(CYCLE)
    for first in range(1, count + 1, CHUNK):
        job = StylizeJob(
            input=str(clip),
            output=str(tmp_path / "out"),
            cuts="off",
            device="cpu",
            threads=1,
            style="muse",
        )
        chunk = {"frames": f"{first}-{min(first + CHUNK - 1, count)}"}
        if seam == "hand-over":
            following = str(tmp_path / f"after.{first}")
            chunk |= {"state_in": state, "state_out": following}
            state = following
        else:
            chunk["warm_up"] = "auto"
        run_job(job.with_changes(chunk), lambda _: None)
    curve = means(tmp_path / "out")
    with capsys.disabled():
        print(f"\n{seam}, mean of each channel over every {len(CYCLE)} frames")  # noqa: T201
        for row in range(CYCLES):
            print(f"{row * len(CYCLE) + 1:5d}  {bar(curve, row)}")  # noqa: T201
    assert np.abs(curve[-2:].mean(0) - curve[1:3].mean(0)).max() < MOST
