"""The job bundle of Deadline Cloud: a folder with the template, its values, and what it reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from vst_core.atomic import atomic_path, make_folder
from vst_core.farm.steps import FarmSettings
from vst_core.farm.template import FarmJob, describe_farm_job
from vst_core.job import ListedShot

__all__ = ["bundle_files", "write_bundle"]


def bundle_files(job: FarmJob) -> dict[str, str]:
    """Return the files of a bundle: name -> text.

    JSON is what `deadline bundle submit` reads besides YAML, and it has one way to quote.
    """
    values = [{"name": folder.parameter, "value": folder.path} for folder in job.folders]
    reads = [folder for folder in job.folders if folder.flow == "IN"]
    references = {
        "inputs": {
            "filenames": [folder.path for folder in reads if folder.kind == "FILE"],
            "directories": [folder.path for folder in reads if folder.kind == "DIRECTORY"],
        },
        "outputs": {"directories": [one.path for one in job.folders if one.flow == "OUT"]},
        "referencedPaths": [],
    }
    contents = {
        "template.json": job.template,
        "parameter_values.json": {"parameterValues": values},
        "asset_references.json": {"assetReferences": references},
    }
    return {name: f"{json.dumps(one, indent=2)}\n" for name, one in contents.items()}


def write_bundle(folder: Path, shots: Sequence[ListedShot], settings: FarmSettings) -> FarmJob:
    """Write a bundle, and return what is in it.

    Raises:
        OutputError: The folder cannot be written.
        UsageError, InputError: See `describe_farm_job`.
    """
    job = describe_farm_job(shots, settings)
    make_folder(folder)
    for name, text in bundle_files(job).items():
        with atomic_path(folder / name) as path:
            path.write_text(text, encoding="utf-8")
    return job
