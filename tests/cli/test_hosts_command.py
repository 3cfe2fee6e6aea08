"""`vst hosts build`: for Nuke; Blender's is tested with the add-on."""

import pytest


def test_nukes_folder_is_made(main, tmp_path, capsys):
    assert main("hosts", "build", "nuke", "--out", tmp_path) == 0
    folder = tmp_path / "vst_for_nuke"
    assert capsys.readouterr().out.splitlines()[0] == str(folder)
    for name in ("init.py", "menu.py", "vst_nuke/hosts/table.json", "vst_nuke/styles/muse.png"):
        assert (folder / name).is_file()


def test_somebody_elses_folder_is_left_alone(main, tmp_path, capsys):
    mine = tmp_path / "vst_for_nuke" / "menu.py"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert main("hosts", "build", "nuke", "--out", tmp_path) == 4
    assert str(mine.parent) in capsys.readouterr().err
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("arguments", [("bild", "nuke"), ("build", "gimp")])
def test_what_there_is_not_is_a_usage_error(main, arguments):
    assert main("hosts", *arguments) == 2


def test_another_folder_is_not_taken_for_the_code(main, tmp_path, capsys):
    assert main("hosts", "build", "nuke", "--source", tmp_path) == 3
    assert str(tmp_path) in capsys.readouterr().err
