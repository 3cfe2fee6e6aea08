"""`vst mattes` from end to end."""

import json
import os
from pathlib import Path

import pytest

from vst_core.image import read_picture

FILE = Path(os.environ.get("VST_SHARED", "/nowhere")) / "data/exr/cryptomatte/special_chars.exr"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="needs the shared files")


def test_json_for_programs_and_a_preview(main, tmp_path, capsys):
    preview = tmp_path / "colors.png"
    assert main("mattes", FILE, "--json", "--preview", preview) == 0
    told = json.loads(capsys.readouterr().out)
    (layer,) = told["layers"]
    assert (told["path"], layer["name"], layer["manifest"]) == (
        str(FILE),
        "special_chars",
        "header",
    )
    masks = {one["name"]: (one["hash"], one["mask"]) for one in layer["mattes"]}
    assert masks["name, with, comma"] == ("62fa4db8", 'crypto:special_chars:"name, with, comma"')
    assert masks["равнина"] == ("9623511e", "crypto:special_chars:равнина")
    assert all(0.02 < one["coverage"] < 0.03 for one in layer["mattes"])
    assert read_picture(preview).shape == (1, 3, 64, 64)


def test_words_for_people(main, capsys):
    assert main("mattes", FILE) == 0
    assert r'"name containing a \"quote\"  "' in capsys.readouterr().out


def test_a_layer_that_is_not_there(main, capsys):
    assert main("mattes", FILE, "--layer", "material") == 3
    assert "special_chars" in capsys.readouterr().err
