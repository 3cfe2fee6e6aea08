"""The command line as it is reached here: installed as `vst_cli`, or in the folder `cli`."""

import importlib
import importlib.util
import os
import subprocess
import sys

import pytest

PACKAGE = "vst_cli" if importlib.util.find_spec("vst_cli") else "cli"


@pytest.fixture(scope="session")
def package():
    """The name that the command line is imported by."""
    return PACKAGE


@pytest.fixture(scope="session")
def room():
    """Import a module of the command line by name."""
    return lambda name: importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def main(room):
    """`vst`, in this process: takes arguments, returns the exit code."""
    return lambda *arguments: room("main").main([str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def process(project):
    """`vst`, in a process of its own: takes arguments, returns what became of it."""

    def run(*arguments, prelude="", entry="main", **environment):
        code = (
            f"import sys; {prelude}\n"
            f"from {PACKAGE}.main import {entry}\n"
            f"sys.exit({entry}(sys.argv[1:]))"
        )
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=project,
            env={**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "100", **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def tiny_styles(tmp_path, monkeypatch):
    """A library with two random styles of one trunk, `muse` and `candy`, and nothing else."""
    import torch
    from PIL import Image

    from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet
    from vst_core.training.export import Trained, export
    from vst_core.training.recipe import Recipe, StyleEntry

    torch.manual_seed(0)
    states = [
        TransformNet(width=4, styles=2, channels=channels).state_dict()
        for channels in (ITN_CHANNELS, VTN_CHANNELS)
    ]
    entries = tuple(
        StyleEntry(name=name, painting=f"{name}.jpg", title=f"A {name}")
        for name in ("muse", "candy")
    )
    folder = tmp_path / "library"
    grams = {"relu1_2": torch.rand(2, 4, 4)}
    paintings = [tmp_path / entry.painting for entry in entries]
    for painting, color in zip(paintings, ("red", "blue"), strict=True):
        Image.new("RGB", (40, 32), color).save(painting)
    trained = Trained(itn=states[0], vtn=states[1], grams=grams, paintings=paintings)
    export(trained, recipe=Recipe(width=4, painting_size=32, styles=entries), folder=folder)
    monkeypatch.setattr("vst_core.styles.library.LIBRARY", folder)
    monkeypatch.setenv("VST_STYLES", str(folder))  # for processes
    return folder
