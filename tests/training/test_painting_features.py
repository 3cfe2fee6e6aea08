"""VGG-16's last convolution, tuned to tell two kinds of pictures apart; its numbers are made up."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from vst_core.errors import InputError, UsageError, WeightsError
from vst_core.features import encoder_mark, load_encoder
from vst_core.features.tuned import TUNED_LAYER, is_tuned_card, untuned
from vst_core.training import (
    PaintingFeaturesRun,
    PaintingRecipe,
    load_painting_recipe,
    train_painting_features,
)
from vst_core.training.painting_features import painting_session
from vst_core.training.painting_features.painting_classifier import (
    PaintingClassifier,
    SeenCrops,
    fit_head,
)
from vst_core.training.painting_features.two_kinds import crops_of, find_pictures
from vst_core.weights import WEIGHTS, WeightFile

SMALL = PaintingRecipe(size=40, crop=32, painting_crops=2, photo_crops=2, batch=4, steps=6)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Twelve pictures of strokes and twelve of even color; the list holds two of the first out."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(1)
    for kind in ("paintings", "photos"):
        (folder / kind).mkdir()
        for number in range(12):
            pixels = random.integers(0, 256, (1, 1, 3)).repeat(48, 0).repeat(64, 1).astype(np.uint8)
            if kind == "paintings":
                pixels[::4], pixels[2::4] = 0, 255
            Image.fromarray(pixels).save(folder / kind / f"{kind}-{number}.png")
    with (folder / "paintings" / "SOURCES.csv").open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["file", "split"])
        rows.writerows(
            [f"paintings-{n}.png", "test" if n in (3, 8) else "train"] for n in range(12)
        )
    return folder


@pytest.fixture(scope="module")
def vgg(tmp_path_factory):
    """A folder with VGG-16's convolutions in made-up numbers, and the entry that names them."""
    from vst_core.features.vgg import VGG16_STAGES, Vgg

    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    state, position = {}, 0
    convs = iter(Vgg(VGG16_STAGES).convs.values())
    for widths in VGG16_STAGES:
        for _ in widths:
            conv = next(convs)
            torch.nn.init.kaiming_normal_(conv.weight)
            state[f"features.{position}.weight"] = conv.weight.detach().half()
            state[f"features.{position}.bias"] = conv.bias.detach().half()
            position += 2
        position += 1
    save_file(state, folder / "made-up.safetensors")
    return folder


@pytest.fixture
def known(vgg, monkeypatch):
    from vst_core.hosts.hashes import known_hash

    path = vgg / "made-up.safetensors"
    entry = WeightFile(filename=path.name, sha256=known_hash(path), license="")
    monkeypatch.setitem(WEIGHTS, "vgg16", (entry,))
    return vgg


@pytest.fixture
def planned(pictures, known):
    def make(output, recipe=SMALL):
        return PaintingFeaturesRun(
            recipe=recipe,
            paintings=pictures / "paintings",
            photographs=pictures / "photos",
            output=output,
            weights_dir=known,
            device="cpu",
        )

    return make


def quiet(progress):
    del progress


def test_a_card_is_made_that_the_encoders_read(planned, known, tmp_path):
    found = train_painting_features(planned(tmp_path), quiet)
    assert found.card == tmp_path / "painting.toml"
    assert found.after.counts[0] == 2
    assert found.after.balanced == 1.0  # strokes and even color are told apart by anything
    assert 0 < found.strayed < 1
    own = untuned(folder=known)
    for encoder in (
        load_encoder(str(found.card), folder=known),
        load_encoder("painting", folder=_beside(known, found.card, tmp_path)),
    ):
        assert encoder.name == "painting"
        assert {*encoder.style_layers, encoder.content_layer} <= set(encoder.layers)
        for name, conv in own.convs.items():
            same = torch.equal(conv.weight, encoder.convs[name].weight)
            assert same is (name != TUNED_LAYER)
        assert not any(value.requires_grad for value in encoder.parameters())


def _beside(weights: Path, card: Path, folder: Path) -> Path:
    """A folder with the card and VGG-16's weights."""
    (folder / "made-up.safetensors").write_bytes((weights / "made-up.safetensors").read_bytes())
    assert card.parent == folder
    return folder


