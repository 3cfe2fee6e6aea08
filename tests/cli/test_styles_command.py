"""`vst styles`: the list, one card, and the same as JSON."""

import json

import pytest


@pytest.fixture
def measured(tiny_styles):
    path = tiny_styles / "muse.toml"
    figures = "\n[metrics.sintel_alley_1]\nstyle_loss = 0.17654321\nm2 = 0.0042\n"
    text = path.read_text().replace('preview = ""', 'preview = "muse.jpg"')
    path.write_text(text + figures)
    return tiny_styles


def test_list_has_figures_and_previews(main, measured, capsys):
    assert main("styles") == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].split() == ["STYLE", "TITLE", "WIDTH", "STYLE", "LOSS", "M2"]
    assert [line.split()[0] for line in lines[1:3]] == ["candy", "muse"]
    assert lines[2].split()[-3:] == ["4", "0.1765", "0.0042"]
    assert "Can be mixed: candy, muse." in lines
    assert "Measured on sintel_alley_1." in lines
    assert f"  muse  {measured / 'muse.jpg'}" in lines
    assert max(map(len, lines[:5])) <= 100


def test_show_has_everything_on_the_card(main, measured, capsys):
    assert main("styles", "show", "muse") == 0
    text = capsys.readouterr().out
    for part in ("A muse", "Apache-2.0", "width 4, row 0", "measured on sintel_alley_1", "0.0042"):
        assert part in text
    for kind in ("itn", "vtn", "grams"):
        assert f"{kind}.safetensors" in text
    assert "itn.steps" in text
    assert "--style muse" in text


def test_json_is_the_cards_with_whole_paths(main, measured, capsys):
    assert main("styles", "--json") == 0
    cards = json.loads(capsys.readouterr().out)
    assert [card["name"] for card in cards] == ["candy", "muse"]
    assert cards[1]["preview"] == str(measured / "muse.jpg")
    assert cards[1]["metrics"]["sintel_alley_1"]["m2"] == 0.0042
    assert main("styles", "show", str(measured / "candy.toml"), "--json") == 0
    card = json.loads(capsys.readouterr().out)
    assert card["files"]["vtn"]["path"].startswith(str(measured))


def test_unknown_style_has_the_nearest_name(main, measured, capsys):
    assert main("styles", "show", "mus") == 2
    assert "Did you mean 'muse'? Known: candy, muse" in capsys.readouterr().err


def test_empty_library_says_what_to_do(main, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vst_core.styles.library.LIBRARY", tmp_path)
    assert main("styles") == 0
    assert "vst train --help" in capsys.readouterr().out
