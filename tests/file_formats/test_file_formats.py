"""What the table says of a format is what a job may ask for, and what is in the files."""

import itertools

import numpy as np
import pytest
from PIL import Image

from vst_core.catalog import describe, find_parameter
from vst_core.errors import UsageError
from vst_core.file_formats import (
    DEPTHS,
    FILE_FORMATS,
    PAINTING_SUFFIXES,
    PHOTOGRAPH_SUFFIXES,
    PICTURE_SUFFIXES,
    PREVIEW_SUFFIXES,
    format_of_suffix,
)
from vst_core.image import WriteSettings, read_header, read_plate, write_plate
from vst_core.job import StylizeJob

PAIRS = list(itertools.product(FILE_FORMATS, [depth.name for depth in DEPTHS]))
IDS = [f"{kind.option}-{depth}" for kind, depth in PAIRS]


@pytest.fixture
def plate(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (6, 8, 4), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    return read_plate(tmp_path / "in.png")


@pytest.mark.parametrize(("kind", "depth"), PAIRS, ids=IDS)
def test_a_job_may_ask_for_the_depths_that_files_get(tmp_path, plate, kind, depth):
    def ask():
        return StylizeJob(input="in", output="out", format=kind.option, depth=depth)

    path = tmp_path / f"out{kind.suffixes[0]}"
    settings = WriteSettings(depth=depth)
    if depth in kind.depths:
        assert ask().depth == depth
        write_plate(path, plate.picture, plate, settings=settings)
        header = read_header(path)
        assert (header.format, header.depth) == (kind.name, depth)
        assert header.has_alpha == kind.alpha
        return
    for refused in (ask, lambda: write_plate(path, plate.picture, plate, settings=settings)):
        with pytest.raises(UsageError) as caught:
            refused()
        assert f"--depth cannot be {depth}" in caught.value.what
        assert all(held in caught.value.fix for held in kind.depths)
    assert not path.exists()


@pytest.mark.parametrize("kind", FILE_FORMATS, ids=lambda kind: kind.option)
def test_what_other_input_becomes_is_held(kind):
    assert {kind.from_float, kind.from_integer} <= set(kind.depths)


def test_every_suffix_and_depth_has_its_place():
    suffixes = [suffix for kind in FILE_FORMATS for suffix in kind.suffixes]
    assert len(suffixes) == len({*suffixes})
    assert all(format_of_suffix(suffix.upper()).suffixes for suffix in suffixes)
    assert format_of_suffix(".gif") is None
    assert all(depth.formats for depth in DEPTHS)
    assert {d for kind in FILE_FORMATS for d in kind.depths} == {depth.name for depth in DEPTHS}
    assert {*PREVIEW_SUFFIXES} < {*suffixes} < {*PICTURE_SUFFIXES} < {*PAINTING_SUFFIXES}
    assert {*PREVIEW_SUFFIXES} < {*PHOTOGRAPH_SUFFIXES} < {*PICTURE_SUFFIXES}


@pytest.mark.parametrize("suffix", PHOTOGRAPH_SUFFIXES)
def test_photographs_are_what_pillow_reads(suffix):
    assert suffix in Image.registered_extensions()


def test_options_help_and_hosts_say_what_the_table_says():
    assert find_parameter("format").values == ("auto", *(one.option for one in FILE_FORMATS))
    assert find_parameter("depth").values == ("auto", *(one.name for one in DEPTHS))
    hints = {choice.value: choice.hint for choice in find_parameter("depth").choices}
    for kind, depth in PAIRS:
        assert (kind.label in hints[depth]) == (depth in kind.depths)
    assert describe()["depths"] == {one.option: [*one.depths] for one in FILE_FORMATS}
