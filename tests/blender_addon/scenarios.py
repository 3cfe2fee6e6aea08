"""What happens inside Blender: run as `python scenarios.py NAME FOLDER`, one child a scenario.

A scenario does, and notes what it found in FOLDER/found.json; the tests judge.
"""

import gc
import importlib
import sys
import time
from pathlib import Path

from blender_scene import (
    FOLDER,
    MODULE,
    activate,
    bpy,
    by_name,
    empty_file,
    enable,
    files_of,
    found,
    images,
    looking,
    movie,
    part,
    play,
    render,
    run_one,
    state_of,
    strips_of,
)


def leftovers():
    """Everything that an add-on could leave behind in Blender."""
    kinds = [name for name in dir(bpy.types) if "vst" in name.lower()]
    lists = (getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers))
    handlers = [len(one) for one in lists if isinstance(one, list)]
    strip = bpy.types.Strip if hasattr(bpy.types, "Strip") else bpy.types.Sequence
    operators = dir(bpy.ops.vst)
    return {
        "kinds": kinds,
        "handlers": handlers,
        "property": hasattr(strip, "vst"),
        "operators": operators,
    }


def weight():
    """What the import of the add-on costs, apart from what Blender does for any add-on."""
    importlib.import_module("addon_utils")
    importlib.import_module("bl_ext.user_default")
    gc.collect()  # or Blender's own garbage may be counted
    before = set(sys.modules)
    start = time.thread_time()
    importlib.import_module(MODULE)
    found["seconds"] = time.thread_time() - start
    found["imported"] = sorted({name.partition(".")[0] for name in set(sys.modules) - before})


def life():
    """Switching on and off; graying out; presets; asking the engine."""
    import addon_utils

    enable()
    addon_utils.disable(MODULE, default_set=True)
    found["before"] = leftovers()
    enable()
    found["during"] = leftovers()
    life_in_use()
    addon_utils.disable(MODULE, default_set=True)
    found["after"] = leftovers()


def life_in_use():
    scene = bpy.context.scene
    found["gray unsaved"] = why_gray("stylize")
    scene = empty_file()
    found["gray nothing"] = why_gray("stylize")
    sound = strips_of(scene.sequence_editor).new_effect(
        name="adjust", type="ADJUSTMENT", channel=1, frame_start=1,
        **({"length": 9} if bpy.app.version >= (5, 0, 0) else {"frame_end": 10}),
    )  # fmt: skip
    activate(scene, sound)
    found["gray adjustment"] = why_gray("stylize")
    strips_of(scene.sequence_editor).remove(sound)
    pictures = sorted(FOLDER.glob("in_*.png"))
    strip = images(scene, "clip", 1, pictures)
    activate(scene, strip)
    found["gray none"] = why_gray("stylize")
    found["gray no result"] = why_gray("swap")
    settings = strip.vst
    settings.method = "vtn"
    strip.vst_strength, settings.proxy, settings.style = 0.6, "1/2", "wave"
    given = part("properties").given_settings
    found["given"] = given(strip)
    bpy.ops.vst.save_preset(name="My look: 1/2")
    bpy.ops.vst.apply_preset(name="Defaults")
    found["defaults"] = given(strip)
    found["presets"] = part("presets").names()
    bpy.ops.vst.apply_preset(name=found["presets"][0])
    found["applied"] = given(strip)
    bpy.ops.vst.remove_preset(name=found["presets"][0])
    bpy.ops.vst.test_engine()
    known = part("hosts.engine_facts").current()
    found["doctor"] = known.doctor["main_job"]
    found["styles"] = [card["name"] for card in known.styles]
    settings.style_picture = "candy"
    found["picked"] = settings.style
    settings.style = "muse:0.5,candy:0.5"
    found["mix shows as"] = settings.style_picture
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    found["kept"] = given(by_name("clip"))


def why_gray(name):
    """The words with which Blender says why a button is gray."""
    try:
        operator = getattr(bpy.ops.vst, name)
        if operator.poll():
            return ""
        operator()
    except RuntimeError as error:
        return str(error).strip()
    return "?"


