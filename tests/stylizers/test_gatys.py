"""Gatys behind the protocol of methods: paintings, cards, mixtures, colors, starts."""

from dataclasses import replace

import pytest
import torch

from vst_core import memory
from vst_core.errors import UsageError, WeightsError
from vst_core.guidance import Guidance
from vst_core.image import write_picture
from vst_core.optimizer import PainterSettings
from vst_core.styles import find_card, find_mix
from vst_core.styles.loading import is_known_to
from vst_core.stylizers import (
    StylizerSettings,
    keep_colors,
    match_colors,
    open_stylizer,
    pick_features,
)
from vst_core.stylizers.color_transfer import in_luminance_of

pytestmark = pytest.mark.usefixtures("one_thread")

LUMA = torch.tensor([0.2126, 0.7152, 0.0722]).view(1, 3, 1, 1)


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


FRAME = 0.2 + 0.3 * noise(1, 3, 32, 36)


@pytest.fixture
def paintings(tmp_path):
    places = []
    for seed in (1, 2):
        places.append(str(tmp_path / f"painting{seed}.png"))
        write_picture(places[-1], noise(1, 3, 40, 40, seed=seed) ** seed)
    return places


@pytest.fixture
def settings():
    def make(*styles, **changes):
        mix = [(style, 1 / len(styles)) for style in styles]
        given = {"features": "lite", **changes}
        return StylizerSettings(
            styles=find_mix(mix, method="gatys"),
            painter=PainterSettings(iterations=4),
            **given,
        )

    return make


def paint(settings, guidance=None):
    return open_stylizer("gatys", settings).stylize(FRAME, guidance).picture


def test_a_frame_is_painted_and_stays_a_picture(settings, paintings):
    steps = []
    picture = paint(settings(paintings[0], watch=steps.append))
    assert picture.shape == FRAME.shape
    assert picture.dtype == torch.float32
    assert 0 <= picture.min() <= picture.max() <= 1
    assert [step.iteration for step in steps] == [1, 2, 3, 4]
    assert steps[-1].total < steps[0].total


@pytest.mark.slow
def test_it_paints_in_the_runner_s_inference_mode_and_the_same_again(settings, paintings):
    method = open_stylizer("gatys", settings(paintings[0]))
    with torch.inference_mode():
        first = method.stylize(FRAME, None).picture
    assert torch.equal(method.stylize(FRAME, None).picture, first)
    assert torch.equal(paint(settings(paintings[0])), first)


@pytest.mark.slow
def test_styles_stroke_size_and_shares_matter(settings, paintings):
    one = settings(paintings[0])
    both = settings(*paintings)
    unequal = replace(both, styles=tuple(zip([s for s, _ in both.styles], (0.9, 0.1), strict=True)))
    fine = replace(one, style_scale=0.85)
    average = replace(one, pooling="average")
    pictures = [paint(each) for each in (one, both, unequal, fine, average)]
    for index, picture in enumerate(pictures):
        assert not any(torch.equal(picture, other) for other in pictures[:index])


@pytest.mark.weights
def test_a_card_s_gram_matrices_serve(settings, shared):
    auto = settings("muse", features="auto", weights_dir=shared / "weights")
    assert pick_features(auto) == ("vgg16",)
    steps = []
    picture = paint(replace(auto, watch=steps.append))
    assert picture.shape == FRAME.shape
    assert {"style relu1_2", "style relu4_3", "content relu3_3"} <= set(steps[0].losses)


def test_a_card_and_a_painting_mix(settings, paintings):
    mixed = settings("muse", paintings[0])
    assert pick_features(mixed) == ("lite",)
    assert not torch.equal(paint(mixed), paint(settings("muse")))


def test_a_card_serves_the_shipped_encoder_too(settings):
    steps = []
    picture = paint(settings("muse", watch=steps.append))
    assert picture.shape == FRAME.shape
    assert {"style relu1_1", "style relu5_1", "content relu4_2"} <= set(steps[0].losses)


@pytest.mark.parametrize("style", ["muse", "candy", "mosaic", "starry-night", "the-scream", "wave",
                                   "udnie", "composition-vii"])  # fmt: skip
def test_every_shipped_style_is_known_to_the_shipped_encoder(style):
    """After another training of `lite`: vst train grams STYLE --painting FILE, for each."""
    assert is_known_to(find_card(style), "lite")


def test_a_card_knows_only_its_own_encoders(settings, older_card, tmp_path):
    with pytest.raises(UsageError) as caught:
        paint(settings("muse", features="vgg19-gatys"))
    assert "'muse'" in str(caught.value)
    assert "vgg19-gatys" in str(caught.value)
    assert "--features vgg16" in str(caught.value)
    with pytest.raises(UsageError, match=r"'older' .* lite\. Use --features vgg16"):
        paint(settings(str(tmp_path / "older.toml"), features="lite"))


