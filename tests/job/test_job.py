"""The job: its defaults, what it refuses, and its text."""

import json
import os
from dataclasses import MISSING, fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.catalog import CLIPS, PARAMETERS
from vst_core.errors import InputError, OutputError, UsageError
from vst_core.job import JOB_VERSION, StylizeJob, parse_mix, read_job


def job(**changes):
    return StylizeJob(input="in/%04d.exr", output="out", **changes)


def test_settings_and_defaults_are_the_catalogs():
    by_name = {field.name: field for field in fields(StylizeJob)}
    named = [*(clip.name for clip in CLIPS), *(parameter.name for parameter in PARAMETERS)]
    assert list(by_name) == named
    for clip in CLIPS:
        assert by_name[clip.name].default is MISSING
    for parameter in PARAMETERS:
        default = by_name[parameter.name].default
        assert default == parameter.default
        assert type(default) is type(parameter.default)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "vtm"}, "--method cannot be 'vtm'. Did you mean 'vtn'?"),
        ({"strength": 2}, "--strength cannot be 2.0. Allowed: 0 to 1"),
        ({"strength": "1"}, "--strength cannot be '1'. It takes a number, such as 1.0"),
        ({"seed": -1}, "--seed cannot be -1. Allowed: 0 to 2147483647"),
        ({"proxy": "1/3"}, "--proxy cannot be '1/3'. Did you mean '1/"),
        ({"frames": "1-x"}, "Cannot read the frame range '1-x'. Write 1-100"),
        ({"cuts": "on"}, "--cuts cannot be 'on'. Write auto, off, or the first frame"),
        ({"cuts": ""}, "--cuts cannot be ''. Write auto"),
        ({"flow": "raft"}, "There is no flow source 'raft'."),
        ({"flow": "ptlflow"}, "Cannot read the flow source 'ptlflow'. Write ptlflow:<model>"),
        ({"device": "gpu"}, "There is no device 'gpu'. Did you mean 'cpu'?"),
        ({"device": "cuda:x"}, "There is no device 'cuda:x'. Did you mean 'cuda"),
        ({"style": "muse:much"}, "'much' in the style 'muse:much' is not a weight."),
        ({"missing": "keep"}, "--missing cannot be 'keep'."),
        ({"format": "png", "depth": "half"}, "--depth cannot be half for --format png. PNG files"),
        ({"original_colors": 1}, "--original-colors cannot be 1. It takes true or false"),
    ],
)
def test_refusals(changes, words):
    with pytest.raises(UsageError) as caught:
        job(**changes)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("out", "folder"),
        ("out.exr/", "folder"),
        ("out.v2", "folder"),
        ("take#2", "folder"),
        ("there.exr", "folder"),
        ("out.exr", "picture"),
        ("OUT.JPEG", "picture"),
        ("out/shot.0001.tif", "picture"),
        ("out/shot.%04d.exr", "frames"),
        ("####.dpx", "frames"),
        ("a.#.png", "frames"),
        ("a.$F4.png", "frames"),
        ("a.@@@@.left.jpg", "frames"),
        ("out.mov", "movie"),
        ("take#1.MP4", "movie"),
        (".mov", "folder"),
        ("out/.mp4", "folder"),
    ],
)
def test_the_name_says_what_an_output_is(tmp_path, monkeypatch, output, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.exr").mkdir()
    made = StylizeJob(input="in.png", output=output)
    assert (made.output_kind, made.makes_movie) == (kind, kind == "movie")


@pytest.mark.parametrize(
    ("output", "changes", "words"),
    [
        ("out.webp", {}, "Pictures are not written as .webp files. Write one of .exr, .png"),
        ("out.heic", {}, "Pictures are not written as .heic"),
        ("a.%04d.bmp", {}, "Pictures are not written as .bmp"),
        ("a.%04d.webm", {}, "Pictures are not written as .webm"),
        ("a.webm", {}, "Movies are not written as .webm files"),
        ("out/####", {}, "no kind of file. Write out/####.exr"),
        ("%04d/out", {}, "must stand in a file's name"),
        ("####/a.####.exr", {}, "must stand in a file's name"),
        ("a.%04d.mov", {}, "A movie holds all frames"),
        ("a/%V.%04d.exr", {}, "'%V' in 'a/%V.%04d.exr' stands for a view"),
        ("%v/a.%04d.exr", {}, "'%v' in '%v/a.%04d.exr' stands for a view"),
        ("out.png", {"format": "exr"}, "--format exr contradicts the output's name 'out.png'"),
        ("out.png", {"depth": "half"}, "--depth cannot be half for the output 'out.png'"),
        ("x" * 256, {}, "too long for a disk (256 bytes). At most 255"),
        ("画" * 84 + ".mov", {}, "too long for a disk (256 bytes)"),
        ("a/" * 3000, {}, "path is too long for a disk (5999 bytes)"),
        ("out/\ud800", {}, r"cannot be named '\ud800'"),
    ],
)
def test_outputs_that_make_no_sense(output, changes, words):
    with pytest.raises(UsageError) as caught:
        StylizeJob(input="in.png", output=output, **changes)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_output_where_one_may_not_look_cannot_be_written(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    if os.access(closed, os.X_OK):
        pytest.skip("this user may look everywhere")
    with pytest.raises(OutputError):
        StylizeJob(input="in.png", output=str(closed / "out" / "frames"))


def test_a_format_that_agrees_with_the_name():
    made = StylizeJob(input="in.png", output="a.%04d.tiff", format="tif", depth="float")
    assert made.output_kind == "frames"


@pytest.mark.parametrize("name", ["input", "output"])
@pytest.mark.parametrize("value", ["", " ", None, "a\0b"])
def test_needs_an_input_and_an_output(name, value):
    places = {"input": "in", "output": "out"} | {name: value}
    with pytest.raises(UsageError, match=f"The {name} cannot be "):
        StylizeJob(**places)


def test_readings():
    plain = job()
    assert (plain.mix, plain.frame_range, plain.cut_frames) == ((("candy", 1.0),), None, ())
    full = job(frames="1-9:2", cuts="10,57", proxy="1/4", strength=1, device="cuda:1")
    assert full.frame_range.frames == (1, 3, 5, 7, 9)
    assert full.cut_frames == (10, 57)
    assert full.scale == 0.25
    assert isinstance(full.strength, float)


def test_changes():
    assert job().with_changes({"style": "candy"}) == job(style="candy")
    with pytest.raises(UsageError, match=r"no setting 'styel'\. Did you mean 'style'"):
        job().with_changes({"styel": "candy"})
    with pytest.raises(UsageError, match="--strength"):
        job().with_changes({"strength": 9})


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
PLACES = WORDS.filter(lambda text: text.strip() and "%v" not in text.lower())  # no open view


@settings(deadline=None, max_examples=100)
@given(
    st.builds(
        StylizeJob,
        input=PLACES,
        output=PLACES.filter(lambda text: not set(text) & set("%#@$")),  # places of numbers
        layer=WORDS,
        strength=st.floats(0, 1),
        overwrite=st.booleans(),
        seed=st.integers(0, 2**31 - 1),
        frames=st.sampled_from(["", "-3-5,9"]),
    )
)
def test_text_and_dict_read_back(made):
    assert StylizeJob.from_toml(made.to_toml()) == made
    assert StylizeJob.from_dict(made.to_dict()) == made
    assert StylizeJob.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_hand_written_job():
    text = '# mine\ninput = "in/"\noutput = "out"\nstrength = 1\nstyle = "muse:3,candy:1"\n'
    assert StylizeJob.from_toml(text).mix == (("muse", 0.75), ("candy", 0.25))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('input = "i"\noutput = "o"\nsytle = "x"', "no setting 'sytle'. Did you mean 'style'?"),
        ('input = "i"', "The job does not name its output. The folder for"),
        ("", "The job does not name its input. "),
        ("style = muse", "cannot be read as TOML"),
        ('version = 2\ninput = "i"\noutput = "o"', "version 2. This engine reads version 1"),
        ('version = true\ninput = "i"\noutput = "o"', "version True"),
        (
            'input = "i"\noutput = "o"\n[style]\nname = "muse"',
            "--style cannot have the key name = 'muse'",
        ),
    ],
)
def test_bad_text(text, words):
    with pytest.raises(UsageError) as caught:
        StylizeJob.from_toml(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_path_that_is_no_text_cannot_be_saved():
    odd = StylizeJob(input="in/\udcff.%04d.exr", output="out")
    with pytest.raises(UsageError, match=r"not text\. Rename"):
        odd.to_toml()


def test_job_file(tmp_path):
    path = tmp_path / "job.toml"
    path.write_text(job(style="candy").to_toml(), encoding="utf-8")
    assert read_job(path) == job(style="candy")
    assert f"version = {JOB_VERSION}" in path.read_text(encoding="utf-8")
    path.write_text("stile = 1", encoding="utf-8")
    with pytest.raises(UsageError, match=r"In the job .*job\.toml: A job has no setting 'stile'"):
        read_job(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"job\.toml is not UTF-8 text"):
        read_job(path)
    with pytest.raises(InputError, match=r"Cannot read the job .*none\.toml: No such file"):
        read_job(tmp_path / "none.toml")


class TestMix:
    @pytest.mark.parametrize(
        ("text", "mix"),
        [
            ("muse", (("muse", 1.0),)),
            ("muse:5", (("muse", 1.0),)),
            ("muse:0.7,candy:0.3", (("muse", 0.7), ("candy", 0.3))),
            (" muse : 1 , candy : 3 ", (("muse", 0.25), ("candy", 0.75))),
            ("muse,candy", (("muse", 0.5), ("candy", 0.5))),
            ("muse:0,candy:1", (("muse", 0.0), ("candy", 1.0))),
            ("my cards/é.toml:1,muse:1", (("my cards/é.toml", 0.5), ("muse", 0.5))),
            (r"C:\cards\my.toml", ((r"C:\cards\my.toml", 1.0),)),
            (r"C:\my.toml:1,muse:1", ((r"C:\my.toml", 0.5), ("muse", 0.5))),
        ],
    )
    def test_reads(self, text, mix):
        read = parse_mix(text)
        assert [name for name, _ in read] == [name for name, _ in mix]
        assert [weight for _, weight in read] == pytest.approx([weight for _, weight in mix])

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "lacks a name"),
            (",muse", "lacks a name"),
            (":1", "lacks a name"),
            ("muse,muse", "names one style twice"),
            ("muse:1,candy", "gives a weight to some styles only"),
            ("muse:-1,candy:2", "Weights are 0 or more"),
            ("muse:0", "Weights are 0 or more"),
            ("muse:nan", "Weights are 0 or more"),
            ("muse:inf,candy:1", "Weights are 0 or more"),
            ("muse:,candy:1", "'' in the style 'muse:' is not a weight"),
        ],
    )
    def test_refuses(self, text, words):
        with pytest.raises(UsageError) as caught:
            parse_mix(text)
        assert words in str(caught.value)

    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=6))
    def test_shares_sum_to_one(self, weights):
        text = ",".join(f"style{i}:{weight!r}" for i, weight in enumerate(weights))
        assert sum(share for _, share in parse_mix(text)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "indices"), [("1,2,4", (1, 2, 4)), ("", (1,)), ("8, 2", (1, 2, 8)), ("1", (1,))]
)
def test_look_back_is_nearest_first_and_has_the_frame_before(text, indices):
    assert StylizeJob(input="in", output="out", long_term=text).look_back == indices


@pytest.mark.parametrize("text", ["9" * 5000, "0", "-1", "two", "1;2", "65", "1.5"])
def test_a_place_that_is_no_earlier_frame_is_refused(text):
    with pytest.raises(UsageError, match="is not the distance of an earlier frame"):
        StylizeJob(input="in", output="out", long_term=text)
