"""Clips: which frames are held to which, by what flow, and what a step of training adds up."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from training_pictures import save_photographs

from vst_core.errors import UsageError
from vst_core.features import Vgg
from vst_core.losses import PerceptualLoss, gram_targets, temporal_loss
from vst_core.motion import inside, warp
from vst_core.nets import RecurrentNet, TransformNet, itn_input, pair_net
from vst_core.training import load_recipe
from vst_core.training.clip_settings import LstmSettings, PairSettings
from vst_core.training.clips.lstm_stage import LstmStage
from vst_core.training.clips.moving_clip import forth, forth_and_back, scene_length
from vst_core.training.clips.pair_stage import PairStage
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.photographs import Photographs
from vst_core.training.recipe import Recipe, StyleEntry
from vst_core.training.scenes import Scene
from vst_core.training.stages import StyleContext

pytestmark = pytest.mark.usefixtures("one_thread")
STEP = 3


def panned(length):
    """A scene whose picture moves left by three pixels a frame."""
    wide = torch.rand(1, 3, 20, 24 + STEP * length, generator=torch.Generator().manual_seed(1))
    frames = tuple(wide[..., STEP * i : STEP * i + 24] for i in range(length))
    flow = torch.zeros(1, 2, 20, 24)
    flow[:, 0] = STEP
    flows = (flow,) * (length - 1)
    seen = (inside(flow),) * (length - 1)
    return Scene(frames=frames, exact=flows, visible=seen, estimated=flows, trust=seen)


def test_every_frame_is_held_to_the_one_before_and_to_one_further_back():
    clip = forth(panned(5), gap=3, long_term=0.5)
    held = [[(tie.back, tie.weight) for tie in ties] for ties in clip.ties]
    assert held == [[], [(1, 1)], [(1, 1)], [(1, 1), (3, 0.5)], [(1, 1), (3, 0.5)]]
    for moment, ties in enumerate(clip.ties):
        for tie in ties:
            seen = tie.visible.bool().expand(-1, 3, -1, -1)
            assert int(tie.visible.sum()) == 20 * (24 - STEP * tie.back)  # what was in the frame
            brought = tie.bring(clip.frames[moment - tie.back])
            torch.testing.assert_close(brought[seen], clip.frames[moment][seen])


@settings(max_examples=20, deadline=None)
@given(length=st.integers(2, 12))
def test_on_the_way_back_a_frame_is_held_to_what_it_was(length):
    scene = panned(scene_length(length, returns=True))
    clip = forth_and_back(scene, length=length)
    assert len(clip.frames) == len(clip.ties) == length
    turn = len(scene.frames) - 1
    for moment in range(turn + 1, length):
        (tie,) = clip.ties[moment]
        assert tie.flow is None
        assert torch.equal(tie.bring(clip.frames[moment - tie.back]), clip.frames[moment])


@pytest.mark.parametrize(
    ("name", "value"), [("feedback", "mine"), ("back_norm", "batch"), ("length", 1)]
)
def test_senseless_settings_are_refused(name, value):
    with pytest.raises(UsageError) as caught:
        LstmSettings(steps=1, **{name: value})
    assert str(value) in str(caught.value)


def test_the_recipes_are_the_thesis_and_what_cures_it():
    thesis, cured = load_recipe("lstm-thesis").lstm, load_recipe("lstm").lstm
    assert (thesis.feedback, thesis.length) == ("itn", 5)
    off = (thesis.noise, thesis.long_term, thesis.ping_pong, thesis.spectral)
    assert (off, thesis.back_norm) == ((0, 0, 0, 0), "instance")
    assert (cured.feedback, cured.length >= 5) == ("own", True)
    assert isinstance(load_recipe("huang").huang, PairSettings)


@pytest.fixture
def context(tmp_path):
    torch.manual_seed(1)
    encoder = Vgg(((4, 4), (4, 4), (5, 5, 5), (6, 6, 6)))
    targets = gram_targets(encoder, torch.rand(1, 3, 48, 48))
    recipe = Recipe(
        crop=32, batch=2, seed=5, hardships=0, styles=(StyleEntry(name="a", painting=""),)
    )
    return StyleContext(
        recipe=recipe,
        photographs=Photographs(save_photographs(tmp_path), smallest=32),
        loss=PerceptualLoss(encoder=encoder, targets=targets),
        device=torch.device("cpu"),
    )


def itn():
    torch.manual_seed(2)
    return TransformNet(width=4).eval()


CURED = LstmSettings(
    steps=60, length=6, feedback="own", noise=0.1, long_term=0.5, gap=3, ping_pong=0.5, spectral=0.5
)


def lstm(**changes):
    torch.manual_seed(4)
    return RecurrentNet(width=4, **changes)


def test_a_step_is_held_to_the_networks_own_earlier_pictures(context):
    stage = LstmStage(context, replace(CURED, noise=0, ping_pong=0), itn=itn())
    net, pictures, state = lstm(), [], None
    for moment in range(6):
        batch = stage.batch(6 + moment)
        terms = stage.losses(net, batch)
        frame = batch.clip.frames[moment]
        before = itn_input(pictures[-1]) if pictures else torch.zeros_like(frame)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=False):
            picture, state = net(itn_input(frame), before, state, batch.mix)
        pictures.append(picture.float())
        wanted = sum(
            200.0
            * tie.weight
            * temporal_loss(picture, tie.bring(pictures[moment - tie.back]), tie.visible).mean()
            for tie in batch.clip.ties[moment]
        )
        found = terms.get("temporal", torch.zeros(())).detach()
        torch.testing.assert_close(float(found), float(wanted), rtol=0.1, atol=0.02)  # bf16
        assert ("temporal" in terms) == (moment > 0)


def test_as_in_the_thesis_the_previous_picture_is_the_itns(context):
    teacher = itn()
    stage = LstmStage(context, LstmSettings(steps=60), itn=teacher)
    net = lstm()
    for moment in range(2):
        batch = stage.batch(moment)
        terms = stage.losses(net, batch)
    with torch.no_grad():
        (tie,) = batch.clip.ties[1]
        target = tie.bring(teacher(itn_input(batch.clip.frames[0]), batch.mix))
        picture = stage._walk.pictures[1]
        wanted = 200 * temporal_loss(picture, target, tie.visible).mean()
    found = float(terms["temporal"].detach())
    torch.testing.assert_close(found, float(wanted), rtol=0.05, atol=0.01)


def test_gradients_stay_within_a_step(context):
    stage, net = LstmStage(context, CURED, itn=itn()), lstm()
    for moment in range(3):
        net.zero_grad()
        torch.stack(list(stage.losses(net, stage.batch(moment)).values())).sum().backward()
        assert stage._walk.state.cell.requires_grad is False
        assert all(picture.requires_grad is False for picture in stage._walk.pictures)
    assert float(net.lstm.gates.weight.grad.abs().sum()) > 0


def test_a_run_that_goes_on_within_a_clip_walks_to_its_place(context):
    net = lstm()
    straight, resumed = (LstmStage(context, CURED, itn=itn()) for _ in range(2))
    for step in range(9):
        wanted = straight.losses(net, straight.batch(step))
    found = resumed.losses(net, resumed.batch(8))
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        torch.testing.assert_close(found[name], value)


def test_too_large_a_recurrent_norm_costs(context):
    net = lstm()
    with torch.no_grad():
        net.lstm.gates.weight.mul_(50)
    over = float(net.lstm.recurrent_norm().detach()) - CURED.spectral
    stage = LstmStage(context, CURED, itn=itn())
    found = float(stage.losses(net, stage.batch(0))["spectral"].detach())
    assert found == pytest.approx(10 * over**2, rel=1e-4)


def test_pairs_are_held_to_each_other_after_the_itn_has_taught(context):
    settings = PairSettings(steps=9, temporal=7.0, taught=2, taught_batch=3)
    stage, net = PairStage(context, settings, itn=itn()), pair_net(width=4)
    taught = stage.batch(1)
    assert taught.stills.shape == (3, 3, 32, 32)
    assert list(stage.losses(net, taught)) == ["taught"]
    batch = stage.batch(2)
    terms = stage.losses(net, batch)
    assert set(terms) == {"content", "style", "smooth", "checkerboard", "temporal"}
    scene = batch.moving.scene
    with torch.no_grad():
        first, second = (net(itn_input(frame), batch.moving.mix) for frame in scene.frames)
        wanted = temporal_loss(second, warp(first, scene.exact[0]), scene.visible[0]).mean()
    torch.testing.assert_close(
        float(terms["temporal"].detach()), 7 * float(wanted), rtol=0.1, atol=0.01
    )
    torch.stack(list(terms.values())).sum().backward()


def test_pictures_that_lie_on_a_device_serve_as_well(context, tmp_path):
    stills = PhotographStack(tmp_path, side=40, device=torch.device("cpu"))
    recipe = replace(context.recipe, hardships=1.0)
    stage = LstmStage(replace(context, photographs=stills, recipe=recipe), CURED, itn=itn())
    for number in range(4):
        made = stage.batch(6 * number)
        assert made.hardship is not None
        assert made.clip.frames[0].shape == (2, 3, 32, 32)
        assert all(bool(torch.isfinite(frame).all()) for frame in made.clip.frames)
        assert len(made.clip.frames) == 6
