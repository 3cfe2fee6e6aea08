"""What an artist types, and what is found on disk."""

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.errors import InputError, UsageError
from vst_core.frames import (
    FramePattern,
    FrameRange,
    FrameSequence,
    find_sequence,
    sequences_in,
)


@pytest.fixture
def folder(tmp_path):
    def fill(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        return tmp_path

    return fill


def shot(*frames, name="shot.{:04d}.exr"):
    return [name.format(frame) for frame in frames]


def message(caught):
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    "name", ["shot.%04d.exr", "shot.####.exr", "shot.@@@@.exr", "shot.$F4.exr", "", "."]
)
def test_every_spelling_finds_the_same(folder, name):
    root = folder(*shot(1, 2, 3))
    sequence = find_sequence(f"{root}/{name}")
    assert sequence.frames == (1, 2, 3)
    assert sequence.padding == 4
    assert [sequence.source(f).name for f in sequence.frames] == shot(1, 2, 3)
    assert sequence.folder == root


def test_relative_names_and_home(folder, monkeypatch):
    root = folder(*shot(1, 2))
    monkeypatch.chdir(root)
    assert len(find_sequence("shot.%04d.exr")) == 2
    monkeypatch.setenv("HOME", str(root))
    monkeypatch.setenv("USERPROFILE", str(root))
    assert len(find_sequence("~/shot.####.exr")) == 2


def test_numbered_file_is_just_that_frame_unless_frames_are_asked_for(folder):
    root = folder(*shot(1, 2, 3))
    assert find_sequence(f"{root}/shot.0002.exr").frames == (2,)
    wanted = FrameRange.parse("1-3")
    assert find_sequence(f"{root}/shot.0002.exr", frames=wanted).frames == (1, 2, 3)


def test_negative_frames_keep_their_spelling(folder, tmp_path):
    root = folder("a.-0003.exr", "a.-0002.exr", "a.0000.exr")
    sequence = find_sequence(f"{root}/a.%04d.exr", missing="hold")
    assert sequence.frames == (-3, -2, -1, 0)
    assert sequence.source(-1).name == "a.-0002.exr"
    assert sequence.path(-1).name == "a.-0001.exr"
    assert find_sequence(f"{root}/a.-0003.exr").frames == (-3,)
    root = folder("b/b.-003.exr", "b/b.-002.exr")
    assert find_sequence(f"{root}/b/").path(-1).name == "b.-001.exr"


def test_padding_overflows_into_the_same_sequence(folder):
    root = folder(*shot(9999, 10000, 10001))
    assert find_sequence(f"{root}/").frames == (9999, 10000, 10001)
    assert find_sequence(f"{root}/shot.%04d.exr").frames == (9999, 10000, 10001)


def test_spaces_and_unicode(folder):
    root = folder("my shot é/bild ü.0001.png", "my shot é/bild ü.0002.png")
    assert len(find_sequence(f"{root}/my shot é/bild ü.####.png")) == 2


def test_unnumbered_still(folder):
    root = folder("still.exr", "poster_v02.png", "4k.exr")
    for name in ("still.exr", "poster_v02.png", "4k.exr"):
        sequence = find_sequence(f"{root}/{name}")
        assert (sequence.frames, sequence.padding) == ((1,), 0)
        assert sequence.source(1) == root / name
        assert sequence.output_path(root / "out", 1) == root / "out" / name
    assert sequence.output_path(root, 1, suffix="png") == root / "4k.png"


def test_still_has_no_frames_to_choose_from(folder):
    root = folder("still.exr")
    with pytest.raises(UsageError, match=r"still.exr has no frame number, so frames 1-5"):
        find_sequence(f"{root}/still.exr", frames=FrameRange.parse("1-5"))


def test_a_file_of_that_very_name_comes_first(folder):
    root = folder("odd#.exr", "odd1.exr")
    assert find_sequence(f"{root}/odd#.exr").source(1).name == "odd#.exr"


@pytest.mark.parametrize(
    ("suffix", "name"), [(None, "s.0010.exr"), ("png", "s.0010.png"), (".jpg", "s.0010.jpg")]
)
def test_output_keeps_name_number_and_padding(folder, suffix, name):
    root = folder("s.0009.exr", "s.0010.exr")
    sequence = find_sequence(f"{root}/s.%04d.exr")
    assert sequence.output_path(root / "out", 10, suffix=suffix) == root / "out" / name


