"""A run whose motion is the renderer's: found, checked against the pictures, and followed."""

import numpy as np
import pytest
from exr_files import write_exr
from runs import events_of, hashes, made

from vst_core.errors import InputError
from vst_core.runner import plan_job

WIDTH, HEIGHT, SPEED, FRAMES = 96, 64, 3, range(1, 6)


def pictures():
    """Five frames of noise that moves to the right and does not repeat."""
    texture = np.random.default_rng(4).random((HEIGHT // 8, 32, 3)).repeat(8, 0).repeat(8, 1)
    for number in FRAMES:
        left = 100 - SPEED * number
        yield (
            number,
            dict(zip("RGB", np.moveaxis(texture[:, left : left + WIDTH], 2, 0), strict=True)),
        )


def constant(value, size=(HEIGHT, WIDTH)):
    return np.full(size, float(value))


def shot(folder, vectors):
    """Write the frames, each with these channels too."""
    folder.mkdir()
    for number, colors in pictures():
        write_exr(folder / f"p.{number:04d}.exr", {**colors, **vectors})
    return folder


NUKE = {
    "forward.u": constant(SPEED), "forward.v": constant(0),
    "backward.u": constant(-SPEED), "backward.v": constant(0),
}  # fmt: skip


@pytest.fixture
def planned(job):
    """Plan a job with motion vectors."""
    return lambda source, **settings: plan_job(
        job(source, **{"flow": "vectors", "format": "png", **settings})
    )


def motion(plan, one=2, other=3):
    """The mean vector from a frame to another, of what both know."""
    source = plan.motion.open(plan.job, plan.device)
    from vst_core.runner.io.frame_views import frame_viewer
    from vst_core.runner.plan import read_settings

    view = frame_viewer(plan.input, canvas=plan.canvas, display=plan.display)
    views = [
        view(n, plan.input.plate(n, canvas=plan.canvas, settings=read_settings(plan.job)).picture)
        for n in (one, other)
    ]
    return source.between(*views)


@pytest.mark.slow
def test_the_vectors_of_the_frames_are_found_and_followed(planned, job, tmp_path):
    folder = shot(tmp_path / "in", NUKE)
    plan = planned(folder)
    pair = motion(plan)
    assert pair.forward[0, 0].eq(SPEED).all()
    assert pair.backward[0, 0].eq(-SPEED).all()
    assert plan.motion.notes == ()
    assert "backward.u" in plan.run_key["vectors"]
    assert made(events_of(job(folder, flow="vectors", format="png"))) == list(FRAMES)


def test_frames_further_apart_get_the_steps_between(planned, tmp_path):
    pair = motion(planned(shot(tmp_path / "in", NUKE)), 1, 4)
    assert pair.forward[0, 0].eq(3 * SPEED).all()
    back = motion(planned(tmp_path / "in", output=str(tmp_path / "o2")), 4, 1)
    assert back.forward.equal(pair.backward)


def test_the_missing_direction_is_the_inverse(planned, tmp_path):
    forward = {name: NUKE[name] for name in ("forward.u", "forward.v")}
    pair = motion(planned(shot(tmp_path / "in", forward)))
    assert pair.backward[0, 0, :, SPEED:].eq(-SPEED).all()
    assert pair.backward[0, 0, :, :SPEED].isnan().all()


def test_files_beside_the_frames_may_be_smaller(planned, tmp_path):
    folder, beside = shot(tmp_path / "in", {}), tmp_path / "vec"
    beside.mkdir()
    half = (HEIGHT // 2, WIDTH // 2)
    for number in FRAMES:
        planes = {"mv.x": constant(-SPEED / 2, half), "mv.y": constant(0, half)}
        write_exr(beside / f"v.{number:04d}.exr", planes)
    settings = {"vectors": str(beside / "v.%04d.exr"), "vectors_channels": "mv.x,mv.y"}
    plan = planned(folder, **settings)
    assert motion(plan).backward[0, 0].eq(-SPEED).all()
    normalized = {"vectors_units": "normalized", "vectors_scale": f"{2 / WIDTH},1"}
    plan = planned(folder, **settings, **normalized, output=str(tmp_path / "o2"))
    assert motion(plan).backward[0, 0].allclose(motion(plan).backward.new_tensor(-SPEED))


@pytest.mark.slow
def test_a_change_of_a_file_beside_makes_its_frames_anew(job, tmp_path):
    folder, beside = shot(tmp_path / "in", {}), tmp_path / "vec"
    beside.mkdir()

    def vectors(number, speed):
        planes = {"mv.x": constant(-speed), "mv.y": constant(0)}
        write_exr(beside / f"v.{number:04d}.exr", planes)

    for number in FRAMES:
        vectors(number, SPEED)
    settings = {"flow": "vectors", "vectors": str(beside / "v.%04d.exr"), "format": "png",
                "vectors_channels": "mv.x,mv.y"}  # fmt: skip
    events_of(job(folder, **settings))
    assert made(events_of(job(folder, **settings))) == []
    vectors(4, SPEED - 1)
    assert made(events_of(job(folder, **settings))) == [4, 5]
    (beside / "v.0003.exr").unlink()
    with pytest.raises(InputError, match=r"v\.0003\.exr"):
        events_of(job(folder, **settings))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"backward.u": constant(SPEED)}, ("scale 1, x ", "turned over", "--vectors-fix")),
        ({"backward.u": constant(-SPEED / 4)}, ("scale 4", "--vectors-scale 4,")),
        (
            {"backward.u": constant(0), "backward.v": constant(SPEED)},
            ("--vectors-channels backward.v,backward.u",),
        ),
        ({name: constant(0) for name in NUKE}, ("zero", "motion blur")),
    ],
)
def test_vectors_that_do_not_fit_are_refused_with_what_would(planned, tmp_path, change, said):
    folder = shot(tmp_path / "in", {**NUKE, **change})
    with pytest.raises(InputError) as caught:
        planned(folder)
    for words in said:
        assert words in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_they_are_corrected_where_that_is_asked_for(planned, tmp_path):
    wrong = {"backward.u": constant(-SPEED / 4), "backward.v": constant(0)}
    plan = planned(shot(tmp_path / "in", wrong), vectors_fix=True)
    assert motion(plan).backward[0, 0].eq(-SPEED).all()
    (note,) = plan.motion.notes
    assert "by 4," in note


