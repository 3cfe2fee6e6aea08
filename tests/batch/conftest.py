"""Small shots, good and broken."""

import pytest
from PIL import Image

from vst_core.job import read_shots


@pytest.fixture
def shots(tmp_path, project):
    """Make folders of small shots and read them; takes name -> number of frames."""

    def read():
        changes = {"proxy": "1/4", "device": "cpu", "threads": 1}
        return read_shots(tmp_path / "in", str(tmp_path / "out"), changes=changes)

    def make(**lengths):
        for name, length in lengths.items():
            folder = tmp_path / "in" / name
            folder.mkdir(parents=True)
            for number in range(1, length + 1):
                source = project / "tests/shot" / f"balloon_{number:04d}.png"
                Image.open(source).resize((64, 40)).save(folder / f"f.{1000 + number}.png")
        return read()

    return make


class Heard:
    """A watch that keeps what it is told, and can ask for a stop."""

    def __init__(self, *, stop=None, after=0):
        self.begun, self.ended, self.events = [], [], []
        self._stop, self._after = stop, after

    def begin(self, shot, number, total):
        self.begun.append((shot.name, number, total))

    def event(self, message):
        self.events.append(message)

    def end(self, result):
        self.ended.append(result)
        if self._stop is not None and len(self.ended) == self._after:
            self._stop.request()


@pytest.fixture
def heard():
    """Make a watch."""
    return Heard
