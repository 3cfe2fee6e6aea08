from pathlib import Path

import numpy as np
import pytest

from vst_core.errors import InputError
from vst_core.image import ReadSettings, read_header, read_plate, write_plate
from vst_core.image.exr_layers import choice_note, choose_layer, layers_of_part

FILE = Path("shot.exr")


def chosen(channels, wanted=""):
    return choose_layer(FILE, layers_of_part(0, channels), wanted)


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (["R", "G", "B", "A", "diffuse.R", "diffuse.G", "diffuse.B"], (0, 1, 2, 3)),
        (["A", "B", "G", "R"], (3, 2, 1, 0)),
        (["Z", "B", "R", "G"], (2, 3, 1)),
        (["AO.R", "AO.G", "AO.B", "VL.Combined.R", "VL.Combined.G", "VL.Combined.B"], (3, 4, 5)),
        (["V.Vector.X", "V.Vector.Y", "V.Combined.b", "V.Combined.g", "V.Combined.r"], (4, 3, 2)),
        (["crypto00.red", "crypto00.green", "crypto00.blue", "x.r", "x.g", "x.b"], (3, 4, 5)),
        (["Y"], (0,)),
        (["Y", "A"], (0, 1)),
        (["G", "Z"], (0,)),
        (["Z", "Y", "diffuse.R", "diffuse.G", "diffuse.B"], (2, 3, 4)),
    ],
)  # fmt: skip
def test_the_expected_layer_is_chosen(channels, expected):
    assert chosen(channels).channels == expected


def test_a_layer_is_chosen_by_name():
    channels = ["R", "G", "B", "left.R", "left.G", "left.B", "left.A"]
    assert chosen(channels, "left").channels == (3, 4, 5, 6)


def test_an_unlayered_part_is_called_like_its_part():
    layers = layers_of_part(0, ["R", "G", "B"], name="beauty")
    layers += layers_of_part(1, ["R", "G", "B"], name="specular")
    assert choose_layer(FILE, layers, "specular").part == 1
    assert choose_layer(FILE, layers, "").part == 0


def test_an_unknown_layer_names_the_nearest():
    with pytest.raises(InputError, match=r"shot.exr: no layer 'lefd'.*Did you mean 'left'\?"):
        chosen(["R", "G", "B", "left.R", "left.G", "left.B"], "lefd")


def test_an_unlayered_file_says_that_it_has_no_layers():
    with pytest.raises(InputError, match=r"no layer 'left'.*no named layers"):
        chosen(["R", "G", "B"], "left")


def test_data_alone_is_no_picture():
    with pytest.raises(InputError, match="no channels that make a picture"):
        chosen(["Z", "motion.X", "motion.Y"])


# A lone alpha


def rgb(*names):
    return [f"{name}.{letter}" for name in names for letter in "RGB"]


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (["Ci.r", "Ci.g", "Ci.b", "a"], (0, 1, 2, 3)),
        (["a", *rgb("Ci", "albedo")], (1, 2, 3, 0)),
        (["A", *rgb("Ci")], (1, 2, 3, 0)),
        (["alpha", *rgb("beauty", "diffuse")], (1, 2, 3, 0)),
        (["Af", *rgb("Cf")], (1, 2, 3, 0)),
        (["Af.Y", *rgb("Cf")], (1, 2, 3, 0)),
        (["VL.A", *rgb("VL.Combined", "VL.Emit")], (1, 2, 3, 0)),
        (["VL.Alpha.A", *rgb("VL.Combined")], (1, 2, 3, 0)),
        ([*rgb("alpha", "rgb")], (3, 4, 5, 0)),
        (["a", "z", "Ci.r", "Ci.g", "Ci.b", "Ci.a"], (2, 3, 4, 5)),  # it has its own
        (["matte.A", *rgb("Ci")], (1, 2, 3)),  # somebody else's
        (["other.A", *rgb("VL.Ci")], (1, 2, 3)),
    ],
)
def test_a_lone_alpha_is_that_of_the_beauty(channels, expected):
    assert chosen(channels).channels == expected


def test_a_lone_alpha_is_nobody_elses():
    assert chosen(["a", *rgb("Ci", "albedo")], "albedo").alpha is None


