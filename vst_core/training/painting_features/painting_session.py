"""A whole tuning: paintings and photographs in, an encoder's card out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from vst_core.atomic import atomic_path, make_folder
from vst_core.devices import pick_device, place
from vst_core.features.tuned import TUNED_LAYER, untuned
from vst_core.styles.half_weights import save_half
from vst_core.toml_text import to_toml
from vst_core.training.painting_features.painting_activations import Looked, look_at_all
from vst_core.training.painting_features.painting_classifier import (
    PaintingClassifier,
    PaintingStage,
    fit_head,
)
from vst_core.training.painting_features.painting_recipe import PaintingRecipe
from vst_core.training.painting_features.two_kinds import find_pictures
from vst_core.training.run_lock import claim
from vst_core.training.training_loop import Trainer, TrainerSettings, TrainingProgress
from vst_core.version import __version__

__all__ = ["Accuracy", "PaintingFeatures", "PaintingFeaturesRun", "train_painting_features"]

_AT_ONCE = 64  # crops, when nothing is trained


@dataclass(frozen=True, kw_only=True)
class PaintingFeaturesRun:
    """What to tune with, into which folder.

    Attributes:
        recipe: The numbers.
        paintings: Folder of paintings, see `find_pictures`.
        photographs: Folder of photographs.
        output: Folder that gets the card; its `work` folder gets what the layers below make of
            all crops, and checkpoints.
        weights_dir: Searched first for VGG-16.
        device: `auto`, `cpu`, `cuda`, `cuda:N` or `mps`.
    """

    recipe: PaintingRecipe
    paintings: Path
    photographs: Path
    output: Path
    weights_dir: Path | None = None
    device: str = "auto"


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How well pictures that were held out are told apart, each by all of its crops.

    Attributes:
        paintings: The share of paintings that are taken for paintings.
        photographs: The share of photographs that are taken for photographs.
        counts: How many of each there are.
    """

    paintings: float
    photographs: float
    counts: tuple[int, int]

    @property
    def balanced(self) -> float:
        """The mean of both shares."""
        return (self.paintings + self.photographs) / 2


@dataclass(frozen=True, kw_only=True)
class PaintingFeatures:
    """The outcome.

    Attributes:
        card: The path of the encoder's card.
        before: Held-out accuracy of VGG-16's own features, by a line through them.
        after: That of the tuned ones.
        strayed: How far the convolution has moved, as a share of its length.
    """

    card: Path
    before: Accuracy
    after: Accuracy
    strayed: float


def train_painting_features(
    run: PaintingFeaturesRun,
    on_progress: Callable[[TrainingProgress], None],
    on_look: Callable[[int, int], None] = lambda done, total: None,
) -> PaintingFeatures:
    """Look at all pictures once, tune, judge by those held out, and write the card.

    A run that was stopped goes on from its last checkpoint when started again with the same
    settings, to the same result; what was looked at is kept.

    Args:
        run: The settings.
        on_progress: Told of the steps.
        on_look: Told at how many of how many pictures was looked.

    Raises:
        InputError: There are too few pictures, one cannot be read, or the work folder is that of
            another run.
        OutputError: The output cannot be written.
        WeightsError: VGG-16 is absent.
        DeviceError: The device is absent.
    """
    device = pick_device(run.device)
    pictures = find_pictures(run.paintings, run.photographs)
    work = run.output / "work"
    names = sorted(f"{one.path.name} {one.painting} {one.held_out}" for one in pictures)
    claim(work, {**asdict(run.recipe), "pictures": names})
    network = untuned(folder=run.weights_dir)
    conv = network.convs[TUNED_LAYER]
    assert isinstance(conv, torch.nn.Conv2d)
    net = PaintingClassifier(conv)
    looked = look_at_all(
        pictures,
        network,
        recipe=run.recipe,
        device=device,
        file=work / "seen.safetensors",
        on_look=on_look,
    )
    fit_head(net, looked.training, batch=_AT_ONCE)
    before = _judged(net, looked)
    stage = PaintingStage(run.recipe, looked.training, device)
    trained = _tuned(place(net, device), stage, work / f"{stage.name}.pt", on_progress)
    net.to("cpu").load_state_dict(trained)
    outcome = PaintingFeatures(
        card=run.output / "painting.toml",
        before=before,
        after=_judged(net, looked),
        strayed=float(net.strayed.detach()) ** 0.5,
    )
    _write(run, net, outcome, crops=len(looked.training.paintings))
    return outcome


def _tuned(
    net: PaintingClassifier,
    stage: PaintingStage,
    checkpoint: Path,
    on_progress: Callable[[TrainingProgress], None],
) -> Mapping[str, Tensor]:
    settings = TrainerSettings(checkpoint=checkpoint, averaging=0.98)
    optimizer = torch.optim.Adam(net.parameters(), lr=stage.rate)
    return Trainer(net, stage, settings=settings, optimizer=optimizer).run(on_progress)


@torch.no_grad()
def _judged(net: PaintingClassifier, looked: Looked) -> Accuracy:
    held = looked.held_out
    odds = torch.cat([net(part) for part in torch.split(held.activations, _AT_ONCE)])
    right: dict[bool, list[bool]] = {True: [], False: []}
    for owner in torch.unique(looked.owners):
        mine = looked.owners == owner
        painting = bool(held.paintings[mine][0] > 0.5)
        right[painting].append(bool(odds[mine].mean() > 0) == painting)
    shares = {kind: sum(found) / len(found) for kind, found in right.items()}
    return Accuracy(
        paintings=shares[True],
        photographs=shares[False],
        counts=(len(right[True]), len(right[False])),
    )


def _write(
    run: PaintingFeaturesRun, net: PaintingClassifier, outcome: PaintingFeatures, *, crops: int
) -> None:
    make_folder(run.output)
    kept = {f"{TUNED_LAYER}.{name}": value for name, value in net.conv.state_dict().items()}
    saved = save_half(kept, run.output / "painting.safetensors")
    before, after = outcome.before, outcome.after
    table = {
        "name": "painting",
        "license": "CC-BY-4.0",  # it begins as VGG-16, so it takes its license
        "attribution": "Made from VGG-16 (Karen Simonyan and Andrew Zisserman, Oxford)",
        "base": "vgg16",
        "tuned": [TUNED_LAYER],
        "file": saved.file,
        "sha256": saved.sha256,
        "recipe": {"engine": __version__, **asdict(run.recipe)},
        "data": {
            "crops": crops,
            "held_out_paintings": after.counts[0],
            "held_out_photographs": after.counts[1],
        },
        "metrics": {
            "accuracy_before": round(before.balanced, 4),
            "accuracy": round(after.balanced, 4),
            "paintings_right": round(after.paintings, 4),
            "photographs_right": round(after.photographs, 4),
            "strayed": round(outcome.strayed, 4),
        },
    }
    with atomic_path(outcome.card) as temporary:
        temporary.write_text(to_toml(table), encoding="utf-8")
