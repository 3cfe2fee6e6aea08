"""Flow from files: which file belongs to which frame, chains, sizes, unknown flow."""

import pytest
import torch

from vst_core.errors import InputError
from vst_core.flow import FlowSettings, FrameView, open_flow_source, read_flo, write_flo
from vst_core.motion import compose, resize_flow, trust_mask

SIZE = (16, 24)


@pytest.fixture
def folder(tmp_path):
    """Fields whose vectors are the frame's number forwards, and minus it backwards."""
    for frame in range(-1, 5):
        for name, sign in (("forward", 1), ("backward", -1)):
            field = torch.full((1, 2, *SIZE), float(sign * frame))
            write_flo(tmp_path / f"{name}_{frame:04d}.flo", field)
    return tmp_path


def between(folder, frames, size=SIZE):
    text = "files:forward_%04d.flo,backward_%04d.flo"
    source = open_flow_source(text, FlowSettings(base=folder))
    picture = torch.zeros(1, 3, *size)
    before, now = (FrameView(number, picture) for number in frames)
    return source.between(before, now)


def constant(value):
    return torch.full((1, 2, *SIZE), float(value))


def test_each_file_belongs_to_the_frame_of_its_number(folder):
    pair = between(folder, (2, 3))
    assert pair.forward.equal(constant(2))
    assert pair.backward.equal(constant(-3))


def test_negative_frames_have_files_too(folder):
    assert between(folder, (-1, 0)).forward.equal(constant(-1))


def test_frames_apart_get_the_composition(folder):
    pair = between(folder, (1, 4))
    assert pair.forward.equal(compose(compose(constant(1), constant(2)), constant(3)))
    assert pair.backward.equal(compose(compose(constant(-4), constant(-3)), constant(-2)))


def test_in_reverse_the_fields_change_places(folder):
    assert between(folder, (3, 2)).forward.equal(between(folder, (2, 3)).backward)


def test_a_frame_and_itself_do_not_move(folder):
    assert between(folder, (2, 2)).backward.equal(constant(0))


def test_a_proxy_gets_the_field_scaled(folder):
    half = (SIZE[0] // 2, SIZE[1] // 2)
    assert between(folder, (2, 3), half).forward.equal(torch.ones(1, 2, *half))


def test_the_references_own_files_are_read(shared):
    folder = shared / "data/flow/ruder_marple/deepflow"
    text = "files:forward_%d_2.flo,backward_%d_1.flo"
    source = open_flow_source(text, FlowSettings(base=folder))
    flow = read_flo(folder / "forward_1_2.flo")
    pair = source.between(FrameView(1, flow), FrameView(2, flow))
    assert pair.forward.equal(flow)
    assert trust_mask(pair.forward, pair.backward).mean() > 0.9


def test_unknown_flow_is_never_trusted(folder):
    field = constant(0)
    write_flo(folder / "forward_0000.flo", field)
    field[..., 4:8, 4:8] = 1.6e9
    write_flo(folder / "backward_0001.flo", field)
    pair = between(folder, (0, 1))
    assert trust_mask(pair.forward, pair.backward)[..., 4:8, 4:8].eq(0).all()


def test_another_shape_is_refused_with_both_sizes(folder):
    with pytest.raises(InputError, match=r"is 24 x 16, the picture 24 x 20"):
        between(folder, (1, 2), (20, 24))


def test_an_absent_file_is_named(folder):
    with pytest.raises(InputError, match=r"backward_0005\.flo"):
        between(folder, (4, 5))


def test_absolute_patterns_ignore_the_base(folder, tmp_path_factory):
    text = f"files:{folder}/forward_####.flo, {folder}/backward_$F4.flo"
    source = open_flow_source(text, FlowSettings(base=tmp_path_factory.mktemp("else")))
    picture = torch.zeros(1, 3, *SIZE)
    assert source.between(FrameView(1, picture), FrameView(2, picture)).forward.equal(constant(1))
    again = open_flow_source(source.name, FlowSettings())
    assert again.between(FrameView(1, picture), FrameView(2, picture)).forward.equal(constant(1))


def test_sizes_of_an_odd_proxy_fit(folder):
    pair = between(folder, (1, 2), (11, 16))
    assert pair.forward.equal(resize_flow(constant(1), (11, 16)))