@pytest.mark.slow
def test_a_stopped_run_goes_on_to_the_same_bytes(planned, tmp_path, monkeypatch):
    class StopError(Exception):
        pass

    def stop(progress):
        raise StopError

    whole = train_painting_features(planned(tmp_path / "whole"), quiet)
    few = replace(SMALL)
    settings = painting_session.TrainerSettings
    monkeypatch.setattr(
        painting_session, "TrainerSettings", lambda **given: settings(**given, every=2, report=4)
    )
    with pytest.raises(StopError):
        train_painting_features(planned(tmp_path / "out", few), stop)
    looked = []
    again = train_painting_features(
        planned(tmp_path / "out", few), quiet, lambda done, total: looked.append(done)
    )
    assert looked == []  # what was seen is kept
    one, two = (card.with_suffix(".safetensors").read_bytes() for card in (whole.card, again.card))
    assert one == two


def test_another_run_is_not_gone_on_with(planned, tmp_path):
    train_painting_features(planned(tmp_path), quiet)
    with pytest.raises(InputError, match="differs in steps"):
        train_painting_features(planned(tmp_path, replace(SMALL, steps=7)), quiet)


def test_what_is_held_out(pictures, tmp_path):
    found = find_pictures(pictures / "paintings", pictures / "photos")
    held = {one.path.name for one in found if one.held_out and one.painting}
    assert held == {"paintings-3.png", "paintings-8.png"}
    assert {one.held_out for one in found if not one.painting} == {True, False}
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="too few pictures"):
        find_pictures(pictures / "paintings", tmp_path / "none")


def test_crops_are_alike_in_size_and_reproducible(pictures):
    picture = find_pictures(pictures / "paintings", pictures / "photos")[0]
    one, two = (
        crops_of(picture, count=3, size=40, crop=32, random=np.random.default_rng(5))
        for _ in range(2)
    )
    assert one.shape == (3, 3, 32, 32)
    assert torch.equal(one, two)
    assert 0 <= one.min() <= one.max() <= 1


def test_a_damaged_picture_is_named(pictures, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"bad\.png"):
        crops_of(
            replace(find_pictures(pictures / "paintings", pictures / "photos")[0],
                    path=tmp_path / "bad.png"),
            count=1, size=40, crop=32, random=np.random.default_rng(0),
        )  # fmt: skip


def test_the_head_is_the_least_squares_line():
    torch.manual_seed(2)
    net = PaintingClassifier(torch.nn.Conv2d(512, 512, 3, padding=1))
    kinds = torch.tensor([1.0, 0.0] * 10)
    crops = SeenCrops(activations=torch.rand(20, 512, 3, 3).half(), paintings=kinds)
    crops.activations[::2] *= 2
    fit_head(net, crops, batch=8)
    odds = net(crops.activations)
    assert ((odds > 0) == (kinds > 0.5)).all()
    assert float(net.strayed.detach()) == 0
    assert float(crops.weights.mean()) == pytest.approx(1)


def test_kinds_count_alike_however_many_there_are():
    crops = SeenCrops(activations=torch.empty(4, 0), paintings=torch.tensor([1.0, 0, 0, 0]))
    assert crops.weights.tolist() == pytest.approx([2.0, 2 / 3, 2 / 3, 2 / 3])


def test_recipes(tmp_path):
    assert load_painting_recipe() == PaintingRecipe()
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("size = 100\ncrop = 144\n")
    with pytest.raises(UsageError, match="does not fit"):
        load_painting_recipe(str(wrong))
    wrong.write_text("sizes = 100\n")
    with pytest.raises(UsageError, match="'sizes'"):
        load_painting_recipe(str(wrong))


def test_what_is_no_tuned_card(known, tmp_path):
    assert not is_tuned_card(tmp_path / "gone.toml")
    card = tmp_path / "painting.toml"
    card.write_text('tuned = ["relu5_1"]\nfile = "painting.safetensors"\nsha256 = "0"\n')
    assert is_tuned_card(card)
    with pytest.raises(WeightsError, match=r"painting\.toml"):
        load_encoder(str(card), folder=known)
    with pytest.raises(WeightsError, match="train painting-features"):
        load_encoder("painting", folder=known)
    assert encoder_mark("painting", folder=tmp_path).startswith("painting 0")
