"""A real shot with the real networks: the figures lie where they were measured."""

import pytest
import torch

from vst_core.evaluation import (
    EvaluationSettings,
    evaluate,
    find_clips,
    target_from_painting,
)
from vst_core.features import load_encoder
from vst_core.flow import FlowSettings, open_flow_source
from vst_core.image import read_picture, write_picture

CPU = torch.device("cpu")


@pytest.mark.slow
@pytest.mark.weights
def test_alley_1_at_half_size(tmp_path, shared):
    weights, sequence = shared / "weights", shared / "data/sequences/sintel_alley_1"
    for number in (1, 2):
        name = f"frame_{number:04d}.png"
        write_picture(tmp_path / name, read_picture(sequence / name, short_side=218))
    painting = shared / "data/styles/la_muse.jpg"
    settings = EvaluationSettings(
        flow=open_flow_source("raft-small", FlowSettings(weights_dir=weights)),
        style=target_from_painting(painting, load_encoder("vgg16", folder=weights), device=CPU),
        device=CPU,
        every=2,
    )
    report = evaluate(find_clips(str(tmp_path), str(tmp_path)), settings)
    assert (report.width, report.height) == (512, 218)
    assert 0.5 < report.mean("style_loss") < 1.0  # unstyled; a good network reaches 0.2
    assert report.mean("content_loss") == 0
    assert report.mean("source_m2") < 3e-4
    assert report.mean("source_m2") < report.mean("mse") / 5
    assert report.mean("trusted") > 0.85
