"""What both stages hold an output against."""

import pytest
import torch

from vst_core.features import Vgg
from vst_core.losses import PerceptualLoss, checkerboard_loss, gram_targets, total_variation
from vst_core.training.precision import training_precision
from vst_core.training.recipe import Recipe, StyleEntry
from vst_core.training.stages import StyleContext


@pytest.fixture
def encoder():
    torch.manual_seed(1)
    return Vgg(((4, 4), (4, 4), (5, 5, 5), (6, 6, 6)))


def test_terms_are_weighted_losses(encoder):
    generator = torch.Generator().manual_seed(2)
    output, frame, painting = torch.rand(3, 2, 3, 48, 64, generator=generator).unbind()
    loss = PerceptualLoss(encoder=encoder, targets=gram_targets(encoder, painting[:1]))
    style = StyleEntry(name="one", painting="one.jpg", weight=7.0)
    recipe = Recipe(smoothness=3.0, checkerboard=50.0, styles=(style,))
    context = StyleContext(recipe=recipe, photographs=None, loss=loss, device=torch.device("cpu"))
    mix = torch.ones(2, 1)
    terms = context.perceptual(output, frame, mix)
    precision = training_precision(context.device)
    content, styles = loss(output.to(precision), frame.to(precision), mix)
    expected = {
        "content": content.mean(),
        "style": 7.0 * styles.mean(),
        "smooth": 3.0 * total_variation(output).mean(),
        "checkerboard": 50.0 * checkerboard_loss(output).mean(),
    }
    assert terms.keys() == expected.keys()
    for name, value in expected.items():
        torch.testing.assert_close(terms[name], value)
