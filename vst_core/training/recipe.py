"""What a training run is told: recipes as TOML, with every number named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast

from vst_core.errors import InputError, UsageError, nearest
from vst_core.toml_text import TomlError, from_toml
from vst_core.training.clip_settings import LstmSettings, PairSettings

__all__ = [
    "LayerWeights",
    "Recipe",
    "StageSettings",
    "StyleEntry",
    "build",
    "load_recipe",
    "read_table",
    "recipe_names",
]

_KindT = TypeVar("_KindT")
_FROM_NOTHING = (
    "seed", "temporal", "fresh", "weight", "checkerboard", "start_share", "hardships", "moving",
    "octaves", "middle", "wide", "smoothness", "noise", "long_term", "ping_pong", "spectral",
    "taught",
)  # fmt: skip
_LEAST = {"crop": 32, "relu5_1": 0, **dict.fromkeys(_FROM_NOTHING, 0)}
_FOLDER = Path(__file__).parent / "recipes"


@dataclass(frozen=True, kw_only=True)
class StyleEntry:
    """One painting to learn.

    Attributes:
        name: What `--style` will call it.
        painting: File name, looked for in the paintings' folder.
        weight: Of the style loss, against a content loss of weight 1. More: bolder.
        share: How often this style is drawn, against the others' 1.
        title: For the card: title, artist, year.
        license: For the card: of the painting.
    """

    name: str
    painting: str
    weight: float = 12.0
    share: float = 1.0
    title: str = ""
    license: str = ""


@dataclass(frozen=True, kw_only=True)
class StageSettings:
    """One stage of training: the ITN or the VTN.

    Attributes:
        steps: Optimizer steps.
        rate: Adam's learning rate at the start; it falls to a twentieth along a cosine.
        temporal: Weight of the temporal loss (VTN only).
        fresh: Share of steps without a previous frame (VTN only; Agria 2020, 5.4, takes 0.5).
        recurrence: Steps of recurrence in the second half (VTN only; Ruder 2018).
    """

    steps: int
    rate: float = 1e-3
    temporal: float = 300.0
    fresh: float = 0.5
    recurrence: int = 3


@dataclass(frozen=True, kw_only=True)
class LayerWeights:
    """Shares of the layers in the style loss of training.

    Between two extremes. With equal shares from the start the network learns to fool relu4_3
    with a fine dotted pattern over the whole picture, which is ugly and flickers; with what
    Gatys's unscaled Gram matrices amount to (1.4, 2.1, 0.4, 0.01) the strokes stay small and
    relu3_3 and relu4_3 hold nearly all of the loss that is left. relu5_1, the one layer that
    features tuned on paintings see otherwise, has no share unless it is given one.
    """

    relu1_2: float = 1.1
    relu2_2: float = 1.66
    relu3_3: float = 1.06
    relu4_3: float = 0.19
    relu5_1: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides the outcome of a run, besides the pictures.

    Attributes:
        width: Of the trunk: 16 light, 32 the paper's.
        middle, wide: Its channels at half and at quarter of the size; 0 = two and four times
            `width`, as in the paper.
        crop: Side of the training crops, in pixels. One large crop serves better than two small
            ones of as many pixels: the style is asked of every crop as a whole, and in a large
            one quiet areas may stay quiet. 400 more steps of muse, ITN, on sintel_alley_1:
            style / content loss 0.177 / 1.69 by two of 192, 0.167 / 1.67 by one of 272.
        batch: Crops a step.
        painting_size: Short side of the paintings, in pixels; sets the stroke size.
        seed: Of everything random.
        features: The encoder of the losses: `vgg16`, `painting` (VGG-16 tuned to know paintings),
            or the path of such a card.
        layers: Shares in the style loss.
        smoothness: Weight of total variation. The thesis needs none (4.1); paintings with
            grain, such as la_muse, leave a dotted pattern that flickers without it.
        checkerboard: Weight of what repeats every four pixels (`vst_core.losses`): without it
            calm areas are woven over with a pattern of the network's own.
        hardships: Share of the steps whose pictures are dark, faint and grainy, letterboxed, cut
            out or half empty (`vst_core.training.hardships`), 0 to 1.
        itn: Stage one.
        vtn: Stage two.
        lstm: Where there is one, the LSTM network is trained, from a card's ITN, and nothing else.
        huang: Likewise Huang's network of pairs.
        styles: What to learn.
    """

    width: int = 16
    middle: int = 0
    wide: int = 0
    crop: int = 320
    batch: int = 1
    painting_size: int = 512
    seed: int = 0
    features: str = "vgg16"
    layers: LayerWeights = field(default_factory=LayerWeights)
    smoothness: float = 2.0
    checkerboard: float = 500.0
    hardships: float = 0.25
    itn: StageSettings = field(default_factory=lambda: StageSettings(steps=4700))
    vtn: StageSettings = field(default_factory=lambda: StageSettings(steps=1500))
    lstm: LstmSettings | None = None
    huang: PairSettings | None = None
    styles: tuple[StyleEntry, ...] = ()

    @property
    def inner(self) -> tuple[int, int] | None:
        """The trunk's inner channels, where they are not as in the paper."""
        return (self.middle, self.wide) if self.middle and self.wide else None


