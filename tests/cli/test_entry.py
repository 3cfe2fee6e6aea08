"""The way in: help at once, names that are mistyped, the two programs."""

import doctest
import subprocess
import sys

import pytest

HEAVY = "('torch', 'numpy', 'OpenImageIO', 'cv2', 'rich', 'safetensors', 'fileseq', 'PIL')"
TELL = (
    f"import atexit; atexit.register(lambda: print('LOADED', "
    f"[name for name in {HEAVY} if name in sys.modules], file=sys.stderr))"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "arguments"),
    [
        ("main", ["--help"]),
        ("main", []),
        ("main_seq", ["--help"]),
        ("main_seq", ["--version"]),
        ("main", ["seq", "--help"]),
        ("main", ["train", "--help"]),
        ("main", ["doctor", "--help"]),
        ("main", ["styles", "--help"]),
        ("main", ["describe", "--json"]),
        ("main_seq", ["in", "out", "--stlye", "muse"]),
        ("main_seq", ["in", "out", "--proxy", "1/3"]),
    ],
)
def test_help_and_usage_errors_load_nothing_heavy(process, entry, arguments):
    done = process(*arguments, prelude=TELL, entry=entry)
    assert "LOADED []" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="torch has GNU's OpenMP on Linux only")
@pytest.mark.parametrize(
    ("given", "waits"), [({}, "SPINCOUNT = '1000'"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "= 'ACTIVE'")]
)
def test_waiting_threads_leave_the_cores_to_others_unless_told_otherwise(process, given, waits):
    """By what OpenMP itself says when torch loads it."""
    names = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
    own = f"import os; [os.environ.pop(n, None) for n in {names}]; os.environ.update({given})"
    done = process("doctor", prelude=own, OMP_DISPLAY_ENV="verbose")
    assert waits in done.stderr
    assert ("SPINCOUNT = '1000'" in done.stderr) == (not given)


def test_threads_of_a_training_wait_longer(room):
    spins = {command.name: command.spins for command in room("main").COMMANDS}
    assert spins["train"] == spins["train features"] == 10 * spins["seq"]


def test_overview_names_every_command(process, room):
    done = process()
    assert (done.returncode, done.stderr) == (0, "")
    for command in room("main").COMMANDS:
        assert f"  {command.name} " in done.stdout
        assert command.summary in done.stdout


def test_every_command_explains_itself_in_a_hundred_columns(room, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    for command in room("main").COMMANDS:
        assert room("main").main([*command.name.split(), "--help"]) == 0
        text = capsys.readouterr().out
        assert text.startswith(f"usage: vst {command.name}")
        assert "examples:" in text
        assert max(map(len, text.splitlines())) <= 100


def test_version_names_the_program_that_was_called(main, room, capsys):
    from vst_core.version import __version__

    assert main("--version") == 0
    assert capsys.readouterr().out == f"vst {__version__}\n"
    assert room("main").main_seq(["--version"]) == 0
    assert capsys.readouterr().out == f"vst-seq {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sq"], "vst: There is no command 'sq'. Did you mean 'seq'?"),
        (["--halp"], "vst: There is no option --halp. Did you mean --help?"),
        (["seq", "in", "out", "--stlye=x"], "There is no option --stlye. Did you mean --style?"),
        (["seq", "in", "out", "--zzz"], "vst seq: There is no option --zzz. See vst seq --help."),
        (["seq", "a.png", "b.png", "c.png"], "'c.png' is one argument too many. A sequence is"),
        (["seq", "in", "out", "--seed"], "vst seq: Argument --seed: expected one argument."),
        (["seq", "in"], "vst seq: The output is not named. Write, for example: vst-seq"),
        (["styles", "muse"], "Did you mean: vst styles show muse"),
        (["styles", "show"], "No style is named."),
    ],
)
def test_usage_errors_are_one_line_with_the_way_out(main, capsys, arguments, message):
    assert main(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_module_runs_as_a_program(project, package):
    command = [sys.executable, "-m", f"{package}.main", "describe"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("{")


def test_doctests(room):
    for name in ("parser", "show.event_text", "show.columns"):
        result = doctest.testmod(room(name))
        assert result.attempted > 0
        assert result.failed == 0
