"""The table of encoders: what each gives, which one is picked, and the one that travels along."""

import hashlib
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from vst_core import features
from vst_core.errors import UsageError, WeightsError
from vst_core.features import ENCODERS, LITE_LAYERS, Vgg, load_encoder, pick_encoder
from vst_core.features.encoder import activations, pool
from vst_core.features.lite import LiteTrunk
from vst_core.features.vgg import VGG19_STAGES, layer_names
from vst_core.flow.torchvision_guard import import_torchvision
from vst_core.weights import WEIGHTS, WeightFile

pytestmark = pytest.mark.usefixtures("one_thread")

SHIPPED = Path(features.__file__).with_name("lite.toml")
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


@pytest.fixture(scope="module")
def lite():
    return load_encoder("lite")


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VST_WEIGHTS", raising=False)
    return tmp_path


def picture(size=32, width=None):
    generator = torch.Generator().manual_seed(1)
    return torch.rand(1, 3, size, width or size, generator=generator)


def written(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS[name][0].filename).write_bytes(b"not looked into")


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize(
    "layers",
    [("relu2_2",), ("relu1_2", "relu2_2"), ("relu1_1", "relu2_1", "relu2_2"), ("relu1_2",)],
)
def test_activations_are_convolution_relu_and_pooling_between_stages(layers, pooling):
    """The order in which it is computed is its own; numbers and derivatives are these."""
    before = {"relu1_1": 3, "relu1_2": 8, "relu2_1": 8, "relu2_2": 8}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = {name: torch.nn.Conv2d(count, 8, 3, padding=1) for name, count in before.items()}
    convs = torch.nn.ModuleDict(made)
    one, two = (picture(12).requires_grad_() for _ in range(2))
    found = activations(convs, one, layers, pooling=pooling)
    expected, x = {}, two
    for name, conv in convs.items():
        x = conv(pool(x, pooling) if name == "relu2_1" else x).relu()
        expected[name] = x
    assert set(found) == set(layers)
    for layer in layers:
        torch.testing.assert_close(found[layer], expected[layer])
    sum(found[layer].square().sum() for layer in layers).backward()
    sum(expected[layer].square().sum() for layer in layers).backward()
    torch.testing.assert_close(one.grad, two.grad)


def test_vgg19_has_its_layers_in_order():
    assert layer_names(VGG19_STAGES) == (
        *("relu1_1", "relu1_2", "relu2_1", "relu2_2"),
        *("relu3_1", "relu3_2", "relu3_3", "relu3_4"),
        *("relu4_1", "relu4_2", "relu4_3", "relu4_4", "relu5_1"),
    )


