"""Render the example shot, frames 1 to 16: `python make.py FOLDER` where bpy is installed.

A red balloon drifts in front of a village of blocks and firs, and the camera follows it slowly:
things move at different speeds and hide each other, which is what style transfer has to bear.
"""

import math
import random
import sys
from pathlib import Path

import bpy
from mathutils import Vector, noise

FRAMES, WIDTH, HEIGHT = 16, 512, 288
CHANCE = random.Random(7)


def paint(name, color, *, rough=0.6, second=None):
    """Return a material; with a second color, patches of both, melting into each other."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    surface = nodes["Principled BSDF"]
    surface.inputs["Roughness"].default_value = rough
    surface.inputs["Base Color"].default_value = (*color, 1)
    if second:
        patches, ramp = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeValToRGB")
        patches.inputs["Scale"].default_value = 26
        for element, place, shade in zip(
            ramp.color_ramp.elements, (0.42, 0.6), (color, second), strict=True
        ):
            element.position, element.color = place, (*shade, 1)
        links.new(patches.outputs[0], ramp.inputs["Fac"])
        links.new(ramp.outputs["Color"], surface.inputs["Base Color"])
    return material


def last(material):
    """Give the object that was just added a material, and return it."""
    thing = bpy.context.object
    thing.data.materials.append(material)
    return thing


def height_at(x, y):
    """Hills, flat along the path in the middle."""
    rise = 1.3 * noise.noise(Vector((x * 0.12, y * 0.12, 3.0)))
    return rise * min(1.0, abs(y) / 6) + max(0.0, y - 8) * 0.16


def ground(material):
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=160, y_subdivisions=160, size=70)
    land = last(material)
    for vertex in land.data.vertices:
        vertex.co.z = height_at(vertex.co.x, vertex.co.y)
    bpy.ops.object.shade_smooth()


def fir(x, y, size, needles, bark):
    z = height_at(x, y)
    bpy.ops.mesh.primitive_cylinder_add(radius=0.09 * size, depth=size, location=(x, y, z))
    last(bark)
    for step in range(3):
        bpy.ops.mesh.primitive_cone_add(
            radius1=(0.62 - 0.15 * step) * size,
            depth=0.9 * size,
            location=(x, y, z + (0.75 + 0.5 * step) * size),
            vertices=9,
            rotation=(0, 0, CHANCE.random()),
        )
        last(needles)


def house(x, y, size, wall, roof):
    z = height_at(x, y)
    bpy.ops.mesh.primitive_cube_add(size=size, location=(x, y, z + 0.4 * size))
    last(wall)
    bpy.ops.mesh.primitive_cone_add(
        radius1=0.95 * size, depth=0.7 * size, vertices=4, rotation=(0, 0, math.pi / 4),
        location=(x, y, z + 1.24 * size),
    )  # fmt: skip
    last(roof)


def balloon(gores, basket):
    """Return an empty that carries it."""
    bpy.ops.object.empty_add(location=(0, 0, 0))
    holder = bpy.context.object
    bpy.ops.mesh.primitive_uv_sphere_add(segments=48, ring_count=24, radius=1.0)
    bag = last(gores[0])
    bag.data.materials.append(gores[1])
    for vertex in bag.data.vertices:
        if vertex.co.z < 0:
            vertex.co.x *= 1 + 0.45 * vertex.co.z
            vertex.co.y *= 1 + 0.45 * vertex.co.z
            vertex.co.z *= 1.25
    for face in bag.data.polygons:
        turn = math.atan2(face.center.y, face.center.x) / math.tau
        face.material_index = math.floor(16 * turn) % 2
    bpy.ops.object.shade_smooth()
    bpy.ops.mesh.primitive_cube_add(size=0.36, location=(0, 0, -1.75))
    box = last(basket)
    parts = [bag, box]
    for x in (-0.17, 0.17):
        for y in (-0.17, 0.17):
            bpy.ops.mesh.primitive_cylinder_add(radius=0.015, depth=0.5, location=(x, y, -1.4))
            parts.append(last(basket))
    for part in parts:
        part.parent = holder
    return holder


def build():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ground(paint("meadow", (0.10, 0.24, 0.04), rough=0.9, second=(0.34, 0.36, 0.08)))
    needles = [paint(f"fir {n}", (0.02 + 0.02 * n, 0.12 + 0.04 * n, 0.05)) for n in range(3)]
    bark = paint("bark", (0.14, 0.07, 0.03))
    walls = [paint("chalk", (0.8, 0.74, 0.6)), paint("ochre", (0.75, 0.45, 0.14)),
             paint("rose", (0.7, 0.3, 0.25))]  # fmt: skip
    roofs = [paint("slate", (0.09, 0.11, 0.18)), paint("tile", (0.5, 0.09, 0.04))]
    for _ in range(90):
        x, y = CHANCE.uniform(-22, 22), CHANCE.uniform(1.5, 26)
        if abs(x) > 2 + 0.1 * y or y > 12:
            fir(x, y, CHANCE.uniform(0.7, 1.5), CHANCE.choice(needles), bark)
    for x, y in ((-3.2, 3.4), (-1.2, 5.6), (1.6, 4.6), (3.9, 6.6), (0.4, 8.8), (-5.4, 7.2)):
        house(x, y, CHANCE.uniform(0.9, 1.35), CHANCE.choice(walls), CHANCE.choice(roofs))
    for x, y in ((-2.6, -2.2), (3.4, -1.4)):
        fir(x, y, 1.1, needles[2], bark)
    gores = [
        paint("red", (0.75, 0.03, 0.02), rough=0.4),
        paint("gold", (0.95, 0.6, 0.06), rough=0.4),
    ]
    flying = balloon(gores, paint("basket", (0.3, 0.16, 0.05)))
    for frame, place in ((1, (-2.4, 0.6, 3.0)), (FRAMES, (1.5, 0.2, 3.5))):
        flying.location = place
        flying.rotation_euler = (0, 0.06, 0.05 * frame)
        flying.keyframe_insert("location", frame=frame)
        flying.keyframe_insert("rotation_euler", frame=frame)


def light():
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes = world.node_tree.nodes
    ramp, where, apart = (
        nodes.new(f"ShaderNode{n}") for n in ("ValToRGB", "TexCoord", "SeparateXYZ")
    )
    colors = (
        (0.47, (1.0, 0.72, 0.42, 1)),
        (0.62, (0.42, 0.66, 0.95, 1)),
        (0.9, (0.08, 0.22, 0.6, 1)),
    )
    while len(ramp.color_ramp.elements) < len(colors):
        ramp.color_ramp.elements.new(0.5)
    for element, (place, color) in zip(ramp.color_ramp.elements, colors, strict=True):
        element.position, element.color = place, color
    scale = nodes.new("ShaderNodeMapRange")
    scale.inputs["From Min"].default_value = -1
    links = world.node_tree.links
    links.new(where.outputs["Generated"], apart.inputs[0])
    links.new(apart.outputs["Z"], scale.inputs["Value"])
    links.new(scale.outputs[0], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], nodes["Background"].inputs["Color"])
    nodes["Background"].inputs["Strength"].default_value = 0.7
    bpy.ops.object.light_add(
        type="SUN", rotation=(math.radians(52), math.radians(8), math.radians(-48))
    )
    sun = bpy.context.object.data
    sun.energy, sun.angle, sun.color = 3.6, 0.02, (1.0, 0.86, 0.66)


def camera():
    bpy.ops.object.camera_add()
    eye = bpy.context.object
    bpy.context.scene.camera = eye
    eye.data.lens = 38
    for frame, place, target in (
        (1, (-1.2, -9.0, 2.4), (-0.5, 3, 2.35)),
        (FRAMES, (0.5, -8.4, 2.6), (0.5, 3, 2.45)),
    ):
        eye.location = place
        eye.rotation_euler = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
        eye.keyframe_insert("location", frame=frame)
        eye.keyframe_insert("rotation_euler", frame=frame)


def render(folder, frames):
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.seed = 32, True, 1
    scene.cycles.max_bounces = 4
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    scene.view_settings.view_transform = "Standard"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    for action in bpy.data.actions:
        curves = action.fcurves if hasattr(action, "fcurves") else []
        for curve in curves:
            for key in curve.keyframe_points:
                key.interpolation = "LINEAR"
    for number in frames:
        scene.frame_set(number)
        scene.render.filepath = str(folder / f"balloon_{number:04d}.png")
        bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    build()
    light()
    camera()
    render(Path(sys.argv[1]).resolve(), [int(n) for n in sys.argv[2:]] or range(1, FRAMES + 1))
