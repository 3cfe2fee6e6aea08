"""Kinds of media, settings, renders and keyframes, in the real Blender with the real engine."""

import itertools
import re
import wave
from pathlib import Path

import numpy as np
import pytest
import strip_media as media
from strip_media import save_pictures

pytestmark = [pytest.mark.blender, pytest.mark.slow]


def save_movie(path):
    media.save_movie(path, [media.picture(index) for index in range(media.COUNT)])


def test_rendered_strips_cost_nothing_while_nothing_has_changed(blender, tmp_path):
    save_movie(tmp_path / "clip.mkv")
    found = blender("media:rendered", tmp_path)

    def did(name):
        texts = found[name]
        assert texts[0] == "done"
        renders = any(text.startswith("Rendering") for text in texts)
        return renders, "Starting the engine" in texts

    assert did("first") == (True, True)
    assert did("second") == (False, False)
    assert did("other") == (True, True)
    assert did("back") == (False, False)
    assert did("moved") == (True, False)
    assert did("changed") == (True, True)
    assert found["bytes"] < 2_000_000
    assert found["heavy is there"]


def test_scripts_of_a_scene_strip_run_in_the_second_blender(blender, tmp_path):
    found = blender("media:scripts", tmp_path)
    assert found["work"][0] == "done", found["work"]
    left, right = (media.load(Path(path)).sum(axis=(0, 2)) for path in found["files"])
    columns = np.arange(left.size)
    assert (left * columns).sum() / left.sum() < media.WIDTH / 2 - 5
    assert (right * columns).sum() / right.sum() > media.WIDTH / 2 + 5
    assert "Starting the engine" not in found["again"]  # the same pictures came of it


def save_uneven(path):
    """A movie with pictures at 0, 1, 2, 5, 6 and 9 twenty-fourths of a second."""
    from fractions import Fraction

    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = media.WIDTH, media.HEIGHT, "bgr0"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 24)
        for index, time in enumerate((0, 1, 2, 5, 6, 9)):
            frame = av.VideoFrame.from_ndarray(media.picture(index), format="rgb24")
            frame = frame.reformat(format="bgr0")
            frame.pts, frame.time_base = time, Fraction(1, 24)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def save_turned(path):
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = media.WIDTH, media.HEIGHT, "yuv420p"
        stream.set_display_rotation(90)
        for index in range(media.COUNT):
            frame = av.VideoFrame.from_ndarray(media.picture(index), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_uneven_and_turned_movies_are_what_blender_shows(blender, tmp_path):
    save_uneven(tmp_path / "uneven.mkv")
    save_turned(tmp_path / "turned.mp4")
    found = blender("media:uneven", tmp_path)
    for name in ("phone", "turned"):
        assert found[f"{name} work"][0] == "done", found[f"{name} work"]
        for number in range(*found[name]):
            before, after = (media.load(tmp_path / f"{stem}_{number:04d}.png")
                             for stem in ("before", "after"))  # fmt: skip
            limit = 1.01 if name == "phone" else 6  # two decoders' ways from 4:2:0 to RGB
            assert np.abs(before - after).mean() < limit, (name, number)


def test_a_result_is_connected_to_the_sound_as_its_original_was(blender, tmp_path):
    save_movie(tmp_path / "clip.mkv")
    with wave.open(str(tmp_path / "clip.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
    found = blender("media:sound", tmp_path)
    if not found["known"]:
        pytest.skip("this Blender has no connections of strips")
    assert found["with"]
    assert not found["without"]
    assert not found["without original"]


@pytest.fixture(scope="module")
def told(blender, tmp_path_factory):
    folder = save_pictures(tmp_path_factory.mktemp("settings"))
    for index in range(2):
        media.save_layers(folder / f"beauty.{index + 1001}.exr", media.picture(index))
    (folder / "muse.toml").write_text("")
    return folder, blender("media:settings", folder)


def test_paths_that_count_from_the_file_are_whole_for_the_engine(told):
    folder, found = told
    assert found["plain"]["style"] == f"{folder / 'muse.toml'}:0.5,candy:0.5"
    assert found["files"] == [str(folder / "muse.toml")]
    assert found["picked"] == "//muse.toml"


def test_the_strips_color_space_reaches_the_engine(told):
    _, found = told
    assert found["plain"]["colorspace"] == "Linear Rec.709"
    assert "ocio" not in found["plain"]
    assert found["float"]["colorspace"] == "ACEScg"
    assert found["own"]["colorspace"] == "Filmic sRGB"
    assert Path(found["own"]["ocio"]).name == "config.ocio"
    assert found["answer"] == ["FINISHED"]


def test_stylize_marks_nothing_and_settings_are_copied(told):
    _, found = told
    assert found["in batch"] == [False] * 3
    assert found["copied"] == ["FINISHED"]
    assert found["strengths"] == [0.3] * 3


def test_menus_have_the_entries(told):
    menus = told[1]["menus"]
    assert all(len(draws) == 1 for draws in menus.values()), menus
    assert "RAFT" in told[1]["tooltip"]


def channels(path):
    """The channels of all parts of an EXR: from 5.0 on Blender writes a part for each pass."""
    import OpenImageIO

    opened, names = OpenImageIO.ImageInput.open(path), []
    while opened.seek_subimage(len(names), 0):
        names.append(opened.spec().channelnames)
    return [name for part in names for name in part]


def test_render_and_stylize_keeps_vectors_and_depth_and_sets_everything_back(blender, tmp_path):
    found = blender("media:animation", tmp_path)
    assert found["answer"] == ["FINISHED"], found["work"]
    assert found["work"][0] == "done"
    assert found["set back"]
    assert found["handlers"] == [1, 0]
    assert found["left"] == []
    assert len(found["rendered"]) == len(found["made"]) == 3
    for path in found["rendered"]:
        names = channels(path)
        assert any(name.endswith("Vector.X") for name in names), names
        assert any(".Depth." in name for name in names), names
    made = [media.load(Path(path)) for path in found["made"]]
    assert all(np.isfinite(picture).all() for picture in made)
    assert np.abs(made[0] - made[2]).mean() > 5


def test_the_bar_tells_of_iterations_and_no_fault_stalls_the_queue(blender, tmp_path):
    found = blender("media:iterations", save_pictures(tmp_path))
    assert found["work"][0] == "done", found["work"]
    assert set(found["fractions"]) - {0.0, 0.5, 1.0}  # it moves within a frame
    assert all(re.fullmatch(r"Frame [12] of 2, iteration \d+ of \d+", one) for one in found["told"])
    assert found["told"]
    assert not found["stalled"]
    assert "ZeroDivisionError" in found["said"]


def test_strength_takes_keyframes(blender, tmp_path):
    found = blender("media:keyframes", save_pictures(tmp_path))
    assert found["work"][0] == "done", found["work"]
    sources = [media.picture(index).astype(float) for index in range(media.COUNT)]
    made = [media.load(Path(path)) for path in found["files"]]
    distances = [np.abs(a - b).mean() for a, b in zip(made, sources, strict=True)]
    assert distances[0] < 0.6  # none of the painting
    assert all(one < other for one, other in itertools.pairwise(distances))
    for number, picture in enumerate(made):
        shown = media.load(tmp_path / f"shown_{number + 11:04d}.png")
        assert np.abs(shown - picture).max() <= 1.01
    assert found["part"] == {"strength": "0.4@3,0.6@4"}
