"""The painter: its objective is the definition, and its pictures do what they are told."""

import pytest
import torch
from torch.nn import functional as F

from vst_core.errors import InputError, UsageError
from vst_core.features import Vgg
from vst_core.losses import (
    content_loss,
    gram_matrix,
    range_loss,
    style_loss,
    temporal_loss,
    total_variation,
)
from vst_core.optimizer import (
    Painter,
    PainterSettings,
    Palette,
    StyleTarget,
    TemporalTarget,
    open_painter,
    recolored,
    style_target,
)
from vst_core.optimizer.objective import Objective, Region
from vst_core.optimizer.tiles import plan_tiles

pytestmark = pytest.mark.usefixtures("one_thread")

LAYERS = ("relu1_1", "relu2_1")
CONTENT = "relu2_2"


@pytest.fixture
def encoder():
    torch.manual_seed(2)
    return Vgg(((6, 6), (8, 8)), style_layers=LAYERS, content_layer=CONTENT)


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def targets(encoder, *seeds, weight=1.0):
    return [
        style_target(
            encoder, noise(1, 3, 40, 40, seed=seed), size=(40, 40), levels=2, layers=LAYERS,
            weight=weight,
        )
        for seed in seeds
    ]  # fmt: skip


def settings(**changes):
    return PainterSettings(**{"iterations": 6, "scales": 1, "tolerance": 0.0, **changes})


def painter(encoder, *seeds, **changes):
    return Painter(encoder, targets(encoder, *seeds or (9,)), settings(**changes))


def test_the_parts_are_their_definitions(encoder):
    x, frame = 1.2 * noise(1, 3, 24, 20) - 0.1, noise(1, 3, 24, 20, seed=1)
    earlier = TemporalTarget(
        warped=noise(1, 3, 24, 20, seed=2), trust=noise(1, 1, 24, 20, seed=3), weight=7.0
    )
    grams = targets(encoder, 4)[0].grams
    objective = Objective(
        encoder=encoder,
        content=encoder(frame, [CONTENT]),
        content_weights={CONTENT: 1.0},
        style=[Region(grams=grams)],
        style_weights={"relu1_1": 2.0, "relu2_1": 3.0},
        temporal=[earlier],
        tv_weight=5.0,
        tiles=plan_tiles((24, 20), side=0),
    )
    seen = encoder(x, [*LAYERS, CONTENT])
    expected = {
        "content relu2_2": content_loss(seen[CONTENT], encoder(frame, [CONTENT])[CONTENT]),
        "style relu1_1": style_loss(gram_matrix(seen["relu1_1"]), grams["relu1_1"]),
        "style relu2_1": style_loss(gram_matrix(seen["relu2_1"]), grams["relu2_1"]),
        "temporal 1": temporal_loss(x, earlier.warped, earlier.trust),
        "variation": total_variation(x),
        "range": range_loss(x),
    }
    assert objective.names == tuple(expected)
    assert objective.weights[:-1] == (1.0, 2.0, 3.0, 7.0, 5.0)
    torch.testing.assert_close(objective.parts(x), torch.cat([*expected.values()]))


def test_the_objective_s_gradient_agrees_with_finite_differences(encoder):
    encoder.double()
    frame = noise(1, 3, 16, 16, seed=1).double()
    matte = noise(1, 1, 16, 16, seed=2).double()
    grams = {k: v.double() for k, v in targets(encoder.float(), 4)[0].grams.items()}
    encoder.double()
    mattes = {"relu1_1": matte, "relu2_1": F.avg_pool2d(matte, 2)}
    earlier = TemporalTarget(warped=frame.flip(3), trust=matte, weight=2.0)
    objective = Objective(
        encoder=encoder,
        content=encoder(frame, [CONTENT]),
        content_weights={CONTENT: 1.0},
        style=[Region(grams=grams, mattes=mattes), Region(grams=grams, weight=0.5)],
        style_weights={"relu1_1": 2.0, "relu2_1": 3.0},
        temporal=[earlier],
        tv_weight=5.0,
        tiles=plan_tiles((16, 16), side=0),
    )
    weights = torch.tensor(objective.weights, dtype=torch.float64)
    x = (1.2 * noise(1, 3, 16, 16, seed=3) - 0.1).double().requires_grad_()
    (gradient,) = torch.autograd.grad((weights * objective.parts(x)).sum(), x)
    direction = noise(1, 3, 16, 16, seed=4).double() - 0.5
    step = 1e-6
    with torch.no_grad():
        ahead, behind = (
            float((weights * objective.parts(x + side * step * direction)).sum())
            for side in (1, -1)
        )
    slope = float((gradient * direction).sum())
    assert slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-4)


