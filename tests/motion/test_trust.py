"""Trust masks: the formulas, their limits, and the reference implementation's own maps."""

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.flow import read_flo
from vst_core.motion import (
    TRUST_VARIANTS,
    consistency_mask,
    inside,
    motion_boundary_mask,
    trust_mask,
    warp,
)

sizes = st.tuples(st.integers(16, 40), st.integers(16, 40))
few = settings(deadline=None, max_examples=25)


def flows(height: int, width: int, seed: int, strength: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a smooth field and about its inverse, with noise in places."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, 2, 4, 4, generator=generator) * strength
    backward = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
    forward = warp(-backward, -backward)
    noise = torch.randn(1, 2, height, width, generator=generator)
    return forward + noise * (torch.rand(1, 1, height, width, generator=generator) < 0.1), backward


def reference(folder, a: int, b: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (field on a, field on b, the map on a) of the reference implementation."""

    def flow(start: int, end: int) -> torch.Tensor:
        direction = "forward" if start < end else "backward"
        return read_flo(folder / f"{direction}_{start}_{end}.flo")

    gray = cv2.imread(str(folder / f"reliable_{a}_{b}.pgm"), cv2.IMREAD_UNCHANGED)
    return flow(a, b), flow(b, a), torch.from_numpy(gray).float()[None, None]


@pytest.mark.parametrize(("a", "b"), [(1, 2), (2, 1), (2, 3), (3, 2)])
def test_ruder2016_is_the_reference_map_to_one_gray_level(shared, a, b):
    here, there, expected = reference(shared / "data/flow/ruder_marple/deepflow", a, b)
    found = trust_mask(there, here, variant="ruder2016") * 255
    # The reference cuts 254.99 to 254 where this keeps it: one level of 255 is no difference.
    agree = (found - expected).abs() <= 1.01
    assert agree.double().mean() >= 0.9999


@pytest.mark.parametrize(("a", "b"), [(1, 2), (2, 1), (2, 3), (3, 2)])
def test_the_plain_formula_agrees_with_the_thresholded_reference(shared, a, b):
    here, there, expected = reference(shared / "data/flow/ruder_marple/deepflow", a, b)
    agree = trust_mask(there, here, variant="plain").bool() == (expected > 127)
    assert agree.double().mean() >= 0.998


@pytest.mark.parametrize("variant", TRUST_VARIANTS)
@few
@given(size=sizes, seed=st.integers(0, 99), strength=st.floats(0, 6))
def test_every_mask_lies_in_0_to_1_and_is_deterministic(variant, size, seed, strength):
    forward, backward = flows(*size, seed, strength)
    mask = trust_mask(forward, backward, variant=variant)
    assert mask.shape == (1, 1, *size)
    assert mask.dtype == torch.float32
    assert ((mask >= 0) & (mask <= 1)).all()
    assert mask.equal(trust_mask(forward.clone(), backward.clone(), variant=variant))


@pytest.mark.parametrize("variant", TRUST_VARIANTS)
@few
@given(size=sizes)
def test_a_still_picture_is_trusted_everywhere(variant, size):
    still = torch.zeros(1, 2, *size)
    torch.testing.assert_close(
        trust_mask(still, still, variant=variant), torch.ones(1, 1, *size), atol=1e-6, rtol=0
    )


@pytest.mark.parametrize("variant", ["plain", "ruder2018"])
@few
@given(size=sizes, seed=st.integers(0, 99), strength=st.floats(0, 6))
def test_hard_masks_are_0_or_1_and_0_outside_the_frame(variant, size, seed, strength):
    forward, backward = flows(*size, seed, strength)
    mask = trust_mask(forward, backward, variant=variant)
    assert ((mask == 0) | (mask == 1)).all()
    assert mask[inside(backward) == 0].eq(0).all()


@few
@given(size=sizes, seed=st.integers(0, 99), strength=st.floats(0, 6))
def test_ruder2016_trusts_nothing_two_pixels_beyond_the_frame(size, seed, strength):
    forward, backward = flows(*size, seed, strength)
    near = F.max_pool2d(inside(backward), 5, 1, 2)
    assert trust_mask(forward, backward)[near == 0].eq(0).all()


@few
@given(size=sizes, seed=st.integers(0, 99), strength=st.floats(0, 6))
@example(size=(16, 16), seed=0, strength=1e-6)
def test_plain_is_the_formula_pixel_by_pixel(size, seed, strength):
    forward, backward = flows(*size, seed, strength)
    expected = _by_loops(forward[0].double().numpy(), backward[0].double().numpy())
    agree = trust_mask(forward, backward, variant="plain")[0, 0].numpy() == expected
    assert agree.mean() >= 0.998  # float32 against float64 on the very threshold


def _by_loops(forward, backward):
    """Write the definition down as in the paper, one pixel at a time."""
    height, width = backward.shape[1:]
    repeated = np.pad(backward, ((0, 0), (1, 1), (1, 1)), mode="edge")
    trusted = np.zeros((height, width))
    for y in range(height):
        for x in range(width):
            w = backward[:, y, x]
            # Places are rounded as the engine's are: at the frame's edge 15 + 1e-7 is 15.
            there = _bilinear(forward, *np.add((x, y), w).astype(np.float32).astype(float))
            dx = (repeated[:, y + 1, x + 2] - repeated[:, y + 1, x]) / 2
            dy = (repeated[:, y + 2, x + 1] - repeated[:, y, x + 1]) / 2
            trusted[y, x] = (
                there is not None
                and sum((there + w) ** 2) < 0.01 * (sum(there**2) + sum(w**2)) + 0.5
                and sum(dx**2) + sum(dy**2) <= 0.01 * sum(w**2) + 0.002
            )
    return trusted


def _bilinear(field, x, y):
    height, width = field.shape[1:]
    if not (0 <= x <= width - 1 and 0 <= y <= height - 1):
        return None
    left, top = min(int(x), width - 2), min(int(y), height - 2)
    a, b = x - left, y - top
    upper = (1 - a) * field[:, top, left] + a * field[:, top, left + 1]
    lower = (1 - a) * field[:, top + 1, left] + a * field[:, top + 1, left + 1]
    return (1 - b) * upper + b * lower


def test_ruder2018_is_the_7_by_7_minimum_without_the_boundary_test():
    forward, backward = flows(40, 37, seed=1, strength=4)
    seeds = consistency_mask(forward, backward) * inside(backward)
    assert trust_mask(forward, backward, variant="ruder2018").equal(-F.max_pool2d(-seeds, 7, 1, 3))


def test_ruder2016_is_a_gaussian_of_0_8_over_the_seeds():
    forward, backward = flows(40, 37, seed=2, strength=4)
    consistent = consistency_mask(forward, backward)
    seeds = torch.where(consistent.bool(), motion_boundary_mask(backward), torch.tensor(-1.0))
    seeds = (seeds * inside(backward))[0, 0].numpy()
    smooth = cv2.GaussianBlur(seeds, (5, 5), 0.8, borderType=cv2.BORDER_REFLECT)
    found = trust_mask(forward, backward)[0, 0].numpy()
    np.testing.assert_allclose(found, smooth.clip(0, 1), atol=1e-5)


def test_a_step_in_the_flow_is_a_boundary_and_a_constant_flow_is_none():
    flow = torch.full((1, 2, 16, 16), 3.0)
    assert motion_boundary_mask(flow).eq(1).all()
    flow[..., 8:] = -3
    assert motion_boundary_mask(flow)[..., 7:9].eq(0).all()
    assert motion_boundary_mask(flow)[..., :7].eq(1).all()


@pytest.mark.parametrize("variant", TRUST_VARIANTS)
def test_what_is_not_a_number_is_not_trusted_and_does_not_spread_far(variant):
    flow = torch.zeros(1, 2, 32, 32)
    flow[0, :, 16, 16] = float("nan")
    mask = trust_mask(torch.zeros(1, 2, 32, 32), flow, variant=variant)
    assert mask.isfinite().all()
    assert mask[0, 0, 16, 16] == 0
    assert mask[0, 0, :10].min() == pytest.approx(1)


def test_a_batch_gives_what_its_items_give():
    pairs = [flows(20, 24, seed, 4) for seed in (1, 2)]
    forward, backward = (torch.cat(fields) for fields in zip(*pairs, strict=True))
    for variant in TRUST_VARIANTS:
        apart = [trust_mask(*pair, variant=variant) for pair in pairs]
        assert trust_mask(forward, backward, variant=variant).equal(torch.cat(apart))


def test_an_unknown_variant_names_the_nearest():
    still = torch.zeros(1, 2, 16, 16)
    with pytest.raises(UsageError, match="Did you mean 'ruder2016'"):
        trust_mask(still, still, variant="ruder16")
