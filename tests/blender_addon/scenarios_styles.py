"""Any picture as a style: from a file, from another strip, and from one to the other."""

import importlib

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
    movie,
    part,
    play,
    run_one,
)


def picks():
    """Files and strips become the style; paths count from the .blend, and any sign may be there."""
    enable()
    scene = empty_file()
    strip = images(scene, "clip", 11, sorted(FOLDER.glob("in_*.png")))
    art = movie(scene, "art", 31, FOLDER / "art, 2.mkv")
    still = images(scene, "still", 51, [FOLDER / "paint, ings" / "one@1.png"])
    for number, one in enumerate((art, still), start=2):
        one.channel = number
    activate(scene, strip)
    settings = strip.vst
    bpy.ops.vst.pick_style(filepath=str(FOLDER / "paint, ings" / "one@1.png"))
    found["file"] = settings.style
    bpy.ops.vst.pick_style(filepath=str(FOLDER / "art, 2.mkv"), second=True)
    found["movie file"] = settings.style_second
    pickers = part("ui.style_pickers")
    found["strips"] = [one[0] for one in pickers._items(None, bpy.context)]
    shown = []
    for frame in (1, 33, 99):
        scene.frame_set(frame)
        bpy.ops.vst.pick_style_strip(strip="art")
        shown.append(settings.style)
    found["movie strip"] = shown
    bpy.ops.vst.pick_style_strip(strip="still", second=True)
    found["still strip"] = settings.style_second
    copied = images(scene, "copied", 71, sorted(FOLDER.glob("in_*.png")))
    copied.select = strip.select = True
    bpy.ops.vst.copy_settings()
    found["copied"] = [copied.vst.style, copied.vst.style_second]
    bpy.ops.vst.apply_preset(name=next(iter(part("presets").SHIPPED)))
    found["after a preset"] = [settings.style, settings.style_second]


def job_of(scene, strip):
    """The job that a strip would be now."""
    reading = importlib.import_module(f"{MODULE}.work.reading").Reading
    given = {"base": FOLDER / "vst", "frame": None, "movie": None, "runner": None}
    return reading(strip, scene, **given).job("0")


def crossing():
    """Two keyframes cross over between two paintings, and the engine paints it."""
    enable()
    scene = empty_file()
    strip = images(scene, "clip", 11, sorted(FOLDER.glob("in_*.png")))
    activate(scene, strip)
    settings = strip.vst  # frame by frame (itn): then a frame depends on its own style alone
    for second in (False, True):
        name = "two.png" if second else "one@1.png"
        bpy.ops.vst.pick_style(filepath=str(FOLDER / "paint, ings" / name), second=second)
    for frame, share in ((11, 0.0), (16, 1.0)):
        strip.vst_style_crossing = share
        strip.keyframe_insert("vst_style_crossing", frame=frame)
    for curve in part("versions").fcurves(scene):
        for point in curve.keyframe_points:
            point.interpolation = "LINEAR"
    job = job_of(scene, strip)
    found["job"] = job.settings["style"]
    work = run_one(scene, strip)
    found["work"] = [work.state, work.text, work.remarks]
    found["files"] = files_of(by_name("clip Stylized"))
    for name, style in (("first", settings.style), ("second", settings.style_second)):
        other = images(scene, name, 31, sorted(FOLDER.glob("in_*.png")), channel=5)
        other.vst.style = style
        found[name] = [run_one(scene, other).state, *files_of(by_name(f"{name} Stylized"))]
    before = job.identity, job.key
    (FOLDER / "paint, ings" / "two.png").write_bytes(
        (FOLDER / "paint, ings" / "one@1.png").read_bytes()
    )
    again = job_of(scene, strip)
    found["another painting, another key"] = (again.identity, again.key) != before


if __name__ == "__main__":
    play(globals())
