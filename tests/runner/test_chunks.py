"""Parts of a shot made one by one: with a state handed over, and by warm-up."""

from pathlib import Path

import av
import numpy as np
import pytest
from movie_clips import COUNT, movie
from PIL import Image
from runs import hashes, made
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from vst_core.errors import InputError, OutputError, UsageError

SHOT = Path(__file__).resolve().parents[1] / "shot"
STEADY = {"proxy": "1/4", "preroll": 0}


def chunk(run, frames, *, place, **given):
    return run(SHOT, **{**STEADY, "frames": frames, "output": str(place), **given})


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"strength": "0.2@1,1@9"}])
def test_chunks_with_hand_over_are_one_run_byte_for_byte(run, tmp_path, more):
    chunk(run, "1-9", place=tmp_path / "whole", **more)
    states = [str(tmp_path / f"s{number}") for number in (1, 2)]
    parts = tmp_path / "parts"
    chunk(run, "1-3", place=parts, state_out=states[0], **more)
    chunk(run, "4-6", place=parts, state_in=states[0], state_out=states[1], **more)
    assert made(chunk(run, "7-9", place=parts, state_in=states[1], **more)) == [7, 8, 9]
    assert hashes(parts) == hashes(tmp_path / "whole")
    # The keys are those of one run too: a run over all finds every frame done.
    assert made(chunk(run, "1-9", place=parts, **more)) == []


@pytest.mark.slow
def test_a_state_is_written_even_where_every_frame_is_there(run, tmp_path):
    state = tmp_path / "state"
    chunk(run, "1-3", place=tmp_path / "a")
    assert made(chunk(run, "1-3", place=tmp_path / "a", state_out=str(state))) == []
    first = load_file(state)
    stamp = state.stat().st_mtime_ns
    assert made(chunk(run, "1-3", place=tmp_path / "a", state_out=str(state))) == []
    assert state.stat().st_mtime_ns == stamp  # it was there: nothing was computed
    chunk(run, "1-3", place=tmp_path / "b", state_out=str(tmp_path / "other"))
    again = load_file(tmp_path / "other")
    assert first.keys() == again.keys()
    assert all((first[name] == again[name]).all() for name in first)


def seam(place, whole, frame):
    """Return the mean difference of a frame to that of one run, 0 to 255."""
    name = f"balloon_{frame:04d}.png"
    one, other = (np.asarray(Image.open(folder / name).convert("RGB"), float)
                  for folder in (place, whole))  # fmt: skip
    return float(np.abs(one - other).mean())


@pytest.mark.slow
def test_warm_up_brings_a_chunk_near_to_one_run(run, tmp_path, capsys):
    whole = tmp_path / "whole"
    chunk(run, "1-8", place=whole)
    seams = {}
    for count in ("0", "2", "auto"):
        place = tmp_path / count
        assert made(chunk(run, "7-8", place=place, warm_up=count)) == [7, 8]
        assert sorted(hashes(place)) == ["balloon_0007.png", "balloon_0008.png"]
        seams[count] = seam(place, whole, 7)
    with capsys.disabled():
        print(f"\nwarm-up: difference at the seam {seams}")  # noqa: T201
    # auto is more than there are frames before: then it is the whole run
    assert seams["auto"] == 0
    assert seams["2"] < seams["0"]


@pytest.mark.slow
def test_a_warmed_chunk_is_known_again_and_another_warm_up_is_another(run, tmp_path):
    assert made(chunk(run, "7-8", place=tmp_path / "a", warm_up="3")) == [7, 8]
    assert made(chunk(run, "7-8", place=tmp_path / "a", warm_up="3")) == []
    assert made(chunk(run, "7-8", place=tmp_path / "a", warm_up="2")) == [7, 8]


@pytest.fixture
def state(run, tmp_path):
    path = tmp_path / "state"
    chunk(run, "1-2", place=tmp_path / "out", state_out=str(path))
    return path


