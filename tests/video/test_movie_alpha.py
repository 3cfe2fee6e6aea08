"""Transparency of VP8 and VP9 (which FFmpeg's own decoders pass over), and of grey pictures."""

from __future__ import annotations

import av
import numpy as np
import pytest
from clips import write_clip

from vst_core.image import ReadSettings
from vst_core.video import demux, movie_facts
from vst_core.video.movie import Movie

WIDTH, HEIGHT, COUNT = 64, 48, 12


def write_alpha(path, codec, form, pictures, options=None):
    """Write pictures (h x w x 4, 8 bits); the muxer marks the alpha of WebM by itself."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, form
        stream.options = options or {}
        if codec.startswith("libvpx"):
            stream.metadata["alpha_mode"] = "1"
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format=form)
            frame.pts = index
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def fading(count=COUNT):
    """Light grey; the left half is more opaque with every picture, the right one is clear."""
    pictures = []
    for number in range(count):
        picture = np.full((HEIGHT, WIDTH, 4), 200, np.uint8)
        picture[..., 3] = 0
        picture[:, : WIDTH // 2, 3] = 20 * (number + 1)
        pictures.append(picture)
    return pictures


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_webm_has_its_alpha_from_any_start(tmp_path, codec):
    path = tmp_path / "a.webm"
    write_alpha(path, codec, "yuva420p", fading(), {"g": "4", "auto-alt-ref": "0"})
    movie = Movie(path)
    assert (movie.facts.frames, movie.facts.colors.layout.alpha) == (COUNT, True)
    assert movie.facts.notes == ()
    for number in (7, 12, 2, 11, 1, 8):
        alpha = movie.read(number, canvas=None, settings=ReadSettings()).pixels[..., 3] / 257
        assert np.abs(alpha[:, : WIDTH // 2 - 4] - 20 * number).max() <= 6
        assert alpha[:, WIDTH // 2 + 4 :].max() <= 6
    movie.close()


def test_without_alpha_nothing_changes(tmp_path):
    path = write_clip(tmp_path / "a.webm", codec="libvpx-vp9")
    assert not movie_facts(path).colors.layout.alpha


def test_alpha_that_nothing_here_can_read_is_said(tmp_path, monkeypatch):
    path = write_alpha(tmp_path / "a.webm", "libvpx-vp9", "yuva420p", fading(2))
    monkeypatch.setattr(demux, "_WITH_ALPHA", {})
    facts = movie_facts(path)
    assert not facts.colors.layout.alpha
    assert [note for note in facts.notes if "transparency" in note]


@pytest.mark.parametrize("form", ["ya8", "ya16be"])
def test_gray_with_alpha(tmp_path, form):
    path = write_alpha(tmp_path / "a.mov", "png", form, fading(3))
    movie = Movie(path)
    layout = movie.facts.colors.layout
    assert (layout.kind, layout.alpha, layout.bits) == ("grey", True, 16 if "16" in form else 8)
    pixels = movie.read(2, canvas=None, settings=ReadSettings()).pixels / 257
    assert pixels.shape == (HEIGHT, WIDTH, 4)
    assert np.abs(pixels[:, : WIDTH // 2, 3] - 40).max() <= 1
    assert pixels[:, WIDTH // 2 :, 3].max() == 0
    assert np.ptp(pixels[..., :3]) <= 1
    movie.close()
