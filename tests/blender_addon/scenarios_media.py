"""Kinds of media, settings and renders, beyond plain strips."""

import time

from blender_scene import (
    FOLDER,
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
    strips_of,
)

MODULE_PART = "video_style_transfer"


def rendered():
    """Rendered strips cost nothing again while nothing has changed, and little is written."""
    enable()
    scene = empty_file()
    mesh = bpy.data.meshes.new("heavy")
    mesh.vertices.add(400_000)
    scene.collection.objects.link(bpy.data.objects.new("heavy", mesh))
    strip = movie(scene, "clip", 1, FOLDER / "clip.mkv")
    strip.use_reverse_frames = True
    found["first"] = texts_of(scene, strip)
    found["second"] = texts_of(scene, strip)
    strip.vst_strength = 0.5
    found["other"] = texts_of(scene, strip)
    strip.vst_strength = 1.0
    found["back"] = texts_of(scene, strip)
    strip.frame_start += 3  # rendered again, but the pictures are the same
    found["moved"] = texts_of(scene, strip)
    strip.strobe = 2
    found["changed"] = texts_of(scene, strip)
    staging = part("hosts.own_folders").Staging(FOLDER / "look", "source")
    start = time.monotonic()
    part("sequencer.prerender").write_render(strip, scene, staging=staging, numbers=[(1, 1)])
    found["seconds"] = time.monotonic() - start
    found["bytes"] = (staging.folder / "render.blend").stat().st_size
    found["heavy is there"] = "heavy" in bpy.data.objects


def texts_of(scene, strip):
    """Everything that a piece of work says it is at, and how it ends."""
    queue = part("work.queue").QUEUE
    work = queue.add(scene, strip)
    seen = []
    while not work.over:
        queue.pump()
        if work.text not in seen:
            seen.append(work.text)
        time.sleep(0.005)
    return [work.state, *(text.partition(",")[0].partition(" 1 of")[0] for text in seen)]


def scripts():
    """A scene strip whose scene is moved by a script."""
    enable()
    scene = empty_file()
    world = bpy.data.scenes.new("world")
    world.render.engine = "CYCLES"
    world.cycles.samples = 1
    world.render.resolution_x, world.render.resolution_y = 64, 48
    light = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    mesh = bpy.data.meshes.new("plane")
    mesh.from_pydata([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], [], [(0, 1, 2, 3)])
    plane = bpy.data.objects.new("plane", mesh)
    for one in (light, camera, plane):
        world.collection.objects.link(one)
    camera.location.z, world.camera = 6, camera
    driver = plane.driver_add("location", 0).driver
    driver.expression = "2.0 if len(str(int(frame))) > 1 else -2.0"  # no simple expression
    strip = strips_of(scene.sequence_editor).new_scene(
        name="world", scene=world, channel=1, frame_start=1
    )
    part("versions").set_handles(strip, 9, 11)
    strip.vst.method = "itn"
    strip.vst_strength = 0.0
    work = run_one(scene, strip)
    found["work"] = [work.state, work.text]
    found["files"] = files_of(by_name("world Stylized"))
    found["again"] = texts_of(scene, strip)


def uneven():
    """A movie whose pictures do not come at even times, as phones make them."""
    enable()
    scene = empty_file()
    strip = movie(scene, "phone", 1, FOLDER / "uneven.mkv")
    turned = movie(scene, "turned", 101, FOLDER / "turned.mp4")
    versions = part("versions")
    for one in (strip, turned):
        left, right = versions.handles(one)
        found[one.name] = [left, right]
        render(scene, range(left, right), "before")
        one.vst_strength = 0.0
        work = run_one(scene, one)
        found[f"{one.name} work"] = [work.state, work.text]
        render(scene, range(left, right), "after")


def sound():
    """The result is connected to the sound as the original is."""
    enable()
    scene = empty_file()
    strips = strips_of(scene.sequence_editor)
    found["known"] = "connect" in dir(bpy.ops.sequencer)
    if not found["known"]:
        return
    for name, start in (("with", 1), ("without", 11)):
        strip = movie(scene, name, start, FOLDER / "clip.mkv")
        noise = strips.new_sound(
            name=f"{name} sound", filepath=str(FOLDER / "clip.wav"), channel=5, frame_start=start
        )
        part("versions").set_handles(noise, start, start + 6)
        if name == "with":
            select(scene, strip, noise)
            with looking(scene):
                bpy.ops.sequencer.connect()
        run_one(scene, strip)
        found[name] = connected(scene, by_name(f"{name} Stylized"))
        found[f"{name} original"] = connected(scene, strip)


def select(scene, *strips):
    for one in strips_of(scene.sequence_editor):
        one.select = one in strips


def connected(scene, strip):
    """Whether a strip is connected to anything; afterwards it is not."""
    select(scene, strip)
    with looking(scene):
        return "FINISHED" in bpy.ops.sequencer.disconnect()


