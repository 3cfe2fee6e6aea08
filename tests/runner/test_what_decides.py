"""What decides a frame's bytes: every parameter says what it affects, and its key agrees."""

from pathlib import Path

import pytest
from runs import hashes, made

from vst_core.catalog import PARAMETERS
from vst_core.errors import InputError
from vst_core.flow import write_flo
from vst_core.image import read_picture
from vst_core.job import StylizeJob
from vst_core.runner import plan_job
from vst_core.weights import has_weights

SHOT = Path(__file__).resolve().parents[1] / "shot"
OCIO = "ocio://cg-config-v2.1.0_aces-v1.3_ocio-v2.3"
PAINTED = {"method": "gatys", "features": "lite", "style": "candy"}
HELD = {**PAINTED, "method": "ruder", "frames": "1-2"}
PASSES = {**PAINTED, "method": "ruder-multipass", "frames": "1-2"}
MADE = {"segment": "grabcut", "segment_box": "100,40,120,140"}
MOVIE = {"output": "out.mov"}

# Parameter -> settings under which it is read, and another value than it has there.
CHANGES = {
    "style": ({}, "wave"),
    "style_video": (PAINTED, str(SHOT)),
    "style_from": ({**PAINTED, "style_video": str(SHOT)}, "each"),
    "strength": ({}, 0.5),
    "proxy": ({}, "1/2"),
    "original_colors": ({}, True),
    "colors_by": ({"original_colors": True}, "statistics"),
    "frames": ({}, "1-3"),
    "missing": ({}, "hold"),
    "cuts": ({}, "off"),
    "state_in": ({}, None),
    "state_out": ({}, "state"),
    "warm_up": ({}, None),
    "method": ({}, "itn"),
    "flow": ({}, "none"),
    **{one.name: ({}, None) for one in PARAMETERS if one.name.startswith("vectors")},
    "trust": ({}, "ruder2018"),
    "preroll": ({}, 2),
    "boil": ({}, 0.5),
    "denoise_guide": ({}, True),
    "grain": ({"denoise_guide": True}, "keep"),
    "features": (PAINTED, "vgg16"),
    "iterations": (PAINTED, 7),
    "optimizer": (PAINTED, "adam"),
    "start": (PAINTED, "noise"),
    "sketch": ({**PAINTED, "features": "vgg16", "style": str(SHOT / "balloon_0001.png")}, 0.2),
    "content_weight": (PAINTED, 2.0),
    "style_weight": (PAINTED, 5.0),
    "tv_weight": (PAINTED, 2.0),
    "style_scale": (PAINTED, 0.5),
    "pooling": (PAINTED, "average"),
    "tile": (PAINTED, "128"),
    "style_layers": (PAINTED, "relu1_2"),
    "content_layers": (PAINTED, "relu2_2"),
    "temporal_weight": (HELD, 10.0),
    "long_term": (HELD, "1"),
    "passes": (PASSES, 3),
    "pass_iterations": (PASSES, 5),
    "blend": (PASSES, 1.0),
    "temporal_from": (PASSES, 2),
    "mask": ({"mask": str(SHOT / "balloon_%04d.png"), "style_outside": "wave"},
             str(SHOT / "balloon_%04d.png") + ":R"),
    "style_outside": (MADE, "wave"),
    "segment": ({"mask": str(SHOT / "balloon_%04d.png")}, None),
    "segment_box": (MADE, "90,30,120,140"),
    "mask_mode": (MADE, "hard"),
    "mask_steady": (MADE, "off"),
    "layer": ({}, None),
    "views": ({}, None),
    "keep_layers": ({}, "all"),
    "out_layer": ({"format": "exr"}, "vst"),
    "colorspace": ({}, "Linear Rec.709 (sRGB)"),
    "ocio": ({}, OCIO),
    "format": ({}, "tif"),
    "depth": ({}, "16"),
    "codec": (MOVIE, "h264"),
    "fps": (MOVIE, "12"),
    "sound": ({}, False),
    "overwrite": ({}, True),
    "preview": ({}, "preview.png"),
    "device": ({}, None),
    "precision": ({"precision": "fp32"}, "bf16"),
    "seed": ({}, 3),
    "weights_dir": ({}, "."),
    "read_ahead": ({}, 0),
    "flow_cache": ({}, 1.0),
    "threads": (PAINTED, 3),
    "gpu_memory": ({}, 4.0),
}  # fmt: skip
# What cannot be changed here: there is one device and no layered file; and what a chunk begins
# with enters the keys of its frames, not the run's (test_chunks.py). Motion vectors need files that
# have some (test_vector_runs.py), and views two (test_stereo.py).
UNTRIED = {"device", "layer", "segment", "state_in", "views", "warm_up"} | {
    one.name for one in PARAMETERS if one.name.startswith("vectors")
}


