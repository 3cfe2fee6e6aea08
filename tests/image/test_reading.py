import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError
from vst_core.image import ReadSettings, Window, read_header, read_plate, shaper

QUICK = settings(deadline=None, max_examples=20)


def picture_of(linear):
    """The working picture that scene-linear h x w x 3 stands for, by the definition."""
    coded = shaper.encode(np.asarray(linear, np.float32))
    return torch.from_numpy(coded.transpose(2, 0, 1))[None]


def scene(noise, height=6, width=9, channels=3):
    return noise.uniform(0, 3, (height, width, channels)).astype(np.float16)


@pytest.mark.parametrize("kind", ["half", "float"])
@pytest.mark.parametrize("compression", ["none", "rle", "zip", "zips", "piz"])
def test_scene_linear_becomes_the_shaped_picture(tmp_path, save, noise, kind, compression):
    pixels = scene(noise)
    path = save(tmp_path / "a.exr", pixels, kind=kind, attributes={"compression": compression})
    plate = read_plate(path)
    assert plate.picture.dtype == torch.float32
    torch.testing.assert_close(plate.picture, picture_of(pixels), rtol=0, atol=1e-6)
    assert plate.header.depth == kind


@given(order=st.permutations(["R", "G", "B", "A", "Z", "spec.R"]))
@QUICK
def test_channels_are_found_by_name(tmp_path_factory, save, order):
    values = {"R": 0.1, "G": 0.2, "B": 0.3, "A": 1.0, "Z": 9.0, "spec.R": 7.0}
    pixels = np.array([values[name] for name in order], np.float32) * np.ones((2, 3, 1), np.float32)
    path = save(tmp_path_factory.mktemp("a") / "a.exr", pixels, kind="float", channels=order)
    expected = picture_of(np.full((2, 3, 3), [0.1, 0.2, 0.3]))
    torch.testing.assert_close(read_plate(path).picture, expected, rtol=0, atol=1e-6)


@given(
    data=st.tuples(st.integers(-20, 20), st.integers(-20, 20)),
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    canvas=st.builds(
        Window, st.integers(-25, 25), st.integers(-25, 25), st.integers(1, 30), st.integers(1, 30)
    ),
)
@QUICK
def test_the_canvas_shows_the_data_window_and_black(tmp_path_factory, save, data, size, canvas):
    pixels = np.full((size[1], size[0], 3), 0.5, np.float16)
    path = save(tmp_path_factory.mktemp("w") / "a.exr", pixels, data=data, display=(0, 0, 16, 9))
    plate = read_plate(path, canvas=canvas)
    assert plate.picture.shape == (1, 3, canvas.height, canvas.width)
    assert plate.header.data_window == Window(*data, *size)
    assert plate.header.display_window == Window(0, 0, 16, 9)
    shared = canvas.intersection(plate.header.data_window)
    assert int((plate.picture[0, 0] > 0).sum()) == (shared.pixels if shared else 0)
    if shared:
        assert (plate.picture[(..., *shared.slices_in(canvas))] > 0).all()


def test_a_canvas_beyond_all_reason_is_refused(tmp_path, save):
    path = save(tmp_path / "a.exr", np.zeros((2, 2, 3), np.float16))
    with pytest.raises(InputError, match="data windows span 60000 x 60000"):
        read_plate(path, canvas=Window(0, 0, 60_000, 60_000))


def test_the_windows_of_real_files(shared):
    for path in sorted((shared / "data/exr/windows").glob("*.exr")):
        header = read_header(path)
        canvas = header.data_window.union(header.display_window)
        plate = read_plate(path, canvas=canvas)
        inside = plate.picture[(..., *header.data_window.slices_in(canvas))]
        assert torch.equal(inside, read_plate(path).picture)
        assert plate.picture.sum() == pytest.approx(float(inside.sum()), rel=1e-4)


@pytest.mark.slow
def test_every_real_file_gives_a_finite_picture(shared):
    folders = ["exr/values", "exr/cryptomatte", "sequences/beachball", "sequences/blender_vectors"]
    paths = [path for folder in folders for path in (shared / "data" / folder).rglob("*.exr")]
    assert len(paths) >= 20
    for path in paths:
        picture = read_plate(path).picture
        assert torch.isfinite(picture).all(), path
        assert picture.min() >= 0, path
        assert picture.max() <= 1, path


def test_wild_values_stay_finite(tmp_path, save):
    values = [np.nan, np.inf, -np.inf, -1.0, 1e18, 3e38, 0.0, 0.5]
    pixels = np.tile(np.array(values, np.float32)[None, :, None], (2, 1, 3))
    picture = read_plate(save(tmp_path / "a.exr", pixels, kind="float")).picture[0, 0, 0]
    half_gray = shaper.encode(np.array([0.5], np.float32))[0]
    assert picture.tolist() == pytest.approx([0, 1, 0, 0, 1, 1, 0, half_gray])


