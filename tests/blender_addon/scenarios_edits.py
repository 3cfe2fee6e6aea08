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
    strip.vst_strength = 0.5
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
    strip.vst_strength = 0.5
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
    strip.vst_strength = 0.4
    run_one(scene, strip)
    pieces = part("sequencer.pairs").results_of(strip, scene)
    found["moved along"] = [list(part("versions").handles(one)) for one in pieces]
    for one in (strip, *pieces):  # the user drags all of it, all at once
        one.frame_start -= 3
    strip.vst_strength = 0.3
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


if __name__ == "__main__":
    play(globals())
