"""Child processes that do not behave, and engines that are not there."""

import os
import sys
import time

import pytest

EVENT = 'print(\'{"vst": 1, "kind": "progress", "text": "x", "fraction": 0.5}\', flush=True)'
FAILED = (
    'print(\'{"vst": 1, "kind": "failed", "code": "input", "message": "No frames.", '
    '"exit_code": 3}\', flush=True)'
)
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


@pytest.fixture
def start(pure, tmp_path):
    made = []

    def run(code, **settings):
        process = pure("hosts.process").Process(
            [sys.executable, "-c", code],
            environment=pure("hosts.engine").clean_environment(),
            folder=tmp_path,
            **settings,
        )
        made.append(process)
        return process

    yield run
    for process in made:
        process.kill()


def finish(process, seconds=20):
    messages = []
    end = time.monotonic() + seconds
    while process.running and time.monotonic() < end:
        messages += process.poll()
        time.sleep(0.01)
    assert not process.running
    return messages


def test_messages_arrive_and_the_end_is_seen(start):
    process = start(f"{EVENT}\n{EVENT}")
    assert len(finish(process)) == 2
    assert (process.code, process.problem, process.cancelled) == (0, "", False)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (f"{FAILED}; raise SystemExit(3)", "No frames."),
        ("import os; os.abort()", "ended by signal 6"),
        ("import sys; sys.exit('cannot find torch')", "ended with exit code 1: cannot find torch"),
        ("print('hello')", "printed something unexpected: hello"),
        ("print('[1, 2]')", "printed something unexpected: [1, 2]"),
        (f"{EVENT}; print(bytes(range(256)))", "printed something unexpected"),
    ],
)
def test_what_goes_wrong_is_one_calm_line(start, code, problem):
    process = start(code)
    finish(process)
    assert problem in process.problem
    assert len(process.problem.splitlines()) == 1


def test_silence_is_ended(start):
    process = start(f"{EVENT}; import time; time.sleep(60)", silence=0.8)
    began = time.monotonic()
    finish(process)
    assert time.monotonic() - began < 10
    assert process.problem == "The engine said nothing for 1 seconds and was ended"


def test_other_words_are_passed_over_where_they_are_expected(start):
    process = start(f"print('Blender 4.5'); {EVENT}", strict=False)
    assert len(finish(process)) == 1
    assert process.problem == ""


def test_cancel_lets_an_engine_end_by_itself(start):
    code = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(143))"
    process = start(f"{code}; {EVENT}; time.sleep(60)")
    while not process.poll():
        time.sleep(0.01)
    process.cancel()
    finish(process, 10)
    assert (process.code, process.cancelled, process.problem) == (143, True, "")


@pytest.mark.slow
def test_cancel_ends_one_that_does_not_listen_with_its_children(start):
    child = f"{DEAF}; time.sleep(60)"
    process = start(
        f"{DEAF}; import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); "
        f"{EVENT}; time.sleep(60)"
    )
    while not process.poll():
        time.sleep(0.01)
    group = process._child.pid
    process.cancel()
    began = time.monotonic()
    finish(process, 10)
    assert time.monotonic() - began < 2
    end = time.monotonic() + 2  # the children of the dead are reaped by somebody else
    while _is_there(group) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _is_there(group)
    assert process.cancelled
    assert process.problem == ""


def _is_there(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_end_all_leaves_nothing(start, pure):
    processes = [start("import time; time.sleep(60)") for _ in range(2)]
    pure("hosts.process").end_all()
    assert not any(process.running for process in processes)


def test_the_engines_environment_has_nothing_of_blenders_python(pure, monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/blender/python")
    monkeypatch.setenv("PYTHONPATH", "/blender/scripts")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/blender/lib")
    monkeypatch.setenv("VST_WEIGHTS", "/weights")
    environment = pure("hosts.engine").clean_environment()
    assert not {"PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH"} & set(environment)
    assert environment["VST_WEIGHTS"] == "/weights"


def program(folder, text="#!/bin/sh\nexit 0\n", name="vst-seq"):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_the_engine_is_found_by_preference_variable_and_path(pure, tmp_path, monkeypatch):
    find = pure("hosts.engine").find_engine
    preferred, named, found = (program(tmp_path / name) for name in ("a", "b", "c"))
    monkeypatch.setenv("VST_SEQ", str(named))
    monkeypatch.setenv("PATH", str(found.parent))
    assert (find(str(preferred)).program, find(str(preferred)).found_by) == (
        preferred, "the preferences"
    )  # fmt: skip
    assert find(str(preferred.parent)).program == preferred  # its folder will do
    assert (find().program, find().found_by) == (named, "VST_SEQ")
    monkeypatch.delenv("VST_SEQ")
    assert (find().program, find().found_by) == (found, "PATH")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pure("hosts.engine").EngineError, match="no vst-seq on PATH"):
        find()


def test_a_wrong_place_is_named(pure, tmp_path, monkeypatch):
    engine = pure("hosts.engine")
    with pytest.raises(engine.EngineError, match="which the preferences name, holds no vst-seq"):
        engine.find_engine(str(tmp_path))
    monkeypatch.setenv("VST_SEQ", str(tmp_path / "gone"))
    with pytest.raises(engine.EngineError, match="gone, which VST_SEQ names, is no program"):
        engine.find_engine()


def test_commands(pure, tmp_path):
    engine = pure("hosts.engine").Engine(tmp_path / "vst-seq", "PATH")
    assert engine.command("seq", "--job", "x") == [str(tmp_path / "vst-seq"), "--job", "x"]
    assert engine.command("doctor", "--json") == [str(tmp_path / "vst"), "doctor", "--json"]
    whole = pure("hosts.engine").Engine(tmp_path / "vst.exe", "PATH")
    assert whole.command("seq") == [str(tmp_path / "vst.exe"), "seq"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/bin/sh\necho hello\n", "does not answer as the engine does"),
        ("#!/bin/sh\necho broken >&2; exit 3\n", "does not answer as the engine does: broken"),
        ("#!/bin/sh\nsleep 30\n", "gave no answer in 1 seconds"),
        ("#!/no/such/interpreter\n", "cannot be started"),
    ],
)
def test_an_engine_that_does_not_answer_is_one_line(pure, tmp_path, text, message):
    engine = pure("hosts.engine")
    program(tmp_path / "e", text, "vst")
    seq = program(tmp_path / "e", text)
    with pytest.raises(engine.EngineError, match=message):
        engine.ask(engine.find_engine(str(seq)), "doctor", timeout=1)


def test_a_process_that_the_system_killed_is_told_as_such(start):
    process = start(f"{EVENT}; import os; os.kill(os.getpid(), 9)")
    finish(process)
    assert "killed by the system: out of memory?" in process.problem


def test_no_program_is_taken_from_the_current_folder(pure, tmp_path, monkeypatch):
    program(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("VST_SEQ", raising=False)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "../here"]))
    with pytest.raises(pure("hosts.engine").EngineError, match="is not installed"):
        pure("hosts.engine").find_engine()
    on_windows = program(tmp_path / "bin", name="vst-seq.exe")
    monkeypatch.setenv("PATH", str(on_windows.parent))
    monkeypatch.setattr(pure("hosts.engine"), "_NAMES", ("vst-seq.exe", "vst-seq"))
    assert pure("hosts.engine").find_engine().program == on_windows
