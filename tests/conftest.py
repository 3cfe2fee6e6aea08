"""What every test may ask for."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


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
