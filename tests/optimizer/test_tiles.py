"""Tiles cover a picture once, and what is seen through them is what the whole picture shows."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.features import Vgg, halvings
from vst_core.losses import gram_matrix
from vst_core.optimizer import Painter, PainterSettings, style_target
from vst_core.optimizer.objective import Objective, Region
from vst_core.optimizer.tiles import encoded, plan_tiles

pytestmark = pytest.mark.usefixtures("one_thread")

STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT = "relu4_2"


@pytest.fixture(scope="module")
def encoder():
    """VGG-19's layout with two channels a layer, in double."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        stages = ((2, 2), (2, 2), (2,) * 4, (2,) * 4, (2,))
        made = Vgg(stages, style_layers=STYLE, content_layer=CONTENT).double()
    for conv in made.convs.values():
        conv.weight.abs_()  # nothing is dead
    return made


def noise(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=generator, dtype=torch.float64)


@given(height=st.integers(16, 700), width=st.integers(16, 700), side=st.integers(1, 800))
def test_tiles_cover_every_pixel_once(height, width, side):
    covered = torch.zeros(height, width, dtype=torch.int)
    for tile in plan_tiles((height, width), side=side):
        (top, bottom), (left, right) = tile.own
        assert top % 16 == left % 16 == 0
        assert tile.last == (bottom == height, right == width)
        covered[top:bottom, left:right] += 1
        (above, below), (before, after) = tile.seen
        assert above == max(0, top - 96)
        assert below == min(height, bottom + 96)
        assert before == max(0, left - 96)
        assert after == min(width, right + 96)
    assert (covered == 1).all()


def test_without_a_side_the_picture_is_one_tile():
    (tile,) = plan_tiles((30, 50), side=0)
    assert tile.own == tile.seen == ((0, 30), (0, 50))
    assert plan_tiles((30, 50), side=50) == (tile,)


@pytest.mark.slow
@settings(deadline=None, max_examples=8)
@given(height=st.integers(200, 330), width=st.integers(90, 330), side=st.integers(30, 140))
def test_activations_are_those_of_the_whole_picture(encoder, height, width, side):
    picture = noise(1, 3, height, width)
    layers = (*STYLE, CONTENT)
    found = encoded(encoder, picture, layers, plan_tiles((height, width), side=side))
    with torch.no_grad():
        expected = encoder(picture, layers)
    for layer in layers:
        torch.testing.assert_close(found[layer], expected[layer], rtol=1e-9, atol=1e-12)


def objective(encoder, size, side):
    picture, matte = noise(1, 3, *size, seed=1), noise(1, 1, *size, seed=2)
    matte[..., : size[0] // 2, :] = 0  # whole tiles without anything of a region
    with torch.no_grad():
        grams = {k: gram_matrix(v) for k, v in encoder(picture.flip(2), STYLE).items()}
        content = encoder(picture, [CONTENT])
    mattes = {
        layer: F.adaptive_avg_pool2d(matte, [length >> halvings(layer) for length in size])
        for layer in STYLE
    }
    return Objective(
        encoder=encoder,
        content=content,
        content_weights={CONTENT: 1.0},
        style=[Region(grams=grams, mattes=mattes), Region(grams=grams, weight=0.5)],
        style_weights=dict.fromkeys(STYLE, 2.0),
        tv_weight=1.0,
        tiles=plan_tiles(size, side=side),
    )


@pytest.mark.slow
@pytest.mark.parametrize("size", [(211, 330), (96, 261)])
def test_losses_and_derivatives_are_those_of_the_whole_picture(encoder, size):
    found = []
    for side in (0, 100):
        x = noise(1, 3, *size, seed=3).requires_grad_()
        made = objective(encoder, size, side)
        parts = made.parts(x)
        (slope,) = torch.autograd.grad((parts * torch.tensor(made.weights)).sum(), x)
        found.append((parts.detach(), slope))
    (whole, slope), (tiled, tiled_slope) = found
    torch.testing.assert_close(tiled, whole, rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(tiled_slope, slope, rtol=1e-5, atol=1e-12)


@pytest.mark.slow
def test_a_picture_is_painted_alike(encoder):
    encoder = encoder.float()
    frame, painting = noise(1, 3, 200, 130, seed=5).float(), noise(1, 3, 90, 90, seed=6).float()
    pictures = []
    for tile in (0, 64):
        target = style_target(encoder, painting, size=(200, 130), levels=1, layers=STYLE, tile=tile)
        asked = PainterSettings(iterations=3, scales=1, tolerance=0.0, tile=tile)
        pictures.append(Painter(encoder, [target], asked).paint(frame).picture)
    encoder.double()
    torch.testing.assert_close(pictures[1], pictures[0], rtol=0, atol=2e-3)
    assert (pictures[0] - frame).abs().max() > 0.01


def test_every_tile_knows_its_own_part_of_every_layer():
    size = (250, 180)
    tiles = plan_tiles(size, side=64)
    for layer in (*STYLE, CONTENT):
        step = 2 ** halvings(layer)
        whole = torch.zeros(1, 1, size[0] // step, size[1] // step)
        for tile in tiles:
            tile.part(whole, layer).add_(1)
        assert (whole == 1).all()
    assert len(tiles) == len(list(product(range(4), range(3))))
