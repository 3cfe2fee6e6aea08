"""Real, tiny styles on disk: a network with numbers of its own, and its card."""

import torch
from safetensors.torch import save

from vst_core.hosts.hashes import file_hash
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet
from vst_core.styles import FileEntry, StyleCard, write_card


def tiny_state(channels, *, width=2, styles=1, seed=0):
    torch.manual_seed(seed)
    net = TransformNet(width=width, styles=styles, channels=channels)
    return {
        name: value + 0.1 * torch.randn(value.shape) for name, value in net.state_dict().items()
    }


def save_state(folder, name, state):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    path.write_bytes(save({key: value.half() for key, value in state.items()}))
    return FileEntry(file=path.name, sha256=file_hash(path))


def save_style(folder, name="tiny", *, seed=0, styles=1, **changes):
    """Write the three files and the card of a style; return the card."""
    files = {
        "itn": save_state(
            folder, f"{name}-itn", tiny_state(ITN_CHANNELS, styles=styles, seed=seed)
        ),
        "vtn": save_state(
            folder, f"{name}-vtn", tiny_state(VTN_CHANNELS, styles=styles, seed=seed)
        ),
        "grams": save_state(folder, f"{name}-grams", {"relu1_2": torch.eye(2) + seed}),
    }
    settings = {"name": name, "width": 2, "row": 0, "files": files, "folder": folder}
    card = StyleCard(**{**settings, **changes})
    write_card(card)
    return card
