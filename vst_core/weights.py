"""Weight files by name: where they may lie, and the hash that proves them.

A name (`vgg16`, `raft-small`) stands for one or more files, each with its SHA-256. They
are looked for in the folder that was given, in `VST_WEIGHTS`, and in the cache
(`$XDG_CACHE_HOME/vst/weights`); only then is the official file downloaded. No file is
handed out unless its hash agrees, so that what is loaded is what was published. Weights that are
shipped lie in their room beside a card, which holds the hash (`shipped_file`).
"""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import UsageError, WeightsError, nearest
from vst_core.hosts.hashes import known_hash
from vst_core.toml_text import from_toml

__all__ = [
    "WEIGHTS",
    "WeightFile",
    "find_weights",
    "has_weights",
    "search_folders",
    "shipped_file",
]


@dataclass(frozen=True, kw_only=True)
class WeightFile:
    """One file that serves a name.

    Attributes:
        filename: Its name on disk.
        sha256: Its SHA-256, or the leading part that the publisher put into the file's name.
        url: The official download; empty where the file is only found on disk.
        license: Of the weights.
    """

    filename: str
    sha256: str
    license: str
    url: str = ""


_PATIENCE_SECONDS = 30.0
_PYTORCH = "https://download.pytorch.org/models/"

WEIGHTS: dict[str, tuple[WeightFile, ...]] = {
    "vgg16": (
        WeightFile(
            filename="vgg16_features_to_conv5_1_fp16.safetensors",
            sha256="85cf84f03d0fba02d33b70d36c9635042c45f3266c90a184e5a9da5a6ac50457",
            license="CC-BY-4.0",
        ),
        WeightFile(
            filename="vgg16-397923af.pth",
            sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
            license="CC-BY-4.0",
            url=_PYTORCH + "vgg16-397923af.pth",
        ),
    ),
    "vgg19": (
        WeightFile(
            filename="vgg19-dcbb9e9d.pth",
            sha256="dcbb9e9d",
            license="CC-BY-4.0",
            url=_PYTORCH + "vgg19-dcbb9e9d.pth",
        ),
    ),
    "vgg19-gatys": (
        WeightFile(
            filename="vgg19_gatys_features_to_conv5_1_fp16.safetensors",
            sha256="00de19868a2b345b0f03385c30070c0e527c280414fc7b058b6aabbf1d113a91",
            license="CC-BY-4.0",
        ),
    ),
    "raft-large": (
        WeightFile(
            filename="raft_large_C_T_SKHT_V2-ff5fadd5.pth",
            sha256="ff5fadd5",
            license="BSD-3-Clause",
            url=_PYTORCH + "raft_large_C_T_SKHT_V2-ff5fadd5.pth",
        ),
    ),
    "u2netp": (
        WeightFile(
            filename="u2netp.onnx",
            sha256="309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
            license="Apache-2.0",
            url="https://github.com/danielgatis/rembg/releases/download/v0.0.0/u2netp.onnx",
        ),
    ),
}


def find_weights(name: str, *, folder: Path | None = None) -> Path:
    """Return the verified file that serves `name`, downloading it where it is absent.

    Args:
        name: A key of `WEIGHTS`.
        folder: Looked into before `VST_WEIGHTS` and the cache.

    Raises:
        UsageError: There is no such name.
        WeightsError: A file is there but its hash differs, or none is there and the
            official one cannot be downloaded.
    """
    if name not in WEIGHTS:
        raise UsageError(f"There are no weights called '{name}'", fix=nearest(name, WEIGHTS))
    for place in search_folders(folder):
        for entry in WEIGHTS[name]:
            path = place / entry.filename
            if path.is_file():
                return _verified(path, entry)
    return _download(name, folder)


def has_weights(name: str, *, folder: Path | None = None) -> bool:
    """Say whether a file that serves `name` lies on this machine; its hash is not taken.

    Args:
        name: A key of `WEIGHTS`.
        folder: Looked into before `VST_WEIGHTS` and the cache.
    """
    places = search_folders(folder)
    return any((place / entry.filename).is_file() for place in places for entry in WEIGHTS[name])


def shipped_file(card: Path) -> Path:
    """Return the verified file that a card beside it describes.

    Args:
        card: A TOML file with the keys `file`, `sha256` and `license`.

    Raises:
        WeightsError: The card or the file is absent or damaged, or the hash differs.
    """
    fix = "Install vst again."
    try:
        table = from_toml(card.read_text(encoding="utf-8"))
        entry = WeightFile(filename=table["file"], sha256=table["sha256"], license=table["license"])
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(f"'{card}' cannot be read ({error})", fix=fix) from error
    return _verified(card.parent / entry.filename, entry, fix=fix)


def search_folders(folder: Path | None = None) -> Iterator[Path]:
    """Yield the folders that are searched for weights, in order."""
    if folder is not None:
        yield folder
    if os.environ.get("VST_WEIGHTS"):
        yield Path(os.environ["VST_WEIGHTS"])
    yield _cache()


def _verified(path: Path, entry: WeightFile, *, fix: str = "") -> Path:
    try:
        found = known_hash(path)
    except OSError as error:
        raise WeightsError(
            f"'{path}' cannot be read ({error.strerror})", fix=fix or "Check its permissions."
        ) from error
    if not found.startswith(entry.sha256):
        raise WeightsError(
            f"'{path}' is not the file its name promises: SHA-256 {found[:16]}..., "
            f"expected {entry.sha256[:16]}...",
            fix=fix or "Delete it and run again, or put the right file there.",
        )
    return path


def _download(name: str, folder: Path | None) -> Path:
    entry = next((entry for entry in WEIGHTS[name] if entry.url), None)
    if entry is None:
        raise _absent(name, folder, "it has no download")
    if os.environ.get("VST_OFFLINE", "") not in ("", "0"):
        raise _absent(name, folder, "VST_OFFLINE forbids downloads")
    target = _cache() / entry.filename
    # Several processes may fetch the same file; the last one to finish wins.
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch(entry.url, partial)
        if not known_hash(partial).startswith(entry.sha256):
            raise _absent(name, folder, f"what {entry.url} sends is another file")
        partial.replace(target)
    except (OSError, http.client.HTTPException) as error:
        raise _absent(name, folder, f"the download failed ({error})") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return target


def _fetch(url: str, target: Path) -> None:
    with (
        urllib.request.urlopen(url, timeout=_PATIENCE_SECONDS) as answer,
        target.open("wb") as stream,
    ):
        shutil.copyfileobj(answer, stream, 1 << 20)


def _absent(name: str, folder: Path | None, why: str) -> WeightsError:
    files = " or ".join(
        f"{entry.filename} (from {entry.url})" if entry.url else entry.filename
        for entry in WEIGHTS[name]
    )
    searched = ", ".join(str(place) for place in search_folders(folder))
    return WeightsError(
        f"The weights '{name}' are not in {searched}, and {why}",
        fix=f"Put {files} into {_cache()}, or name its folder with --weights-dir or VST_WEIGHTS.",
    )


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "vst" / "weights"