def test_a_painting_s_target_is_its_gram_matrices_at_the_picture_s_area(encoder):
    painting = noise(1, 3, 64, 64)
    target = style_target(encoder, painting, size=(32, 128), levels=1, layers=LAYERS)
    for layer, value in encoder(painting, LAYERS).items():
        torch.testing.assert_close(target.grams[layer], gram_matrix(value))
    double = style_target(
        encoder, painting, size=(64, 256), levels=2, layers=LAYERS, weight=3.0, scale=2.0
    )
    torch.testing.assert_close(double.grams["relu2_1"], target.grams["relu2_1"])  # not enlarged
    half = style_target(encoder, painting, size=(64, 64), levels=1, layers=LAYERS, scale=0.5)
    torch.testing.assert_close(half.at(0)["relu1_1"], double.at(1)["relu1_1"])
    assert double.weight == 3.0
    assert double.at(7) is double.at(1)


def test_painting_lowers_every_loss_and_reports_them(encoder):
    steps = []
    frame = noise(1, 3, 32, 36, seed=1)
    found = painter(encoder, iterations=25).paint(frame, watch=steps.append)
    assert [step.iteration for step in steps] == list(range(1, 26))
    assert {step.iterations for step in steps} == {25}
    assert found.iterations == 25
    assert found.total < steps[0].total
    assert set(found.losses) == {"content relu2_2", "style relu1_1", "style relu2_1",
                                 "variation", "range"}  # fmt: skip
    assert found.losses["style relu1_1"] < steps[0].losses["style relu1_1"]
    assert found.picture.shape == frame.shape
    assert 0 <= found.picture.min() <= found.picture.max() <= 1


def test_total_is_the_weighted_sum_with_layers_sharing_a_weight(encoder):
    layers = (("relu1_1", 3.0), ("relu2_1", 1.0))
    found = painter(
        encoder, style_layers=layers, style_weight=8.0, content_weight=2.0, tv_weight=4.0
    ).paint(noise(1, 3, 24, 24, seed=1))
    losses = found.losses
    expected = (
        2.0 * losses["content relu2_2"]
        + 6.0 * losses["style relu1_1"]
        + 2.0 * losses["style relu2_1"]
        + 4.0 * losses["variation"]
        + 1000.0 * losses["range"]
    )
    assert found.total == pytest.approx(expected, rel=1e-5)


def test_an_encoder_s_gain_is_a_weight_of_its_style(encoder):
    """It is to the picture what a larger style weight is."""
    frame = noise(1, 3, 40, 40)
    wanted = painter(encoder, style_weight=30.0).paint(frame).picture
    encoder.style_gain = 1.5
    assert torch.equal(painter(encoder, style_weight=20.0).paint(frame).picture, wanted)


@pytest.mark.parametrize("changes", [{}, {"start": "noise"}, {"optimizer": "adam"}, {"scales": 2}])
def test_the_same_settings_give_the_same_picture(encoder, changes):
    frame = noise(1, 3, 48, 40, seed=1)
    first, second = (painter(encoder, **changes).paint(frame).picture for _ in range(2))
    assert torch.equal(first, second)


def test_the_seed_decides_only_the_noise(encoder):
    frame = noise(1, 3, 24, 24, seed=1)
    for start, differs in (("noise", True), ("content", False)):
        one, other = (
            painter(encoder, start=start, seed=seed).paint(frame).picture for seed in (1, 2)
        )
        assert torch.equal(one, other) is not differs


def test_a_given_start_is_painted_at_full_size_only(encoder):
    frame, start = noise(1, 3, 300, 280, seed=1), noise(1, 3, 300, 280, seed=2)
    sizes = []
    painter(encoder, scales=0, iterations=3).paint(
        frame, start=start, watch=lambda step: sizes.append(step.scale)
    )
    assert set(sizes) == {(300, 280)}
    sizes.clear()
    painter(encoder, scales=2).paint(frame, watch=lambda step: sizes.append(step.scale))
    assert list(dict.fromkeys(sizes)) == [(150, 140), (300, 280)]


def test_a_sketcher_begins_and_the_painter_goes_on_from_its_picture(encoder):
    frame, steps = noise(1, 3, 32, 48), []
    sketcher = painter(encoder, 3, scales=0)
    both = Painter(encoder, targets(encoder, 9), settings(sketch=0.5), sketcher=sketcher)
    found = both.paint(frame, watch=steps.append)
    sketch = sketcher.paint(frame, iterations=3).picture
    alone = painter(encoder, 9, iterations=3).paint(frame, start=sketch).picture
    assert torch.equal(found.picture, alone)
    assert found.iterations == 6
    assert [(step.iteration, step.iterations) for step in steps] == [(i, 6) for i in range(1, 7)]


