"""A style card: which files make a style, where they come from, and how good it is.

    name = "muse"                      what --style calls it
    title = "La Muse (Picasso, 1935)"
    license = "Apache-2.0"             of the weights
    painting_license = "..."
    width = 16                         of the trunk
    inner = [48, 96]                   its inner channels, where they are not 2 and 4 times that
    row = 0                            of this style in the trunk's conditional norms
    family = "trunk-16-2fb813a1"       the trunk that its own was trained from
    preview = "muse.jpg"

    [files.itn]                        any kinds: what a method opens stands in the catalog
    file = "light-itn.safetensors"
    sha256 = "..."

    [files.grams]                      Gram matrices by VGG-16
    file = "muse-grams.safetensors"
    sha256 = "..."

    [files.moments]                    means and deviations of its channels by VGG-16
    file = "muse-moments.safetensors"
    sha256 = "..."

    [files.lite]                       Gram matrices by the light encoder
    file = "muse-lite.safetensors"
    sha256 = "..."
    encoder = "..."                    SHA-256 of that encoder's weights

    [recipe]                           how it was trained
    [metrics.sintel_alley_1]           what was measured, by sequence

The files lie beside the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vst_core.atomic import atomic_path
from vst_core.errors import InputError
from vst_core.toml_text import TomlError, from_toml, to_toml

__all__ = ["FileEntry", "StyleCard", "read_card", "write_card"]


_OLD_NAMES = {"licence": "license", "painting_licence": "painting_license"}
"""What cards that were made before call some of their entries."""


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file beside the card, and the hash that proves it.

    Attributes:
        file: Its name.
        sha256: Of the file.
        encoder: SHA-256 of the encoder that the file is about; empty where its kind says it.
    """

    file: str
    sha256: str
    encoder: str = ""


@dataclass(frozen=True, kw_only=True)
class StyleCard:
    """One style.

    Attributes:
        name: What `--style` calls it.
        title: Title, artist, year.
        license: Of the weights.
        painting_license: Of the painting, which is never shipped.
        width: Of the trunk (16 light, 32 the paper's).
        inner: Its inner channels, where they are not two and four times as many.
        row: This style's row in the trunk's conditional norms.
        family: The trunk that this style's was trained from; styles of a family can be mixed.
        files: Kind -> file. At least one; which kinds there are is up to the methods
            (`Method.weights`), and a card need not serve all of them.
        recipe: How it was trained: plain values by name.
        metrics: Sequence -> figure -> value.
        preview: File name of a picture of our own result; may be empty.
        folder: Where the card lies.
    """

    name: str
    title: str = ""
    license: str = "Apache-2.0"
    painting_license: str = ""
    width: int
    inner: tuple[int, int] | None = None
    row: int
    family: str = ""
    files: Mapping[str, FileEntry]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    preview: str = ""
    folder: Path = Path()

    def path(self, kind: str) -> Path:
        """Return the path of a kind of its files."""
        return self.folder / self.files[kind].file


def read_card(path: Path) -> StyleCard:
    """Read a card.

    Raises:
        InputError: The file is absent, not TOML, or no card.
    """
    try:
        table = from_toml(path.read_text(encoding="utf-8"))
        return _card(table, path.parent)
    except FileNotFoundError as error:
        raise InputError(f"No style card at '{path}'", fix="See `vst styles`.") from error
    except (OSError, UnicodeDecodeError, TomlError) as error:
        raise InputError(
            f"'{path}' cannot be read as a style card ({error})", fix="Make one with `vst train`."
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"'{path}' is not a style card ({error})", fix="Make one with `vst train`."
        ) from error


def _card(table: dict[str, Any], folder: Path) -> StyleCard:
    listed = table.pop("files")
    files = {kind: FileEntry(**entry) for kind, entry in listed.items()}
    if not files:
        raise TypeError("it names no files")
    named = {_OLD_NAMES.get(name, name): value for name, value in table.items()}
    if "inner" in named:
        middle, wide = named["inner"]
        named["inner"] = middle, wide
    card = StyleCard(**named, files=files, folder=folder)
    whole = {"width": card.width, "row": card.row}
    for name, value in whole.items():
        if not isinstance(value, int) or value < 0:
            raise TypeError(f"{name} is {value!r}")
    texts = [card.name, *(text for entry in files.values() for text in (entry.file, entry.sha256))]
    texts += [entry.encoder or entry.file for entry in files.values()]
    if not all(isinstance(text, str) and text for text in texts):
        raise TypeError("its name, files and hashes must be text")
    return card


def write_card(card: StyleCard) -> Path:
    """Write a card into its folder as `<name>.toml` and return the path."""
    table: dict[str, Any] = {
        "name": card.name,
        "title": card.title,
        "license": card.license,
        "painting_license": card.painting_license,
        "width": card.width,
        **({"inner": list(card.inner)} if card.inner else {}),
        "row": card.row,
        "family": card.family,
        "preview": card.preview,
        "files": {kind: _file_table(entry) for kind, entry in card.files.items()},
        "recipe": dict(card.recipe),
        "metrics": {name: dict(figures) for name, figures in card.metrics.items()},
    }
    path = card.folder / f"{card.name}.toml"
    with atomic_path(path) as temporary:
        temporary.write_text(to_toml(table), encoding="utf-8")
    return path


def _file_table(entry: FileEntry) -> dict[str, str]:
    return {name: value for name, value in asdict(entry).items() if value}
