"""Planes come back from disk as they were, or the file is refused."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError, OutputError
from vst_core.image import read_planes, write_planes

NAMES = ("forward.X", "forward.Y", "backward.X", "backward.Y")


def numbers(*shape):
    return 100 * torch.randn(*shape, generator=torch.Generator().manual_seed(2))


@settings(deadline=None, max_examples=8)
@given(height=st.integers(1, 40), width=st.integers(1, 40), half=st.booleans())
def test_planes_come_back(tmp_path_factory, height, width, half):
    path = tmp_path_factory.mktemp("planes") / "flow.exr"
    planes = numbers(4, height, width)
    write_planes(path, planes, names=NAMES, half=half)
    assert torch.equal(read_planes(path, NAMES), planes.half().float() if half else planes)


@pytest.mark.parametrize("names", [("R", "G", "B"), tuple(f"plane{n:03d}" for n in range(12))])
def test_without_names_the_order_is_the_usual(tmp_path, names):
    planes = numbers(len(names), 6, 5)
    write_planes(tmp_path / "a.exr", planes, names=names, half=False)
    assert torch.equal(read_planes(tmp_path / "a.exr"), planes)


def test_values_that_are_no_numbers_are_kept(tmp_path):
    planes = torch.tensor([float("nan"), float("inf"), -float("inf"), 1.5]).reshape(1, 2, 2)
    write_planes(tmp_path / "a.exr", planes, names=("Y",), half=True)
    assert torch.equal(read_planes(tmp_path / "a.exr", ("Y",)).nan_to_num(7), planes.nan_to_num(7))


def test_a_damaged_or_foreign_file_is_refused(tmp_path):
    path = tmp_path / "a.exr"
    write_planes(path, numbers(3, 30, 30), names=("R", "G", "B"), half=False)
    with pytest.raises(InputError, match="its channels are R, G, B"):
        read_planes(path, NAMES)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError, match="cannot be read"):
        read_planes(path, ("R", "G", "B"))
    with pytest.raises(InputError, match="no such file"):
        read_planes(tmp_path / "b.exr", NAMES)


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(OutputError):
        write_planes(tmp_path / "gone/a.exr", numbers(1, 4, 4), names=("Y",), half=True)
