"""LPIPS: the sum over layers of weighted squared differences of unit-length activations."""

import math
import sys

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.evaluation import LearnedDistance, has_lpips, load_lpips
from vst_core.features import Vgg
from vst_core.flow.torchvision_guard import import_torchvision
from vst_core.losses import STYLE_LAYERS

CPU = torch.device("cpu")


def random_features(seed, layers):
    generator = torch.Generator().manual_seed(seed)
    return {layer: torch.rand(1, *shape, generator=generator) for layer, shape in layers.items()}


def test_the_distance_equals_its_definition_written_out():
    layers = {"a": (3, 2, 2), "b": (2, 1, 3)}
    one, other = random_features(1, layers), random_features(2, layers)
    weights = {"a": torch.tensor([0.5, 0.0, 2.0]), "b": torch.tensor([1.0, 3.0])}
    total = 0.0
    for layer, (channels, height, width) in layers.items():
        for y in range(height):
            for x in range(width):
                sides = [
                    [float(f[layer][0, c, y, x]) for c in range(channels)] for f in (one, other)
                ]
                units = [[v / math.sqrt(sum(w * w for w in side)) for v in side] for side in sides]
                total += sum(
                    float(weights[layer][c]) * (units[0][c] - units[1][c]) ** 2
                    for c in range(channels)
                ) / (height * width)
    distance = LearnedDistance({name: w.view(1, -1, 1, 1) for name, w in weights.items()})
    assert distance(one, other) == pytest.approx(total, rel=1e-5)
    assert distance(one, one) == 0


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:.*weights:UserWarning"
)  # the package asks torchvision as of old
def test_it_is_what_the_package_computes_in_its_first_four_layers(encoder):
    """On the same network: ours, of random numbers, put into the package's own class."""
    import_torchvision("torchvision.models")
    lpips = pytest.importorskip("lpips")
    with torch.device("meta"):
        theirs = lpips.LPIPS(net="vgg", pnet_rand=True, pretrained=False, verbose=False)
    weights = f"{lpips.__path__[0]}/weights/v0.1/vgg.pth"
    theirs.load_state_dict(
        torch.load(weights, map_location="cpu", weights_only=True), strict=False, assign=True
    )
    theirs.L, theirs.scaling_layer, theirs.net = 4, torch.nn.Identity(), Trunk(encoder)
    one, other = (torch.rand(1, 3, 48, 64) for _ in range(2))
    ours = load_lpips(CPU)(*(encoder(picture, STYLE_LAYERS) for picture in (one, other)))
    assert ours == pytest.approx(theirs(one, other, normalize=True).item(), rel=1e-4)
    assert ours > 0


class Trunk(torch.nn.Module):
    def __init__(self, encoder: Vgg):
        super().__init__()
        self.encoder = encoder

    def forward(self, picture):
        return [*self.encoder((picture + 1) / 2, STYLE_LAYERS).values()]


def test_the_shipped_weights_are_those_of_the_four_layers():
    if not has_lpips():
        pytest.skip("lpips is not installed")
    found = load_lpips(CPU)._weights
    assert [weight.shape[1] for weight in found.values()] == [64, 128, 256, 512]
    assert [*found] == [*STYLE_LAYERS]
    assert all((weight >= 0).all() for weight in found.values())


def test_without_the_package_it_is_a_usage_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "lpips", None)
    monkeypatch.setattr("vst_core.evaluation.learned_distance.find_spec", lambda _: None)
    assert not has_lpips()
    with pytest.raises(UsageError, match=r"vst\[eval\]"):
        load_lpips(CPU)
