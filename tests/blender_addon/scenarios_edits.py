"""A user's files and edits: what happens to them while strips are stylized, and after."""

import hashlib
import os
import time
from pathlib import Path

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


def new_effect(scene, name, kind, channel, frames, *inputs):
    """An effect strip by the data API, whose words changed in 5.0."""
    new, (start, end) = bpy.app.version >= (5, 0, 0), frames
    words = ("input1", "input2") if bpy.app.version >= (4, 4, 0) else ("seq1", "seq2")
    length = {"length": end - start} if new else {"frame_end": end}
    given = dict(zip(words, inputs, strict=False))
    return strips_of(scene.sequence_editor).new_effect(
        name=name, type=kind, channel=channel, frame_start=start, **length, **given
    )


def digests(folder):
    """What every file below a folder holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def footage():
    """Footage and notes of the user's in every place that results are written to."""
    enable()
    scene = empty_file()
    shots = FOLDER / "show" / "shots"
    source = shots / "sh010" / "source"
    part("preferences").preferences().results = str(shots)
    pictures = sorted(source.glob("in_*.png"))
    strip = images(scene, "sh010", 1, [pictures[n] for n in (2, 0, 1)])  # to be laid out
    matte = images(scene, "matte", 1, sorted(source.glob("matte_*.png")), channel=4)
    matte.mute, strip.vst.mask_strip = True, "matte"
    before = digests(shots)
    good, os.environ["VST_SEQ"] = os.environ["VST_SEQ"], str(FOLDER / "engine" / "vst-seq")
    part("hosts.engine_facts").forget()
    found["failed"] = run_one(scene, strip).state
    os.environ["VST_SEQ"] = good
    part("hosts.engine_facts").forget()
    found["footage after failure"] = changed(before, shots)
    results = next(path for path in shots.iterdir() if ".vst-" in path.name)
    plant(results)
    planted = {name: one for name, one in digests(shots).items() if is_users(name)}
    found["done"] = run_one(scene, strip).state
    strip.vst.strength = 0.5
    found["done again"] = run_one(scene, strip).state
    found["after runs"] = changed({**before, **planted}, shots)
    found["staged"] = sorted(path.name for path in results.glob("*.vst-staged"))
    key = Path(files_of(by_name("sh010 Stylized"))[0]).parent
    (key / "my notes.txt").write_text("keep")
    (key / ".vst" / "mine.txt").write_text("keep")
    painted = next(key.glob("*.png"))
    painted.write_bytes(b"the user has painted over this one")
    over = str(painted.relative_to(shots))
    planted = {n: one for n, one in digests(shots).items() if is_users(n) or n == over}
    part("sequencer.pairs").restore(strip, scene)
    bpy.ops.vst.remove_unused_results()
    found["after removal"] = changed({**before, **planted}, shots)
    left = [path for path in results.rglob("*.png") if path.name.startswith("frame_")]
    found["frames left"] = [
        path.name
        for path in left
        if path.parent.parent == results
        and path.parent.name[0] != "."
        and not path.parent.name.endswith(".vst-staged")
        and path != painted
    ]


def plant(results):
    """Strangers' files wherever something is written."""
    for name in ("source.vst-staged", "mask.vst-staged", ".vst"):
        (results / name).mkdir(exist_ok=True)
        (results / name / "frame_000001.png").write_bytes(b"not ours")
    (results / "notes.toml").write_text("a = 1")
    (results / "notes.json").write_text("{}")


def is_users(name):
    """Whether a file is one that the user has put there."""
    mine = ("notes", "mine.txt", "my notes.txt", "source.vst-staged/", "mask.vst-staged/")
    return any(one in name for one in mine)


def changed(before, folder):
    """Files that are gone or are others than before."""
    after = digests(folder)
    return [name for name, digest in before.items() if after.get(name) != digest]


