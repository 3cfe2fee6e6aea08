"""What may be seen in training, and what is known of it."""

import numpy as np
import pytest
from PIL import Image

from vst_core.errors import InputError
from vst_core.hosts.hashes import known_hash
from vst_core.training.prediction.sources import painting_files, provenance


@pytest.fixture
def folder(tmp_path):
    for name in ("a.jpg", "b.png", "c.jpg"):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / name)
    (tmp_path / "SOURCES.csv").write_text(
        "file,artist,split\na.jpg,Anna,train\nb.png,Bert,test\n", encoding="utf-8"
    )
    return tmp_path


def test_what_is_kept_for_tests_is_never_seen(folder):
    assert [path.name for path in painting_files([folder])] == ["a.jpg", "c.jpg"]


def test_the_list_beside_the_pictures_is_quoted_with_their_hashes(folder):
    rows = provenance(painting_files([folder]))
    assert rows[0]["artist"] == "Anna"
    assert rows[0]["sha256"] == known_hash(folder / "a.jpg")
    assert rows[1] == {"file": "c.jpg", "sha256": known_hash(folder / "c.jpg")}


def test_folders_without_paintings_are_refused(tmp_path):
    with pytest.raises(InputError):
        painting_files([tmp_path])
