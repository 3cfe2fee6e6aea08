"""What the pages tell people to type is typed here; what they point to is there."""

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
import torch
from pages import NAMES, PROJECT, blocks, commands, headings, read

OTHERS = {"pip", "pytest", ".ci/run", "blender", "git", "cd", "python3", "."}
"""Programs that are not ours: `.ci/run` runs the first three."""

ONLY_READ = {
    "vst train": "minutes; tests/training trains",
    "vst train features": "minutes; tests/training trains",
    "vst bench features": "minutes; tests/benchmark measures",
    "vst blender": "tests/blender_addon builds",
}
SHORT = "--frames 1-2"
"""Of the shot that comes along; `.ci/run` makes all of it."""
QUICK = (
    "--features lite --iterations 2 --passes 2 --pass-iterations 1 --temporal-from 1 --threads 1"
)

ELSEWHERE = {"docs/farms.md"}
"""Pages whose commands stand on each other: tests/farm/test_farm_page.py runs them in order."""

OURS = [
    (name, place, line)
    for name in NAMES
    for place, line in enumerate(commands(name))
    if shlex.split(line, comments=True)[0] not in OTHERS and name not in ELSEWHERE
]


def test_the_readme_is_short():
    text = read("README.md")
    assert len(text.splitlines()) <= 130
    assert len(text.split()) <= 1100


def test_the_continuous_check_does_what_the_readme_says():
    script = read(".ci/run")
    for own, plain in ((" -q", ""), ('"$work/out"', "out/"), (" --progress plain", "")):
        script = script.replace(own, plain)
    for line in blocks("README.md", "sh")[0].splitlines():
        for command in line.split(" && "):
            assert f"\n{command}\n" in script, command


def found(vst, line):
    """The command of the table, the name it was called by, and the words that follow."""
    program, *words = shlex.split(line, comments=True)
    words = ["seq", *words] if program == "vst-seq" else words
    command = vst._find(words)
    assert command, f"there is no command: {line}"
    return command, words[len(command.name.split()) :]


@pytest.mark.slow
@pytest.mark.parametrize("case", OURS, ids=[f"{name}-{place}" for name, place, _ in OURS])
def test_commands_run(vst, sandbox, request, case):
    name, _, line = case
    command, words = found(vst, line)
    if command.name == "eval":  # VGG-16 judges
        weights = request.getfixturevalue("shared") / "weights"
        words = [*words, "--weights-dir", str(weights)]
    if f"vst {command.name}" in ONLY_READ:
        assert parse(vst, command, words)
        return
    if command.name == "seq":
        if "--job" in words:  # the line before saved it
            saved = ["in/%04d.png", "out/", "--save-job", words[words.index("--job") + 1]]
            assert vst.main(["seq", *saved, "--dry-run"]) == 0
        if "--state-in" in words:
            first = next(line for line in commands(name) if "--state-out" in line)
            assert vst.main_seq([*limited(shlex.split(first)[1:], "before/")]) == 0
        words = limited(words, "made/")
    assert vst.main([*command.name.split(), *words]) == 0, line
    if command.name == "seq" and "--dry-run" not in words:
        assert list(sandbox.glob("made/*")) or list(sandbox.glob("result.*")), line


@pytest.mark.parametrize("name", NAMES)
def test_commands_in_the_text_can_be_typed(vst, name):
    text = re.sub(r"^```.*?^```", "", read(name), flags=re.DOTALL | re.MULTILINE)
    for line in re.findall(r"`(vst(?:-seq)? [^`]+)`", text):
        if "--help" in line:
            continue
        command, words = found(vst, line.split(" > ")[0])
        if len(words) > 1 and not words[-1].startswith("--"):  # else it is only named
            parse(vst, command, words)


def parse(vst, command, words):
    """Read the words of a command without running it; raises what a person would be told."""
    module = vst.importlib.import_module(f".commands.{command.module}", vst.__package__)
    return module.parser(f"vst {command.name}").read(words)


def limited(words, folder):
    """The same command, quick, quiet, and into a folder of its own."""
    smaller = {"out/": folder, "400,60,440,260": "16,9,32,18"}
    words = [smaller.get(word, word) for word in words]
    if words[0].startswith("tests/shot"):
        words += SHORT.split()
    return [*words, *QUICK.split(), "--progress", "none"]


