from pathlib import Path

import pytest

from vst_core.errors import InputError
from vst_core.image.exr_layers import choose_layer, layers_of_part

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