_STAGES = {"itn": StageSettings, "vtn": StageSettings, "lstm": LstmSettings, "huang": PairSettings}


def recipe_names(folder: Path = _FOLDER) -> list[str]:
    """Return the names of the recipes that travel with the project."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load_recipe(name: str) -> Recipe:
    """Return a recipe by name, or from a TOML file.

    Raises:
        UsageError: There is no such recipe, or it holds an unknown entry or a senseless value.
        InputError: The file cannot be read or is not TOML.
    """
    table = read_table(name, folder=_FOLDER)
    if "styles" in table or not isinstance(table.get("style", []), list):
        raise UsageError("The styles of a recipe are a list", fix="Write [[style]] before each.")
    for stage, kind in _STAGES.items():
        if stage in table:
            table[stage] = build(kind, table[stage])
    if "layers" in table:
        table["layers"] = build(LayerWeights, table["layers"])
    table["styles"] = tuple(build(StyleEntry, entry) for entry in table.pop("style", []))
    return build(Recipe, table)


def read_table(name: str, *, folder: Path) -> dict[str, Any]:
    """Return a recipe's table, by its name in `folder` or from a TOML file.

    Raises:
        UsageError: There is no such recipe.
        InputError: The file cannot be read or is not TOML.
    """
    known = recipe_names(folder)
    if not name.endswith(".toml") and name not in known:
        raise UsageError(f"No recipe is called '{name}'", fix=nearest(name, known))
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    try:
        table: dict[str, Any] = from_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"The recipe '{path}' cannot be read ({error.strerror})",
            fix=f"Check the path, or use one of {', '.join(known)}.",
        ) from error
    except (TomlError, UnicodeDecodeError) as error:
        raise InputError(f"'{path}' is not TOML: {error}", fix="Fix that line.") from error
    return table


def build(kind: type[_KindT], table: object) -> _KindT:
    """Return a table of a recipe as the dataclass `kind`, its numbers checked.

    Raises:
        UsageError: An entry is unknown, senseless or missing.
    """
    if not isinstance(table, dict):
        raise UsageError(
            f"'{table}' is not a table of a recipe", fix="Write [itn], [vtn], [[style]]."
        )
    known = {entry.name: str(entry.type) for entry in fields(kind)}  # type: ignore[arg-type]
    for key, value in table.items():
        if key not in known:
            raise UsageError(f"A recipe has no '{key}'", fix=nearest(key, known))
        _check(key, value, kind=known[key])
    values = {
        key: float(value) if known[key] == "float" else value  # TOML's 9 is no 9.0
        for key, value in table.items()
    }
    try:
        return kind(**cast(Mapping[str, Any], values))
    except TypeError as error:  # an entry without a default is not there
        raise UsageError(f"The recipe is not whole: {error}", fix="Add what is missing.") from error


def _check(key: str, value: object, *, kind: str) -> None:
    allowed = {"int": (int,), "float": (int, float), "str": (str,)}.get(kind)
    if allowed is None:
        return
    if isinstance(value, bool) or not isinstance(value, allowed):
        raise UsageError(f"'{key}' of a recipe cannot be {value!r}", fix=f"Give it a {kind}.")
    least = _LEAST.get(key, 1e-9)
    if not isinstance(value, str) and not least <= value < 1e9:
        fix = f"Give it a number {f'of {least} or more' if key in _LEAST else 'above 0'}."
        raise UsageError(f"'{key}' of a recipe cannot be {value!r}", fix=fix)
