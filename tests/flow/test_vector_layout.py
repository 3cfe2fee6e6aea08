"""Which channels are motion vectors: by their names, or as a person says."""

import pytest

from vst_core.errors import InputError, UsageError
from vst_core.flow import find_layout

BLENDER = [
    f"ViewLayer.{name}"
    for name in ("Combined.R", "Depth.Z", "IndexOB.X", *(f"Vector.{axis}" for axis in "XYZW"))
]
NUKE = ["R", "G", "B", "Z", "forward.u", "forward.v", "backward.u", "backward.v"]


def test_the_pass_of_blender_points_both_ways():
    layout = find_layout("auto", BLENDER)
    assert layout.backward.names == ("ViewLayer.Vector.X", "ViewLayer.Vector.Y")
    assert layout.backward.scale == (1, -1)
    assert layout.forward.names == ("ViewLayer.Vector.Z", "ViewLayer.Vector.W")
    assert layout.forward.scale == (-1, 1)
    assert (layout.depth, layout.index) == ("ViewLayer.Depth.Z", "ViewLayer.IndexOB.X")


def test_blender_5_names_the_index_another_way():
    known = [name.replace("IndexOB", "Object Index") for name in BLENDER]
    assert find_layout("blender", known).index == "ViewLayer.Object Index.X"


def test_nukes_layers_are_y_up():
    layout = find_layout("auto", NUKE)
    assert layout.forward.names == ("forward.u", "forward.v")
    assert layout.backward.names == ("backward.u", "backward.v")
    assert layout.forward.scale == layout.backward.scale == (1, -1)
    assert layout.depth == "Z"


def test_one_direction_is_enough():
    layout = find_layout("nuke", ["R", "forward.left.u", "forward.left.v"])
    assert layout.backward is None
    assert layout.forward.names == ("forward.left.u", "forward.left.v")


def test_without_vectors_there_is_no_layout():
    assert find_layout("auto", ["R", "G", "B", "A", "Vector.X"]) is None


@pytest.mark.parametrize("preset", ["blender", "nuke"])
def test_a_preset_that_is_not_there_says_what_is(preset):
    with pytest.raises(InputError) as caught:
        find_layout(preset, ["R", "mv.x"])
    assert "mv.x" in str(caught.value)
    assert "--vectors-channels" in str(caught.value)


def test_a_person_says_channels_direction_and_scale():
    layout = find_layout(
        "auto", ["mv.x", "mv.y"], channels="mv.x, mv.y", direction="forward", scale="2.5,-2.5"
    )
    assert layout.backward is None
    assert (layout.forward.names, layout.forward.scale) == (("mv.x", "mv.y"), (2.5, -2.5))


def test_four_channels_are_both_directions():
    layout = find_layout("custom", list("abcd"), channels="a,b,c,d", scale="1,2,3,4")
    assert (layout.backward.names, layout.backward.scale) == (("a", "b"), (1, 2))
    assert (layout.forward.names, layout.forward.scale) == (("c", "d"), (3, 4))


def test_a_scale_multiplies_what_a_preset_says():
    layout = find_layout("blender", BLENDER, scale="2,2")
    assert layout.backward.scale == (2, -2)
    assert layout.forward.scale == (-2, 2)


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"channels": "mv.x"}, UsageError, "--vectors-channels"),
        ({"channels": ""}, UsageError, "--vectors-channels"),
        ({"channels": "mv.x,mv.z"}, InputError, "mv.y"),
        ({"channels": "mv.x,mv.y", "scale": "1"}, UsageError, "--vectors-scale"),
        ({"channels": "mv.x,mv.y", "scale": "1,0"}, UsageError, "--vectors-scale"),
        ({"channels": "mv.x,mv.y", "scale": "nan,1"}, UsageError, "--vectors-scale"),
        ({"channels": "mv.x,mv.y", "scale": "1,1,1,1"}, UsageError, "--vectors-scale"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, error, said):
    with pytest.raises(error) as caught:
        find_layout("custom", ["mv.x", "mv.y"], **settings)
    assert said in str(caught.value)


def test_a_layout_tells_itself_in_a_line():
    assert str(find_layout("nuke", NUKE)) == (
        "backward backward.u,backward.v by 1,-1; forward forward.u,forward.v by 1,-1; depth Z"
    )
