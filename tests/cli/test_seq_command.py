"""`vst-seq` from end to end, with a tiny random style."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from vst_core.protocol import Cancel, Failed, Finished, FrameDone, Started, decode, encode

SIZE = (48, 32)


@pytest.fixture
def shot(tmp_path):
    """Three small frames of a texture that moves."""
    texture = np.random.default_rng(1).integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    (tmp_path / "in").mkdir()
    for frame in (1, 2, 3):
        moved = np.roll(texture, frame, axis=1)
        Image.fromarray(moved).save(tmp_path / "in" / f"f.{frame:04d}.png")
    return tmp_path


@pytest.fixture
def seq(room, shot, tiny_styles):
    """`vst-seq in/f.####.png out ...` in this process."""

    def run(*arguments, source="in/f.####.png", output="out"):
        given = [shot / source, shot / output, "--device", "cpu", *arguments]
        return room("main").main_seq([str(one) for one in given])

    return run


def events(text):
    return [decode(line) for line in text.splitlines()]


def made(shot):
    return sorted(path.name for path in (shot / "out").glob("*.png"))


@pytest.mark.slow
def test_frames_are_made_and_told_of_on_stderr(process, shot, tiny_styles):
    arguments = [shot / "in/f.%04d.png", shot / "out", "--device", "cpu"]
    done = process(*arguments, entry="main_seq")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert made(shot) == ["f.0001.png", "f.0002.png", "f.0003.png"]
    lines = done.stderr.splitlines()
    assert lines[0] == "3 frames, 48 x 32, candy by vtn on cpu, motion from auto"
    assert [line.partition(":")[0] for line in lines[1:4]] == [
        "[1/3] frame 1",
        "[2/3] frame 2",
        "[3/3] frame 3",
    ]
    assert lines[4].startswith("Made 3 frames in ")
    assert "Error:" not in done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.slow
def test_json_is_events_alone_and_a_second_run_skips(process, seq, shot, capsys):
    first = process(*["seq", shot / "in", shot / "out", "--device=cpu", "--progress", "json"])
    assert (first.returncode, first.stderr) == (0, "")
    told = events(first.stdout)
    assert isinstance(told[0], Started)
    assert (told[0].width, told[0].height, told[0].frames) == (*SIZE, 3)
    frames = [event for event in told if isinstance(event, FrameDone)]
    assert [(event.frame, event.skipped) for event in frames] == [
        (1, False),
        (2, False),
        (3, False),
    ]
    assert isinstance(told[-1], Finished)
    assert seq("--progress", "json", source="in") == 0
    again = events(capsys.readouterr().out)
    assert (again[-1].made, again[-1].skipped) == (0, 3)


@pytest.mark.slow
def test_mix_and_method_reach_the_engine(seq, capsys):
    assert seq("--style", "muse:3,candy:1", "--method", "itn", "--progress", "plain") == 0
    assert "muse:3,candy:1 by itn" in capsys.readouterr().err


def test_dry_run_is_a_table_and_touches_nothing(seq, shot, capsys):
    assert seq("--dry-run", "--proxy", "1/2", "--style", "muse:3,candy:1", "--format", "jpg") == 0
    text = capsys.readouterr().out
    assert not (shot / "out").exists()
    for part in ("48 x 32, painted at 24 x 16", "muse 75%, candy 25%", "3 to make", "cpu, "):
        assert part in text
    assert "2      f.0002.png  f.0002.jpg\n" in text
    assert str(shot / "out") in text


def test_dry_run_shows_the_layer_and_the_colors(seq, shot, capsys):
    from OpenImageIO import ImageOutput, ImageSpec

    names = [f"{layer}.{letter}" for layer in ("key", "fill") for letter in "RGB"]
    spec = ImageSpec(*SIZE, len(names), "half")
    spec.channelnames = tuple(names)
    output = ImageOutput.create(str(shot / "in/e.0001.exr"))
    assert output.open(str(shot / "in/e.0001.exr"), spec)
    assert output.write_image(np.zeros((SIZE[1], SIZE[0], len(names)), np.float16))
    assert output.close()
    assert seq("--dry-run", source="in/e.####.exr") == 0
    rows = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line]
    told = {row[0]: row[-1] for row in rows}
    assert told["layer"] == "fill (others: key)"
    assert told["colors"] == "Linear Rec.709 (sRGB)"
    assert "--layer" in told["note"]
    assert seq("--dry-run", "--layer", "key", source="in/e.####.exr") == 0
    assert "note" not in capsys.readouterr().out


def test_a_config_that_is_not_there_is_a_wrong_setting(seq, shot, capsys):
    assert seq("--ocio", "typo.ocio") == 2
    assert "typo.ocio" in capsys.readouterr().err
    assert not (shot / "out").exists()


def test_dry_run_says_what_will_be_skipped(seq, capsys):
    assert seq("--frames", "1-2", "--progress", "none") == 0
    assert seq("--dry-run", "--progress", "json") == 0
    started, finished = events(capsys.readouterr().out)
    assert (started.frames, finished.made, finished.skipped) == (3, 0, 2)
    assert seq("--dry-run") == 0
    text = capsys.readouterr().out
    assert "1 to make, 2 there already (verified)" in text
    assert text.count("there already\n") == 2


def test_dry_run_of_many_frames_shows_the_ends(seq, shot, capsys):
    assert seq("--dry-run", "--missing", "hold", "--frames", "1-300") == 0
    text = capsys.readouterr().out
    assert "276 more" in text
    assert "4-300 (the frame before stands in)" in text
    assert len(text.splitlines()) < 45


def test_saved_job_runs_as_typed(room, seq, shot, capsys):
    job = shot / "job.toml"
    assert seq("--style", "candy", "--save-job", job, "--dry-run") == 0
    assert room("main").main_seq(["--job", str(job), "--progress", "plain"]) == 0
    assert "candy by vtn" in capsys.readouterr().err
    assert made(shot) == ["f.0001.png", "f.0002.png", "f.0003.png"]


BAD = [
    ({"source": "in/g.%04d.png"}, [], 3, "In that place: "),
    ({}, ["--frames", "1-4"], 3, "missing: 4"),
    ({}, ["--style", "mus"], 2, "No style is called 'mus'. Did you mean 'muse'?"),
    ({"output": "in"}, [], 4, "is the folder of the input. Choose another"),
    ({}, ["--device", "cuda:77"], 5, "'cuda:77' was asked for, but this machine has"),
    ({}, ["--tile", "64"], 2, "A tile of 64 pixels is less than the 128"),
    ({}, ["--tile", "some"], 2, "--tile cannot be 'some'"),
    ({}, ["--layer", "depth"], 3, "depth"),
    ({}, ["--colorspace", "nonsense"], 2, "nonsense"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad[3])
def test_bad_input_is_one_line_and_its_exit_code(seq, capsys, bad):
    places, arguments, code, message = bad
    assert seq(*arguments, "--progress", "json", **places) == code
    said = capsys.readouterr()
    assert said.err.startswith("vst-seq: ")
    assert message in said.err
    assert said.err.count("\n") == 1
    (failed,) = events(said.out)
    assert isinstance(failed, Failed)
    assert failed.exit_code == code
    assert f"vst-seq: {failed.message}\n" == said.err


def test_damaged_weights_are_exit_6(seq, tiny_styles, capsys):
    (tiny_styles / "trunk-4-vtn.safetensors").write_bytes(b"torn")
    assert seq("--progress", "none") == 6
    assert "is not the file that the card of 'candy' promises" in capsys.readouterr().err


@pytest.fixture
def long_run(project, package, shot, tiny_styles):
    """A run over many frames in a process, which has just finished its first."""
    for frame in range(4, 200):
        (shot / "in" / f"f.{frame:04d}.png").symlink_to(shot / "in" / "f.0001.png")
    arguments = [str(shot / "in"), str(shot / "out"), "--device", "cpu", "--progress", "json"]
    child = subprocess.Popen(
        [sys.executable, "-m", f"{package}.main", "seq", *arguments],
        cwd=project,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with child:
        for line in child.stdout:
            if json.loads(line)["kind"] == "frame_done":
                break
        yield child
        child.kill()


def cancel(child):
    child.stdin.write(encode(Cancel()) + "\n")
    child.stdin.flush()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
@pytest.mark.parametrize(
    ("stop", "code"),
    [
        (lambda child: child.send_signal(signal.SIGINT), 130),
        (lambda child: child.send_signal(signal.SIGTERM), 143),
        (cancel, 143),
    ],
    ids=["ctrl-c", "sigterm", "cancel"],
)
def test_stopped_run_ends_whole_and_can_go_on(long_run, stop, code, shot):
    stop(long_run)
    rest = long_run.stdout.read()
    assert long_run.wait(60) == code
    failed = events(rest)[-1]
    assert (failed.code, failed.exit_code) == ("interrupt", code)
    assert 0 < len(made(shot)) < 199
    for name in made(shot):
        Image.open(shot / "out" / name).load()
