"""What walks through a window are made of: events, waiting, looking, checking. Runs in Blender."""

import os
import sys
import time
import traceback
from pathlib import Path

MODULE = "video_style_transfer"
WELL = "all well"
_LEAST, _STEP = 0.04, 0.12
_ROW = 14  # pixels; less than the height of any button


class Driver:
    """Goes a walk step by step, with time in between for Blender to work and to draw.

    Walks are generators: what they yield is the time until they are called again, in seconds.
    Methods that take time are generators too, and are called with ``yield from``.

    Attributes:
        window: Which window mouse and keyboard go to.
        out: The walk's folder.
        files: The pictures of the strip.
    """

    def __init__(self, bpy, order, walk):
        self.bpy, self.out = bpy, Path(order["out"])
        self.files = [Path(path) for path in order["frames"]]
        self.window = bpy.context.window_manager.windows[0]
        self._steps = self._all(walk)

    def tick(self):
        """Go one step; called by Blender's timer."""
        try:
            return next(self._steps)
        except StopIteration:
            self.bpy.ops.wm.quit_blender()
            return None

    def _all(self, walk):
        try:
            yield from walk(self)
        except Exception as error:
            first = "" if isinstance(error, NotSoError) else f"{type(error).__name__}: "
            self.say(f"not so: {first}{error}")
            self.say(traceback.format_exc())
            yield from self.shot("failed")
        else:
            self.say(WELL)

    # Looking

    def say(self, text):
        """Note something; at once, so that it is known after a crash."""
        with (self.out / "said.txt").open("a") as said:
            said.write(f"{text}\n")

    def check(self, holds, words):
        """Note that something is as it should be, or end the walk."""
        if not holds:
            raise NotSoError(words)
        self.say(f"ok  {words}")

    def until(self, holds, words, limit=60.0):
        """Wait for something, but not for ever."""
        end = time.monotonic() + limit
        while not holds():
            if time.monotonic() > end:
                raise NotSoError(f"{words} (waited {limit:.0f} s)")
            yield 0.1
        self.say(f"ok  {words}")

    def shot(self, name, part=()):
        """Keep a picture of the screen; Blender's own are black without a graphics card.

        Args:
            name: The picture's name.
            part: Left, top, width and height where not all of the screen is wanted.
        """
        yield 0.3
        wanted, asked = self.out / f"{name}.wanted", self.out / f"{name}.asked"
        left, top, width, height = part or (0, 0, 0, 0)
        asked.write_text(f"-crop {width}x{height}+{left}+{top}" if part else "")
        asked.rename(wanted)
        while wanted.exists():
            yield _LEAST

    def status_bar(self, name):
        """Keep a picture of where the status bar tells what keys do, and return its pixels."""
        yield from self.shot(name, (0, self.window.height - 24, 500, 24))
        image = self.bpy.data.images.load(str(self.out / f"{name}.png"))
        pixels = [round(value, 2) for value in image.pixels[:]]
        self.bpy.data.images.remove(image)
        return pixels

    # Where things are

    @property
    def queue(self):
        """The add-on's queue."""
        return sys.modules[f"bl_ext.user_default.{MODULE}.work.queue"].QUEUE

    @property
    def fraction(self):
        """How far the work is, 0 where there is none."""
        return max((work.fraction for work in self.queue.active), default=0.0)

    @property
    def scene(self):
        """The sequencer's scene."""
        context = self.bpy.context
        found = getattr(context, "sequencer_scene", None)
        return found or getattr(context.workspace, "sequencer_scene", None) or context.scene

    @property
    def strips(self):
        """Its strips."""
        editor = self.scene.sequence_editor
        return editor.strips if hasattr(editor, "strips") else editor.sequences

    @property
    def original(self):
        """The strip that walks are about."""
        return self.strips["alley"]

    @property
    def results(self):
        """What the add-on has placed."""
        return [strip for strip in self.strips if strip.name != "alley"]

    @staticmethod
    def left(strip):
        """The first frame that a strip shows."""
        return strip.left_handle if hasattr(strip, "left_handle") else strip.frame_final_start

    def area(self, kind="SEQUENCE_EDITOR"):
        """The window's area of a kind; of sequencers the one with the timeline."""
        areas = [one for one in self.window.screen.areas if one.type == kind]
        if kind == "SEQUENCE_EDITOR":
            areas = [one for one in areas if one.spaces.active.view_type == "SEQUENCER"]
        return areas[0]

    def region(self, kind="WINDOW", area=None):
        """A region of an area, of the timeline where none is named."""
        return next(one for one in (area or self.area()).regions if one.type == kind)

    def override(self, region=None, area=None):
        """An area as context, the timeline where none is named."""
        area = area or self.area()
        region = region or self.region("WINDOW", area)
        return self.bpy.context.temp_override(window=self.window, area=area, region=region)

    @property
    def modal(self):
        """The names of the operators that hold the window."""
        return [operator.bl_idname for operator in self.window.modal_operators]

    def engines(self):
        """The processes of engines at work that Blender has started (where there is /proc)."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                command = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if int(parent) == os.getpid() and b"--job" in command:
                found.append(int(process.name))
        return found

    # Mouse and keyboard

    def event(self, kind, value="PRESS", place=None, **more):
        """Simulate one event, in the middle of the timeline where no place is named."""
        if place is None:
            region = self.region()
            place = (region.x + region.width // 2, region.y + region.height // 2)
        x, y = map(int, place)
        self.window.event_simulate(type=kind, value=value, x=x, y=y, **more)

    def move(self, x, y):
        """Move the mouse."""
        self.event("MOUSEMOVE", "NOTHING", (x, y))
        yield _LEAST
        self.event("MOUSEMOVE", "NOTHING", (x, y))
        yield _STEP

    def click(self, x, y, button="LEFTMOUSE"):
        """Move the mouse there and press it."""
        yield from self.move(x, y)
        for value in ("PRESS", "RELEASE"):
            self.event(button, value, (x, y))
            yield _STEP

    def key(self, name, place=None, **more):
        """Press a key."""
        for value in ("PRESS", "RELEASE"):
            self.event(name, value, place, **(more if value == "PRESS" else {}))
            yield _STEP

    def write(self, text):
        """Write letters."""
        for letter in text:
            yield from self.key("SPACE" if letter == " " else letter.upper(), unicode=letter)

    def find(self, wanted, area=None, region="UI", across=0.5):
        """Find a button by moving the mouse down a region until it is the one below the mouse.

        Args:
            wanted: How the Python command of the button begins, or "property" for the first value.
            area: Whose region it is.
            region: The region's kind.
            across: Where in the region's width to look.

        Returns:
            Its place in the window, or None.
        """
        area = area or self.area()
        there = self.region(region, area)
        x = there.x + int(there.width * across)
        for y in range(there.y + there.height - _ROW, there.y, -_ROW):
            yield from self.move(x, y)
            if self._below(there, area).startswith(wanted):
                return x, y - 3
        return None

    def _below(self, region, area):
        """The Python command of the button below the mouse, or "property" for a value."""
        manager, ops = self.bpy.context.window_manager, self.bpy.ops.ui
        with self.override(region, area):
            if ops.copy_python_command_button.poll():
                manager.clipboard = ""
                ops.copy_python_command_button()
                return manager.clipboard
            return "property" if ops.reset_default_button.poll() else ""

    def press(self, wanted, area=None, region="UI", across=0.5):
        """Find a button and press it."""
        for _ in range(3):
            place = yield from self.find(wanted, area, region, across)
            if place:
                yield from self.click(*place)
                return
            yield 1.0
        raise NotSoError(f"there is a button {wanted}")

    # What every walk does

    def start(self):
        """A saved file with one strip, the sidebar open, the engine's styles known."""
        import addon_utils

        addon_utils.enable(f"bl_ext.user_default.{MODULE}", default_set=True)
        self.bpy.context.preferences.view.show_splash = False
        yield from self.key("ESC")
        self.bpy.ops.wm.save_as_mainfile(filepath=str(self.out / "window.blend"))
        scene = self.scene
        editor = scene.sequence_editor_create()
        strip = self.strips.new_image(
            name="alley", filepath=str(self.files[0]), channel=1, frame_start=1
        )
        for path in self.files[1:]:
            strip.elements.append(path.name)
        scene.frame_end = len(self.files)
        element = strip.elements[0]
        if element.orig_width:
            scene.render.resolution_x = element.orig_width
            scene.render.resolution_y = element.orig_height
        strip.select, editor.active_strip = True, strip
        yield from self.open_sidebar()
        yield from self.until(self._styles_known, "the styles are known", 90)
        self.bpy.ops.ed.undo_push(message="Add a strip")

    def _styles_known(self):
        """Pick a style, if the panel has heard by now which there are."""
        try:
            self.original.vst.style_picture = "candy"
        except TypeError:
            return False
        return True

    def open_sidebar(self):
        """Show the panel beside the timeline."""
        self.area().spaces.active.show_region_ui = True
        with self.override():
            self.bpy.ops.sequencer.view_all()
        yield 1.0
        self.region("UI").active_panel_category = "Stylize"
        yield 3.0

    def stylize(self, limit=60.0):
        """Press the button, and wait until the first frame is made."""
        yield from self.press("bpy.ops.vst.stylize(")
        yield from self.until(lambda: self.queue.busy, "the button starts the work", 5)
        yield from self.until(lambda: self.fraction > 0, "frames come", limit)

    def end(self, limit=300.0):
        """Wait until the work is over, and see to it that it is done."""
        works = list(self.queue.works)
        yield from self.until(lambda: not self.queue.busy, "the work ends", limit)
        yield 1.0
        states = [work.state for work in works]
        self.check(states and set(states) == {"done"}, f"the work is done: {states}")


class NotSoError(Exception):
    """Something is not as it should be."""
