"""How near a device comes to a processor in float32."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

import torch
from torch import Tensor

from vst_core.devices import pick_precision
from vst_core.gpu_benchmark.network_forms import FORMS, Net, open_form, padded
from vst_core.gpu_benchmark.rows import Figure, Task
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.motion import moving_frames
from vst_core.nets import itn_input, vtn_input
from vst_core.resizing import resize_picture
from vst_core.styles.painting_reader import read_painting

__all__ = ["GOAL", "agreement_tasks"]

GOAL = 2.0
"""255ths that a picture may be off."""
_PREROLL = 8


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What a network is given, and what the processor made of it.

    Attributes:
        first: The input of a shot's first frame.
        joined: That of the next one.
        began: The processor's first frame, painted over itself as at the start of a shot.
        wanted: Its picture of `joined`.
    """

    first: Tensor
    joined: Tensor
    began: Tensor
    wanted: Tensor


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Which network is compared."""

    form: str
    style: str
    method: str
    precision: str


def agreement_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return a task for each precision, style, method and form of the network.

    One pass over a frame, where the VTN is given the processor's own frame before, trusted but
    for a part; and the first frame of a shot, nine passes each over the last.
    """
    case = cache(partial(_case, settings))
    for precision in settings.precisions:
        for style in settings.styles:
            for method in ("itn", "vtn"):
                for form in FORMS:
                    asked = _Asked(form=form, style=style, method=method, precision=precision)
                    work = partial(_compared, settings, case, asked)
                    yield Task(name=f"agreement {style} {method} {precision} {form}", work=work)


def _case(settings: GpuSettings, style: str, method: str) -> _Case:
    before, now = _frames(settings)
    cpu = torch.device("cpu")
    net = open_form("processor", style, method, precision=torch.float32, device=cpu)
    if method == "itn":
        first, joined = itn_input(before), itn_input(now)
        return _Case(
            first=first, joined=joined, began=net(padded(first)), wanted=net(padded(joined))
        )
    nothing, trust = torch.zeros_like(before), torch.ones_like(now[:, :1])
    first = vtn_input(before, nothing, nothing[:, :1])
    began = _began(net, before, first)
    trust[..., : now.shape[-1] // 3] = 0
    joined = vtn_input(now, began, trust)
    return _Case(first=first, joined=joined, began=began, wanted=net(padded(joined)))


def _began(net: Net, frame: Tensor, first: Tensor) -> Tensor:
    """Return the first frame of a shot as `VtnStylizer` begins one."""
    painted, everywhere = net(padded(first)), torch.ones_like(frame[:, :1])
    for _ in range(_PREROLL):
        painted = net(padded(vtn_input(frame, painted, everywhere)))
    return painted


def _compared(
    settings: GpuSettings, case: Callable[[str, str], _Case], asked: _Asked
) -> Mapping[str, Figure]:
    device, known = settings.place, case(asked.style, asked.method)
    kind = pick_precision(asked.precision, device)
    opened = open_form(asked.form, asked.style, asked.method, precision=kind, device=device)

    def net(x: Tensor) -> Tensor:
        return opened(x.to(device)).cpu()

    found = _off(net(padded(known.joined)), known.wanted)
    if asked.method == "itn":
        return found
    began = _off(_began(net, _frames(settings)[0], known.first), known.began)
    return {**found, "first frame mean": began["mean"], "first frame most": began["most"]}


def _off(found: Tensor, wanted: Tensor) -> dict[str, Figure]:
    off = (found - wanted).abs().flatten() * 255
    most = float(off.max())
    return {
        "mean": float(off.mean()),
        "999 of 1000 below": float(off.kthvalue(max(1, int(0.999 * off.numel()))).values),
        "most": most,
        "within 2/255": "yes" if most <= GOAL else "no",
    }


def _frames(settings: GpuSettings) -> tuple[Tensor, Tensor]:
    width, height = settings.small
    if not settings.pictures:
        before, now = moving_frames(width=width, height=height, count=2)
        return before, now
    before, now = (resize_picture(read_painting(x), (height, width)) for x in settings.pictures)
    return before, now
