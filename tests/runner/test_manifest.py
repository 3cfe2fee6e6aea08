"""The manifest survives what machines do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.runner.resume.frame_key import difference, frame_key
from vst_core.runner.resume.manifest import InputFile, ManifestWriter, Record, read_manifest

MARKS = {"style": "muse", "proxy": "1"}
ENTRY = {
    "frame": 9,
    "file": "9.png",
    "sha256": "bb",
    "link": "cc",
    "cut": False,
    "input": {"size": 3, "mtime_ns": 4, "sha256": "aa"},
}


def _record(frame: int) -> Record:
    file = InputFile(size=3, mtime_ns=4, sha256="aa")
    return Record(
        frame=frame, file=f"{frame}.png", sha256="bb", frame_key="cc", cut=False, input=file
    )


def _open(path: Path, *, anew: bool = False) -> ManifestWriter:
    continued = None if anew else read_manifest(path)
    return ManifestWriter(path, continued, frames="1-9", run_key=MARKS, overwrite=False)


def _write(path: Path, frames: range) -> None:
    writer = _open(path)
    for frame in frames:
        writer.writing(frame)
        writer.done(_record(frame))
    writer.close()


def test_it_says_what_was_noted(tmp_path):
    path = tmp_path / "m.jsonl"
    _write(path, range(1, 4))
    manifest = read_manifest(path)
    assert manifest.records == {frame: _record(frame) for frame in (1, 2, 3)}
    assert (manifest.run_key, manifest.frames) == (MARKS, "1-9")
    assert manifest.writing == frozenset()


def test_a_frame_that_is_written_again_is_not_vouched_for(tmp_path):
    path = tmp_path / "m.jsonl"
    _write(path, range(1, 3))
    writer = _open(path)
    writer.writing(2)
    writer.close()
    manifest = read_manifest(path)
    assert set(manifest.records) == {1}
    assert manifest.writing == {2}


@settings(deadline=None, max_examples=60)
@given(cut=st.integers(0, 2000))
def test_a_torn_end_is_forgotten_and_written_over(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("m") / "m.jsonl"
    _write(path, range(1, 4))
    path.write_bytes(path.read_bytes()[: max(path.stat().st_size - cut, 0)])
    before = read_manifest(path)
    _write(path, range(7, 9))
    after = read_manifest(path)
    kept = before.records if before else {}
    assert after.records == {**kept, 7: _record(7), 8: _record(8)}


NO_MANIFESTS = (b"", b"{}\n", b"[1]\n", b"\xff\xfe\n", b'{"manifest": 1}\n', b"[" * 100_000 + b"\n")


@pytest.mark.parametrize("text", NO_MANIFESTS)
def test_what_is_no_manifest_is_none(tmp_path, text):
    path = tmp_path / "m.jsonl"
    path.write_bytes(text)
    assert read_manifest(path) is None
    assert read_manifest(tmp_path / "absent.jsonl") is None


SENSELESS = (
    *('"writing"', "7", '{"writing": 1e999}', '{"writing": []}', "[" * 100_000, '{"link": 1}'),
    *(json.dumps({**ENTRY, **odd}) for odd in ({"frame": []}, {"frame": "1"}, {"file": 3})),
    json.dumps({**ENTRY, "input": {"size": None, "mtime_ns": 2, "sha256": "3"}}),
    json.dumps({**ENTRY, "cut": None}),
)


@pytest.mark.parametrize("line", SENSELESS)
def test_a_line_that_makes_no_sense_ends_what_counts(tmp_path, line):
    path = tmp_path / "m.jsonl"
    _write(path, range(1, 3))
    whole = path.read_bytes()
    path.write_bytes(whole + line.encode() + b"\n" + json.dumps(ENTRY).encode() + b"\n")
    manifest = read_manifest(path)
    assert manifest.records == {1: _record(1), 2: _record(2)}
    assert manifest.length == len(whole)


def test_a_newer_manifest_equals_no_fingerprint(tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text('{"manifest": 2, "frames": "1", "fingerprint": {"style": "muse"}}\n')
    assert read_manifest(path).run_key != {"style": "muse"}


def test_links_depend_on_all_that_came_before():
    first = frame_key(MARKS, 1, "aa")
    assert first == frame_key(dict(reversed(MARKS.items())), 1, "aa")
    others = {
        frame_key({**MARKS, "proxy": "1/2"}, 1, "aa"),
        frame_key(MARKS, 2, "aa"),
        frame_key(MARKS, 1, "ab"),
    }
    assert first not in others
    assert len({frame_key(one, 5, "aa") for one in (first, *others)}) == 4


def test_differences_are_told_in_words():
    now = {"style": "candy", "proxy": "1", "new": "yes"}
    assert difference(MARKS, now) == "style was 'muse', is now 'candy'; new was '', is now 'yes'"
