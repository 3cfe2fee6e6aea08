"""What is there on this machine, and what is not: the facts that `vst doctor` shows.

Nothing is downloaded, and a part that fails to load is a finding, not a failure.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vst_core.catalog import DEVICES, FLOW_SOURCES_INFO, FlowSourceInfo, find_parameter
from vst_core.errors import DeviceError, VstError, WeightsError
from vst_core.hosts.hashes import known_hash
from vst_core.version import __version__
from vst_core.weights import WEIGHTS, search_folders

__all__ = ["Checkup", "DeviceFound", "Finding", "examine_installation"]

_NEEDED = "the main job"
_PACKAGES = (  # distribution, module, what it is for
    ("torch", "torch", _NEEDED),
    ("numpy", "numpy", _NEEDED),
    ("OpenImageIO", "OpenImageIO", _NEEDED),
    ("opencv-python-headless", "cv2", _NEEDED),
    ("safetensors", "safetensors", _NEEDED),
    ("fileseq", "fileseq", _NEEDED),
    ("av", "av", "movie files"),
    ("torchvision", "torchvision", "motion by RAFT"),
    ("pillow", "PIL", "training"),
    ("rich", "rich", "the progress bar"),
    ("ptlflow", "ptlflow", "motion by ptlflow"),
    ("onnxruntime", "onnxruntime", "masks by saliency"),
    ("lpips", "lpips", "vst eval: LPIPS"),
    ("flip-evaluator", "flip_evaluator", "vst eval: FLIP"),
)
_WEIGHTS_FOR = {
    "vgg16": "vst train, vst eval",
    "vgg19": "gatys, ruder",
    "vgg19-gatys": "gatys, ruder",
    "u2netp": "--segment",
}
_PACKAGES_FOR = {
    "auto": ("cv2", "torchvision"),
    "dis": ("cv2",),
    "raft-small": ("torchvision",),
    "raft-large": ("torchvision",),
    "ptlflow": ("ptlflow",),
}
_EXTRAS = {
    "ptlflow": "vst[flow]",
    "onnxruntime": "vst[segment]",
    "lpips": "vst[eval]",
    "flip_evaluator": "vst[eval]",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        ok: It can be used.
        detail: Its version, its place, or what is wrong with it.
        purpose: What needs it.
        fix: What to do where it is not ok.
    """

    name: str
    ok: bool
    detail: str = ""
    purpose: str = ""
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class DeviceFound:
    """A device that is there, and the precision that `auto` picks on it."""

    name: str
    label: str
    precision: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """All that was found.

    Attributes:
        error: Why the main job cannot run; None where it can.
    """

    engine: str
    python: str
    system: str
    packages: tuple[Finding, ...]
    devices: tuple[DeviceFound, ...]
    weights: tuple[Finding, ...]
    weight_folders: tuple[str, ...]
    flow_sources: tuple[Finding, ...]
    styles: tuple[Finding, ...]
    error: VstError | None


def examine_installation(weights_dir: Path | None = None) -> Checkup:
    """Look at everything.

    Args:
        weights_dir: Searched first for weights.
    """
    packages = tuple(_package(*entry) for entry in _PACKAGES)
    broken = {finding.name for finding in packages if not finding.ok}
    devices = () if "torch" in broken else _devices()
    weights = tuple(_weight(name, weights_dir) for name in WEIGHTS)
    styles = () if {"torch", "safetensors"} & broken else _styles()
    return Checkup(
        engine=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        packages=packages,
        devices=devices,
        weights=weights,
        weight_folders=tuple(str(folder) for folder in search_folders(weights_dir)),
        flow_sources=tuple(_flow_source(source, packages, weights) for source in FLOW_SOURCES_INFO),
        styles=styles,
        error=_obstacle(packages, devices, styles),
    )


def _package(distribution: str, module: str, purpose: str) -> Finding:
    extra = _EXTRAS.get(module, "")
    fix = f'pip install "{extra or distribution}"'
    try:
        if importlib.util.find_spec(module) is None:
            raise ImportError("not installed")
        if not extra:  # ptlflow and lpips take seconds to import, and prints meanwhile
            _import(module)
    except Exception as error:  # a broken library can raise anything
        return Finding(name=module, ok=False, detail=_line(error), purpose=purpose, fix=fix)
    return Finding(name=module, ok=True, detail=_version(distribution, module), purpose=purpose)


