"""Movies that are written: what comes back, the same bytes, sound as it was."""

import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
from clips import packets, write_clip

from vst_core.errors import OutputError
from vst_core.image import ReadSettings
from vst_core.video import MovieSettings, Sound, carried, check_encoder, movie_size, write_movie
from vst_core.video.movie import Movie

RATE = Fraction(24000, 1001)


def moving(count=6, *, width=64, height=48, alpha=False):
    rows, columns = np.mgrid[:height, :width]
    for number in range(count):
        layers = [columns * 700 + number * 900, rows * 900, 60000 - columns * 500 - rows * 100]
        if alpha:
            layers.append(np.where(columns > width // 2, 65535, rows * 65535 // height))
        yield np.dstack(layers).clip(0, 65535).astype(np.uint16)


# Codec and file -> mean and largest difference that its kind of loss may make, of 255.
WRITTEN = {
    ("h264", ".mp4"): (1.2, 12),
    ("h264", ".mkv"): (1.2, 12),
    ("h264", ".mov"): (1.2, 12),
    ("prores", ".mov"): (0.4, 6),
    ("prores4444", ".mov"): (0.2, 2),
    ("prores4444", ".mkv"): (0.2, 2),
}


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("size", [(64, 48), (65, 49)])
def test_there_and_back(tmp_path, kind, size):
    (codec, suffix), (mean, most), (width, height) = kind, WRITTEN[kind], size
    path = tmp_path / f"out{suffix}"
    pictures = list(moving(width=width, height=height))
    write_movie(path, pictures, MovieSettings(codec=codec, rate=RATE))
    movie = Movie(path)
    assert movie.facts.size == movie_size(codec, size)
    assert (movie.facts.frames, movie.facts.rate, movie.facts.even) == (6, RATE, True)
    assert movie.facts.colors.coding.matrix == "bt709"
    assert movie.facts.colors.named
    assert (movie.facts.colors.primaries, movie.facts.colors.transfer) == (1, 1)
    for number, picture in enumerate(pictures, 1):
        read = movie.read(number, canvas=None, settings=ReadSettings()).pixels
        difference = np.abs(read[:height, :width, :3].astype(float) - picture) / 257
        assert difference.mean() < mean
        assert difference.max() < most


def test_sizes():
    assert movie_size("h264", (65, 49)) == (66, 50)
    assert movie_size("prores", (65, 49)) == (66, 49)
    assert movie_size("prores4444", (65, 49)) == (65, 49)


def test_alpha_is_kept_or_laid_over_black(tmp_path):
    pictures = list(moving(3, alpha=True))
    for codec in ("prores4444", "h264"):
        path = tmp_path / f"{codec}.mov"
        write_movie(path, pictures, MovieSettings(codec=codec, rate=RATE))
        read = Movie(path).read(2, canvas=None, settings=ReadSettings()).pixels.astype(float)
        source = pictures[1].astype(float)
        if codec == "prores4444":
            assert np.abs(read - source)[..., 3].max() < 257
        else:
            over_black = source[..., :3] * source[..., 3:] / 65535
            assert np.abs(read - over_black)[:, 40:].max() < 12 * 257
            assert np.abs(read - over_black).mean() < 2 * 257


@pytest.mark.parametrize(("codec", "suffix"), [("h264", ".mp4"), ("h264", ".mkv"),
                                               ("prores", ".mov")])  # fmt: skip
def test_the_same_frames_give_the_same_bytes(tmp_path, codec, suffix):
    source = write_clip(tmp_path / "loud.mov", sound="aac")
    contents = set()
    for attempt in range(4):
        path = tmp_path / f"out{attempt}{suffix}"
        sound = Sound(path=source, start=Fraction(0), end=None)
        settings = MovieSettings(codec=codec, rate=Fraction(25), sound=sound)
        write_movie(path, moving(12), settings)
        contents.add(path.read_bytes())
    assert len(contents) == 1


def test_eight_bits_become_sixteen(tmp_path):
    eight = [(picture >> 8).astype(np.uint8) for picture in moving(2)]
    for name, pictures in (("a", eight), ("b", [p.astype(np.uint16) * 257 for p in eight])):
        settings = MovieSettings(codec="prores", rate=RATE)
        write_movie(tmp_path / f"{name}.mov", pictures, settings)
    assert (tmp_path / "a.mov").read_bytes() == (tmp_path / "b.mov").read_bytes()


def test_uneven_times_pixel_aspect_and_timecode_are_written(tmp_path):
    path = tmp_path / "out.mov"
    times = tuple(Fraction(t, 100) for t in (300, 304, 320, 324, 340, 390))
    settings = MovieSettings(
        codec="h264",
        rate=RATE,
        times=times,
        pixel_aspect=Fraction(16, 15),
        timecode="01:00:00:00",
    )
    write_movie(path, moving(), settings)
    facts = Movie(path).facts
    assert [float(time) for time in facts.times] == pytest.approx(
        [float(time - times[0]) for time in times], abs=1e-4
    )
    assert not facts.even
    assert (facts.pixel_aspect, facts.timecode) == (Fraction(16, 15), "01:00:00:00")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_sound_is_copied_packet_by_packet(tmp_path, suffix):
    source = write_clip(tmp_path / "loud.mov", sound="aac")
    path = tmp_path / f"out{suffix}"
    sound = Sound(path=source, start=Fraction(0), end=None)
    write_movie(path, moving(12), MovieSettings(codec="h264", rate=Fraction(25), sound=sound))
    before, after = packets(source, "audio"), packets(path, "audio")
    kept = [one for one in before if one[0] >= 0] if suffix == ".mkv" else before
    assert [content for _, content in after][-len(kept) + 1 :] == [c for _, c in kept][1:]
    for (begins, _), (now, _) in zip(kept[1:], after[-len(kept) + 1 :], strict=True):
        assert abs(begins - now) < Fraction(1, 900)


def heard(path, seconds):
    """The sound of a movie from its start, as numbers."""
    with av.open(str(path)) as source:
        pieces = [(float(frame.time), frame.to_ndarray()[0]) for frame in source.decode(audio=0)]
    line = np.zeros(int(16000 * seconds))
    for time, values in pieces:
        first = round(time * 16000)
        inside = slice(max(first, 0), min(first + len(values), len(line)))
        line[inside] = values[inside.start - first : inside.stop - first]
    return line


def test_trimmed_sound_stays_with_its_picture(tmp_path):
    """Cut at 0.2 s, the sine is where it was: shifted by 0.2 s, to the sample."""
    source = write_clip(tmp_path / "loud.mov", list(np.zeros((50, 48, 64, 3), np.uint8)),
                        sound="aac")  # fmt: skip
    path = tmp_path / "out.mov"
    sound = Sound(path=source, start=Fraction(1, 5), end=Fraction(1))
    write_movie(path, moving(20), MovieSettings(codec="h264", rate=Fraction(25), sound=sound))
    whole, piece = heard(source, 2), heard(path, 0.8)
    middle = slice(3200, 9600)  # packets decode alike when the one before them is there
    np.testing.assert_allclose(piece[middle], whole[3200:][middle], atol=1e-3)
    with av.open(str(path)) as result:
        assert result.streams.audio[0].duration * result.streams.audio[0].time_base < 1


def test_sound_that_a_file_cannot_hold(tmp_path):
    source = write_clip(tmp_path / "loud.mkv", sound="flac")
    assert carried(source, ".mkv") == (("flac",), ())
    assert carried(source, ".mov") == ((), ("flac",))


def test_a_stop_leaves_nothing(tmp_path):
    path = tmp_path / "out.mp4"

    def watch(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_movie(path, moving(), MovieSettings(codec="h264", rate=RATE), watch=watch)
    assert list(tmp_path.iterdir()) == []


def test_the_whole_file_is_shown_before_it_gets_its_name(tmp_path):
    path, seen = tmp_path / "out.mp4", []
    write_movie(
        path,
        moving(),
        MovieSettings(codec="h264", rate=RATE),
        sealed=lambda whole: seen.append((path.exists(), whole.read_bytes())),
    )
    assert seen == [(False, path.read_bytes())]


def test_no_folder_and_no_encoder(tmp_path, monkeypatch):
    settings = MovieSettings(codec="h264", rate=RATE)
    with pytest.raises(OutputError, match="is not a folder"):
        write_movie(tmp_path / "none" / "out.mp4", moving(), settings)
    monkeypatch.setattr(av, "codecs_available", {"prores_ks"})
    with pytest.raises(OutputError, match=r"built without libx264.*pip install"):
        check_encoder("h264")


FULL_DISK = """
import resource, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from vst_core.errors import OutputError
from vst_core.video import MovieSettings, write_movie
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
noise = np.random.default_rng(1).integers(0, 65536, (8, 48, 64, 3)).astype(np.uint16)
try:
    write_movie(Path(sys.argv[1]), noise, MovieSettings(codec="prores", rate=Fraction(24)))
except OutputError as error:
    sys.exit(str(error))
"""


@pytest.mark.slow
def test_a_full_disk(tmp_path, project):
    """In a process whose files may not grow beyond 4 kB."""
    path = tmp_path / "out.mov"
    child = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert child.returncode == 1
    assert child.stderr.startswith(f"{path}: cannot be written")
    assert child.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
