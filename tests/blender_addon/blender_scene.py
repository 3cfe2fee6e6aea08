"""What scenarios share: an empty file, strips in it, and looking at them. Runs inside Blender."""

import json
import os
import sys
from pathlib import Path

NAME, FOLDER = (sys.argv[1], Path(sys.argv[2])) if len(sys.argv) > 2 else ("", Path())
sys.path[:] = [one for one in sys.path if one != str(Path(__file__).parent)]
try:
    import bpy
except ImportError:  # pytest looks for examples in here, without Blender
    bpy = None

MODULE = "bl_ext.user_default.video_style_transfer"
WIDTH, HEIGHT = 64, 48
found = {}


def part(name):
    """A module of the add-on."""
    return sys.modules[f"{MODULE}.{name}"]


def enable():
    import addon_utils

    assert addon_utils.enable(MODULE, default_set=True) is not None, "the add-on does not start"


def empty_file():
    """A saved file with an empty sequencer, of the pictures' size."""
    bpy.ops.wm.save_as_mainfile(filepath=str(FOLDER / "cut.blend"))
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    scene.render.dither_intensity = 0
    scene.view_settings.view_transform = "Standard"
    scene.sequence_editor_create()
    if hasattr(bpy.context, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    return scene


def strips_of(owner):
    return owner.strips if hasattr(owner, "strips") else owner.sequences


def images(scene, name, start, paths, *, channel=1, owner=None):
    strips = strips_of(owner or scene.sequence_editor)
    strip = strips.new_image(name=name, filepath=str(paths[0]), channel=channel, frame_start=start)
    for path in paths[1:]:
        strip.elements.append(path.name)
    strip.vst.method = "itn"
    return strip


def movie(scene, name, start, path):
    strips = strips_of(scene.sequence_editor)
    strip = strips.new_movie(name=name, filepath=str(path), channel=1, frame_start=start)
    strip.vst.method = "itn"
    return strip


def activate(scene, strip):
    for one in strips_of(scene.sequence_editor):
        one.select = one == strip
    scene.sequence_editor.active_strip = strip


def by_name(name):
    editor = bpy.context.scene.sequence_editor
    everything = editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all
    return everything.get(name)


def render(scene, frames, stem):
    """Render frames of the timeline to 8-bit PNG."""
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"
    settings.file_format, settings.color_mode, settings.color_depth = "PNG", "RGBA", "8"
    for frame in frames:
        scene.frame_set(frame)
        scene.render.filepath = str(FOLDER / f"{stem}_{frame:04d}.png")
        bpy.ops.render.render(write_still=True)


def state_of(scene):
    """Every strip in words, to compare."""
    timing = part("versions").timing_of
    strips = strips_of(scene.sequence_editor)
    return [[one.name, one.type, one.channel, one.mute, str(timing(one))] for one in strips]


def files_of(strip):
    folder = Path(bpy.path.abspath(strip.directory))
    return [str(folder / element.filename) for element in strip.elements]


def looking(scene):
    """A sequencer to work in, for Blender's own operators."""
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "SEQUENCE_EDITOR"
    region = next(one for one in area.regions if one.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=area, region=region, scene=scene)


def run_one(scene, strip):
    queue = part("work.queue").QUEUE
    work = queue.add(scene, strip)
    queue.wait()
    return work


def play(scenarios):
    """Run the scenario that is asked for, note what it found, and leave.

    The module may crash or hang while it exits, so the child leaves by `os._exit`.
    """
    scenarios[NAME]()
    (FOLDER / "found.json").write_text(json.dumps(found, indent=1))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
