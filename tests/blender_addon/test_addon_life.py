"""Switching the add-on on and off, its buttons, and engines that fail, in the real Blender."""

import os
import sys
import time
from pathlib import Path

import pytest
import strip_media as media

pytestmark = [pytest.mark.blender, pytest.mark.slow]

STARTED = (
    'print(\'{"vst": 1, "kind": "started", "frames": 6, "width": 64, "height": 48, '
    '"style": "muse", "method": "itn", "flow": "dis", "device": "cpu", "version": "0"}\', '
    "flush=True)"
)
FAILED = (
    'print(\'{"vst": 1, "kind": "failed", "code": "memory", "message": "Too little '
    'memory. Work size Half helps.", "exit_code": 5}\', flush=True); raise SystemExit(5)'
)
WEIGHTS = (
    'print(\'{"vst": 1, "kind": "failed", "code": "weights", "message": "The weights of RAFT are '
    'not here, and nothing may be fetched; put them there or there or there.", "exit_code": 6}\', '
    "flush=True); raise SystemExit(6)"
)
FINISHED = 'print(\'{"vst": 1, "kind": "finished", "made": 0, "skipped": 0, "seconds": 1.0}\')'
ENGINES = {
    "crashes": f"{STARTED}; import os; os.kill(os.getpid(), 11)",
    "fails": f"{STARTED}; {FAILED}",
    "lacks weights": f"{STARTED}; {WEIGHTS}",
    "hangs": f"{STARTED}; import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(99)",
    "lies": f"{STARTED}; {FINISHED}",
    "leaves": STARTED,
    "talks nonsense": "print('Segmentation of images since 1999')",
}
LINES = {
    "crashes": (1, "'vst-seq' ended by signal 11"),
    "fails": (5, "Too little memory. Work size Half helps."),
    "lacks weights": (6, "Weights are missing: allow online access in Preferences, System"),
    "hangs": (1, "The engine said nothing for 2 seconds and was ended"),
    "lies": (3, "The engine ended without finishing the job"),
    "leaves": (3, "The engine ended without finishing the job"),
    "talks nonsense": (
        1,
        "'vst-seq' printed something unexpected: Segmentation of images since 1999",
    ),
}


def pictures(folder, count=media.COUNT):
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        media.save_png(folder / f"in_{index + 7:04d}.png", media.picture(index))
    return folder


@pytest.fixture(scope="module")
def life(blender, tmp_path_factory):
    return blender("life", pictures(tmp_path_factory.mktemp("life")))


def test_import_is_light_and_quick(blender, tmp_path):
    heavy = {"numpy", "torch", "vst_core", "OpenImageIO", "cv2", "requests", "asyncio"}
    for _ in range(4):  # others may hold the processor
        found = blender("weight", tmp_path)
        assert not heavy & set(found["imported"])
        if found["seconds"] < 0.05:
            return
    pytest.fail(f"the import takes {found['seconds']:.3f} s")


def test_switching_off_leaves_nothing(life):
    assert life["after"] == life["before"]
    assert life["before"]["kinds"] == []
    assert life["before"]["property"] is False
    assert life["during"]["property"] is True
    assert {"stylize", "stylize_all", "swap", "restore"} <= set(life["during"]["operators"])


def test_gray_buttons_say_why(life):
    assert "Save the .blend file first: results go beside it" in life["gray unsaved"]
    assert "Select a movie or image strip" in life["gray nothing"]
    assert "An adjustment strip has no pictures of its own" in life["gray adjustment"]
    assert life["gray none"] == ""
    assert "This strip has no result yet" in life["gray no result"]


def test_settings_presets_and_styles(life):
    look = {"strength": 0.6, "proxy": "1/2", "style": "wave"}
    assert life["given"] == look
    assert life["defaults"] == {"style": "wave"}
    assert life["presets"] == ["My look 1 2"]
    assert life["applied"] == look
    assert life["picked"] == "candy"
    assert life["mix shows as"] == "other"
    assert life["kept"] == {**look, "style": "muse:0.5,candy:0.5"}


def test_the_engine_is_tested_and_shows_its_styles(life):
    assert life["doctor"] is True
    assert {"muse", "candy", "wave"} <= set(life["styles"])