def test_a_lone_alpha_is_undone_and_written(tmp_path, save, load, noise):
    pixels = noise.uniform(0.1, 1, (6, 8, 4)).astype(np.float16)
    pixels[:3] = 0
    pixels[..., 1:] *= pixels[..., :1]
    plate = read_plate(save(tmp_path / "a.exr", pixels, channels=["a", "Ci.r", "Ci.g", "Ci.b"]))
    plain = read_plate(save(tmp_path / "b.exr", np.roll(pixels, -1, axis=2)))
    assert np.array_equal(plate.picture.numpy(), plain.picture.numpy())
    write_plate(tmp_path / "c.exr", plate.picture * 0.5, plate)
    spec, made = load(tmp_path / "c.exr")
    assert spec.channelnames == ("R", "G", "B", "A")
    assert not made[:3].any()
    np.testing.assert_array_equal(made[..., 3], pixels[..., 0])


# Which of several


@pytest.mark.parametrize(
    ("channels", "name"),
    [
        ([*rgb("AO", "Main"), "Main.A"], "Main"),
        ([*rgb("light", "Main"), "Main.A"], "Main"),
        ([*rgb("normals", "position", "picture")], "picture"),
        ([*rgb("ObjectId", "grid")], "grid"),
        ([*rgb("first", "beauty"), "first.A"], "beauty"),
    ],
)
def test_data_is_no_beauty_and_an_alpha_makes_one_likelier(channels, name):
    assert chosen(channels).name == name


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ([*rgb("AO", "Main"), "Main.A"], ["AO", "Main"]),
        (rgb("key", "fill"), ["key", "fill"]),
        (rgb("L1.Combined", "L2.Combined"), ["L1.Combined", "L2.Combined"]),
        (["R", "G", "B", *rgb("key", "fill")], []),
        (rgb("VL.Combined", "VL.Emit"), []),
        ([*rgb("Main"), "Z", "mask.Y"], []),
        ([*rgb("Main"), *(f"crypto00.{one}" for one in "rgba")], []),
        (["R", "G", "B", "A"], []),
    ],
)
def test_where_several_could_be_meant_it_is_said(channels, said):
    layers = layers_of_part(0, channels)
    note = choice_note(layers, choose_layer(FILE, layers, ""))
    assert ("--layer" in note) == bool(said)
    assert all(name in note for name in said)


def test_of_very_many_layers_a_few_are_named():
    layers = layers_of_part(0, rgb(*(f"light{n}" for n in range(60))))
    note = choice_note(layers, layers[0])
    assert "52 more" in note
    assert len(note) < 200


def test_who_asked_is_not_told(tmp_path, save, noise):
    pixels = noise.uniform(0, 1, (4, 4, 6)).astype(np.float16)
    path = save(tmp_path / "a.exr", pixels, channels=rgb("key", "fill"))
    assert read_header(path).note
    assert read_header(path, layer="fill").note == ""


# Views

STEREO = {"multiView": ("string[2]", ("right", "left"))}


def test_the_default_view_is_painted_and_the_other_named(tmp_path, save, load, noise):
    pixels = noise.uniform(0, 1, (4, 4, 6)).astype(np.float16)
    channels = ["R", "G", "B", *rgb("left")]
    path = save(tmp_path / "a.exr", pixels, channels=channels, attributes=STEREO)
    header = read_header(path)
    assert (header.layer.view, header.layer.channels) == ("right", (0, 1, 2))
    assert "left" in header.note
    other = read_plate(path, settings=ReadSettings(layer="left"))
    assert other.header.layer.channels == (3, 4, 5)
    assert other.header.note == ""


def test_a_beauty_is_found_behind_the_name_of_its_view(tmp_path, save, noise):
    channels = rgb("VL.AO.left", "VL.AO.right", "VL.Combined.left", "VL.Combined.right")
    pixels = noise.uniform(0, 1, (4, 4, 12)).astype(np.float16)
    path = save(tmp_path / "a.exr", pixels, channels=channels, attributes=STEREO)
    assert read_header(path).layer.name == "VL.Combined.right"
    assert read_header(path, layer="left").layer.name == "VL.Combined.left"


def test_parts_may_be_views(tmp_path, save_parts, noise):
    pixels = noise.uniform(0, 1, (8, 8, 3)).astype(np.float16)
    parts = [("rgba.left", "RGB", pixels), ("rgba.right", "RGB", pixels)]
    path = save_parts(tmp_path / "a.exr", parts, views=["left", "right"])
    header = read_header(path)
    assert (header.layer.part, header.layer.view) == (0, "left")
    assert "right" in header.note
    assert read_header(path, layer="right").layer.part == 1


def test_an_unknown_view_names_the_known(tmp_path, save, noise):
    pixels = noise.uniform(0, 1, (4, 4, 6)).astype(np.float16)
    channels = ["R", "G", "B", *rgb("left")]
    path = save(tmp_path / "a.exr", pixels, channels=channels, attributes=STEREO)
    with pytest.raises(InputError, match="Did you mean 'right'"):
        read_header(path, layer="rigth")
