"""`--tile`: auto, off, or a size that is worth it."""

import pytest

from vst_core.errors import UsageError
from vst_core.job import StylizeJob, Tiling


@pytest.mark.parametrize(
    ("text", "side"), [("auto", None), ("off", 0), ("0", 0), ("128", 128), ("4096", 4096)]
)
def test_what_may_be_asked_for(text, side):
    assert Tiling.parse(text).side == side


@pytest.mark.parametrize("text", ["1", "64", "127", "100001", "-5", "12.5", "", "on", "١٢٨", "1e3"])
def test_what_may_not(text):
    with pytest.raises(UsageError) as caught:
        Tiling.parse(text)
    assert caught.value.exit_code == 2
    assert "128" in caught.value.fix


def test_pictures_larger_than_the_tile_are_parted():
    assert Tiling(512).parts((400, 513)) is True
    assert Tiling(512).parts((512, 512)) is False
    assert Tiling(0).parts((9000, 9000)) is False
    assert Tiling(None).parts((9000, 9000)) is None


def test_jobs_from_before_have_a_number():
    assert StylizeJob(input="in", output="out", tile=1024).tile == "1024"
    assert Tiling.parse(str(StylizeJob(input="in", output="out", tile=0).tile)).side == 0
