"""One painting is one picture: to training, painting and judging, with OpenImageIO or without."""

import builtins

import numpy as np
import pytest
import torch
from PIL import Image

from vst_core.errors import InputError
from vst_core.evaluation import target_from_painting
from vst_core.features import Vgg
from vst_core.optimizer import PainterSettings
from vst_core.styles import find_mix
from vst_core.styles.painting_reader import read_painting
from vst_core.stylizers import StylizerSettings, open_stylizer
from vst_core.training.recipe import StyleEntry, load_recipe
from vst_core.training.session import TrainingRun, style_targets

pytestmark = pytest.mark.usefixtures("one_thread")

SIDE = 48


@pytest.fixture
def without_oiio(monkeypatch):
    """A machine without OpenImageIO."""
    real = builtins.__import__

    def bare(name, *arguments, **named):
        if name.startswith(("OpenImageIO", "vst_core.image")):
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", bare)


def rgba(seed=3):
    """Noise, half of it seen, under a third of it a color that is never seen."""
    pixels = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 4), np.uint8)
    pixels[:16, :, 3] = 0
    pixels[16:32, :, 3] = 255
    return pixels


@pytest.fixture
def cut_out(tmp_path):
    path = tmp_path / "cut-out.png"
    Image.fromarray(rgba()).save(path)
    return path


def by_definition(pixels):
    """The picture over the mean of its colors, weighted by alpha."""
    straight, alpha = np.split(pixels.astype(np.float64) / 255, [3], axis=2)
    mean = (straight * alpha).sum((0, 1)) / alpha.sum()
    whole = straight * alpha + mean * (1 - alpha)
    return torch.from_numpy(whole).permute(2, 0, 1)[None].float()


def test_a_transparent_painting_lies_on_the_mean_of_what_is_seen(cut_out):
    torch.testing.assert_close(read_painting(cut_out), by_definition(rgba()), atol=1e-5, rtol=0)


def test_what_is_never_seen_has_no_say(cut_out, tmp_path):
    pixels = rgba()
    pixels[:16, :, :3] = (255, 0, 255)
    Image.fromarray(pixels).save(tmp_path / "other.png")
    assert torch.equal(read_painting(cut_out), read_painting(tmp_path / "other.png"))


@pytest.mark.slow
def test_training_painting_and_judging_see_one_picture(cut_out, tmp_path):
    """Each of the three does with a cut-out what it does with its opaque copy, made by hand.

    Its colors are chosen so that the copy can be written exactly with 8 bits.
    """
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    pixels[:16] = (255, 0, 255, 0)
    pixels[16:32] = (200, 40, 0, 255)
    pixels[32:] = (100, 60, 20, 255)
    Image.fromarray(pixels).save(cut_out)
    pixels[:16] = (150, 50, 10, 255)
    copy = tmp_path / "copy.png"
    Image.fromarray(pixels[..., :3]).save(copy)

    torch.manual_seed(0)
    encoder = Vgg()
    for look in (trained, judged):
        found, expected = look(cut_out, encoder), look(copy, encoder)
        assert found.keys() == expected.keys()
        for layer, gram in found.items():
            torch.testing.assert_close(gram, expected[layer], rtol=1e-4, atol=0)
    for layer, gram in trained(cut_out, encoder).items():
        assert torch.equal(gram, judged(cut_out, encoder)[layer])
    torch.testing.assert_close(painted(cut_out), painted(copy), atol=1e-3, rtol=0)


def trained(path, encoder):
    entry = StyleEntry(name="mine", painting=path.name)
    recipe = load_recipe("style")
    recipe = type(recipe)(**{**vars(recipe), "styles": (entry,)})
    run = TrainingRun(
        recipe=recipe, paintings=path.parent, photographs=path.parent, output=path.parent
    )
    return style_targets(run, encoder)


def judged(path, encoder):
    return target_from_painting(path, encoder, device=torch.device("cpu")).loss.targets


def painted(path):
    settings = StylizerSettings(
        styles=find_mix([(str(path), 1.0)], method="gatys"),
        features="lite",
        painter=PainterSettings(iterations=2),
    )
    frame = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    return open_stylizer("gatys", settings).stylize(frame, None).picture


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P", "1"])
def test_a_machine_without_oiio_reads_the_same(tmp_path, mode, request):
    path = tmp_path / "painting.png"
    Image.fromarray(rgba()).convert(mode).save(path)
    expected = read_painting(path, short_side=40)
    request.getfixturevalue("without_oiio")
    torch.testing.assert_close(read_painting(path, short_side=40), expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_and_it_is_upright_either_way(tmp_path, orientation, request):
    image = Image.fromarray(rgba()[:40, :, :3])
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "painting.png", exif=exif)
    expected = read_painting(tmp_path / "painting.png")
    assert expected.shape[-2:] == ((40, 48) if orientation < 5 else (48, 40))
    request.getfixturevalue("without_oiio")
    assert torch.equal(read_painting(tmp_path / "painting.png"), expected)


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("content", [None, b"", b"no picture", "cut"])
def test_what_is_no_picture_is_named(tmp_path, cut_out, bare, content, request):
    path = tmp_path / "painting.png"
    if content is not None:
        path.write_bytes(cut_out.read_bytes()[:90] if content == "cut" else content)
    if bare:
        request.getfixturevalue("without_oiio")
    with pytest.raises(InputError) as caught:
        read_painting(path)
    assert str(path) in caught.value.what


@pytest.mark.usefixtures("without_oiio")
def test_sixteen_bits_are_refused_where_they_would_be_cut(tmp_path):
    Image.fromarray(np.full((40, 40), 40000, np.uint16)).save(tmp_path / "deep.png")
    with pytest.raises(InputError) as caught:
        read_painting(tmp_path / "deep.png")
    assert "OpenImageIO" in caught.value.what


@pytest.mark.parametrize(("size", "expected"), [((80, 40), (20, 40)), ((33, 99), (60, 20))])
def test_the_short_side_is_as_asked(tmp_path, size, expected):
    Image.new("RGB", size).save(tmp_path / "painting.png")
    assert read_painting(tmp_path / "painting.png", short_side=20).shape == (1, 3, *expected)
