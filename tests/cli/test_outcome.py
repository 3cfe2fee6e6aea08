"""How commands end: exit codes, one line on stderr, events for programs."""

import json
import subprocess
import sys
import warnings

import pytest

from vst_core import errors
from vst_core.protocol import Failed, decode

ENDS = [
    (errors.UsageError("No such thing", fix="Take another"), 2, "No such thing. Take another"),
    (errors.InputError("No frames"), 3, "No frames."),
    (errors.OutputError("Disk full."), 4, "Disk full."),
    (errors.OutOfMemory("Too large", fix="Use --proxy 1/2"), 5, "Too large. Use --proxy 1/2"),
    (errors.WeightsError("Absent", fix="Put it there"), 6, "Absent. Put it there"),
    (errors.Interrupted(15), 143, "Stopped by signal 15. Run the same command again to go on."),
    (KeyboardInterrupt(), 130, "Stopped by signal 2. Run the same command again to go on."),
    (ValueError("odd\nnumber"), 1, "Something went wrong inside: ValueError: odd number. Set VST"),
]


def raising(error):
    def work():
        raise error

    return work


@pytest.fixture
def guarded(room, monkeypatch):
    monkeypatch.delenv("VST_DEBUG", raising=False)
    return room("show.outcome").guarded


@pytest.mark.parametrize(("error", "code", "line"), ENDS, ids=lambda one: type(one).__name__)
def test_every_error_has_its_code_and_one_calm_line(guarded, capsys, error, code, line):
    assert guarded("vst-seq", raising(error), []) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"vst-seq: {line}")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(("error", "code", "line"), ENDS, ids=lambda one: type(one).__name__)
def test_programs_get_a_failed_event_too(guarded, capsys, error, code, line):
    assert guarded("vst-seq", raising(error), ["in", "out", "--progress", "json"]) == code
    said = capsys.readouterr()
    event = decode(said.out)
    assert isinstance(event, Failed)
    assert event.exit_code == code
    assert event.message.startswith(line)
    assert said.err.startswith(f"vst-seq: {line}")


@pytest.mark.parametrize("words", [["--progress", "openjd"], ["--progress=openjd"]])
def test_a_farm_is_told_of_a_failure_in_a_line(guarded, capsys, words):
    error = errors.InputError("No frames", fix="Render them")
    assert guarded("vst seq", raising(error), ["in", "out", *words]) == 3
    assert capsys.readouterr().out == "openjd_fail: No frames. Render them\n"


def test_failed_event_names_the_frame(guarded, capsys):
    error = errors.InputError("Frame 7: in/7.png is damaged")
    error.frame = 7
    guarded("vst-seq", raising(error), ["--progress=json"])
    assert json.loads(capsys.readouterr().out)["frame"] == 7


def test_traceback_only_when_asked_for(guarded, capsys, monkeypatch):
    guarded("vst", raising(ValueError("odd")), [])
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("VST_DEBUG", "1")
    guarded("vst", raising(ValueError("odd")), [])
    said = capsys.readouterr().err
    assert "in work" in said
    assert said.splitlines()[-1].startswith("vst: Something went wrong inside")


def test_libraries_do_not_warn_people(guarded, capsys):
    def work():
        warnings.warn("a library's remark", stacklevel=1)
        return 0

    assert guarded("vst", work, []) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
@pytest.mark.parametrize(
    ("command", "code"),
    [(["describe"], 141), (["seq", "--help"], 0)],  # nobody asks a help text for its exit code
)
def test_reader_that_goes_away_is_no_error(project, package, command, code):
    slow = f"import sys, time; sys.argv = ['vst', *{command}]; time.sleep(0.3)"
    child = subprocess.Popen(
        [sys.executable, "-c", f"{slow}; from {package}.main import main; sys.exit(main())"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    child.stdout.close()
    with child.stderr:
        assert child.stderr.read() == b""
    assert child.wait(60) == code