def changed(path, *, without="", **notes):
    with safe_open(path, framework="pt") as saved:
        found = saved.metadata() | notes
    tensors = {name: tensor for name, tensor in load_file(path).items() if name != without}
    save_file(tensors, path, metadata=found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("break_it", "settings", "named"),
    [
        (lambda path: path.unlink(), {}, "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), {}, "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes()[:100]), {}, "cannot be read"),
        (lambda path: path.write_bytes(b"nothing"), {}, "cannot be read"),
        (lambda path: path.write_bytes(b""), {}, "cannot be read"),
        (lambda path: (path.unlink(), path.mkdir()), {}, "cannot be read"),
        (lambda path: save_file(load_file(path), path), {}, "version none"),
        (lambda path: changed(path, run="no json"), {}, "cannot be read"),
        (lambda path: changed(path, frame="two"), {}, "cannot be read"),
        (lambda path: changed(path, levels="1"), {}, "cannot be read"),
        (lambda path: changed(path, without="stylized 0"), {}, "cannot be read"),
        (lambda path: changed(path, state="99"), {}, "99"),
        (lambda path: None, {"seed": 5}, "seed was '0', is now '5'"),
        (lambda path: None, {"style": "candy"}, "style was"),
        (lambda path: None, {"strength": "0@1,1@9"}, "strength was '1.0', is now 'over time'"),
        (lambda path: None, {"proxy": "1/2"}, "proxy was '1/4', is now '1/2'"),
        (lambda path: None, {"method": "ruder", "features": "lite", "style": "muse"}, "method was"),
        (lambda path: None, {"frames": "4-5"}, "frame 2"),
    ],
)
def test_a_state_that_does_not_fit_is_one_line(run, state, break_it, settings, named):
    break_it(state)
    given = {"state_in": str(state), "place": state.parent / "out", **settings}
    with pytest.raises(InputError) as told:
        chunk(run, given.pop("frames", "3-4"), **given)
    assert told.value.exit_code == 3
    assert named in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"state_out": "s", "method": "itn"},
        {"state_out": "s", "flow": "none"},
        {"warm_up": "2", "method": "itn"},
        {"warm_up": "some"},
        {"warm_up": "2", "state_in": "s"},
    ],
)
def test_what_has_no_meaning_is_refused(run, tmp_path, settings):
    with pytest.raises(UsageError) as told:
        chunk(run, "3-4", place=tmp_path / "out", **settings)
    assert told.value.exit_code == 2


def test_a_state_in_the_output_folder_needs_no_folder_before(run, tmp_path):
    place = tmp_path / "out"
    state = place / "states" / "after_2"
    chunk(run, "1-2", place=place, state_out=str(state))
    assert made(chunk(run, "3-3", place=place, state_in=str(state))) == [3]


def test_a_state_for_a_folder_that_is_not_there(run, tmp_path):
    with pytest.raises(OutputError):
        chunk(run, "1-2", place=tmp_path / "out", state_out=str(tmp_path / "no" / "s"))
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_state_after_black_and_held_frames_is_that_of_their_last(run, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for number, shown in enumerate((0, 0, 1, 2, 2, 3), 1):
        picture = Image.open(SHOT / f"balloon_{max(shown, 1):04d}.png").convert("RGB")
        if not shown:
            picture = Image.new("RGB", picture.size)
        picture.save(source / f"f_{number:04d}.png")
    settings = {**STEADY, "output": str(tmp_path / "parts")}
    run(source, **{**settings, "output": str(tmp_path / "whole")})
    states = [str(tmp_path / f"s{number}") for number in (1, 2)]
    run(source, **settings, frames="1-2", state_out=states[0])  # black: a state without pictures
    run(source, **settings, frames="3-5", state_in=states[0], state_out=states[1])
    run(source, **settings, frames="6", state_in=states[1])
    assert hashes(tmp_path / "parts") == hashes(tmp_path / "whole")
    assert made(run(source, **settings)) == []


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return movie(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.mark.slow
def test_chunks_of_a_movie_are_one_run_byte_for_byte(run, clip, tmp_path):
    run(clip, output=str(tmp_path / "whole"))
    state = str(tmp_path / "state")
    run(clip, frames="1-7", output=str(tmp_path / "parts"), state_out=state)
    rest = {"frames": f"8-{COUNT}", "output": str(tmp_path / "parts"), "state_in": state}
    assert made(run(clip, **rest)) == list(range(8, COUNT + 1))
    assert hashes(tmp_path / "parts") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_a_movie_is_warmed_up_by_its_frames_before(run, clip, tmp_path):
    run(clip, output=str(tmp_path / "whole"))
    for count, same in (("auto", True), ("1", False)):  # auto: all eight before
        place = tmp_path / count
        run(clip, frames=f"9-{COUNT}", output=str(place), warm_up=count)
        found, whole = hashes(place), hashes(tmp_path / "whole")
        assert (found.items() <= whole.items()) is same


@pytest.mark.slow
def test_chunks_that_are_movies_hold_the_pictures_of_one_run(run, clip, tmp_path):
    run(clip, output=str(tmp_path / "whole.mov"))
    state = str(tmp_path / "state")
    run(clip, frames="1-7", output=str(tmp_path / "a.mov"), state_out=state)
    run(clip, frames=f"8-{COUNT}", output=str(tmp_path / "b.mov"), state_in=state)
    whole, first, second = (pictures_of(tmp_path / f"{n}.mov") for n in ("whole", "a", "b"))
    assert np.array_equal(whole, np.concatenate((first, second)))


def pictures_of(path):
    with av.open(str(path)) as source:
        return np.stack([one.to_ndarray(format="rgb48") for one in source.decode(video=0)])
