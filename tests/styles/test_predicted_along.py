"""Paintings of a shot, of which only those with a share are looked at."""

import pytest
import torch

from vst_core.errors import InputError
from vst_core.image import write_picture
from vst_core.styles import find_style
from vst_core.styles.predicted import PredictedBlend


@pytest.fixture
def paintings(tmp_path):
    """Two paintings and, between them, what is none."""
    for number in (1, 3):
        picture = torch.rand(1, 3, 40, 48, generator=torch.Generator().manual_seed(number))
        write_picture(tmp_path / f"{number}.png", picture)
    (tmp_path / "2.png").write_bytes(b"no picture")
    return [find_style(str(tmp_path / f"{number}.png")) for number in (1, 2, 3)]


def test_a_painting_without_a_share_is_not_looked_at(paintings):
    blend = PredictedBlend(paintings, method="vtn")
    first = blend.network((1.0, 0.0, 0.0)).state_dict()
    half = blend.network((0.5, 0.0, 0.5)).state_dict()
    alone = PredictedBlend(paintings[:1], method="vtn").network((1.0,)).state_dict()
    last = PredictedBlend(paintings[2:], method="vtn").network((1.0,)).state_dict()
    for name, value in alone.items():
        assert torch.equal(first[name], value)
        torch.testing.assert_close(half[name], (value + last[name]) / 2)
    with pytest.raises(InputError, match=r"2\.png"):
        blend.network((0.0, 1.0, 0.0))
