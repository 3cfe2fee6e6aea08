"""Files that other people's programs have written, as `expect.md` beside each says."""

import numpy as np
import pytest

from vst_core.image import ReadSettings, read_header, read_plate


@pytest.fixture
def field(shared):
    folder = shared / "data/field"
    if not folder.is_dir():
        pytest.skip(f"no field files at {folder}")
    return folder


def picture(path, **settings):
    return read_plate(path, settings=ReadSettings(**settings)).picture[0].numpy()


def spread(path, **settings):
    """Mean of the largest channel less the smallest, in steps of 8 bits."""
    seen = picture(path, **settings)
    return float((seen.max(axis=0) - seen.min(axis=0)).mean() * 255)


@pytest.mark.parametrize("name", ["awg_chr", "adobe_chr", "ap1_chr"])
def test_one_picture_in_several_primaries_is_one_picture(field, name):
    folder = field / "exr-chromaticities"
    plain = picture(folder / "plain.exr")
    assert spread(folder / f"{name}.exr") == pytest.approx(spread(folder / "plain.exr"), abs=0.5)
    assert np.abs(picture(folder / f"{name}.exr") - plain).max() < 0.01


@pytest.mark.parametrize("config", ["nuke_default", "minimal_acescg"])
def test_a_config_without_our_names_changes_nothing(field, config):
    folder = field / "exr-chromaticities"
    ocio = str(folder / f"{config}.ocio")
    own = picture(folder / "ap1_chr.exr", ocio=ocio)
    assert np.abs(own - picture(folder / "ap1_chr.exr")).max() < 1e-4


def test_cineon_is_seen_as_the_same_dpx(field):  # within a step of 8 bits: rounded twice
    folder = field / "cineon-read-as-srgb"
    assert np.abs(picture(folder / "f.0001.cin") - picture(folder / "f.0001.dpx")).max() < 1 / 255


def test_integers_with_a_sign_are_seen_as_those_without(field):
    folder = field / "integer-tiff-as-linear"
    assert np.abs(picture(folder / "t_i16.tif") - picture(folder / "t_u16.tif")).max() < 1e-4
    assert read_header(folder / "t_i16.tif").depth == "16"


def test_an_alpha_beside_its_layer_is_seen_as_one_within(field):
    folder = field / "exr-alpha-beside-layer"
    one, other = read_plate(folder / "rman.0001.exr"), read_plate(folder / "plain.0001.exr")
    assert np.array_equal(one.pixels, other.pixels)
    assert np.array_equal(one.picture.numpy(), other.picture.numpy())


def test_of_two_passes_the_one_with_alpha_is_taken_and_said(field):
    header = read_header(field / "exr-wrong-pass-unsaid/octane_main.exr")
    assert header.layer.name == "Main"
    assert "AO" in header.note


@pytest.mark.parametrize("name", ["p3.0001.jpg", "p3.0001.png"])
def test_a_profile_is_believed(field, name):
    space = read_plate(field / "jpeg-icc-lost" / name).space
    assert (space.referred, bool(space.label.profile)) == ("display", True)
    red = np.array([[[1.0, 0.0, 0.0]]], np.float32)
    # Display P3's red in linear Rec.709, as published: 1.2249, -0.0420, -0.0197.
    coded = space.transform.to_base(red)[0, 0]
    light = np.sign(coded) * np.where(
        np.abs(coded) <= 0.04045, np.abs(coded) / 12.92, ((np.abs(coded) + 0.055) / 1.055) ** 2.4
    )
    np.testing.assert_allclose(light, [1.2249, -0.0420, -0.0197], atol=2e-3)