def test_what_another_light_encoder_saw_is_of_no_use(tmp_path):
    muse = find_card("muse")
    entry = replace(muse.files["lite"], encoder="0" * 64)
    assert not is_known_to(replace(muse, files={**muse.files, "lite": entry}), "lite")


@pytest.mark.weights
def test_features_of_a_painting_are_the_best_that_are_there(settings, paintings, shared):
    auto = settings(paintings[0], features="auto", weights_dir=shared / "weights")
    assert pick_features(auto)[-1] in ("vgg19", "vgg19-gatys")


def test_the_shipped_encoder_begins_where_it_can(settings, paintings):
    one = settings(paintings[0], features="vgg19-gatys")
    assert pick_features(one) == ("lite", "vgg19-gatys")
    layers = {"style_layers": (("relu2_1", 1.0), ("relu3_1", 1.0))}
    assert pick_features(replace(one, painter=PainterSettings(**layers))) == ("lite", "vgg19-gatys")
    for changes in ({"sketch": 0.0}, {"start": "noise"}, {"style_layers": (("relu3_4", 1.0),)},
                    {"content_layers": (("relu3_4", 1.0),)}):  # fmt: skip
        alone = replace(one, painter=PainterSettings(**changes))
        assert pick_features(alone) == ("vgg19-gatys",)
    assert pick_features(settings(paintings[0])) == ("lite",)


def test_weights_that_are_nowhere(settings, older_card, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("VST_WEIGHTS", str(tmp_path))
    monkeypatch.setattr("urllib.request.urlopen", lambda *a, **k: (_ for _ in ()).throw(OSError))
    there = settings("muse", features="auto", weights_dir=tmp_path)
    assert pick_features(there) == ("lite",)
    assert paint(there).shape == FRAME.shape
    with pytest.raises(WeightsError, match=r"The weights 'vgg16' are not in .*--weights-dir"):
        paint(settings(str(tmp_path / "older.toml"), features="auto", weights_dir=tmp_path))


def test_previous_is_the_start_where_it_can_be_trusted(settings, paintings):
    previous = settings(paintings[0], start="previous")
    method = open_stylizer("gatys", previous)
    warped = noise(1, 3, 32, 36, seed=9)
    guided = {
        trust: method.stylize(
            FRAME, Guidance(warped=warped, trust=torch.full((1, 1, 32, 36), trust))
        ).picture
        for trust in (0.0, 1.0)
    }
    assert (guided[1.0] - warped).abs().mean() < (guided[0.0] - warped).abs().mean()


def test_a_picture_as_a_whole_that_does_not_fit_is_refused(settings, paintings, monkeypatch):
    asked = settings(paintings[0])
    monkeypatch.setattr(memory, "free_memory", lambda: 10**5)
    with pytest.raises(MemoryError):
        paint(asked)
    parted = replace(asked, painter=replace(asked.painter, tile=32))
    assert paint(parted).shape == FRAME.shape


def test_luminance_is_painted_in_gray(settings, paintings):
    picture = paint(settings(paintings[0], colors="luminance"))
    spread = (picture.amax(1) - picture.amin(1)).max()
    plain = paint(settings(paintings[0]))
    assert spread < (plain.amax(1) - plain.amin(1)).max()
    kept = keep_colors(picture, FRAME)
    assert not torch.equal(kept, FRAME)


def test_luminance_takes_the_mean_and_spread_of_the_source():
    painting, source = noise(1, 3, 50, 60, seed=3), 0.3 + 0.2 * noise(1, 3, 20, 30, seed=4)
    found = in_luminance_of(painting, source)
    wanted = (source * LUMA).sum(1)
    assert torch.equal(found[:, 0], found[:, 2])
    torch.testing.assert_close(found[:, 0].mean(), wanted.mean(), atol=1e-4, rtol=0)
    torch.testing.assert_close(found[:, 0].std(), wanted.std(), atol=1e-3, rtol=0)


def test_matched_colors_have_the_source_s_mean_and_covariance():
    picture = noise(1, 3, 40, 50, seed=5)
    source = 0.5 + 0.1 * (noise(1, 3, 30, 30, seed=6) - 0.5)
    source[:, 0] += 0.5 * (source[:, 1] - 0.5)
    found = match_colors(picture, source)
    here, there = found[0].flatten(1), source[0].flatten(1)
    torch.testing.assert_close(here.mean(1), there.mean(1), atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.cov(here), torch.cov(there), atol=1e-5, rtol=0)


def test_matching_survives_flat_pictures():
    flat = torch.full((1, 3, 8, 8), 0.25)
    assert torch.isfinite(match_colors(flat, noise(1, 3, 8, 8))).all()
    torch.testing.assert_close(match_colors(noise(1, 3, 8, 8), flat), flat, atol=0.01, rtol=0)


def test_statistics_give_the_painting_the_frame_s_palette(settings, paintings):
    plain, matched = (
        paint(replace(settings(paintings[0]), colors=colors)) for colors in ("", "statistics")
    )
    assert not torch.equal(plain, matched)
