"""What is made of a large field band by band has the same bytes as what is made of it at once."""

import pytest
import torch

from vst_core.motion import TRUST_VARIANTS, bands, trust_mask, warp


def fields(height, width):
    random = torch.Generator().manual_seed(3)
    coarse = 5 * torch.randn(2, 2, 5, 4, generator=random)
    forward, backward = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")
    backward[:, 7, 9] = float("nan")
    return forward[None], backward[None]


@pytest.fixture(params=[1, 40, 200, 10**6])
def pixels(request, monkeypatch):
    monkeypatch.setattr(bands, "_PIXELS", request.param)


@pytest.mark.parametrize("variant", TRUST_VARIANTS)
def test_trust(pixels, variant, monkeypatch):
    forward, backward = fields(37, 23)
    found = trust_mask(forward, backward, variant=variant)
    monkeypatch.setattr(bands, "_PIXELS", 10**9)
    assert torch.equal(found, trust_mask(forward, backward, variant=variant))


def test_warping(pixels, monkeypatch):
    picture, (_, backward) = torch.rand(1, 3, 37, 23), fields(37, 23)
    found = warp(picture, backward)
    monkeypatch.setattr(bands, "_PIXELS", 10**9)
    assert torch.equal(found, warp(picture, backward))
    assert found.shape == picture.shape


def test_a_batch(pixels):
    pictures = torch.rand(3, 2, 20, 15)
    flow = torch.cat([fields(20, 15)[1]] * 3)
    one_by_one = [warp(a[None], b[None]) for a, b in zip(pictures, flow, strict=True)]
    assert torch.equal(warp(pictures, flow), torch.cat(one_by_one))
