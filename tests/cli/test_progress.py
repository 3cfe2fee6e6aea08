"""What is said while a run goes on: to people, to logs, to programs."""

import io
import itertools
import re
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.protocol import (
    CutFound,
    Finished,
    FrameDone,
    Iterated,
    Progress,
    Started,
    Warned,
    decode,
)

STORY = [
    Progress("loading the network", 0.5),
    Started(4, 640, 360, "muse", "vtn", "dis", "cpu", "0.1.0"),
    FrameDone(7, 1, 4, 0.0, 0.0, "out/7.png", skipped=True),
    Iterated(8, 3, 9, 64, 48, 1.25, {"content relu4_2": 0.5, "style relu1_1": 0.1}),
    FrameDone(8, 2, 4, 0.5, 2.0, "out/8.png"),
    CutFound(9),
    Warned("No motion file for frame 9"),
    FrameDone(9, 3, 4, 0.5, 2.0, "out/9.png"),
    FrameDone(10, 4, 4, 0.5, 2.0, "out/10.png"),
    Finished(3, 1, 1.5),
]


STEP = "frame 8: iteration 3/9 at 64 x 48, loss 1.25 (content 0.5, style 0.2)"


@pytest.fixture
def progress(room):
    return room("show.progress")


def tell(progress, kind):
    with progress.PROGRESS[kind]() as listener:
        for message in STORY:
            listener(message)


def test_plain_has_a_line_a_frame_on_stderr(progress, capsys):
    tell(progress, "plain")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "loading the network (50%)",
        "4 frames, 640 x 360, muse by vtn on cpu, motion from dis",
        "[1/4] frame 7: there already",
        "[2/4] frame 8: 0.50 s, 2 frames per second, 1.0 s left",
        "A new shot begins at frame 9.",
        "Note: No motion file for frame 9",
        "[3/4] frame 9: 0.50 s, 2 frames per second, 0.5 s left",
        "[4/4] frame 10: 0.50 s, 2 frames per second",
    ]


@pytest.mark.parametrize("kind", ["bar", "plain", "json", "openjd", "none"])
def test_no_run_that_succeeds_says_error_or_warning(progress, capsys, kind):
    tell(progress, kind)
    said = capsys.readouterr()
    assert "Error:" not in said.out + said.err
    assert "Warning" not in said.out + said.err


def test_json_is_the_events_and_nothing_else_on_stdout(progress, capsys):
    with progress.PROGRESS["json"]() as listener:
        for message in STORY:
            sys.stdout.write("a library's chatter\n")
            listener(message)
    said = capsys.readouterr()
    assert [decode(line) for line in said.out.splitlines()] == STORY
    assert said.err == "a library's chatter\n" * len(STORY)


def test_openjd_is_per_cent_that_never_falls_and_what_goes_on(progress, capsys):
    tell(progress, "openjd")
    lines = capsys.readouterr().out.splitlines()
    parts = [line.split()[1] for line in lines if line.startswith("openjd_progress:")]
    assert parts == ["25.0", "50.0", "75.0", "100.0"]
    assert lines[0].startswith("openjd_status: ")  # before torch is loaded
    assert "openjd_status: [2/4] frame 8: 0.50 s, 2 frames per second, 1.0 s left" in lines


@given(places=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), max_size=20))
def test_openjd_progress_stays_within_a_hundred(room, places):
    stream = io.StringIO()
    listener = room("show.progress").OpenJobLines(stream, silence=9)
    for index, total in places:
        listener(FrameDone(1, index, total, 0.1, 1.0, "a.png"))
    said = re.findall(r"openjd_progress: (.*)", stream.getvalue())
    parts = [float(part) for part in said]
    assert all(0 <= part <= 100 for part in parts)
    assert parts == sorted(parts)


def test_openjd_breaks_a_long_silence_in_its_own_words(progress):
    stream = io.StringIO()
    with progress.OpenJobLines(stream, silence=0.08):
        time.sleep(0.4)
    lines = stream.getvalue().splitlines()
    assert lines
    assert all(line.startswith("openjd_status: at work for ") for line in lines)


def test_none_says_only_what_a_person_should_know(progress, capsys):
    tell(progress, "none")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Note: No motion file for frame 9\n")


def test_bar_keeps_stdout_free_and_remarks_visible(progress, capsys):
    tell(progress, "bar")
    said = capsys.readouterr()
    assert said.out == ""
    assert "Note: No motion file for frame 9" in said.err


def test_bar_without_rich_is_plain(progress, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, progress.__package__ + ".bar", raising=False)
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    tell(progress, "bar")
    assert "[2/4] frame 8:" in capsys.readouterr().err


def test_default_is_a_bar_only_on_a_terminal(progress, monkeypatch):
    assert progress.choose_progress("json") == "json"
    for terminal, kind in ((True, "bar"), (False, "plain")):
        monkeypatch.setattr("sys.stderr", io.StringIO())
        monkeypatch.setattr("sys.stderr.isatty", lambda terminal=terminal: terminal)
        assert progress.choose_progress(None) == kind


def test_long_silence_is_broken(progress):
    stream = io.StringIO()
    with progress.PlainLines(stream, silence=0.08):
        time.sleep(0.5)
    lines = stream.getvalue().splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("at work for 0.") for line in lines)


def test_iterations_are_said_where_little_else_is(progress):
    step = Iterated(8, 3, 9, 64, 48, 1.25, {"content a": 0.5, "style a": 0.1, "style b": 0.3})
    for silence, lines in ((1e9, []), (1e-9, 2 * [STEP])):
        stream = io.StringIO()
        said = progress.PlainLines(stream, silence=silence)
        said(step)
        said(step)
        assert stream.getvalue().splitlines() == lines


def test_iterations_of_several_passes_name_their_pass(room):
    step = Iterated(8, 3, 9, 64, 48, 1.25, {"temporal 1": 0.5}, number=2, passes=6)
    line = room("show.event_text").step_line(step)
    assert line == "pass 2/6, frame 8: iteration 3/9 at 64 x 48, loss 1.25 (temporal 0.5)"


@given(st.lists(st.floats(0, 1e7), min_size=2, max_size=2).map(sorted))
def test_durations_are_short_and_read_back_in_order(seconds):
    from importlib import import_module
    from importlib.util import find_spec

    package = "vst_cli" if find_spec("vst_cli") else "cli"
    duration = import_module(f"{package}.show.event_text").duration
    unit = {"s": 1, "min": 60, "h": 3600}
    read = []
    for text in map(duration, seconds):
        words = text.split()
        pairs = zip(words[::2], words[1::2], strict=True)
        read.append(sum(float(number) * unit[name] for number, name in pairs))
        assert len(words) <= 4
    for value, shown in zip(seconds, read, strict=True):
        assert abs(value - shown) <= (0.06 if value < 10 else 0.51 if value < 3599 else 60)
    assert all(before <= after for before, after in itertools.pairwise(read))


def test_summary(room):
    summary = room("show.event_text").summary
    assert summary(Finished(3, 1, 1.5), "out") == (
        "Made 3 frames in 1.5 s (2 frames per second), 1 were there already: out"
    )
    assert summary(Finished(0, 4, 0.2), "out").startswith("Made 0 frames in 0.2 s, 4")
