"""Each loss equals its definition written out, and its gradient the finite difference."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.features import Vgg
from vst_core.features.vgg import VGG16_STAGES, layer_names
from vst_core.losses import (
    CONTENT_LAYER,
    STYLE_LAYERS,
    PerceptualLoss,
    checkerboard_loss,
    content_loss,
    gram_matrix,
    gram_targets,
    range_loss,
    style_loss,
    temporal_loss,
    total_variation,
)

pytestmark = pytest.mark.usefixtures("one_thread")

FAST = settings(deadline=None, max_examples=10)
SIZES = {"channels": st.integers(1, 4), "height": st.integers(1, 6), "width": st.integers(1, 6)}


def noise(*shape, seed=0, dtype=torch.float32):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def close(found, expected):
    torch.testing.assert_close(found, torch.as_tensor(expected), rtol=1e-4, atol=1e-6)


@FAST
@given(**SIZES)
def test_gram_matrix_is_the_mean_product_of_channels(channels, height, width):
    x = noise(2, channels, height, width)
    gram = gram_matrix(x)
    assert gram.shape == (2, channels, channels)
    for b in range(2):
        for i in range(channels):
            for j in range(channels):
                products = [
                    float(x[b, i, y, z] * x[b, j, y, z])
                    for y in range(height)
                    for z in range(width)
                ]
                close(gram[b, i, j], sum(products) / (height * width))


def test_gram_matrix_does_not_depend_on_the_picture_size():
    x = noise(1, 3, 4, 5)
    close(gram_matrix(x.repeat(1, 1, 2, 3)), gram_matrix(x))


def test_style_loss_is_the_relative_squared_distance():
    gram, target = noise(2, 3, 3), noise(2, 3, 3, seed=1)
    for b, found in enumerate(style_loss(gram, target)):
        distance = sum(float(v) ** 2 for v in (gram[b] - target[b]).flatten())
        close(found, distance / sum(float(v) ** 2 for v in target[b].flatten()))
    close(style_loss(target, target), [0.0, 0.0])
    close(style_loss(torch.zeros_like(target), target), [1.0, 1.0])


def test_content_loss_is_the_relative_squared_distance():
    found, wanted = noise(2, 3, 4, 5), noise(2, 3, 4, 5, seed=1)
    for b, loss in enumerate(content_loss(found, wanted)):
        distance = sum(float(v) ** 2 for v in (found[b] - wanted[b]).flatten())
        close(loss, distance / sum(float(v) ** 2 for v in wanted[b].flatten()))
    assert content_loss(torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 2)) == 0


def test_content_loss_is_of_what_counts():
    found, wanted = torch.rand(2, 3, 4, 5), torch.rand(2, 3, 4, 5)
    left = torch.zeros(2, 1, 4, 5)
    left[..., :2] = 1
    torch.testing.assert_close(
        content_loss(found, wanted, left), content_loss(found[..., :2], wanted[..., :2])
    )


@FAST
@given(batch=st.integers(1, 2), height=st.integers(1, 5), width=st.integers(1, 5))
def test_temporal_loss_is_the_masked_mean_square(batch, height, width):
    output, warped = noise(batch, 3, height, width), noise(batch, 3, height, width, seed=1)
    trust = noise(batch, 1, height, width, seed=2)
    for b, found in enumerate(temporal_loss(output, warped, trust)):
        total = sum(
            float(trust[b, 0, y, x] * (output[b, c, y, x] - warped[b, c, y, x])) ** 2
            for c in range(3)
            for y in range(height)
            for x in range(width)
        )
        close(found, total / (3 * height * width))


def test_what_is_not_trusted_does_not_count():
    output, warped = noise(1, 3, 4, 4), noise(1, 3, 4, 4, seed=1)
    assert temporal_loss(output, warped, torch.zeros(1, 1, 4, 4)) == 0
    close(
        temporal_loss(output, warped, torch.ones(1, 1, 4, 4))[0], (output - warped).square().mean()
    )


@FAST
@given(**SIZES)
def test_masked_gram_matrix_is_that_of_weighted_positions(channels, height, width):
    x, matte = noise(1, channels, height, width), noise(1, 1, height, width, seed=1)
    gram = gram_matrix(x, matte)
    weights = [float(v) ** 2 for v in matte.flatten()]
    for i in range(channels):
        for j in range(channels):
            products = [float(v) for v in (x[0, i] * x[0, j]).flatten()]
            weighted = sum(w * p for w, p in zip(weights, products, strict=True))
            close(gram[0, i, j], weighted / sum(weights))


def test_a_matte_of_ones_changes_nothing_and_one_of_zeros_sees_nothing():
    x = noise(1, 3, 4, 5)
    close(gram_matrix(x, torch.ones(1, 1, 4, 5)), gram_matrix(x))
    assert torch.equal(gram_matrix(x, torch.zeros(1, 1, 4, 5)), torch.zeros(1, 3, 3))


def test_masked_gram_matrix_sees_a_region_as_if_it_were_the_picture():
    x, matte = noise(1, 3, 4, 6), torch.zeros(1, 1, 4, 6)
    matte[..., 2:5] = 1
    close(gram_matrix(x, matte), gram_matrix(x[..., 2:5]))


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
def test_half_precision_gram_matrices_are_float32_and_close(precision):
    x = 30 * noise(1, 8, 64, 64)  # the sum of squares passes the largest half float
    gram = gram_matrix(x.to(precision))
    assert gram.dtype == torch.float32
    torch.testing.assert_close(gram, gram_matrix(x), rtol=2e-2, atol=0)


@FAST
@given(height=st.integers(2, 5), width=st.integers(2, 5))
def test_total_variation_is_the_mean_square_of_steps(height, width):
    x = noise(1, 3, height, width)
    right = [
        float(x[0, c, j, i + 1] - x[0, c, j, i]) ** 2
        for c in range(3)
        for j in range(height)
        for i in range(width - 1)
    ]
    below = [
        float(x[0, c, j + 1, i] - x[0, c, j, i]) ** 2
        for c in range(3)
        for j in range(height - 1)
        for i in range(width)
    ]
    close(total_variation(x)[0], sum(right) / len(right) + sum(below) / len(below))


@FAST
@given(st.lists(st.floats(-2, 3), min_size=3, max_size=12).map(lambda v: v[: len(v) // 3 * 3]))
def test_range_loss_is_the_mean_square_of_what_is_outside(values):
    outside = [max(-v, v - 1, 0.0) ** 2 for v in values]
    picture = torch.tensor(values).view(1, 3, 1, -1)
    close(range_loss(picture)[0], sum(outside) / len(outside))


@FAST
@given(
    st.lists(st.floats(0, 1), min_size=16, max_size=16),
    st.integers(0, 3), st.integers(0, 3), st.integers(32, 70), st.integers(32, 70),
)  # fmt: skip
def test_checkerboard_loss_is_the_spread_of_what_repeats_wherever_it_begins(
    values, down, across, height, width
):
    tile = torch.tensor(values, dtype=torch.float64).view(4, 4)
    picture = tile.roll((down, across), (0, 1)).repeat(18, 18)[None, None, :height, :width]
    close(checkerboard_loss(picture)[0], tile.var(correction=0))


def test_checkerboard_loss_does_not_see_strokes_and_slopes():
    """A pattern of another period, a slope, an edge, noise: hardly anything of them repeats."""
    along = torch.arange(256.0)
    stripes = (0.5 + 0.1 * torch.cos(2 * torch.pi * along / 7)).expand(1, 1, 256, 256)
    slope, edge = (along / 255).expand(1, 1, 256, 256), (along > 101).float().expand(1, 1, 256, 256)
    lattice = (0.5 + 0.1 * torch.cos(2 * torch.pi * along / 4)).expand(1, 1, 256, 256)
    for picture in (stripes, slope, edge, 0.2 * noise(1, 1, 256, 256)):
        assert checkerboard_loss(picture) < checkerboard_loss(lattice) / 5


def double(*shape, seed=0):
    return noise(*shape, seed=seed, dtype=torch.float64)


LOSSES = {
    "gram": gram_matrix,
    "masked gram": lambda x: gram_matrix(x, double(1, 1, 4, 5, seed=1)),
    "style": lambda x: style_loss(gram_matrix(x), double(1, 3, 3, seed=1)),
    "masked style": lambda x: style_loss(
        gram_matrix(x, double(1, 1, 4, 5, seed=2)), double(1, 3, 3, seed=1)
    ),
    "content": lambda x: content_loss(x, double(1, 3, 4, 5, seed=1)),
    "variation": total_variation,
    "range": lambda x: range_loss(3 * x - 1),
    "checkerboard": lambda x: checkerboard_loss(x.repeat(1, 1, 8, 8)[..., :33]),
    "temporal": lambda x: temporal_loss(x, double(1, 3, 4, 5, seed=1), double(1, 1, 4, 5, seed=2)),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_agree_with_finite_differences(name):
    assert torch.autograd.gradcheck(LOSSES[name], (double(1, 3, 4, 5).requires_grad_(),))


@pytest.fixture
def encoder():
    torch.manual_seed(1)
    return Vgg(((4, 4), (4, 4), (5, 5, 5), (6, 6, 6)))


def test_the_layers_are_those_of_the_definition():
    assert CONTENT_LAYER == "relu3_3"
    assert STYLE_LAYERS == ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
    assert {CONTENT_LAYER, *STYLE_LAYERS} <= set(layer_names(VGG16_STAGES))


def test_gram_targets_are_the_paintings_gram_matrices(encoder):
    painting = noise(1, 3, 32, 40)
    targets = gram_targets(encoder, painting)
    assert tuple(targets) == STYLE_LAYERS
    for name, activation in encoder(painting, STYLE_LAYERS).items():
        close(targets[name], gram_matrix(activation))


def test_perceptual_loss_is_content_at_one_layer_and_the_mean_of_style(encoder):
    paintings = [gram_targets(encoder, noise(1, 3, 32, 32, seed=s)) for s in (3, 4)]
    targets = {name: torch.cat([p[name] for p in paintings]) for name in STYLE_LAYERS}
    output, source = noise(2, 3, 32, 32, seed=5), noise(2, 3, 32, 32, seed=6)
    mix = torch.tensor([[1.0, 0.0], [0.25, 0.75]])
    content, style = PerceptualLoss(encoder=encoder, targets=targets)(output, source, mix)
    seen, wanted = encoder(output, STYLE_LAYERS), encoder(source, (CONTENT_LAYER,))
    close(content, content_loss(seen[CONTENT_LAYER], wanted[CONTENT_LAYER]))
    per_layer = []
    for name in STYLE_LAYERS:
        first, second = targets[name]
        mixed = torch.stack([first, 0.25 * first + 0.75 * second])
        per_layer.append(style_loss(gram_matrix(seen[name]), mixed))
    close(style, sum(per_layer) / 4)


def test_the_painting_itself_has_no_style_loss(encoder):
    painting = noise(1, 3, 32, 32)
    loss = PerceptualLoss(encoder=encoder, targets=gram_targets(encoder, painting))
    content, style = loss(painting, painting, torch.ones(1, 1))
    assert content == style == 0