def test_single_and_multi_part_hold_the_same_picture(shared):
    folder = shared / "data/sequences/blender_vectors"
    single = read_plate(folder / "singlepart_4.2/f_0001.exr")
    multi = read_plate(folder / "multipart_5.2/f_0001.exr")
    assert single.header.layer.name == multi.header.layer.name == "ViewLayer.Combined"
    assert len(multi.header.parts) == 9
    assert (single.picture - multi.picture).abs().mean() < 0.01


def test_layers_in_parts(tmp_path, save_parts):
    beauty, light = np.full((4, 5, 3), 0.25, np.float16), np.full((2, 3, 3), 0.5, np.float16)
    rgb = ("R", "G", "B")
    parts = [("depth", ("Z",), beauty[..., :1]), ("beauty", rgb, beauty), ("light", rgb, light)]
    path = save_parts(tmp_path / "a.exr", parts)
    assert read_header(path).layers == ("beauty", "light")
    assert read_header(path).data_window == Window(0, 0, 5, 4)
    chosen = read_plate(path, settings=ReadSettings(layer="light"))
    assert chosen.picture.shape == (1, 3, 2, 3)
    torch.testing.assert_close(chosen.picture, picture_of(light), rtol=0, atol=1e-6)
    with pytest.raises(InputError, match="Did you mean 'light'"):
        read_plate(path, settings=ReadSettings(layer="ligth"))


def test_tiled_files(tmp_path, save, noise):
    pixels = scene(noise, 33, 47)
    spec_words = {"attributes": {"compression": "zip"}}
    path = save(tmp_path / "scan.exr", pixels, **spec_words)
    tiled = tmp_path / "tiled.exr"
    _as_tiles(path, tiled)
    assert torch.equal(read_plate(tiled).picture, read_plate(path).picture)


def _as_tiles(source, target):
    import OpenImageIO

    image = OpenImageIO.ImageBuf(str(source))
    image.set_write_tiles(16, 16)
    assert image.write(str(target))


def test_alpha_is_undone_for_the_network(tmp_path, save):
    straight, alpha = np.array([0.8, 0.4, 0.2]), np.array([1.0, 0.5, 0.25, 0.0])
    colors = straight * alpha[:, None]
    colors[3] = [0.3, 0.2, 0.1]  # emission without coverage
    pixels = np.concatenate([colors, alpha[:, None]], axis=1)[None].astype(np.float32)
    picture = read_plate(save(tmp_path / "a.exr", pixels, kind="float")).picture
    expected = picture_of([[straight, straight, straight, [0.3, 0.2, 0.1]]])
    torch.testing.assert_close(picture, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("suffix", "kind"), [("png", "uint8"), ("png", "uint16"), ("tif", "uint8"),
                                              ("tif", "uint16"), ("dpx", "uint16")])  # fmt: skip
def test_code_values_are_the_picture(tmp_path, save, noise, suffix, kind):
    top = np.iinfo(kind).max
    pixels = noise.integers(0, top, (5, 8, 3), endpoint=True).astype(kind)
    picture = read_plate(save(tmp_path / f"a.{suffix}", pixels, kind=kind)).picture
    expected = torch.from_numpy(pixels.astype(np.float32).transpose(2, 0, 1))[None] / top
    torch.testing.assert_close(picture, expected, rtol=0, atol=1e-6)


def test_straight_alpha_of_png_is_left_alone(tmp_path, save, noise):
    pixels = noise.integers(0, 256, (4, 4, 4)).astype(np.uint8)
    words = {"kind": "uint8", "attributes": {"oiio:UnassociatedAlpha": 1}}
    plate = read_plate(save(tmp_path / "a.png", pixels, **words))
    assert np.array_equal(plate.pixels, pixels)
    assert not plate.header.premultiplied


@pytest.mark.parametrize(("suffix", "kind"), [("png", "uint8"), ("exr", "half"), ("tif", "uint16")])
def test_gray_is_gray(tmp_path, save, noise, suffix, kind):
    pixels = noise.uniform(0, 1, (4, 6, 1)).astype(np.float32)
    if kind != "half":
        pixels = (pixels * np.iinfo(kind).max).astype(kind)
    picture = read_plate(save(tmp_path / f"a.{suffix}", pixels, kind=kind, channels=("Y",))).picture
    assert picture.shape == (1, 3, 4, 6)
    assert torch.equal(picture[:, 0], picture[:, 1])
    assert torch.equal(picture[:, 0], picture[:, 2])


def test_bands_do_not_show(tmp_path, save, noise, monkeypatch):
    path = save(tmp_path / "a.exr", scene(noise, 37, 11, 4))
    whole = read_plate(path).picture
    monkeypatch.setattr("vst_core.image.plate._BAND_PIXELS", 50)
    assert torch.equal(read_plate(path).picture, whole)
