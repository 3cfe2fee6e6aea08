"""The parts of the add-on that need no Blender: arithmetic, names, jobs, and equal copies."""

import ast
import doctest
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError
from vst_core.frames import FrameRange, find_sequence
from vst_core.job import read_job
from vst_core.toml_text import from_toml

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for path in (PROJECT / "blender_addon").rglob("*.py") if "hosts" not in path.parts
)
small = settings(deadline=None, max_examples=50)


@pytest.mark.parametrize(
    "name",
    [
        "hosts.hashes",
        "hosts.toml_values",
        "hosts.file_names",
        "sequencer.timing",
        "hosts.run_progress",
        "hosts.curve_text",
    ],
)
def test_examples(name, pure):
    result = doctest.testmod(pure(name))
    assert result.attempted
    assert not result.failed


NAMES = ("start", "count", "trim", "left", "length")
places = st.fixed_dictionaries(
    {
        "start": st.integers(-50, 50),
        "count": st.integers(1, 9),
        "trim": st.integers(0, 5),
        "left": st.integers(-60, 60),
        "length": st.integers(1, 20),
    }
)


@small
@given(place=places, extra=st.integers(0, 4))
def test_needed_pictures_are_those_that_frames_show(pure, place, extra):
    start, count, trim, left, length = (place[one] for one in NAMES)
    timing = pure("sequencer.timing").Timing(start, count, trim, left, left + length)
    content = [trim] * 200 + list(range(trim, trim + count)) + [trim + count - 1] * 200
    shown = [content[200 + frame - start] for frame in range(left, left + length)]
    assert [timing.index(frame) for frame in range(left, left + length)] == shown
    assert list(timing.needed()) == list(range(min(shown), max(shown) + 1))
    wider = timing.needed(extra)
    assert set(timing.needed()) <= set(wider) <= set(range(trim, trim + count))
    assert len(wider) <= len(timing.needed()) + 2 * extra
    # A result with the needed pictures alone, its content at the first one's frame, shows the same.
    placed = pure("sequencer.timing").Timing(
        timing.frame(wider.start), len(wider), 0, left, left + length
    )
    assert [wider[placed.index(frame)] for frame in range(left, left + length)] == shown


@pytest.mark.parametrize(
    "names",
    [
        ["a.0098.exr", "a.0099.exr", "a.0100.exr"],
        ["8.png", "9.png", "10.png"],
        ["v2_shot 0001 (graded).png", "v2_shot 0002 (graded).png"],
        ["999.jpg", "1000.jpg"],
        ["s_1001_v001.png", "s_1002_v001.png"],
        ["s.1001.left.exr", "s.1002.left.exr"],
    ],
)
def test_the_engine_finds_what_a_pattern_names(names, pure, tmp_path):
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    pictures = pure("hosts.job_file").take_pictures([tmp_path / name for name in names], tmp_path)
    found = find_sequence(pictures.input, frames=FrameRange.parse(pictures.frames))
    assert [found.source(number).name for number in pictures.numbers] == names
    assert pictures.identity == tuple(names)


@pytest.mark.parametrize(
    "names",
    [
        ["a1.png", "a3.png"],
        ["b.png", "a.png"],
        ["a1.png", "a1.png", "a2.png"],
        ["s%04d_1.png", "s%04d_2.png"],
        ["a-001.png", "a-000.png"],
    ],
)
def test_other_names_are_staged_in_order(names, pure, tmp_path):
    for name in names:
        (tmp_path / name).write_text(name)
    files = [tmp_path / name for name in names]
    assert pure("hosts.job_file").take_pictures(files, tmp_path) is None
    staging = pure("hosts.own_folders").Staging(tmp_path / "s", "source")
    pictures = pure("hosts.job_file").stage_pictures(files, tmp_path, staging)
    found = find_sequence(pictures.input, frames=FrameRange.parse(pictures.frames))
    assert [found.source(number).read_text() for number in pictures.numbers] == names
    assert pictures.identity == tuple(names)
    staging.remove()
    assert not staging.folder.exists()


def test_a_single_picture_is_itself(pure, tmp_path):
    pictures = pure("hosts.job_file").take_pictures([tmp_path / "a_0007.png"], tmp_path)
    assert (pictures.input, pictures.frames, pictures.numbers) == (
        str(tmp_path / "a_0007.png"), "", ()
    )  # fmt: skip


@pytest.fixture
def job(pure, tmp_path):
    source = tmp_path / "in.png"
    source.write_text("one")

    def make(**settings):
        jobs = pure("hosts.job_file")
        folder = jobs.result_folder(tmp_path / "vst", 'Clip "é" 1/2', source=str(source))
        return jobs.make_job(
            folder,
            pictures=jobs.Pictures.counting(str(tmp_path / "in_%04d.png"), 7, 3, ("a",)),
            settings={"style": 'mü"se\\', **settings},
            engine="0.1.0",
            states=[jobs.file_state(source)],
        )

    return make


