"""A run that was stopped, killed or starved goes on to the bytes of an unbroken one."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import children
import pytest
import torch
from runs import events_of, hashes, made

from vst_core.atomic import partial_files
from vst_core.errors import Interrupted, OutputError
from vst_core.image import write_picture
from vst_core.protocol import CutFound, FrameDone
from vst_core.runner import StopRequest, plan_job, run_job
from vst_core.runner.resume.frame_key import difference
from vst_core.runner.resume.manifest import read_manifest


def _lines(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def _wait_for(log: Path, lines: int) -> None:
    end = time.monotonic() + 300  # machines may be busy
    while _lines(log) < lines:
        assert time.monotonic() < end, "the child does nothing"
        time.sleep(0.002)


def _stop_after(job, source, count: int, **settings: object) -> None:
    """Run in this process and stop when so many frames are finished."""
    stop, done = StopRequest(), []

    def tell(event: object) -> None:
        done.append(isinstance(event, FrameDone) and not event.skipped)
        if sum(done) >= count:
            stop.request()

    with pytest.raises(Interrupted):
        run_job(job(source, **settings), tell, stop=stop)


@pytest.fixture(scope="module")
def unbroken(shot, cards, tmp_path_factory) -> Path:
    """The results of an unbroken run over the 24 frames."""
    out = tmp_path_factory.mktemp("unbroken") / "out"
    child = children.start(
        {"input": str(shot), "output": str(out), "style": str(cards[0]), "precision": "fp32"},
        log=out.parent / "log",
    )
    child.join()
    assert child.exitcode == 0
    return out


@pytest.mark.slow
def test_kill_at_any_moment_and_go_on(job, shot, unbroken, tmp_path):
    """What a killed run says is finished is finished, and the last one finishes it all."""
    settings = job(shot).to_dict()
    calls = children.calls_made(unbroken.parent / "log")
    for _ in children.kill_three_times(settings, calls=calls, folder=tmp_path, seed=11):
        manifest = read_manifest(plan_job(job(shot)).paths.manifest)
        for record in (manifest.records if manifest else {}).values():
            assert hashes(tmp_path / "out")[record.file] == record.sha256
    child = children.start(settings, log=tmp_path / "log")
    child.join()
    assert child.exitcode == 0
    assert hashes(tmp_path / "out") == hashes(unbroken)
    assert [p.suffix for p in (tmp_path / "out/.vst").iterdir()] == [".jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_the_frame_and_says_so(job, shot, unbroken, tmp_path, signum):
    log = tmp_path / "log"
    child = children.start(job(shot).to_dict(), log=log)
    _wait_for(log, 4)
    os.kill(child.pid, signum)
    child.join()
    assert child.exitcode == 128 + signum
    assert "again" in log.with_suffix(".error").read_text()
    finished = len(hashes(tmp_path / "out"))
    assert finished == _lines(log) - 1 < 24
    events = events_of(job(shot))
    assert made(events) == list(range(finished + 1, 25))
    assert hashes(tmp_path / "out") == hashes(unbroken)


def test_handlers_are_put_back(run, shot):
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    run(shot, frames="1")
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.slow
@pytest.mark.parametrize("stops", [(1,), (9, 3), (10, 1), (12, 4), (13, 1)])
def test_stops_in_the_same_process(job, shot, unbroken, tmp_path, stops):
    for frames in stops:
        _stop_after(job, shot, frames)
    events_of(job(shot))
    assert hashes(tmp_path / "out") == hashes(unbroken)


def test_a_complete_run_is_skipped_whole(run, shot, tmp_path):
    run(shot, frames="1-6")
    times = [path.stat().st_mtime_ns for path in sorted((tmp_path / "out").glob("*.png"))]
    events = run(shot, frames="1-6")
    assert made(events) == []
    assert [e.index for e in events if isinstance(e, FrameDone)] == [1, 2, 3, 4, 5, 6]
    assert events[-1].skipped == 6
    assert times == [p.stat().st_mtime_ns for p in sorted((tmp_path / "out").glob("*.png"))]


@pytest.mark.parametrize("gone", [{3}, {1}, {24}, {5, 16, 17}])
def test_frames_that_are_gone_are_made_again(run, shot, unbroken, tmp_path, gone):
    shutil.copytree(unbroken, tmp_path / "out")
    for frame in gone:
        (tmp_path / f"out/frame_{frame:04d}.png").unlink()
    assert made(run(shot)) == sorted(gone)
    assert hashes(tmp_path / "out") == hashes(unbroken)


def test_only_what_is_needed_is_computed(job, shot, unbroken, two_shots, tmp_path):
    shutil.copytree(unbroken, tmp_path / "out")
    (tmp_path / "out/frame_0005.png").unlink()
    assert plan_job(job(shot)).resume.computed == frozenset(range(5))
    shots = job(two_shots, output=str(tmp_path / "shots"))
    events_of(shots)
    (tmp_path / "shots/frame_0008.png").unlink()
    plan = plan_job(shots)
    assert plan.resume.computed == {5, 6, 7}  # from the cut at frame 6
    events = events_of(shots)
    assert [e.frame for e in events if isinstance(e, CutFound)] == [6]


def test_a_frame_alone_needs_no_other(job, shot, run, tmp_path):
    run(shot, frames="1-6", method="itn")
    (tmp_path / "out/frame_0005.png").unlink()
    assert plan_job(job(shot, frames="1-6", method="itn")).resume.computed == {4}


@pytest.mark.slow
def test_a_changed_input_makes_all_later_frames_of_the_shot(run, shot, tmp_path):
    source = tmp_path / "in"
    shutil.copytree(shot, source)
    run(source, frames="1-6")
    (source / "frame_0003.png").write_bytes((shot / "frame_0009.png").read_bytes())
    assert made(run(source, frames="1-6")) == [3, 4, 5, 6]
    run(source, frames="1-6", output=str(tmp_path / "fresh"))
    assert hashes(tmp_path / "out") == hashes(tmp_path / "fresh")


def test_an_input_that_was_only_touched_is_no_other(run, shot, tmp_path):
    source = tmp_path / "in"
    shutil.copytree(shot, source)
    run(source, frames="1-4")
    (source / "frame_0002.png").touch()
    assert made(run(source, frames="1-4")) == []


def test_a_longer_range_goes_on_from_a_shorter_one(run, shot, unbroken, tmp_path):
    run(shot, frames="1-6")
    assert made(run(shot, frames="1-9")) == [7, 8, 9]
    names = [f"frame_{n:04d}.png" for n in range(1, 10)]
    assert [hashes(tmp_path / "out")[n] for n in names] == [hashes(unbroken)[n] for n in names]


def test_parts_of_a_sequence_share_a_folder(run, shot, tmp_path):
    assert made(run(shot, frames="1-3")) == [1, 2, 3]
    assert made(run(shot, frames="4-6")) == [4, 5, 6]
    assert made(run(shot, frames="4-6")) == []
    with pytest.raises(OutputError, match="in a run over the frames 4-6"):
        run(shot, frames="1-6")  # frame 4 would have a past, and be another


@pytest.mark.slow
def test_what_a_killed_writer_left_is_removed(job, run, shot, tmp_path):
    _stop_after(job, shot, 2)
    manifest = plan_job(job(shot)).paths.manifest
    output = tmp_path / "out/frame_0008.png"
    (tmp_path / "out/.frame_0008.1-0.part.png").write_bytes(b"half")
    with manifest.open("a") as stream:
        stream.write('{"writing": 8}\n{"frame": 8, "fi')  # torn
    assert partial_files(output)
    run(shot)
    assert not partial_files(output)
    assert len(read_manifest(manifest).records) == 24


def test_foreign_files_are_not_replaced(run, shot, tmp_path):
    (tmp_path / "out").mkdir()
    precious = tmp_path / "out/frame_0002.png"
    precious.write_bytes(b"precious")
    with pytest.raises(OutputError, match=r"frame_0002\.png was not made by this job") as caught:
        run(shot, frames="1-3")
    assert "--overwrite" in caught.value.fix
    assert precious.read_bytes() == b"precious"
    assert not (tmp_path / "out/.vst").exists()
    assert made(run(shot, frames="1-3", overwrite=True)) == [1, 2, 3]


def test_a_file_that_was_changed_is_not_replaced(run, shot, tmp_path):
    run(shot, frames="1-3")
    (tmp_path / "out/frame_0002.png").write_bytes(b"painted over")
    with pytest.raises(OutputError, match="was changed since this job made it"):
        run(shot, frames="1-3")


def test_other_settings_are_told_apart(run, shot, cards, tmp_path):
    run(shot, frames="1-3")
    with pytest.raises(OutputError, match="style was 'first:1', is now 'second:1'") as caught:
        run(shot, frames="1-3", style=str(cards[1]))
    assert caught.value.exit_code == 4
    assert made(run(shot, frames="1-3", style=str(cards[1]), overwrite=True)) == [1, 2, 3]
    run(shot, frames="1-3", style=str(cards[1]), output=str(tmp_path / "fresh"))
    assert hashes(tmp_path / "out") == hashes(tmp_path / "fresh")


def test_a_pre_roll_is_told_apart_where_it_is_read(job, shot):
    def found(**changes):
        return plan_job(job(shot, **changes)).run_key

    assert "preroll was '8', is now '3'" in difference(found(), found(preroll=3))
    assert "preroll was '8', is now ''" in difference(found(), found(preroll=0))
    assert found(method="itn") == found(method="itn", preroll=3)


def test_overwrite_makes_everything_again_and_can_be_gone_on_from(job, run, shot, tmp_path):
    run(shot, frames="1-6", strength=0.5)
    _stop_after(job, shot, 2, frames="1-6", overwrite=True)
    events = run(shot, frames="1-6")  # no longer: the rest is known to be replaced
    assert 1 not in made(events)
    assert made(events)[-1] == 6


@pytest.mark.slow
def test_speed_settings_do_not_matter_for_going_on(job, shot, unbroken, tmp_path):
    _stop_after(job, shot, 7, read_ahead=0)
    events_of(job(shot, read_ahead=5))
    assert hashes(tmp_path / "out") == hashes(unbroken)


def test_a_damaged_state_costs_time_only(job, shot, unbroken, tmp_path):
    _stop_after(job, shot, 12)
    for state in (tmp_path / "out/.vst").glob("*.safetensors"):
        state.write_bytes(state.read_bytes()[:100])
    events_of(job(shot))
    assert hashes(tmp_path / "out") == hashes(unbroken)


def test_two_runs_over_the_same_frames_do_not_meet(job, run, shot):
    other: list[str] = []

    def start_another(event: object) -> None:
        if isinstance(event, FrameDone) and not other:
            with pytest.raises(OutputError) as caught:
                run(shot, frames="1-3")
            other.append(str(caught.value))

    run_job(job(shot, frames="1-3"), start_another)
    assert "Another run is making these frames" in other[0]


@pytest.mark.slow
def test_a_full_disk_in_the_middle(job, run, tmp_path):
    """Frame 3 is noise, and larger than the largest file that the child may write."""
    source = tmp_path / "in"
    source.mkdir()
    for number in range(1, 6):
        gray = torch.full((1, 3, 64, 64), 0.1 * number)
        picture = torch.rand(1, 3, 64, 64) if number == 3 else gray
        write_picture(source / f"{number}.png", picture)
    settings = job(source, method="itn").to_dict()
    child = children.start(settings, log=tmp_path / "log", file_limit=6000)
    child.join()
    assert child.exitcode == 4
    message = (tmp_path / "log.error").read_text()
    assert message.startswith("Frame 3: ")
    assert "cannot be written" in message
    manifest = read_manifest(plan_job(job(source, method="itn")).paths.manifest)
    assert {1, 2} <= set(manifest.records) <= {1, 2, 4, 5}
    assert not list((tmp_path / "out").glob(".*.part*"))
    run(source, method="itn")
    run(source, method="itn", output=str(tmp_path / "fresh"))
    assert hashes(tmp_path / "out") == hashes(tmp_path / "fresh")