def foreign():
    """A folder that has the very name of ours, and is somebody else's."""
    enable()
    scene = empty_file()
    strip = images(scene, "clip", 1, sorted(FOLDER.glob("in_*.png")))
    run_one(scene, strip)
    results = next((FOLDER / "vst").iterdir())
    (results / ".video_style_transfer.json").unlink()
    strip.vst.seed = 7
    work = run_one(scene, strip)
    found["work"] = [work.state, work.exit_code, str(results) in work.text]
    found["left"] = sorted(path.name for path in results.iterdir())


def names():
    """Strips of one name, of other files: in two scenes, and in two .blend files."""
    enable()
    scene = empty_file()
    strips = [images(scene, "frame_0001.png", 1, sorted((FOLDER / "a").glob("*.png")))]
    other = bpy.data.scenes.new("other")
    other.sequence_editor_create()
    strips.append(images(other, "frame_0001.png", 1, sorted((FOLDER / "b").glob("*.png"))))
    for one, strip in zip((scene, other), strips, strict=True):
        run_one(one, strip)
    pairs = part("sequencer.pairs")
    results = [pairs.result_of(one, s) for one, s in zip(strips, (scene, other), strict=True)]
    found["files"] = [files_of(one) for one in results]
    scene.name = "renamed"
    strips[0].vst.seed = 3
    found["again"] = run_one(scene, strips[0]).state


def renewed():
    """Stylize again into a result that the user has worked on, and restore."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    strip, next_one = images(scene, "clip", 1, pictures), images(scene, "next", 5, pictures)
    next_one.channel = 2
    cross = new_effect(scene, "cross", "CROSS", 3, (5, 7), strip, next_one)
    run_one(scene, strip)
    result = by_name("clip Stylized")
    found["transition"] = [cross.input_1.name, cross.input_2.name]
    first = files_of(result)
    new_effect(scene, "blur", "GAUSSIAN_BLUR", 6, (1, 7), result)
    result.transform.scale_x, result.blend_alpha = 0.5, 0.7
    result.keyframe_insert("blend_alpha", frame=2)
    cut(scene, result, 4)  # Blender cuts the effects on it too
    pieces = part("sequencer.pairs").results_of(strip, scene)
    found["pieces"] = [list(part("versions").handles(one)) for one in pieces]
    strip.vst.strength = 0.5
    work = run_one(scene, strip)
    found["again"] = [work.state, work.remarks]
    pieces = part("sequencer.pairs").results_of(strip, scene)
    found["pieces after"] = [list(part("versions").handles(one)) for one in pieces]
    found["files changed"] = all(files_of(one)[0] != first[0] for one in pieces)
    found["look"] = [[one.transform.scale_x, round(one.blend_alpha, 3)] for one in pieces]
    found["blurs on"] = inputs(scene, "GAUSSIAN_BLUR")
    shown = [shown_at(pieces, frame) for frame in range(1, 7)]
    found["shown"] = shown
    strip.frame_start += 10
    strip.vst.strength = 0.4
    run_one(scene, strip)
    pieces = part("sequencer.pairs").results_of(strip, scene)
    found["moved along"] = [list(part("versions").handles(one)) for one in pieces]
    for one in (strip, *pieces):  # the user drags all of it, all at once
        one.frame_start -= 3
    strip.vst.strength = 0.3
    run_one(scene, strip)
    pieces = part("sequencer.pairs").results_of(strip, scene)
    found["moved with it"] = [list(part("versions").handles(one)) for one in pieces]
    found["shown then"] = [shown_at(pieces, frame) for frame in range(8, 14)]
    activate(scene, strip)
    bpy.ops.vst.swap()
    found["swapped"] = [inputs(scene, "CROSS"), inputs(scene, "GAUSSIAN_BLUR"), strip.mute]
    bpy.ops.vst.swap()
    bpy.ops.vst.restore()
    left = sorted(one.type for one in strips_of(scene.sequence_editor))
    blurs = inputs(scene, "GAUSSIAN_BLUR")
    found["restored"] = [left, inputs(scene, "CROSS"), blurs, strip.mute]


def inputs(scene, kind):
    """The names of what effects of a kind use first."""
    strips = strips_of(scene.sequence_editor)
    return [one.input_1.name for one in strips if one.type == kind]


def cut(scene, strip, frame):
    """Split a strip with Blender's own operator."""
    activate(scene, strip)
    with looking(scene):
        bpy.ops.sequencer.split(frame=frame, type="SOFT", side="RIGHT")