@pytest.mark.slow
def test_vgg19_from_torchvisions_file_is_torchvisions(nowhere, monkeypatch):
    theirs = import_torchvision("torchvision.models.vgg")
    reference = theirs.make_layers(theirs.cfgs["E"]).eval()
    path = nowhere / "vgg19.pth"
    torch.save({f"features.{name}": value for name, value in reference.state_dict().items()}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = WeightFile(filename=path.name, sha256=digest, license="")
    monkeypatch.setitem(WEIGHTS, "vgg19", (entry,))
    encoder = load_encoder("vgg19", folder=nowhere)
    names, expected, x = iter(encoder.layers), {}, (picture() - MEAN) / STD
    with torch.no_grad():
        found = encoder(picture(), encoder.layers)
        for module in reference[:30]:
            x = module(x)
            if isinstance(module, torch.nn.ReLU):
                expected[next(names)] = x.clone()
    assert list(found) == list(expected) == list(encoder.layers)
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.weights
def test_gatys_filters_have_a_mean_activation_of_one(shared):
    """Gatys 2016, section 2: each filter's mean over images and positions is 1; here nearly so."""
    import numpy as np

    from vst_core.training.photographs import Photographs

    encoder = load_encoder("vgg19-gatys", folder=shared / "weights")
    photographs = Photographs(shared / "data" / "photos", smallest=96)
    pictures = photographs.crops(12, 96, random=np.random.default_rng(0))
    with torch.no_grad():
        found = encoder(pictures, ("relu1_1", "relu3_1"))
    for value in found.values():
        assert 0.3 < value.mean() < 3


@pytest.mark.parametrize("name", [name for name in ENCODERS if name != "painting"])
def test_every_encoder_has_its_default_layers(name, monkeypatch):
    if name != "lite":
        monkeypatch.setattr("vst_core.features.encoder_table.find_weights", lambda *_, **__: None)
        monkeypatch.setattr(
            "vst_core.features.encoder_table.load_vgg_weights", lambda *_, **__: None
        )
    encoder = load_encoder(name)
    assert encoder.name == name
    assert {*encoder.style_layers, encoder.content_layer} <= set(encoder.layers)
    if name != "vgg16":
        assert set(LITE_LAYERS) <= set(encoder.layers)
        assert encoder.content_layer == "relu4_2"
    assert not any(value.requires_grad for value in encoder.parameters())


def test_automatic_is_vgg19_then_gatys_then_lite(nowhere):
    folder = nowhere / "weights"
    assert pick_encoder("auto", folder=folder) == "lite"
    written(folder, "vgg19-gatys")
    assert pick_encoder("auto", folder=folder) == "vgg19-gatys"
    written(folder, "vgg19")
    assert pick_encoder("auto", folder=folder) == "vgg19"
    assert pick_encoder("auto") == "lite"
    assert pick_encoder("vgg16") == "vgg16"


def test_a_mistyped_encoder_names_the_nearest():
    with pytest.raises(UsageError, match=r"No encoder is called 'vgg-19'\. Did you mean 'vgg19'"):
        load_encoder("vgg-19")


def test_weights_that_cannot_be_had_are_named(nowhere):
    with pytest.raises(WeightsError, match=r"'vgg19-gatys' are not in .* it has no download"):
        load_encoder("vgg19-gatys")


def test_a_file_of_another_network_is_refused(nowhere, monkeypatch):
    content = save({"features.0.weight": torch.zeros(64, 3, 3, 3)})
    (nowhere / "other.safetensors").write_bytes(content)
    entry = WeightFile(
        filename="other.safetensors", sha256=hashlib.sha256(content).hexdigest(), license=""
    )
    monkeypatch.setitem(WEIGHTS, "vgg19", (entry,))
    with pytest.raises(WeightsError, match=r"does not hold VGG-19 "):
        load_encoder("vgg19", folder=nowhere)


def test_average_pooling_is_the_mean_of_four():
    value = torch.arange(16.0).view(1, 1, 4, 4)
    assert pool(value, "average").flatten().tolist() == [2.5, 4.5, 10.5, 12.5]
    assert pool(value, "max").flatten().tolist() == [5.0, 7.0, 13.0, 15.0]


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_an_encoder_pools_as_it_is_told(pooling):
    network = Vgg(((4,), (4,)), pooling=pooling)
    first = network(picture(8), ("relu1_1",))["relu1_1"]
    expected = network.convs["relu2_1"](pool(first, pooling)).relu()
    torch.testing.assert_close(network(picture(8), ("relu2_1",))["relu2_1"], expected)


def test_the_shipped_encoder_is_small_and_needs_nothing(nowhere, lite):
    assert SHIPPED.with_suffix(".safetensors").stat().st_size <= 8_000_000
    found = lite(picture(48, 64), lite.layers)
    assert [tuple(value.shape[2:]) for value in found.values()] == [
        *((48, 64), (24, 32), (12, 16)),
        *((6, 8), (6, 8), (3, 4)),
    ]


def test_the_shipped_card_tells_its_story():
    text = SHIPPED.read_text()
    for word in ("license", "teacher", "sha256", "[recipe]", "[data]", "[metrics]", "seed"):
        assert word in text


def test_the_shipped_encoder_computes_no_deeper_than_asked(lite):
    ran = []
    handles = [
        conv.register_forward_hook(lambda *_, name=name: ran.append(name))
        for name, conv in lite.trunk.convs.items()
    ]
    assert set(lite(picture(16), ("relu2_1", "relu1_1"))) == {"relu1_1", "relu2_1"}
    for handle in handles:
        handle.remove()
    assert ran == ["relu1_1", "relu1_2", "relu2_1"]
    with pytest.raises(UsageError, match="No layer is called 'relu4_4'"):
        lite(picture(16), ("relu4_4",))


def test_the_shipped_encoder_lets_gradients_through_in_either_precision(lite):
    own = load_encoder("lite")
    slopes = []
    for precision in (torch.float32, torch.bfloat16):
        own.at(precision)
        x = picture(32).requires_grad_()
        own(x, ("relu4_2",))["relu4_2"].float().square().mean().backward()
        slopes.append(x.grad)
    one, two = slopes
    assert torch.nn.functional.cosine_similarity(one.flatten(), two.flatten(), dim=0) > 0.98


@pytest.mark.slow
@pytest.mark.weights
def test_the_shipped_encoder_sees_distances_as_vgg19_does(lite, shared):
    """Gram distances of photographs to a painting, by both: the same within 30 %."""
    import numpy as np

    from vst_core.losses import gram_matrix, style_loss
    from vst_core.styles.painting_reader import read_painting
    from vst_core.training.photographs import Photographs

    teacher = load_encoder("vgg19-gatys", folder=shared / "weights")
    painting = read_painting(shared / "data" / "styles" / "wave.jpg", short_side=128)
    photographs = Photographs(shared / "data" / "photos", smallest=128)
    pictures = photographs.crops(6, 128, random=np.random.default_rng(0))

    def distances(encoder, layer):
        with torch.no_grad():
            target = gram_matrix(encoder(painting, (layer,))[layer])
            return style_loss(gram_matrix(encoder(pictures, (layer,))[layer]), target)

    for layer in lite.style_layers:
        ratio = distances(lite, layer) / distances(teacher, layer)
        assert 0.7 < ratio.mean() < 1.3, (layer, ratio)


def test_a_squeezed_layer_is_a_product_of_kernels():
    trunk = LiteTrunk({"relu1_1": 5}, {"relu1_1": 2})
    down, across, expand = trunk.convs["relu1_1"]
    kernel = torch.einsum(
        "dr,rsx,scy->dcyx", expand.weight[:, :, 0, 0], across.weight[:, :, 0], down.weight[..., 0]
    )
    x = (picture(9) - MEAN) / STD
    expected = torch.nn.functional.conv2d(x, kernel, expand.bias, padding=1).relu()
    torch.testing.assert_close(trunk(picture(9), ("relu1_1",))["relu1_1"], expected)


def test_weights_of_another_form_are_refused_in_one_line(tmp_path):
    text = SHIPPED.read_text()
    other = re.sub(r"relu5_1 = \d+", "relu5_1 = 100", text)
    assert other != text
    card = tmp_path / "lite.toml"
    card.write_text(other)
    (tmp_path / "lite.safetensors").write_bytes(SHIPPED.with_suffix(".safetensors").read_bytes())
    with pytest.raises(WeightsError) as caught:
        load_encoder(str(card))
    assert str(caught.value) == (
        f"'{card}' describes no encoder that can be read (its weights are not those of its widths "
        "and ranks). Install vst again, or make one with `vst train features`."
    )
