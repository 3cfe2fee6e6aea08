"""What counts nothing has no say in the norms' statistics."""

import pytest
import torch

from vst_core.nets import FoldedNet, TransformNet
from vst_core.nets.layers import ConditionalNorm, Counts, instance_statistics

pytestmark = pytest.mark.usefixtures("one_thread")

ONE = torch.ones(1, 1)


def noise(*shape, seed=2):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def network(channels=3):
    torch.manual_seed(1)
    return TransformNet(width=4, channels=channels).eval()


def left_half(height, width):
    weight = torch.zeros(1, 1, height, width)
    weight[..., : width // 2] = 1
    return weight


def test_statistics_are_those_of_what_counts():
    x = 3 + noise(1, 5, 12, 16)
    mean, variance = instance_statistics(x, Counts(left_half(12, 16)).at(x))
    inside = x[..., :8]
    torch.testing.assert_close(mean, inside.mean((0, 2, 3)), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(
        variance, inside.var((0, 2, 3), unbiased=False), rtol=1e-3, atol=1e-3
    )


def test_where_nothing_or_everything_counts_all_of_it_does():
    x = noise(1, 5, 12, 16)
    for weight in (torch.zeros(1, 1, 12, 16), torch.ones(1, 1, 12, 16)):
        for found, plain in zip(
            instance_statistics(x, Counts(weight).at(x)), instance_statistics(x), strict=True
        ):
            torch.testing.assert_close(found, plain, rtol=1e-5, atol=1e-5)


def test_training_and_inference_normalize_alike():
    norm, x, counts = ConditionalNorm(5, styles=1), noise(2, 5, 12, 16), left_half(12, 16)
    weights = Counts(torch.cat([counts, torch.rand(1, 1, 12, 16)]))
    mix = torch.ones(2, 1)
    torch.testing.assert_close(
        norm.train()(x, mix, weights), norm.eval()(x, mix, weights), rtol=1e-4, atol=1e-4
    )


@torch.no_grad()
@pytest.mark.parametrize("size", [(48, 64), (45, 59)])
def test_the_folded_network_counts_as_the_plain_one(size):
    net, x, weight = network(channels=7), noise(1, 7, *size), left_half(*size)
    plain = net(x, ONE, weight)[..., 6:-6, 6:-6]
    folded = FoldedNet(net, precision=torch.float32)(x, margin=6, weight=weight)
    torch.testing.assert_close(folded, plain, rtol=0, atol=1e-4)


@torch.no_grad()
def test_what_lies_far_beyond_the_kernels_changes_nothing():
    net, one = network(), noise(1, 3, 48, 320)
    two = one.clone()
    two[..., 240:] = 5 * noise(1, 3, 48, 80, seed=3)
    weight = left_half(48, 320)
    seen = [net(x, ONE, weight)[..., :160] for x in (one, two)]
    free = [net(x, ONE)[..., :160] for x in (one, two)]
    assert (seen[0] - seen[1]).abs().max() < 0.1 * (free[0] - free[1]).abs().max()
    assert (seen[0] - seen[1]).abs().max() < 5e-3
