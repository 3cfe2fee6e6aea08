import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.atomic import atomic_path, output_error, partial_files, short_name


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_file_appears_whole_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "frame.0001.png"
    target.write_text("old")
    with atomic_path(target) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".")
        assert temporary.suffix == ".png"
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names(tmp_path) == ["frame.0001.png"]


def _write_half(target, error):
    with atomic_path(target) as temporary:
        temporary.write_text("half")
        raise error


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_keeps_the_old_file_and_removes_the_new(tmp_path, error):
    target = tmp_path / "a.png"
    target.write_text("old")
    with pytest.raises(error):
        _write_half(target, error)
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.png"]


def test_what_a_killed_writer_left_is_found(tmp_path):
    target = tmp_path / "a.png"
    left = tmp_path / ".a.4711-0.part.png"
    for path in (left, tmp_path / ".b.1-0.part.png", target):
        path.touch()
    assert partial_files(target) == [left]
    assert partial_files(tmp_path / "absent" / "a.png") == []


@pytest.mark.parametrize(
    "stem", ["x" * 251, "画" * 83, "a" + "é" * 125, "a." + "y" * 249, "." * 251]
)
def test_whatever_name_a_disk_holds_can_be_written(tmp_path, stem):
    target = tmp_path / f"{stem}.png"
    target.write_text("old")  # the disk holds it
    with atomic_path(target) as temporary:
        assert temporary.suffix == ".png"
        assert partial_files(target) == [temporary]
        temporary.write_text("new")
    assert target.read_text() == "new"
    assert names(tmp_path) == [target.name]


def test_the_end_of_a_long_name_is_no_kind_of_file(tmp_path):
    target = tmp_path / f"a.{'y' * 253}"
    with atomic_path(target) as temporary:
        temporary.write_text("new")
    assert names(tmp_path) == [target.name]


@given(text=st.text("ab.é画", max_size=300), most=st.integers(32, 200))
def test_short_names_fit_and_are_told_apart(text, most):
    short = short_name(text, most)
    assert len(os.fsencode(short)) <= most
    assert (short == text) == (len(os.fsencode(text)) <= most)
    assert short_name(text + "b", most) != short


def test_a_disk_over_quota_is_a_full_disk(tmp_path):
    assert "disk is full" in str(output_error(tmp_path / "a.exr", "quota", code=errno.EDQUOT))
