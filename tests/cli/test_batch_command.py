"""`vst batch`, `vst report` and `vst farm` as they are typed."""

import json
import signal
import subprocess
import sys

import pytest
from PIL import Image


@pytest.fixture
def shots(tmp_path, tiny_styles):
    """Three shots of three frames; the second lacks one."""
    for name in ("sh010", "sh020", "sh030"):
        (tmp_path / "in" / name).mkdir(parents=True)
        for number in (1, 2, 3):
            picture = Image.effect_noise((48, 32), 60 + number).convert("RGB")
            picture.save(tmp_path / "in" / name / f"f.{number:04d}.png")
    (tmp_path / "in/sh020/f.0002.png").unlink()
    return tmp_path


@pytest.fixture
def inside(shots, monkeypatch):
    """The same, and the folder to be in."""
    monkeypatch.chdir(shots)
    return shots


def noted(folder):
    content = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return {shot["name"]: shot for shot in content["shots"]}


@pytest.mark.slow
def test_failures_are_named_at_the_end_and_the_code_is_3(main, shots, capsys):
    assert main("batch", shots / "in", shots / "out", "--device", "cpu") == 3
    said = capsys.readouterr()
    rows = {line.split()[0]: line.split()[1:4] for line in said.out.splitlines() if "sh0" in line}
    assert rows["sh010"] == ["done", "3", "3"]
    assert rows["sh020"][0] == "failed"
    assert "sh020" in said.err.splitlines()[-1]
    assert (shots / "out/report.html").is_file()


@pytest.mark.slow
def test_a_list_with_a_style_for_each_is_done(main, shots, capsys):
    listed = shots / "shots.toml"
    listed.write_text(
        f"""
        device = "cpu"
        missing = "hold"
        [shots.one]
        input = "{shots}/in/sh010"
        style = "muse"
        [shots.two]
        input = "{shots}/in/sh020"
        """
    )
    assert main("batch", listed, shots / "out", "--progress", "none", "--seed", 4) == 0
    said = capsys.readouterr()
    assert said.err == ""
    found = noted(shots / "out")
    assert {name: shot["style"] for name, shot in found.items()} == {"one": "muse", "two": "candy"}
    assert main("report", shots / "out", "--page", shots / "page.html") == 0
    assert "data:image/jpeg" in (shots / "page.html").read_text()


@pytest.mark.slow
def test_the_preview_is_a_sheet_and_nothing_is_made(main, shots, capsys):
    assert main("batch", shots / "in", shots / "out", "--device=cpu", "--preview") == 3
    assert [path.name for path in (shots / "out").iterdir()] == ["preview.jpg"]
    assert "sh020" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nowhere", "out"], 3),
        (["in"], 2),
        (["in", "out", "--style"], 2),
        (["in", "out", "--state-in", "a"], 2),
        (["in", "file/out"], 4),
    ],
)
def test_what_cannot_be_done_has_its_code(main, inside, capsys, words, code):
    (inside / "file").touch()
    assert main("batch", *words) == code
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.slow
def test_a_batch_ends_orderly_on_sigterm_and_goes_on(shots, package):
    code = f"import sys; from {package}.main import main; sys.exit(main(sys.argv[1:]))"
    words = ["batch", str(shots / "in"), str(shots / "out"), "--device=cpu", "--missing=hold"]
    command = [sys.executable, "-c", code, *words]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while "frame 1" not in running.stderr.readline():
        pass
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=60)
    assert running.returncode in (0, 143)  # 0: it was done before the signal came
    assert "sh030" in out  # the table is shown in either case
    before = {path: path.stat().st_mtime_ns for path in (shots / "out").rglob("*.png")}
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in before.items())
    assert len([*(shots / "out").rglob("*.png")]) == 9


def test_farm_writes_a_template_to_stdout_and_a_bundle(main, shots, capsys):
    job = shots / "job.toml"
    job.write_text(f'input = "{shots}/in/sh010"\noutput = "{shots}/out"\n')
    assert main("farm", "openjd", job, "--chunk", 2) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["specificationVersion"] == "jobtemplate-2023-09"
    assert f"-p InputFolder={shots}/in/sh010" in said.err
    assert main("farm", "bundle", job, shots / "bundle") == 0
    assert sorted(path.name for path in (shots / "bundle").iterdir()) == [
        "asset_references.json",
        "parameter_values.json",
        "template.json",
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", "job.toml"], 2),
        (["openjd", "none.toml"], 3),
        (["openjd", "job.toml", "bundle"], 2),
        (["bundle", "job.toml"], 2),
        (["bundle", "job.toml", "job.toml"], 4),
        (["openjd", "job.toml", "--chunk", "0"], 2),
        (["openjd", "job.toml", "--seam", "apart"], 2),
    ],
)
def test_a_farm_job_that_cannot_be_has_its_code(main, inside, capsys, words, code):
    (inside / "job.toml").write_text('input = "in/sh010"\noutput = "out"\n')
    assert main("farm", *words) == code
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.out == ""
