"""The job template: seams, folders, frames, and what a task is told."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError, UsageError
from vst_core.farm import SEAMS, FarmSettings, bundle_files, choose_seam, describe_farm_job
from vst_core.farm.seams import chunks_of
from vst_core.frames import FrameRange
from vst_core.job import ListedShot, StylizeJob


def words(step):
    return step["script"]["actions"]["onRun"]["args"]


def steps(job):
    return {step["name"]: step for step in job.template["steps"]}


def parameters(job):
    return {one["name"]: one for one in job.template["parameterDefinitions"]}


def frame_space(step):
    (space,) = step["parameterSpace"]["taskParameterDefinitions"]
    return space


def test_torch_is_not_loaded():
    code = "import sys, vst_core.farm; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_frames_that_know_those_before_are_warmed_up_and_run_at_once(described):
    job = described(farm={"chunk": 5})
    stylize = steps(job)["stylize"]
    space = frame_space(stylize)
    assert (space["type"], space["chunks"]["rangeConstraint"]) == ("CHUNK[INT]", "CONTIGUOUS")
    assert "--warm-up=auto" in words(stylize)
    assert parameters(job)["Frames"]["default"] == "1-16"
    assert parameters(job)["ChunkSize"]["default"] == 5
    assert job.template["extensions"] == ["TASK_CHUNKING"]
    assert steps(job)["report"]["dependencies"] == [{"dependsOn": "stylize"}]


def test_frames_by_themselves_need_no_warm_up(described):
    stylize = steps(described(method="itn"))["stylize"]
    assert "parameterSpace" in stylize
    assert not any(word.startswith("--warm-up") for word in words(stylize))


def test_hand_over_is_a_chain_of_steps_that_hand_on_what_they_were_handed(described):
    found = steps(described(farm={"seam": "hand-over", "chunk": 6, "report": False}))
    assert [*found] == ["stylize 1-6", "stylize 7-12", "stylize 13-16"]
    first, second, third = found.values()
    assert "dependencies" not in first
    assert second["dependencies"] == [{"dependsOn": "stylize 1-6"}]

    def state(step, way):
        return [word.partition("=")[2] for word in words(step) if word.startswith(way)]

    assert state(first, "--state-in") == state(third, "--state-out") == []
    assert state(first, "--state-out") == state(second, "--state-in") != []
    assert state(second, "--state-out") == state(third, "--state-in") != []


@pytest.mark.parametrize(
    ("settings", "asked", "chosen"),
    [
        ({}, "auto", "warm-up"),
        ({"flow": "none"}, "auto", "apart"),
        ({"method": "itn"}, "whole", "whole"),
        ({"method": "ruder-multipass"}, "auto", "whole"),
        ({}, "whole", "whole"),
        ({}, "apart", None),
        ({"method": "itn"}, "hand-over", None),
        ({"method": "ruder-multipass"}, "warm-up", None),
    ],
)
def test_the_method_says_which_seams_there_are(settings, asked, chosen):
    job = StylizeJob(input="a", output="b", **settings)
    assert asked in SEAMS
    if chosen is None:
        with pytest.raises(UsageError):
            choose_seam(job, asked)
    else:
        assert choose_seam(job, asked) == chosen


@settings(deadline=None)
@given(st.lists(st.integers(-50, 500), min_size=1, max_size=60, unique=True), st.integers(1, 70))
def test_chunks_are_the_frames_in_order_and_none_is_too_long(frames, size):
    found = chunks_of(FrameRange(tuple(frames)), size)
    assert [frame for chunk in found for frame in chunk] == frames
    assert all(len(chunk) == size for chunk in found[:-1])
    assert len(found[-1]) <= size


def test_stepped_frames_are_written_as_open_job_description_does(described):
    job = described(frames="1-15x2")
    assert parameters(job)["Frames"]["default"] == "1-15:2"
    assert frame_space(steps(job)["stylize"])["chunks"]["rangeConstraint"] == "NONCONTIGUOUS"


def test_folders_are_paths_and_patterns_are_texts(described, tmp_path, frames):
    (tmp_path / "masks").mkdir()
    job = described(
        input=f"{frames}/balloon_%04d.png",
        mask=f"{tmp_path}/masks/car.%04d.png=candy,{tmp_path}/masks/sky.####.png=wave",
        ocio=f"{tmp_path}/config.ocio",
    )
    found = parameters(job)
    paths = [one for one in found.values() if one["type"] == "PATH"]
    assert not any("%" in folder.path or "#" in folder.path for folder in job.folders)
    assert {one["name"]: (one["objectType"], one["dataFlow"]) for one in paths} == {
        "InputFolder": ("DIRECTORY", "IN"),
        "OutputFolder": ("DIRECTORY", "OUT"),
        "MaskFolder1": ("DIRECTORY", "IN"),
        "OcioFile1": ("FILE", "IN"),
    }
    assert found["InputPattern"]["default"] == "balloon_%04d.png"
    assert (
        "--mask={{Param.MaskFolder1}}/car.%04d.png=candy,{{Param.MaskFolder1}}/sky.####.png=wave"
        in words(steps(job)["stylize"])
    )
    assert str(tmp_path) not in json.dumps(job.template)


def test_flow_files_and_paintings_are_mapped_too(described, tmp_path):
    job = described(
        method="ruder",
        style=f"{tmp_path}/a.jpg:0.5,{tmp_path}/aa.jpg:0.5",
        flow=f"files:{tmp_path}/fwd_%04d.flo,{tmp_path}/bwd_%04d.flo",
    )
    told = words(steps(job)["stylize"])
    assert "--style={{Param.StyleFile2}}:0.5,{{Param.StyleFile1}}:0.5" in told
    flow = "{{Param.FlowFolder1}}/fwd_%04d.flo,{{Param.FlowFolder1}}/bwd_%04d.flo"
    assert f"--flow=files:{flow}" in told


def test_movies_of_styles_are_mapped_too(described, tmp_path):
    job = described(method="gatys", style=f'"{tmp_path}/art, 2.mp4#12"@1,wave@5')
    assert '--style="{{Param.StyleFile1}}#12"@1,wave@5' in words(steps(job)["stylize"])
    job = described(method="gatys", style_video=f"{tmp_path}/art.mp4", style_from="each")
    assert "--style-video={{Param.StyleVideoFile1}}" in words(steps(job)["stylize"])


def test_the_job_file_says_what_is_not_usual_and_no_place(described):
    stylize = steps(described(style="wave", seed=4, preview="p.png"))["stylize"]
    (file,) = stylize["script"]["embeddedFiles"]
    assert file["data"] == 'version = 1\nstyle = "wave"\nproxy = "1/4"\nseed = 4\n'


def test_a_card_is_asked_for_where_the_job_needs_one(described):
    needs = [{"name": "amount.worker.gpu", "min": 1}]
    assert steps(described(device="cuda"))["stylize"]["hostRequirements"] == {"amounts": needs}
    assert "hostRequirements" not in steps(described())["stylize"]
    asked = steps(described(farm={"gpus": 0, "memory": 8}, device="cuda"))["stylize"]
    memory = [{"name": "amount.worker.memory", "min": 8192}]
    assert asked["hostRequirements"] == {"amounts": memory}


@pytest.mark.parametrize("seam", ["warm-up", "hand-over"])
def test_paint_waits_for_motion_and_reads_it(described, seam):
    job = described(farm={"flow": True, "seam": seam, "chunk": 4}, frames="9-16")
    flow, *others = [one for one in steps(job).values() if one["name"] != "report"]
    assert flow["name"] == "flow"
    assert frame_space(flow)["range"] == "{{Param.FlowFrames}}"
    first = "1" if seam == "warm-up" else "9"  # the frames before are painted to warm up
    assert parameters(job)["FlowFrames"]["default"] == f"{first}-16"
    assert {"--lead=1", "--format=flo", "--motion-only"} <= {*words(flow)}
    folder = words(flow)[2]
    assert folder == "{{Param.OutputFolder}}/.vst/flow"
    for step in others:
        assert {"dependsOn": "flow"} in step["dependencies"]
        read = f"--flow=files:{folder}/forward.%04d.flo,{folder}/backward.%04d.flo"
        assert read in words(step)


def test_of_many_shots_those_without_motion_have_no_step_for_it(shot, tmp_path):
    settings = {"a": {}, "b": {"method": "itn"}, "c": {"frames": "1-9x2"}}
    shots = [shot(name, output=f"{tmp_path}/out/{name}", **own) for name, own in settings.items()]
    found = steps(describe_farm_job(shots, FarmSettings(flow=True)))
    assert [name for name in found if name.startswith("flow")] == ["flow a"]
    assert "dependencies" not in found["stylize b"]


def test_motion_lies_in_the_folder_of_a_pattern_and_apart_for_every_shot(shot, tmp_path):
    shots = [shot(name, output=f"{tmp_path}/out/{name}.%04d.png") for name in ("a", "b")]
    found = steps(describe_farm_job(shots, FarmSettings(flow=True)))
    for name in ("a", "b"):
        assert words(found[f"flow {name}"])[2] == f"{{{{Param.OutputFolder}}}}/.vst/flow.{name}"


@pytest.mark.parametrize(
    "settings",
    [{"flow": "none"}, {"method": "itn"}, {"frames": "1-9x2"}, {"flow": "files:a.%d,b.%d"}],
)
def test_motion_that_is_not_found_has_no_step(described, settings):
    with pytest.raises(UsageError):
        described(farm={"flow": True}, **settings)


def test_an_engine_is_begun_and_ended_with_every_session(described):
    assert "jobEnvironments" not in described().template
    (engine,) = described(farm={"resident": True}).template["jobEnvironments"]
    actions = engine["script"]["actions"]
    begin, end = (actions[name]["args"] for name in ("onEnter", "onExit"))
    assert (begin[:2], end[:2]) == (["serve", "start"], ["serve", "stop"])
    assert begin[2] == end[2] == "{{Session.WorkingDirectory}}/engine"


@pytest.mark.parametrize("seam", ["warm-up", "hand-over"])
def test_a_movie_waits_for_the_last_of_its_frames(described, seam):
    found = steps(described(farm={"movie": ".mov", "seam": seam, "chunk": 8}, fps="25"))
    *_, last, movie, report = found
    assert (movie, report) == ("movie", "report")
    assert found["movie"]["dependencies"] == [{"dependsOn": last}]
    told = words(found["movie"])
    assert told[0] == "movie"
    assert told[2] == "{{Param.OutputFolder}}/balloon.mov"
    assert "--fps=25" in told
    assert {"dependsOn": "movie"} in found["report"]["dependencies"]


def test_a_movie_of_no_kind_is_refused(described):
    with pytest.raises(UsageError):
        described(farm={"movie": ".png"})


def test_a_stop_is_asked_for_before_it_is_made(described):
    run = steps(described())["stylize"]["script"]["actions"]["onRun"]
    assert run["cancelation"]["mode"] == "NOTIFY_THEN_TERMINATE"


def test_many_shots_have_a_step_each_and_two_folders(shot, tmp_path):
    shots = []
    for name in ("sh010", "sh020"):
        folder = tmp_path / "in" / name
        folder.mkdir(parents=True)
        for number in (1001, 1002):
            (folder / f"{name}.{number}.png").write_bytes(b"1")
        shots.append(shot(name, input=str(folder), output=f"{tmp_path}/out/{name}"))
    job = describe_farm_job(shots, FarmSettings())
    assert [*steps(job)] == ["stylize sh010", "stylize sh020", "report"]
    assert [folder.path for folder in job.folders] == [f"{tmp_path}/in", f"{tmp_path}/out"]
    assert words(steps(job)["stylize sh020"])[:3] == [
        "seq",
        "{{Param.InputFolder}}/sh020/sh020.%04d.png",
        "{{Param.OutputFolder}}/sh020",
    ]


@pytest.mark.parametrize("names", [("a",), ("a", "b")])
def test_folders_of_a_share_stay_where_they_are(shot, frames, tmp_path, names):
    shots = [shot(name, input=f"/{frames}", output=f"/{tmp_path}/out/{name}") for name in names]
    job = describe_farm_job(shots, FarmSettings())
    assert [folder.path for folder in job.folders] == [
        f"/{frames}",
        f"/{tmp_path}/out" if len(names) > 1 else f"/{tmp_path}/out/a",
    ]


def test_relative_folders_are_named_from_the_root(shot, frames, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plates").symlink_to(frames)
    job = describe_farm_job([shot(input="plates", output="../out")], FarmSettings())
    assert [folder.path for folder in job.folders] == [
        f"{tmp_path}/plates",
        f"{tmp_path.parent}/out",
    ]


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"output": "clip.mov"}, UsageError),
        ({"ocio": "{{a}}.ocio"}, UsageError),
        ({"frames": "1-99"}, InputError),
        ({"input": "nowhere"}, InputError),
    ],
)
def test_what_cannot_be_a_job_is_refused(described, settings, error):
    with pytest.raises(error):
        described(**settings)


def test_a_shot_that_is_wrong_is_told_by_its_own_problem():
    problem = UsageError("No such style")
    with pytest.raises(UsageError, match="No such style"):
        describe_farm_job([ListedShot("a", None, problem)], FarmSettings())


def test_too_many_parameters_are_refused(shot, tmp_path):
    shots = [shot(f"s{n}", ocio=f"{tmp_path}/{n}.ocio") for n in range(60)]
    with pytest.raises(UsageError):
        describe_farm_job(shots, FarmSettings())


@pytest.mark.parametrize("seam", ["warm-up", "hand-over"])
def test_the_bundle_is_the_golden_one(shot, project, tmp_path, frames, seam):
    job = describe_farm_job([shot()], FarmSettings(seam=seam, chunk=6))
    for name, text in bundle_files(job).items():
        plain = text.replace(str(tmp_path), "/TMP").replace(str(frames), "/SHOT")
        golden = project / "tests" / "farm" / "golden" / seam / name
        assert json.loads(plain) == json.loads(golden.read_text(encoding="utf-8")), golden
