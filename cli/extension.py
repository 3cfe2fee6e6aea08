"""The Blender extension as a zip: made here, checked by Blender's own validator or else by ours."""

from __future__ import annotations

import fnmatch
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from vst_core.errors import InputError
from vst_core.toml_text import TomlError, from_toml

from .host_files import host_files

__all__ = ["blender_script", "build", "validate"]

_LONGEST_WORDS = 64
_SHARED = "hosts"
_NEEDED = ("schema_version", "id", "version", "name", "tagline", "maintainer", "type",
           "blender_version_min", "license")  # fmt: skip
_TIME = (2020, 1, 1, 0, 0, 0)


def build(source: Path, out: Path) -> Path:
    """Make the zip; the same files give the same bytes.

    Args:
        source: The add-on's folder.
        out: Gets ``<id>-<version>.zip``; made if need be.

    Raises:
        InputError: The manifest is not right; says what is wrong.
    """
    manifest = _manifest((source / "blender_manifest.toml").read_text(encoding="utf-8"))
    if wrong := _wrong_in(manifest):
        raise InputError(f"In the add-on's manifest: {wrong}")
    excluded = manifest.get("build", {}).get("paths_exclude_pattern", [])
    every = host_files(source, _SHARED)
    files = {name: data for name, data in every if not _left_out(name, excluded)}
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{manifest['id']}-{manifest['version']}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return target


def validate(path: Path) -> str:
    """Check an extension, and say in a line who did.

    Raises:
        InputError: It is not right; says what is wrong.
    """
    _check_ourselves(path)
    script = blender_script()
    if script is None:
        return "Checked; Blender's own validator needs its Python module: pip install bpy"
    command = [sys.executable, str(script), "validate", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join((done.stdout + done.stderr).split())
        raise InputError(f"Blender's validator refuses {path.name}: {words[:300]}")
    return "Checked by Blender's own validator"


def _left_out(name: str, patterns: list[str]) -> bool:
    """Whether a file is excluded; the patterns are those of .gitignore, as far as we use them."""
    parts = name.split("/")
    for pattern in patterns:
        if pattern.endswith("/") and pattern.strip("/") in parts[:-1]:
            return True
        if pattern.startswith("/") and fnmatch.fnmatch(parts[0], pattern[1:]):
            return True
        if any(fnmatch.fnmatch(part, pattern) for part in parts):
            return True
    return False


def _check_ourselves(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for needed in ("blender_manifest.toml", "__init__.py", "LICENSE", "hosts/table.json"):
            if needed not in names:
                raise InputError(f"{path.name} lacks {needed}")
        for name in sorted(names):
            if name.endswith(".py"):
                compile(archive.read(name), name, "exec")


def _wrong_in(manifest: dict[str, Any]) -> str:
    words = [manifest.get("tagline", ""), *manifest.get("permissions", {}).values()]
    checks = [(key in manifest, f"'{key}' is missing") for key in _NEEDED]
    checks += [(0 < len(text) <= _LONGEST_WORDS, f"'{text}' is too long") for text in words]
    checks += [(text[-1:].isalnum(), f"'{text}' ends in a stop") for text in words]
    version = str(manifest.get("version", ""))
    checks += [
        (bool(re.fullmatch(r"[A-Za-z]\w*", str(manifest.get("id", "")))), "'id' is no name"),
        (bool(re.fullmatch(r"\d+\.\d+\.\d+\S*", version)), f"'{version}' is no version"),
    ]
    return next((text for right, text in checks if not right), "")


def _manifest(text: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = from_toml(text)
    except TomlError as error:
        raise InputError(f"The add-on's manifest cannot be read as TOML: {error}") from None
    return content


def blender_script() -> Path | None:
    """Return Blender's packaging program, which comes with its Python module, if it is there."""
    spec = importlib.util.find_spec("bpy")
    for folder in spec.submodule_search_locations or () if spec else ():
        for found in sorted(Path(folder).glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py")):
            return found
    return None
