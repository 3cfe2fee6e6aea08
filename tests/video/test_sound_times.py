"""Sound whose times begin anew, jump back or repeat: carried on, in step with the pictures."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest
from clips import COUNT, grays, packets, write_clip

from vst_core.video import MovieSettings, Sound, carried, jumps_in, movie_facts, write_movie
from vst_core.video.container import marks_of
from vst_core.video.sound_times import SoundClock

RATE = Fraction(24)


def joined(folder, times=2):
    """A transport stream with sound, joined end to end."""
    one = write_clip(folder / "one.ts", rate=RATE, sound="mp2")
    path = folder / "joined.ts"
    path.write_bytes(one.read_bytes() * times)
    return one, path


def sound_of(facts):
    return Sound(path=facts.path, start=facts.times[0], end=None, pieces=facts.pieces)


def written(path, facts, pictures):
    settings = MovieSettings(codec="h264", rate=facts.rate, sound=sound_of(facts))
    write_movie(path, pictures, settings)
    return packets(path, "audio")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("times", [2, 3])
def test_joined_streams_stay_in_step_with_their_pictures(tmp_path, suffix, times):
    """Each part's sound is where it was beside that part's pictures."""
    one, path = joined(tmp_path, times)
    facts = movie_facts(path)
    assert facts.frames == times * COUNT
    assert jumps_in(sound_of(facts), suffix) >= times - 1
    result = written(tmp_path / f"out{suffix}", facts, grays(COUNT) * times)
    picture = packets(one, "video")[0][0]
    there = {content: begins - picture for begins, content in packets(one, "audio")}
    length = COUNT / RATE
    for begins, content in result:
        beside = there[content]
        off = min(abs(begins - part * length - beside) for part in range(times))
        assert off <= Fraction(1, 200)
    begins = [time for time, _ in result]
    assert begins == sorted(set(begins))
    assert len(result) >= times * (len(there) - 2)


def test_sound_of_a_trimmed_part_behind_the_joint(tmp_path):
    _, path = joined(tmp_path)
    facts = movie_facts(path)
    start = facts.times[COUNT]
    sound = Sound(path=path, start=start, end=None, pieces=facts.pieces)
    settings = MovieSettings(codec="h264", rate=RATE, sound=sound)
    write_movie(tmp_path / "out.mkv", grays(COUNT), settings)
    first = packets(tmp_path / "out.mkv", "audio")[0][0]
    assert 0 <= first < Fraction(1, 20)


def test_one_repeated_time(tmp_path):
    """A packet whose time is that of the one before is kept, and all others stay in place."""
    source = write_clip(tmp_path / "in.mkv", rate=RATE, sound="mp2", options={"bf": "0"})
    broken = tmp_path / "broken.mkv"
    with av.open(str(source)) as given, av.open(str(broken), "w") as output:
        tracks = {one.index: output.add_stream_from_template(one) for one in given.streams}
        heard, before = 0, (0, 0)
        for packet in given.demux():
            if not packet.size:
                continue
            if packet.stream.type == "audio":
                heard += 1
                if heard == 5:
                    packet.pts, packet.dts = before
                before = packet.pts, packet.dts
            packet.stream = tracks[packet.stream_index]
            output.mux(packet)
    facts = movie_facts(broken)
    assert jumps_in(sound_of(facts), ".mp4") == 1
    right, made = packets(source, "audio"), written(tmp_path / "out.mp4", facts, grays())
    assert [content for _, content in made] == [content for _, content in right]
    off = [other - one for (one, _), (other, _) in zip(right, made, strict=True)]
    assert [abs(one - off[0]) > Fraction(1, 100) for one in off] == [
        n == 4 for n in range(len(off))
    ]


def test_the_clock():
    step = Fraction(1, 40)
    whole = SoundClock(())
    assert [whole.place(n * step, step) for n in range(3)] == [0, step, 2 * step]
    assert whole.jumps == 0
    # Back by a little: that packet alone. Back by far: all that follow go on from there.
    assert whole.place(2 * step, step) == 2 * step + Fraction(1, 1000)
    assert whole.place(3 * step, step) == 3 * step
    fresh = SoundClock(())
    placed = [fresh.place(time, step) for time in (10, 10 + step, Fraction(2), 2 + step)]
    assert placed == [10, 10 + step, 10 + 2 * step, 10 + 3 * step]
    # Pieces of the pictures say where the sound goes on; what overlaps is left out.
    pieces = ((Fraction(0), Fraction(1)), (Fraction(1), Fraction(1)))
    clock = SoundClock(pieces)
    assert clock.place(Fraction(1), Fraction(1)) == 0
    assert clock.place(Fraction(2), step) == 1
    assert clock.place(Fraction(1) - step, step) is None
    assert clock.place(Fraction(1) + step, step) == 1 + step


def test_language_title_and_standing_go_along(tmp_path):
    source = tmp_path / "in.mkv"
    with av.open(str(source), "w") as output:
        tracks = []
        for language, title in (("deu", "Ton"), ("fra", "Voix")):
            track = output.add_stream("mp2", rate=16000)
            track.codec_context.layout = "mono"
            track.metadata.update({"language": language, "title": title})
            tracks.append(track)
        tracks[0].disposition, tracks[1].disposition = 0, av.stream.Disposition.default
        picture = output.add_stream("libx264", rate=RATE)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        picture.metadata.update({"language": "ita", "title": "Quadro"})
        for frame_number in range(3):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts = frame_number
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))
        for track in tracks:
            silence = av.AudioFrame(format="s16", layout="mono", samples=1152)
            silence.sample_rate, silence.pts = 16000, 0
            output.mux(track.encode(silence))
            output.mux(track.encode(None))
    facts = movie_facts(source)
    assert facts.marks == {"language": "ita", "title": "Quadro"}
    assert carried(source, ".mov") == (("mp2", "mp2"), ())
    for suffix in (".mkv", ".mov", ".mp4"):
        settings = MovieSettings(codec="h264", rate=RATE, sound=sound_of(facts), marks=facts.marks)
        write_movie(tmp_path / f"out{suffix}", grays(3), settings)
        with av.open(str(tmp_path / f"out{suffix}")) as result:
            tracks = [*result.streams.audio, result.streams.video[0]]
            german = "ger" if suffix == ".mov" else "deu"  # the same, as QuickTime has it
            assert [track.metadata["language"] for track in tracks] == [german, "fra", "ita"]
            assert [marks_of(track)["title"] for track in tracks] == ["Ton", "Voix", "Quadro"]
            default = [bool(t.disposition & av.stream.Disposition.default) for t in tracks]
            assert default[:2] == [False, True]
