# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in the second Blender: render the frames that are asked for, and tell of each one.

It stands alone: it is given to Blender as a script, or to a Python with Blender as a module.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import bpy


def _tell(kind: str, **fields: Any) -> None:
    sys.stdout.write(json.dumps({"vst": 1, "kind": kind, **fields}) + "\n")
    sys.stdout.flush()


def _render(order: dict[str, Any]) -> None:
    start = time.monotonic()
    blend, scripts = order["blend"], order["scripts"]
    bpy.ops.wm.open_mainfile(filepath=blend, load_ui=False, use_scripts=scripts)
    scene = bpy.data.scenes[order["scene"]]
    frames = order["frames"]
    for done, (frame, path) in enumerate(frames, start=1):
        scene.frame_set(frame)
        scene.render.use_file_extension = False
        scene.render.filepath = path
        bpy.ops.render.render(write_still=True, scene=scene.name)
        if not Path(path).is_file():
            raise RuntimeError(f"Blender rendered no picture at frame {frame}")
        _tell("progress", text="Rendering the strip", fraction=done / len(frames))
    _tell("finished", made=len(frames), skipped=0, seconds=time.monotonic() - start)


def _main() -> None:
    try:
        _render(json.loads(Path(sys.argv[-1]).read_text(encoding="utf-8")))
    except Exception as error:
        message = f"The strip cannot be rendered: {' '.join(str(error).split())}"
        _tell("failed", code="input", message=message, exit_code=3)
        code = 3
    else:
        code = 0
    sys.stderr.flush()
    os._exit(code)  # Blender has nothing to keep here, and may crash while it tidies up


_main()