def test_the_engine_reads_the_job(job):
    made = job(strength=0.6, original_colors=True, seed=3)
    made.write()
    read = read_job(made.file)
    assert (read.style, read.strength, read.original_colors, read.seed) == (
        'mü"se\\', 0.6, True, 3
    )  # fmt: skip
    assert (read.frames, read.output) == ("7-9", str(made.output))
    assert re.fullmatch(r"Clip_é_1_2\.vst-[0-9a-f]{12}", made.folder.name)


def test_a_finished_job_is_known_until_its_files_its_sources_or_its_settings_change(job, tmp_path):
    made = job()
    made.write()
    assert made.finished() == []
    made.output.mkdir()
    (made.output / "a.png").touch()
    made.finish(["a.png", "a.png"])
    assert job().finished() == ["a.png", "a.png"]
    made.finish(["a.png", "x" * 300])
    assert job().finished() == []
    made.finish(["a.png", "a.png"])
    assert job(seed=1).finished() == []
    (tmp_path / "in.png").write_text("another")
    assert job().finished() == []
    (tmp_path / "in.png").write_text("one")
    (made.output / "a.png").unlink()
    assert job().finished() == []


def test_the_built_files_equal_their_sources(addon, extension):
    from vst_core import hosts
    from vst_core.catalog import describe

    built = extension / "extensions" / "user_default" / "video_style_transfer"
    shared = Path(hosts.__file__).parent
    names = {path.name for path in shared.glob("*.py")}
    assert {path.name for path in (built / "hosts").glob("*.py")} == names
    for name in names:
        assert (built / "hosts" / name).read_bytes() == (shared / name).read_bytes()
    for path in addon.rglob("*.py"):
        if "hosts" not in path.parts:
            assert (built / path.relative_to(addon)).read_bytes() == path.read_bytes()
    assert json.loads((built / "hosts" / "table.json").read_text()) == describe()


def test_every_parameter_has_one_place_in_the_panel(pure):
    table = pure("hosts.parameter_table")
    folded = [name for _, names in table.groups() for name in names]
    shown = [*folded, *table.FRONT, *table.HOST, "strength"]
    assert sorted(shown) == sorted(table.parameters())
    assert table.needs_flow("vtn")
    assert not table.needs_flow("itn")
    assert table.reads("gatys", "iterations")
    assert not table.reads("vtn", "iterations")
    assert table.reads("vtn", "seed")
    assert table.reads("a newer method", "iterations")


def test_a_new_flow_source_of_the_engine_is_suggested_by_itself(pure):
    table = pure("hosts.parameter_table")
    described = json.loads(json.dumps(table.table()))
    row = next(row for row in described["parameters"] if row["name"] == "flow")
    row["choices"].append({"value": "sea-raft", "label": "SEA-RAFT", "hint": "New."})
    assert ("sea-raft", "SEA-RAFT") in table.suggestions("flow", described)
    assert ("dis", "DIS (built in)") in table.suggestions("flow")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_only_blender_and_the_standard_library_are_imported(path):
    allowed = {*sys.stdlib_module_names, "bpy"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if node.level == 0 else []
        else:
            continue
        assert {name.partition(".")[0] for name in names} <= allowed
    assert path.read_text().startswith("# SPDX-License-Identifier: GPL-3.0-or-later")


def test_versions_agree(addon):
    from vst_core.version import __version__

    manifest = (addon / "blender_manifest.toml").read_text()
    assert f'\nversion = "{__version__}"\n' in manifest


def test_the_extension_is_built_and_checked(addon, cli, tmp_path):
    extension = cli("extension")
    path = extension.build(addon, tmp_path)
    assert path.name == "video_style_transfer-0.1.0.zip"
    first = path.read_bytes()
    assert extension.validate(path).startswith("Checked")
    assert extension.build(addon, tmp_path).read_bytes() == first


@pytest.mark.blender
def test_blenders_own_validator_agrees(addon, cli, tmp_path):
    extension = cli("extension")
    if extension.blender_script() is None:
        pytest.skip("Blender's Python module (bpy) is not installed")
    path = extension.build(addon, tmp_path)
    assert extension.validate(path) == "Checked by Blender's own validator"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('id = "', '# "'), "'id' is missing"),
        (("strokes that hold still", "strokes that hold still and still"), "is too long"),
        (("hold still", "hold."), "ends in a stop"),
        (('version = "0', 'version = "next'), "'next.1.0' is no version"),
        (("id = ", "id == "), "cannot be read as TOML"),
    ],
)
def test_a_wrong_manifest_is_named(change, message, addon, cli, tmp_path):
    source = tmp_path / "addon"
    source.mkdir()
    for path in addon.iterdir():
        if path.is_file():
            (source / path.name).write_bytes(path.read_bytes())
    manifest = source / "blender_manifest.toml"
    manifest.write_text(manifest.read_text().replace(*change, 1))
    with pytest.raises(InputError, match=message):
        cli("extension").build(source, tmp_path / "out")