def test_of_several_encoders_the_first_begins_and_the_last_finishes(encoder):
    frame, seen = noise(1, 3, 32, 48), [(encoder, targets(encoder, seed)) for seed in (3, 9)]
    found = open_painter(seen, settings(sketch=0.5)).paint(frame).picture
    sketch = painter(encoder, 3).paint(frame, iterations=3).picture
    assert torch.equal(found, painter(encoder, 9, iterations=3).paint(frame, start=sketch).picture)


def test_only_what_starts_anew_is_sketched(encoder):
    frame, sketcher = noise(1, 3, 32, 48), painter(encoder, 3)
    alone = painter(encoder, 9)
    for start, sketch, number in (
        (noise(1, 3, 32, 48, seed=4), 0.5, 6),
        (None, 0.0, 6),
        (None, 0.5, 1),
    ):
        both = Painter(encoder, targets(encoder, 9), settings(sketch=sketch), sketcher=sketcher)
        one, other = (p.paint(frame, start=start, iterations=number).picture for p in (both, alone))
        assert torch.equal(one, other)


def test_what_a_settled_sketch_leaves_over_is_the_painter_s(encoder):
    """With a tolerance of 1 a sketch is settled as soon as that is looked at: after ten."""
    frame, sketcher = noise(1, 3, 32, 48), painter(encoder, 3, tolerance=1.0)
    both = Painter(encoder, targets(encoder, 9), settings(sketch=0.9), sketcher=sketcher)
    found = both.paint(frame, iterations=16)
    sketch = sketcher.paint(frame, iterations=16)
    assert (sketch.iterations, found.iterations) == (10, 16)
    alone = painter(encoder, 9).paint(frame, start=sketch.picture, iterations=6)
    assert torch.equal(found.picture, alone.picture)


def test_a_start_that_is_held_fast_stays(encoder):
    frame, start = noise(1, 3, 24, 24, seed=1), noise(1, 3, 24, 24, seed=2)
    trust = torch.zeros(1, 1, 24, 24)
    trust[..., 12:] = 1
    held = TemporalTarget(warped=start, trust=trust, weight=1e3)
    picture = painter(encoder, iterations=40).paint(frame, start=start, temporal=[held]).picture
    moved = (picture - start).abs().mean(dim=(0, 1, 2))
    assert 10 * moved[13:].mean() < moved[:12].mean()


def test_a_mixture_is_held_against_the_mixture_of_gram_matrices(encoder):
    one, other = targets(encoder, 5, 6)
    mixed = StyleTarget(
        grams={layer: 0.75 * one.grams[layer] + 0.25 * other.grams[layer] for layer in LAYERS}
    )
    three = StyleTarget(grams=one.grams, weight=3.0)
    frame, settings = noise(1, 3, 24, 24, seed=1), PainterSettings(iterations=4, scales=1)
    found = [
        Painter(encoder, styles, settings).paint(frame).picture
        for styles in ([mixed], [three, StyleTarget(grams=other.grams)])
    ]
    torch.testing.assert_close(found[0], found[1], rtol=0, atol=1e-3)


def test_regions_are_painted_each_in_its_style(encoder):
    """The right half is painted as if there were no left one, but for the edge between."""
    frame = noise(1, 3, 32, 64, seed=1)
    mattes = torch.zeros(2, 1, 32, 64)
    mattes[0, ..., :32], mattes[1, ..., 32:] = 1, 1
    both = painter(encoder, 5, 6, iterations=40).paint(frame, regions=mattes)
    alone = painter(encoder, 6, iterations=40).paint(frame)
    grams = [targets(encoder, seed)[0].grams for seed in (5, 6)]

    def distance(picture, part, gram):
        seen = encoder(picture[..., part], LAYERS)
        return sum(float(style_loss(gram_matrix(seen[name]), gram[name])) for name in LAYERS)

    left, right = slice(0, 32), slice(32, 64)
    assert distance(both.picture, left, grams[0]) < distance(alone.picture, left, grams[0])
    assert distance(both.picture, right, grams[1]) < distance(frame, right, grams[1]) / 2


def test_an_empty_region_does_not_count(encoder):
    frame = noise(1, 3, 24, 24, seed=1)
    mattes = torch.cat([torch.ones(1, 1, 24, 24), torch.zeros(1, 1, 24, 24)])
    with_empty = painter(encoder, 5, 6).paint(frame, regions=mattes).picture
    torch.testing.assert_close(with_empty, painter(encoder, 5).paint(frame).picture)


def test_pictures_of_inference_mode_are_taken(encoder):
    one = painter(encoder)
    with torch.inference_mode():
        frame = noise(1, 3, 24, 24, seed=1)
        inside = one.paint(frame, start=frame * 1).picture
    assert torch.equal(inside, one.paint(frame.clone(), start=frame.clone()).picture)


