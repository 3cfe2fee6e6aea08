"""The flags are the parameter table: names, words, defaults, ranges."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.catalog import GROUPS, PARAMETERS
from vst_core.job import StylizeJob

EXAMPLES = {
    "style": ["muse", "muse:0.7,candy:0.3", "mine/mine.toml", "muse@1,the-scream@48"],
    "frames": ["", "1-100x2", "-5--1", "-3-5", "7"],
    "cuts": ["auto", "off", "10,57", "-3"],
    "warm_up": ["0", "auto", "7"],
    "state_in": [""],
    "flow": ["dis", "none", "files:fwd_%04d.flo,bwd_%04d.flo"],
    "device": ["auto", "cuda:1"],
    "depth": ["auto"],
    "grain": ["drop"],
    "keep_layers": ["none", "all", "Depth,Crypto*"],
    "mask": [
        "",
        "in/mask.%04d.png",
        'crypto:"a, b",Sk*=candy',
        "car.png=candy,alpha=muse:0.7,wave:0.3",
    ],
    "segment_box": ["", "40,30,200,120"],
    "long_term": ["1", "1,2,4"],
    "tile": ["auto", "off", "512"],
    "views": [""],  # two views forbid much of the rest; tests/runner/test_stereo.py has them
    "style_from": ["segments:5", "keyframes:3@1-48", "each", "each:hold"],
    "fps": ["", "24", "23.976"],
}


def values(parameter):
    if parameter.name in EXAMPLES:
        return st.sampled_from(EXAMPLES[parameter.name])
    if parameter.type == "boolean":
        return st.booleans()
    if parameter.type == "choice":
        return st.sampled_from(parameter.values)
    if parameter.type == "integer":
        return st.integers(int(parameter.minimum), int(parameter.maximum))
    if parameter.type == "double":
        return st.floats(parameter.minimum, parameter.maximum)
    return st.sampled_from(["", "some text", "a/path%04d"])


def typed(parameter, value):
    if parameter.type == "boolean":
        return [parameter.flag if value else parameter.flag.replace("--", "--no-", 1)]
    return [parameter.flag, str(value)]


CHANGES = st.fixed_dictionaries({}, optional={one.name: values(one) for one in PARAMETERS})


@pytest.fixture
def job_of(room):
    seq = room("commands.seq")

    def read(*arguments):
        return seq._job(seq.parser("vst-seq").read([str(one) for one in arguments]))

    return read


@pytest.mark.slow
@given(changes=CHANGES)
@settings(deadline=None, max_examples=50)
def test_what_is_typed_is_what_the_job_holds(room, changes):
    seq = room("commands.seq")
    flags = [
        text for one in PARAMETERS if one.name in changes for text in typed(one, changes[one.name])
    ]
    job = seq._job(seq.parser("vst-seq").read(["in/%04d.exr", "out", *flags]))
    assert job == StylizeJob(input="in/%04d.exr", output="out", **changes)


def test_nothing_typed_means_the_table_s_defaults(job_of):
    assert job_of("in", "out") == StylizeJob(input="in", output="out")


def test_help_teaches_every_parameter(room):
    text = " ".join(room("commands.seq").parser("vst-seq").format_help().split())
    for group in GROUPS:
        assert group.hint in text
    for parameter in PARAMETERS:
        assert f"{parameter.flag} " in text or f"{parameter.flag}," in text
        assert parameter.hint in text
        for choice in parameter.choices:
            assert choice.value in text
            assert choice.hint in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--strength", "2"], "--strength cannot be 2.0. Allowed: 0 to 1"),
        (["--strength", "much"], "--strength cannot be 'much'. It takes a number"),
        (["--seed", "1.5"], "--seed cannot be '1.5'. It takes a whole number"),
        (["--read-ahead", "-1"], "--read-ahead cannot be -1. Allowed: 0 to 32"),
        (["--method", "vnt"], "--method cannot be 'vnt'. Did you mean 'vtn'?"),
        (["--flow", "raft-smal"], "There is no flow source 'raft-smal'. Did you mean 'raft-small'"),
        (["--frames", "1-x"], "Cannot read the frame range '1-x'"),
        (["--device", "gpu"], "There is no device 'gpu'. Did you mean"),
        (["--style", "muse:x"], "'x' in the style 'muse:x' is not a weight"),
        (["--format", "jpg", "--depth", "half"], "--depth cannot be half for --format jpg"),
    ],
)
def test_bad_values_are_named_with_what_is_allowed(main, capsys, arguments, message):
    assert main("seq", "in", "out", *arguments) == 2
    assert f"vst seq: {message}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["in", "out", "--style", "wave", "--frames", "-5--1"],
        ["in", "--style", "wave", "out", "--frames=-5--1"],
        ["--style", "wave", "--frames", "-5--1", "in", "out"],
        ["--style=wave", "in", "--frames", "-5--1", "out"],
    ],
)
def test_flags_may_stand_anywhere(job_of, arguments):
    assert job_of(*arguments) == StylizeJob(input="in", output="out", style="wave", frames="-5--1")


def test_job_file_gives_what_is_not_typed(job_of, tmp_path):
    saved = StylizeJob(input="in", output="out", style="wave", seed=5, original_colors=True)
    path = tmp_path / "job.toml"
    path.write_text(saved.to_toml())
    assert job_of("--job", path) == saved
    changed = job_of("--job", path, "--seed", 0, "--no-original-colors", "other")
    assert changed == StylizeJob(input="other", output="out", style="wave")


@pytest.mark.slow
def test_saved_job_is_read_back(main, job_of, tiny_styles, tmp_path, capsys):
    path = tmp_path / "job.toml"
    main("seq", tmp_path / "none.%04d.png", "out", "--style", "candy", "--save-job", path)
    assert job_of("--job", path).style == "candy"
    assert main("seq", "in", "out", "--save-job", tmp_path) == 4
    assert "Cannot write the job" in capsys.readouterr().err


def test_absent_and_damaged_job_files(main, tmp_path, capsys):
    assert main("seq", "--job", tmp_path / "absent.toml") == 3
    (tmp_path / "bad.toml").write_text('styel = "muse"')
    assert main("seq", "--job", tmp_path / "bad.toml") == 2
    assert "A job has no setting 'styel'. Did you mean 'style'?" in capsys.readouterr().err


def test_an_option_that_may_stand_alone(job_of):
    assert job_of("in", "out", "--keep-layers").keep_layers == "all"
    assert job_of("--keep-layers", "--style", "wave", "in", "out").keep_layers == "all"
    assert job_of("in", "out", "--no-keep-layers").keep_layers == "none"
