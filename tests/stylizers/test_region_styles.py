"""Several styles in one picture: what each sees, what it remembers, how they are joined."""

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.guidance import Earlier, Guidance
from vst_core.masks import by_style, feather, harden, partition
from vst_core.stylizers import MASK_MODES, OptimizedRegions, RegionStylizer

HEIGHT, WIDTH = 48, 64


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


class Tinted:
    """A stylizer that adds to the frame what is warped, and remembers what it was given."""

    recurrent = True

    def __init__(self, shift):
        self.shift, self.seen = shift, []

    def stylize(self, frame, guidance, *, weight=None):
        self.seen.append((frame, guidance))
        warped = 0 if guidance is None else guidance.trust * guidance.warped
        return (0.5 * frame + 0.25 * warped + self.shift).clamp(0, 1)


def mattes(seed=1, *, hard=False):
    spot = torch.zeros(1, 1, HEIGHT, WIDTH)
    spot[..., 16:32, 24:44] = 1
    found = by_style(partition(spot if hard else feather(spot)), (0, 1), 2)
    return harden(found) if hard else found


def opened(mode, *, keep=False):
    first, second = Tinted(0.1), Tinted(0.2)
    return RegionStylizer([first, None if keep else second], mode=mode), first, second


@pytest.mark.parametrize("hard", [True, False])
def test_a_region_has_the_very_pixels_of_its_style_alone(hard):
    """No halo and no ghost: inside, it is as if there were no other style at all."""
    regions, *_ = opened("hard" if hard else "soft")
    kept, alone = None, [None, None]
    for number in range(4):
        frame, trust = noise(1, 3, HEIGHT, WIDTH, seed=number), noise(1, 1, HEIGHT, WIDTH, seed=9)
        now = torch.roll(mattes(hard=hard), 5 * number, dims=3)  # faster than the picture
        known = None if kept is None else Guidance(warped=kept, trust=trust)
        kept = regions.stylize(frame, known, now)
        made = regions.compose(kept, frame, now)
        for place, stylizer in enumerate((Tinted(0.1), Tinted(0.2))):
            before = alone[place]
            own = None if before is None else Guidance(warped=before, trust=trust)
            alone[place] = stylizer.stylize(frame, own)
            inside = (now[place] == 1).expand(3, -1, -1)
            assert inside.any()
            assert torch.equal(made[0][inside], alone[place][0][inside])


def test_a_soft_edge_fades_from_one_style_to_the_other():
    regions, *_ = opened("soft")
    frame, soft = noise(1, 3, HEIGHT, WIDTH), mattes()
    kept = regions.stylize(frame, None, soft)
    expected = soft[0] * kept[:, :3] + soft[1] * kept[:, 3:]
    torch.testing.assert_close(regions.compose(kept, frame, soft), expected)


@pytest.mark.parametrize("mode", MASK_MODES)
def test_a_region_without_a_style_stays_as_it_is(mode):
    regions, *_ = opened(mode, keep=True)
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    made = regions.compose(regions.stylize(frame, None, hard), frame, hard)
    outside = (hard[1] == 1).expand(3, -1, -1)
    assert torch.equal(made[0][outside], frame[0][outside])
    assert not torch.equal(made, frame)


def test_blurred_each_style_sees_its_own_region_sharp():
    regions, first, second = opened("blurred")
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    regions.stylize(frame, None, hard)
    for place, stylizer in enumerate((first, second)):
        seen = stylizer.seen[0][0]
        own = (hard[place] == 1).expand(3, -1, -1)
        torch.testing.assert_close(seen[0][own], frame[0][own])
        assert seen[0][~own].std() < 0.5 * frame[0][~own].std()


def test_resized_a_small_region_is_enlarged():
    regions, first, second = opened("resized")
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    frame[..., 16:32, 24:44] = 1
    kept = regions.stylize(frame, None, hard)
    inside, around = first.seen[0][0], second.seen[0][0]
    assert inside.shape == frame.shape
    assert float((inside > 0.99).float().mean()) > 3 * (16 * 20) / (HEIGHT * WIDTH)
    assert torch.equal(around, frame)
    painted = kept[:, 6:]
    assert painted.shape[1] == 2
    assert torch.equal(painted[0, 0][16:32, 24:44], torch.ones(16, 20))
    assert painted[0, 0].mean() < 0.5
    assert painted[0, 1].min() == 1


def test_resized_nothing_is_trusted_that_was_not_painted():
    regions, first, _ = opened("resized")
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    kept = regions.stylize(frame, None, hard)
    moved = torch.roll(hard, 20, dims=3)
    regions.stylize(frame, Guidance(warped=kept, trust=torch.ones(1, 1, HEIGHT, WIDTH)), moved)
    trust = first.seen[1][1].trust
    assert 0 <= trust.min() < 0.01
    assert trust.max() > 0.99


def test_resized_a_region_that_is_empty_or_everywhere():
    regions, first, _ = opened("resized")
    frame = noise(1, 3, HEIGHT, WIDTH)
    for value in (0.0, 1.0):
        matte = torch.full((1, 1, HEIGHT, WIDTH), value)
        regions.stylize(frame, None, torch.cat((matte, 1 - matte)))
        assert torch.equal(first.seen[-1][0], frame)


@pytest.mark.parametrize("mode", MASK_MODES)
def test_older_frames_are_those_of_the_style(mode):
    regions, first, second = opened(mode)
    frame, soft = noise(1, 3, HEIGHT, WIDTH), mattes()
    kept = regions.stylize(frame, None, soft)
    trust = torch.ones(1, 1, HEIGHT, WIDTH)
    older = (Earlier(warped=kept, trust=trust),)
    regions.stylize(frame, Guidance(warped=kept, trust=trust, older=older), soft)
    for stylizer in (first, second):
        known = stylizer.seen[1][1]
        assert torch.equal(known.older[0].warped, known.warped)
        assert known.warped.shape == frame.shape


def test_an_unknown_mode():
    with pytest.raises(UsageError, match="There is no mask mode 'smooth'") as caught:
        RegionStylizer([Tinted(0)], mode="smooth")
    assert "soft" in caught.value.fix


class Matted(Tinted):
    def stylize(self, frame, guidance, mattes=None, *, weight=None):
        self.mattes = mattes
        return super().stylize(frame, guidance)


def test_an_optimizing_method_paints_one_picture():
    stylizer = Matted(0.1)
    regions = OptimizedRegions(stylizer, painted=[True, False, True])
    frame, three = noise(1, 3, HEIGHT, WIDTH), partition(noise(2, 1, HEIGHT, WIDTH).round())
    kept = regions.stylize(frame, None, three)
    assert kept.shape == frame.shape
    assert torch.equal(stylizer.mattes, three[[0, 2]])
    made = regions.compose(kept, frame, three)
    stays = (three[1] == 1).expand(3, -1, -1)
    assert torch.equal(made[0][stays], frame[0][stays])
    assert torch.equal(made[0][~stays], kept[0][~stays])
