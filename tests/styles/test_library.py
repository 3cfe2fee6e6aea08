"""Finding cards by name, and which of them can be mixed."""

import os

import pytest
from style_cards import save_style

from vst_core.errors import InputError, UsageError
from vst_core.styles import (
    LIBRARY,
    FileEntry,
    StyleCard,
    find_card,
    find_mix,
    list_cards,
    read_card,
    write_card,
)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder of one's own styles, before the shipped ones."""
    monkeypatch.setenv("VST_STYLES", str(tmp_path))
    return tmp_path


def test_shipped_cards_are_whole():
    for path in LIBRARY.glob("*.toml"):
        card = read_card(path)
        assert card.name == path.stem
        assert all(card.path(kind).is_file() for kind in card.files)


def test_cards_are_found_by_name_and_by_path(shelf):
    card = save_style(shelf, "zz-mine")
    assert find_card("zz-mine") == card
    assert find_card(str(shelf / "zz-mine.toml")) == card
    assert card in list_cards()
    names = [found.name for found in list_cards()]
    assert names == sorted(names)


def test_earlier_folders_hide_later_ones(tmp_path, monkeypatch):
    first = save_style(tmp_path / "a", "zz-mine", title="first")
    save_style(tmp_path / "b", "zz-mine", title="second")
    monkeypatch.setenv("VST_STYLES", os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))
    assert find_card("zz-mine") == first


def test_an_unknown_style_names_the_nearest(shelf):
    save_style(shelf, "zz-mine")
    with pytest.raises(UsageError) as caught:
        find_card("zz-mien")
    assert "No style is called 'zz-mien'. Did you mean 'zz-mine'? Known: " in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_path_without_a_card():
    with pytest.raises(InputError, match=r"No style card at 'none\.toml'"):
        find_card("none.toml")


def test_styles_of_one_family_can_be_mixed(shelf):
    cards = [save_style(shelf, f"zz-{i}", seed=i, family="trunk-2-00") for i in range(2)]
    mix = [("zz-0", 0.25), ("zz-1", 0.75)]
    assert find_mix(mix) == ((cards[0], 0.25), (cards[1], 0.75))


def test_rows_of_one_trunk_can_be_mixed_without_a_family(shelf):
    first = save_style(shelf, "zz-0", styles=2)
    second = save_style(shelf, "zz-1", files=first.files, row=1)
    assert find_mix([("zz-0", 0.5), ("zz-1", 0.5)]) == ((first, 0.5), (second, 0.5))


@pytest.mark.parametrize(
    "changes",
    [{"family": "other"}, {"family": ""}, {"family": "trunk", "width": 4}],
)
def test_styles_that_were_trained_apart_cannot_be_mixed(shelf, changes):
    save_style(shelf, "zz-0", family="trunk")
    save_style(shelf, "zz-1", seed=1, **changes)
    with pytest.raises(UsageError) as caught:
        find_mix([("zz-0", 0.5), ("zz-1", 0.5)])
    assert "'zz-0' and 'zz-1' cannot be mixed" in str(caught.value)
    assert "name the same family" in str(caught.value)


def test_styles_without_any_family_are_strangers(shelf):
    save_style(shelf, "zz-0")
    save_style(shelf, "zz-1", seed=1)
    with pytest.raises(UsageError, match="cannot be mixed"):
        find_mix([("zz-0", 0.5), ("zz-1", 0.5)])


def of_kinds(folder, *kinds, name="one", family="f"):
    """A card that has files of these kinds only."""
    files = {kind: FileEntry(file=f"{kind}.safetensors", sha256="00") for kind in kinds}
    card = StyleCard(name=name, width=4, row=0, family=family, files=files, folder=folder)
    return str(write_card(card))


def test_a_card_need_not_serve_every_method(tmp_path):
    card = of_kinds(tmp_path, "vtn", "something-new")
    ((found, _),) = find_mix([(card, 1.0)], method="vtn")
    assert set(found.files) == {"vtn", "something-new"}
    with pytest.raises(UsageError) as caught:
        find_mix([(card, 1.0)], method="itn")
    assert "--method itn" in str(caught.value)
    assert "--method vtn" in str(caught.value)


def test_a_card_without_any_network_says_so(tmp_path):
    with pytest.raises(UsageError, match="vst styles"):
        find_mix([(of_kinds(tmp_path, "something-new"), 1.0)], method="vtn")


def test_cards_of_different_kinds_of_one_family_can_be_mixed(tmp_path):
    mix = [(of_kinds(tmp_path, "vtn", name="a"), 0.5), (of_kinds(tmp_path, "vtn", "itn"), 0.5)]
    assert [share for _, share in find_mix(mix, method="vtn")] == [0.5, 0.5]