def test_output_name_without_extension_and_with_two(folder):
    root = folder("plate0001", "b.0001.beauty.exr")
    plate = find_sequence(f"{root}/plate%04d")
    assert plate.output_path(root, 1, suffix="exr").name == "plate0001.exr"
    beauty = find_sequence(f"{root}/b.%04d.beauty.exr")
    assert beauty.output_path(root, 1, suffix="png").name == "b.0001.beauty.png"


class TestMissing:
    def test_all_are_named_before_any_work(self, folder):
        root = folder(*shot(1, 2, 5, 9))
        with pytest.raises(InputError) as caught:
            find_sequence(f"{root}/shot.%04d.exr")
        text = message(caught)
        assert "5 of 9 frames are missing: 3-4,6-8" in text
        assert "--missing hold" in text
        assert "--missing skip" in text

    def test_rendered_on_twos_names_the_frames_option(self, folder):
        root = folder(*shot(1, 3, 5, 7))
        with pytest.raises(InputError, match="or --frames 1-7x2"):
            find_sequence(f"{root}/")
        chosen = find_sequence(f"{root}/", frames=FrameRange.parse("1-7x2"))
        assert chosen.frames == (1, 3, 5, 7)

    def test_hold_takes_the_nearest_earlier_file_even_one_not_asked_for(self, folder):
        root = folder(*shot(1, 2, 5))
        wanted = FrameRange.parse("3-6")
        sequence = find_sequence(f"{root}/", frames=wanted, missing="hold")
        assert sequence.frames == (3, 4, 5, 6)
        assert [sequence.source(f).name for f in sequence.frames] == shot(2, 2, 5, 5)
        assert sequence.missing == (3, 4, 6)
        assert sequence.output_path(root, 6).name == "shot.0006.exr"

    def test_nothing_earlier_to_hold(self, folder):
        root = folder(*shot(5, 6))
        with pytest.raises(InputError, match=r"stand in for 3-4\. Start --frames at 5"):
            find_sequence(f"{root}/", frames=FrameRange.parse("3-6"), missing="hold")
        with pytest.raises(InputError, match="stand in for 2"):
            find_sequence(f"{root}/").source(2)

    def test_skip_leaves_them_out(self, folder):
        root = folder(*shot(1, 2, 5))
        sequence = find_sequence(f"{root}/", missing="skip")
        assert (sequence.frames, sequence.missing) == ((1, 2, 5), (3, 4))

    @pytest.mark.parametrize("missing", ["error", "skip"])
    def test_none_of_those_asked_for_exists(self, folder, missing):
        root = folder(*shot(1, 2, 3))
        with pytest.raises(InputError, match=r"missing: 100-110\. On disk are 1-3"):
            find_sequence(f"{root}/", frames=FrameRange.parse("100-110"), missing=missing)

    def test_unknown_way(self, folder):
        root = folder(*shot(1))
        with pytest.raises(UsageError, match=r"'holdd'\. Did you mean 'hold'"):
            find_sequence(f"{root}/", missing="holdd")

    def test_order_is_as_asked(self, folder):
        root = folder(*shot(1, 2, 3))
        assert find_sequence(f"{root}/", frames=FrameRange.parse("3-1")).frames == (3, 2, 1)


