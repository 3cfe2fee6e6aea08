"""Cards: what is written is read again, and what is no card is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from style_cards import save_style

from vst_core.errors import InputError
from vst_core.styles import FileEntry, StyleCard, read_card, write_card
from vst_core.toml_text import from_toml, to_toml

FILES = {
    kind: FileEntry(file=f"a-{kind}.safetensors", sha256="00") for kind in ("itn", "vtn", "grams")
}
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NUMBERS = st.one_of(st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False), TEXT)


def test_a_card_comes_back_as_it_was_written(tmp_path):
    card = StyleCard(
        name="muse",
        title='La "Muse" \\ 1935',
        painting_license="protected",
        width=16,
        row=3,
        family="trunk-16",
        files=FILES,
        recipe={"seed": 1, "from": "", "itn": {"rate": 1e-05, "steps": 600}},
        metrics={"sintel_alley_1": {"M2": 0.0049}, "a b.c": {"x": 1.0}},
        preview="muse.jpg",
        folder=tmp_path,
    )
    path = write_card(card)
    assert path == tmp_path / "muse.toml"
    assert read_card(path) == card
    assert card.path("vtn") == tmp_path / "a-vtn.safetensors"


def test_what_the_light_encoder_saw_comes_back_too(tmp_path):
    seen = FileEntry(file="a-lite.safetensors", sha256="01", encoder="02")
    files = {**FILES, "lite": seen}
    card = StyleCard(name="muse", width=16, row=0, files=files, folder=tmp_path)
    assert read_card(write_card(card)) == card
    assert "encoder" not in (tmp_path / "muse.toml").read_text().split("[files.lite]")[0]


def test_a_card_of_the_older_spelling_is_read(tmp_path):
    made = StyleCard(
        name="old",
        license="CC0-1.0",
        painting_license="protected",
        width=16,
        row=0,
        files=FILES,
        folder=tmp_path,
    )
    path = write_card(made)
    path.write_text(path.read_text().replace("license", "licence"))
    assert read_card(path) == made


def test_what_is_optional_has_defaults(tmp_path):
    card = StyleCard(name="plain", width=16, row=0, files=FILES, folder=tmp_path)
    assert read_card(write_card(card)) == card


@settings(deadline=None, max_examples=50)
@given(
    table=st.recursive(
        st.dictionaries(TEXT, NUMBERS | st.lists(NUMBERS, max_size=3), min_size=1, max_size=3),
        lambda inner: st.dictionaries(TEXT, NUMBERS | inner, min_size=1, max_size=3),
        max_leaves=6,
    )
)
def test_any_table_survives_being_written_as_toml(table):
    assert from_toml(to_toml(table)) == table


BROKEN = [
    ("", "'files'"),
    ("name 3", "cannot be read as a style card"),
    ("files = 3", "is not a style card"),
    ("width = 2\nrow = 0\nname = 'a'\n[files]", "names no files"),
    ("width = 2\nrow = 0\nname = 'a'\n[files.itn]\nfile = 'a'", "sha256"),
    (("name =", "nome ="), "nome"),
    (("width = 2", "width = 'wide'"), "width is 'wide'"),
    (("row = 0", "row = -1"), "row is -1"),
    (('name = "tiny"', "name = 3"), "must be text"),
    (('sha256 = "', 'sha = "'), "sha"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN)
def test_what_is_no_card(tmp_path, change, words):
    path = tmp_path / "tiny.toml"
    if isinstance(change, str):
        path.write_text(change)
    else:
        save_style(tmp_path)
        path.write_text(path.read_text().replace(*change))
    with pytest.raises(InputError) as caught:
        read_card(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)
    assert "Make one with `vst train`" in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"No style card at .*none\.toml'\. See `vst styles`"):
        read_card(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(InputError, match=r"latin\.toml' cannot be read as a style card"):
        read_card(tmp_path / "latin.toml")
    with pytest.raises(InputError, match="cannot be read as a style card"):
        read_card(tmp_path)
