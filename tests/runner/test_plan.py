"""What is known, and refused, before any work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from vst_core.errors import DeviceError, InputError, OutputError, UsageError
from vst_core.image import Window, write_picture
from vst_core.runner import plan_job


@pytest.fixture
def source(shot, tmp_path) -> Path:
    """Four frames that a test may spoil."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(1, 5):
        shutil.copy(shot / f"frame_{number:04d}.png", folder)
    return folder


def test_a_plan_names_every_file(job, source, tmp_path):
    plan = plan_job(job(f"{source}/frame_%04d.png", frames="4,1-2"))
    assert plan.frames == (4, 1, 2)
    assert plan.sources == tuple(source / f"frame_{n:04d}.png" for n in (4, 1, 2))
    assert plan.outputs == tuple(tmp_path / f"out/frame_{n:04d}.png" for n in (4, 1, 2))
    assert (plan.canvas, plan.work_size) == (Window(0, 0, 96, 40), (40, 96))
    assert plan.recurrent
    assert plan.skipped == ()


def test_a_plan_writes_nothing(job, source, tmp_path):
    plan_job(job(source))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("settings", "suffix"),
    [({}, "png"), ({"format": "exr"}, "exr"), ({"format": "jpg", "depth": "8"}, "jpg")],
)
def test_the_format_decides_the_suffix(job, source, settings, suffix):
    assert plan_job(job(source, **settings)).outputs[0].name == f"frame_0001.{suffix}"


def test_a_format_that_cannot_be_written_becomes_one_that_can(job, tmp_path):
    from PIL import Image

    path = tmp_path / "picture.bmp"
    Image.new("RGB", (32, 32)).save(path)
    assert plan_job(job(path)).outputs[0].name == "picture.png"


def test_the_first_frame_of_another_size_is_named(job, source):
    write_picture(source / "frame_0003.png", torch.rand(1, 3, 50, 80))
    with pytest.raises(InputError, match="Frame 3: ") as caught:
        plan_job(job(source))
    assert "is 80 x 50, but frame 1 is 96 x 40" in str(caught.value)
    assert plan_job(job(source, frames="1-2")).canvas == Window(0, 0, 96, 40)


def test_a_damaged_frame_is_named(job, source):
    (source / "frame_0002.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"Frame 2: .*frame_0002\.png"):
        plan_job(job(source))
    assert plan_job(job(source, frames="3-4")).frames == (3, 4)


def test_missing_frames_are_named(job, source):
    (source / "frame_0003.png").unlink()
    with pytest.raises(InputError, match="missing: 3"):
        plan_job(job(source))


def test_no_such_pattern(job, source):
    with pytest.raises(InputError, match=r"shot\.%04d\.png"):
        plan_job(job(source / "shot.%04d.png"))


def test_too_small_frames(job, tmp_path):
    write_picture(tmp_path / "dot.png", torch.rand(1, 3, 15, 40))
    with pytest.raises(InputError, match="40 x 15 are too small"):
        plan_job(job(tmp_path / "dot.png"))


def test_the_output_folder_cannot_be_the_inputs(job, source, tmp_path):
    frame_key = tmp_path / "frame_key"
    frame_key.symlink_to(source)
    for folder in (source, frame_key):
        with pytest.raises(OutputError, match="is the folder of the input"):
            plan_job(job(source, output=str(folder)))


def test_the_output_folder_cannot_be_a_file(job, source, tmp_path):
    (tmp_path / "file").touch()
    for folder in ("file", "file/below"):
        with pytest.raises(OutputError, match="file is a file"):
            plan_job(job(source, output=str(tmp_path / folder)))


def test_a_folder_that_cannot_be_made_is_told_before_the_work(run, source):
    with pytest.raises(OutputError, match="The output folder /proc/nowhere"):
        run(source, output="/proc/nowhere")


def test_an_unknown_style(job, source):
    with pytest.raises(UsageError, match="no-such-style"):
        plan_job(job(source, style="no-such-style"))


def test_an_absent_device(job, source):
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(DeviceError, match="cuda"):
        plan_job(job(source, device="cuda"))


def test_an_unknown_color_space(job, source):
    with pytest.raises(UsageError, match="no such space"):
        plan_job(job(source, colorspace="no such space"))


def test_a_frame_that_breaks_while_the_run_goes_on_is_named(run, job, source, tmp_path):
    from vst_core.runner import failed, run_plan

    plan = plan_job(job(source))
    path = source / "frame_0003.png"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InputError, match=r"Frame 3: .*frame_0003\.png") as caught:
        run_plan(plan, lambda event: None)
    event = failed(caught.value)
    assert (event.code, event.exit_code, event.frame) == ("input", 3, 3)
    assert sorted(p.name for p in (tmp_path / "out").glob("*.png")) == [
        "frame_0001.png",
        "frame_0002.png",
    ]