def test_half_precision_comes_as_low(encoder):
    frame = noise(1, 3, 32, 32, seed=1)
    exact = painter(encoder, iterations=30).paint(frame).total
    coarse = painter(encoder, iterations=30, precision=torch.bfloat16).paint(frame).total
    assert coarse == pytest.approx(exact, rel=0.05)


def test_what_the_watcher_raises_ends_the_work(encoder):
    def watch(step):
        if step.iteration == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        painter(encoder).paint(noise(1, 3, 24, 24), watch=watch)


def test_messages(encoder):
    with pytest.raises(InputError, match=r"A frame of 40 x 15 is too small to stylize\. Give"):
        painter(encoder).paint(noise(1, 3, 15, 40))
    with pytest.raises(UsageError, match=r"1 regions cannot have 2 styles\. Give one style"):
        painter(encoder, 1, 2).paint(noise(1, 3, 24, 24), regions=torch.ones(1, 1, 24, 24))
    with pytest.raises(UsageError, match=r"No layer is called 'relu9_1'\. Did you mean"):
        painter(encoder, content_layers=(("relu9_1", 1.0),))
    with pytest.raises(UsageError, match=r"no Gram matrix of relu1_2\. It has: relu1_1, relu2_1"):
        painter(encoder, style_layers=(("relu1_2", 1.0),))
    with pytest.raises(UsageError, match=r"The loss became (inf|nan)\. Lower the weights, or use"):
        painter(encoder, style_weight=1e39).paint(noise(1, 3, 24, 24))


def test_content_starts_in_the_colors_of_the_paintings(encoder):
    frame, paintings = noise(1, 3, 24, 24, seed=1), [noise(1, 3, 40, 40, seed=s) for s in (5, 6)]
    one = painter(encoder, 5, 6)
    palettes = [recolored(frame, Palette.of(painting)) for painting in paintings]
    mattes = torch.zeros(2, 1, 24, 24)
    mattes[0, ..., :8], mattes[1, ..., 8:] = 1, 1
    by_region = mattes[0] * palettes[0] + mattes[1] * palettes[1]
    for regions, start in ((None, sum(palettes) / 2), (mattes, by_region)):
        itself = one.paint(frame, regions=regions).picture
        given = one.paint(frame, regions=regions, start=start).picture
        torch.testing.assert_close(itself, given, rtol=0, atol=1e-4)


def test_a_style_without_a_painting_starts_from_the_frame_as_it_is(encoder):
    known = StyleTarget(grams=targets(encoder, 5)[0].grams)
    one = Painter(encoder, [known], PainterSettings(iterations=4, scales=1))
    frame = noise(1, 3, 24, 24, seed=1)
    assert torch.equal(one.paint(frame).picture, one.paint(frame, start=frame).picture)


@pytest.mark.parametrize("side", [0, 16])
def test_content_is_asked_of_what_counts_tile_by_tile_too(encoder, side):
    frame, x = noise(1, 3, 32, 48, seed=1), noise(1, 3, 32, 48, seed=2)
    counts = noise(1, 1, 16, 24, seed=3)
    objective = Objective(
        encoder=encoder,
        content=encoder(frame, [CONTENT]),
        content_weights={CONTENT: 1.0},
        style=[],
        style_weights={},
        tiles=plan_tiles((32, 48), side=side),
        counts={CONTENT: counts},
    )
    seen, wanted = (encoder(each, [CONTENT])[CONTENT] for each in (x, frame))
    torch.testing.assert_close(objective.parts(x)[:1], content_loss(seen, wanted, counts))


def test_the_colors_to_begin_with_are_of_what_counts(encoder):
    frame, weight = noise(1, 3, 24, 48, seed=1), torch.zeros(1, 1, 24, 48)
    weight[..., :24] = 1
    one, two = frame.clone(), frame.clone()
    one[..., 24:], two[..., 24:] = 0.0, 1.0
    parts = [Palette.of(each, weight) for each in (one, two)]
    torch.testing.assert_close(parts[0].mean, Palette.of(frame[..., :24]).mean)
    torch.testing.assert_close(parts[0].covariance, parts[1].covariance)
    torch.testing.assert_close(
        recolored(one, Palette.of(two), weight)[..., :24],
        recolored(frame[..., :24], Palette.of(two)),
        atol=2e-3,
        rtol=0,
    )


def test_where_no_picture_is_a_start_from_noise_is_the_frame(encoder):
    frame, weight = noise(1, 3, 24, 48, seed=1), torch.zeros(1, 1, 24, 48)
    weight[..., :12] = 1
    steps = []
    painter(encoder, start="noise", iterations=1).paint(frame, weight=weight, watch=steps.append)
    far = steps[0].picture[..., 36:]
    assert (far - frame[..., 36:]).abs().mean() < 0.02
