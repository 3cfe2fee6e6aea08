"""Many shots in a run: what fails stops nothing, and nothing is made twice."""

import json
import os
import signal

import pytest

from vst_core.batch import SUMMARY_FILE, preview_shots, read_summary, run_batch
from vst_core.errors import Interrupted, UsageError
from vst_core.protocol import FrameDone
from vst_core.resident import ChildEngine
from vst_core.runner import StopRequest


def break_shot(folder, kind):
    second = folder / "f.1002.png"
    if kind == "damaged":
        second.write_bytes(second.read_bytes()[:200])
    elif kind == "gap":
        second.unlink()
    else:
        for path in folder.glob("*"):
            path.unlink()


def files(folder):
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*.png")}


def test_broken_shots_are_named_and_the_others_made(shots, heard, tmp_path):
    listed = shots(a=3, b=3, c=3, d=3, e=2)
    for name, kind in (("b", "damaged"), ("c", "gap"), ("d", "empty")):
        break_shot(tmp_path / "in" / name, kind)
    out, watch = tmp_path / "out", heard()
    summary = run_batch(listed, out, watch)
    assert [one.name for one in summary.of("done")] == ["a", "e"]
    failed = {one.name: one for one in summary.of("failed")}
    assert {one.name: (one.frames, one.exit_code) for one in failed.values()} == {
        "b": (1, 3),
        "c": (0, 3),
        "d": (0, 3),
    }
    assert "f.1002.png" in failed["b"].problem
    assert "1002" in failed["c"].problem
    assert watch.begun == [(name, n, 5) for n, name in enumerate("abcde", start=1)]
    assert watch.ended == [*summary.shots]
    assert len(files(out)) == 3 + 1 + 2
    assert not [path for path in out.rglob(".*") if ".part" in path.name]
    assert read_summary(out) == summary
    assert json.loads((out / SUMMARY_FILE).read_text())["counts"]["failed"] == 3


def test_a_batch_that_was_stopped_goes_on_and_makes_nothing_twice(shots, heard, tmp_path):
    listed, out, stop = shots(a=2, b=2, c=2), tmp_path / "out", StopRequest()
    with pytest.raises(Interrupted):
        run_batch(listed, out, heard(stop=stop, after=2), stop=stop)
    assert [one.status for one in read_summary(out).shots] == ["done", "done", "waiting"]
    before = files(out)
    summary = run_batch(listed, out, heard())
    after = files(out)
    assert [one.made for one in summary.shots] == [0, 0, 2]
    assert {path: after[path] for path in before} == before
    assert len(after) == 6


@pytest.mark.slow
def test_a_shot_that_ends_the_engine_is_named_and_the_night_goes_on(shots, heard, tmp_path):
    listed, out = shots(a=2, b=3, c=2), tmp_path / "out"
    with ChildEngine() as engine:

        class Deadly(heard):
            def event(self, message):
                if isinstance(message, FrameDone) and self.begun[-1][0] == "b":
                    os.kill(engine.process, signal.SIGSEGV)

        summary = run_batch(listed, out, Deadly(), runner=engine.run)
    assert [one.status for one in summary.shots] == ["done", "failed", "done"]
    broken = summary.shots[1]
    assert "SIGSEGV" in broken.problem
    assert broken.exit_code == 5
    assert 1 <= broken.frames <= 3
    again = run_batch(listed, out, heard())
    assert [one.status for one in again.shots] == ["done"] * 3
    assert len(files(out)) == 7


def test_a_shot_that_was_mended_is_made_in_the_next_run(shots, heard, tmp_path):
    listed = shots(a=2, b=3)
    damaged = tmp_path / "in/a/f.1002.png"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100])
    first = run_batch(listed, tmp_path / "out", heard())
    assert [one.status for one in first.shots] == ["failed", "done"]
    damaged.write_bytes(whole)
    second = run_batch(listed, tmp_path / "out", heard())
    assert [(one.status, one.problem) for one in second.shots] == [("done", ""), ("done", "")]


@pytest.mark.slow
def test_the_preview_shows_first_frames_and_leaves_nothing_but_the_sheet(shots, tmp_path):
    listed, told, sheet = shots(a=2, b=3, c=2), [], tmp_path / "sheet.jpg"
    break_shot(tmp_path / "in" / "b", "gap")
    found = preview_shots(listed, sheet, tell=told.append)
    assert [(one.name, one.frames, bool(one.problem)) for one in found] == [
        ("a", 2, False),
        ("b", 0, True),
        ("c", 2, False),
    ]
    assert [one.name for one in told] == ["a", "b", "c"]
    assert sheet.stat().st_size > 1000
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_shot_that_ends_the_engine_is_named_in_the_preview(shots, tmp_path, monkeypatch):
    listed, told = shots(a=2, b=2, c=2), []
    run = ChildEngine.run

    def deadly(engine, job, on_event, **choice):
        def hear(message):
            on_event(message)
            if job.input.endswith("b"):
                os.kill(engine.process, signal.SIGKILL)

        return run(engine, job, hear, **choice)

    monkeypatch.setattr(ChildEngine, "run", deadly)
    found = preview_shots(listed, tmp_path / "sheet.jpg", tell=told.append)
    assert [bool(one.problem) for one in found] == [False, True, False]
    assert "SIGKILL" in found[1].problem


@pytest.mark.slow
def test_a_preview_of_nothing_is_refused(shots, tmp_path):
    listed = shots(a=2)
    break_shot(tmp_path / "in" / "a", "empty")
    with pytest.raises(UsageError):
        preview_shots(listed, tmp_path / "sheet.jpg", tell=lambda one: None)
