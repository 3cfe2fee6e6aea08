"""Any of the networks that ptlflow collects; needs the extra: `pip install "vst[flow]"`."""

from __future__ import annotations

import contextlib
import importlib
import sys
import urllib.error
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from pickle import UnpicklingError
from textwrap import shorten
from types import ModuleType
from typing import Any

import torch

from vst_core.errors import OutOfMemory, UsageError, WeightsError, nearest
from vst_core.flow.frame_view import FrameView
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.flow.torchvision_guard import import_torchvision
from vst_core.weights import search_folders

__all__ = ["PtlflowFlow", "open_ptlflow"]

# Which of a model's published checkpoints is taken where none is named: films first.
_PREFERRED = ("sintel", "things")


class PtlflowFlow:
    """Flow by one of ptlflow's networks, both directions in one batch.

    Args:
        name: The text that opens this source again.
        network: What `ptlflow.get_model` gave.
        device: Where the network runs.
    """

    def __init__(self, *, name: str, network: Any, device: torch.device) -> None:
        self.name = name
        self._device = device
        self._network = network.eval().requires_grad_(False).to(device)

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`.

        Raises:
            OutOfMemory: The device has too little memory for this size.
        """
        # ptlflow's models take B x 2 frames x 3 x H x W, BGR in [0, 1], and pad by themselves.
        pictures = (previous.picture, current.picture)
        pair = torch.stack(pictures, dim=1).flip(2).to(self._device)
        images = torch.cat((pair, pair.flip(1)))
        try:
            with torch.no_grad():
                flows = self._network({"images": images})["flows"][:, 0]
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(
                f"{self.name} on {self._device} has too little memory for "
                f"{current.size[1]} x {current.size[0]}",
                fix="Use --proxy 1/2, --flow dis, or --flow raft-small.",
            ) from error
        forward, backward = flows.float().to(current.picture.device).chunk(2)
        return FlowPair(forward=forward.contiguous(), backward=backward.contiguous())


def open_ptlflow(argument: str, settings: FlowSettings) -> PtlflowFlow:
    """Open the source `ptlflow:<model>` or `ptlflow:<model>/<checkpoint>`.

    A checkpoint's file is looked for where all weights are; else ptlflow downloads it and
    checks its hash.

    Raises:
        UsageError: ptlflow is not installed, or knows no such model or checkpoint.
        WeightsError: The checkpoint is absent and cannot be downloaded, or is damaged.
    """
    library = _import_ptlflow()
    model, _, wanted = argument.partition("/")
    known = library.get_model_names()
    if model not in known:
        raise UsageError(f"ptlflow has no model called '{model}'", fix=nearest(model, known))
    published = getattr(library.get_model_reference(model), "pretrained_checkpoints", {})
    checkpoint = wanted or _default_checkpoint(model, published)
    if checkpoint not in published:
        raise UsageError(
            f"ptlflow's model '{model}' has no checkpoint called '{checkpoint}'",
            fix=nearest(checkpoint, published),
        )
    network = _load(library, model, checkpoint, published[checkpoint], settings.weights_dir)
    return PtlflowFlow(name=f"ptlflow:{argument}", network=network, device=settings.device)


def _import_ptlflow() -> ModuleType:
    try:
        with _quiet():
            import_torchvision()
            library = importlib.import_module("ptlflow")
            importlib.import_module("ptlflow.models")
    except ImportError as error:
        raise UsageError(
            f"The flow source 'ptlflow' needs ptlflow, which cannot be imported ({error})",
            fix='Install it with: pip install "vst[flow]"',
        ) from error
    return library


def _default_checkpoint(model: str, published: dict[str, str]) -> str:
    names = [*(name for name in _PREFERRED if name in published), *published]
    if not names:
        raise UsageError(
            f"ptlflow's model '{model}' has no published weights", fix="Choose another model."
        )
    return names[0]


def _load(
    library: ModuleType, model: str, checkpoint: str, url: str, weights_dir: Path | None
) -> Any:
    filename = PurePosixPath(url).name
    found = [place / filename for place in search_folders(weights_dir)]
    local = next((str(path) for path in found if path.is_file()), None)
    try:
        with _quiet():
            return library.get_model(model, ckpt_path=local or checkpoint)
    except (urllib.error.URLError, OSError) as error:
        raise WeightsError(
            f"The weights '{checkpoint}' of ptlflow's '{model}' cannot be had ({error})",
            fix=f"Put {filename} (from {url}) into {found[0].parent}.",
        ) from error
    except (UnpicklingError, RuntimeError, KeyError) as error:
        raise WeightsError(
            f"'{local or filename}' does not hold the weights of ptlflow's '{model}': "
            f"{shorten(str(error), 120)}",
            fix=f"Delete it and get it again from {url}.",
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep stdout for results: ptlflow's models print and warn while they are imported."""
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