def settings():
    """What the engine is told: paths, color spaces; and what pressing does not change."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    plain = images(scene, "plain", 1, pictures)
    plain.vst.style = "//muse.toml:0.5,candy:0.5"
    plain.vst.colorspace = "Linear Rec.709"
    float_one = images(scene, "float", 11, sorted(FOLDER.glob("beauty.*.exr")))
    float_one.colorspace_settings.name = "ACEScg"
    own = images(scene, "own", 21, pictures)
    own.colorspace_settings.name = "Filmic sRGB"
    told = part("work.engine_settings").engine_settings
    found["plain"] = told(plain)
    found["float"] = told(float_one)
    found["own"] = told(own)
    found["files"] = [str(one) for one in part("hosts.named_files").named_files(told(plain))]
    activate(scene, float_one)
    found["answer"] = list(bpy.ops.vst.stylize())
    found["in batch"] = [one.vst.in_batch for one in (plain, float_one, own)]
    float_one.vst_strength = 0.3
    for one in (plain, own):
        one.select = True
    found["copied"] = list(bpy.ops.vst.copy_settings())
    found["strengths"] = [round(one.vst_strength, 3) for one in (plain, float_one, own)]
    bpy.ops.vst.pick_style(filepath=str(FOLDER / "muse.toml"))
    found["picked"] = float_one.vst.style
    found["menus"] = {
        name: [draw.__name__ for draw in getattr(bpy.types, name)._dyn_ui_initialize()
               if MODULE_PART in draw.__module__]
        for name in ("SEQUENCER_MT_strip", "SEQUENCER_MT_context_menu", "SEQUENCER_HT_header")
    }  # fmt: skip
    found["tooltip"] = part("presets").tooltip("Fast Motion")


def animation():
    """Render and Stylize: a small animation, with vectors and depth."""
    enable()
    scene = empty_file()
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.device = 1, "CPU"
    scene.frame_start, scene.frame_end = 1, 3
    for one in list(scene.collection.objects):
        bpy.data.objects.remove(one)
    mesh = bpy.data.meshes.new("plane")
    mesh.from_pydata([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], [], [(0, 1, 2, 3)])
    plane = bpy.data.objects.new("plane", mesh)
    camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    light = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    for one in (plane, camera, light):
        scene.collection.objects.link(one)
    camera.location.z, scene.camera = 6, camera
    for frame in (1, 3):
        plane.location.x = float(frame - 2)
        plane.keyframe_insert("location", frame=frame)
    scene.vst.method = "vtn"
    before = render_state(scene)
    moments = []
    bpy.app.handlers.render_write.append(lambda *_: moments.append(time.monotonic()))
    found["answer"] = list(bpy.ops.vst.render_and_stylize())
    work = part("work.queue").QUEUE.works[-1]
    found["work"] = [work.state, work.text, work.remarks]
    found["set back"] = render_state(scene) == before
    found["handlers"] = [len(bpy.app.handlers.render_write), len(bpy.app.handlers.render_cancel)]
    results = next((FOLDER / "vst").glob("*.vst-*"))
    found["rendered"] = [str(path) for path in sorted((results / "render").glob("*.exr"))]
    found["made"] = [str(path) for path in sorted(results.glob("*/frame_*.exr"))
                     if path.parent.name != "render"]  # fmt: skip
    found["left"] = [path.name for path in results.glob("*.vst-staged")]


def iterations():
    """A method that optimizes tells of its iterations; a fault while showing stalls nothing."""
    enable()
    scene = empty_file()
    strip = images(scene, "clip", 1, sorted(FOLDER.glob("in_*.png"))[:2])
    strip.vst.method, strip.vst.features, strip.vst.iterations = "gatys", "lite", 30
    queue, pump = part("work.queue").QUEUE, part("work.pump")
    work, fractions, texts, waits = queue.add(scene, strip), [], [], []
    pump.redraw = lambda: 1 / 0
    while not work.over:
        waits.append(pump._tick())
        fractions.append(work.fraction)
        texts.append(work.text)
        time.sleep(0.005)
    found["work"] = [work.state, work.text]
    found["fractions"] = sorted(set(fractions))
    found["told"] = sorted({text for text in texts if "iteration" in text})
    found["stalled"] = any(wait is None for wait in waits[:-1])


def render_state(scene):
    """What a render is set to."""
    settings, layer = scene.render.image_settings, scene.view_layers[0]
    return [scene.render.filepath, scene.render.use_sequencer, settings.file_format,
            settings.color_depth, layer.use_pass_vector, layer.use_pass_z]  # fmt: skip


def keyframes():
    """Strength with two keyframes: each frame is as strong as the timeline says."""
    enable()
    scene = empty_file()
    strip = images(scene, "clip", 11, sorted(FOLDER.glob("in_*.png")))
    for frame, strength in ((11, 0.0), (16, 1.0)):
        strip.vst_strength = strength
        strip.keyframe_insert("vst_strength", frame=frame)
    for curve in part("versions").fcurves(scene):
        for point in curve.keyframe_points:
            point.interpolation = "LINEAR"
    work = run_one(scene, strip)
    found["work"] = [work.state, work.text]
    found["files"] = files_of(by_name("clip Stylized"))
    render(scene, range(11, 17), "shown")
    strip.animation_offset_start = 0
    part("versions").set_handles(strip, 13, 15)
    reading = part("properties").keyed_settings(strip, scene, {3: 13, 4: 14})
    found["part"] = reading


if __name__ == "__main__":
    play(globals())
