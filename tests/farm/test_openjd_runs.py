"""The template as Open Job Description's own programs take it, run for real."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vst_core.farm import FarmSettings, describe_farm_job, write_bundle

pytestmark = pytest.mark.skipif(find_spec("openjd") is None, reason="pip install openjd-cli")
BIN = Path(sys.executable).parent


def openjd(*words):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": f"{BIN}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "openjd", *map(str, words)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def run(folder, job, step, *more, engine=BIN / "vst", **places):
    """Run a step and what it depends on, with the folders of a job or others."""
    template = folder / "template.yaml"
    template.write_text(json.dumps(job.template), encoding="utf-8")
    values = {one.parameter: one.path for one in job.folders} | places | {"Engine": engine}
    given = [word for name, value in values.items() for word in ("-p", f"{name}={value}")]
    return openjd("run", template, "--step", step, "--run-dependencies", *more, *given)


def pictures(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}


@pytest.fixture(scope="module")
def whole(project, tmp_path_factory):
    """Ten frames of the example shot by a single run."""
    out = tmp_path_factory.mktemp("whole")
    words = ["seq", project / "tests/shot", out, "--frames", "1-10", "--proxy", "1/4"]
    subprocess.run([BIN / "vst", *words, "--progress", "none"], check=True)
    return pictures(out)


def test_every_template_passes_the_check(described, tmp_path):
    path = tmp_path / "template.yaml"
    farms = {"gpus": 1, "memory": 4}, {"flow": True, "resident": True, "movie": ".mov"}
    shots = {"method": "itn"}, {"frames": "1-15x2"}, {"method": "ruder-multipass"}, {}
    for farm, settings in [(farms[0], one) for one in shots] + [(farms[1], {})]:
        job = described(farm=farm, **settings)
        path.write_text(json.dumps(job.template), encoding="utf-8")
        checked = openjd("check", path)
        assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_hand_over_gives_the_bytes_of_one_run_and_a_report(described, tmp_path, whole):
    job = described(farm={"seam": "hand-over", "chunk": 4}, frames="1-10")
    done = run(tmp_path, job, "report")
    assert done.returncode == 0, done.stdout
    assert pictures(tmp_path / "out") == whole
    assert "data:image/jpeg" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    parts = [float(text) for text in re.findall(r"openjd_progress: ([\d.]+)", done.stdout)]
    assert parts.count(100.0) == 3
    assert max(parts) == 100.0


@pytest.mark.slow
def test_an_engine_that_stays_and_motion_from_files_are_one_run(described, tmp_path, project):
    job = described(farm={"seam": "hand-over", "chunk": 4, "flow": True, "resident": True},
                    frames="1-10")  # fmt: skip
    done = run(tmp_path, job, "report")
    assert done.returncode == 0, done.stdout
    assert "An engine listens in" in done.stdout
    assert re.search(r"The engine in \S+ has ended", done.stdout)
    assert not re.search(r"Error:|Warning", done.stdout)
    motion = tmp_path / "out/.vst/flow"
    assert len([*motion.iterdir()]) == 2 * 9
    words = ["seq", project / "tests/shot", tmp_path / "one", "--frames", "1-10", "--proxy", "1/4"]
    flow = f"files:{motion}/forward.%04d.flo,{motion}/backward.%04d.flo"
    subprocess.run([BIN / "vst", *words, "--flow", flow, "--progress", "none"], check=True)
    assert pictures(tmp_path / "out") == pictures(tmp_path / "one")


@pytest.mark.slow
def test_warm_up_comes_near_and_a_task_twice_is_harmless(described, tmp_path, whole):
    job = described(farm={"chunk": 5}, frames="1-10")
    assert run(tmp_path, job, "stylize").returncode == 0
    first = pictures(tmp_path / "out")
    again = run(tmp_path, job, "stylize", "--task-param", "Frames=6-10")
    assert again.returncode == 0, again.stdout
    assert "there already" in again.stdout
    assert pictures(tmp_path / "out") == first
    assert [*first] == [*whole]
    assert first["balloon_0006.png"] == whole["balloon_0006.png"]  # warmed by all frames before


def test_a_mapped_folder_is_where_the_work_is_done(described, tmp_path, frames):
    here = tmp_path / "worker"
    shutil.copytree(frames, here / "shot")
    job = described(frames="1-2")
    places = {"InputFolder": "/farm/shot", "OutputFolder": "/farm/results"}
    rules = {
        "version": "pathmapping-1.0",
        "path_mapping_rules": [
            {"source_path_format": "POSIX", "source_path": "/farm", "destination_path": str(here)}
        ],
    }
    done = run(tmp_path, job, "stylize", "--path-mapping-rules", json.dumps(rules), **places)
    assert done.returncode == 0, done.stdout
    assert [*pictures(here / "results")] == ["balloon_0001.png", "balloon_0002.png"]


def test_a_task_that_fails_says_so_in_a_line(described, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run(tmp_path, described(), "stylize", InputFolder=tmp_path / "empty")
    assert done.returncode != 0
    assert re.search(r"openjd_fail: .*balloon", done.stdout)


@pytest.mark.slow
def test_a_bundle_is_run_by_its_own_values(shot, tmp_path):
    folder = tmp_path / "bundle"
    write_bundle(folder, [shot(frames="1-1")], FarmSettings(report=False))
    listed = json.loads((folder / "parameter_values.json").read_text())["parameterValues"]
    given = [word for one in listed for word in ("-p", f"{one['name']}={one['value']}")]
    engine = ["-p", f"Engine={BIN / 'vst'}"]
    done = openjd("run", folder / "template.json", "--step", "stylize", *given, *engine)
    assert done.returncode == 0, done.stdout
    assert [*pictures(tmp_path / "out")] == ["balloon_0001.png"]


def overheads(log):
    """Seconds of each task before its first frame begins and after its last, by the log."""
    found = []
    for task in log.split("--------- Running Task")[1:]:
        begun, open_, *_, last, ended = re.findall(
            r"^([\d:.]+)\t(?:Command started|openjd_status: (?:\d+ frames,|\[)|Process pid)",
            task,
            re.MULTILINE,
        )
        found.append(seconds(open_) - seconds(begun) + seconds(ended) - seconds(last))
    return found


def seconds(stamp):
    hours, minutes, rest = stamp.split(":")
    return 60 * (60 * int(hours) + int(minutes)) + float(rest)


def mean_difference(one, other):
    return float(np.abs(one - other).mean())


@pytest.mark.slow
def test_seams_against_ordinary_change(shared, shot, tmp_path, capsys):
    """24 frames of alley_1 in three chunks: what the eye sees at the seams, in 8-bit steps."""
    source = shared / "data/sequences/sintel_alley_1"
    given = {"input": str(source), "frames": "1-24"}
    found, besides = {}, {}
    for seam, chunk, step, resident in (
        ("whole", 24, "stylize", False),
        ("hand-over", 8, "stylize 17-24", True),
        ("warm-up", 8, "stylize", False),
    ):
        job = describe_farm_job(
            [shot(output=str(tmp_path / seam), **given)],
            FarmSettings(seam=seam, chunk=chunk, resident=resident),
        )
        done = run(tmp_path, job, step)
        assert done.returncode == 0, done.stdout
        besides[resident] = [round(one, 2) for one in overheads(done.stdout)]
        found[seam] = [
            np.asarray(Image.open(path).convert("RGB"), float)
            for path in sorted((tmp_path / seam).glob("*.png"))
        ]
    one, handed, warmed = found["whole"], found["hand-over"], found["warm-up"]
    assert all((a == b).all() for a, b in zip(one, handed, strict=True))
    ordinary = np.mean([mean_difference(one[n], one[n - 1]) for n in range(1, 24)])
    jumps = [
        mean_difference(warmed[n], warmed[n - 1]) - mean_difference(one[n], one[n - 1])
        for n in (8, 16)
    ]
    apart = [mean_difference(warmed[n], one[n]) for n in (8, 16)]
    with capsys.disabled():
        print(f"\nordinary change {ordinary:.2f}; seams change by {jumps} more")  # noqa: T201
        print(f"and are {apart} from one run")  # noqa: T201
        print(f"seconds of a task besides its frames: {besides[False]}")  # noqa: T201
        print(f"and with an engine that stays: {besides[True]}")  # noqa: T201
    assert max(jumps) < ordinary / 4
