"""Jobs over the example shot."""

from pathlib import Path

import pytest

from vst_core.farm import FarmSettings, describe_farm_job
from vst_core.job import ListedShot, StylizeJob


@pytest.fixture(scope="session")
def frames(project) -> Path:
    """The folder of the example frames."""
    return project / "tests" / "shot"


@pytest.fixture
def shot(tmp_path, frames):
    """A shot over the example frames; takes settings."""

    def make(name="balloon", **settings):
        given = {"input": str(frames), "output": str(tmp_path / "out"), "proxy": "1/4", **settings}
        return ListedShot(name, StylizeJob(**given))

    return make


@pytest.fixture
def described(shot):
    """The job of one shot; takes its settings, and `farm` those of the farm."""

    def make(farm=None, **settings):
        return describe_farm_job([shot(**settings)], FarmSettings(**(farm or {})))

    return make
