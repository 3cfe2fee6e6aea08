"""Real windows: do what an artist does, by mouse and keyboard, and keep pictures of it.

    python tests/blender_addon/window.py --blender "blender" --frames "shot/*.png" --out pictures
    python tests/blender_addon/window.py ... --walk dragging

Starts Xvfb where there is no display, and keeps pictures with ImageMagick's `import`. The engine
is found as the add-on finds it. Each walk of `window_walks.py` gets a Blender of its own and a
folder in `--out`; what it does there, by simulated events only, checks itself. Look at the
pictures all the same.
"""

import argparse
import glob
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from window_driver import MODULE, WELL
from window_walks import WALKS

HERE = Path(__file__).resolve().parent
DISPLAY = ":97"
WIDTH, HEIGHT = 1600, 1000
LIMIT = 900  # seconds a walk


def main():
    """Build the extension, and go the walks one after the other."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--blender", default="blender", help="the command that starts Blender")
    options.add_argument("--frames", required=True, help="pictures for the strip, as a glob")
    options.add_argument("--out", type=Path, required=True, help="gets the pictures")
    options.add_argument("--addon", type=Path, default=HERE.parents[1], help="a checkout to try")
    options.add_argument(
        "--walk", action="append", choices=WALKS, help="what to do; may be repeated; else all"
    )
    given = options.parse_args()
    out = given.out.resolve()
    pictures = sorted(Path(path) for path in glob.glob(given.frames))  # noqa: PTH207
    environment, server = dict(os.environ), None
    if not environment.get("DISPLAY"):
        environment |= {"DISPLAY": DISPLAY, "LIBGL_ALWAYS_SOFTWARE": "1"}
        screen = f"{WIDTH}x{HEIGHT}x24"
        server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", screen])
        time.sleep(2)
    try:
        environment["BLENDER_USER_RESOURCES"] = str(build(given.addon.resolve(), out))
        outcomes = {
            walk: go(walk, given.blender, pictures, out / walk, environment)
            for walk in given.walk or WALKS
        }
    finally:
        if server:
            server.terminate()
    for walk, outcome in outcomes.items():
        sys.stdout.write(f"{walk:12} {outcome}\n")
    return 0 if set(outcomes.values()) == {WELL} else 1


def build(project, out):
    """Build the extension and return Blender's resources folder with it."""
    command = [sys.executable, "-m", "cli.main", "blender", "build", "--out", str(out)]
    subprocess.run(command, cwd=project, check=True)
    resources = out / "resources"
    folder = resources / "extensions" / "user_default" / MODULE
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(next(out.glob("*.zip"))) as archive:
        archive.extractall(folder)
    return resources


def go(walk, program, pictures, out, environment):
    """Go one walk in a new Blender, and return how it ended, in a line."""
    sys.stdout.write(f"\n== {walk}\n")
    sys.stdout.flush()
    shutil.rmtree(out, ignore_errors=True)
    temporary = out / "temporary"
    temporary.mkdir(parents=True)
    frames = copies(pictures, WALKS[walk].frames, out / "frames")
    order = {"walk": walk, "frames": [str(path) for path in frames], "out": str(out)}
    (out / "order.json").write_text(json.dumps(order))
    size = (str(WIDTH), str(HEIGHT))
    command = [
        *shlex.split(program),
        *("--factory-startup", "--app-template", "Video_Editing", "--gpu-backend", "opengl"),
        *("--enable-event-simulate", "--no-window-focus", "--window-geometry", "0", "0", *size),
        *("--python-exit-code", "9", "--python", str(HERE / "window_walks.py")),
        *("--", str(out / "order.json")),
    ]
    own = environment | {"TMPDIR": str(temporary)}
    with (out / "blender.log").open("w") as log:
        blender = subprocess.Popen(command, env=own, stdout=log, stderr=subprocess.STDOUT)
        try:
            timely = serve(blender, out, environment)
        finally:
            blender.kill()
    outcome = judge(blender.wait(), out, timely=timely)
    sys.stdout.write(f"{outcome}\n")
    return outcome


def copies(pictures, count, folder):
    """Copy pictures under names that count up, over and over until there are enough."""
    folder.mkdir()
    made = []
    for number in range(count):
        source = pictures[number % len(pictures)]
        made.append(folder / f"frame_{number + 1:04d}{source.suffix}")
        shutil.copy(source, made[-1])
    return made


def serve(blender, out, environment):
    """Photograph the screen whenever the walk asks for it; return whether Blender has quit."""
    end = time.monotonic() + LIMIT
    while blender.poll() is None and time.monotonic() < end:
        for wanted in out.glob("*.wanted"):
            picture = str(wanted.with_suffix(".png"))
            part = wanted.read_text().split()
            command = ["import", "-window", "root", *part, "+repage", picture]
            subprocess.run(command, env=environment, check=True)
            wanted.unlink()
        time.sleep(0.1)
    return blender.poll() is not None


def judge(code, out, *, timely):
    """Say how a walk ended: what it checked, what failed, whether Blender crashed."""
    said = out / "said.txt"
    lines = said.read_text().splitlines() if said.exists() else []
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    for crash in sorted((out / "temporary").glob("*.crash.txt")):
        sys.stdout.write(f"-- {crash.name}\n{crash.read_text()[-3000:]}\n")
    if not timely:
        return f"did not end within {LIMIT} s"
    if code < 0:
        return f"Blender crashed by signal {-code}"
    faults = [line for line in lines if line.startswith("not so: ")]
    if faults:
        return faults[0]
    if not lines or lines[-1] != WELL:
        return f"ended too early with exit code {code}: see {out / 'blender.log'}"
    left = out / "engines.txt"
    if left.exists() and not gone(left):
        return "not so: the engine ends with Blender"
    return WELL


def gone(note):
    """Whether the engines that were at work when Blender quit have ended."""
    processes = [Path("/proc", number) for number in note.read_text().split()]
    end = time.monotonic() + 3
    while any(map(running, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(running, processes))


def running(process):
    """Whether a process is there and not only waits for its parent to notice its end."""
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


if __name__ == "__main__":
    sys.exit(main())
