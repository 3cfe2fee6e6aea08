"""Files that are damaged, cut off, or no movies: one line that names the file and a way out."""

import shutil
from pathlib import Path

import av
import numpy as np
import pytest
from clips import COUNT, grays, write_clip

from vst_core.errors import InputError
from vst_core.image import ReadSettings
from vst_core.video import movie_facts
from vst_core.video.index import index_movie
from vst_core.video.movie import Movie

NOISE = [np.random.default_rng(n).integers(0, 256, (48, 64, 3), np.uint8) for n in range(24)]


def cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(5000), "not a movie, or its table of contents is missing"),
        (b"this is no movie at all\n" * 100, "not a movie, or its table of contents is missing"),
    ],
)
def test_no_movie(tmp_path, content, reason):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"clip\.mp4: cannot be read.*{reason}") as caught:
        movie_facts(path)
    assert "\n" not in str(caught.value)
    assert "Copy it again" in caught.value.fix


def test_absent_empty_and_folder(tmp_path):
    (tmp_path / "empty.mov").touch()
    with pytest.raises(InputError, match=r"empty\.mov: is empty \(0 bytes\)"):
        movie_facts(tmp_path / "empty.mov")
    with pytest.raises(InputError, match=r"none\.mp4: no such file"):
        movie_facts(tmp_path / "none.mp4")
    with pytest.raises(InputError, match="is a folder, not a movie"):
        movie_facts(tmp_path)


def test_only_sound(tmp_path):
    import av

    whole = write_clip(tmp_path / "clip.mov", grays(4), sound="aac")
    path = tmp_path / "song.mov"
    with av.open(str(whole)) as source, av.open(str(path), "w") as output:
        track = output.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = track
                output.mux(packet)
    with pytest.raises(InputError, match=r"song\.mov: holds no moving picture \(but audio\)"):
        movie_facts(path)


def test_without_its_table_of_contents(tmp_path):
    whole = write_clip(tmp_path / "clip.mov", NOISE)
    path = cut(whole, 0.6)
    with pytest.raises(InputError, match="table of contents is missing"):
        movie_facts(path)
    path = cut(write_clip(tmp_path / "clip.mov"), 0.6)  # in the middle of the table
    with pytest.raises(InputError, match="table of contents is damaged: copy it again"):
        movie_facts(path)


def test_cut_off_in_the_middle(tmp_path):
    """All frames up to the cut, numbered as in the whole file; what was promised is known."""
    path = write_clip(tmp_path / "clip.mp4", NOISE, flags={"movflags": "faststart"})
    whole = Movie(path)
    pictures = [whole.read(n, canvas=None, settings=ReadSettings()).pixels for n in range(1, 25)]
    whole.close()
    short = Movie(cut(path, 0.6))
    assert 8 < short.facts.frames < 20
    assert short.facts.frames + short.facts.lost == 24
    for number in range(1, short.facts.frames + 1):
        read = short.read(number, canvas=None, settings=ReadSettings()).pixels
        np.testing.assert_array_equal(read, pictures[number - 1])


def test_matroska_cut_off(tmp_path):
    path = write_clip(tmp_path / "clip.mkv", NOISE)
    facts = movie_facts(cut(path, 0.6))
    assert 8 < facts.frames < 20
    assert facts.frames + facts.lost in (0, 24) or facts.lost == 0  # it may not say its length


def test_damage_inside_is_named_by_its_frame(tmp_path):
    """Every frame by itself: one that is overwritten is lost, and only that one."""
    path = write_clip(tmp_path / "clip.mov", NOISE[:6], codec="prores_ks", form="yuv422p10le")
    content = bytearray(path.read_bytes())
    fourth = [i for i in range(len(content)) if content[i : i + 4] == b"icpf"][3]
    content[fourth - 4 : fourth + 60] = bytes(64)
    path.write_bytes(content)
    movie = Movie(path)
    assert movie.facts.frames == 6
    for number in (3, 5, 6):
        movie.read(number, canvas=None, settings=ReadSettings())
    with pytest.raises(InputError, match=r"clip\.mov: its frame 4 is damaged") as caught:
        movie.read(4, canvas=None, settings=ReadSettings())
    assert "--frames" in caught.value.fix


def test_a_file_that_goes_away(tmp_path):
    path = write_clip(tmp_path / "clip.mp4")
    movie = Movie(path)
    movie.close()
    shutil.move(path, tmp_path / "elsewhere.mp4")
    with pytest.raises(InputError, match="no such file"):
        movie.read(2, canvas=None, settings=ReadSettings())


def test_nothing_can_be_decoded(tmp_path):
    path = write_clip(tmp_path / "clip.mov", NOISE[:3], codec="prores_ks", form="yuv422p10le")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"icpf", b"xxxx"))
    with pytest.raises(InputError, match=r"clip\.mov: "):
        movie_facts(path)


def test_the_count_in_the_header_is_not_believed(tmp_path):
    assert len(index_movie(write_clip(tmp_path / "a.mkv")).times) == COUNT  # it has none


@pytest.mark.parametrize("ending", [".mov", ".mp4", ".mkv"])
def test_a_title_in_another_encoding_is_no_damage(tmp_path, ending):
    """Cameras and older programs write Latin-1 or MacRoman where UTF-8 is due."""
    path = write_clip(tmp_path / f"a{ending}", sound="aac")
    with av.open(str(path)) as source, av.open(str(tmp_path / f"b{ending}"), "w") as output:
        output.metadata["title"] = "Cafe ZZ"
        streams = {one.index: output.add_stream_from_template(one) for one in source.streams}
        for packet in source.demux():
            if packet.size:
                packet.stream = streams[packet.stream.index]
                output.mux(packet)
    content = (tmp_path / f"b{ending}").read_bytes()
    assert b"Cafe ZZ" in content
    path.write_bytes(content.replace(b"Cafe ZZ", b"Caf\xe9 Z\x8e"))
    movie = Movie(path)
    assert movie.facts.frames == COUNT
    movie.close()
