"""The loop on a stage small enough to check: schedule, checkpoints, resume, and its refusals."""

import math
import threading

import pytest
import torch

from vst_core.errors import InputError, OutputError, VstError
from vst_core.nets import TransformNet
from vst_core.training.training_loop import Trainer, TrainerSettings, made_ahead

pytestmark = pytest.mark.usefixtures("one_thread")


class Gray:
    """A stage that teaches a network to paint everything one gray."""

    name, rate = "gray", 1e-3

    def __init__(self, steps=12, nan_at=None):
        self.steps, self.nan_at, self.made, self.seen = steps, nan_at, [], []

    def batch(self, step):
        self.made.append(step)
        return step, torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(step))

    def losses(self, net, batch):
        step, frames = batch
        loss = (net(frames, torch.ones(1, 1)) - 0.25).square().mean()
        self.seen.append(loss.item())
        return {"gray": loss * (math.nan if step == self.nan_at else 1)}


def trainer(tmp_path, stage, *, width=2, **settings):
    torch.manual_seed(1)
    wanted = {"every": 4, "report": 3, **settings}
    net = TransformNet(width=width)
    return Trainer(
        net,
        stage,
        settings=TrainerSettings(checkpoint=tmp_path / "gray.pt", **wanted),
        optimizer=torch.optim.Adam(net.parameters(), lr=stage.rate),
    )


class StoppedError(Exception):
    pass


def stopping_at(step):
    def report(progress):
        if progress.step >= step:
            raise StoppedError

    return report


def ignore(progress):
    pass


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_it_reports_mean_losses_and_the_time_left(tmp_path):
    reports, stage = [], Gray(steps=10)
    trainer(tmp_path, stage, report=4).run(reports.append)
    assert [(r.stage, r.step, r.steps) for r in reports] == [
        ("gray", 4, 10),
        ("gray", 8, 10),
        ("gray", 10, 10),
    ]
    for report, (first, last) in zip(reports, [(0, 4), (4, 8), (8, 10)], strict=True):
        mean = sum(stage.seen[first:last]) / (last - first)
        assert report.losses == {"gray": pytest.approx(mean, rel=1e-4)}
    assert reports[0].seconds_left > 0
    assert reports[-1].seconds_left == 0
    assert stage.made == list(range(10))


@pytest.mark.slow
@pytest.mark.parametrize("stop", [3, 6, 9, 12])
def test_a_run_that_was_broken_off_ends_as_an_unbroken_one(tmp_path, stop):
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    unbroken = trainer(tmp_path / "whole", Gray())
    expected = unbroken.run(ignore)
    with pytest.raises(StoppedError):
        trainer(tmp_path / "broken", Gray()).run(stopping_at(stop))
    again, stage = trainer(tmp_path / "broken", Gray()), Gray()
    again.stage = stage
    assert same(again.run(ignore), expected)
    assert same(again.net.state_dict(), unbroken.net.state_dict())
    assert stage.made == list(range(stop - stop % 4 if stop < 12 else 12, 12))


@pytest.mark.parametrize("ahead", [0, 2, 9])
def test_batches_come_in_order_and_no_more_of_them_ahead_than_asked_for(ahead):
    made, here = [], threading.get_ident()

    def make(step):
        made.append((step, threading.get_ident() == here))
        return step

    seen = []
    for step in made_ahead(make, range(3, 8), ahead=ahead):
        seen.append(step)
        assert len(made) <= len(seen) + ahead
    assert seen == [3, 4, 5, 6, 7]
    assert made == [(step, ahead == 0) for step in seen]


def test_a_run_that_was_finished_is_not_run_again(tmp_path):
    expected = trainer(tmp_path, Gray()).run(ignore)
    stage = Gray()
    assert same(trainer(tmp_path, stage).run(ignore), expected)
    assert stage.made == []


def test_the_averaged_weights_follow_the_trained_ones(tmp_path):
    training = trainer(tmp_path, Gray(steps=1))
    before = {key: value.clone() for key, value in training.net.state_dict().items()}
    averaged = training.run(ignore)
    decay = min(0.999, 2 / 11)
    for key, after in training.net.state_dict().items():
        expected = decay * before[key] + (1 - decay) * after
        torch.testing.assert_close(averaged[key], expected, rtol=1e-5, atol=1e-7)


def test_the_rate_warms_up_and_falls_to_a_twentieth(tmp_path):
    training = trainer(tmp_path, Gray(steps=1000))
    rates = []
    for training.step in (0, 49, 99, 500, 1000):
        rates.append(training._rate() / Gray.rate)
    assert rates[0] == pytest.approx(0.01, rel=1e-3)
    assert rates[1] == pytest.approx(0.5, rel=1e-2)
    assert rates[2] == pytest.approx(1.0, rel=0.03)
    assert rates[3:] == pytest.approx([0.525, 0.05])


def foreign(path):
    torch.save({"step": 4, "net": TransformNet(width=3).state_dict()}, path)


def half(path):
    torch.save({"step": 4}, path)
    path.write_bytes(path.read_bytes()[:200])


def code(path):
    torch.save({"step": print}, path)


@pytest.mark.parametrize("spoil", [foreign, half, code, lambda path: path.write_bytes(b"?")])
def test_a_checkpoint_that_is_not_this_runs_is_refused(tmp_path, spoil):
    spoil(tmp_path / "gray.pt")
    with pytest.raises(InputError) as caught:
        trainer(tmp_path, Gray()).run(ignore)
    assert f"'{tmp_path / 'gray.pt'}' is not a checkpoint of this run" in str(caught.value)
    assert "or another --work folder" not in str(caught.value)


def test_another_width_is_another_network(tmp_path):
    trainer(tmp_path, Gray()).run(ignore)
    with pytest.raises(InputError, match="is not a checkpoint of this run"):
        trainer(tmp_path, Gray(), width=3).run(ignore)


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_good_state(tmp_path):
    with pytest.raises(VstError) as caught:
        trainer(tmp_path, Gray(nan_at=6), report=100).run(ignore)
    assert str(caught.value) == (
        "The loss of stage 'gray' is no longer a number at step 8. "
        "Lower the learning rate; the last checkpoint is kept."
    )
    kept = torch.load(tmp_path / "gray.pt", weights_only=True)
    assert kept["step"] == 4
    assert all(torch.isfinite(value).all() for value in kept["net"].values())


class Flat(Gray):
    """Its fourth batch has a finite loss and a gradient that is no number."""

    def losses(self, net, batch):
        step, frames = batch
        terms = super().losses(net, batch)
        if step == 3:
            # The root of nothing: its slope is infinite, times zero.
            terms["flat"] = (0 * net(frames, torch.ones(1, 1))).square().sum().sqrt()
        return terms


def test_a_batch_without_a_gradient_is_passed_over(tmp_path):
    run = trainer(tmp_path, Flat(steps=8))
    states = []
    run.run(lambda _: states.append({k: v.clone() for k, v in run.net.state_dict().items()}))
    assert all(torch.isfinite(value).all() for value in run.averaged.values())
    assert run.step == 8
    assert not same(states[0], states[-1])


def test_a_checkpoint_that_cannot_be_written(tmp_path):
    (tmp_path / "gray.pt").mkdir()
    with pytest.raises(OutputError, match=r"gray\.pt: cannot be written \(Is a directory"):
        trainer(tmp_path, Gray()).run(ignore)
