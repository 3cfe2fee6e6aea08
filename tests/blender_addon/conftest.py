"""The add-on as artists get it: built, put where Blender looks for extensions, run in children.

`VST_BPY` names a folder with another release of the `bpy` module; see `.ci/blender`.
"""

import compileall
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest

MODULE = "video_style_transfer"
HERE = Path(__file__).parent
WRAPPER = """#!{python}
import sys
sys.path[:] = {path!r}
from {package}.main import {entry}
sys.exit({entry}())
"""


@pytest.fixture(scope="session")
def addon(project):
    """The add-on's folder."""
    return project / "blender_addon"


@pytest.fixture(scope="session")
def pure(extension):
    """Import a module of the built add-on that needs no Blender, without the add-on itself."""
    package = types.ModuleType("addon_pure")
    package.__path__ = [str(extension / "extensions" / "user_default" / MODULE)]
    sys.modules["addon_pure"] = package
    return lambda name: importlib.import_module(f"addon_pure.{name}")


@pytest.fixture(scope="session")
def cli():
    """Import a module of the command line by name."""
    package = "vst_cli" if importlib.util.find_spec("vst_cli") else "cli"
    return lambda name: importlib.import_module(f"{package}.{name}")


@pytest.fixture(scope="session")
def engine(tmp_path_factory, project):
    """A folder with `vst` and `vst-seq`, as an installation has them."""
    folder = tmp_path_factory.mktemp("engine")
    package = "vst_cli" if importlib.util.find_spec("vst_cli") else "cli"
    path = [*(entry for entry in sys.path if entry), str(project)]
    for name, entry in (("vst", "main"), ("vst-seq", "main_seq")):
        program = folder / name
        text = WRAPPER.format(python=sys.executable, path=path, package=package, entry=entry)
        program.write_text(text)
        program.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def extension(tmp_path_factory, addon, cli):
    """Blender's resources folder with the extension in it."""
    archive = cli("extension").build(addon, tmp_path_factory.mktemp("dist"))
    resources = tmp_path_factory.mktemp("resources")
    folder = resources / "extensions" / "user_default" / MODULE
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    compileall.compile_dir(folder, quiet=1)  # as it is from the second start on
    return resources


@pytest.fixture(scope="session")
def blender(extension, engine):
    """Run a scenario in a child with the real `bpy`; returns what it found.

    Its name is that of a function in `scenarios.py`, or `FILE:FUNCTION` in `scenarios_FILE.py`.
    """
    if not (os.environ.get("VST_BPY") or importlib.util.find_spec("bpy")):
        pytest.skip("Blender's Python module (bpy) is not installed")

    def run(name, folder, *, code=0, limit=600, **environment):
        folder.mkdir(parents=True, exist_ok=True)
        kind, _, name = name.rpartition(":")
        script = HERE / (f"scenarios_{kind}.py" if kind else "scenarios.py")
        done = subprocess.run(
            [sys.executable, str(script), name, str(folder)],
            env={
                **os.environ,
                "PYTHONPATH": os.environ.get("VST_BPY", ""),
                "BLENDER_USER_RESOURCES": str(extension),
                "VST_SEQ": str(engine / "vst-seq"),
                "OMP_NUM_THREADS": "1",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        found = folder / "found.json"
        result = json.loads(found.read_text()) if found.is_file() else {}
        return result | {"said": done.stderr}

    return run
