"""A real window: open the sequencer, pick a style, press the button, watch it run, keep pictures.

    python tests/blender_addon/window.py --blender "blender" --frames "shot/*.png" --out pictures

Starts Xvfb where there is no display, and keeps pictures with ImageMagick's `import`. The engine
is found as the add-on finds it. Everything is done by simulated mouse and keyboard events; the
script then runs inside Blender too, where it checks what came of them, and it fails where
something is not as it should be.
"""

import argparse
import glob
import json
import os
import shlex
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

MODULE = "video_style_transfer"
WIDTH, HEIGHT = 1600, 1000
LIMIT = 600  # seconds


def main():
    """Outside: build the extension, start the window, and wait for its end."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--blender", default="blender", help="the command that starts Blender")
    options.add_argument("--frames", required=True, help="pictures for the strip, as a glob")
    options.add_argument("--out", type=Path, required=True, help="gets the pictures")
    given = options.parse_args()
    out = given.out.resolve()
    resources = out / "resources"
    folder = resources / "extensions" / "user_default" / MODULE
    project = Path(__file__).resolve().parents[2]
    build = [sys.executable, "-m", "cli.main", "blender", "build", "--out", str(out)]
    subprocess.run(build, cwd=project, check=True)
    with zipfile.ZipFile(next(out.glob("*.zip"))) as archive:
        archive.extractall(folder)
    order = {"frames": sorted(glob.glob(given.frames)), "out": str(out)}  # noqa: PTH207
    (out / "order.json").write_text(json.dumps(order))
    environment = {**os.environ, "BLENDER_USER_RESOURCES": str(resources)}
    size, server = (str(WIDTH), str(HEIGHT)), None
    if not environment.get("DISPLAY"):
        environment |= {"DISPLAY": ":97", "LIBGL_ALWAYS_SOFTWARE": "1"}
        screen = f"{WIDTH}x{HEIGHT}x24"
        server = subprocess.Popen(["Xvfb", ":97", "-screen", "0", screen])
        time.sleep(2)
    command = [
        *shlex.split(given.blender),
        *("--factory-startup", "--app-template", "Video_Editing", "--gpu-backend", "opengl"),
        *("--enable-event-simulate", "--no-window-focus", "--window-geometry", "0", "0", *size),
        *("--python", str(Path(__file__).resolve()), "--", str(out / "order.json")),
    ]
    blender = subprocess.Popen(command, env=environment)
    try:
        serve(blender, out, environment)
    finally:
        blender.kill()
        if server:
            server.terminate()
    outcome = (out / "outcome.txt").read_text()
    sys.stdout.write(outcome)
    return 0 if outcome.endswith("all well\n") and gone(out / "engine.pid") else 1


def watch(process, seconds):
    """Note how long an engine lives on after it was asked to end, however slow the window is."""
    state = Path(f"/proc/{process._child.pid}/stat")
    while not process.cancelled:
        time.sleep(0.01)
    start = time.monotonic()
    while process.running and state.exists() and state.read_text().split()[2] != "Z":
        time.sleep(0.01)
    seconds.append(time.monotonic() - start)


def gone(note):
    """Whether the engine that was at work when Blender quit has ended."""
    process = Path("/proc", note.read_text())
    end = time.monotonic() + 2
    while process.exists() and time.monotonic() < end:
        time.sleep(0.05)
    sys.stdout.write(f"the engine {'runs on' if process.exists() else 'has ended with Blender'}\n")
    return not process.exists()


def serve(blender, out, environment):
    """Photograph the screen whenever the script inside asks for it, until Blender has quit."""
    end = time.monotonic() + LIMIT
    while blender.poll() is None and time.monotonic() < end:
        for wanted in out.glob("*.wanted"):
            picture = str(wanted.with_suffix(".png"))
            subprocess.run(["import", "-window", "root", picture], env=environment, check=True)
            wanted.unlink()
        time.sleep(0.1)


class Driver:
    """Inside: the steps, one after the other, with time between for Blender to draw."""

    def __init__(self, bpy, order):
        self.bpy, self.order, self.out = bpy, order, Path(order["out"])
        self.said = []
        self.steps = self.run()

    def tick(self):
        """Go one step; called by Blender's timer."""
        try:
            return next(self.steps)
        except StopIteration:
            self.said.append("all well")
        except Exception as error:
            self.said.append(f"{type(error).__name__}: {error}")
        (self.out / "outcome.txt").write_text("\n".join(self.said) + "\n")
        self.bpy.ops.wm.quit_blender()
        return None

    def run(self):
        """Do what an artist does, and look whether it did."""
        self.key("ESC")  # the splash
        yield 1.0
        scene = self.set_up()
        yield 2.0
        self.region("UI").active_panel_category = "Stylize"
        yield 4.0
        yield from self.shot("1_panel")
        yield from self.click(*self.style_picture())
        yield 2.0
        yield from self.shot("2_styles")
        self.key("ESC")
        yield 1.0
        self.original().vst.style_picture = "candy"
        queue = sys.modules[f"bl_ext.user_default.{MODULE}.queue"].QUEUE
        yield from self.click(*self.button())
        yield 1.0
        self.check(queue.busy, "the button starts the work")
        while not queue.works[0].fraction > 0.3 and queue.busy:
            yield 0.1
        yield from self.shot("3_running")
        self.check(queue.busy, "Blender can be used while a bar runs")
        while queue.busy:
            yield 0.2
        yield 2.0
        yield from self.shot("4_result")
        names = [strip.name for strip in self.strips(scene)]
        self.check(names == ["alley", "alley Stylized"], f"the result is placed: {names}")
        self.check(self.original().mute, "the original is muted")
        with self.override():
            self.bpy.ops.ed.undo()
        yield 1.0
        names = [strip.name for strip in self.strips(self.scene())]
        self.check(names == ["alley"] and not self.original().mute, "one undo takes it back")
        yield from self.cancel(queue)
        yield from self.click(*self.button())
        while not queue.busy or queue.works[0].fraction == 0:
            yield 0.1
        (self.out / "engine.pid").write_text(str(queue.works[0]._process._child.pid))

    def cancel(self, queue):
        """Press Esc in the middle."""
        self.original().vst.style_picture = "wave"
        yield 0.5
        yield from self.click(*self.button())
        while not queue.busy:
            yield 0.1
        while queue.busy and not queue.works[0].fraction > 0.1:
            yield 0.1
        watched = []
        process = queue.works[0]._process
        threading.Thread(target=watch, args=(process, watched), daemon=True).start()
        self.key("ESC")
        while queue.busy or not watched:
            yield 0.05
        self.check(queue.works[0].state == "cancelled", "Esc cancels")
        self.check(watched[0] < 2, f"the engine ends {watched[0]:.1f} s after Esc is heard")
        self.check(len(self.strips(self.scene())) == 1, "a cancelled strip is untouched")

    def set_up(self):
        """A saved file with one strip."""
        import addon_utils

        addon_utils.enable(f"bl_ext.user_default.{MODULE}", default_set=True)
        self.bpy.context.preferences.view.show_splash = False
        self.bpy.ops.wm.save_as_mainfile(filepath=str(self.out / "window.blend"))
        scene = self.scene()
        editor = scene.sequence_editor_create()
        files = [Path(path) for path in self.order["frames"]]
        strip = self.strips(scene).new_image(
            name="alley", filepath=str(files[0]), channel=1, frame_start=1
        )
        for path in files[1:]:
            strip.elements.append(path.name)
        scene.frame_end = len(files)
        element = strip.elements[0]
        if element.orig_width:
            scene.render.resolution_x = element.orig_width
            scene.render.resolution_y = element.orig_height
        strip.select, editor.active_strip = True, strip
        self.area().spaces.active.show_region_ui = True
        with self.override():
            self.bpy.ops.sequencer.view_all()
        self.bpy.ops.ed.undo_push(message="Add a strip")
        return scene

    def scene(self):
        """The sequencer's scene."""
        context = self.bpy.context
        return getattr(context, "sequencer_scene", None) or context.scene

    def strips(self, scene):
        """Its strips."""
        editor = scene.sequence_editor
        return editor.strips if hasattr(editor, "strips") else editor.sequences

    def original(self):
        """The strip."""
        return self.strips(self.scene())["alley"]

    def window(self):
        """The one window."""
        return self.bpy.context.window_manager.windows[0]

    def area(self):
        """The sequencer's area with the timeline."""
        areas = [one for one in self.window().screen.areas if one.type == "SEQUENCE_EDITOR"]
        return next(one for one in areas if one.spaces.active.view_type == "SEQUENCER")

    def region(self, kind):
        """A region of it."""
        return next(one for one in self.area().regions if one.type == kind)

    def override(self):
        """The sequencer as context."""
        window, area, region = self.window(), self.area(), self.region("WINDOW")
        return self.bpy.context.temp_override(window=window, area=area, region=region)

    def style_picture(self):
        """Where the picture of the style is, in the window."""
        region = self.region("UI")
        return region.x + region.width // 2 - 20, region.y + region.height - 120

    def button(self):
        """Where the button Stylize is, in the window."""
        region = self.region("UI")
        return region.x + region.width // 2 - 20, region.y + region.height - 258

    def click(self, x, y):
        """Move the mouse there and press it."""
        window = self.window()
        for kind, value in (("MOUSEMOVE", "NOTHING"), ("MOUSEMOVE", "NOTHING"),
                            ("LEFTMOUSE", "PRESS"), ("LEFTMOUSE", "RELEASE")):  # fmt: skip
            window.event_simulate(type=kind, value=value, x=int(x), y=int(y))
            yield 0.3

    def key(self, name):
        """Press a key."""
        region = self.region("WINDOW")
        place = {"x": region.x + region.width // 2, "y": region.y + region.height // 2}
        for value in ("PRESS", "RELEASE"):
            self.window().event_simulate(type=name, value=value, **place)

    def shot(self, name):
        """Keep a picture of the whole screen; Blender's own are black without a graphics card."""
        wanted = self.out / f"{name}.wanted"
        wanted.touch()
        while wanted.exists():
            yield 0.05

    def check(self, holds, words):
        """Note that something is as it should be, or fail."""
        if not holds:
            raise AssertionError(f"not so: {words}")
        self.said.append(f"ok  {words}")


if __name__ == "__main__" and "bpy" not in sys.modules:
    sys.exit(main())
elif __name__ == "__main__":
    import bpy

    driver = Driver(bpy, json.loads(Path(sys.argv[-1]).read_text()))
    bpy.app.timers.register(driver.tick, first_interval=2.0)
