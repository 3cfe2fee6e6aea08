"""The style predictor on disk: a card, and the weights of its trunk and its predictor.

name = "any"
license = "Apache-2.0"          of the weights
width = 16                      of the trunk, and its inner channels
inner = [48, 96]
hidden = 512                    of the predictor
inputs = 1908                   how many numbers it is told of a painting
strength = 0.5                  what is meant by the usual strength, in octaves
file = "any.safetensors"
sha256 = "..."
encoder = "..."                 SHA-256 of the encoder that looks at the paintings
sources = "any.training.json"   every picture that it was trained on

[recipe]                        how it was trained
[metrics.paintings]             what was measured, by data set
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.errors import WeightsError
from vst_core.hosts.hashes import known_hash
from vst_core.toml_text import TomlError, from_toml, to_toml

__all__ = ["SHIPPED_PREDICTOR", "PredictorCard", "read_predictor", "write_predictor"]

SHIPPED_PREDICTOR = Path(__file__).parent / "predictor" / "any.toml"


@dataclass(frozen=True, kw_only=True)
class PredictorCard:
    """A trained predictor.

    Attributes:
        name: For messages and run keys.
        license: Of the weights.
        width, inner: Of the trunk, as in `TransformNet`.
        hidden, inputs: Of the predictor.
        strength: Octaves that stand for the usual strength.
        file, sha256: Its weights, beside the card.
        encoder: SHA-256 of the encoder that its statistics come from.
        sources: File beside the card that lists what it was trained on.
        recipe: How it was trained.
        metrics: What was measured.
        folder: Where the card lies.
    """

    name: str
    license: str = "Apache-2.0"
    width: int
    inner: tuple[int, int]
    hidden: int
    inputs: int
    strength: float = 0.0
    file: str
    sha256: str
    encoder: str
    sources: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    folder: Path = Path()

    def weights(self) -> dict[str, Tensor]:
        """Return the tensors as float32.

        Raises:
            WeightsError: The file is absent, damaged or not what the card promises.
        """
        path = self.folder / self.file
        try:
            if known_hash(path) != self.sha256:
                raise ValueError("it is another file than the card promises")
            return {name: value.float() for name, value in load(path.read_bytes()).items()}
        except (OSError, ValueError, SafetensorError) as error:
            what = f"The style predictor's weights '{path}' cannot be used ({error})"
            raise WeightsError(what, fix="Install vst again.") from error


def read_predictor(path: Path = SHIPPED_PREDICTOR) -> PredictorCard:
    """Read a predictor's card, the shipped one where none is named.

    Raises:
        WeightsError: It is absent or no such card.
    """
    try:
        table = from_toml(path.read_text(encoding="utf-8"))
        middle, wide = table.pop("inner")
        return PredictorCard(**table, inner=(middle, wide), folder=path.parent)
    except (OSError, UnicodeDecodeError, TomlError, KeyError, TypeError, ValueError) as error:
        what = f"'{path}' cannot be read as a style predictor ({error})"
        raise WeightsError(what, fix="Install vst again.") from error


def write_predictor(card: PredictorCard) -> Path:
    """Write a card into its folder as `<name>.toml` and return the path."""
    table = asdict(card)
    del table["folder"]
    table["inner"] = list(card.inner)
    path = card.folder / f"{card.name}.toml"
    with atomic_path(path) as temporary:
        temporary.write_text(to_toml(table), encoding="utf-8")
    return path
