"""The predictor gives every norm of a trunk a scale and a shift, by what it is told."""

import torch

from vst_core.nets import StylePredictor, TransformNet, norm_channels


def test_it_names_the_norms_of_the_trunk_as_the_trunk_does():
    trunk = TransformNet(width=8, inner=(16, 24), channels=7)
    predictor = StylePredictor(inputs=5, norms=norm_channels(trunk), hidden=16)
    changes = predictor(torch.randn(3, 5), torch.zeros(3))
    own = dict(trunk.named_parameters())
    wanted = {name for name in own if name.endswith((".scale", ".shift"))}
    assert set(changes) == wanted
    assert all(changes[name].shape == (3, own[name].shape[1]) for name in wanted)


def test_statistics_are_seen_by_their_mean_and_spread():
    predictor = StylePredictor(inputs=4, norms={"norm": 2}, hidden=8)
    seen, at = torch.randn(2, 4), torch.zeros(2)
    plain = predictor(seen, at)["norm.scale"]
    predictor.mean.fill_(3.0)
    predictor.spread.fill_(2.0)
    torch.testing.assert_close(predictor(3 + 2 * seen, at)["norm.scale"], plain)


def test_the_strength_counts():
    torch.manual_seed(0)
    predictor = StylePredictor(inputs=4, norms={"norm": 2}, hidden=8)
    seen = torch.randn(1, 4).expand(2, 4)
    weak, strong = predictor(seen, torch.tensor([-1.0, 1.0]))["norm.shift"]
    assert not torch.equal(weak, strong)


def test_an_inner_width_of_its_own_changes_the_shape_and_not_the_layers():
    paper, other = TransformNet(width=8), TransformNet(width=8, inner=(12, 20))
    assert list(paper.state_dict()) == list(other.state_dict())
    assert paper.inner == (16, 32)
    assert other.state_dict()["down2.conv.conv.weight"].shape == (20, 12, 3, 3)


def test_without_a_mixture_each_picture_has_a_style_of_its_own():
    torch.manual_seed(1)
    net = TransformNet(width=4, styles=2, channels=3)
    for name, value in net.named_parameters():
        if name.endswith((".scale", ".shift")):
            torch.nn.init.normal_(value)
    x = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(net(x, None), net(x, torch.eye(2)))
