"""Going downhill on losses whose lowest point is known."""

import itertools

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.optimizer.optimizers import _low_first, descend

pytestmark = pytest.mark.usefixtures("one_thread")

WANTED = torch.linspace(0, 1, 3 * 8 * 8).view(1, 3, 8, 8)


class Bowl:
    """A bowl, steep in some directions and flat in others, with its bottom at `WANTED`."""

    weights = (2.0, 0.5)
    steepness = torch.logspace(0, 2, 3 * 8 * 8).view(1, 3, 8, 8)

    def __init__(self):
        self.seen = 0

    def parts(self, picture):
        self.seen += 1
        error = (picture - WANTED).square()
        return torch.stack([(self.steepness * error).mean(), error.mean()])


def go(loss, optimizer="lbfgs", iterations=60, *, tolerance=0.0, watch=None, start=None):
    start = torch.full((1, 3, 8, 8), 0.5) if start is None else start
    return descend(
        loss,
        start,
        optimizer=optimizer,
        iterations=iterations,
        tolerance=tolerance,
        watch=watch or (lambda iteration, found: None),
    )


@pytest.mark.parametrize(("optimizer", "distance"), [("lbfgs", 5e-3), ("adam", 0.1)])
def test_it_finds_the_bottom(optimizer, distance):
    found, iterations = go(Bowl(), optimizer)
    assert iterations == 60
    assert (found.picture - WANTED).abs().max() < distance


def test_the_filter_is_symmetric_and_lifts_low_frequencies():
    one, other = torch.rand(2, 1, 3, 10, 12, dtype=torch.float64)
    filtered = _low_first(one)
    torch.testing.assert_close((filtered(one) * other).sum(), (one * filtered(other)).sum())
    wave = torch.linspace(0, 1, 129, dtype=torch.float64)[:-1].mul(2 * torch.pi)
    slow, fast = ((n * wave).cos().expand(1, 3, 16, 128) for n in (4, 16))
    gains = [float(_low_first(x)(x).norm() / x.norm()) for x in (slow, fast)]
    assert gains[0] == pytest.approx(2 * gains[1])  # f^(-1/2), f four times as high


def test_the_sum_is_weighted_and_the_parts_are_not():
    bowl = Bowl()
    found, _ = go(bowl, iterations=3)
    assert found.total == pytest.approx(2.0 * found.parts[0] + 0.5 * found.parts[1])
    torch.testing.assert_close(torch.tensor(found.parts), bowl.parts(found.picture))


def test_the_line_search_meets_the_wolfe_conditions_in_few_evaluations():
    bowl, totals = Bowl(), []
    go(bowl, iterations=40, watch=lambda iteration, found: totals.append(found.total))
    assert all(now <= before for before, now in itertools.pairwise(totals))
    assert bowl.seen < 60


def test_every_iteration_is_told_and_the_best_picture_kept():
    told = []
    found, _ = go(Bowl(), "adam", 20, watch=lambda number, seen: told.append((number, seen)))
    assert [number for number, _ in told] == list(range(1, 21))
    assert found.total == min(seen.total for _, seen in told)


def test_it_stops_when_ten_iterations_bring_little():
    bowl = Bowl()
    _, iterations = go(bowl, iterations=1000, tolerance=1e-3)
    assert 10 < iterations < 1000


def test_the_start_is_not_changed_and_may_be_the_end():
    start = WANTED.clone()
    found, _ = go(Bowl(), iterations=3, start=start)
    assert torch.equal(start, WANTED)
    assert torch.equal(found.picture, WANTED)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_loss_that_is_no_number_ends_the_work(value):
    class Broken(Bowl):
        def parts(self, picture):
            return super().parts(picture) * value

    with pytest.raises(UsageError) as caught:
        go(Broken())
    assert str(caught.value) == (
        f"The loss became {value}. Lower the weights, or use --precision fp32."
    )


class Rounded(Bowl):
    """The bowl, its height rounded to hundredths, its slope exact: as with half floats."""

    def parts(self, picture):
        exact = super().parts(picture)
        return exact + (exact.detach() * 100).round() / 100 - exact.detach()


def test_what_is_lost_in_the_rounding_of_the_loss_ends_the_search_but_not_the_descent():
    rounded, pictures = Rounded(), []
    go(rounded, iterations=60, watch=lambda iteration, found: pictures.append(found.picture))
    assert rounded.seen < 60 + 3 * 8  # a search in vain tries eight times; a few are allowed
    assert Bowl().parts(pictures[-1])[0] < 1e-3  # a tenth of what can be told apart
