"""A style of another family than the shipped ones: a smaller network, trained here."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.guidance import Guidance
from vst_core.hosts.hashes import file_hash
from vst_core.image import read_picture
from vst_core.motion import trust_mask, warp
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet, vtn_input
from vst_core.styles import FileEntry, StyleCard, find_mix, write_card
from vst_core.stylizers import StylizerSettings, open_stylizer

__all__ = ["save_weights", "train_family"]

_SIZE = (72, 128)


def train_family(
    folder: Path, shot: Path, *, teacher: str, steps: int, width: int = 4, frames: int = 5
) -> Path:
    """Teach a new trunk to paint as a shipped style does, and return its card.

    Args:
        folder: For the card.
        shot: The example shot.
        teacher: The shipped style; its VTN's pictures are what is learned.
        steps: Of the optimizer, a frame each.
        width: Of the trunk; the shipped ones have 16.
        frames: How many of the shot are seen.
    """
    torch.manual_seed(5)
    seen = _lessons(shot, teacher, frames)
    net = TransformNet(width=width, styles=1, channels=VTN_CHANNELS).train()
    optimizer, one = torch.optim.Adam(net.parameters(), lr=5e-3), torch.ones(1, 1)
    for step in range(steps):
        given, wanted = seen[step % len(seen)]
        loss = (net(given, one) - wanted).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    vtn = net.state_dict()
    itn = TransformNet(width=width, styles=1, channels=ITN_CHANNELS).state_dict()
    states = {"itn": itn, "vtn": vtn, "grams": {"relu1_2": torch.eye(4)}}
    files = {
        kind: save_weights(state, folder / f"{kind}.safetensors") for kind, state in states.items()
    }
    return write_card(StyleCard(name="small", width=width, row=0, files=files, folder=folder))


def _lessons(shot: Path, teacher: str, frames: int) -> list[tuple[Tensor, Tensor]]:
    """Return what a VTN sees of each frame, and what the teacher makes of it."""
    painter = open_stylizer("vtn", StylizerSettings(styles=find_mix([(teacher, 1.0)]), preroll=1))
    flow, found = open_flow_source("dis", FlowSettings()), []
    before = stylized = None
    for number in range(1, frames + 1):
        picture = torch.nn.functional.interpolate(
            read_picture(shot / f"balloon_{number:04d}.png"), size=_SIZE, mode="area"
        )
        nothing = torch.zeros_like(picture)
        guidance, given = None, vtn_input(picture, nothing, nothing[:, :1])
        if before is not None:
            pair = flow.between(FrameView(number - 1, before), FrameView(number, picture))
            trust = trust_mask(pair.forward, pair.backward, variant="ruder2016")
            guidance = Guidance(warped=warp(stylized, pair.backward), trust=trust)
            given = vtn_input(picture, guidance.warped, trust)
        before, stylized = picture, painter.stylize(picture, guidance).picture.clone()
        found.append((given, stylized))
    return found


def save_weights(state: dict[str, Tensor], path: Path) -> FileEntry:
    """Write a network's weights as a card has them."""
    save_file({name: value.half().contiguous() for name, value in state.items()}, path)
    return FileEntry(file=path.name, sha256=file_hash(path))
