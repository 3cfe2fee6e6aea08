"""Several styles in one picture: what each sees, what it remembers, how they are joined."""

from dataclasses import replace

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.guidance import Earlier, Guidance, Stylized
from vst_core.masks import by_style, feather, harden, partition
from vst_core.stylizers import (
    MASK_MODES,
    START,
    Look,
    OptimizedRegions,
    RegionStylizer,
    StylizerState,
)

HEIGHT, WIDTH = 48, 64


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


class Tinted:
    """A stylizer that adds to the frame what is warped, and remembers what it was given."""

    def __init__(self, shift):
        self.shift, self.seen = shift, []

    def stylize(self, frame, guidance, state=START):
        self.seen.append((frame, guidance))
        self.mattes = state.mattes
        warped = 0 if guidance is None else guidance.trust * guidance.warped
        return Stylized(picture=(0.5 * frame + 0.25 * warped + self.shift).clamp(0, 1))


def guided(kept, trust, **more):
    """Guidance of a frame that has not moved."""
    return Guidance(warped=kept.picture, trust=trust, layers=kept.layers, **more)


class Layered(Tinted):
    """One whose picture travels as a layer too, as those of a dissolve do."""

    def stylize(self, frame, guidance, state=START):
        self.look = state.look
        stylized = super().stylize(frame, guidance, state)
        return replace(stylized, layers={"0/picture": stylized.picture})


def within(mattes):
    return StylizerState(mattes=mattes)


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
        known = None if kept is None else guided(kept, trust)
        kept = regions.stylize(frame, known, within(now))
        made = regions.compose(kept, frame, now)
        for place, stylizer in enumerate((Tinted(0.1), Tinted(0.2))):
            before = alone[place]
            own = None if before is None else Guidance(warped=before, trust=trust)
            alone[place] = stylizer.stylize(frame, own).picture
            inside = (now[place] == 1).expand(3, -1, -1)
            assert inside.any()
            assert torch.equal(made[0][inside], alone[place][0][inside])


def test_a_soft_edge_fades_from_one_style_to_the_other():
    regions, *_ = opened("soft")
    frame, soft = noise(1, 3, HEIGHT, WIDTH), mattes()
    kept = regions.stylize(frame, None, within(soft))
    expected = soft[0] * kept.layers["0/picture"] + soft[1] * kept.layers["1/picture"]
    torch.testing.assert_close(regions.compose(kept, frame, soft), expected)


@pytest.mark.parametrize("mode", MASK_MODES)
def test_a_region_without_a_style_stays_as_it_is(mode):
    regions, *_ = opened(mode, keep=True)
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    made = regions.compose(regions.stylize(frame, None, within(hard)), frame, hard)
    outside = (hard[1] == 1).expand(3, -1, -1)
    assert torch.equal(made[0][outside], frame[0][outside])
    assert not torch.equal(made, frame)


def test_blurred_each_style_sees_its_own_region_sharp():
    regions, first, second = opened("blurred")
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    regions.stylize(frame, None, within(hard))
    for place, stylizer in enumerate((first, second)):
        seen = stylizer.seen[0][0]
        own = (hard[place] == 1).expand(3, -1, -1)
        torch.testing.assert_close(seen[0][own], frame[0][own])
        assert seen[0][~own].std() < 0.5 * frame[0][~own].std()


def test_resized_a_small_region_is_enlarged():
    regions, first, second = opened("resized")
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    frame[..., 16:32, 24:44] = 1
    kept = regions.stylize(frame, None, within(hard))
    inside, around = first.seen[0][0], second.seen[0][0]
    assert inside.shape == frame.shape
    assert float((inside > 0.99).float().mean()) > 3 * (16 * 20) / (HEIGHT * WIDTH)
    assert torch.equal(around, frame)
    first_painted, second_painted = (kept.layers[f"{n}/painted"][0, 0] for n in (0, 1))
    assert torch.equal(first_painted[16:32, 24:44], torch.ones(16, 20))
    assert first_painted.mean() < 0.5
    assert second_painted.min() == 1