class TestNothingThere:
    def test_names_similar_sequences_nearest_first(self, folder):
        root = folder(*shot(1, 2), *shot(1, 2, name="other_{:03d}.png"))
        with pytest.raises(InputError) as caught:
            find_sequence(f"{root}/shto.%04d.exr")
        text = message(caught)
        assert f"No frames match {root}/shto.%04d.exr, such as {root}/shto.0001.exr" in text
        near = f"In that place: {root}/shot.%04d.exr (1-2), {root}/other_%03d.png (1-2)"
        assert near in text

    def test_wrong_padding_shows_the_right_one(self, folder):
        root = folder(*shot(1, 2))
        with pytest.raises(InputError, match=r"shot\.%04d\.exr \(1-2\)"):
            find_sequence(f"{root}/shot.%d.exr")

    def test_missing_file_and_glob(self, folder):
        root = folder(*shot(1, 2))
        for name in ("shot.0005.exr", "*.exr"):
            with pytest.raises(
                InputError, match=r"No file or folder is named .*shot\.%04d\.exr \(1-2\)"
            ):
                find_sequence(f"{root}/{name}")

    @pytest.mark.parametrize("name", ["shot..exr", ".exr"])
    def test_shell_ate_the_dollar(self, folder, name):
        with pytest.raises(InputError, match=r"If you typed \$F4, put the path in single quotes"):
            find_sequence(f"{folder(*shot(1))}/{name}")

    def test_empty_folder_names_folders_inside(self, folder):
        root = folder("frames/shot.0001.exr", "notes.txt")
        with pytest.raises(InputError, match=r"holds no pictures\. It has the folders .*frames"):
            find_sequence(f"{root}/")
        (root / "void").mkdir()
        with pytest.raises(InputError, match=r"holds no pictures\. Give the folder"):
            find_sequence(f"{root}/void")
        with pytest.raises(InputError, match="void holds no pictures"):
            find_sequence(f"{root}/void/%04d.exr")

    def test_no_such_folder_names_the_nearest(self, folder):
        root = folder("frames/shot.0001.exr")
        with pytest.raises(InputError, match=r"no folder .*frmes.*Did you mean .*/frames"):
            find_sequence(f"{root}/frmes/shot.%04d.exr")
        with pytest.raises(InputError, match=r"there are the folders frames"):
            find_sequence(f"{root}/zzz/deep/shot.%04d.exr")
        with pytest.raises(InputError, match=r"no folder .*/frame, so .*Did you mean .*/frames\?"):
            find_sequence(f"{root}/frame/")
        with pytest.raises(InputError, match=r"or folder is named .*/frame\. In that.*/frames"):
            find_sequence(f"{root}/frame")

    def test_number_in_a_folders_name(self, folder):
        root = folder("0001/beauty.exr")
        with pytest.raises(InputError, match="must stand in the file name"):
            find_sequence(f"{root}/%04d/beauty.exr")

    @pytest.mark.parametrize("text", ["", "  ", "a\0b"])
    def test_empty_text(self, text):
        with pytest.raises(UsageError, match=r"No frames can be found by the name"):
            find_sequence(text)

    def test_movie(self, folder):
        root = folder("clip.mov")
        with pytest.raises(InputError, match=r"is a movie.*ffmpeg -i clip.mov clip.%04d.png"):
            find_sequence(f"{root}/clip.mov")

    def test_name_too_long_for_the_system(self, folder):
        with pytest.raises(InputError, match=r"Cannot look for|No file or folder is named"):
            find_sequence(f"{folder()}/{'a' * 5000}.exr")

    def test_folder_that_cannot_be_listed(self, folder):
        with pytest.raises(InputError, match=r"Cannot list the folder .*none: No such file"):
            sequences_in(folder() / "none")

    def test_locked_folder(self, folder):
        root = folder("locked/shot.0001.exr")
        (root / "locked").chmod(0o000)
        try:
            if os.access(root / "locked", os.R_OK):
                pytest.skip("this user may read everything")
            with pytest.raises(InputError, match="Check the path and its permissions"):
                find_sequence(f"{root}/locked/")
        finally:
            (root / "locked").chmod(0o700)


class TestFolder:
    def test_several_sequences_are_named(self, folder):
        root = folder(*shot(1, 2), *shot(1, 2, name="shot.{:04d}.png"))
        with pytest.raises(InputError) as caught:
            find_sequence(f"{root}/")
        named = f"Name one: {root}/shot.%04d.exr (1-2), {root}/shot.%04d.png (1-2)"
        assert f"holds 2 sequences. {named}" in message(caught)

    def test_stills_hidden_and_other_files_beside_it_are_left_alone(self, folder):
        root = folder(*shot(1, 2), "ref.png", "look_v3.jpg", ".shot.0003.exr", "notes1.txt")
        assert find_sequence(f"{root}/").frames == (1, 2)

    def test_single_still(self, folder):
        assert find_sequence(f"{folder('ref.png')}/").source(1).name == "ref.png"

    def test_several_stills(self, folder):
        with pytest.raises(InputError, match=r"Name one: .*a\.png, .*b\.png"):
            find_sequence(f"{folder('a.png', 'b.png')}/")

    def test_one_numbered_file_among_stills_is_not_guessed(self, folder):
        with pytest.raises(InputError, match="holds 2 sequences"):
            find_sequence(f"{folder('photo.png', 'img_12.png')}/")

    def test_paddings_are_told_apart(self, folder):
        root = folder("a.1.png", "a.2.png", "a.0001.png", "b.1001.png", "b.1002.png")
        found = [str(one) for one in sequences_in(root)]
        names = ["a.%04d.png (1)", "a.%d.png (1-2)", "b.%04d.png (1001-1002)"]
        assert found == [f"{root}/{name}" for name in names]

    def test_unpadded_counts_through_the_powers_of_ten(self, folder):
        root = folder(*shot(*range(8, 13), name="s_{}.png"))
        assert find_sequence(f"{root}/").frames == (8, 9, 10, 11, 12)

    def test_dash_is_a_sign_only_after_a_dot_or_line(self, folder):
        root = folder("shot-0003.exr", "shot-0004.exr")
        assert find_sequence(f"{root}/").frames == (3, 4)

    def test_same_frame_twice(self, folder):
        root = folder("s.-003.exr", "s.-0003.exr", "s.0001.exr")
        with pytest.raises(InputError, match=r"Frame -3 of .* is there twice"):
            find_sequence(f"{root}/s.%04d.exr")

    def test_numbers_too_far_apart(self, folder):
        root = folder("s.0001.exr", "s.20240131.exr")
        with pytest.raises(InputError, match="too far apart"):
            find_sequence(f"{root}/")


