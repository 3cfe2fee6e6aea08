"""The walks: what an artist does in a window, and what must come of it. Runs in Blender."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from window_driver import MODULE, Driver


@dataclass(frozen=True)
class Walk:
    """A walk.

    Attributes:
        steps: The generator that goes it with a driver.
        frames: How long the strip is.
    """

    steps: Any
    frames: int = 8


def panel(driver):
    """The panel, styles, a run, its result, undo, cancelling, quitting amid work."""
    yield from driver.start()
    yield from driver.shot("1_panel")
    x, y = yield from driver.find("property")  # the style's name; its picture is above
    yield from driver.click(x, y + 70)
    yield 2.0
    yield from driver.shot("2_styles")
    yield from driver.key("ESC")
    yield 1.0
    yield from driver.stylize()
    yield from driver.until(lambda: driver.fraction > 0.3, "the bar moves")
    yield from driver.shot("3_running")
    driver.check(driver.queue.busy, "Blender can be used while a bar runs")
    yield from driver.end()
    yield from driver.shot("4_result")
    names = [strip.name for strip in driver.strips]
    driver.check(names == ["alley", "alley Stylized"], f"the result is placed: {names}")
    driver.check(driver.original.mute, "the original is muted")
    with driver.override():
        driver.bpy.ops.ed.undo()
    yield 1.0
    names = [strip.name for strip in driver.strips]
    driver.check(names == ["alley"], "one undo takes it back")
    driver.check(not driver.original.mute, "and shows the original again")
    yield from cancelling(driver)
    driver.original.vst.style_picture = "mosaic"
    yield from driver.stylize()
    (driver.out / "engines.txt").write_text("\n".join(map(str, driver.engines())))


def styles(driver):
    """A second style brings the value that crosses over into it."""
    yield from driver.start()
    yield from driver.shot("1_one_style")
    strip = driver.original
    strip.vst.style, strip.vst.style_second = "//frames/frame_0003.png", "wave"
    strip.vst_style_crossing = 0.4
    for area in driver.bpy.context.window_manager.windows[0].screen.areas:
        area.tag_redraw()
    yield 2.0
    yield from driver.shot("2_second_style")
    driver.check(driver.bpy.ops.vst.pick_style.poll(), "a file can be picked")
    with driver.override():
        picked = driver.bpy.ops.vst.pick_style_strip.poll()
    driver.check(not picked, "no other strip can be picked where there is none")


def cancelling(driver):
    """Press the X beside the bar in the middle."""
    driver.original.vst.style_picture = "wave"
    yield from driver.stylize()
    work, engines = driver.queue.works[0], driver.engines()
    driver.check(len(engines) == 1, "one engine is at work")
    place = yield from driver.find("bpy.ops.vst.cancel(", across=0.87)
    driver.check(place is not None, "there is an X beside the bar")
    yield from driver.shot("5_cancel")
    yield from driver.click(*place)
    start = time.monotonic()
    yield from driver.until(lambda: not driver.queue.busy, "the X stops the work", 10)
    yield from driver.until(lambda: not driver.engines(), "the engine ends", 10)
    took = time.monotonic() - start
    driver.check(took < 4, f"that took less than 4 s: {took:.1f} s")
    driver.check(work.state == "cancelled", "the work is cancelled")
    driver.check(len(driver.strips) == 1, "a cancelled strip is untouched")
    yield from driver.shot("6_cancelled")


def dragging(driver):
    """Work ends while its strip and the earlier result are being dragged."""
    yield from driver.start()
    yield from driver.stylize()
    yield from driver.end()
    yield from driver.shot("1_result")
    for number, (way, strength) in enumerate((("LEFTMOUSE", 0.6), ("ESC", 0.3)), 2):
        confirmed = way == "LEFTMOUSE"
        before = driver.results[0].directory
        left = driver.left(driver.original)
        driver.original.vst_strength = strength
        yield from driver.stylize()
        yield from driver.key("A")
        selected = [strip.name for strip in driver.strips if strip.select]
        driver.check(len(selected) == 2, f"strip and result are selected: {selected}")
        place = yield from drag(driver, number)
        yield from driver.shot(f"{number}_dragging")
        yield from driver.key(way, place)
        yield from driver.until(lambda: not driver.modal, "the drag is over", 10)
        yield from driver.end(30)
        yield from driver.shot(f"{number}_dropped")
        moved = driver.left(driver.original) - left
        driver.check((moved != 0) == confirmed, f"{way}: the strip moved by {moved}")
        driver.check(len(driver.results) == 1, f"{way}: there is one result")
        result = driver.results[0]
        driver.check(result.directory != before, f"{way}: it is the new result")
        places = driver.left(driver.original), driver.left(result)
        driver.check(places[0] == places[1], f"{way}: it lies where the strip is: {places}")
        driver.check(driver.original.mute and not result.mute, f"{way}: the result shows")
    with driver.override():
        driver.bpy.ops.ed.undo()
    yield 1.0
    driver.check(driver.results[0].directory == before, "one undo brings back the earlier result")
    yield from driver.shot("4_undone")


def drag(driver, number):
    """Take hold of what is selected and move it until the work is over; return the last place."""
    region = driver.region()
    x, y = region.x + region.width // 3, region.y + region.height // 2
    yield from driver.move(x, y)
    yield from driver.key("G", (x, y))
    yield from driver.until(lambda: "TRANSFORM_OT_seq_slide" in driver.modal, "strips follow", 5)
    still = 0
    for step in range(2000):
        place = (x + 60 + 40 * (number % 2) + 5 * (step % 20), y)
        yield from driver.move(*place)
        over = not driver.queue.busy or not driver.engines()
        still = still + 1 if over else 0
        if still == 40:  # the mouse keeps on moving for a while when there is no more to wait for
            break
    driver.check("TRANSFORM_OT_seq_slide" in driver.modal, "the drag outlasts the work")
    return place


def autosave(driver):
    """Blender saves by itself during a long run, of an optimizing method, whose bar moves."""
    yield from driver.start()
    paths = driver.bpy.context.preferences.filepaths
    paths.use_auto_save_temporary_files = True
    paths.auto_save_time = 1
    driver.original.vst.method = "gatys"
    begin = time.monotonic()
    yield from driver.press("bpy.ops.vst.stylize(")
    yield from driver.until(lambda: driver.queue.busy, "the button starts the work", 5)
    driver.original.vst_strength = 0.7
    driver.bpy.ops.ed.undo_push(message="Edit")
    found, fractions = [], set()
    while driver.queue.busy and not found and time.monotonic() - begin < 120:
        found = [path.name for path in (driver.out / "temporary").rglob("*autosave*.blend")]
        fractions.add(driver.fraction)
        yield 0.5
    waited = time.monotonic() - begin
    states = [f"{work.state}: {work.text}" for work in driver.queue.works]
    driver.check(driver.queue.busy, f"the work goes on after {waited:.0f} s: {states}")
    yield from driver.shot("1_working")
    driver.check(found, f"Blender has saved during the run, after {waited:.0f} s: {found}")
    driver.check(len(fractions) > 10, f"the bar moves within frames: {len(fractions)} places")


def playback(driver):
    """Esc stops playback, and nothing else."""
    yield from driver.start()
    place = corner(driver)
    yield from driver.stylize()
    yield from driver.key("SPACE", place)
    yield 1.0
    playing = lambda: driver.window.screen.is_animation_playing  # noqa: E731
    driver.check(playing(), "it plays while work goes on")
    yield from driver.shot("1_playing")
    yield from driver.key("ESC", place)
    yield 1.0
    states = [work.state for work in driver.queue.works]
    driver.check(driver.queue.busy and states == ["running"], f"Esc leaves the work: {states}")
    driver.check(not playing(), "and stops playback")
    yield from driver.end()
    yield from driver.shot("2_result")


def corner(driver):
    """A place in the timeline beside the strip."""
    region = driver.region()
    return region.x + 200, region.y + 150


def workspaces(driver):
    """Nothing is left in the status bar of a workspace that was left during the work."""
    yield from driver.start()
    place = corner(driver)
    yield from driver.move(*place)
    clean = yield from driver.status_bar("1_status_before")
    yield from driver.stylize()
    first = driver.window.workspace
    driver.window.workspace = driver.bpy.data.workspaces["Rendering"]
    yield 2.0
    yield from driver.shot("2_other_workspace")
    yield from driver.until(lambda: not driver.queue.busy, "work ends in another workspace", 200)
    driver.window.workspace = first
    yield 15.0  # what was reported fades
    yield from driver.move(*place)
    yield from driver.shot("3_back")
    after = yield from driver.status_bar("3_status_after")
    driver.check(after == clean, "the status bar says nothing of the work any more")
    driver.check(len(driver.results) == 1, "the result is placed all the same")


def second_window(driver):
    """The window in which the button was pressed is closed during the work."""
    yield from driver.start()
    first = driver.window
    with driver.override():
        driver.bpy.ops.wm.window_new_main()
    yield 3.0
    driver.window = driver.bpy.context.window_manager.windows[-1]
    driver.check(driver.window != first, "there is a second window")
    yield from driver.open_sidebar()
    yield from driver.stylize()
    yield from driver.shot("1_second_window")
    with driver.override():
        driver.bpy.ops.wm.window_close()
    driver.window = first
    yield 2.0
    driver.check(driver.queue.busy, "the work goes on without the window")
    yield from driver.end()
    yield from driver.shot("2_window_closed")
    driver.check(len(driver.results) == 1, "the result is placed")


def switched_off(driver):
    """The add-on is switched off during the work."""
    import addon_utils

    yield from driver.start()
    place = corner(driver)
    yield from driver.move(*place)
    clean = yield from driver.status_bar("1_status_before")
    yield from driver.stylize()
    addon_utils.disable(f"bl_ext.user_default.{MODULE}", default_set=True)
    yield from driver.until(lambda: not driver.engines(), "the engine ends with the add-on", 10)
    yield 15.0
    yield from driver.move(*place)
    yield from driver.shot("2_switched_off")
    after = yield from driver.status_bar("2_status_after")
    driver.check(after == clean, "the status bar says nothing of an add-on that is off")


def menus(driver):
    """Menus have the entries, and search finds them."""
    yield from driver.start()
    region = driver.region()
    middle = (region.x + region.width // 3, region.y + region.height // 2)
    for number, name in enumerate(("SEQUENCER_MT_strip", "SEQUENCER_MT_context_menu"), 1):
        menu = getattr(driver.bpy.types, name)
        drawn = getattr(menu.draw, "_draw_funcs", ())
        ours = [function for function in drawn if MODULE in function.__module__]
        driver.check(ours, f"{name} has entries of the add-on")
        yield from driver.move(*middle)
        with driver.override():
            driver.bpy.ops.wm.call_menu(name=name)
        yield 1.0
        yield from driver.shot(f"{number}_{name}")
        yield from driver.key("ESC", middle)
        yield 0.5
    yield from driver.key("F3", middle)
    yield 1.0
    yield from driver.write("stylize")
    yield 1.0
    yield from driver.shot("3_search")
    yield from driver.key("RET")
    yield from driver.until(lambda: driver.queue.busy, "the first that search finds stylizes", 10)
    driver.bpy.ops.vst.cancel()
    yield from driver.until(lambda: not driver.queue.busy, "it is cancelled", 20)


def rendering(driver):
    """A scene is rendered and stylized by one button."""
    yield from driver.start()
    if "render_and_stylize" not in dir(driver.bpy.ops.vst):
        driver.say("passed over: there is no such operator")
        return
    scene = driver.scene
    scene.render.resolution_x, scene.render.resolution_y = 256, 128
    scene.frame_end = 3
    before = render_settings(scene)
    area = driver.area("PROPERTIES")
    area.spaces.active.context = "RENDER"
    yield 1.0
    with driver.override(area=area):
        driver.bpy.ops.screen.screen_full_area()
    yield 2.0
    area = driver.area("PROPERTIES")
    yield from driver.shot("1_folded")
    area.spaces.active.search_filter = "Render and Stylize"  # unfolds its panel
    yield 3.0
    yield from driver.shot("2_found")
    yield from driver.press("bpy.ops.vst.render_and_stylize(", area, "WINDOW", 0.7)
    yield 1.0
    yield from driver.shot("3_pressed")
    area = driver.area("PROPERTIES")
    area.spaces.active.search_filter = ""
    with driver.override(area=area):
        driver.bpy.ops.screen.screen_full_area()
    yield from driver.until(lambda: driver.queue.works, "the button starts the work", 60)
    yield from driver.shot("4_running")
    yield from driver.end()
    yield from driver.shot("5_result")
    after = render_settings(driver.scene)
    driver.check(after == before, f"the render is set as before: {before}, {after}")


def render_settings(scene):
    """What a render for stylizing changes for a while."""
    render, layer = scene.render, scene.view_layers[0]
    image = render.image_settings
    return (
        *(render.filepath, image.file_format, image.color_mode, image.color_depth),
        *(render.use_sequencer, render.use_compositing, render.use_file_extension),
        *(layer.use_pass_vector, layer.use_pass_z),
    )


WALKS = {
    "styles": Walk(styles),
    "panel": Walk(panel, 24),
    "dragging": Walk(dragging, 16),
    "autosave": Walk(autosave),
    "playback": Walk(playback, 24),
    "workspaces": Walk(workspaces, 16),
    "window": Walk(second_window, 24),
    "off": Walk(switched_off, 24),
    "menus": Walk(menus, 16),
    "rendering": Walk(rendering),
}


if __name__ == "__main__":
    import bpy

    order = json.loads(Path(sys.argv[-1]).read_text())
    driver = Driver(bpy, order, WALKS[order["walk"]].steps)
    bpy.app.timers.register(driver.tick, first_interval=2.0)
