"""Names of styles in quotes, and what is taken from a style video."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.hosts.style_text import (
    changed_names,
    crossed_styles,
    quoted_style,
    split_commas,
    style_parts,
)
from vst_core.job import (
    StyleCurve,
    StyleFrom,
    StylizeJob,
    parse_mix,
    parse_style_from,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(st.lists(NAMES.filter(str.strip), min_size=1, max_size=4, unique=True))
def test_any_name_survives_in_quotes(names):
    quoted = [quoted_style(name) for name in names]
    assert [name for name, _ in parse_mix(",".join(f"{one}:2" for one in quoted))] == names
    along = ",".join(f"{one}@{place}" for place, one in enumerate(quoted))
    assert list(StyleCurve.parse(along).names) == names
    job = StylizeJob(input="in.png", output="out", style=along)
    assert StylizeJob.from_toml(job.to_toml()).values_at(0).shares[0] == 1.0
    assert StyleCurve.parse(StylizeJob.from_toml(job.to_toml()).style).names == tuple(names)


@given(st.text(alphabet='ab",@:1'))
def test_what_commas_part_comes_together_again(text):
    assert ",".join(split_commas(text)) == text


def test_a_mix_of_a_quoted_and_a_plain_name():
    assert parse_mix('"Monet, Water: 3@2.jpg":3, muse:1') == (
        ("Monet, Water: 3@2.jpg", 0.75),
        ("muse", 0.25),
    )
    with pytest.raises(UsageError, match="'lots' in the style"):
        parse_mix('"a, b.jpg":lots')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("segments", StyleFrom(way="segments", count=5)),
        ("segments:12", StyleFrom(way="segments", count=12)),
        ("keyframes:3@-4-10", StyleFrom(way="keyframes", count=3, span=(-4, 10))),
        ("each", StyleFrom(way="each")),
        ("each:cycle", StyleFrom(way="each")),
        ("each:hold@5-9", StyleFrom(way="each", holds=True, span=(5, 9))),
    ],
)
def test_what_is_taken(text, expected):
    assert parse_style_from(text) == expected


@pytest.mark.parametrize(
    "text", ["", "every", "segments:0", "segments:5000", "each:5", "keyframes:3@9-4", "segments@3"]
)
def test_what_makes_no_sense(text):
    with pytest.raises(UsageError, match="--style-from"):
        StylizeJob(input="in.png", output="out", style_from=text)


@given(st.lists(NAMES.filter(str.strip), min_size=1, max_size=3, unique=True))
def test_hosts_read_what_the_engine_reads(names):
    text = ",".join(f"{quoted_style(name)}:2" for name in names)
    assert [part.name for part in style_parts(text)] == [name for name, _ in parse_mix(text)]
    assert changed_names(text, lambda name: name) == text
    along = ",".join(f"{quoted_style(name)}@{place}" for place, name in enumerate(names))
    assert [part.name for part in style_parts(along)] == list(StyleCurve.parse(along).names)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_crossing_has_the_shares_that_it_was_given(shares):
    at = dict(enumerate(shares, start=5))
    style = StyleCurve.parse(crossed_styles("muse", quoted_style("a, b.jpg:x"), at))
    for frame, share in at.items():
        found = dict(zip(style.names, style.shares(frame), strict=True))
        assert found["a, b.jpg:x"] == pytest.approx(share, abs=2e-4)
        assert found["muse"] == pytest.approx(1 - share, abs=2e-4)


def test_a_crossing_of_mixes():
    assert crossed_styles("muse:1,candy:3", "wave", {1: 0.5}) == "muse:0.125,candy:0.375,wave:0.5"
    assert crossed_styles("muse", "muse", {1: 0.0, 9: 1.0}) == "muse:1"
