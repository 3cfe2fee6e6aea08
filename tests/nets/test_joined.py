"""Planes that are joined and mirrored row by row are what joining and padding give."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.nets import Joined, itn_input, vtn_input


def noise(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def planes(height=11, width=9):
    return noise(1, 3, height, width), noise(1, 3, height, width + 0), noise(1, 1, height, width)


@settings(deadline=None, max_examples=40)
@given(
    size=st.tuples(st.integers(8, 14), st.integers(8, 14)),
    borders=st.lists(st.tuples(*[st.integers(0, 5)] * 4), max_size=3),
    window=st.tuples(st.integers(0, 20), st.integers(1, 20)),
)
def test_its_rows_are_those_of_the_padded_picture(size, borders, window):
    given_planes = planes(*size)
    padded, joined = vtn_input(*given_planes), Joined.of(*given_planes, join=vtn_input)
    for border in borders:
        padded = F.pad(padded, border, mode="reflect")
        joined = joined.mirrored(*border)
    assert joined.size == padded.shape[-2:]
    top = min(window[0], padded.shape[2] - 1)
    rows = joined.rows(top, top + window[1])
    assert torch.equal(rows, padded[:, :, top : top + window[1]])


def test_one_plane_is_itself_or_what_is_made_of_it():
    plane = noise(1, 3, 6, 7)
    assert torch.equal(Joined.of(plane).rows(2, 5), plane[:, :, 2:5])
    assert torch.equal(Joined.of(plane, join=itn_input).rows(0, 6), itn_input(plane))


def test_a_plane_of_one_number_need_not_be_spread():
    frame, one = noise(1, 3, 8, 8), torch.ones(1).expand(1, 1, 8, 8)
    found = Joined.of(frame, frame, one, join=vtn_input).mirrored(3, 3, 3, 3).rows(0, 14)
    whole = F.pad(vtn_input(frame, frame, torch.ones(1, 1, 8, 8)), [3] * 4, mode="reflect")
    assert torch.equal(found, whole)