def kinds():
    """Every kind of strip, stylized by the real engine and rendered before and after."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    make_kinds(scene, pictures)
    strips = [one for one in strips_of(scene.sequence_editor) if one.type != "SOUND"]
    ranges = {}
    for strip in strips:
        strip.mute = True
    for strip in strips:
        strip.mute = False
        left, right = part("versions").handles(strip)
        ranges[strip.name] = [left, right]
        render(scene, range(left, right), "before")
        strip.mute = True
    for strip in strips:
        strip.mute, strip.vst.in_batch, strip.vst.method = False, True, "itn"
    found["ranges"] = ranges
    read = part("sequencer.strips").read_strip
    found["sources"] = {one.name: read(one, scene).kind for one in strips}
    found["answer"] = list(bpy.ops.vst.stylize_all())
    results = {}
    for name, (left, right) in ranges.items():
        result = by_name(f"{name} Stylized")
        results[name] = files_of(result)
        render(scene, range(left, right), "after")
    found["results"] = results
    found["muted"] = [one.name for one in strips_of(scene.sequence_editor) if one.mute]
    found["state"] = state_of(scene)
    found["leftover folders"] = [
        str(path) for path in FOLDER.glob("vst/*/*") if path.name.endswith(".vst-staged")
    ]
    bpy.ops.wm.save_as_mainfile(filepath=str(FOLDER / "done.blend"), copy=True)
    truth(scene, ranges["placed"])
    again(scene)
    undo()


def truth(scene, visible):
    """The original as it would look with the engine's frames in place of its own."""
    strip, result = by_name("placed"), by_name("placed Stylized")
    names = [element.filename for element in strip.elements]
    directory = strip.directory
    strip.directory = result.directory
    strip.mute, result.mute = False, True
    render(scene, range(*visible), "truth")
    strip.mute, result.mute = True, False
    strip.directory = directory
    assert names == [element.filename for element in result.elements]


def make_kinds(scene, pictures):
    images(scene, "image", 1, pictures)
    movie(scene, "movie", 11, FOLDER / "clip.mkv")
    images(scene, "exr", 21, sorted(FOLDER.glob("beauty.*.exr")))
    set_handles = part("versions").set_handles
    set_handles(images(scene, "trimmed", 31, pictures), 33, 36)
    offset = images(scene, "offset", 41, pictures)
    offset.animation_offset_start, offset.animation_offset_end = 2, 1
    set_handles(images(scene, "held", 53, pictures), 51, 62)
    retime(scene, movie(scene, "retimed", 71, FOLDER / "clip.mkv"))
    images(scene, "backwards", 91, pictures).use_reverse_frames = True
    inside(scene, pictures)
    images(scene, "unordered", 111, [pictures[n] for n in (3, 1, 1, 5)])
    placed(images(scene, "placed", 121, pictures))


def inside(scene, pictures):
    """A meta strip; Blender's own operator makes it, because the data API's does not grow."""
    activate(scene, images(scene, "in meta", 101, pictures))
    with looking(scene):
        bpy.ops.sequencer.meta_make()
    scene.sequence_editor.active_strip.name = "meta"


def placed(strip):
    """A strip with everything that a result has to take over."""
    strip.transform.scale_x = strip.transform.scale_y = 0.5
    strip.transform.offset_x, strip.transform.rotation = 7, 0.3
    strip.crop.min_x, strip.crop.max_y = 5, 3
    strip.blend_alpha, strip.color_saturation, strip.use_flip_x = 0.8, 0.5, True
    bright = strip.modifiers.new("bright", "BRIGHT_CONTRAST")
    bright.bright = 0.1
    curves = strip.modifiers.new("curves", "CURVES")
    curves.curve_mapping.curves[3].points.new(0.4, 0.6)
    curves.curve_mapping.update()
    balance = strip.modifiers.new("balance", "COLOR_BALANCE")
    balance.color_balance.gain = (1.2, 1.0, 0.8)
    strip.blend_alpha = 0.5
    strip.keyframe_insert("blend_alpha", frame=121)
    strip.blend_alpha = 1.0
    strip.keyframe_insert("blend_alpha", frame=126)


