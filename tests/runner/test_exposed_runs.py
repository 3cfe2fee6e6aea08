"""Scene-linear light of any strength: the same painting, at the strength that it had."""

import numpy as np
import pytest
import torch
from small_pictures import small_shot

from vst_core.image import read_planes, write_planes
from vst_core.job import StylizeJob
from vst_core.runner import plan_job, run_job

NAMES = ("R", "G", "B")


@pytest.fixture(scope="module")
def lights(project):
    """Three frames of linear light, 3 x H x W."""
    return [((frame / 255) ** 2.2).transpose(2, 0, 1) for frame in small_shot(project)[:3]]


def run(tmp_path, lights, factor, **given):
    source, out = tmp_path / f"in{factor}", tmp_path / f"out{factor}"
    source.mkdir()
    for number, light in enumerate(lights, 1):
        exposed = torch.from_numpy((light * factor).astype(np.float32))
        write_planes(source / f"f.{number:04d}.exr", exposed, names=NAMES, half=False)
    job = StylizeJob(input=f"{source}/f.%04d.exr", output=str(out), **given)
    run_job(job, lambda message: None)
    return [read_planes(path, NAMES).numpy() / factor for path in sorted(out.glob("f.*.exr"))], job


@pytest.mark.slow
@pytest.mark.parametrize("method", ["vtn", "itn"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_thousandth_and_five_hundred_times_the_light_are_the_same_painting(
    tmp_path, lights, method, count
):
    found = {
        factor: run(tmp_path, lights[:count], factor, method=method)[0]
        for factor in (1, 0.001, 500)
    }
    for factor in (0.001, 500):
        for one, other in zip(found[1], found[factor], strict=True):
            seen, exposed = (np.clip(light, 0, 1) ** (1 / 2.2) for light in (one, other))
            assert 255 * np.abs(seen - exposed).mean() < 6
        means = [light.mean() for light in found[factor]]
        assert max(means) / min(means) < 1.03


def test_what_is_done_to_the_light_is_said(tmp_path, lights):
    _, job = run(tmp_path, lights[:1], 500)
    plan = plan_job(job)
    assert any(f"divided by {plan.exposure:g}" in note for note in plan.notes)
    assert plan.run_key["exposure"] == f"{plan.exposure:g}"


def test_ordinary_light_is_not_touched(tmp_path, lights):
    _, job = run(tmp_path, lights[:1], 1)
    plan = plan_job(job)
    assert plan.exposure == 1
    assert "exposure" not in plan.run_key
