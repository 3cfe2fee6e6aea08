"""What is typed for --mask, --style-outside and --segment-box."""

import pytest

from vst_core.errors import UsageError
from vst_core.job import KEEP, Box, Mask, StylizeJob, parse_box, parse_masks, region_styles


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("", ()),
        ("in/m.%04d.png", (Mask(source="file", place="in/m.%04d.png"),)),
        (
            "a.png=candy, b.####.exr=wave",
            (
                Mask(source="file", place="a.png", style="candy"),
                Mask(source="file", place="b.####.exr", style="wave"),
            ),
        ),
        ("alpha=none", (Mask(source="alpha", style="none"),)),
        ("layer:A", (Mask(source="layer", channel="A"),)),
        (
            "layer:ViewLayer.IndexOB.X:3=muse:0.7,candy:0.3,alpha",
            (
                Mask(
                    source="layer",
                    channel="ViewLayer.IndexOB.X",
                    number=3,
                    style="muse:0.7,candy:0.3",
                ),
                Mask(source="alpha"),
            ),
        ),
        (
            "in/all.%04d.exr:matte.G",
            (Mask(source="file", place="in/all.%04d.exr", channel="matte.G"),),
        ),
        ("C:\\in\\m.%04d.png", (Mask(source="file", place="C:\\in\\m.%04d.png"),)),
        ("C:/in/m.exr:R=a", (Mask(source="file", place="C:/in/m.exr", channel="R", style="a"),)),
    ],
)
def test_masks_are_read_as_they_are_typed(text, masks):
    assert parse_masks(text) == masks


@pytest.mark.parametrize("text", ["=candy", "a.png=", "a.png,,b.png", "layer:"])
def test_a_mask_without_a_name_is_refused(text):
    with pytest.raises(UsageError, match=r"lacks its|names no channel"):
        StylizeJob(input="in", output="out", mask=text)


@pytest.mark.parametrize(
    ("mask", "outside", "styles", "regions"),
    [
        ("a.png", "", ("muse", KEEP), (0, 1)),
        ("a.png", "candy", ("muse", "candy"), (0, 1)),
        ("a.png", "muse", ("muse",), (0, 0)),
        ("a.png=candy", "", ("candy", "muse"), (0, 1)),
        ("a.png=candy,b.png=wave", "", ("candy", "wave", "muse"), (0, 1, 2)),
        ("a.png=candy,b.png=candy", "none", ("candy", KEEP), (0, 0, 1)),
        ("a.png,b.png", "", ("muse", KEEP), (0, 0, 1)),
        ("a.png=none", "", (KEEP, "muse"), (0, 1)),
    ],
)
def test_every_region_has_a_style(mask, outside, styles, regions):
    found = region_styles(parse_masks(mask), style="muse", outside=outside)
    assert found == (styles, regions)


def test_something_has_to_be_painted():
    with pytest.raises(UsageError, match="keeps the picture as it is"):
        StylizeJob(input="in", output="out", mask="a.png=none", style_outside="none")


def test_a_box():
    assert parse_box(" 40, 30,200,120 ") == Box(40, 30, 200, 120)
    assert parse_box("") is None


@pytest.mark.parametrize("text", ["1,2,3", "1,2,0,4", "a,b,c,d", "-1,2,3,4", "1.5,2,3,4"])
def test_no_box(text):
    with pytest.raises(UsageError, match="--segment-box cannot be") as caught:
        parse_box(text)
    assert "x,y,width,height" in caught.value.fix


def test_a_mix_in_a_region_is_checked_with_the_job():
    with pytest.raises(UsageError, match="is not a weight"):
        StylizeJob(input="in", output="out", mask="a.png=muse:x")