def key_of(tmp_path, **settings):
    given = {"output": "out", "device": "cpu", "precision": "fp32", "frames": "1-2", **settings}
    given["output"] = str(tmp_path / given["output"])
    for name in ("preview", "state_out"):
        if given.get(name):
            given[name] = str(tmp_path / given[name])
    plan = plan_job(StylizeJob.from_dict({"input": str(SHOT), **given}))
    return plan.run_key, plan.destination.key_parts


def test_every_parameter_is_tried():
    assert CHANGES.keys() == {one.name for one in PARAMETERS}


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameter", [one for one in PARAMETERS if one.name not in UNTRIED], ids=lambda one: one.name
)
def test_a_change_shows_in_the_key_just_where_the_parameter_says_so(tmp_path, parameter):
    settings, value = CHANGES[parameter.name]
    if "vgg16" in (settings.get("features"), value) and not has_weights("vgg16"):
        pytest.skip("needs the weights of VGG-16")
    before, _ = key_of(tmp_path, **settings)
    after, _ = key_of(tmp_path, **{**settings, parameter.name: value})
    decides = parameter.affects != "nothing" and parameter.name != "sound"
    assert (before != after) is decides


def still_flow(folder, frames):
    """Write flow that says nothing moved, for every frame."""
    height, width = read_picture(SHOT / "balloon_0001.png").shape[-2:]
    for frame in frames:
        write(folder, frame, 0.0, height, width)


def write(folder, frame, value, height=288, width=512):
    import torch

    for way in ("fwd", "bwd"):
        write_flo(folder / f"{way}_{frame:04d}.flo", torch.full((1, 2, height, width), value))


@pytest.fixture
def by_files(tmp_path, run):
    folder = tmp_path / "flow"
    folder.mkdir()
    still_flow(folder, range(1, 6))
    flow = f"files:{folder}/fwd_%04d.flo,{folder}/bwd_%04d.flo"
    return folder, lambda **given: run(
        SHOT, **{"flow": flow, "frames": "1-5", "proxy": "1/4", "preroll": 0, **given}
    )


@pytest.mark.slow
def test_changed_flow_files_remake_what_they_influence(by_files, tmp_path):
    folder, again = by_files
    assert made(again()) == [1, 2, 3, 4, 5]
    assert made(again()) == []
    before = hashes(tmp_path / "out")
    write(folder, 4, 3.0)  # 4 -> 5 and 4 -> 3
    assert made(again()) == [4, 5]
    after = hashes(tmp_path / "out")
    names = [f"balloon_{frame:04d}.png" for frame in range(1, 6)]
    assert [before[name] == after[name] for name in names] == [True, True, True, False, False]


def test_a_missing_flow_file_is_named_before_any_work(by_files, tmp_path):
    folder, again = by_files
    (folder / "bwd_0004.flo").unlink()
    (folder / "fwd_0004.flo").unlink()
    with pytest.raises(InputError, match=r"Frame 4 .*bwd_0004\.flo.*1 more") as told:
        again()
    assert told.value.exit_code == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_frames_alone_and_cuts_need_no_flow_files(by_files):
    folder, again = by_files
    for path in folder.glob("*_0004.flo"):
        path.unlink()
    assert made(again(cuts="4", frames="1-4")) == [1, 2, 3, 4]
    assert made(again(method="itn", overwrite=True)) == [1, 2, 3, 4, 5]