def shown_at(pieces, frame):
    """The file that one of several strips shows at a frame of the timeline."""
    for piece in pieces:
        left, right = part("versions").handles(piece)
        if left <= frame < right:
            timing = part("versions").timing_of(piece)
            return Path(files_of(piece)[timing.index(frame)]).name
    return None


def transition():
    """A crossfade of two results looks as one of the finished frames would."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    one, two = images(scene, "one", 1, pictures), images(scene, "two", 4, pictures)
    two.channel, two.vst.style = 2, "candy"
    new_effect(scene, "cross", "CROSS", 3, (4, 7), one, two)
    for strip in (one, two):
        run_one(scene, strip)
    render(scene, range(1, 10), "after")
    results = [by_name("one Stylized"), by_name("two Stylized")]
    folders = [result.directory for result in results]
    part("sequencer.pairs").restore(one, scene)
    part("sequencer.pairs").restore(two, scene)
    one.directory, two.directory = folders
    render(scene, range(1, 10), "truth")


def meanwhile():
    """A strip that is moved, renamed, cut, trimmed or retimed while the engine works."""
    enable()
    scene = empty_file()
    pictures = sorted(FOLDER.glob("in_*.png"))
    queue = part("work.queue").QUEUE
    for number, (name, edit) in enumerate(EDITS.items()):
        strip = images(scene, name, 20 * number + 1, pictures)
        strip.vst.seed = number + 1  # or the frames of the one before would do
        work = queue.add(scene, strip)
        while work._process is None and not work.over:
            queue.pump()
            time.sleep(0.01)
        edit(scene, strip)
        queue.wait()
        everything = strips_of(scene.sequence_editor)
        named = (name, "another name" if name == "renamed" else name)
        originals = [
            one for one in everything if one.name.startswith(named) and one.vst.role != "RESULT"
        ]
        results = [one for o in originals for one in part("sequencer.pairs").results_of(o, scene)]
        versions = part("versions")
        found[name] = {
            "state": work.state,
            "said": [*work.remarks, work.text],
            "results": [list(versions.handles(one)) for one in results],
            "strips": sorted(list(versions.handles(o)) for o in originals),
            "shown": [shown_at(results, frame) for o in originals
                      for frame in range(*versions.handles(o))],
        }  # fmt: skip
        scene = bpy.context.scene


def move(scene, strip):
    strip.frame_start += 5


def rename(scene, strip):
    strip.name = "another name"
    scene.name = "another scene"


def trim(scene, strip):
    part("versions").set_handles(strip, 43, 45)


def reverse(scene, strip):
    strip.use_reverse_frames = True


def remove(scene, strip):
    strips_of(scene.sequence_editor).remove(strip)


def in_two(scene, strip):
    cut(scene, strip, 104)


EDITS = {"moved": move, "renamed": rename, "trimmed": trim, "reversed": reverse,
         "removed": remove, "cut": in_two}  # fmt: skip


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
    strip.vst.strength = 0.5
    found["other"] = texts_of(scene, strip)
    strip.vst.strength = 1.0
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
    strip.vst.strength = 0.0
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
        one.vst.strength = 0.0
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
    found["files"] = [str(one) for one in part("work.engine_settings").named_files(told(plain))]
    activate(scene, float_one)
    found["answer"] = list(bpy.ops.vst.stylize())
    found["in batch"] = [one.vst.in_batch for one in (plain, float_one, own)]
    float_one.vst.strength = 0.3
    for one in (plain, own):
        one.select = True
    found["copied"] = list(bpy.ops.vst.copy_settings())
    found["strengths"] = [round(one.vst.strength, 3) for one in (plain, float_one, own)]
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
    strip.vst.method, strip.vst.features, strip.vst.iterations = "gatys", "lite", 8
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


if __name__ == "__main__":
    play(globals())
