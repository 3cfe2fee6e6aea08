"""What every test may ask for."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

if "PYTEST_XDIST_WORKER" in os.environ:
    # Threads that wait would spin on the cores that the other workers need (see cli/cores.py).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's root."""
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data and weights, or a skip that says how to name it."""
    folder = Path(os.environ.get("VST_SHARED", PROJECT.parent / "shared")).resolve()
    if not (folder / "data").is_dir():
        pytest.skip(f"no shared data at {folder}: set VST_SHARED to its folder")
    return folder


@pytest.fixture
def one_thread():
    """Keep torch from fighting over cores that other work holds; small sums are faster so."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def older_card(tmp_path):
    """A card as they were before the light encoder knew any style: muse's, in `tmp_path`."""
    from vst_core.styles import find_card, write_card

    muse = find_card("muse")
    files = {kind: muse.files[kind] for kind in ("itn", "vtn", "grams")}
    for entry in files.values():
        shutil.copy(muse.folder / entry.file, tmp_path)
    card = replace(muse, name="older", files=files, folder=tmp_path)
    write_card(card)
    return card
