"""A run removes and replaces nothing but what it made itself, whatever lies where it writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from runs import events_of

from vst_core.errors import OutputError
from vst_core.job import StylizeJob
from vst_core.runner.passes.pass_folder import claim_folder, remove_folder

SHOT = Path(__file__).parents[1] / "shot"


@pytest.fixture
def shot(tmp_path):
    """Two frames, and masks and paintings of the same names in folders below."""
    for folder in ("in", "in/mask", "in/art"):
        (tmp_path / folder).mkdir()
        for number in (1, 2):
            name = f"balloon_{number:04d}.png"
            shutil.copy(SHOT / name, tmp_path / folder / name)
    return tmp_path


@pytest.fixture
def job(cards, shot):
    def make(**settings):
        given = {"input": str(shot / "in/balloon_%04d.png"), "output": str(shot / "out"),
                 "style": str(cards[0]), "proxy": "1/4", "method": "itn"}  # fmt: skip
        return StylizeJob.from_dict({**given, **settings})

    return make


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "settings",
    [
        {"output": "in/mask", "mask": "in/mask/balloon_%04d.png", "overwrite": True},
        {"preview": "in/balloon_0001.png"},
        {"state_out": "in/balloon_0002.png", "method": "vtn"},
        {"preview": "in/mask/balloon_0002.png", "mask": "in/mask/balloon_%04d.png"},
        {
            "preview": "in/art/balloon_0001.png",
            "mask": "in/mask/balloon_%04d.png",
            "style_outside": "in/art/balloon_0001.png",
            "method": "gatys",
            "features": "lite",
        },
    ],
)
def test_what_a_run_reads_it_never_replaces(job, shot, settings):
    paths = {name: str(shot / value) if "/" in str(value) else value
             for name, value in settings.items()}  # fmt: skip
    before = contents(shot)
    with pytest.raises(OutputError) as caught:
        events_of(job(**paths))
    assert "balloon_000" in str(caught.value)
    assert contents(shot) == before


def test_strangers_files_beside_results_stay(job, shot):
    planted = [shot / "out" / name for name in ("notes.txt", ".vst/notes.txt", "other_0001.png")]
    for path in planted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    events_of(job())
    events_of(job(overwrite=True))
    assert [path.read_text() for path in planted] == ["mine"] * 3


def test_only_files_of_passes_go_with_their_folder(tmp_path):
    folder = tmp_path / "passes"
    claim_folder(folder, "me", fresh=True)
    ours = ["pass_001_000002.exr", "flow_1_2.exr", "flow_-1_0.exr", ".a.1234.part.exr"]
    theirs = ["pass_1.txt", "plate.exr", "notes.txt"]
    for name in (*ours, *theirs):
        (folder / name).touch()
    claim_folder(folder, "another", fresh=False)
    assert sorted(path.name for path in folder.iterdir()) == sorted(["owner.txt", *theirs])
    remove_folder(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(theirs)
    for name in theirs:
        (folder / name).unlink()
    claim_folder(folder, "me", fresh=False)
    remove_folder(folder)
    assert not folder.exists()
