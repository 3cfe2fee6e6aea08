"""The .flo format, by its definition, and every way a file can be wrong."""

import struct

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError, OutputError
from vst_core.flow import read_flo, write_flo


def test_the_layout_is_middleburys(tmp_path):
    path = tmp_path / "a.flo"
    path.write_bytes(b"PIEH" + struct.pack("<ii4f", 2, 1, 1.5, -2.0, 3.0, 4.0))
    assert read_flo(path).tolist() == [[[[1.5, 3.0]], [[-2.0, 4.0]]]]


@settings(deadline=None, max_examples=20)
@given(height=st.integers(1, 20), width=st.integers(1, 20), seed=st.integers(0, 99))
def test_what_is_written_is_read(tmp_path_factory, height, width, seed):
    flow = torch.randn(1, 2, height, width, generator=torch.Generator().manual_seed(seed))
    path = tmp_path_factory.mktemp("flo") / "a.flo"
    write_flo(path, flow)
    assert read_flo(path).equal(flow)
    assert [file.name for file in path.parent.iterdir()] == ["a.flo"]


def test_a_file_of_another_program_is_written_back_byte_for_byte(shared, tmp_path):
    source = shared / "data/flow/ruder_marple/deepflow/forward_1_2.flo"
    write_flo(tmp_path / "copy.flo", read_flo(source))
    assert (tmp_path / "copy.flo").read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes, too few"),
        (b"PNG!" + bytes(40), "not a .flo file: it begins with b'PNG!'"),
        (b"PIEH" + struct.pack("<ii", -1, 4), "claims a size of -1 x 4"),
        (b"PIEH" + struct.pack("<ii", 2**30, 2**30), "claims a size of 1073741824"),
        (b"PIEH" + struct.pack("<ii", 2, 2) + bytes(31), "43 bytes, but 2 x 2 pixels need 44"),
        (b"PIEH" + struct.pack("<ii", 2, 2) + bytes(33), "45 bytes, but 2 x 2 pixels need 44"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path, content, said):
    path = tmp_path / "bad.flo"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.flo") as caught:
        read_flo(path)
    assert said in str(caught.value)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.flo' cannot be read: No such file"):
        read_flo(tmp_path / "absent.flo")


def test_an_unwritable_place_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_flo(tmp_path / "no_folder" / "a.flo", torch.zeros(1, 2, 4, 4))
