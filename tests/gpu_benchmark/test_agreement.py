"""What is compared: the processor agrees with itself, and what is off is told."""

import pytest
import torch

from vst_core.gpu_benchmark import GpuSettings
from vst_core.gpu_benchmark.agreement import agreement_tasks
from vst_core.gpu_benchmark.network_forms import FORMS

pytestmark = pytest.mark.usefixtures("one_thread")


def tasks(**changes):
    settings = GpuSettings(device="cpu", small=(48, 32), styles=("muse",), **changes)
    return {task.name: task.work for task in agreement_tasks(settings)}


def test_every_precision_method_and_form_is_compared():
    names = [f"{x} {y} {z}" for x in ("itn", "vtn") for y in ("bf16", "fp32") for z in FORMS]
    assert sorted(tasks()) == sorted(f"agreement muse {name}" for name in names)


@pytest.mark.parametrize("form", FORMS)
def test_in_float32_all_forms_give_the_processors_picture(form):
    found = tasks()[f"agreement muse vtn fp32 {form}"]()
    assert found["most"] < 0.01
    assert found["first frame most"] < 0.01
    assert found["within 2/255"] == "yes"


def test_another_picture_is_told(monkeypatch):
    work = tasks()["agreement muse itn fp32 plain"]
    opened = "vst_core.gpu_benchmark.agreement.open_form"
    dark = lambda form, *_, **__: lambda x: torch.full((1, 3, 32, 48), form == "plain")  # noqa: E731
    monkeypatch.setattr(opened, lambda *args, **kwargs: lambda x: dark(*args)(x).float())
    found = work()
    assert found["mean"] == found["most"] == pytest.approx(255)
    assert found["within 2/255"] == "no"


def test_on_pictures_of_ones_own(project):
    shot = tuple(project / f"tests/shot/balloon_000{number}.png" for number in (1, 2))
    made, own = (tasks(pictures=each)["agreement muse itn bf16 plain"]() for each in ((), shot))
    assert made["mean"] != own["mean"]