class TestNumberThatDoesNotStandLast:
    """The frame's number is the one that counts, wherever in the name it stands."""

    @pytest.mark.parametrize(
        ("names", "found"),
        [
            (["s.1001.left.png", "s.1002.left.png"], "s.%04d.left.png (1001-1002)"),
            (["s.1001.denoised.exr", "s.1002.denoised.exr"], "s.%04d.denoised.exr (1001-1002)"),
            (["s_1001_v001.png", "s_1002_v001.png"], "s_%04d_v001.png (1001-1002)"),
            (["shot (1).png", "shot (2).png", "shot (10).png"], "shot (%d).png (1-2,10)"),
            (["s_0001_1080p.png", "s_0002_1080p.png"], "s_%04d_1080p.png (1-2)"),
            (["s_0001_1080.png", "s_0002_1080.png"], "s_%04d_1080.png (1-2)"),
            (["v001.0007.beauty.exr", "v001.0008.beauty.exr"], "v001.%04d.beauty.exr (7-8)"),
            (["s10.0001.take2.png", "s10.0002.take2.png"], "s10.%04d.take2.png (1-2)"),
            (["a_0001.jp2", "a_0002.jp2"], "a_%04d.jp2 (1-2)"),
            (["0001.jp2", "0002.jp2"], "%04d.jp2 (1-2)"),
            (["s.-0001.left.png", "s.0000.left.png"], "s.%04d.left.png (-1-0)"),
        ],
    )
    def test_the_number_that_counts(self, folder, names, found):
        root = folder(*names)
        assert [str(one) for one in sequences_in(root)] == [f"{root}/{found}"]
        frames = find_sequence(f"{root}/", missing="skip").frames
        assert len(frames) == len(names)
        assert sorted(find_sequence(f"{root}/", missing="skip").files.values()) == sorted(names)

    def test_views_are_two_sequences_and_named_by_their_patterns(self, folder):
        root = folder(*shot(1001, 1002, name="s.{:04d}.left.png"),
                      *shot(1001, 1002, name="s.{:04d}.right.png"))  # fmt: skip
        with pytest.raises(InputError, match=r"holds 2 sequences\. Name one: ") as caught:
            find_sequence(f"{root}/")
        assert f"{root}/s.%04d.left.png (1001-1002), " in message(caught)

    def test_the_number_that_stands_last_comes_first(self, folder):
        root = folder("a_1_0001.png", "a_1_0002.png", "a_2_0001.png", "a_2_0002.png")
        found = [str(one) for one in sequences_in(root)]
        assert found == [f"{root}/a_1_%04d.png (1-2)", f"{root}/a_2_%04d.png (1-2)"]

    def test_stills_and_versions_stay_stills(self, folder):
        root = folder("photo1_a.png", "photo2_b.png", "poster_v001.png", "poster_v002.png", "a.jp2")
        assert {one.pattern.width for one in sequences_in(root)} == {0}