def retime(scene, strip):
    """At half speed from its fourth frame on."""
    activate(scene, strip)
    with looking(scene):
        bpy.ops.sequencer.retiming_show()
        bpy.ops.sequencer.retiming_key_add(timeline_frame=74)
        bpy.ops.sequencer.retiming_segment_speed_set(speed=50)


def again(scene):
    """The same settings are reused at once, others replace the result, swap and restore."""
    strip = by_name("image")
    activate(scene, strip)
    start = time.monotonic()
    bpy.ops.vst.stylize()
    found["reuse seconds"] = time.monotonic() - start
    found["reused"] = files_of(by_name("image Stylized")) == found["results"]["image"]
    activate(scene, by_name("image Stylized"))  # the result stands for the original
    strip.vst_strength = 0.5
    bpy.ops.vst.stylize()
    result = by_name("image Stylized")
    names = [one.name for one in strips_of(scene.sequence_editor)]
    found["replaced"] = [names.count("image Stylized"), len([n for n in names if "image" in n])]
    found["weaker"] = files_of(result)
    activate(scene, strip)
    bpy.ops.vst.swap()
    found["swapped"] = [strip.mute, result.mute]
    bpy.ops.vst.swap()
    found["swapped back"] = [strip.mute, result.mute]
    bpy.ops.vst.restore()
    found["restored"] = [by_name("image").mute, by_name("image Stylized") is None]
    found["files stay"] = all(Path(path).is_file() for path in found["weaker"])


def undo():
    """One step back takes away one result."""
    scene = bpy.context.scene
    strip = by_name("image")
    activate(scene, strip)
    strip.vst_strength = 1.0
    bpy.ops.ed.undo_push(message="set")
    start = state_of(scene)
    bpy.ops.vst.stylize()
    found["done"] = state_of(scene) != start
    bpy.ops.ed.undo()
    found["undone"] = state_of(bpy.context.scene) == start
    found["muted after undo"] = by_name("image").mute


def trouble():
    """Engines that are missing, crash, talk nonsense, fall silent; and a cancel in the middle."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    strip = images(scene, "clip", 1, pictures)
    activate(scene, strip)
    bpy.ops.wm.save_mainfile()
    page = bpy.context.preferences.addons[MODULE].preferences
    before = state_of(scene)
    found["trouble"] = {}
    page.silence = 2
    for engine in sorted(FOLDER.glob("engines/*/vst-seq")):
        page.engine = str(engine)
        start = time.monotonic()
        work = run_one(scene, strip)
        found["trouble"][engine.parent.name] = {
            "state": work.state,
            "text": work.text,
            "code": work.exit_code,
            "seconds": time.monotonic() - start,
            "untouched": state_of(scene) == before,
        }
    page.engine = str(FOLDER / "nowhere")
    found["missing"] = why_gray("stylize")
    work = run_one(scene, strip)
    found["missing at work"] = [work.state, work.text, state_of(scene) == before]
    page.engine, page.silence = "", 900
    found["cancel"] = cancel_in_the_middle(scene, strip)
    found["untouched"] = state_of(scene) == before
    found["resumed"] = resume(scene)
    close_in_the_middle(scene, strip)
    quit_in_the_middle(bpy.context.scene, by_name("clip"))


def cancel_in_the_middle(scene, strip):
    queue = part("work.queue").QUEUE
    strip.vst.method, strip.vst.flow = "vtn", "dis"
    images(scene, "long", 101, sorted(FOLDER.glob("long_*.png")), channel=3)
    long = by_name("long")
    work = queue.add(scene, long)
    other = queue.add(scene, strip)
    while not 0 < work.fraction < 1 and not work.over:
        queue.pump()
        time.sleep(0.01)
    bpy.ops.wm.save_as_mainfile(filepath=bpy.data.filepath, copy=True)  # disturbs nothing
    process = work._process
    start = time.monotonic()
    queue.cancel()
    queue.wait()
    seconds = time.monotonic() - start
    result = [work.state, other.state, seconds, process._child.poll() is not None]
    strips_of(scene.sequence_editor).remove(long)
    return result


def resume(scene):
    """What was cancelled goes on: the finished frames stay as they are."""
    before = {path: path.stat().st_mtime_ns for path in FOLDER.glob("vst/long.vst-*/*/long_*.png")}
    long = images(scene, "long", 101, sorted(FOLDER.glob("long_*.png")), channel=3)
    long.vst.method = "vtn"
    work = run_one(scene, long)
    kept = [path.stat().st_mtime_ns == then for path, then in before.items()]
    result = [work.state, len(before), all(kept), len(files_of(by_name("long Stylized")))]
    part("sequencer.pairs").restore(long, scene)
    strips_of(scene.sequence_editor).remove(long)
    return result


def close_in_the_middle(scene, strip):
    """Opening another file ends the engine, and forgets the queue."""
    queue = part("work.queue").QUEUE
    strip.vst.seed = 1  # or a finished frame would be found
    work = queue.add(scene, strip)
    while work._process is None:
        queue.pump()
    child = work._process._child
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    found["closed"] = [child.poll() is not None, len(queue.works)]


def quit_in_the_middle(scene, strip):
    """Switching the add-on off ends the engine at once."""
    import addon_utils

    queue = part("work.queue").QUEUE
    work = queue.add(scene, strip)
    while work._process is None:
        queue.pump()
    found["child"] = work._process._child.pid
    addon_utils.disable(MODULE)


def farm():
    """What a farm runs: everything of a file, and the engine's exit code."""
    enable()
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "farm.blend"))
    bpy.ops.vst.stylize_all(save=True)
    found["saved"] = state_of(bpy.context.scene)


