"""FLIP equals its definition (Andersson et al. 2020, sections 4.1 to 4.3), written out."""

import math

import numpy as np
import pytest
import torch

from vst_core.evaluation import flip_map, has_flip, moving_frames

PIXELS_A_DEGREE = 0.7 * (3840 / 0.7) * math.pi / 180
TO_XYZ = np.array([
    [10135552 / 24577794, 8788810 / 24577794, 4435075 / 24577794],
    [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897],
    [1425312 / 73733382, 8788810 / 73733382, 70074185 / 73733382],
])  # fmt: skip
WHITE = TO_XYZ.sum(axis=1)
SENSITIVITY = (
    (1.0, 0.0047, 0.0, 1e-5),
    (1.0, 0.0053, 0.0, 1e-5),
    (34.1, 0.04, 13.5, 0.025),
)
"""a1, b1, a2, b2 of the achromatic, red-green and blue-yellow channel: table 1."""


def linear(srgb):
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def opponent(rgb):
    x, y, z = (rgb @ TO_XYZ.T / WHITE).transpose(2, 0, 1)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def from_opponent(planes):
    y = (planes[0] + 16) / 116
    xyz = np.stack([planes[1] / 500 + y, y, y - planes[2] / 200], axis=2) * WHITE
    return np.clip(xyz @ np.linalg.inv(TO_XYZ).T, 0, 1)


def hunt_lab(rgb):
    t = rgb @ TO_XYZ.T / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    lightness = 116 * f[..., 1] - 16
    a, b = 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])
    return lightness, 0.01 * lightness * a, 0.01 * lightness * b


def hyab(one, other):
    lightness, a, b = (abs(x - y) for x, y in zip(one, other, strict=True))
    return lightness + np.hypot(a, b)


def squares(radius, *, step):
    line = np.arange(-radius, radius + 1) * step
    return line[None, :], line[:, None]


def filtered(plane, kernel):
    """Sum every pixel's surroundings, weighted; the border is repeated outwards."""
    radius = kernel.shape[0] // 2
    padded = np.pad(plane, radius, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return np.einsum("yxij,ij->yx", windows, kernel)


def seen(rgb):
    """What contrast sensitivity leaves of a picture, in Lab with Hunt's adjustment."""
    radius = math.ceil(3 * math.sqrt(0.04 / (2 * math.pi**2)) * PIXELS_A_DEGREE)
    x, y = squares(radius, step=1 / PIXELS_A_DEGREE)
    planes = []
    for plane, (a1, b1, a2, b2) in zip(opponent(rgb), SENSITIVITY, strict=True):
        kernel = sum(
            a * math.sqrt(math.pi / b) * np.exp(-(math.pi**2) * (x**2 + y**2) / b)
            for a, b in ((a1, b1), (a2, b2))
        )
        planes.append(filtered(plane, kernel / kernel.sum()))
    return hunt_lab(from_opponent(np.stack(planes)))


def color_error(one, other):
    green, blue = (hunt_lab(np.array([[color]], float)) for color in ((0, 1, 0), (0, 0, 1)))
    most = hyab(green, blue).item() ** 0.7
    error = hyab(seen(one), seen(other)) ** 0.7
    small = 0.4 * most
    return np.where(
        error < small, 0.95 / small * error, 0.95 + 0.05 * (error - small) / (most - small)
    )


def feature_strengths(rgb):
    """Edges and points, each by its detector across and down."""
    spread = 0.5 * 0.082 * PIXELS_A_DEGREE
    x, y = squares(math.ceil(3 * spread), step=1)
    bell = np.exp(-(x**2 + y**2) / (2 * spread**2))
    lightness = (opponent(rgb)[0] + 16) / 116
    found = []
    for kernel in (-x * bell, (x**2 / spread**2 - 1) * bell):
        up, down = np.maximum(kernel, 0), np.minimum(kernel, 0)
        balanced = up / up.sum() - down / down.sum()
        found.append(np.hypot(filtered(lightness, balanced), filtered(lightness, balanced.T)))
    return found


def flip_written_out(reference, test):
    one, other = (linear(p[0].permute(1, 2, 0).double().numpy()) for p in (reference, test))
    changes = [
        abs(a - b) for a, b in zip(feature_strengths(one), feature_strengths(other), strict=True)
    ]
    features = np.clip((np.maximum(*changes) / math.sqrt(2)) ** 0.5, 0, 1)
    return color_error(one, other) ** (1 - features)


@pytest.mark.skipif(not has_flip(), reason="flip-evaluator is not installed")
@pytest.mark.parametrize("strength", [0.05, 0.5])
def test_every_pixel_equals_the_definition(strength):
    reference, other = moving_frames(width=40, height=32, count=2)
    test = torch.lerp(reference, other, strength)
    found = flip_map(reference, test)[0, 0].numpy()
    expected = flip_written_out(reference, test)
    assert expected.max() > 0.05
    assert np.abs(found - expected).max() < 2e-3
