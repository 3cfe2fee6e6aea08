"""Both views of a stereo shot: nearer to each other than two runs, and back where they were."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenImageIO import ImageInput
from runs import events_of, hashes, made, stop_after
from stereo_shot import HEIGHT, WIDTH, colors, one_part, two_parts, views, write_parts

from vst_core.errors import InputError, UsageError
from vst_core.guidance import Earlier, Guidance
from vst_core.image import ReadSettings, read_plate
from vst_core.job import StylizeJob
from vst_core.motion import trust_mask, warp
from vst_core.protocol import Warned
from vst_core.runner import plan_job
from vst_core.runner.views.first_view import joined

pytestmark = pytest.mark.usefixtures("one_thread")
FRAMES = (1, 2, 3)


def apart(folder, number):
    """Write a file for each view: left/s.0001.exr and right/s.0001.exr."""
    for view, picture in zip(("left", "right"), views(number)[:2], strict=True):
        (folder / view).mkdir(exist_ok=True)
        write_parts(folder / view / f"s.{number:04d}.exr", [({}, colors(picture), "half")])


KINDS = {
    "disparity": one_part,
    "no disparity": lambda path, number: one_part(path, number, disparity=False),
    "names alone": lambda path, number: one_part(path, number, disparity=False, named=False),
    "parts": two_parts,
}


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    """Kind -> folder with three frames of the shot."""
    folder = tmp_path_factory.mktemp("stereo")
    for kind, write in KINDS.items():
        (folder / kind).mkdir()
        for number in FRAMES:
            write(folder / kind / f"s.{number:04d}.exr", number)
    (folder / "apart").mkdir()
    for number in FRAMES:
        apart(folder / "apart", number)
    return folder


@pytest.fixture
def job(shots, tmp_path):
    def make(kind, **changes):
        name = "apart/%V/s.%04d.exr" if kind == "apart" else f"{kind}/s.%04d.exr"
        out = "out/%V" if kind == "apart" and changes.get("views") else "out"
        given = {"input": str(shots / name), "output": str(tmp_path / out), "style": "muse"}
        given |= {"device": "cpu", "preroll": 2, "keep_layers": "all"}
        if kind == "apart":
            given["keep_layers"] = "none"
        return StylizeJob(**{**given, **changes})

    return make


def read(path, layer=""):
    return read_plate(path, settings=ReadSettings(layer=layer)).picture


def both(folder, kind, number):
    if kind == "apart":
        return [read(folder / view / f"s.{number:04d}.exr") for view in ("left", "right")]
    return [read(folder / f"s.{number:04d}.exr", view) for view in ("left", "right")]


def disagreement(pairs):
    """Return the mean squared difference of the views where both see the same (exact disparity)."""
    found = []
    for number, (left, right) in pairs:
        _, _, on_left, on_right = views(number)
        seen = trust_mask(on_left[None], on_right[None], variant="plain")
        off = (warp(left, on_right[None]) - right).square().mean(1, keepdim=True)
        found.append(float((off * seen).sum() / seen.sum()))
    return sum(found) / len(found)


@pytest.fixture(scope="module")
def alone(shots, tmp_path_factory):
    """The disagreement of two runs that know nothing of each other."""
    folder = tmp_path_factory.mktemp("alone")
    for view in ("left", "right"):
        source, out = str(shots / "apart" / view / "s.%04d.exr"), str(folder / view)
        events_of(StylizeJob(input=source, output=out, style="muse", device="cpu", preroll=2))
    return disagreement((number, both(folder, "apart", number)) for number in FRAMES)


@pytest.mark.parametrize("kind", [*KINDS, "apart"])
def test_the_views_agree_far_better_than_those_of_two_runs(job, tmp_path, kind, alone):
    events = events_of(job(kind, views="left,right"))
    found = disagreement((number, both(tmp_path / "out", kind, number)) for number in FRAMES)
    assert found < 0.6 * alone
    told = [event.text for event in events if isinstance(event, Warned)]
    assert any(("disparityL, disparityR" in text) == (kind == "disparity") for text in told)


def test_the_first_view_is_the_one_of_a_run_by_itself(job, tmp_path):
    events_of(job("disparity", views="left,right"))
    events_of(job("disparity", layer="left", output=str(tmp_path / "single")))
    for number in FRAMES:
        name = f"s.{number:04d}.exr"
        one, two = (read(tmp_path / folder / name, "left") for folder in ("out", "single"))
        assert torch.equal(one, two)


def parts_of(path):
    source, found = ImageInput.open(str(path)), []
    while source.seek_subimage(len(found), 0):
        spec = source.spec()
        pixels = source.read_image(len(found), 0, 0, spec.nchannels, "float")
        kinds = [str(kind) for kind in spec.channelformats] or [str(spec.format)] * spec.nchannels
        names = [spec.get_string_attribute(name) for name in ("view", "oiio:subimagename")]
        found.append((names, spec.channelnames, kinds, spec.getattribute("multiView"), pixels))
    return found


@pytest.mark.parametrize(
    ("kind", "painted"),
    [
        ("disparity", {(0, name) for name in ("R", "G", "B", "right.R", "right.G", "right.B")}),
        ("parts", {(part, color) for part in (0, 1) for color in "RGB"}),
    ],
)
def test_they_are_written_as_they_came_and_nothing_else_is_touched(
    job, shots, tmp_path, kind, painted
):
    events_of(job(kind, views="left,right", frames="2"))
    before = parts_of(shots / kind / "s.0002.exr")
    after = parts_of(tmp_path / "out" / "s.0002.exr")
    for part, (old, new) in enumerate(zip(before, after, strict=True)):
        assert new[:4] == old[:4]
        for place, channel in enumerate(old[1]):
            same = np.array_equal(old[4][..., place], new[4][..., place])
            assert same != ((part, channel) in painted), (part, channel)


def test_without_keep_layers_there_are_the_two_pictures_alone(job, tmp_path):
    events_of(job("disparity", views="left,right", frames="1", keep_layers="none"))
    (found,) = parts_of(tmp_path / "out" / "s.0001.exr")
    assert found[1] == ("R", "G", "B", "right.R", "right.G", "right.B")


@pytest.mark.parametrize("kind", ["disparity", "apart"])
def test_a_stopped_run_goes_on_to_the_same_bytes(job, tmp_path, kind):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    tail = "/%V" * (kind == "apart")
    events_of(job(kind, views="left,right", output=f"{whole}{tail}"))
    stop_after(job(kind, views="left,right", output=f"{parted}{tail}"), 2)
    assert made(events_of(job(kind, views="left,right", output=f"{parted}{tail}"))) != [*FRAMES]
    folders = ("left", "right") if kind == "apart" else ("",)
    for view in folders:
        assert hashes(whole / view) == hashes(parted / view)


@pytest.mark.parametrize("view", ["left", "right"])
def test_a_view_that_was_lost_is_made_again(job, tmp_path, view):
    events_of(job("apart", views="left,right"))
    before = {one: hashes(tmp_path / "out" / one) for one in ("left", "right")}
    (tmp_path / "out" / view / "s.0002.exr").unlink()
    assert made(events_of(job("apart", views="left,right"))) == [2]
    assert {one: hashes(tmp_path / "out" / one) for one in ("left", "right")} == before


def test_a_part_goes_on_from_the_state_of_the_part_before(job, tmp_path):
    events_of(job("disparity", views="left,right", output=str(tmp_path / "whole")))
    state, out = str(tmp_path / "state"), str(tmp_path / "parts")
    events_of(job("disparity", views="left,right", frames="1-2", output=out, state_out=state))
    events_of(job("disparity", views="left,right", frames="3", output=out, state_in=state))
    assert hashes(tmp_path / "whole") == hashes(tmp_path / "parts")


def test_another_right_view_remakes_the_frames_from_there_on(job, shots, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for number in FRAMES:
        apart(source, number)
    asked = {"input": str(source / "%V" / "s.%04d.exr"), "views": "left,right"}
    events_of(job("apart", **asked))
    _, right, *_ = views(7)
    write_parts(source / "right" / "s.0002.exr", [({}, colors(right), "half")])
    assert made(events_of(job("apart", **asked))) == [2, 3]


def test_a_disparity_that_does_not_fit_gives_way_to_an_estimate(job, shots, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    left, right, on_left, on_right = views(1)
    planes = {**colors(left), **colors(right, "right.")}
    for layer, field in (("disparityL", on_left), ("disparityR", on_right)):
        planes |= {f"{layer}.x": -field[0].numpy(), f"{layer}.y": field[1].numpy()}
    write_parts(source / "s.0001.exr", [({"multiView": ("left", "right")}, planes, "half")])
    wrong = {"input": str(source / "s.%04d.exr"), "views": "left,right", "keep_layers": "none"}
    events_of(job("disparity", **wrong))
    estimated = {"frames": "1", "views": "left,right", "keep_layers": "none"}
    events_of(job("no disparity", **estimated, output=str(tmp_path / "estimated")))
    one, two = (read(tmp_path / out / "s.0001.exr", "right") for out in ("out", "estimated"))
    assert torch.equal(one, two)


@pytest.mark.parametrize(
    ("kind", "changes", "error", "words"),
    [
        ("disparity", {"views": "left"}, UsageError, "--views cannot be 'left'"),
        ("disparity", {"views": "left,left"}, UsageError, "--views cannot be"),
        ("disparity", {"views": "left,middle"}, InputError, "no layer 'middle'"),
        ("disparity", {"views": "left,right", "method": "itn"}, UsageError, "Use vtn or ruder"),
        ("disparity", {"views": "left,right", "out_layer": "vst"}, UsageError, "--out-layer"),
        ("disparity", {"views": "left,right", "mask": "m.png:candy"}, UsageError, "--mask"),
        ("disparity", {"views": "left,right", "output": "a.mov"}, UsageError, "movie"),
        ("disparity", {"views": "left,right", "format": "png"}, UsageError, "room for two views"),
        ("disparity", {"views": "left,right", "output": "o/%V"}, UsageError, "the input none"),
        ("apart", {"views": "left,right", "output": "o"}, UsageError, "that of both views"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_before_any_work(job, kind, changes, error, words):
    with pytest.raises(error) as caught:
        plan_job(job(kind, keep_layers="none", **changes))
    assert words in f"{caught.value}"


def test_a_view_that_lacks_a_frame(job, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for number in FRAMES:
        apart(source, number)
    (source / "right" / "s.0003.exr").unlink()
    with pytest.raises(InputError, match="The view right has no frame 3"):
        plan_job(job("apart", input=str(source / "%V" / "s.%04d.exr"), views="left,right"))


def test_views_of_two_sizes(job, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    apart(source, 1)
    small = {name: plane[:, : WIDTH - 8] for name, plane in colors(views(1)[1]).items()}
    write_parts(source / "right" / "s.0001.exr", [({}, small, "half")])
    with pytest.raises(InputError, match=f"left is {WIDTH} x {HEIGHT}, right is {WIDTH - 8} x"):
        plan_job(job("apart", input=str(source / "%V" / "s.%04d.exr"), views="left,right"))


def plane(value, channels=1):
    return torch.full((1, channels, 2, 2), float(value))


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_other_view_comes_first_and_the_past_where_it_sees_nothing(beside, own, one, two):
    seen = Earlier(warped=plane(one, 3), trust=plane(beside))
    past = Guidance(warped=plane(two, 3), trust=plane(own))
    found = joined(seen, past)
    total = beside + (1 - beside) * own
    assert float(found.trust.mean()) == pytest.approx(total, abs=1e-5)
    if total > 1e-3:
        mixed = (beside * one + (total - beside) * two) / total
        assert float(found.warped.mean()) == pytest.approx(mixed, abs=1e-3)
    assert joined(seen, None).warped is seen.warped
