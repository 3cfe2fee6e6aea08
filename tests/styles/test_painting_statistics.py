"""What the predictor is told: mean, spread and correlation of activations, by their definition."""

import numpy as np
import torch

from vst_core.features import load_lite
from vst_core.styles.painting_statistics import painting_statistics, statistics_of


def test_numbers_of_a_layer_are_mean_log_deviation_and_correlation():
    torch.manual_seed(0)
    activation = torch.randn(1, 4, 6, 5) * torch.tensor([1.0, 2.0, 3.0, 0.5]).view(1, 4, 1, 1) + 1
    found = statistics_of(activation)[0].numpy()
    values = activation[0].flatten(1).double().numpy()
    correlation = np.corrcoef(values)
    pairs = [correlation[i, j] for i in range(4) for j in range(i + 1, 4)]
    expected = [*values.mean(1), *np.log(values.std(1) + 1e-6), *pairs]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_picture_of_one_color_gives_finite_numbers():
    flat = torch.full((1, 3, 64, 64), 0.5)
    assert torch.isfinite(painting_statistics(load_lite(), flat)).all()


def test_paintings_of_a_batch_are_told_apart_from_each_other_alone():
    torch.manual_seed(0)
    encoder, pair = load_lite(), torch.rand(2, 3, 64, 96)
    both = painting_statistics(encoder, pair)
    each = torch.cat([painting_statistics(encoder, one[None]) for one in pair])
    torch.testing.assert_close(both, each, atol=1e-3, rtol=1e-3)