def test_every_option_that_they_name_exists(vst):
    foreign = {"--python-expr", "--fuzz-seconds"}  # of Blender, of our pytest
    offered = set()
    for command in vst.COMMANDS:
        module = vst.importlib.import_module(f".commands.{command.module}", vst.__package__)
        offered |= set(re.findall(r"--[a-z][a-z-]+", module.parser(command.name).format_help()))
    for name in NAMES:
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", read(name)))
        assert named - offered - foreign <= set(), name


def test_the_table_of_settings_is_the_catalogs():
    from vst_core.catalog import markdown

    hint = "print it anew: vst describe --markdown > docs/parameters.md"
    assert read("docs/parameters.md") == markdown(), hint


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    text = re.sub(r"^```.*?^```", "", read(name), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (PROJECT / name).parent / path if path else PROJECT / name
        assert file.exists(), target
        if anchor:
            assert anchor in headings(os.path.relpath(file, PROJECT)), target


@pytest.mark.parametrize("name", NAMES)
def test_files_that_they_name_exist(name):
    for path in re.findall(r"`((?:vst_core|cli|tests|blender_addon)/[\w/.*-]+)`", read(name)):
        assert list(PROJECT.glob(path)), path


def test_the_architecture_names_every_room():
    text = read("docs/architecture.md")
    for door in PROJECT.glob("vst_core/*/__init__.py"):
        assert f"`{door.parent.name}`" in text, door


@pytest.mark.parametrize("name", NAMES)
def test_papers_that_they_cite_are_listed(name):
    listed = set(re.findall(r"^- \[([^]]+)\]", read("docs/references.md"), re.MULTILINE))
    for group in re.findall(r"\[([^]]*[A-Z][a-z]+ (?:19|20)\d\d[^]]*)\](?!\()", read(name)):
        assert set(group.split("; ")) <= listed, group


def test_the_message_that_ends_a_run_is_the_protocols():
    from vst_core.protocol import Cancel, encode

    assert f"`{encode(Cancel())}`" in read("docs/automation.md")


def example(name, holds):
    """Run the Python of a page that holds a text; return the names that it leaves."""
    (code,) = (block for block in blocks(name, "python") if holds in block)
    names = {}
    exec(code, names)
    return names


@pytest.mark.slow
def test_the_example_of_the_engine_from_python(sandbox):
    result = example("README.md", "stylize(job")["result"]
    assert [path.name for path in result.files] == ["balloon_0001.png", "balloon_0002.png"]
    assert all((sandbox / path).is_file() for path in result.files)


def test_the_example_of_a_flow_source():
    from vst_core.flow import FLOW_SOURCES, FrameView
    from vst_core.motion import warp

    pan = example("docs/extending.md", "class Pan")["pan"]
    del FLOW_SOURCES["pan"]
    frame = torch.rand(1, 3, 20, 30)
    pair = pan.between(FrameView(1, frame), FrameView(2, frame))
    torch.testing.assert_close(warp(frame, pair.backward)[..., 3:], frame[..., :-3])


def test_the_example_of_a_method():
    from vst_core.stylizers import STYLIZERS

    method = example("docs/extending.md", "class Posterize")["method"]
    del STYLIZERS["posterize"]
    assert len(method.stylize(torch.rand(1, 3, 20, 30), None).picture.unique()) == 4


def test_the_example_of_a_style(capsys):
    assert example("docs/extending.md", "find_card(")["card"].name == "candy"
    assert "vtn" in capsys.readouterr().out


@pytest.mark.slow
def test_the_example_of_a_metric(sandbox):
    figures = example("docs/extending.md", "def brightness_change")["figures"]
    assert figures == pytest.approx([0.1] * 4, abs=0.01)


@pytest.mark.slow
def test_the_example_of_a_host(sandbox, monkeypatch):
    program = Path(sys.executable).with_name("vst-seq")
    if not program.exists():
        pytest.skip("the engine is not installed beside this Python")
    monkeypatch.setenv("VST_SEQ", str(program))
    names = example("docs/extending.md", "find_engine()")
    assert (names["process"].code, names["frames"]) == (0, [1])
    assert not names["process"].problem
