"""A painting as a style of the networks, by the predictor that comes along."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from vst_core.errors import InputError, UsageError, WeightsError
from vst_core.hosts.hashes import known_hash
from vst_core.nets import itn_input, vtn_input
from vst_core.styles import families, find_card, find_mix, find_transition
from vst_core.styles.loading import load_network, open_blend
from vst_core.styles.painting import find_painting
from vst_core.styles.predicted import PredictedBlend, Predictor
from vst_core.styles.predictor_card import SHIPPED_PREDICTOR, read_predictor

pytestmark = pytest.mark.usefixtures("one_thread")
MIX = torch.ones(1, 1)


@pytest.fixture(scope="module")
def predictor():
    return Predictor()


@pytest.fixture(scope="module")
def paintings(tmp_path_factory):
    """A red one with broad stripes and a blue one with fine grain."""
    here = tmp_path_factory.mktemp("paintings")
    random = np.random.default_rng(0)
    stripes = np.zeros((160, 200, 3), np.uint8)
    stripes[..., 0] = 160
    stripes[:, ::40, :] = stripes[:, 1::40, :] = 255
    grain = random.integers(0, 120, (160, 200, 3), dtype=np.uint8)
    grain[..., 2] += 130
    for name, pixels in (("red", stripes), ("blue", grain)):
        Image.fromarray(pixels).save(here / f"{name}.png")
    return {name: find_painting(str(here / f"{name}.png")) for name in ("red", "blue")}


@pytest.fixture(scope="module")
def frame():
    noise = torch.rand(1, 3, 8, 12, generator=torch.Generator().manual_seed(1))
    return torch.nn.functional.interpolate(noise, (64, 96), mode="bicubic").clamp(0, 1)


@torch.no_grad()
def painted(net, frame, method="vtn"):
    nothing = torch.zeros_like(frame)
    joined = itn_input(frame) if method == "itn" else vtn_input(frame, nothing, nothing[:, :1])
    return net(joined, MIX)


def test_a_picture_takes_on_the_paintings_colors(predictor, paintings, frame):
    means = {
        name: painted(
            PredictedBlend([painting], method="vtn", predictor=predictor).network([1.0]), frame
        ).mean((0, 2, 3))
        for name, painting in paintings.items()
    }
    red, blue = means["red"], means["blue"]
    assert red[0] - red[2] > blue[0] - blue[2] + 0.2


def test_the_image_network_is_the_video_network_that_knows_of_nothing(predictor, paintings, frame):
    one, other = (
        PredictedBlend([paintings["red"]], method=method, predictor=predictor).network([1.0])
        for method in ("itn", "vtn")
    )
    torch.testing.assert_close(painted(one, frame, "itn"), painted(other, frame))


def test_mixtures_lie_between_and_ends_are_the_paintings_own(predictor, paintings):
    pair = PredictedBlend(list(paintings.values()), method="vtn", predictor=predictor)
    red, half, blue = (pair.network(shares).state_dict() for shares in ((1, 0), (0.5, 0.5), (0, 1)))
    for name, value in half.items():
        torch.testing.assert_close(value, (red[name] + blue[name]) / 2)


def test_more_style_is_further_from_the_frame(predictor, paintings, frame):
    blend = PredictedBlend([paintings["red"]], method="vtn", predictor=predictor)
    little, usual, much = (painted(blend.network([1.0], weight), frame) for weight in (4, 20, 60))
    change = [(one - little).abs().mean() for one in (usual, much)]
    assert 0 < change[0] < change[1]


def test_the_dial_ends_where_training_did(predictor, paintings):
    seen = predictor.statistics(paintings["red"].path)
    far, further = (predictor.state(seen, style_weight=weight) for weight in (1e4, 1e9))
    assert all(torch.equal(far[name], further[name]) for name in far)
    none, least = (predictor.state(seen, style_weight=weight) for weight in (0, 1e-6))
    assert all(torch.equal(none[name], least[name]) for name in none)


def test_the_size_of_strokes_is_the_size_that_is_looked_at(predictor, paintings):
    path = paintings["blue"].path
    plain = predictor.statistics(path)
    assert torch.equal(plain, predictor.statistics(path, scale=1.0))
    assert not torch.equal(plain, predictor.statistics(path, scale=0.5))


def test_a_painting_of_one_color_is_painted_in(predictor, tmp_path, frame):
    Image.new("RGB", (64, 64), (30, 120, 60)).save(tmp_path / "flat.png")
    flat = find_painting(str(tmp_path / "flat.png"))
    found = painted(PredictedBlend([flat], method="vtn", predictor=predictor).network([1.0]), frame)
    assert torch.isfinite(found).all()
    assert 0 <= found.min() <= found.max() <= 1


@pytest.mark.parametrize("kind", ["alpha", "cmyk", "sixteen", "gray"])
def test_pictures_of_every_kind_are_looked_at(predictor, tmp_path, kind):
    pixels = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    path = tmp_path / ("p.tif" if kind in ("cmyk", "sixteen") else "p.png")
    picture = Image.fromarray(pixels)
    if kind == "alpha":
        picture.putalpha(Image.fromarray(pixels[..., 0]))
    if kind == "cmyk":
        picture = picture.convert("CMYK")
    if kind == "gray":
        picture = picture.convert("L")
    if kind == "sixteen":
        picture = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
    picture.save(path)
    assert torch.isfinite(predictor.statistics(path)).all()


def test_a_painting_without_room_for_strokes_is_refused(predictor, tmp_path):
    Image.new("RGB", (16, 16)).save(tmp_path / "tiny.png")
    with pytest.raises(InputError) as caught:
        predictor.statistics(tmp_path / "tiny.png")
    assert "16 x 16" in str(caught.value)


def test_paintings_are_one_family_and_cards_another(paintings):
    red, blue = (str(painting.path) for painting in paintings.values())
    found = find_transition([[(red, 1.0)], [("muse", 1.0)], [(blue, 1.0)]], method="vtn")
    assert families([style for style, _ in found]) == ((0, 2), (1,))
    with pytest.raises(UsageError):
        find_mix([(red, 0.5), ("muse", 0.5)], method="vtn")
    with pytest.raises(UsageError):
        open_blend([paintings["red"], find_card("muse")], method="vtn")
    assert len(find_mix([(red, 0.5), (blue, 0.5)], method="itn")) == 2


def test_a_network_is_loaded_from_a_painting_as_from_a_card(predictor, paintings):
    red = paintings["red"]
    loaded = load_network([(red, 1.0)], method="vtn").state_dict()
    wanted = PredictedBlend([red], method="vtn", predictor=predictor).network([1.0]).state_dict()
    assert all(torch.equal(loaded[name], wanted[name]) for name in wanted)


def test_a_predictor_of_another_encoder_is_refused():
    with pytest.raises(WeightsError):
        Predictor(replace(read_predictor(), encoder="0" * 64))


def test_damaged_weights_are_refused(tmp_path):
    card = read_predictor()
    (tmp_path / card.file).write_bytes(b"nothing")
    for changed in (
        replace(card, folder=tmp_path),
        replace(card, folder=tmp_path, sha256=known_hash(tmp_path / card.file)),
        replace(card, folder=tmp_path / "absent"),
    ):
        with pytest.raises(WeightsError):
            changed.weights()


def test_weights_of_another_shape_are_refused():
    with pytest.raises(WeightsError):
        Predictor(replace(read_predictor(), hidden=16))


def test_the_shipped_one_says_what_it_was_trained_on():
    card = read_predictor()
    listed = json.loads((card.folder / card.sources).read_text(encoding="utf-8"))
    for kind in ("paintings", "photographs"):
        assert len({row["sha256"] for row in listed[kind]}) == len(listed[kind]) >= 350
        assert all(row.get("license") or row.get("License") for row in listed[kind])
    sizes = [path.stat().st_size for path in SHIPPED_PREDICTOR.parent.iterdir()]
    assert sum(sizes) <= 8_000_000
