"""VGG-16 against torchvision's own, and that it computes no more than is asked."""

import hashlib

import pytest
import torch

from vst_core.errors import UsageError, WeightsError
from vst_core.features import Vgg, load_encoder
from vst_core.features.vgg import VGG16_STAGES, layer_names
from vst_core.flow.torchvision_guard import import_torchvision
from vst_core.weights import WEIGHTS, WeightFile

pytestmark = pytest.mark.usefixtures("one_thread")

VGG16_LAYERS = layer_names(VGG16_STAGES)

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


@pytest.fixture(scope="module")
def vgg(shared):
    return load_encoder("vgg16", folder=shared / "weights")


@pytest.fixture
def small():
    """A network of few channels, always the same: by chance all of them can be dead."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return Vgg(((2, 2), (3,), (4, 4)))


@pytest.fixture
def reference():
    """The convolutional part of torchvision's VGG-16 (its configuration D)."""
    theirs = import_torchvision("torchvision.models.vgg")
    return theirs.make_layers(theirs.cfgs["D"]).eval()


def picture(size=32):
    return torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(1))


def test_layers_are_named_after_stage_and_place():
    assert (
        *("relu1_1", "relu1_2", "relu2_1", "relu2_2"),
        *("relu3_1", "relu3_2", "relu3_3"),
        *("relu4_1", "relu4_2", "relu4_3", "relu5_1"),
    ) == VGG16_LAYERS


@pytest.mark.weights
def test_every_layer_is_torchvisions(vgg, reference):
    convolutions = [m for m in reference if isinstance(m, torch.nn.Conv2d)]
    for theirs, ours in zip(convolutions, vgg.convs.values(), strict=False):
        theirs.load_state_dict(ours.state_dict())
    names, expected, x = iter(VGG16_LAYERS), {}, (picture() - MEAN) / STD
    with torch.no_grad():
        found = vgg(picture(), VGG16_LAYERS)
        for module in reference[:26]:
            x = module(x)
            if isinstance(module, torch.nn.ReLU):
                expected[next(names)] = x.clone()
    assert list(found) == list(expected) == list(VGG16_LAYERS)
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-4, atol=1e-4)


@pytest.mark.weights
def test_the_shared_weights_are_put_where_torchvision_has_them(vgg, reference, shared):
    from safetensors.torch import load_file

    state = load_file(shared / "weights" / WEIGHTS["vgg16"][0].filename)
    positions = [i for i, m in enumerate(reference) if isinstance(m, torch.nn.Conv2d)]
    for index, conv in zip(positions, vgg.convs.values(), strict=False):
        assert torch.equal(conv.weight, state[f"features.{index}.weight"].float())
        assert torch.equal(conv.bias, state[f"features.{index}.bias"].float())


def test_nothing_beyond_the_deepest_layer_is_computed(small):
    ran = []
    for name, conv in small.convs.items():
        conv.register_forward_hook(lambda *_, name=name: ran.append(name))
    found = small(picture(16), ("relu2_1", "relu1_1", "relu2_1"))
    assert ran == ["relu1_1", "relu1_2", "relu2_1"]
    assert set(found) == {"relu1_1", "relu2_1"}
    ran.clear()
    assert small(picture(16), ()) == {}
    assert ran == []


def test_each_stage_halves_the_size(small):
    found = small(picture(16), ("relu1_1", "relu2_1", "relu3_2"))
    assert {name: value.shape[-1] for name, value in found.items()} == {
        "relu1_1": 16,
        "relu2_1": 8,
        "relu3_2": 4,
    }


def test_it_is_frozen_but_lets_gradients_through(small):
    assert not any(value.requires_grad for value in small.parameters())
    source = picture(8).requires_grad_()
    small(source, ("relu3_2",))["relu3_2"].sum().backward()
    assert source.grad.abs().sum() > 0


def test_an_unknown_layer_names_the_nearest(small):
    with pytest.raises(UsageError, match=r"No layer is called 'relu2_9'\. Did you mean 'relu2_1'"):
        small(picture(8), ("relu2_9",))


def test_a_file_without_the_layers_is_refused(tmp_path, monkeypatch):
    from safetensors.torch import save

    content = save({"features.0.weight": torch.zeros(64, 3, 3, 3)})
    (tmp_path / "other.safetensors").write_bytes(content)
    entry = WeightFile(
        filename="other.safetensors", sha256=hashlib.sha256(content).hexdigest(), license=""
    )
    monkeypatch.setitem(WEIGHTS, "vgg16", (entry,))
    with pytest.raises(WeightsError, match=r"does not hold VGG-16"):
        load_encoder("vgg16", folder=tmp_path)


def test_torchvisions_own_file_is_read_too(tmp_path, monkeypatch, reference):
    path = tmp_path / "own.pth"
    torch.save({f"features.{name}": value for name, value in reference.state_dict().items()}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = WeightFile(filename=path.name, sha256=digest, license="")
    monkeypatch.setitem(WEIGHTS, "vgg16", (entry,))
    assert torch.equal(
        load_encoder("vgg16", folder=tmp_path).convs["relu1_1"].weight, reference[0].weight
    )