def _import(module: str) -> None:
    if module == "torchvision":
        from vst_core.flow.torchvision_guard import import_torchvision

        import_torchvision("torchvision.models.optical_flow")
    else:
        importlib.import_module(module)


def _version(distribution: str, module: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:  # installed by other means, such as a studio's own build
        loaded = importlib.import_module(module)
        return str(getattr(loaded, "__version__", "version unknown"))


def _devices() -> tuple[DeviceFound, ...]:
    import torch

    from vst_core.devices import pick_device, pick_network_precision

    names = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    names += ["mps"] if torch.backends.mps.is_available() else []
    try:
        chosen = pick_device("auto").type
    except DeviceError:
        chosen = ""
    found = []
    for name in [*names, "cpu"]:
        device = torch.device(name)
        precision = str(pick_network_precision("auto", device)).removeprefix("torch.")
        first = device.type == chosen and not device.index
        label = _label(name)
        found.append(DeviceFound(name=name, label=label, precision=precision, chosen=first))
    return tuple(found)


def _label(name: str) -> str:
    import torch

    if name.startswith("cuda"):
        seen = torch.cuda.get_device_properties(name)
        return f"{seen.name}, {seen.total_memory / 2**30:.0f} GiB"
    if name == "cpu":
        return f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads"
    return next(device.label for device in DEVICES if device.name == name)


def _weight(name: str, folder: Path | None) -> Finding:
    entries = WEIGHTS[name]
    purpose = _WEIGHTS_FOR.get(name, f"--flow {name}")
    for place in search_folders(folder):
        for entry in entries:
            path = place / entry.filename
            if path.is_file():
                right = known_hash(path).startswith(entry.sha256)
                detail = str(path) if right else f"{path} is not the file its name promises"
                fix = "" if right else "Delete it, and put the right file there."
                return Finding(name=name, ok=right, detail=detail, purpose=purpose, fix=fix)
    *_, cache = search_folders(folder)
    names = " or ".join(entry.filename for entry in entries)
    fix = f"It is fetched when first needed ({entries[-1].url}). Offline: put {names} into {cache}"
    return Finding(name=name, ok=False, detail="not here yet", purpose=purpose, fix=fix)


def _flow_source(
    source: FlowSourceInfo, packages: Sequence[Finding], weights: Sequence[Finding]
) -> Finding:
    needed = (*_PACKAGES_FOR.get(source.name, ()), source.name)
    for finding in (*packages, *weights):
        if not finding.ok and finding.name in needed:
            detail = f"needs {finding.name}, which is {finding.detail}"
            return Finding(name=source.syntax, ok=False, detail=detail, fix=finding.fix)
    return Finding(name=source.syntax, ok=True, detail=source.label)


def _styles() -> tuple[Finding, ...]:
    from vst_core.styles import list_cards

    try:
        cards = list_cards()
    except VstError as error:
        return (Finding(name="library", ok=False, detail=error.what, fix=error.fix),)
    found = []
    for card in cards:
        wrong = [
            str(card.path(kind))
            for kind, entry in card.files.items()
            if not card.path(kind).is_file() or known_hash(card.path(kind)) != entry.sha256
        ]
        detail = f"missing or damaged: {', '.join(wrong)}" if wrong else card.title
        fix = "Install again, or train the style again." if wrong else ""
        found.append(Finding(name=card.name, ok=not wrong, detail=detail, fix=fix))
    return tuple(found)


def _obstacle(
    packages: Sequence[Finding], devices: Sequence[DeviceFound], styles: Sequence[Finding]
) -> VstError | None:
    lacking = [found for found in packages if not found.ok and found.purpose == _NEEDED]
    if lacking:
        names = ", ".join(found.name for found in lacking)
        return DeviceError(f"The main job cannot run for lack of {names}", fix=lacking[0].fix)
    if not any(device.chosen for device in devices):
        return DeviceError("No device can be used", fix="See VST_DEBUG=1 vst doctor.")
    default = str(find_parameter("style").default)
    style = next((found for found in styles if found.name == default), None)
    if style is None:
        fix = "Install again, or name another style with --style."
        return WeightsError(f"The default style '{default}' is not installed", fix=fix)
    if not style.ok:
        return WeightsError(f"The default style '{default}' is {style.detail}", fix=style.fix)
    return None


def _line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."