def test_a_zip_that_lacks_something_is_named(cli, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("blender_manifest.toml", "")
    with pytest.raises(InputError, match=r"lacks __init__\.py"):
        cli("extension").validate(tmp_path / "a.zip")


@pytest.mark.slow
def test_the_commands_build_and_explain_themselves(cli, tmp_path, capsys):
    main = cli("main").main
    made = []
    for command in (["hosts", "build", "blender"], ["blender", "build"]):
        assert main([*command, "--out", str(tmp_path / command[0])]) == 0
        made.append(Path(capsys.readouterr().out.splitlines()[0]))
        assert made[-1].name == "video_style_transfer-0.1.0.zip"
    assert made[0].read_bytes() == made[1].read_bytes()
    assert main(["blender", "bild"]) == 2
    assert main(["hosts", "build", "gimp"]) == 2
    assert main(["blender", "build", "--source", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert "'bild'" in said
    assert "'gimp'" in said
    assert "is not the folder of blender's code" in said


def iterated(pure, frame, iteration, number=1, passes=1):
    return pure("hosts.messages").Iterated(frame, iteration, 10, 64, 48, 1.0, {}, number, passes)


def test_the_bar_moves_with_every_iteration(pure):
    protocol, pace = pure("hosts.messages"), pure("hosts.run_progress").RunProgress()
    fraction, text = pace.hear(
        protocol.Started(4, 64, 48, "muse", "gatys", "none", "cpu", "0"), 0.0, "Starting"
    )
    seen = []
    for frame in range(1, 5):
        for iteration in (1, 5, 10):
            fraction, text = pace.hear(iterated(pure, frame, iteration), fraction, text)
            seen.append(fraction)
        assert f"rame {frame} of 4, iteration 10 of 10" in text
        done = protocol.FrameDone(frame, frame, 4, 1.0, 1.0, f"{frame}.png")
        fraction, text = pace.hear(done, fraction, text)
        assert fraction == pytest.approx(frame / 4)
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen)


def test_the_bar_moves_through_all_passes_whatever_their_direction(pure):
    protocol, pace = pure("hosts.messages"), pure("hosts.run_progress").RunProgress()
    pace.hear(protocol.Started(3, 64, 48, "muse", "ruder-multipass", "dis", "cpu", "0"), 0.0, "")
    fraction, text, seen = 0.0, "", []
    for number in (1, 2):
        for frame in (1, 2, 3) if number == 1 else (3, 2, 1):
            for iteration in (1, 10):
                message = iterated(pure, frame, iteration, number, 2)
                fraction, text = pace.hear(message, fraction, text)
                seen.append(fraction)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert seen[5] == 0.5
    assert text.startswith("Pass 2 of 2, frame 3 of 3")


@pytest.fixture
def folders(pure):
    return pure("hosts.own_folders")


def test_a_folder_with_strangers_files_is_never_claimed(folders, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "film.exr").touch()
    with pytest.raises(folders.ForeignFolderError, match="no run of vst made"):
        folders.claim(tmp_path / "mine")
    folders.claim(tmp_path / "new", blend="a.blend")
    folders.claim(tmp_path / "new", blend="b.blend")
    assert folders.facts(tmp_path / "new")["blend"] == "a.blend"


def test_what_a_killed_blender_laid_out_is_cleared_away_and_nothing_else(folders, tmp_path):
    original = tmp_path / "film.exr"
    original.write_text("film")
    first = folders.Staging(tmp_path, "source")
    first.lay({1: original, 2: original})
    (first.folder / "stranger.txt").touch()
    second = folders.Staging(tmp_path, "source")  # the first was never removed
    assert second.folder.name == "source-2.vst-staged"  # the stranger's file is in the way
    assert sorted(path.name for path in first.folder.iterdir()) == ["stranger.txt"]
    second.lay({1: original})
    second.remove()
    assert not second.folder.exists()
    assert original.read_text() == "film"


def test_a_staging_folder_in_use_is_left_alone(folders, tmp_path, monkeypatch):
    first = folders.Staging(tmp_path, "mask")
    monkeypatch.setattr(folders.os, "getpid", lambda: 1)  # another process that lives
    second = folders.Staging(tmp_path, "mask")
    assert (first.folder.is_dir(), second.folder.name) == (True, "mask-2.vst-staged")


def test_results_of_one_name_from_two_places_have_two_folders(pure, tmp_path):
    make = pure("hosts.job_file").result_folder
    one = make(tmp_path, "C0001", source="/card/a/C0001.MP4")
    assert make(tmp_path, "another name", source="/card/a/C0001.MP4") == one
    assert make(tmp_path, "C0001", source="/card/b/C0001.MP4") != one


def test_the_manifest_gives_reasons_and_a_website(addon):
    manifest = from_toml((addon / "blender_manifest.toml").read_text())
    assert set(manifest["permissions"]) == {"files", "network", "clipboard"}
    assert manifest["website"].startswith("https://")


@pytest.mark.slow
def test_the_add_on_is_found_from_any_folder_of_a_checkout(cli, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(PROJECT / "tests" / "blender_addon")
    assert cli("main").main(["blender", "build", "--out", str(tmp_path)]) == 0
    assert "video_style_transfer" in capsys.readouterr().out
