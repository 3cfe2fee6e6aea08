"""How sources of motion are judged: errors by their definition, on motion that is known."""

import re
from dataclasses import dataclass

import pytest
import torch

from vst_core.evaluation import (
    MOTION_CHANNELS,
    MotionSheet,
    MotionWriter,
    judge_motion,
    moving_frames,
)
from vst_core.flow import FlowPair, FlowSettings, FrameView, open_flow_source
from vst_core.image import Window, plane_names, read_picture, read_planes, write_picture

CPU = torch.device("cpu")
STEP = 3


@dataclass(frozen=True)
class Shift:
    """A source that believes in a shift to the right by so many pixels a frame."""

    x: float
    name: str = "shift"

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        flow = torch.zeros_like(current.picture[:, :2])
        flow[:, 0] = self.x
        return FlowPair(forward=flow, backward=-flow)


class FilesOf:
    """All pictures of a folder as a shot; the digits of their names are their numbers."""

    def __init__(self, folder):
        self._files = {
            int(re.sub(r"\D", "", path.stem)): path for path in sorted(folder.glob("*.png"))
        }
        self.frames = tuple(self._files)
        height, width = read_picture(self._files[self.frames[0]]).shape[-2:]
        self.canvas = Window(0, 0, width, height)

    def view(self, frame, device):
        return FrameView(frame, read_picture(self._files[frame]).to(device))


@pytest.fixture
def shot(tmp_path):
    """Three frames of a texture that moves right by `STEP` pixels a frame; numbers from 7."""
    texture = next(moving_frames(width=96, height=48, count=1))
    folder = tmp_path / "in"
    folder.mkdir()
    for index in range(3):
        window = texture[..., 16 - STEP * index : 80 - STEP * index]
        write_picture(folder / f"f.{7 + index:04d}.png", window.contiguous())
    return folder


def judged(shot, *sources, trust="plain", **choice):
    found = []
    clip = FilesOf(shot)
    judge_motion(clip, sources, trust=trust, device=CPU, on_pair=found.append)
    return found


def test_true_motion_leaves_nothing_where_it_is_trusted(shot):
    pairs = judged(shot, Shift(STEP))
    assert [pair[0].current.number for pair in pairs] == [8, 9]
    for (seen,) in pairs:
        assert seen.errors.trusted == pytest.approx((64 - STEP) / 64)
        assert seen.errors.on_trusted == pytest.approx(0, abs=1e-3)
        assert 0 < seen.errors.on_all < seen.errors.unmoved
        inside = (seen.current.picture - seen.previous.picture)[..., STEP:].abs().sum()
        whole = (seen.current.picture - seen.previous.picture).abs().sum()
        assert seen.errors.explained == pytest.approx((inside / whole).item(), abs=1e-4)


def test_no_motion_explains_nothing(shot):
    (seen,), _ = judged(shot, Shift(0))
    difference = (seen.current.picture - seen.previous.picture).abs().mean().item() * 255
    assert seen.errors.on_all == pytest.approx(difference, rel=1e-5)
    assert seen.errors.unmoved == pytest.approx(difference, rel=1e-5)
    assert seen.errors.explained == pytest.approx(0, abs=1e-6)


def test_wrong_motion_explains_less_than_none(shot):
    (wrong, none), _ = judged(shot, Shift(-STEP), Shift(0))
    assert wrong.errors.explained < none.errors.explained


def test_where_nothing_is_trusted_there_is_no_error_of_it(shot):
    (seen,), _ = judged(shot, Shift(1000))
    assert seen.errors.trusted == 0
    assert seen.errors.on_trusted is None


def test_what_ranks_agrees_with_the_true_motion_where_the_errors_do_not(shared):
    folder = shared / "data/flow/sintel_pairs/market_5_final/frames"
    ours, theirs = (open_flow_source(name, FlowSettings()) for name in ("auto", "dis"))
    ((fine, fooled),) = judged(folder, ours, theirs, trust="ruder2016")
    assert fine.errors.explained > fooled.errors.explained
    assert fine.errors.on_all > fooled.errors.on_all


def test_flo_files_open_as_the_source_files(shot, tmp_path):
    clip = FilesOf(shot)
    writer = MotionWriter(tmp_path, clip, form="flo")
    judge_motion(clip, [Shift(STEP)], trust="plain", device=CPU, on_pair=lambda s: writer.add(s[0]))
    source = open_flow_source(
        "files:forward.%04d.flo,backward.%04d.flo", FlowSettings(base=tmp_path)
    )
    (seen,), _ = judged(shot, source)
    expected = Shift(STEP).between(seen.previous, seen.current)
    assert seen.flow.forward.equal(expected.forward)
    assert seen.flow.backward.equal(expected.backward)


def test_exr_files_hold_both_ways_with_y_up(shot, tmp_path):
    flow = torch.tensor([2.0, 5.0]).view(1, 2, 1, 1).expand(1, 2, 48, 64)

    class Slanted(Shift):
        def between(self, previous, current):
            return FlowPair(forward=flow, backward=-flow)

    clip = FilesOf(shot)
    writer = MotionWriter(tmp_path, clip, form="exr")
    judge_motion(clip, [Slanted(0)], trust="plain", device=CPU, on_pair=lambda s: writer.add(s[0]))
    assert sorted(path.name for path in tmp_path.glob("*.exr")) == [
        f"motion.{number:04d}.exr" for number in (7, 8, 9)
    ]
    first, middle, last = (
        read_planes(tmp_path / f"motion.{number:04d}.exr", MOTION_CHANNELS) for number in (7, 8, 9)
    )
    assert sorted(plane_names(tmp_path / "motion.0008.exr")) == sorted(MOTION_CHANNELS)
    assert middle[:4, 20, 20].tolist() == [2, -5, -2, 5]
    assert (middle[4, 20, 20], middle[4, 0, 0]) == (1, 0)
    assert first[2:].eq(0).all()
    assert last[:2].eq(0).all()
    assert last[2:4].equal(middle[2:4])
    mask = read_picture(tmp_path / "trust.0008.png")
    assert mask[0, :, 20, 20].tolist() == [1, 1, 1]
    assert mask[0, :, 0, 0].tolist() == [0, 0, 0]


def test_the_sheet_has_a_row_for_every_thing_and_source(shot, tmp_path):
    sheet = MotionSheet(frames=(8, 9), width=32)
    for seen in judged(shot, Shift(STEP), Shift(0)):
        sheet.add(seen)
    sheet.write(tmp_path / "sheet.png")
    rows = 1 + 3 * 2
    first = 128  # the key is higher than the frames beside it
    assert read_picture(tmp_path / "sheet.png").shape[-2:] == (
        first + (rows - 1) * 24 + rows * (20 + 8) + 8,
        2 * 32 + 128 + 4 * 8,
    )
