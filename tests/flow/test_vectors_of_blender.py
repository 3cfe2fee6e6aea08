"""The pass Vector of Blender, rendered here: a camera that moves past a few solids."""

import subprocess
import sys
from importlib.util import find_spec

import pytest
import torch

from vst_core.flow import FrameView, VectorFiles, check_vectors, find_layout
from vst_core.flow.vectors import VectorFlow
from vst_core.image import channel_windows, read_header, read_plate, sample_channels
from vst_core.motion import warp

pytestmark = [
    pytest.mark.skipif(find_spec("bpy") is None, reason="bpy is not installed"),
    pytest.mark.slow,
]

RENDER = """
import sys, bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
scene, layer = bpy.context.scene, bpy.context.view_layer
for place, (x, y, size) in enumerate([(0, 0, 1), (1.6, 2, 1.2), (-1.8, 1, 0.8)], start=1):
    bpy.ops.mesh.primitive_cube_add(size=size, location=(x, y, 0), rotation=(0.3, 0.2, place))
    solid = bpy.context.object
    solid.pass_index = place
    material = bpy.data.materials.new("m")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    checks = nodes.new("ShaderNodeTexChecker")
    checks.inputs["Scale"].default_value = 9
    shine = nodes.new("ShaderNodeEmission")
    links.new(checks.outputs["Color"], shine.inputs["Color"])
    links.new(shine.outputs[0], nodes["Material Output"].inputs[0])
    solid.data.materials.append(material)
bpy.ops.object.camera_add(location=(-0.4, -6, 0), rotation=(1.5708, 0, 0))
camera = scene.camera = bpy.context.object
for frame, x in ((1, -0.4), (4, 0.4)):
    camera.location.x = x
    camera.keyframe_insert("location", frame=frame)
scene.render.engine, scene.cycles.samples, scene.cycles.device = "CYCLES", 8, "CPU"
scene.render.resolution_x, scene.render.resolution_y = 96, 64
scene.render.use_motion_blur = "blur" in sys.argv
layer.use_pass_vector = layer.use_pass_z = layer.use_pass_object_index = True
settings = scene.render.image_settings
if hasattr(settings, "media_type"):
    settings.media_type = "MULTI_LAYER_IMAGE"
settings.file_format = "OPEN_EXR_MULTILAYER"
scene.render.filepath = sys.argv[-1] + "/r.####.exr"
scene.frame_start, scene.frame_end = 1, 4
bpy.ops.render.render(animation=True)
"""


def rendered(folder, *words):
    command = [sys.executable, "-c", RENDER, *words, str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("rendered"))


def view(folder, number):
    path = folder / f"r.{number:04d}.exr"
    canvas = read_header(path).display_window

    def read(number, names, *, size, path):
        file = path or folder / f"r.{number:04d}.exr"
        return sample_channels(file, names, canvas=canvas, size=size)

    picture = read_plate(path, canvas=canvas).picture
    return FrameView(number, picture, canvas=(canvas.height, canvas.width), read=read)


def files(folder, **settings):
    known = tuple(channel_windows(folder / "r.0001.exr"))
    return VectorFiles(layout=find_layout(settings.pop("preset", "auto"), known, **settings))


def test_the_preset_brings_a_frame_onto_the_next(shot):
    before, now = view(shot, 2), view(shot, 3)
    pair = VectorFlow(files(shot)).between(before, now)
    known = pair.backward.isfinite().all(dim=1, keepdim=True)
    moved = warp(before.picture, pair.backward.nan_to_num())
    plain = (before.picture - now.picture).abs().mean(1, keepdim=True)[known].mean()
    assert known.float().mean() > 0.5
    assert pair.backward[known.expand(-1, 2, -1, -1)].abs().max() > 1
    assert (moved - now.picture).abs().mean(1, keepdim=True)[known].mean() < 0.35 * plain


def test_both_directions_agree(shot):
    pair = VectorFlow(files(shot)).between(view(shot, 2), view(shot, 3))
    backward = pair.backward.nan_to_num()
    returned = warp(pair.forward.nan_to_num(), backward) + backward
    known = torch.isfinite(pair.backward + warp(pair.forward, backward)).all(dim=1)[0]
    assert returned[0].norm(dim=0)[known].median() < 0.05


def test_they_fit_as_the_preset_reads_them(shot):
    pairs = [(view(shot, n), view(shot, n + 1)) for n in (1, 3)]
    assert check_vectors(files(shot), pairs).fits


def test_read_the_other_way_they_are_refused(shot):
    pairs = [(view(shot, n), view(shot, n + 1)) for n in (1, 2, 3)]
    wrong = check_vectors(files(shot, scale="-1,1"), pairs)
    assert not wrong.fits
    assert wrong.better.backward.scale[0] == 1


def test_with_motion_blur_they_are_empty(tmp_path):
    blurred = rendered(tmp_path, "blur")
    found = check_vectors(files(blurred), [(view(blurred, 2), view(blurred, 3))])
    assert found.zero
    assert not found.fits