def test_resized_nothing_is_trusted_that_was_not_painted():
    regions, first, _ = opened("resized")
    frame, hard = noise(1, 3, HEIGHT, WIDTH), mattes(hard=True)
    kept = regions.stylize(frame, None, within(hard))
    moved = torch.roll(hard, 20, dims=3)
    regions.stylize(frame, guided(kept, torch.ones(1, 1, HEIGHT, WIDTH)), within(moved))
    trust = first.seen[1][1].trust
    assert 0 <= trust.min() < 0.01
    assert trust.max() > 0.99


def test_resized_a_region_that_is_empty_or_everywhere():
    regions, first, _ = opened("resized")
    frame = noise(1, 3, HEIGHT, WIDTH)
    for value in (0.0, 1.0):
        matte = torch.full((1, 1, HEIGHT, WIDTH), value)
        regions.stylize(frame, None, within(torch.cat((matte, 1 - matte))))
        assert torch.equal(first.seen[-1][0], frame)


@pytest.mark.parametrize("mode", MASK_MODES)
def test_older_frames_are_those_of_the_style(mode):
    regions, first, second = opened(mode)
    frame, soft = noise(1, 3, HEIGHT, WIDTH), mattes()
    kept = regions.stylize(frame, None, within(soft))
    trust = torch.ones(1, 1, HEIGHT, WIDTH)
    older = (Earlier(warped=kept.picture, trust=trust, layers=kept.layers),)
    regions.stylize(frame, guided(kept, trust, older=older), within(soft))
    for stylizer in (first, second):
        known = stylizer.seen[1][1]
        assert torch.equal(known.older[0].warped, known.warped)
        assert known.warped.shape == frame.shape


def test_an_unknown_mode():
    with pytest.raises(UsageError, match="There is no mask mode 'smooth'") as caught:
        RegionStylizer([Tinted(0)], mode="smooth")
    assert "soft" in caught.value.fix


def test_an_optimizing_method_paints_one_picture():
    stylizer = Tinted(0.1)
    regions = OptimizedRegions(stylizer, painted=[True, False, True])
    frame, three = noise(1, 3, HEIGHT, WIDTH), partition(noise(2, 1, HEIGHT, WIDTH).round())
    kept = regions.stylize(frame, None, within(three))
    assert kept.picture.shape == frame.shape
    assert torch.equal(stylizer.mattes, three[[0, 2]])
    made = regions.compose(kept, frame, three)
    stays = (three[1] == 1).expand(3, -1, -1)
    assert torch.equal(made[0][stays], frame[0][stays])
    assert torch.equal(made[0][~stays], kept.picture[0][~stays])


@pytest.mark.parametrize("mode", MASK_MODES)
def test_the_layers_of_a_region_s_method_come_back_where_its_picture_does(mode):
    first, second = Layered(0.1), Layered(0.2)
    regions = RegionStylizer([first, second], mode=mode)
    frame, trust, still = noise(1, 3, HEIGHT, WIDTH), torch.ones(1, 1, HEIGHT, WIDTH), mattes()
    kept = regions.stylize(frame, None, within(still))
    regions.stylize(frame, guided(kept, trust), within(still))
    for stylizer in (first, second):
        guidance = stylizer.seen[1][1]
        assert torch.equal(guidance.layers["0/picture"], guidance.warped)


def test_each_region_has_its_own_part_of_the_look():
    first, second = Layered(0.1), Layered(0.2)
    regions = RegionStylizer([first, None, second], mode="soft", counts=[2, 0, 1])
    shares = torch.full((3, 1, HEIGHT, WIDTH), 1 / 3)
    look = Look(shares=(0.3, 0.7, 1.0), style_weight=5.0)
    regions.stylize(noise(1, 3, HEIGHT, WIDTH), None, StylizerState(mattes=shares, look=look))
    assert first.look == Look(shares=(0.3, 0.7), style_weight=5.0)
    assert second.look == Look(shares=(1.0,), style_weight=5.0)
