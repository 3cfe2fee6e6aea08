"""SHA-256: of files read anew, of files that stay, and of texts."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.hosts.hashes import file_hash, known_hash, text_hash


@pytest.mark.parametrize("content", [b"", b"abc", bytes(range(256)) * 9000])
def test_a_files_hash_is_its_sha256_and_follows_it(tmp_path, content):
    path = tmp_path / "file"
    for now in (content, content + b"more"):
        path.write_bytes(now)
        assert file_hash(path) == known_hash(path) == hashlib.sha256(now).hexdigest()


def test_what_looks_unchanged_is_read_anew_only_where_that_is_asked(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"one")
    before, time = known_hash(path), path.stat().st_mtime_ns
    path.write_bytes(b"two")
    os.utime(path, ns=(time, time))  # as on a disk with a coarse clock
    assert known_hash(path) == before
    assert file_hash(path) == hashlib.sha256(b"two").hexdigest()


@pytest.mark.parametrize("find", [file_hash, known_hash])
def test_an_absent_file_is_an_error_of_the_system(tmp_path, find):
    with pytest.raises(FileNotFoundError):
        find(tmp_path / "none")


@given(st.binary(max_size=40))
def test_a_texts_hash_is_that_of_its_bytes_even_where_they_are_no_utf_8(content):
    text = content.decode("utf-8", "surrogateescape")
    assert text_hash(text) == hashlib.sha256(content).hexdigest()
