"""The methods behind their protocol: sizes, devices, guidance, colors."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from vst_core import memory
from vst_core.catalog import METHODS
from vst_core.errors import InputError, UsageError
from vst_core.guidance import Guidance
from vst_core.hosts.hashes import file_hash
from vst_core.job import Tiling
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, FoldedNet, TransformNet
from vst_core.styles import FileEntry, StyleCard
from vst_core.stylizers import (
    STYLIZERS,
    StylizerSettings,
    feed_forward,
    keep_colors,
    open_stylizer,
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    folder, files = tmp_path_factory.mktemp("style"), {}
    torch.manual_seed(1)
    for kind, channels in (("itn", ITN_CHANNELS), ("vtn", VTN_CHANNELS)):
        path = folder / f"{kind}.safetensors"
        path.write_bytes(save(TransformNet(width=4, channels=channels).state_dict()))
        files[kind] = FileEntry(file=path.name, sha256=file_hash(path))
    return StyleCard(name="tiny", width=4, row=0, files=files, folder=folder)


def opened(method, card, **changes):
    return open_stylizer(method, StylizerSettings(styles=((card, 1.0),), **changes))


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def guidance(height, width, *, trust=1.0, seed=5):
    warped = noise(1, 3, height, width, seed=seed)
    return Guidance(warped=warped, trust=torch.full((1, 1, height, width), trust))


def test_the_table_is_the_catalogs():
    assert set(STYLIZERS) == {method.name for method in METHODS}


@settings(deadline=None, max_examples=8)
@given(
    method=st.sampled_from(["itn", "vtn"]), height=st.integers(16, 40), width=st.integers(16, 40)
)
def test_any_size_gives_a_picture_of_that_size(card, method, height, width):
    output = (
        opened(method, card).stylize(noise(1, 3, height, width), guidance(height, width)).picture
    )
    assert output.shape == (1, 3, height, width)
    assert output.dtype == torch.float32
    assert output.is_contiguous()
    assert 0 <= output.min() <= output.max() <= 1


@pytest.mark.parametrize("method", ["itn", "vtn"])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_thread_counts_and_repetition_change_nothing(card, method, precision):
    frame, known = noise(1, 3, 70, 90), guidance(70, 90)
    stylizer, outputs = opened(method, card, precision=precision), []
    for threads in (1, 2, 1):
        torch.set_num_threads(threads)
        outputs.append(stylizer.stylize(frame, known).picture)
    assert torch.equal(outputs[0], outputs[1])
    assert torch.equal(outputs[0], outputs[2])


def test_a_pre_roll_is_a_shot_that_stands_still(card):
    frame, plain = noise(1, 3, 32, 48), opened("vtn", card, preroll=0)
    stylized, everywhere = plain.stylize(frame, None).picture, torch.ones(1, 1, 32, 48)
    for _ in range(3):
        stylized = plain.stylize(frame, Guidance(warped=stylized, trust=everywhere)).picture
    rolled = opened("vtn", card, preroll=3)
    assert torch.equal(rolled.stylize(frame, None).picture, stylized)
    known = guidance(32, 48)
    assert torch.equal(rolled.stylize(frame, known).picture, plain.stylize(frame, known).picture)


@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_bf16_is_close_to_float32(card, method):
    frame, known = noise(1, 3, 32, 32), guidance(32, 32)
    exact = opened(method, card).stylize(frame, known).picture
    coarse = opened(method, card, precision=torch.bfloat16).stylize(frame, known).picture
    assert (exact - coarse).abs().mean() < 0.02


def test_the_itn_has_no_use_for_guidance(card):
    frame, stylizer = noise(1, 3, 24, 24), opened("itn", card)
    expected = stylizer.stylize(frame, None).picture
    assert torch.equal(stylizer.stylize(frame, guidance(24, 24)).picture, expected)


def test_without_trust_the_vtn_starts_a_shot(card):
    frame, stylizer = noise(1, 3, 24, 24), opened("vtn", card, preroll=0)
    fresh = stylizer.stylize(frame, None).picture
    assert torch.equal(stylizer.stylize(frame, guidance(24, 24, trust=0.0)).picture, fresh)
    assert not torch.allclose(stylizer.stylize(frame, guidance(24, 24)).picture, fresh)


@pytest.mark.parametrize("size", [(15, 40), (40, 15), (1, 1)])
def test_a_frame_that_is_too_small(card, size):
    with pytest.raises(InputError) as caught:
        opened("itn", card).stylize(noise(1, 3, *size), None)
    assert str(caught.value) == (
        f"A frame of {size[1]} x {size[0]} is too small to stylize. "
        "Give frames of at least 16 x 16 pixels."
    )


def test_an_unknown_method(card):
    with pytest.raises(UsageError, match=r"There is no method 'vtm'\. Did you mean 'vtn'\?"):
        opened("vtm", card)


def luma(picture):
    return (picture * torch.tensor([0.2126, 0.7152, 0.0722]).view(1, 3, 1, 1)).sum(1, keepdim=True)


def test_kept_colors_are_the_luma_of_one_and_the_colors_of_the_other():
    stylized, source = 0.4 + 0.2 * noise(1, 3, 9, 9), 0.4 + 0.2 * noise(1, 3, 9, 9, seed=1)
    kept = keep_colors(stylized, source)
    torch.testing.assert_close(luma(kept), luma(stylized))
    torch.testing.assert_close(kept - luma(kept), source - luma(source))
    torch.testing.assert_close(keep_colors(source, source), source)
    bright = keep_colors(torch.ones(1, 3, 2, 2), source[..., :2, :2])
    assert 0 <= bright.min() <= bright.max() <= 1


@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_a_tile_changes_no_byte(card, method):
    frame, known = noise(1, 3, 300, 140), guidance(300, 140)
    pictures = [
        opened(method, card, tiling=Tiling(side), preroll=1).stylize(frame, guided).picture
        for guided in (known, None)
        for side in (0, 128, 256)
    ]
    for one in (pictures[:3], pictures[3:]):
        assert torch.equal(one[0], one[1])
        assert torch.equal(one[0], one[2])


def test_memory_that_is_not_there_is_refused_when_it_is_asked_for(card, monkeypatch):
    frame, free = noise(1, 3, 60, 60), 10**5
    monkeypatch.setattr(memory, "free_memory", lambda: free)
    with pytest.raises(MemoryError):
        opened("itn", card, tiling=Tiling(0)).stylize(frame, None)
    free = 10**9
    stylizer = opened("itn", card, tiling=Tiling(0))
    wanted = stylizer.stylize(frame, None).picture
    free = 10**5  # what the first picture took is kept
    assert torch.equal(stylizer.stylize(frame, None).picture, wanted)


@pytest.mark.parametrize(("free", "parted"), [(10**6, True), (10**10, False), (None, False)])
def test_by_itself_it_parts_what_would_fill_much_of_the_free_memory(
    card, monkeypatch, free, parted
):
    asked = []
    real = FoldedNet.__call__
    monkeypatch.setattr(feed_forward, "free_memory", lambda: free)
    monkeypatch.setattr(
        FoldedNet,
        "__call__",
        lambda self, x, **how: asked.append(how["roomy"]) or real(self, x, **how),
    )
    opened("itn", card, tiling=Tiling(None)).stylize(noise(1, 3, 60, 60), None)
    assert asked == [not parted]
