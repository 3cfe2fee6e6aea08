"""What the light encoder sees of a painting is what it would see at work."""

from dataclasses import replace

import pytest
import torch
from training_pictures import save_paintings

from vst_core.errors import InputError
from vst_core.features import load_lite
from vst_core.losses import gram_matrix
from vst_core.styles import read_card
from vst_core.styles.loading import load_grams
from vst_core.styles.painting_reader import read_painting
from vst_core.training import add_lite_grams

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def card(older_card):
    """A style of paintings 40 pixels high."""
    return replace(older_card, recipe={"painting_size": 40})


def test_a_card_gets_the_matrices_of_its_painting(card, tmp_path):
    painting = save_paintings(tmp_path) / "painting0.png"
    found = load_grams(read_card(add_lite_grams(card, painting)), "lite")
    encoder = load_lite()
    with torch.no_grad():
        seen = encoder(read_painting(painting, short_side=40), encoder.style_layers)
    assert set(found) == set(seen)
    for layer, value in seen.items():
        torch.testing.assert_close(found[layer], gram_matrix(value), rtol=2e-3, atol=1e-4)


def test_nothing_is_written_without_a_painting(card, tmp_path):
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=r"none\.jpg"):
        add_lite_grams(card, tmp_path / "none.jpg")
    assert sorted(tmp_path.iterdir()) == before
