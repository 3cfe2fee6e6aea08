"""Jobs for render farms: settings in, text out. Nothing is run here, and no torch is loaded.

describe_farm_job(shots, FarmSettings(chunk=10)).template       # as JSON values
write_bundle(folder, shots, FarmSettings())                     # what Deadline Cloud submits

| file | holds |
|------|-------|
| `seams`    | how a shot is cut into chunks, and what happens where they meet |
| `folders`  | the folders and files that a shot names, as parameters that a farm can map |
| `works`    | the shots of a job: their frames, and where they lie together |
| `motion_step` | the step that finds the motion, which the others read |
| `steps`    | what the tasks run, in which order, and on which machines |
| `template` | the Open Job Description job template |
| `bundle`   | the job bundle: template, parameter values, asset references |
"""

from vst_core.farm.bundle import bundle_files, write_bundle
from vst_core.farm.seams import SEAMS, Seam, choose_seam, chunks_of
from vst_core.farm.steps import FarmSettings
from vst_core.farm.template import FarmJob, describe_farm_job
from vst_core.farm.works import frames_of

__all__ = [
    "SEAMS",
    "FarmJob",
    "FarmSettings",
    "Seam",
    "bundle_files",
    "choose_seam",
    "chunks_of",
    "describe_farm_job",
    "frames_of",
    "write_bundle",
]
