"""Any picture as a style, in the real Blender with the real engine."""

from pathlib import Path

import numpy as np
import pytest
import strip_media as media
from strip_media import save_pictures

pytestmark = [pytest.mark.blender, pytest.mark.slow]


def with_art(folder):
    """The pictures of a strip, two paintings and a movie, in names full of signs."""
    save_pictures(folder)
    media.save_movie(folder / "art, 2.mkv", [media.picture(index) for index in range(media.COUNT)])
    (folder / "paint, ings").mkdir()
    random = np.random.default_rng(4)
    for name, color in (("one@1.png", (230, 40, 20)), ("two.png", (20, 60, 220))):
        strokes = random.integers(-60, 60, (64, 24, 1)).repeat(4, axis=1)
        media.save_png(
            folder / "paint, ings" / name, np.uint8(np.clip(np.array(color) + strokes, 0, 255))
        )
    return folder


def test_files_and_strips_become_the_style(blender, tmp_path):
    found = blender("styles:picks", with_art(tmp_path))
    assert found["file"] == '"//paint, ings/one@1.png"'
    assert found["movie file"] == '"//art, 2.mkv#1"'
    assert found["strips"] == ["art", "still"]
    last = media.COUNT
    assert found["movie strip"] == [f'"//art, 2.mkv#{number}"' for number in (1, 3, last)]
    assert found["still strip"] == '"//paint, ings/one@1.png"'
    assert found["copied"] == [f'"//art, 2.mkv#{last}"', '"//paint, ings/one@1.png"']
    assert found["after a preset"] == found["copied"]


def test_two_keyframes_cross_over_between_two_paintings(blender, tmp_path):
    found = blender("styles:crossing", with_art(tmp_path))
    one, two = (f'"{tmp_path}/paint, ings/{name}"' for name in ("one@1.png", "two.png"))
    assert found["job"] == f"{one}:1,{two}:0@1,{one}:0,{two}:1@6"
    assert found["work"][0] == "done", found["work"]
    assert len(found["files"]) == media.COUNT
    assert found["another painting, another key"]
    made, first, second = (
        [media.load(Path(path)) for path in found[name][start:]]
        for name, start in (("files", 0), ("first", 1), ("second", 1))
    )
    assert np.array_equal(made[0], first[0])
    assert np.array_equal(made[-1], second[-1])
    for number in range(1, media.COUNT - 1):
        assert not np.array_equal(made[number], first[number])
        assert not np.array_equal(made[number], second[number])
