"""Muon: what a step does to matrices and to the rest, and how it goes on after a break."""

import pytest
import torch
from torch import nn

from vst_core.training.muon import Muon, orthogonal


def draw(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", [(96, 48), (48, 96), (48, 900)])
def test_all_singular_values_come_near_to_one(shape):
    found = torch.linalg.svdvals(orthogonal(draw(*shape)))
    assert found.min() > 0.3
    assert found.max() < 1.3


def test_the_directions_are_kept():
    left, _, right = torch.linalg.svd(draw(64, 48), full_matrices=False)
    matrix = left * torch.linspace(1, 3, 48) @ right
    assert (
        torch.nn.functional.cosine_similarity(
            orthogonal(matrix).flatten(), (left @ right).flatten(), dim=0
        )
        > 0.97
    )


def test_a_matrix_of_zeros_stays():
    assert not orthogonal(torch.zeros(48, 60)).any()


def stepped(parameter, gradient, *, rate=0.01, optimizer=None):
    optimizer = optimizer or Muon([parameter], rate=rate)
    parameter.grad = gradient.clone()
    before = parameter.detach().clone()
    optimizer.step()
    return before - parameter.detach()


def test_the_first_step_of_a_kernel_is_the_orthogonal_of_its_gradient():
    gradient = draw(64, 80, 3, 1)
    step = stepped(nn.Parameter(draw(64, 80, 3, 1, seed=1)), gradient)
    wanted = 0.01 * 0.2 * 240**0.5 * orthogonal(gradient.flatten(1)).view_as(gradient)
    assert torch.nn.functional.cosine_similarity(step.flatten(), wanted.flatten(), dim=0) > 0.999
    assert step.norm() == pytest.approx(float(wanted.norm()), rel=0.01)


def test_a_kernel_in_channels_last_order_steps_the_same():
    gradient, start = draw(64, 80, 3, 1), draw(64, 80, 3, 1, seed=1)
    last = nn.Parameter(start.contiguous(memory_format=torch.channels_last))
    assert torch.equal(stepped(nn.Parameter(start.clone()), gradient), stepped(last, gradient))


@pytest.mark.parametrize("shape", [(512,), (32, 64, 3, 3), (64, 3, 3, 3)])
def test_what_is_no_large_matrix_takes_the_step_of_adam(shape):
    gradient, start = draw(*shape), draw(*shape, seed=1)
    theirs = nn.Parameter(start.clone())
    wanted = stepped(theirs, gradient, optimizer=torch.optim.Adam([theirs], lr=0.01))
    assert torch.equal(stepped(nn.Parameter(start.clone()), gradient), wanted)


def test_the_length_of_a_step_is_that_of_adam():
    """Adam's root mean square is some 0.2 to 0.4 of its rate in practice; theirs is 0.2."""
    step = stepped(nn.Parameter(draw(64, 80, 3, 1)), draw(64, 80, 3, 1, seed=1))
    assert step.square().mean().sqrt() == pytest.approx(0.2 * 0.01, rel=0.3)


def test_what_has_no_gradient_stays():
    frozen, bias = nn.Parameter(draw(64, 64)), nn.Parameter(draw(64))
    before = frozen.detach().clone()
    stepped(bias, draw(64), optimizer=Muon([frozen, bias], rate=0.1))
    assert torch.equal(frozen.detach(), before)


def test_it_goes_on_from_its_state_as_if_it_had_not_stopped():
    def run(steps, net, optimizer, first=0):
        for step in range(first, first + steps):
            optimizer.zero_grad()
            net(draw(8, 64, seed=step)).square().mean().backward()
            optimizer.step()

    def begun():
        torch.manual_seed(0)
        net = nn.Linear(64, 64)
        return net, Muon(net.parameters(), rate=0.01)

    whole, broken, resumed = begun(), begun(), begun()
    run(6, *whole)
    run(3, *broken)
    resumed[0].load_state_dict(broken[0].state_dict())
    resumed[1].load_state_dict(broken[1].state_dict())
    run(3, *resumed, first=3)
    assert torch.equal(whole[0].weight, resumed[0].weight)
    assert torch.equal(whole[0].bias, resumed[0].bias)