def test_what_is_no_number_is_trusted_nowhere(job, planned, tmp_path):
    holed = constant(-SPEED)
    holed[20:40, 30:60] = np.nan
    folder = shot(tmp_path / "in", {**NUKE, "backward.u": holed})
    assert motion(planned(folder)).backward[0, :, 30, 40].isnan().all()
    events_of(job(folder, flow="vectors", format="png"))
    assert len(hashes(tmp_path / "out")) == len(FRAMES)


def test_one_frame_without_vectors_is_named(planned, tmp_path):
    folder = shot(tmp_path / "in", NUKE)
    colors = dict(pictures())[3]
    write_exr(folder / "p.0003.exr", colors)
    with pytest.raises(InputError) as caught:
        planned(folder)
    assert "Frame 3" in str(caught.value)
    assert "backward.u" in str(caught.value)


@pytest.mark.parametrize("size", [(HEIGHT, WIDTH // 2), (HEIGHT, WIDTH + 8)])
def test_vectors_of_another_shape_are_refused(planned, tmp_path, size):
    folder, beside = shot(tmp_path / "in", {}), tmp_path / "vec"
    beside.mkdir()
    for number in FRAMES:
        planes = {"forward.u": constant(SPEED, size), "forward.v": constant(0, size)}
        write_exr(beside / f"v.{number:04d}.exr", planes)
    with pytest.raises(InputError) as caught:
        planned(folder, vectors=str(beside / "v.%04d.exr"))
    assert f"{size[1]} x {size[0]}" in str(caught.value)


def test_a_shot_without_vectors_says_what_to_do(planned, tmp_path):
    with pytest.raises(InputError) as caught:
        planned(shot(tmp_path / "in", {}))
    for option in ("--vectors-channels", "--vectors,", "--flow"):
        assert option in str(caught.value)


def test_auto_takes_vectors_where_they_are(planned, tmp_path):
    plan = planned(shot(tmp_path / "in", NUKE), flow="auto")
    assert plan.motion.source == "vectors"
    assert "backward.u" in plan.run_key["vectors"]


def test_auto_estimates_where_there_are_none(planned, tmp_path):
    plan = planned(shot(tmp_path / "in", {}), flow="auto")
    assert (plan.motion.source, plan.motion.vectors, plan.motion.notes) == ("auto", None, ())


def test_auto_does_not_follow_vectors_that_do_not_fit(planned, tmp_path):
    folder = shot(tmp_path / "in", {**NUKE, "backward.u": constant(SPEED)})
    plan = planned(folder, flow="auto")
    assert (plan.motion.source, plan.motion.vectors) == ("auto", None)
    (note,) = plan.motion.notes
    assert "--vectors-fix" in note
    fixed = planned(folder, flow="auto", vectors_fix=True, output=str(tmp_path / "o2"))
    assert fixed.motion.source == "vectors"


def test_objects_edges_and_what_was_hidden_are_not_trusted(planned, tmp_path):
    index, depth = constant(1), constant(9)
    index[:, 40:60], depth[:, 40:60] = 2, 3
    helpers = {"IndexOB.X": index, "Z": depth}
    pair = motion(planned(shot(tmp_path / "in", {**NUKE, **helpers})))
    unknown = pair.backward[0, 0, 10].isnan()
    assert unknown[39:41].all()
    assert unknown[59:61].all()
    assert not unknown[42:58].any()
    # The near object stays where it is while all moves right: what it hid came from behind it.
    assert unknown[61 : 60 + SPEED].all()
    assert not unknown[60 + SPEED + 1 :].any()