@pytest.fixture(scope="module")
def trouble(blender, engine, tmp_path_factory):
    folder = pictures(tmp_path_factory.mktemp("trouble"))
    for name, code in ENGINES.items():
        place = folder / "engines" / name
        place.mkdir(parents=True)
        (place / "vst").symlink_to(engine / "vst")
        (place / "vst-seq").write_text(f"#!{sys.executable}\n{code}\n")
        (place / "vst-seq").chmod(0o755)
    for index in range(24):
        big = media.picture(index % 6).repeat(8, 0).repeat(8, 1)
        media.save_png(folder / f"long_{index:04d}.png", big)
    return blender("trouble", folder)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_fails_is_one_calm_line_and_the_strip_untouched(name, trouble):
    outcome = trouble["trouble"][name]
    code, line = LINES[name]
    assert outcome["state"] == "failed"
    assert (outcome["code"], outcome["text"]) == (code, line)
    assert outcome["untouched"]
    assert outcome["seconds"] < 30


def test_a_missing_engine_is_one_calm_line(trouble):
    line = f"{Path('nowhere')}, which the preferences name, is no program"
    assert line in trouble["missing"]
    state, text, untouched = trouble["missing at work"]
    assert (state, untouched) == ("failed", True)
    assert line in text


def test_cancel_in_the_middle_ends_the_process_within_two_seconds(trouble):
    state, other, seconds, gone = trouble["cancel"]
    assert (state, other, gone) == ("cancelled", "cancelled", True)
    assert seconds < 2
    assert trouble["untouched"]


def test_what_was_cancelled_goes_on_where_it_was(trouble):
    state, there, kept, frames = trouble["resumed"]
    assert (state, kept, frames) == ("done", True, 24)
    assert 0 < there < 24


def test_closing_the_file_ends_the_engine(trouble):
    assert trouble["closed"] == [True, 0]


def test_nothing_runs_on_when_the_add_on_goes(trouble):
    for _ in range(100):
        if not Path(f"/proc/{trouble['child']}").exists():
            return
        time.sleep(0.05)
    os.kill(trouble["child"], 0)
    pytest.fail("the engine still runs")


def test_a_mask_strip_handles_and_a_preview(blender, tmp_path):
    folder = pictures(tmp_path / "masked")
    for index in range(media.COUNT):
        matte = media.picture(index) * 0
        matte[:, : media.WIDTH // 2] = 255
        media.save_png(folder / f"matte_{index:04d}.png", matte)
    found = blender("masked", folder)
    assert found["answer"] == ["FINISHED"]
    names = [Path(path).name for path in found["files"]]
    assert names == [f"in_{number:04d}.png" for number in range(8, 13)]
    assert found["timing"] == [
        "Timing(start=1, count=6, trim=0, left=3, right=6)",
        "Timing(start=2, count=5, trim=0, left=3, right=6)",
    ]
    for path, index in zip(found["files"], range(1, 6), strict=True):
        made, source = media.load(Path(path)), media.picture(index)
        half = media.WIDTH // 2
        assert abs(made[:, half + 4 :] - source[:, half + 4 :]).max() <= 1.01
        assert abs(made[:, : half - 4] - source[:, : half - 4]).mean() > 10
    assert found["preview"] == ["FINISHED"]
    shown, size = found["shown"]
    assert size == [media.WIDTH, media.HEIGHT]
    assert Path(shown).name == "in_0010.png"
    assert found["no mask"] == "The mask strip 'gone' is not there"


def test_objects_are_picked_by_name_from_the_strips_own_files(blender, tmp_path):
    folder = tmp_path / "objects"
    folder.mkdir()
    half = media.WIDTH // 2
    for index in range(2):
        media.save_mattes(folder / f"in_{index:04d}.exr", media.picture(index))
    found = blender("objects", folder)
    assert found["mask"] == 'crypto:CryptoObject:"Left, half",crypto:CryptoObject:Dot'
    assert found["answer"] == ["FINISHED"]
    for path, index in zip(found["files"], range(2), strict=True):
        made, source = media.load(Path(path)), media.load(folder / f"in_{index:04d}.exr")
        assert abs(made[:, half:] - source[:, half:]).max() <= 0.02 * source.max()
        assert abs(made[:, :half] - source[:, :half]).mean() > 0.05 * source.max()
    assert "exclude each other" in found["both"]
    assert "Left, half" in found["unknown"]


def test_a_farm_gets_everything_saved_and_the_engines_exit_code(blender, engine, tmp_path):
    folder = pictures(tmp_path / "farm", 2)
    blender("farm_file", folder)
    found = blender("farm", folder)
    assert [row[0] for row in found["saved"]] == ["clip", "unmarked", "clip Stylized"]
    assert "vst: clip: 2 frames stylized" in found["said"]
    (folder / "in_0008.png").write_bytes(b"no picture")
    (folder / "found.json").unlink()
    failed = blender("farm", folder, code=3)
    assert "in_0008.png" in failed["said"]
    gone = blender("farm", folder, code=3, VST_SEQ=str(tmp_path / "gone"))
    assert "which VST_SEQ names, is no program" in gone["said"]
