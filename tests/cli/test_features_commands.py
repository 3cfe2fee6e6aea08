"""`vst train features` and `vst bench features`: what is asked for, and both of them, tiny."""

import json

import numpy as np
import pytest
from PIL import Image

TINY = """
crop = 32
pool = 2
start_pictures = 8
steps = 1
[widths]
relu1_1 = 4
relu2_1 = 4
relu3_1 = 4
relu4_1 = 4
relu4_2 = 4
relu5_1 = 4
[heads]
relu1_1 = 4
relu2_1 = 4
relu3_1 = 4
relu4_1 = 4
relu4_2 = 4
relu5_1 = 4
"""


@pytest.fixture
def pictures(tmp_path):
    random = np.random.default_rng(0)
    for name in ("photos/a.jpg", "photos/deep/b.png", "paintings/c.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (40, 48, 3), dtype=np.uint8)).save(path)
    return tmp_path


@pytest.fixture
def given(pictures):
    return ("--photos", pictures / "photos", "--paintings", pictures / "paintings")


@pytest.mark.slow
@pytest.mark.weights
def test_an_encoder_is_made_and_judged(main, given, pictures, shared, capsys):
    (pictures / "tiny.toml").write_text(TINY)
    weights = ("--weights-dir", shared / "weights", "--device", "cpu")
    made = ("--out", pictures / "out", "--recipe", pictures / "tiny.toml", "--progress", "plain")
    assert main("train", "features", *given, *made, *weights) == 0
    out, err = capsys.readouterr()
    card = pictures / "out" / "lite.toml"
    assert out == f"{card}\n"
    assert "step 1 of 1" in err
    small = ("--count", "1x2", "--size", 32, "--iterations", 2, "--precision", "fp32", "--json")
    assert main("bench", "features", card, *given, *small, *weights) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(pair["painting"], pair["photograph"]) for pair in found["pairs"]] == [
        ("c.png", "a.jpg"),
        ("c.png", "b.png"),
    ]
    ratios = [pair["style"] for pair in found["pairs"]]
    assert found["style_mean"] == pytest.approx(sum(ratios) / 2)
    assert found["style_worst"] == max(ratios)
    assert set(found["pairs"][0]["layers"]) == {f"relu{stage}_1" for stage in range(1, 6)}
    assert all(pair["speed"] > 0 for pair in found["pairs"])


@pytest.mark.slow
@pytest.mark.weights
def test_vgg19_judged_against_itself_is_as_good_as_itself(main, given, shared, capsys, tmp_path):
    small = ("--count", "1x2", "--size", 32, "--iterations", 3, "--precision", "fp32")
    weights = ("--weights-dir", shared / "weights", "--device", "cpu")
    sheet = ("--sheet", tmp_path / "sheet.png")
    assert main("bench", "features", "vgg19-gatys", *given, *small, *weights, *sheet) == 0
    out = capsys.readouterr().out
    assert "style loss x 1.00 (worst 1.00), content loss x 1.00 (worst 1.00)" in out
    seen = np.asarray(Image.open(tmp_path / "sheet.png"))[8:40]  # the row of pictures
    painting, *painted = (seen[:, 8 + 46 * place :][:, :38] for place in range(5))
    assert np.array_equal(painted[0], painted[1])
    assert np.array_equal(painted[2], painted[3])
    assert not np.array_equal(painted[0], painted[2])
    assert not np.array_equal(painting, painted[0])


def test_numbers_given_win_over_the_recipe_s(room, given):
    typed = [*given, "--steps", 7, "--seed", 5, "--out", "o", "--from", "x.toml"]
    module = room("commands.training.train_features")
    run = module._plan(module.parser("vst train features").read(list(map(str, typed))))
    assert (run.recipe.steps, run.recipe.seed) == (7, 5)
    assert (str(run.output), str(run.start)) == ("o", "x.toml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "features", "--photos", "x"), "There is no folder x"),
        (("train", "features"), "--photos is not given"),
        (("bench", "features"), "--paintings is not given"),
        (("bench", "features", "--count", "5"), "'5' is not a count"),
        (("bench", "features", "--paintings", "x.jpg"), "There is no picture x.jpg"),
    ],
)
def test_what_is_missing_is_named(main, capsys, arguments, words):
    assert main(*arguments) != 0
    assert words in capsys.readouterr().err


def test_without_vgg19_there_is_no_judge(main, given, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VST_WEIGHTS", raising=False)
    assert main("bench", "features", *given) == 6
    assert "VGG-19, the judge, is not on this machine" in capsys.readouterr().err