def farm_file():
    """The file for `farm`."""
    enable()
    scene = empty_file()
    images(scene, "clip", 1, sorted(FOLDER.glob("in_*.png"))).vst.method = "vtn"
    images(scene, "unmarked", 11, sorted(FOLDER.glob("in_*.png")))
    by_name("clip").vst.in_batch = True
    bpy.ops.wm.save_as_mainfile(filepath=str(FOLDER / "farm.blend"))


def masked():
    """A mask strip, a preview, handles."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    strip = images(scene, "clip", 1, pictures)
    part("versions").set_handles(strip, 3, 6)
    mask = images(scene, "matte", 1, sorted(FOLDER.glob("matte_*.png")), channel=4)
    mask.mute = True
    activate(scene, strip)
    strip.vst.mask_strip = "matte"
    strip.vst.handle_frames = 1
    found["answer"] = list(bpy.ops.vst.stylize())
    result = by_name("clip Stylized")
    found["files"] = files_of(result)
    found["timing"] = [str(part("versions").timing_of(one)) for one in (strip, result)]
    scene.frame_set(4)
    strip.vst.mask_strip = ""
    found["preview"] = list(bpy.ops.vst.preview_frame())
    image = bpy.data.images.get("Stylized Preview")
    found["shown"] = [bpy.path.abspath(image.filepath), list(image.size)]
    strip.vst.mask_strip = "gone"
    work = run_one(scene, strip)
    found["no mask"] = work.text


def objects():
    """Objects by name, picked from the strip's own files."""
    enable()
    scene = empty_file()
    strip = images(scene, "clip", 1, sorted(FOLDER.glob("in_*.exr")))
    activate(scene, strip)
    for name in ("Left, half", "Dot"):
        bpy.ops.vst.pick_object(mask=f'crypto:CryptoObject:"{name}"' if "," in name else
                                f"crypto:CryptoObject:{name}")  # fmt: skip
    found["mask"] = strip.vst.object_mask
    found["answer"] = list(bpy.ops.vst.stylize())
    found["files"] = files_of(by_name("clip Stylized"))
    strip.vst.mask_strip = "other"
    found["both"] = run_one(scene, strip).text
    strip.vst.mask_strip, strip.vst.object_mask = "", "crypto:Lft*"
    found["unknown"] = run_one(scene, strip).text


if __name__ == "__main__":
    play(globals())