@pytest.mark.parametrize("typed", ["s.%V.%04d.png", "%V/s.####.png", "s_%v.$F4.png"])
def test_an_open_view_is_named_with_those_that_are_there(folder, typed):
    names = [typed.replace("%V", view).replace("%v", view[0]) for view in ("left", "right")]
    files = [name.replace(place, "0001") for name in names for place in ("%04d", "####", "$F4")]
    root = folder(*(name for name in files if not set("%#$") & set(name)))
    with pytest.raises(UsageError) as caught:
        find_sequence(f"{root}/{typed}")
    named = f"Name it: {root}/{names[0]}, {root}/{names[1]}."
    assert message(caught).endswith(f"{named} Both views: --views left,right")
    with pytest.raises(UsageError, match=r"stands for a view.*such as: none/l.*\.%04d\.png"):
        find_sequence("none/%V.%04d.png")


class TestEmptyFiles:
    """A file of 0 bytes is a place kept for a frame: it is missing."""

    @pytest.fixture
    def kept(self, folder):
        root = folder(*shot(1, 3, 4))
        for frame in (2, 5):
            (root / shot(frame)[0]).touch()
        return root

    def test_it_is_said_that_they_are_empty(self, kept):
        with pytest.raises(InputError, match=r"2 of 5 frames are missing: 2,5 \(empty files\)"):
            find_sequence(f"{kept}/")
        (kept / "shot.0003.exr").unlink()
        with pytest.raises(InputError, match=r"missing: 2-3,5 \(of 2,5 there are empty files\)"):
            find_sequence(f"{kept}/")
        with pytest.raises(InputError, match=r"\(the file shot\.0002\.exr is empty\)"):
            find_sequence(f"{kept}/shot.%04d.exr", frames=FrameRange.parse("1-2"))

    def test_they_are_held_and_skipped(self, kept):
        held = find_sequence(f"{kept}/", missing="hold")
        assert (held.frames, held.missing) == ((1, 2, 3, 4, 5), (2, 5))
        assert [held.source(frame).name for frame in held.frames] == shot(1, 1, 3, 4, 4)
        assert find_sequence(f"{kept}/", missing="skip").frames == (1, 3, 4)

    def test_they_are_waited_for(self, kept):
        wanted = FrameRange.parse("1-6")
        awaited = find_sequence(f"{kept}/shot.####.exr", frames=wanted, missing="wait")
        assert (awaited.frames, awaited.missing) == (wanted.frames, (2, 5, 6))

    @pytest.mark.parametrize("name", ["still.png", "shot.0009.exr"])
    def test_one_file(self, folder, name):
        (folder() / name).touch()
        with pytest.raises(InputError, match="is empty"):
            find_sequence(f"{folder()}/{name}")

    @pytest.mark.parametrize("missing", ["error", "hold", "skip"])
    def test_nothing_else_is_there(self, folder, missing):
        root = folder()
        for frame in (1, 2):
            (root / shot(frame)[0]).touch()
        with pytest.raises(InputError, match="empty files"):
            find_sequence(f"{root}/", missing=missing)


class TestLongNames:
    """What a disk holds can be written, whatever is added to it."""

    @given(head=st.text("aé画", max_size=120), after=st.text("bü", max_size=60))
    def test_names_of_results_fit(self, head, after):
        pattern = FramePattern(Path("in"), f"{head}.", 4, f"{after}.j")
        names = {
            frame: FrameSequence(pattern=pattern, files={}, frames=(1,)).output_path(
                Path(), frame, suffix="tiff"
            ).name
            for frame in (1, 2)
        }  # fmt: skip
        assert names[1].replace("0001", "0002") == names[2] != names[1]
        assert len(names[1].encode()) <= 255
        assert names[1].endswith(".tiff")
        whole = f"{head}.0001{after}.tiff"
        assert (names[1] == whole) == (len(whole.encode()) <= 255)


def test_real_sequences(shared):
    alley = find_sequence(f"{shared}/data/sequences/sintel_alley_1/frame_%04d.png")
    assert alley.frames == tuple(range(1, 51))
    assert all(alley.source(frame).is_file() for frame in alley.frames)
    assert find_sequence(f"{shared}/data/sequences/beachball").frames == (1, 2, 3)
    with pytest.raises(InputError, match=r"It has the folders .*frames, .*masks"):
        find_sequence(f"{shared}/data/sequences/davis_drift_straight")


def test_sequence_is_a_value(folder):
    sequence = find_sequence(f"{folder(*shot(1, 2))}/")
    assert pickle.loads(pickle.dumps(sequence)) == sequence
    assert hash(sequence) == hash(find_sequence(str(sequence.folder)))
    assert str(sequence).endswith("shot.%04d.exr (1-2)")
