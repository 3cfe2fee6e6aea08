"""Vectors as renderers wrote them: Blender's against its exact flow, and a file that disagrees."""

import numpy as np
import pytest
import torch

from vst_core.errors import InputError
from vst_core.job import StylizeJob
from vst_core.runner import plan_job
from vst_core.runner.io.frame_views import frame_viewer


def planned(source, tmp_path, **settings):
    given = {"input": str(source), "output": str(tmp_path / "out"), "flow": "vectors", **settings}
    return plan_job(StylizeJob(**given))


def between(plan, one, other):
    view = frame_viewer(plan.input, canvas=plan.canvas, display=plan.display)
    blank = torch.zeros(1, 3, plan.height, plan.width)
    return plan.motion.open(plan.job, plan.device).between(view(one, blank), view(other, blank))


def test_blenders_pass_is_the_exact_flow(shared, tmp_path):
    folder = shared / "data/sequences/blender_vectors"
    plan = planned(folder / "singlepart_4.2/f_%04d.exr", tmp_path)
    truth = np.load(folder / "gt_still.npz")
    pair = between(plan, 2, 3)
    for found, name, frame in ((pair.forward, "fwd", 2), (pair.backward, "bwd", 3)):
        exact = torch.from_numpy(truth[f"flow_{name}"][frame - 1].astype(np.float32))
        valid = torch.from_numpy(truth[f"valid_{name}"][frame - 1])
        known = found[0].isfinite().all(dim=0)
        assert (known & valid).sum() >= 0.99 * valid.sum()
        error = (found[0].permute(1, 2, 0) - exact).norm(dim=-1)
        assert error[known & valid].max() <= 0.05


def test_parts_of_blender_5_are_found(shared, tmp_path):
    plan = planned(shared / "data/sequences/blender_vectors/multipart_5.2/f_%04d.exr", tmp_path)
    layout = plan.motion.vectors.layout
    assert layout.backward.names == ("ViewLayer.Vector.X", "ViewLayer.Vector.Y")
    assert layout.index == "ViewLayer.Object Index.X"


@pytest.mark.slow
def test_vectors_of_part_of_a_frame_are_refused_until_they_are_scaled(shared, tmp_path):
    ball = shared / "data/sequences/beachball/singlepart.%04d.exr"
    with pytest.raises(InputError) as caught:
        planned(ball, tmp_path)
    assert "scale 2.5" in str(caught.value)
    assert "y turned over" in str(caught.value)
    plan = planned(
        ball,
        tmp_path,
        frames="1-2",
        vectors_channels="forward.left.u,forward.left.v",
        vectors_direction="forward",
        vectors_scale="2.5,-2.5",
    )
    assert plan.motion.notes == ()
