"""Names of objects in the text of a mask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.job import StylizeJob, parse_masks
from vst_core.job.matte_text import parse_matte_names, quoted_name


def told(text):
    return [
        (mask.place, mask.layer and mask.layer.text, [name.text for name in mask.names], mask.style)
        for mask in parse_masks(text)
    ]


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("crypto:Hero", [("", None, ["Hero"], "")]),
        ("crypto:Hero, Sword=candy", [("", None, ["Hero", "Sword"], "candy")]),
        ("crypto:CryptoMaterial:Skin*=a", [("", "CryptoMaterial", ["Skin*"], "a")]),
        ('crypto:"a, b=c:d"=candy', [("", None, ["a, b=c:d"], "candy")]),
        (r'crypto:a\,b\=c,"say \"hi\"  "=x', [("", None, ["a,b=c", 'say "hi"  '], "x")]),
        ("in/c.%04d.exr:crypto:A=x", [("in/c.%04d.exr", None, ["A"], "x")]),
        (
            "crypto:A,B=muse:0.7,candy:0.3,crypto:C=wave",
            [("", None, ["A", "B"], "muse:0.7,candy:0.3"), ("", None, ["C"], "wave")],
        ),
        ("crypto:A,crypto:B", [("", None, ["A"], ""), ("", None, ["B"], "")]),
        ("crypto:a:b:c", [("", "a", ["b:c"], "")]),
        (
            "m.png=candy,crypto:A=wave,alpha=muse",
            [("m.png", None, [], "candy"), ("", None, ["A"], "wave"), ("", None, [], "muse")],
        ),
    ],
)
def test_mattes_are_read_as_they_are_typed(text, masks):
    assert told(text) == masks


@pytest.mark.parametrize("text", ["crypto:", "crypto:A,,B", 'crypto:"A', "crypto:A=", "crypto:A:"])
def test_names_that_are_none_are_refused(text):
    with pytest.raises(UsageError):
        StylizeJob(input="in", output="out", mask=text)


@given(st.text(min_size=1).filter(lambda name: "\0" not in name))
def test_any_name_comes_back_as_it_was_quoted(name):
    _, names = parse_matte_names(f'"x",{quoted_name(name)}')
    assert [one.text for one in names] == ["x", name]
    assert names[1].find({name, f"{name}x", "other"}) in ((name,), (name, "other")[:1])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a*", {"a*", "ab"}),
        (r"a\*", {"a*"}),
        ('"a*"', {"a*"}),
        ("[ab]*", {"a*", "ab", "b"}),
        ("AB", set()),
    ],
)
def test_wildcards_stand_for_other_names_unless_they_are_quoted(typed, found):
    ((), (name,)) = (parse_matte_names(typed)[0] or (), parse_matte_names(typed)[1])
    assert set(name.find({"a*", "ab", "b"})) == found


def test_a_mask_of_mattes_survives_a_job_file():
    job = StylizeJob(input="in", output="out", mask='crypto:"a, \\"b\\"",Skin*=candy')
    assert StylizeJob.from_toml(job.to_toml()).masks == job.masks
